"""The thread that keeps the index equal to the folder while questions are answered."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue

import pytest

from bot.engine import Engine
from bot.errors import NotReady, ServerStopping
from bot.interruption import Interruption
from bot.look import Look
from bot.scope import EVERYTHING, Scope
from bot.settings import Settings
from bot.wiring import index_documents, served
from index.document import Document, Passage
from index.document_summary import DocumentSummary
from index.errors import IndexProblem
from index.progress import Listener, Progress, unheard
from index.retriever import Hit
from index.sync import Report
from tests.fakes import summary_of
from tests.footnote_process import until

DOCUMENT = Document("a.md", "text")
HIT = Hit(Passage("a.md", "a", DOCUMENT.sha256, 0, 4, "text"), 1.0, 1.0, 1.0)
Round = Callable[[Listener], Report]


def report(*, added: int = 0, failed: tuple[tuple[str, str], ...] = ()) -> Report:
    return Report(added=added, changed=0, renamed=0, removed=0, unchanged=1, failed=failed)


class FakeSync:
    """Each run waits for the test to say how it goes; `runs` counts those that have begun."""

    def __init__(self) -> None:
        self.interruption = Interruption()
        self.rounds: SimpleQueue[Round] = SimpleQueue()
        self.runs = 0

    def run(self, progress: Listener) -> Report:
        self.runs += 1
        return self.rounds.get()(progress)

    def finish(self, result: Report | Exception) -> None:
        """Let the present run end like this, and wait until the engine begins the next one."""

        def round_of(_: Listener) -> Report:
            if isinstance(result, Exception):
                raise result
            return result

        next_run = self.runs + 1
        self.rounds.put(round_of)
        until(lambda: self.runs >= next_run)

    def let_go(self) -> None:
        """End the present run, which is the last: the engine is about to be closed."""
        self.interruption.request()
        self.rounds.put(lambda _: report())

    def tell(self, progress: Progress) -> threading.Event:
        """Let the present run make progress and hang until it is interrupted; the event says that it told."""
        told = threading.Event()

        def hang(listener: Listener) -> Report:
            listener(progress)
            told.set()
            while True:
                listener(progress)

        self.rounds.put(hang)
        return told


class FakeSource:
    """One passage of one document; `is_empty` only says what there was before."""

    def __init__(self, *, is_empty: bool) -> None:
        self.is_empty = is_empty

    change = 7

    def retrieve(
        self, question: str, limit: int, beside: Sequence[tuple[str, float]] = (), scope: Scope = EVERYTHING
    ) -> list[Hit]:
        return [HIT] if scope.allows(DOCUMENT.id) else []

    def document(self, id: str) -> Document | None:
        return DOCUMENT if id == DOCUMENT.id else None

    def listing(self) -> list[DocumentSummary]:
        return [summary_of(DOCUMENT)]


@pytest.fixture
def sync() -> FakeSync:
    return FakeSync()


@pytest.fixture
def engine(sync: FakeSync) -> Iterator[Engine]:
    """Of an index that is made for the first time, with no pause between two looks; not started."""
    with closing(make_engine(sync)) as engine:
        yield engine
        sync.let_go()


def make_engine(sync: FakeSync, *, is_empty: bool = True, interval: float = 0.0) -> Engine:
    return Engine(FakeSource(is_empty=is_empty), sync, sync.interruption, interval)


def test_first_sync_makes_it_ready(engine: Engine, sync: FakeSync) -> None:
    """Until the folder has been read once, there is nothing to answer from."""
    engine.start()
    assert not engine.state.ready
    with pytest.raises(NotReady, match="indexing, 0 %"):
        engine.retrieve("who?", 10)
    sync.finish(report(added=1))
    assert engine.state.ready
    assert engine.state.percent == 100
    assert engine.retrieve("who?", 10) == [HIT]
    assert engine.document("a.md") == DOCUMENT


def test_the_scope_reaches_what_is_searched(sync: FakeSync) -> None:
    """And so does every question about what there is."""
    with closing(make_engine(sync, is_empty=False)) as engine:
        assert engine.retrieve("who?", 10, (), Scope(("b.md",))) == []
        assert engine.retrieve("who?", 10, (), Scope(("a.*",))) == [HIT]
        assert (engine.change, [one.id for one in engine.listing()]) == (7, ["a.md"])


def test_index_from_earlier_serves_at_once(sync: FakeSync) -> None:
    """What was indexed before the start is answered from while the folder is looked at."""
    with closing(make_engine(sync, is_empty=False)) as engine:
        engine.start()
        assert engine.state.ready
        assert engine.retrieve("who?", 10) == [HIT]
        sync.let_go()


def test_a_watcher_is_told_of_each_look_that_went_well(sync: FakeSync) -> None:
    """And whether it found anything new; of one that failed the log tells."""
    looks: list[Look] = []
    with closing(Engine(FakeSource(is_empty=True), sync, sync.interruption, 0.0, [looks.append])) as engine:
        engine.start()
        sync.finish(report(added=1))
        sync.finish(IndexProblem("no disk"))
        sync.finish(report())
        sync.let_go()
    assert [(look.report, look.news) for look in looks[:2]] == [(report(added=1), True), (report(), False)]
    assert looks[0].seconds >= 0


def test_progress_is_told_in_words(engine: Engine, sync: FakeSync) -> None:
    """Whoever waits reads what is done and how far it is."""
    engine.start()
    assert sync.tell(Progress("indexing", 42, 100)).wait(60)
    assert (engine.state.ready, engine.state.percent, engine.state.detail) == (False, 42, "indexing, 42 %")
    with pytest.raises(NotReady, match="indexing, 42 %"):
        engine.retrieve("who?", 10)


def test_closing_ends_a_sync_in_its_middle(sync: FakeSync) -> None:
    """A run that would go on for ever is stopped where it tells its progress, and no other begins."""
    engine = make_engine(sync)
    engine.start()
    assert sync.tell(Progress("indexing", 1, 100)).wait(60)
    engine.close()
    assert "engine" not in [thread.name for thread in threading.enumerate()]
    assert sync.runs == 1


def test_closing_ends_the_pause(sync: FakeSync) -> None:
    """The next look at the folder may be a day away; closing does not wait for it."""
    engine = make_engine(sync, interval=86_400)
    engine.start()
    sync.rounds.put(lambda _: report())
    until(lambda: engine.state.ready)
    engine.close()
    assert sync.runs == 1


def test_closing_what_was_not_started_is_harmless(sync: FakeSync) -> None:
    """A server that cannot listen closes an engine that never ran."""
    make_engine(sync).close()
    assert sync.runs == 0


@pytest.mark.parametrize("error", [IndexProblem("the disk is full"), ZeroDivisionError("oops")])
def test_a_failing_sync_is_tried_again(engine: Engine, sync: FakeSync, error: Exception) -> None:
    """No error ends the thread, whether it was foreseen or not; the round after it makes it ready."""
    engine.start()
    sync.finish(error)
    assert not engine.state.ready
    sync.finish(report())
    assert engine.state.ready


@pytest.mark.parametrize("error", [IndexProblem("/srv/merger cannot be listed"), ZeroDivisionError("merger")])
def test_a_problem_is_told_while_it_lasts(
    engine: Engine, sync: FakeSync, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever waits reads that there is one, which anybody may; which one, stays in the log."""
    engine.start()
    sync.finish(error)
    assert engine.state.detail == "indexing has failed and is tried again; the server's log says why"
    assert "indexing is tried again" in caplog.text
    sync.finish(report())
    assert engine.state.detail == "ready"


