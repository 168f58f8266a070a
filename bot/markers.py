"""A model's answer as it arrives: sentences, with the passages that they name."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.candidates import TABLE_RULE
from bot.claim import Claim
from bot.marker_shapes import TERMINATORS, marks, may_become_mark, without
from bot.pieces import Piece, masked, numbers_alone, pieces, plain
from bot.readable import readable
from bot.thoughts import Thoughts
from index.document import Markup

SENTINEL = "NOT_IN_THE_PASSAGES"
"""What a model is told to write, alone, if the passages do not answer."""

LONGEST = 1500  # characters of a sentence; a longer one is cut between words
USUAL = 400  # characters; in a longer one an end is looked for less often, lest hostile text cost seconds

_SENTINEL = re.compile(rf".*{SENTINEL}|\W*{SENTINEL.replace('_', '[^a-z]*')}\W*$", re.IGNORECASE)
_LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_LIST_MARK = re.compile(
    r"(?:(?:>|(?:[-*+•‣◦▪●–·]|\(?\d{1,2}[.)]|\(?[a-z]\)|\[[ xX]\])(?=\s))\s?)+(?=\S)",
)
_HEADING = re.compile(r"#{1,6}\s")
_FENCE = re.compile(r"(?:`{3,}|~{3,})\s?([\w+-]*)$")
_TEXT_FENCES = frozenset(("", "markdown", "md", "text", "txt", "plaintext"))
_LISTING = re.compile(r"(?:sources?|references|citations|footnotes)\s?:?", re.IGNORECASE)
_DEFINITION = re.compile(r"\[\^[^\[\]]{1,20}\]:")


class _Held(NamedTuple):
    """A sentence whose line is complete: marks that belong to it may stand on the next one. `row`: of a table."""

    text: str
    cited: tuple[int, ...]
    row: str = ""


class ClaimReader:
    """Reads a model's answer as it arrives: sentences with the passages that they name.

    What comes out depends on the text alone, never on how it was cut into deltas. Each sentence comes out once, in
    order, as soon as neither its end nor its marks can change: at the first letter of the next one. One answer a
    reader; it keeps two sentences at most.

    Left out are thoughts before the answer, headings and lead-ins ("The answer is:") that name no passage, a list of
    sources at the end, and all that follows the sentinel. Lines and items of lists are sentences of their own.
    """

    def __init__(self) -> None:
        self._thoughts = Thoughts()
        self._line = ""  # what is not yet a sentence; single spaces, none at the start
        self._fresh = True  # nothing was cut off the line yet
        self._watching = False  # a sentence may have ended in the line
        self._again = False  # one that has not ended by one letter may have by one word
        self._next_look = 0  # no look for an end before the line is this long
        self._held: _Held | None = None
        self._leading: tuple[int, ...] = ()  # a line of marks before any sentence
        self._columns = ""
        self._in_code = False
        self._in_listing = False
        self._refused = self._cited = False

    @property
    def declined(self) -> bool:
        """Whether the model wrote the sentinel, and no sentence that names a passage before it.

        A sentence before it that names none is taken for talk: "I looked everywhere. NOT_IN_THE_PASSAGES".
        """
        return self._refused and not self._cited

    def feed(self, text: str) -> list[Claim]:
        """The sentences that are certainly complete now."""
        return [claim for character in self._thoughts.feed(text) for claim in self._character(character)]

    def finish(self) -> list[Claim]:
        """The rest: the answer ends here."""
        rest = [claim for character in self._thoughts.finish() for claim in self._character(character)]
        return [*rest, *self._end_line(), *self._release_held()]

    # --- within a line --------------------------------------------------------------------------------------

    def _character(self, character: str) -> list[Claim]:
        if character in _LINE_ENDS:
            return self._end_line()
        if character.isspace() and (not self._line or self._line[-1] == " "):
            return []
        self._line += " " if character.isspace() else character
        claims = self._settle(closed=False)
        if self._is_due(character):
            claims += self._advance()
        return claims + self._cut_long() if len(self._line) > LONGEST else claims

    def _is_due(self, character: str) -> bool:
        """Whether it is time to look for an end: the splitter is not asked at every character."""
        if character in TERMINATORS:
            self._watching = True
            return False
        if len(self._line) < self._next_look:
            return False
        if character.isalpha() or character.isdecimal():  # a raised ¹ is neither
            return self._watching
        return self._again and character.isspace()

    def _advance(self) -> list[Claim]:
        """Let the sentences go whose end is certain."""
        if self._is_structure():
            self._watching = self._again = False
            return []
        self._drop_list_mark()
        if may_become_mark(self._line):
            return []
        found = pieces(self._line, closed=False)
        self._again = self._watching and len(found) == 1
        self._watching = not found[-1].certain and len(found) > 1
        last = max((at for at, piece in enumerate(found) if at and piece.certain), default=0)
        self._line = self._line[found[last].start :]
        self._next_look = len(self._line) + max(0, len(self._line) - USUAL) // 8
        return self._claims(found[:last])

    def _is_structure(self) -> bool:
        """Lines that are read as a whole, when they are complete."""
        line = self._line
        if self._in_code or line[0] == "|" or (self._in_listing and _is_item(line)):
            return True
        return bool(_HEADING.match(line) or _DEFINITION.match(line))

    def _drop_list_mark(self) -> None:
        """Once a line: what follows a sentence is no list mark."""
        mark = _LIST_MARK.match(self._line) if self._fresh else None
        self._line = self._line[mark.end() :] if mark else self._line
        self._fresh = False

    def _cut_long(self) -> list[Claim]:
        cut = masked(self._line).rfind(" ", 1, LONGEST) + 1 or LONGEST
        said, self._line, self._next_look = self._line[:cut], self._line[cut:], 0
        return self._claims(pieces(said, closed=False))

    # --- from line to line ----------------------------------------------------------------------------------

    def _settle(self, closed: bool) -> list[Claim]:
        """Let the last line's sentence go as soon as this line does not begin with marks that may be its own.

        Marks before other words are its own only if it has none yet.
        """
        held, line = self._held, self._line
        if not held or not line or (not closed and (may_become_mark(line) or (held.row and line[0] == "|"))):
            return []
        blanked = masked(line)
        words = next((at for at, character in enumerate(blanked) if character.isalnum()), None)
        if words is None:
            return []
        leading = [] if held.cited or self._in_code or _DEFINITION.match(line) else marks(line[:words], closed=False)
        for mark in leading:
            self._attach(mark.numbers)
        self._line = line[leading[-1].end :].lstrip() if leading else line
        return self._release_held()

    def _attach(self, numbers: tuple[int, ...]) -> None:
        if self._held:
            self._held = self._held._replace(cited=(*self._held.cited, *numbers))
        elif not self._in_listing:
            self._leading += numbers

    def _end_line(self) -> list[Claim]:
        numbers = () if self._in_code else numbers_alone(self._line)
        self._attach(numbers)
        claims = [] if numbers else [*self._settle(closed=True), *self._whole_line()]
        self._line, self._fresh, self._watching, self._again = "", True, False, False
        self._next_look = 0
        return claims

    def _whole_line(self) -> list[Claim]:
        """Read a complete line that holds more than marks."""
        line = self._line = self._line.rstrip()
        fence = _FENCE.match(line)
        if fence:
            self._in_code = not self._in_code and fence[1].lower() not in _TEXT_FENCES
        if fence or not line:
            return []
        if self._in_code:
            return self._hold(line, ())
        if line[0] == "|":
            return self._read_row(line)
        self._columns = ""
        return [] if self._is_listed(line) else self._read_prose(line)

    def _is_listed(self, line: str) -> bool:
        """Whether it is part of a list of sources: its title, an item of it, or a definition like `[^1]: …`."""
        title = _LISTING.fullmatch(plain(_HEADING.sub("", line)))
        item = self._in_listing and _is_item(line)
        self._in_listing = bool(title or item)
        return bool(title or item or _DEFINITION.match(line))

    def _read_row(self, line: str) -> list[Claim]:
        """A row reads `column: value; …`; the names of the columns stand over a rule."""
        if TABLE_RULE.fullmatch(line) and self._held and self._held.row:
            self._columns, self._held = self._held.row, None
        if not any(map(str.isalnum, line)):
            return []
        found = marks(line, closed=False)
        row = without(line, found)
        numbers = tuple(number for mark in found for number in mark.numbers)
        return self._hold(readable(row, Markup.MARKDOWN, self._columns), numbers, row)

    def _read_prose(self, line: str) -> list[Claim]:
        heading = _HEADING.match(line)
        self._line = line[heading.end() :] if heading else line
        self._drop_list_mark()
        found = pieces(self._line, closed=True)
        if heading and not any(piece.cited for piece in found):
            return []
        claims, last = self._claims(found[:-1]), found[-1]
        if last.text.endswith((":", "：")) and not last.cited:
            return claims
        return claims + self._hold(last.text, last.cited)

    def _hold(self, text: str, cited: tuple[int, ...], row: str = "") -> list[Claim]:
        """Keep the sentence for marks to come; the one that was kept before goes."""
        claims = self._release_held()
        self._held, self._leading = _Held(text, (*self._leading, *cited), row), ()
        return claims

    def _release_held(self) -> list[Claim]:
        held, self._held = self._held, None
        return self._claim(held.text, held.cited) if held else []

    def _claims(self, found: Sequence[Piece]) -> list[Claim]:
        claims = []
        for piece in found:
            claims += self._claim(piece.text, (*self._leading, *piece.cited))
            self._leading = ()
        return claims

    def _claim(self, text: str, cited: Sequence[int]) -> list[Claim]:
        if self.declined or not any(map(str.isalnum, text)):
            return []
        if _SENTINEL.match(text):
            self._refused = True
            return []
        self._cited = self._cited or bool(cited)
        return [Claim(text, tuple(dict.fromkeys(cited)))]


def _is_item(line: str) -> bool:
    return bool(_LIST_MARK.match(line)) or line[0] in "[【［"
