"""Text as sentences with exact offsets, and what each of them is: prose, a label, a row, code, markup."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import sentencex

from index.blocks import Block, Kind, blocks
from index.document import Markup


class SourceSentence(NamedTuple):
    """The span `[start, end)` of a sentence in a source, without surrounding whitespace.

    Only `Kind.PROSE` reads as a sentence. The others stand for what is not one, so that nothing is left out.
    """

    kind: Kind
    start: int
    end: int
    level: int = 0  # of a heading by its markup, from 1


def sentence_spans(
    text: str, start: int = 0, end: int | None = None, markup: Markup = Markup.PLAIN
) -> list[tuple[int, int]]:
    """The spans of `sentences`."""
    return [(sentence.start, sentence.end) for sentence in sentences(text, start, end, markup)]


def sentences(text: str, start: int = 0, end: int | None = None, markup: Markup = Markup.PLAIN) -> list[SourceSentence]:
    """Cut `text[start:end]` into sentences, in order; all characters but whitespace are in exactly one.

    Offsets are those of the whole text. Headings, list markers, rows and lines of code are spans of their
    own.
    """
    return [sentence for block in blocks(text, start, end, markup) for sentence in _sentences_of(text, block)]


def _sentences_of(text: str, block: Block) -> Iterator[SourceSentence]:
    if block.kind is not Kind.PROSE:
        yield SourceSentence(*block)
        return
    original = text[block.start : block.end]
    flat = _flat(original)
    before = at = 0
    for end in _ends(flat):
        start, stop = _trimmed(flat, at, end)
        yield from _marks(original, before, start, block.start)
        if start < stop:
            yield SourceSentence(_kind(flat[start:stop]), block.start + start, block.start + stop)
        before, at = max(stop, before), end
    yield from _marks(original, before, len(original), block.start)


def _marks(original: str, start: int, stop: int, offset: int) -> Iterator[SourceSentence]:
    """What stands between two sentences: nothing, or the quotation mark of a line."""
    start, stop = _trimmed(original, start, stop)
    if start < stop:
        yield SourceSentence(Kind.MARKUP, offset + start, offset + stop)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return end - len(piece.lstrip()), start + len(piece.rstrip())


# Each character of the flat text stands for one of the original: whitespace that would end a paragraph is a
# space, and lone surrogates, which cannot be encoded, are replacement characters.
_FLAT = dict.fromkeys(map(ord, "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"), " ") | dict.fromkeys(
    range(0xD800, 0xE000), "\ufffd"
)
_QUOTED_LINE = re.compile(r"(?<=[\n\r])[ \t]*>[> \t]*")


def _flat(original: str) -> str:
    if ">" in original:
        original = _QUOTED_LINE.sub(lambda match: " " * len(match[0]), original)
    return original.translate(_FLAT)


# --- where sentences end ------------------------------------------------------------------------------------

_WINDOW = 4096  # characters; the splitter's time grows with the square of a text that is not ASCII
_CYRILLIC = re.compile(r"[\u0400-\u04ff]{3}")
_GREEK = re.compile(r"[\u0370-\u03ff]{3}")
_MAY_END = re.compile(r"[.!?…:;\u0589\u061f\u06d4\u0964\u3002\uff01-\uff0e\uff1f]|[^\x00-\u2fff]")


def _ends(flat: str) -> list[int]:
    """Where the sentences of one paragraph end; the last is the end of the paragraph."""
    if not _MAY_END.search(flat, 0, len(flat) - 1):
        return [len(flat)]
    language = _language(flat)
    ends: list[int] = []
    start = 0
    for end in _candidates(flat, language):
        end = _with_note(flat, end)
        if end > start and (end >= len(flat) or not _goes_on(flat, start, end)):
            ends.extend(_inner_ends(flat, start, end))
            ends.extend(match.end() for match in _WORD_END.finditer(flat, start, end) if match.end() < end)
            ends.append(end)
            start = end
    return sorted(set(ends))


def _language(flat: str) -> str:
    """As far as the script tells; the splitter's English also knows the full stops of other scripts."""
    if flat.isascii():
        return "en"
    return "ru" if _CYRILLIC.search(flat) else "el" if _GREEK.search(flat) else "en"


def _candidates(flat: str, language: str) -> Iterator[int]:
    """What the splitter says, window by window: its last piece in a window may go on in the next."""
    start = 0
    while start < len(flat):
        window = flat[start : start + _WINDOW]
        ends = [start + end for end in _split(window, language)]
        if start + len(window) < len(flat):
            ends = ends[:-1] or [start + _last_word_end(window)]
        yield from ends
        start = ends[-1]


def _split(window: str, language: str) -> list[int]:
    ends: list[int] = []
    at = 0
    for piece in sentencex.segment(language, window):
        if len(piece) > _LONG_QUOTATION and _QUOTES.search(piece):
            ends.extend(at + end for end in _split_quotation(piece, language))
        else:
            ends.append(at + len(piece))
        at += len(piece)
    return [*(end for end in ends if end < len(window)), len(window)]


def _last_word_end(window: str) -> int:
    return window.rfind(" ") + 1 or len(window)


# The splitter keeps a quotation in one piece. A long one is a text of its own: its quotes are masked.
_LONG_QUOTATION = 300
_QUOTES = re.compile(r"[\"“”„«»()\[\]「」『』]")
_OPENING = re.compile(r"\s[\"'“‘„«(\[「『]+\s*$")


def _split_quotation(piece: str, language: str) -> Iterator[int]:
    at = 0
    for part in sentencex.segment(language, _QUOTES.sub(" ", piece)):
        at += len(part)
        opening = _OPENING.search(piece, max(0, at - 8), at)
        yield opening.start() + 1 if opening and at < len(piece) else at


