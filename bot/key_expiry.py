"""When a key expires, as people say it."""

import re
from datetime import UTC, datetime, timedelta

from bot.errors import KeyRefused

_DURATION = re.compile(r"([0-9]{1,9})([dh])")


def expiry(text: str, now: datetime) -> datetime:
    """`90d`, `12h`, or the last day in UTC on which it is valid, as in `2027-01-31`. Raises KeyRefused."""
    try:
        moment = _moment(text, now)
    except (ValueError, OverflowError):
        raise KeyRefused(f"{text!r} is no time: say 90d, 12h or a date as in 2027-01-31") from None
    if moment <= now:
        raise KeyRefused(f"a key that expires at {text!r} would be expired already")
    return moment


def _moment(text: str, now: datetime) -> datetime:
    if duration := _DURATION.fullmatch(text):
        number, unit = int(duration[1]), duration[2]
        return now + (timedelta(days=number) if unit == "d" else timedelta(hours=number))
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=1)