def test_a_problem_leaves_an_older_index_serving(sync: FakeSync) -> None:
    """A folder that has vanished does not take the answers with it."""
    with closing(make_engine(sync, is_empty=False)) as engine:
        engine.start()
        sync.finish(IndexProblem("the folder is gone"))
        assert engine.state.ready
        assert engine.retrieve("who?", 10) == [HIT]
        sync.let_go()


def test_a_problem_is_logged_once(engine: Engine, sync: FakeSync, caplog: pytest.LogCaptureFixture) -> None:
    """A folder that is gone for a day is one line, not forty thousand; later it is news again."""
    engine.start()
    for result in [*[IndexProblem("gone")] * 3, report(), IndexProblem("gone")]:
        sync.finish(result)
    assert [record.message for record in caplog.records] == ["indexing is tried again: gone"] * 2


def test_unreadable_files_are_logged_once(engine: Engine, sync: FakeSync, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever drops a broken file into the folder of a server learns its name and the reason."""
    engine.start()
    for _ in range(3):
        sync.finish(report(failed=(("a\nb.pdf", "is encrypted"),)))
    warnings = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert warnings == ["a b.pdf is encrypted"]


def test_a_report_is_of_a_sync_that_began_after_it_was_asked_for(sync: FakeSync) -> None:
    """The one under way may have looked before the file was there; the next one begins at once, and serves all."""
    with closing(make_engine(sync, interval=86_400)) as engine:
        engine.start()
        until(lambda: sync.runs == 1)
        first, second = engine.next_report(), engine.next_report()
        sync.finish(report(added=1))
        assert not first.done()
        assert not second.done()
        sync.rounds.put(lambda _: report(added=2))
        assert [first.result(60).added, second.result(60).added] == [2, 2]
        assert sync.runs == 2


def test_a_report_is_not_waited_for_until_the_next_regular_sync(sync: FakeSync) -> None:
    """Neither the interval nor the rest after a look without news keeps anybody waiting."""
    with closing(make_engine(sync, interval=86_400)) as engine:
        engine.start()
        sync.rounds.put(lambda _: report())
        until(lambda: engine.state.ready)
        for added in (0, 3):
            sync.rounds.put(lambda _, added=added: report(added=added))
            assert engine.next_report().result(60).added == added
        assert sync.runs == 3


def test_regular_syncs_go_on_after_one_that_was_asked_for(engine: Engine, sync: FakeSync) -> None:
    """And what nobody asked for is told to nobody."""
    engine.start()
    sync.finish(report())
    asked = engine.next_report()
    for added in range(1, 4):
        sync.finish(report(added=added))
    assert asked.result(60).added in (1, 2)


@pytest.mark.parametrize("error", [IndexProblem("the disk is full"), ZeroDivisionError("oops")])
def test_who_waits_for_a_sync_that_fails_is_told(engine: Engine, sync: FakeSync, error: Exception) -> None:
    """In the same words as the log; the next one may go well."""
    engine.start()
    until(lambda: sync.runs == 1)
    asked = engine.next_report()
    sync.finish(report())
    sync.finish(error)
    assert asked.exception(60) is error


def test_closing_ends_waiting_for_a_report(sync: FakeSync) -> None:
    """Whether the sync is under way, yet to begin, or asked for too late."""
    engine = make_engine(sync, interval=86_400)
    before = engine.next_report()
    engine.start()
    assert sync.tell(Progress("indexing", 1, 100)).wait(60)
    pending = engine.next_report()
    engine.close()
    for awaited in (before, pending, engine.next_report()):
        with pytest.raises(ServerStopping):
            awaited.result(60)


def test_who_stops_waiting_for_a_report_takes_nothing_from_others(sync: FakeSync) -> None:
    """A client may leave while it waits together with others."""
    with closing(make_engine(sync, interval=86_400)) as engine:
        left, stayed = engine.next_report(), engine.next_report()
        assert left.cancel()
        engine.start()
        sync.rounds.put(lambda _: report(added=1))
        assert stayed.result(60).added == 1
        sync.let_go()


def test_keywords_answer_until_vectors_are_there(tmp_path: Path) -> None:
    """An index whose Chroma folder is gone answers at once by keywords, and by meaning when it is rebuilt."""
    (tmp_path / "mission.md").write_text("Otunge commands the mission.")
    settings = Settings(documents=tmp_path, home=tmp_path / "home", sync_interval=0.01)
    index_documents(settings, unheard)
    (tmp_path / "home" / "chroma").rename(tmp_path / "gone")
    with served(settings) as parts:
        (hit,) = parts.engine.retrieve("Who commands the mission?", 10)
        assert (hit.score, hit.dense) == (1.0, 0.0)
        parts.engine.start()
        until(lambda: parts.engine.retrieve("Who commands the mission?", 10)[0].dense > 0.5)
