"""Any LlamaIndex embedding as ours; imported only when one is configured: it takes seconds."""

import hashlib
import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray

from index.errors import EmbeddingFailed

SECRET_WORDS = ("key", "token", "secret", "password")


class LlamaEmbedding:
    """Adapts a `BaseEmbedding`; its failures become EmbeddingFailed, its vectors unit length."""

    def __init__(self, model: BaseEmbedding, identity: str) -> None:
        self._model = model
        self.identity = identity

    @classmethod
    def load(cls, name: str, options: Mapping[str, Any]) -> Self:
        """Make `package.module:Class(**options)`.

        The identity is made of the name and the options except secrets, so that a new key embeds nothing
        again.
        """
        module, _, class_name = name.partition(":")
        try:
            kind = getattr(importlib.import_module(module), class_name)
            model = kind(**options)
        except Exception as error:  # foreign code: whatever it raises means that it cannot be used
            raise EmbeddingFailed(f"the embedding {name} cannot be made: {_reason(error)}") from error
        if not isinstance(model, BaseEmbedding):
            raise EmbeddingFailed(f"{name} is not a LlamaIndex embedding")
        return cls(model, f"{name}-{_fingerprint(options)}")

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, 0), np.float32)
        return _unit_rows(self._ask(lambda: self._model.get_text_embedding_batch(list(texts))), len(texts))

    def embed_query(self, text: str) -> NDArray[np.float32]:
        row: NDArray[np.float32] = _unit_rows(self._ask(lambda: [self._model.get_query_embedding(text)]), 1)[0]
        return row

    def _ask(self, call: Callable[[], list[list[float]]]) -> list[list[float]]:
        try:
            return call()
        except Exception as error:  # every provider has its own exceptions
            raise EmbeddingFailed(f"the embedding model failed: {_reason(error)}") from error


def _unit_rows(vectors: list[list[float]], expected: int) -> NDArray[np.float32]:
    try:
        rows = np.array(vectors, np.float32)
    except (TypeError, ValueError) as error:
        raise EmbeddingFailed("the embedding model returned vectors of different lengths") from error
    if rows.ndim != 2 or len(rows) != expected or not rows.size:
        raise EmbeddingFailed(f"the embedding model returned {len(rows)} vectors for {expected} texts")
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or (lengths == 0).any():
        raise EmbeddingFailed("the embedding model returned a vector without a direction")
    unit: NDArray[np.float32] = rows / lengths
    return unit


def _fingerprint(options: Mapping[str, Any]) -> str:
    public = {name: value for name, value in options.items() if not any(word in name.lower() for word in SECRET_WORDS)}
    return hashlib.sha256(json.dumps(public, sort_keys=True, default=str).encode()).hexdigest()[:12]


def _reason(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
