"""Where a text that grows too long for one message goes on in the next."""

import re
from dataclasses import dataclass

FENCE = re.compile(r" {0,3}(?P<marker>`{3,20}|~{3,20})(?P<info>[^`\n]{0,200})$")
LONG_LINE = 1_000  # a message is not left for the next one with less in it than that


@dataclass(frozen=True, slots=True)
class Boundary:
    """A place to cut, taken once the message has more than `beyond` characters."""

    beyond: int
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Rollover:
    """A message has `full` characters at most. The nearer it comes to that, the worse the places where it is cut."""

    full: int
    boundaries: tuple[Boundary, ...]

    @classmethod
    def at(cls, full: int) -> "Rollover":
        """Paragraphs are cut apart in the last eighth, then sentences, then lines, then words."""
        shares = ((0.88, r"\n\s*\n"), (0.94, r"[.!?…。][\"'»”’)\]]*\s"), (0.96, r"\n"), (0.98, r"\s"))
        return cls(full, tuple(Boundary(int(full * share), re.compile(pattern)) for share, pattern in shares))

    def cut(self, before: str, pending: str, final: bool = False) -> int | None:
        """How much of `pending` still goes into the message that shows `before`; None if all of it does.

        With `final` nothing follows: then only what does not fit goes into another message.
        """
        length = len(before) + len(pending)
        if length <= (self.full if final else self.boundaries[0].beyond):
            return None
        low, high = max(0, self.boundaries[0].beyond - len(before)), max(0, self.full - len(before))
        for boundary in self.boundaries:
            ends = [match.end() for match in boundary.pattern.finditer(pending, 0, high)]
            if length > boundary.beyond and ends and ends[-1] >= low:
                return _before_fence(before, pending, ends[-1])
        return _before_fence(before, pending, high) if length > self.full else None


def _before_fence(before: str, pending: str, at: int) -> int:
    """A line that opens or closes a block of code is not cut in two, as far as that can be helped."""
    start = pending.rfind("\n", 0, at) + 1
    inside = start < at and pending[start:at].lstrip(" ")[:1] in ("`", "~")
    movable = start > 0 or (before.endswith("\n") and len(before) > LONG_LINE)
    return start if inside and movable else at


@dataclass(frozen=True, slots=True)
class Repair:
    """What is put in where a text is cut: `closing` at the end of one message, `opening` before the next."""

    closing: str = ""
    opening: str = ""

    @classmethod
    def of(cls, text: str) -> "Repair":
        """For a message that ends with `text`: a block of code that is open there is closed and opened again."""
        line = open_fence(text)
        if line is None:
            return cls()
        found = FENCE.match(line)
        marker = found["marker"] if found else "```"
        return cls(("" if text.endswith("\n") else "\n") + marker, f"{line}\n")


def open_fence(text: str) -> str | None:
    """The line that opens the block of code in which `text` ends; None if it ends in none."""
    opened: str | None = None
    marker = ""
    for line in text.split("\n"):
        found = FENCE.match(line.rstrip("\r"))
        if opened is None and found:
            opened, marker = line, found["marker"]
        elif found and found["marker"].startswith(marker) and not found["info"].strip():
            opened = None
    return opened
