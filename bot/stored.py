"""A file that has been put into the documents folder."""

from dataclasses import dataclass

from index.document_summary import DocumentSummary


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that has been put: the documents in it that are inside the scope, and whether there was an older file."""

    id: str
    documents: list[DocumentSummary]
    replaced: bool

    @property
    def passages(self) -> int:
        return sum(document.passages for document in self.documents)
