"""What questions are answered from: passages and documents of the catalog."""

from collections.abc import Callable, Sequence

from bot.scope import EVERYTHING, Scope
from index.catalog import Catalog
from index.document import Document
from index.document_summary import DocumentSummary
from index.retriever import Hit, Retriever


class CatalogSource:
    """Finds passages with whatever `retriever` gives for each question, because vectors come and go."""

    def __init__(self, catalog: Catalog, retriever: Callable[[], Retriever]) -> None:
        self._catalog = catalog
        self._retriever = retriever

    @property
    def is_empty(self) -> bool:
        return not self._catalog.counts.passages

    def retrieve(
        self, question: str, limit: int, beside: Sequence[tuple[str, float]] = (), scope: Scope = EVERYTHING
    ) -> list[Hit]:
        """The best passages inside the scope, best first; `beside` as in Retriever."""
        return self._retriever().retrieve(question, limit, beside, None if scope.is_everything else scope)

    def document(self, id: str) -> Document | None:
        """The version that its passages are of."""
        return self._catalog.document(id)

    def listing(self) -> list[DocumentSummary]:
        """All of the catalog, in the order of their ids."""
        return self._catalog.documents()

    @property
    def change(self) -> int:
        return self._catalog.change
