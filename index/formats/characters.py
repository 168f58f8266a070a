"""Bytes to characters, and characters made fit to be quoted."""

import codecs
import re
import unicodedata
from collections.abc import Iterable

from index.errors import UnreadableDocument

# UTF-32 first: its little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# What people's files are in. Choosing among all code pages ever made finds DOS and old Macs in short texts.
_LEGACY = [
    *(f"cp125{digit}" for digit in range(9)),
    *("koi8_r", "koi8_u", "iso8859_2", "iso8859_5", "iso8859_7"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949", "iso2022_jp"),
]

_WESTERN_LETTER = re.compile("[ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿŒœŸ]")
_NOT_WESTERN = re.compile(
    "[À-ÖØ-öø-ÿŒœŸ]{3}"  # Greek, Cyrillic and East Asian text shows as long runs of accented letters
    "|[ðÐþÞýÝ]"  # where Turkish and Baltic code pages keep their own letters
    "|[^\\W\\d_][¡-¶¸-¿ƒ†‡ˆ˜™‹›€‚„…‰][^\\W\\d_]"  # a sign inside a word
)
_CONTROL = re.compile(r"[\x00-\x07\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
# Python's codecs for other purposes, and encodings that show as zero bytes.
_NO_CHARSETS = ("utf-16", "utf-32", "utf-7", "idna", "punycode", "unicode-escape", "raw-unicode-escape")
_SAMPLE = 100_000
_SURROGATE = re.compile(r"[\ud800-\udfff]")

_CONTROLS = (*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0))
_INVISIBLE = (0xAD, 0x200B, 0x2060, 0xFEFF, 0xFFFE, 0xFFFF)
_TIDY = (
    dict.fromkeys((*_CONTROLS, *_INVISIBLE), "")
    | dict.fromkeys((0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029), "\n")
    | dict.fromkeys((0xA0, 0x2007, 0x202F), " ")
)


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of `data`, unchanged but for a byte order mark; `declared` is the encoding it claims to be in.

    UTF-8 beats the claim: nothing else is valid UTF-8 by chance. Raises UnreadableDocument for binary data.
    """
    text = _decode(data, declared)
    if text is None or "\0" in text or data.startswith(b"%PDF-"):
        raise UnreadableDocument("is not text (binary data)")
    return text


def tidy(text: str) -> str:
    """Converted text as people read it: nothing invisible, no trailing spaces, never two empty lines."""
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    lines = text.replace("\r\n", "\n").translate(_TIDY).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def one_line(text: str) -> str:
    """`text` with every run of white space made one space."""
    return " ".join(tidy(text).split())


def _decode(data: bytes, declared: str | None) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding)
    if declared and declared.lower().startswith("iso-2022"):
        return _strict(data, declared)  # made of escape sequences, it would also pass for ASCII
    text = _strict(data, "utf-8")
    if text is not None and "\0" not in text:
        return text
    return _first_clean(_utf16(data) if b"\0" in data else _legacy(data, declared))


def _first_clean(candidates: Iterable[str | None]) -> str | None:
    """The first text without control characters: bytes that decode to those were never that encoding."""
    return next((text for text in candidates if text is not None and not _CONTROL.search(text)), None)


def _utf16(data: bytes) -> Iterable[str | None]:
    """UTF-16 without a mark: the zero bytes of spaces and Latin letters stand at odd or at even places."""
    if data.count(0) * 4 < len(data) and data.replace(b"\0", b"").isascii():
        return  # plain text with a few zero bytes, not half of it zero bytes
    little_endian = data[1::2].count(0) >= data[::2].count(0)
    text = _strict(data, "utf-16-le" if little_endian else "utf-16-be")
    if text and not any(unicodedata.category(char) in ("Cn", "Co") for char in text[:_SAMPLE]):
        yield text  # random bytes would hit places where Unicode has no character


def _legacy(data: bytes, declared: str | None) -> Iterable[str | None]:
    if declared and (encoding := _charset(declared)):
        yield _strict(data, encoding)
    western = _strict(data, "cp1252")
    if western is not None and _reads_western(western):
        yield western
    yield from _detected(data)


def _charset(declared: str) -> str | None:
    """The codec that a claim means; None for what no file of 8-bit characters can be in."""
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        return None
    if name in ("iso8859-1", "ascii"):
        return "cp1252"  # as browsers read these claims
    return None if name.startswith(_NO_CHARSETS) else name


def _reads_western(text: str) -> bool:
    """Whether accented letters are sprinkled over plain ones, as in the languages of Western Europe."""
    sample = text[:_SAMPLE]
    accented = len(_WESTERN_LETTER.findall(sample))
    return accented <= len(re.findall("[A-Za-z]", sample)) and not _NOT_WESTERN.search(text)


def _detected(data: bytes) -> Iterable[str | None]:
    from charset_normalizer import from_bytes

    for match in from_bytes(data, cp_isolation=_LEGACY):
        yield _strict(data, match.encoding)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None
