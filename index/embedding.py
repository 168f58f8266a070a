"""Text to vectors: the bundled ONNX model, or any LlamaIndex embedding by configuration."""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import EmbeddingFailed
from index.settings import IndexSettings
from index.vocabulary import load_tokenizer

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

BUNDLED_MODEL = Path(__file__).with_name("models") / "all-MiniLM-L6-v2"
DIMENSIONS = 384


class Embedding(Protocol):
    """What the index needs of a model; `identity` changes whenever its vectors would."""

    @property
    def identity(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of unit length for each text. Raises EmbeddingFailed."""
        ...

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question. Raises EmbeddingFailed."""
        ...


class BundledEmbedding:
    """all-MiniLM-L6-v2 in 8 bits; texts longer than 256 tokens are cut there. Thread-safe.

    A text's vector does not depend on the texts that are embedded beside it. `threads` is how many texts are embedded
    at the same time, 0 for one on each core.
    """

    def __init__(self, threads: int = 0, folder: Path = BUNDLED_MODEL) -> None:
        self._threads = threads or _cores()
        self._folder = folder

    @cached_property
    def identity(self) -> str:
        """The model's name and the checksum of its file, so that a remade model makes a new index."""
        return f"all-MiniLM-L6-v2-int8-{hashlib.sha256(self._file('SHA256SUMS')).hexdigest()[:12]}"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.empty((len(texts), DIMENSIONS), np.float32)
        encodings = self._tokenizer.encode_batch_fast(list(texts))
        session = self._session
        with ThreadPoolExecutor(self._threads) as pool:
            for place, vector in enumerate(pool.map(lambda encoding: _run(session, encoding), encodings)):
                rows[place] = vector
        return rows

    def embed_query(self, text: str) -> NDArray[np.float32]:
        return _run(self._session, self._tokenizer.encode(text))

    @cached_property
    def _session(self) -> "InferenceSession":
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.intra_op_num_threads = 1  # many texts beside each other beat many threads on one
        options.log_severity_level = 3
        try:
            return InferenceSession(self._file("model.onnx"), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's own exceptions share no public root
            raise EmbeddingFailed(f"the bundled model cannot be loaded: {_first_line(error)}") from error

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        return load_tokenizer(self._folder / "tokenizer.json")

    def _file(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except OSError as error:
            raise EmbeddingFailed(f"the bundled model's {name} cannot be read: {error.strerror}") from error


def load_embedding(settings: IndexSettings) -> Embedding:
    """The model that the settings name. Raises EmbeddingFailed when a configured class cannot be made."""
    if settings.embedding == "bundled":
        return BundledEmbedding(settings.threads)
    from index.llama_embedding import LlamaEmbedding

    return LlamaEmbedding.load(settings.embedding, settings.embedding_options)


def _run(session: "InferenceSession", encoding: "Encoding") -> NDArray[np.float32]:
    (vectors,) = session.run(None, {"input_ids": np.array([encoding.ids], np.int64)})
    vector: NDArray[np.float32] = vectors[0]
    return vector


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
