"""How long Slack, or something on the way to it, wants to be left alone."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

UNKNOWN_S = 5.0
AT_LEAST_S = 0.5  # a server that says "at once" and refuses again is not asked in a tight loop
AT_MOST_S = 3600.0  # Slack asks for minutes; what is beyond hours is a mistake, and no reason to be silent for good


def retry_after_s(header: str | None, now: datetime) -> float:
    """The seconds that a Retry-After header asks for: whole ones, fractions, or until a date."""
    return min(AT_MOST_S, max(AT_LEAST_S, _seconds(header or "", now)))


def _seconds(header: str, now: datetime) -> float:
    try:
        seconds = float(header)
    except ValueError:
        return _until(header, now)
    return seconds if math.isfinite(seconds) else UNKNOWN_S


def _until(header: str, now: datetime) -> float:
    try:
        date = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return UNKNOWN_S
    return ((date if date.tzinfo else date.replace(tzinfo=UTC)) - now).total_seconds()
