"""Text to vectors: the bundled ONNX model, or any LlamaIndex embedding by configuration."""

import hashlib
from collections.abc import Iterator, Sequence
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
BATCH_TOKENS = 1024  # of texts of similar length in one run: more is slower, and costs memory for good


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
    """all-MiniLM-L6-v2 in 8 bits; texts longer than 256 tokens are cut there. Thread-safe."""

    def __init__(self, threads: int = 0, folder: Path = BUNDLED_MODEL) -> None:
        self._threads = threads
        self._folder = folder

    @cached_property
    def identity(self) -> str:
        """The model's name and the checksum of its file, so that a remade model makes a new index."""
        return f"all-MiniLM-L6-v2-int8-{hashlib.sha256(self._file('SHA256SUMS')).hexdigest()[:12]}"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.empty((len(texts), DIMENSIONS), np.float32)
        encodings = self._tokenizer.encode_batch_fast(list(texts))
        for batch in _batches([len(encoding.ids) for encoding in encodings]):
            rows[batch] = self._run([encodings[place] for place in batch])
        return rows

    def embed_query(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self.embed([text])[0]
        return vector

    def _run(self, encodings: Sequence["Encoding"]) -> NDArray[np.float32]:
        longest = max(len(encoding.ids) for encoding in encodings)
        ids = np.zeros((len(encodings), longest), np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        (vectors,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        result: NDArray[np.float32] = vectors
        return result

    @cached_property
    def _session(self) -> "InferenceSession":
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        # Threads that wait by spinning take the cores from whoever else answers on this machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
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


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts of similar length: padding is work that nobody reads."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and lengths[place] * (len(batch) + 1) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
