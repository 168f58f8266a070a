"""What questions are answered from: passages and documents of the catalog."""

from collections.abc import Callable, Sequence

from index.catalog import Catalog
from index.document import Document
from index.retriever import Hit, Retriever


class CatalogSource:
    """Finds passages with whatever `retriever` gives for each question, because vectors come and go."""

    def __init__(self, catalog: Catalog, retriever: Callable[[], Retriever]) -> None:
        self._catalog = catalog
        self._retriever = retriever

    @property
    def is_empty(self) -> bool:
        return not self._catalog.counts.passages

    def retrieve(self, question: str, limit: int, beside: Sequence[tuple[str, float]] = ()) -> list[Hit]:
        """The best passages, best first; `beside` as in Retriever."""
        return self._retriever().retrieve(question, limit, beside)

    def document(self, id: str) -> Document | None:
        """The version that its passages are of."""
        return self._catalog.document(id)
