"""Stopping long work between two of its steps, from another thread."""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.embedding import Embedding

STEP = 32  # texts: below a second of work, which is how long stopping may take


class Interrupted(Exception):
    """The work was stopped on request."""


class Interruption:
    """A request to stop that the work itself looks at, also while it sleeps."""

    def __init__(self) -> None:
        self._requested = threading.Event()
        self._awake = threading.Event()

    def request(self) -> None:
        """Ask for the end; never waits."""
        self._requested.set()
        self._awake.set()

    def wake(self) -> None:
        """End the sleep that the work is in, or else the next one."""
        self._awake.set()

    def check(self) -> None:
        """Raises Interrupted once the end has been asked for."""
        if self._requested.is_set():
            raise Interrupted

    def wait(self, seconds: float) -> None:
        """Sleep, unless and until woken; raises Interrupted once the end is asked for. Below 0 is no time."""
        self._awake.wait(max(seconds, 0.0))
        self._awake.clear()  # before the look: what is asked for from now on wakes again
        self.check()


class InterruptibleEmbedding:
    """An Embedding that obeys an Interruption between small steps; its vectors are those of `embedding`."""

    def __init__(self, embedding: Embedding, interruption: Interruption) -> None:
        self._embedding = embedding
        self._interruption = interruption

    @property
    def identity(self) -> str:
        return self._embedding.identity

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        steps = (texts[at : at + STEP] for at in range(0, max(len(texts), 1), STEP))
        return np.concatenate([self._step(step) for step in steps])

    def embed_query(self, text: str) -> NDArray[np.float32]:
        return self._embedding.embed_query(text)

    def _step(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self._interruption.check()
        return self._embedding.embed(texts)
