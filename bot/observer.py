"""Who watches questions being answered: figures and traces, which change nothing of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, Protocol

from bot.answer import Answer
from bot.surface import Surface

Stage = Literal["retrieve", "write", "verify"]


class Observation(Protocol):
    """One question under observation: told once how it ended. Nothing here may raise or wait."""

    def spent(self, stage: Stage, seconds: float) -> None:
        """A piece of that stage has just ended; a stage may have many pieces, in any thread."""
        ...

    def answered(self, answer: Answer) -> None:
        """Also with an abstention."""
        ...

    def failed(self, error: Exception) -> None: ...

    def left(self) -> None:
        """Nobody waits for the answer any more, or the server is being stopped."""
        ...


class Observer(Protocol):
    """Told of every question that is fit to be answered, from every surface."""

    def asked(self, surface: Surface, answer_id: str, question: str) -> Observation: ...


class Observers:
    """Several as one; without any, nobody is told anything."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def asked(self, surface: Surface, answer_id: str, question: str) -> Observation:
        return Observations(*(one.asked(surface, answer_id, question) for one in self._observers))


class Observations:
    """What each observer sees of one question."""

    def __init__(self, *observations: Observation) -> None:
        self._observations = observations

    def spent(self, stage: Stage, seconds: float) -> None:
        for one in self._observations:
            one.spent(stage, seconds)

    def answered(self, answer: Answer) -> None:
        for one in self._observations:
            one.answered(answer)

    def failed(self, error: Exception) -> None:
        for one in self._observations:
            one.failed(error)

    def left(self) -> None:
        for one in self._observations:
            one.left()


@contextmanager
def told_once(observation: Observation) -> Iterator[Callable[[Answer], None]]:
    """However the block is left, the observation is told, unless the block itself has told it of an answer."""
    over = False

    def answered(answer: Answer) -> None:
        nonlocal over
        over = True
        observation.answered(answer)

    try:
        yield answered
    except Exception as error:
        if not over:
            observation.failed(error)
        raise
    except BaseException:  # the end of a task or of a generator, the end of the program
        if not over:
            observation.left()
        raise
