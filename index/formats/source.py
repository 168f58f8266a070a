"""What a format is given to read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one file on their way to becoming Documents; no format ever sees a path.

    `max_chars` bounds the text that may come out: a small file can describe an enormous one.
    """

    id: str
    data: bytes
    max_chars: int