# --- what the splitter does not know ------------------------------------------------------------------------

_REFERENCE = r"(?:\[[^\[\]]{1,40}\](?!\()|:\d[\d:–-]*(?:,\s\d[\d:–-]*)*(?=\s|$|\[))"  # [3], [citation needed], :245
_NOTE = re.compile(rf"{_REFERENCE}+|(?:\*{{1,3}}|_{{1,3}})(?=\s|$)")
_LONE_MARKER = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]|[ivx]{2,4})[.)]|[§¶]\s?\d+[.)]")
_ABBREVIATION = re.compile(
    r"\b(?:approx|appx|abs|art|avg|ca|chap|ch|col|ed|eds|eqs?|est|excl|figs?|incl|max|min|nos?|nr|p|para|pars|pp|pts?|"
    r"refs?|resp|rev|secs?|spp?|str|subsp|var|tabs?|ver|vols?|al|cf|vs|viz|z\.\s?B|d\.\s?h|bzw|ggf|usw|т\.\s?е|т\.\s?д|стр|рис)\.$",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d\s?[ap]\.m\.$")
_CONTINUED = re.compile(r"(?:\d|\b[A-Z][a-z]{0,3})\.$")  # "the 3. of May", "An. gambiae"
_INLINE_MARKER = re.compile(r"[:;]\s\(?\d{1,3}[.)]$")
_ZONE = re.compile(r"[A-Z]{2,4}\b")
_GLUED = re.compile(r"[a-z]{3}\.[A-Z][a-z]*$")


def _with_note(flat: str, end: int) -> int:
    """A reference that touches the full stop and closing emphasis belong to the sentence before them."""
    note = _NOTE.match(flat, end) if not flat[end - 1].isspace() else None
    return note.end() if note else end


def _goes_on(flat: str, start: int, end: int) -> bool:
    """Whether the sentence `flat[start:end]` does not end there, although the splitter says so."""
    said = flat[max(start, end - 16) : end].rstrip()
    following = flat[end : end + 40].lstrip()
    if not (following[:1].isalnum() or any(character.isalnum() for character in following)):
        return len(following) < 40 and end + 40 >= len(flat)
    if _INLINE_MARKER.search(said) or (end - start < 8 and _LONE_MARKER.fullmatch(said)):
        return True
    if _ABBREVIATION.search(said):
        return not following[0].isupper() and following[0] not in '"“‘'
    if _CONTINUED.search(said) and following[0].islower():
        return True
    if _TIME.search(said):
        return bool(_ZONE.match(following))
    return _is_inside_word(flat, end)


def _is_inside_word(flat: str, end: int) -> bool:
    """`System.Text.Json` is a word; `it ended.Then it` are two sentences without a space."""
    if flat[end - 1] != "." or not (flat[end].isascii() and flat[end].isalnum()):
        return False
    before, after = flat[max(0, end - 60) : end], flat[end : end + 60]
    word = before.split()[-1] + after.split()[0]
    return word.count(".", 0, -1) > 1 or not _GLUED.search(word)


# A sentence that ends in brackets or before a note: "(It was late.) She left.", "“So it is.”[2] She left."
_CLOSED_END = re.compile(r"[\w%][.!?…]+[\"'”’»)\]]*(?:\[[^\[\]\s]{1,30}\])*\s+(?=[\"“‘«(\[]?[^\W\d_a-z])")
# The splitter takes these for abbreviations even where they are words that end a sentence.
_WORD_END = re.compile(r"\b(?:May|art|mar|no|sat|sun)\.\s+(?=[A-Z][a-z])")
_PAIRS = (("(", ")"), ("[", "]"), ("“", "”"), ("«", "»"))


def _inner_ends(flat: str, start: int, end: int) -> Iterator[int]:
    if flat[start] != "(" and flat.find("]", start, end) < 0:
        return
    for match in _CLOSED_END.finditer(flat, start, end):
        closer = match[0].rstrip()[-1]
        ends = closer == "]" or (closer == ")" and flat[start] == "(")
        if ends and match.end() < end and _is_balanced(flat[start : match.end()]):
            yield match.end()
            start = match.end()


def _is_balanced(text: str) -> bool:
    return text.count('"') % 2 == 0 and all(text.count(a) == text.count(b) for a, b in _PAIRS)


# --- what a sentence is -------------------------------------------------------------------------------------

_CLOSED = re.compile(r"[.!?…。！？।؟۔][\"'”’»)\]*_」』]*" + rf"(?:\s?{_REFERENCE})*$")
_LONGEST_LABEL = 120
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_TWO_WORDS = re.compile(r"\w++(?:['’-]\w++)*+\W+\w")  # cheaper than counting them
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff]")


def _kind(sentence: str) -> Kind:
    """Prose, unless it is too short to say something or is written as a title."""
    closed = bool(_CLOSED.search(sentence[-60:]))
    if len(sentence) > _LONGEST_LABEL:
        return Kind.PROSE if closed or sentence[-1] not in ":：" else Kind.LABEL
    if closed and _TWO_WORDS.search(sentence) and any(map(str.isalpha, sentence)):
        return Kind.PROSE
    words = _WORD.findall(sentence)
    ideographs = [] if sentence.isascii() else _IDEOGRAPHS.findall(sentence)
    size = len(words) + len(ideographs) // 2
    if closed and size > 1 and any(map(str.isalpha, sentence)):
        return Kind.PROSE
    if closed or size < 5 or sentence[-1] in ":：" or _is_title(words):
        return Kind.LABEL
    return Kind.PROSE


def _is_title(words: list[str]) -> bool:
    """Most of the longer words begin with a capital."""
    longer = [word for word in words if len(word) > 3]
    return len(longer) > 1 and sum(word[0].isupper() for word in longer) > 0.7 * len(longer)
