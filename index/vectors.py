"""Searching by meaning: vectors in Chroma, a projection of the catalog that may go at any moment.

What Chroma does not do for us shapes this file. It rewrites its files in place, so a killed writer can
leave a store that crashes every process that opens it: after an unclean stop a child process tries first.
Deleted vectors keep their room: a new generation is made when too many are dead. Writing stops all other
threads of the process: it is done in small slices while questions are answered.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from index.errors import VectorsDamaged
from index.generations import Generation, Generations

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection

COLLECTION = "passages"
# ef_search bounds the candidates of a search: the default 100 loses neighbours when 100 are asked for.
CONFIGURATION: "CreateHNSWConfiguration" = {"space": "cosine", "ef_search": 200}
SLICE = 2000  # Chroma takes 5,461 at most
SERVING_SLICE = 64  # about 20 ms without a turn for other threads
SERVING_PAUSE = 0.002
DEAD_SHARE = 0.3
DEAD_AT_LEAST = 500
NEAR = 0.999
FOUND_SHARE = 0.9
PROBE_TIMEOUT_S = 120  # a guard against a store that hangs; a sound one takes the seconds of the import

Matrix = NDArray[np.float32]
_import_lock = threading.Lock()


class VectorIndex(Protocol):
    """Finds the vectors nearest to one."""

    def search(self, vector: Matrix, limit: int) -> list[tuple[str, float]]:
        """Ids of the nearest vectors with their cosine similarity, best first; fewer if there are fewer."""
        ...


class Store:
    """One open Chroma folder. Whatever goes wrong in it is VectorsDamaged: the folder is no use any more."""

    def __init__(self, folder: Path) -> None:
        with _damage_named():
            self._client = _open_client(folder)
            self._collection = _open_collection(self._client)

    def add(self, ids: Sequence[str], vectors: Matrix) -> None:
        """Ids that are there already stay as they are: equal ids have equal vectors."""
        with _damage_named():
            self._collection.add(ids=list(ids), embeddings=vectors)

    def delete(self, ids: Sequence[str]) -> None:
        with _damage_named():
            self._collection.delete(ids=list(ids))

    def ids(self) -> list[str]:
        with _damage_named():
            return self._collection.get(include=[])["ids"]

    def vectors(self, ids: Sequence[str]) -> dict[str, Matrix]:
        """The vectors of those of `ids` that are there; ask for a few thousand at most."""
        with _damage_named():
            found = self._collection.get(ids=list(ids), include=["embeddings"])
            return dict(zip(found["ids"], np.asarray(found["embeddings"], np.float32), strict=True))

    def search(self, vector: Matrix, limit: int) -> list[tuple[str, float]]:
        with _damage_named():
            found: Any = self._collection.query(
                query_embeddings=vector[np.newaxis], n_results=limit, include=["distances"]
            )
            return [(id, 1 - distance) for id, distance in zip(found["ids"][0], found["distances"][0], strict=True)]

    def __len__(self) -> int:
        with _damage_named():
            return self._collection.count()

    def close(self) -> None:
        with _damage_named():
            self._client.close()


@dataclass(slots=True)
class _Opened:
    """A generation and its open store."""

    generation: Generation
    store: Store


class ChromaVectors:
    """The vector store of an index: one thread writes, any thread searches.

    While there is no sound generation, `available` is false and searches find nothing, so that questions go
    by keywords. `serving` says that questions are answered by this process while it writes.
    """

    def __init__(self, folder: Path, *, serving: bool = False) -> None:
        self.serving = serving
        self._generations = Generations(folder)
        self._searched: _Opened | None = None
        self._written: _Opened | None = None

    @property
    def available(self) -> bool:
        return self._searched is not None

    def search(self, vector: Matrix, limit: int) -> list[tuple[str, float]]:
        """Nothing while no sound generation is open. Join the ids with the catalog: one may be superseded."""
        while opened := self._searched:
            try:
                return opened.store.search(vector, limit)
            except VectorsDamaged:
                if opened is self._searched:  # otherwise it was closed under our feet by a switch
                    self._searched = None
        return []

    def attach(self, model: str, sample: Matrix) -> bool:
        """Open the current generation; False when there is none of this model that is sound.

        `sample` are vectors that it must find. Opening a torn store can kill the process, so one that was not
        closed as it is now is first opened in a child process. One whose writer was killed is never trusted:
        it may work and yet find only a part.
        """
        self.abandon()
        generation = self._generations.current()
        self._generations.sweep(generation)
        if generation is None or generation.model != model or generation.writing:
            return False
        path = self._generations.path(generation)
        if not (self._generations.is_as_closed(generation) or _survives(path, sample)):
            return False
        self._searched = self._written = self._open(generation)
        self._generations.save(self._written.generation)
        return True

    def begin(self, model: str) -> None:
        """Write into a new generation from now on, which `switch` makes the one that is searched and kept."""
        self._written = self._open(self._generations.make(model))

    def switch(self) -> None:
        """Search the generation that is written, keep it, and drop the one before."""
        written = self._opened_for_writing()
        before, self._searched = self._searched, written
        self._generations.save(written.generation)
        _close_quietly(before)
        self._generations.sweep(written.generation)

    def abandon(self) -> None:
        """Let go of whatever is open without trusting it; searches find nothing until the next `switch`."""
        opened, self._searched, self._written = (self._searched, self._written), None, None
        for each in opened:
            _close_quietly(each)

    def add(self, ids: Sequence[str], vectors: Matrix) -> None:
        """Ids that are there already stay as they are."""
        with self._being_written() as written:
            for part in self._slices(len(ids)):
                written.store.add(ids[part], vectors[part])

    def delete(self, ids: Sequence[str]) -> None:
        """Ids that are not there are ignored."""
        with self._being_written() as written:
            for part in self._slices(len(ids)):
                written.store.delete(ids[part])
            written.generation = replace(written.generation, dead=written.generation.dead + len(ids))

    def ids(self) -> list[str]:
        """All ids of the generation that is written."""
        return self._opened_for_writing().store.ids()

    def vectors(self, ids: Sequence[str]) -> dict[str, Matrix]:
        """The vectors of those of `ids` that are there; ask for a few thousand at most."""
        return self._opened_for_writing().store.vectors(ids)

    def is_intact(self) -> bool:
        """Whether one generation is open, for searching and writing, and its folder is still there."""
        current = self._generations.current()
        if self._searched is None or self._searched is not self._written or current is None:
            return False
        return current.number == self._searched.generation.number

    def condemn(self) -> None:
        """Close what is open and have the next sync make a new store."""
        opened = self._searched
        self.abandon()
        if opened is not None:
            self._generations.save(replace(opened.generation, writing=True))

    def is_wasteful(self) -> bool:
        """Whether so much of the store is dead that a new generation is worth its making."""
        written = self._opened_for_writing()
        dead = written.generation.dead
        return dead > DEAD_AT_LEAST and dead > DEAD_SHARE * len(written.store)

    def is_at_rest(self, model: str, change: int) -> bool:
        """Whether, closed, it holds what the catalog held at `change`; answered without opening Chroma."""
        generation = self._generations.current()
        return (
            generation is not None
            and (generation.model, generation.change) == (model, change)
            and self._generations.is_as_closed(generation)
        )

    def close(self, change: int) -> None:
        """Close, and note that the store holds what the catalog held at `change`."""
        searched, written = self._searched, self._written
        self._searched = self._written = None
        if written is not searched:
            _close_quietly(written)
        if searched is not None and _close_quietly(searched):
            self._generations.close(searched.generation, change)

    def _open(self, generation: Generation) -> _Opened:
        return _Opened(generation.opened(), Store(self._generations.path(generation)))

    def _opened_for_writing(self) -> _Opened:
        if self._written is None:
            raise VectorsDamaged("the vectors of the index are not open")
        return self._written

    @contextmanager
    def _being_written(self) -> Iterator[_Opened]:
        """A store whose writer died may be torn where no probe looks; until the end the pointer says so."""
        written = self._opened_for_writing()
        if written is not self._searched:  # nothing points to it yet
            yield written
            return
        self._generations.save(replace(written.generation, writing=True))
        yield written
        self._generations.save(written.generation)

    def _slices(self, count: int) -> Iterator[slice]:
        size = SERVING_SLICE if self.serving else SLICE
        for start in range(0, count, size):
            yield slice(start, start + size)
            if self.serving:
                time.sleep(SERVING_PAUSE)  # a turn for the threads that answer questions


def finds(search: Callable[[Matrix, int], list[tuple[str, float]]], sample: Matrix) -> bool:
    """Whether nearly every vector of the sample finds itself, or one like it: searching is approximate."""
    found = sum(1 for vector in sample if any(score > NEAR for _, score in search(vector, 1)))
    return found >= FOUND_SHARE * len(sample)


def _survives(folder: Path, sample: Matrix) -> bool:
    """Whether a child process can open the store and finds the sample in it."""
    package_root = str(Path(__file__).resolve().parents[1])
    search_path = os.pathsep.join(filter(None, [package_root, os.environ.get("PYTHONPATH")]))
    try:
        child = subprocess.run(  # noqa: S603 - our own module; -P keeps a folder's own `index` from being run instead
            [sys.executable, "-P", "-m", "index.probe", str(folder), str(max(1, sample.shape[1]))],
            input=np.ascontiguousarray(sample, np.float32).tobytes(),
            env={**os.environ, "PYTHONPATH": search_path},
            capture_output=True,
            timeout=PROBE_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return child.returncode == 0


def _close_quietly(opened: _Opened | None) -> bool:
    try:
        if opened is not None:
            opened.store.close()
    except VectorsDamaged:
        return False
    return True


def _open_client(folder: Path) -> "Client":
    chromadb = _import_chromadb()
    settings = chromadb.config.Settings(anonymized_telemetry=False)
    client: Client = chromadb.PersistentClient(str(folder), settings)
    return client


def _open_collection(client: "Client") -> "Collection":
    """The one collection. An existing one keeps its configuration whatever is asked for: compare it."""
    collection = client.get_or_create_collection(
        COLLECTION, configuration={"hnsw": CONFIGURATION}, embedding_function=None
    )
    actual = collection.configuration_json["hnsw"]
    if any(actual.get(name) != value for name, value in CONFIGURATION.items()):
        raise VectorsDamaged("the vectors of the index were made with another configuration")
    return collection


def _import_chromadb() -> Any:
    """Chroma, deaf to its surroundings.

    When it is imported, and whenever its settings are made, it would obey a `.env` file in the working
    folder and names as common as MIGRATIONS in the environment. Constructed as a plain model, its
    settings read neither.
    """
    with _import_lock, _plain_settings():
        import chromadb
        import chromadb.config

    setattr(chromadb.config.Settings, "__init__", BaseModel.__init__)  # noqa: B010 - no type checker likes either
    return chromadb


@contextmanager
def _plain_settings() -> Iterator[None]:
    """Chroma makes settings while it is imported, before their class can be reached: change its parent."""
    from pydantic_settings import BaseSettings

    original = BaseSettings.__init__

    def construct(self: BaseSettings, /, **values: Any) -> None:
        plain = type(self).__module__.startswith("chromadb.")
        (BaseModel.__init__ if plain else original)(self, **values)

    setattr(BaseSettings, "__init__", construct)  # noqa: B010
    try:
        yield
    finally:
        setattr(BaseSettings, "__init__", original)  # noqa: B010


@contextmanager
def _damage_named() -> Iterator[None]:
    """The one place where Chroma's errors become ours; so do panics of its Rust part, no Exceptions."""
    try:
        yield
    except VectorsDamaged:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise VectorsDamaged(f"the vectors of the index cannot be used: {reason}") from error
