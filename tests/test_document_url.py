"""URLs of documents at a quote: readable, and safe for any id."""

from urllib.parse import parse_qs, unquote, urlsplit

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.document_url import document_url


def test_an_ordinary_id_stays_readable() -> None:
    """Slashes separate folders in the URL as in the id."""
    assert document_url("hr/leave.md", 5, 9, "ab") == "/documents/hr/leave.md?start=5&end=9&sha256=ab#quote"


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | st.text("./#?%\\ :ä", min_size=1),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
)
def test_any_id_and_span_can_be_read_back(id: str, start: int, end: int) -> None:
    """Nothing in an id ends the path, starts a query or a fragment, or is folded away."""
    assume(id not in (".", ".."))
    parts = urlsplit(document_url(id, start, end, "ab"))
    prefix, encoded = parts.path[:11], parts.path[11:]
    assert (parts.scheme, parts.netloc, prefix, parts.fragment) == ("", "", "/documents/", "quote")
    assert unquote(encoded, errors="strict") == id
    assert not {"", ".", ".."} & set(encoded.split("/"))
    assert parse_qs(parts.query) == {"start": [str(start)], "end": [str(end)], "sha256": ["ab"]}


def test_an_id_that_is_not_unicode_still_has_a_url() -> None:
    """Half a surrogate pair must not break the answer that cites it."""
    assert document_url("a\ud800", 0, 1, "ab").startswith("/documents/a%ED%A0%80?")
