"""Corpora of one document a line."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.document import Document
from index.errors import UnreadableDocument
from index.formats.jsonl import read_jsonl
from index.formats.source import Source


def read(data: bytes) -> list[Document]:
    return read_jsonl(Source("c.jsonl", data, 10**6))


def test_each_line_is_a_document() -> None:
    """Ids are the path and the row's own; titles may be missing; what has no words is left out."""
    rows = b'{"id": "a", "title": "T", "text": "one"}\r\n\r\n{"id": 7, "title": "", "text": "two"}\n'

    assert read(rows + b'{"id": "c", "text": ""}') == [
        Document("c.jsonl#a", "one", "T"),
        Document("c.jsonl#7", "two"),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{", "line 2 is not JSON"),
        ("[" * 100_000, "line 2 is not JSON"),
        ("[1]", "line 2 is not a JSON object"),
        ('{"id": "b"}', 'line 2 has no "text", or one that is not a string'),
        ('{"id": "b", "text": 5}', 'line 2 has no "text", or one that is not a string'),
        ('{"id": "b", "text": "x", "title": ["t"]}', 'line 2 has no "title", or one that is not a string'),
        ('{"text": "x"}', 'line 2 has no "id", or one that is not a string'),
        ('{"id": true, "text": "x"}', 'line 2 has no "id", or one that is not a string'),
        ('{"id": "", "text": "x"}', 'line 2 has an empty or unprintable "id"'),
        ('{"id": "a\\nb", "text": "x"}', 'line 2 has an empty or unprintable "id"'),
        ('{"id": "a", "text": "x"}', "line 2 has the id of an earlier line"),
    ],
)
def test_a_bad_line_is_named(line: str, expected: str) -> None:
    """One bad line makes the file unreadable, with the number of the line and what is wrong."""
    with pytest.raises(UnreadableDocument) as caught:
        read(b'{"id": "a", "text": "one"}\n' + line.encode())

    assert str(caught.value) == expected


def test_what_cannot_be_stored_is_replaced() -> None:
    """JSON can write half an emoji and a NUL; neither may reach the catalog."""
    assert read(b'{"id":"a","text":"x\\ud83d y\\u0000 \\ud83d\\ude00"}')[0].text == "x\ufffd y\ufffd 😀"


@example("a\u2028b\x85c")
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])).filter(str.strip))
def test_any_text_comes_back(text: str) -> None:
    """Line separators inside a string do not end its line."""
    assert read(json.dumps({"id": "a", "text": text}, ensure_ascii=False).encode())[0].text == text
