"""What is kept, as values that every database takes and gives back the same."""

import json
import re
import zlib
from datetime import UTC, datetime, timedelta

from bot.errors import HistoryUnavailable
from bot.question import NOT_TEXT
from bot.record import Record
from bot.record_json import record_json, record_of

_ID = re.compile(r"[!-~]{1,200}")


def is_id(text: str) -> bool:
    """Whether anything can be kept under it: printable ASCII, 200 characters at most."""
    return _ID.fullmatch(text) is not None


def plain_text(words: str) -> str:
    """Without the characters that some databases refuse; what they were is told by other means, or by nobody."""
    return NOT_TEXT.sub("\N{REPLACEMENT CHARACTER}", words)


def naive(time: datetime) -> datetime:
    """In UTC, without saying so: databases do not agree on zones."""
    return time.astimezone(UTC).replace(tzinfo=None)


def aware(time: datetime) -> datetime:
    """The reverse of `naive`."""
    return time.replace(tzinfo=UTC)


def days_before(now: datetime, days: float) -> datetime | None:
    """As `naive` does; None before the beginning of the calendar."""
    try:
        return naive(now - timedelta(days=days))
    except OverflowError:
        return None


def packed(record: Record) -> bytes:
    """A third of its size; as bytes, because documents may hold characters that databases refuse as text."""
    return zlib.compress(json.dumps(record_json(record), ensure_ascii=False).encode("utf-8", "surrogatepass"))


def unpacked(content: bytes) -> Record:
    """The record that was packed. Raises HistoryUnavailable if it is damaged."""
    try:
        return record_of(json.loads(zlib.decompress(content).decode("utf-8", "surrogatepass")))
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise HistoryUnavailable("the record of that answer is damaged") from error
