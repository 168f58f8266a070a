"""Fakes shared by the tests: ordinary code with predictable behaviour."""

import hashlib
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.scope import EVERYTHING, Scope
from index.document import Document, Passage
from index.document_summary import DocumentSummary
from index.retriever import Hit


class FakeEmbedding:
    """A hashed bag of words: texts that share words are near; counts what it was asked to embed."""

    dimensions = 64

    def __init__(self, identity: str = "fake-1") -> None:
        self.identity = identity
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded.extend(texts)
        return np.stack([self._vector(text) for text in texts]) if texts else np.zeros((0, 64), np.float32)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        return self._vector(text)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.full(self.dimensions, 1e-3, np.float32)
        for word in re.findall(r"\w+", f"{self.identity[:4]} {text}".lower()):
            digest = hashlib.sha256(f"{self.identity}:{word}".encode()).digest()
            vector[digest[0] % self.dimensions] += 1
        return vector / np.linalg.norm(vector)


def passage_of(document: Document, start: int = 0, end: int | None = None, **more: Any) -> Passage:
    """The span of a document as a passage."""
    end = len(document.text) if end is None else end
    return Passage(
        document=document.id,
        title=document.label,
        sha256=document.sha256,
        start=start,
        end=end,
        text=document.text[start:end],
        markup=document.markup,
        **more,
    )


def hit_of(document: Document, score: float = 1.0, **more: Any) -> Hit:
    """A whole document as something that was retrieved."""
    return Hit(passage_of(document, **more), score=score, dense=score, keyword=score)


def summary_of(document: Document, passages: int = 1, change: int = 1, mtime_ns: int = 0) -> DocumentSummary:
    """A document as a line of a listing."""
    return DocumentSummary(document.id, document.label, document.id, document.sha256, passages, change, mtime_ns)


class FakeSource:
    """Retrieves every document it has, in their order, with falling scores."""

    change = 0

    def __init__(self, *documents: Document) -> None:
        self.documents = {document.id: document for document in documents}

    def retrieve(
        self, question: str, limit: int, beside: Sequence[tuple[str, float]] = (), scope: Scope = EVERYTHING
    ) -> list[Hit]:
        allowed = [one for one in self.documents.values() if scope.allows(one.id)]
        return [hit_of(one, 1 / place) for place, one in enumerate(allowed, start=1)][:limit]

    def document(self, id: str) -> Document | None:
        return self.documents.get(id)

    def listing(self) -> list[DocumentSummary]:
        return [summary_of(one) for _, one in sorted(self.documents.items())]
