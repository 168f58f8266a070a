"""Documents and passages as rows of the catalog, and back."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from index.document import Document, Markup, Page, Passage


def embedding_id(passage: Passage) -> str:
    """Names the text that is embedded for a passage, so that the same text is never embedded twice."""
    return hashlib.sha256(passage.contextual_text.encode("utf-8", "surrogatepass")).hexdigest()


def document_row(document: Document) -> tuple[str, str | None, str, str, str, str]:
    """id, title, text, sha256, markup, pages"""
    pages = json.dumps([(page.number, page.start, page.end) for page in document.pages])
    return document.id, document.title, document.text, document.sha256, document.markup.value, pages


def document_of(row: Sequence[Any]) -> Document:
    """From id, text, title, markup, pages."""
    name, text, title, markup, pages = row
    return Document(name, text, title, Markup(markup), tuple(Page(*page) for page in json.loads(pages)))


def passage_row(passage: Passage) -> tuple[int, int, str, str, int | None, str]:
    """start, end, text, headings, page, embedding_id"""
    headings = json.dumps(passage.headings)
    return passage.start, passage.end, passage.text, headings, passage.page, embedding_id(passage)


def passage_of(row: Sequence[Any]) -> Passage:
    """From what `passages_with_documents` gives behind the number."""
    document, title, sha256, start, end, text, headings, page, markup = row[:9]
    label, path = label_of(document, title), tuple(json.loads(headings))
    return Passage(document, label, sha256, start, end, text, path, page, Markup(markup))


def label_of(document_id: str, title: str | None) -> str:
    """What readers see of a document."""
    return Document(document_id, "", title).label


def keyword_title(title: str, headings: Iterable[str]) -> str:
    """What the keyword index knows as a passage's title: the document's label and the headings above it."""
    return "\n".join(dict.fromkeys((title, *headings)))
