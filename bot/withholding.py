"""The index as if some documents were not in it: how a question becomes one that cannot be answered."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import cast

from numpy import float32
from numpy.typing import NDArray

from bot.scope import EVERYTHING, Scope
from index.catalog import Catalog
from index.document import Document, Passage
from index.document_summary import DocumentSummary
from index.embedding import Embedding
from index.retriever import Hit, Retriever
from index.vectors import VectorIndex


class WithholdingSource:
    """A source of passages that leaves out those of the documents in `withheld`, as set before each question.

    They are left out of both rankings before these are scaled and fused, and as many others move up. The
    frequencies of words stay those of the whole corpus. One question at a time.
    """

    def __init__(self, catalog: Catalog, vectors: VectorIndex, embedding: Embedding, dense_weight: float) -> None:
        self.withheld: Collection[str] = ()
        self._catalog = catalog
        self._vectors = vectors
        self._embedding = embedding
        self._dense_weight = dense_weight
        self._whole = Retriever(catalog, vectors, embedding, dense_weight)
        self._sizes = {document.id: document.passages for document in catalog.documents()}

    def retrieve(
        self,
        question: str,
        limit: int,
        beside: Sequence[tuple[str, float]] = (),
        scope: Scope = EVERYTHING,  # noqa: ARG002 - an evaluation asks with the rights to everything
    ) -> list[Hit]:
        """The best passages of the other documents, best first; `beside` as in Retriever."""
        retriever = self._without(self.withheld) if self.withheld else self._whole
        return retriever.retrieve(question, limit, beside)

    def document(self, id: str) -> Document | None:
        return self._catalog.document(id)

    def listing(self) -> list[DocumentSummary]:
        return self._catalog.documents()

    @property
    def change(self) -> int:
        return self._catalog.change

    def _without(self, documents: Collection[str]) -> Retriever:
        view = _CatalogView(self._catalog, documents, sum(self._sizes.get(id, 0) for id in documents))
        # The view answers whatever a Retriever asks of its catalog.
        return Retriever(cast(Catalog, view), _VectorsView(self._vectors, view), self._embedding, self._dense_weight)


@dataclass(frozen=True, slots=True)
class _CatalogView:
    """What a Retriever asks of the catalog, without the `passages_withheld` passages of `documents`."""

    catalog: Catalog
    documents: Collection[str]
    passages_withheld: int

    def snapshot(self) -> AbstractContextManager[None]:
        return self.catalog.snapshot()

    def keyword_search(self, question: str, limit: int) -> list[tuple[int, float]]:
        found = self.catalog.keyword_search(question, limit + self.passages_withheld)
        kept = self.passages(number for number, _ in found)
        return [(number, score) for number, score in found if number in kept][:limit]

    def passages(self, numbers: Iterable[int]) -> dict[int, Passage]:
        passages = self.catalog.passages(numbers)
        return {number: each for number, each in passages.items() if each.document not in self.documents}

    def passage_vectors(self, model: str, numbers: Iterable[int]) -> Mapping[int, NDArray[float32]]:
        return self.catalog.passage_vectors(model, numbers)

    def passages_of(self, embedding_ids: Iterable[str]) -> Mapping[str, list[int]]:
        places = self.catalog.passages_of(embedding_ids)
        kept = self.passages(number for numbers in places.values() for number in numbers)
        remaining = {text: [n for n in numbers if n in kept] for text, numbers in places.items()}
        return {text: numbers for text, numbers in remaining.items() if numbers}


@dataclass(frozen=True, slots=True)
class _VectorsView:
    """The vectors of texts that stand in the remaining documents."""

    vectors: VectorIndex
    catalog: _CatalogView

    def search(self, vector: NDArray[float32], limit: int) -> list[tuple[str, float]]:
        found = self.vectors.search(vector, limit + self.catalog.passages_withheld)
        places = self.catalog.passages_of(text for text, _ in found)
        return [(text, cosine) for text, cosine in found if text in places][:limit]
