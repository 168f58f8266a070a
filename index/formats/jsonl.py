"""Corpora: one document a line."""

import json
from typing import Any

from index.document import Document
from index.errors import UnreadableDocument
from index.formats.characters import decode, one_line
from index.formats.source import Source


def read_jsonl(source: Source) -> list[Document]:
    """A Document `path#id` for each line `{"id", "title", "text"}`; rows without words are left out.

    One bad line makes the whole file unreadable: an index that silently lacks a row answers wrongly.
    """
    documents: dict[str, Document] = {}
    # Not splitlines(): JSON strings may contain U+2028 and its like as they are.
    for number, line in enumerate(decode(source.data).split("\n"), start=1):
        if line.strip():
            document = _document(source.id, line, number)
            if document.id in documents:
                raise UnreadableDocument(f"line {number} has the id of an earlier line")
            documents[document.id] = document
    return [document for document in documents.values() if document.text.strip()]


def _document(path: str, line: str, number: int) -> Document:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableDocument(f"line {number} is not JSON") from error
    if not isinstance(row, dict):
        raise UnreadableDocument(f"line {number} is not a JSON object")
    text = _string(row, "text", number)
    title = _string(row | {"title": row.get("title") or ""}, "title", number)
    return Document(f"{path}#{_row_id(row, number)}", _storable(text), one_line(title) or None)


def _row_id(row: dict[str, Any], number: int) -> str:
    id = row.get("id")
    if isinstance(id, int) and not isinstance(id, bool):
        return str(id)
    id = _string(row, "id", number)
    if not id.isprintable() or not id.strip():
        raise UnreadableDocument(f'line {number} has an empty or unprintable "id"')
    return id


def _string(row: dict[str, Any], name: str, number: int) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise UnreadableDocument(f'line {number} has no "{name}", or one that is not a string')
    return value


def _storable(text: str) -> str:
    r"""JSON can say `\ud800` and `\u0000`, which neither UTF-8 nor SQLite can."""
    return text.replace("\0", "\ufffd").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
