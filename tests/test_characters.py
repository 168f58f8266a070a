"""Bytes to characters: every encoding that people's files are in, and nothing that is not text."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableDocument
from index.formats.characters import decode, one_line, tidy

SAMPLES = [
    ("Le café a rouvert à Noël – déjà vu, l’été.", "cp1252"),
    ("Café", "cp1252"),
    ("“We are ready” — it cost €50.", "cp1252"),
    ("Die Größe der Straße beträgt zwölf Meter, über die Brücke.", "latin-1"),
    ("El niño comió la piña mañana en España.", "cp1252"),
    ("Командующий миссией сообщил, что порт открыт с понедельника.", "cp1251"),
    ("Командующий миссией сообщил, что порт открыт с понедельника.", "koi8-r"),
    ("Zażółć gęślą jaźń. Łódź jest pięknym miastem, które odwiedziły tysiące turystów.", "cp1250"),
    ("Η Αθήνα είναι η πρωτεύουσα της Ελλάδας.", "cp1253"),
    ("東京都の人口は約千四百万人です。これは日本の首都であり、世界最大の都市圏の一つです。", "shift_jis"),
    ("北京是中华人民共和国的首都，全国政治中心、文化中心。", "gb18030"),
    ("台北是中華民國的首都，也是全國政治、文化中心。", "big5"),
    ("서울은 대한민국의 수도이자 최대 도시이다.", "euc_kr"),
    ("The mission is led by Kenya.", "utf-16-le"),
    ("Käsebrot\r\nmit 東京都\r\n", "utf-16-be"),
]


@pytest.mark.parametrize(("text", "encoding"), SAMPLES)
def test_encodings_are_recognised(text: str, encoding: str) -> None:
    """A short text in an old encoding, undeclared, reads as it was written."""
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_believed_and_dropped(encoding: str) -> None:
    """The mark tells the encoding and is no part of the text."""
    assert decode("a\r\né".encode(encoding)) == "a\r\né"


def test_utf8_beats_the_claim() -> None:
    """Pages that say Latin-1 and are UTF-8 are common; the reverse cannot happen by chance."""
    assert decode("naïve".encode(), "iso-8859-1") == "naïve"


def test_a_claim_decides_what_bytes_alone_cannot() -> None:
    """Two letters could be of any code page."""
    assert decode(b"\xc4\xe0", "windows-1251") == "Да"


def test_escape_sequences_need_their_claim() -> None:
    """ISO-2022-JP is made of ASCII bytes and would pass for it."""
    assert decode("港は".encode("iso2022_jp"), "ISO-2022-JP") == "港は"


@pytest.mark.parametrize("claim", ["no-such-charset", "unicode_escape", "utf-16", "rot13", "idna", "\0"])
def test_senseless_claims_are_ignored(claim: str) -> None:
    """A claim comes from the file: it can name nothing, or a codec that is no encoding of files."""
    assert decode("Café \\x41 xn--".encode("cp1252"), claim) == "Café \\x41 xn--"


@pytest.mark.parametrize(
    "data", ["a\0b".encode("utf-16"), b"a\0b", b"\1\2caf\xe9 au lait\x10", b"A\0\xff\xe0\x30\0 \0B\0"]
)
def test_control_characters_are_not_text(data: bytes) -> None:
    """What decodes to NUL, to control characters or to characters that do not exist is something else."""
    with pytest.raises(UnreadableDocument, match=r"^is not text \(binary data\)$"):
        decode(data)


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_are_not_text(seed: int) -> None:
    """Encrypted and compressed data is told from text by its control characters."""
    with pytest.raises(UnreadableDocument, match=r"^is not text \(binary data\)$"):
        decode(random.Random(seed).randbytes(300))


@given(st.text(st.characters(exclude_categories=[])))
def test_tidy_text_can_be_stored_and_read(text: str) -> None:
    """No NUL, no lone surrogate, no trailing space, no two empty lines; doing it once is enough."""
    clean = tidy(text)

    clean.encode()
    assert "\0" not in clean
    assert "\n\n\n" not in clean
    assert all(line == line.rstrip() for line in clean.split("\n"))
    assert tidy(clean) == clean


def test_tidy_keeps_the_words() -> None:
    """What cannot be seen goes, what can stays."""
    assert tidy("co\u00adop\u200b at\u00a09\r\n\r\n\r\n\r\n  x \ud83d\ude00\0") == "coop at 9\n\n  x 😀"


def test_one_line_is_one_line() -> None:
    """Titles and cells have no line breaks, of whatever kind."""
    assert one_line(" a\r\n b\u2028c\vd ") == "a b c d"
