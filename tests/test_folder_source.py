"""The documents folder as a source that looks before it answers, and shares the index with others."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest

from bot.errors import NotReady
from bot.folder_source import FolderSource
from bot.interruption import Interruption
from index.document import Document
from index.errors import IndexBusy, IndexDamaged
from index.progress import Listener, Progress
from index.sync import Report
from tests.fakes import FakeSource

MISSION = Document("mission.md", "Otunge commands the mission.")
HOUR = 3600.0
UNCHANGED = Report(0, 0, 0, 0, 1, ())


class Index(FakeSource):
    """Empty until it is filled."""

    @property
    def is_empty(self) -> bool:
        return not self.documents

    def fill(self) -> None:
        self.documents[MISSION.id] = MISSION


@contextmanager
def looking(
    index: Index, look: Callable[[Listener], Report], interval: float = HOUR, interruption: Interruption | None = None
) -> Iterator[FolderSource]:
    with closing(FolderSource(index, look, interruption or Interruption(), interval)) as source:
        yield source


def found(source: FolderSource) -> list[str]:
    return [hit.passage.document for hit in source.retrieve("Who commands?", 10)]


def test_a_question_waits_for_the_first_look() -> None:
    """Nobody has to index first."""
    index = Index()

    def look(_: Listener) -> Report:
        index.fill()
        return UNCHANGED

    with looking(index, look) as source:
        assert found(source) == [MISSION.id]
        assert [one.id for one in source.listing()] == [MISSION.id]


def test_a_look_of_a_moment_ago_is_enough() -> None:
    looks: list[int] = []

    def look(_: Listener) -> Report:
        looks.append(1)
        return UNCHANGED

    with looking(Index(MISSION), look) as seldom:
        found(seldom)
        found(seldom)
        assert len(looks) == 1
    with looking(Index(MISSION), look, interval=0) as often:
        found(often)
        found(often)
        assert len(looks) == 3


def test_many_questions_share_one_look() -> None:
    looks, go_on = [], threading.Event()

    def look(_: Listener) -> Report:
        looks.append(1)
        go_on.wait()
        return UNCHANGED

    with looking(Index(MISSION), look, interval=0) as source, ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(found, source) for _ in range(4)]
        go_on.set()
        assert [one.result() for one in asked] == [[MISSION.id]] * 4
    assert len(looks) <= 4


def test_an_index_answers_where_a_look_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is; without one it is said how far it is."""
    monkeypatch.setattr("bot.folder_source.PATIENCE_S", 0.01)
    monkeypatch.setattr("bot.folder_source.FIRST_PATIENCE_S", 0.01)
    heard, go_on = threading.Event(), threading.Event()

    def look(listener: Listener) -> Report:
        listener(Progress("indexing", 42, 100))
        heard.set()
        go_on.wait()
        return UNCHANGED

    for index in (Index(MISSION), Index()):
        heard.clear()
        go_on.clear()
        with looking(index, look) as source:
            source.start()
            heard.wait()
            if index.is_empty:
                with pytest.raises(NotReady, match="indexing, 42 %"):
                    found(source)
            else:
                assert found(source) == [MISSION.id]
            go_on.set()


@pytest.mark.parametrize("failure", [IndexBusy("another owns it"), IndexDamaged("damaged"), ZeroDivisionError()])
def test_a_look_that_fails_keeps_nobody_from_asking(failure: Exception) -> None:
    def look(_: Listener) -> Report:
        raise failure

    with looking(Index(MISSION), look) as source:
        assert found(source) == [MISSION.id]


def test_what_another_process_indexes_answers() -> None:
    """Although we have never looked ourselves."""
    index = Index()

    def look(_: Listener) -> Report:
        index.fill()
        raise IndexBusy("another owns it")

    with looking(index, look) as source:
        assert found(source) == [MISSION.id]


def test_closing_ends_a_look() -> None:
    begun, interruption = threading.Event(), Interruption()

    def look(listener: Listener) -> Report:
        while True:
            listener(Progress("indexing", 0, 1))
            begun.set()

    with looking(Index(MISSION), look, interruption=interruption) as source:
        source.start()
        begun.wait()
