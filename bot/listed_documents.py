"""A part of a list of documents."""

from dataclasses import dataclass

from index.document_summary import DocumentSummary


@dataclass(frozen=True, slots=True)
class ListedDocuments:
    """Some of `total` documents, in the order of their ids; `next`, if there are more, is what they come after."""

    documents: list[DocumentSummary]
    total: int
    next: str | None
