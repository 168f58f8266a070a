"""Fakes shared by the tests: ordinary code with predictable behaviour."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


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
