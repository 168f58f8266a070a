"""The inbox: what it accepts once, who may work on what, and that nothing accepted is ever lost or answered twice."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from bot.errors import HistoryUnavailable
from bot.history import History, history_url
from bot.history_database import HistoryDatabase
from bot.history_inbox import Inbox
from bot.no_history import NoHistory
from bot.queued import Lost, NewQuestion, Queued
from tests.records import ANY_TEXT, ASKED_AT, a_record

CHECKOUT = Path(__file__).parents[1]
LEASE_S = 15.0
SECOND = timedelta(seconds=1)
EXPIRED = ASKED_AT + timedelta(seconds=LEASE_S)


def database_url(folder: Path) -> str:
    """A new database; every test has its own."""
    return history_url(folder, None)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[HistoryDatabase]:
    database = HistoryDatabase(database_url(tmp_path))
    yield database
    database.close()


@pytest.fixture
def inbox(database: HistoryDatabase) -> Inbox:
    return Inbox(database)


def a_question(id: str = "q1", thread: str = "t1", **changes: Any) -> NewQuestion:
    values = {"key": f"message/{id}", "person": "T1:ana", "text": f"What about {id}?", "content": {"channel": "C1"}}
    return NewQuestion(id=id, thread=thread, **{**values, **changes})


def queue(inbox: Inbox, *ids: str, thread: str = "t1") -> None:
    for id in ids:
        assert inbox.accept([f"event of {id}"], a_question(id, thread), ASKED_AT)


def take(inbox: Inbox, owner: str = "p1", now: datetime = ASKED_AT, limit: int = 10) -> list[str]:
    return [queued.id for queued in inbox.take(owner, now, LEASE_S, limit)]


def finish(inbox: Inbox, id: str, owner: str = "p1", revision: int = 0, outcome: str = "answered") -> bool:
    return inbox.finish(id, owner, revision, outcome, {})


# Accepting


def test_what_was_accepted_is_taken_as_it_came(inbox: Inbox) -> None:
    """With everything that the surface needs, when it was asked, and nothing posted yet."""
    question = a_question(content={"channel": "C1", "thread": None, "files": ["F1"]})
    assert inbox.accept(["event 1", "message 1"], question, ASKED_AT)
    (queued,) = inbox.take("p1", ASKED_AT + SECOND, LEASE_S, 10)
    assert queued == Queued(
        id="q1",
        key="message/q1",
        thread="t1",
        person="T1:ana",
        text="What about q1?",
        content={"channel": "C1", "thread": None, "files": ["F1"]},
        asked_at=ASKED_AT,
        revision=0,
        attempt=1,
        reply={},
        outcome=None,
    )


def test_what_was_claimed_is_not_accepted_again(inbox: Inbox) -> None:
    """Any one claim is enough, and then none of the others is kept either."""
    assert inbox.accept(["event 1", "message 1"], a_question("q1"), ASKED_AT)
    assert not inbox.accept(["event 2", "message 1"], a_question("q2"), ASKED_AT)
    assert take(inbox) == ["q1"]
    assert inbox.by_id("q2") is None
    assert inbox.accept(["event 2"], None, ASKED_AT)


def test_a_claim_needs_no_question(inbox: Inbox) -> None:
    """A button that was pressed is claimed, too."""
    assert inbox.accept(["event 1"], None, ASKED_AT)
    assert not inbox.accept(["event 1"], None, ASKED_AT)
    assert inbox.waiting() == 0


def test_the_same_claim_twice_in_one_is_one(inbox: Inbox) -> None:
    """It does not stand in its own way."""
    assert inbox.accept(["event 1", "event 1"], a_question(), ASKED_AT)


@pytest.mark.parametrize("second", [a_question("q1", key="other"), a_question("q2", key="message/q1")])
def test_a_question_that_is_there_is_not_queued_again(inbox: Inbox, second: NewQuestion) -> None:
    """However late it is delivered once more: its claims are forgotten, the question is not."""
    queue(inbox, "q1")
    inbox.forget_old(ASKED_AT + timedelta(days=2), 90)
    assert not inbox.accept(["event of q1"], second, ASKED_AT + timedelta(days=2))
    assert inbox.accept(["event of q1"], None, ASKED_AT + timedelta(days=2))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(ANY_TEXT | st.text("ab", min_size=250), min_size=2, max_size=4, unique=True))
def test_claims_may_be_made_of_anything(inbox: Inbox, claims: list[str]) -> None:
    """Each is another one, however long it is and whatever characters it has; all of them are claimed."""
    inbox.forget_old(ASKED_AT + timedelta(days=2), 0)
    assert inbox.accept(claims[1:], None, ASKED_AT)
    assert inbox.accept(claims[:1], None, ASKED_AT)
    assert not any(inbox.accept([claim], None, ASKED_AT) for claim in claims)


def test_a_claim_that_looks_like_a_digest_is_not_taken_for_one(inbox: Inbox) -> None:
    """Nobody can claim what somebody else's long name becomes."""
    digest = inbox_key_of("é", inbox)
    assert inbox.accept([digest], None, ASKED_AT)
    assert inbox.accept(["é"], None, ASKED_AT)


def inbox_key_of(key: str, inbox: Inbox) -> str:
    assert inbox.accept([], a_question("q9", key=key), ASKED_AT)
    queued = inbox.by_id("q9")
    assert queued
    return queued.key


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(ANY_TEXT, st.dictionaries(ANY_TEXT, ANY_TEXT | st.none() | st.lists(st.booleans())))
def test_any_words_are_queued(inbox: Inbox, text: str, content: dict[str, Any]) -> None:
    """The content comes back exactly; in the text only what is no text is replaced."""
    inbox.forget_old(ASKED_AT + timedelta(days=2), 1)
    assert inbox.accept([], a_question(text=text, content=content), ASKED_AT)
    (queued,) = inbox.take("p1", ASKED_AT, LEASE_S, 1)
    assert queued.content == content
    assert len(queued.text) == len(text)
    queued.text.encode()
    assert inbox.note("q1", "p1", 0, {"messages": [text]})
    assert inbox.posted("t1") == {text}
    assert finish(inbox, "q1")


def test_of_many_who_claim_at_once_one_succeeds(inbox: Inbox) -> None:
    """Slack delivers the same message as two events at once, and each of these several times."""
    start = threading.Barrier(16)

    def accept(number: int) -> list[bool]:
        start.wait()
        claims = ["message {0}", f"event {{0}}-{number % 4}"][:: -1 if number % 2 else 1]
        return [
            inbox.accept([claim.format(turn) for claim in claims], a_question(f"q{turn}"), ASKED_AT)
            for turn in range(10)
        ]

    with ThreadPoolExecutor(16) as pool:
        accepted = list(pool.map(accept, range(16)))
    assert [sum(turn) for turn in zip(*accepted, strict=True)] == [1] * 10
    assert inbox.waiting() == 10


# Taking


def test_the_oldest_come_first_and_no_more_than_wanted(inbox: Inbox) -> None:
    """The rest waits for whoever asks next."""
    for number in range(5):
        queue(inbox, f"q{number}", thread=f"t{number}")
    assert take(inbox, "p1", limit=2) == ["q0", "q1"]
    assert take(inbox, "p2", limit=0) == take(inbox, "p2", limit=-1) == []
    assert take(inbox, "p2") == ["q2", "q3", "q4"]
    assert take(inbox, "p3") == []


def test_of_a_thread_one_is_worked_on_at_a_time(inbox: Inbox) -> None:
    """In the order of asking; other threads do not wait for it."""
    queue(inbox, "q1", "q2", "q3")
    queue(inbox, "other", thread="t2")
    assert take(inbox) == ["q1", "other"]
    assert take(inbox, "p2") == []
    assert finish(inbox, "q1")
    assert take(inbox, "p2") == ["q2"]
    assert finish(inbox, "q2", "p2")
    assert take(inbox) == ["q3"]


def test_a_lease_that_ran_out_passes_to_another(inbox: Inbox) -> None:
    """Not a moment earlier; the attempts are counted, and the next in the thread goes on waiting."""
    queue(inbox, "q1", "q2")
    assert take(inbox, "p1") == ["q1"]
    assert inbox.note("q1", "p1", 0, {"messages": ["1.0"]})
    assert take(inbox, "p2", EXPIRED - SECOND) == []
    (queued,) = inbox.take("p2", EXPIRED, LEASE_S, 10)
    assert (queued.id, queued.attempt, queued.reply) == ("q1", 2, {"messages": ["1.0"]})


def test_whoever_lost_a_question_can_do_nothing_to_it(inbox: Inbox) -> None:
    """It is told so once, and what the new owner has noted stays."""
    queue(inbox, "q1")
    assert take(inbox, "p1") == ["q1"]
    assert take(inbox, "p2", EXPIRED) == ["q1"]
    assert inbox.note("q1", "p2", 0, {"messages": ["2.0"]})
    assert not inbox.note("q1", "p1", 0, {"messages": ["1.0"]})
    assert not finish(inbox, "q1", "p1")
    assert inbox.give_back("p1") == 0
    assert inbox.renew("p1", EXPIRED, LEASE_S) == [Lost("q1", "taken")]
    assert inbox.renew("p1", EXPIRED, LEASE_S) == []
    assert inbox.renew("p2", EXPIRED, LEASE_S) == []
    assert finish(inbox, "q1", "p2")


def test_it_is_told_even_after_the_other_one_has_finished(inbox: Inbox) -> None:
    """Its worker may still be at it."""
    queue(inbox, "q1")
    assert take(inbox, "p1") == ["q1"]
    assert take(inbox, "p2", EXPIRED) == ["q1"]
    assert finish(inbox, "q1", "p2")
    assert inbox.renew("p1", EXPIRED, LEASE_S) == [Lost("q1", "taken")]


def test_it_is_told_whoever_has_it_by_then(inbox: Inbox) -> None:
    """The one that took it over may have given it back."""
    queue(inbox, "q1")
    assert take(inbox, "p1") == ["q1"]
    assert take(inbox, "p2", EXPIRED) == ["q1"]
    assert inbox.give_back("p2") == 1
    assert take(inbox, "p3", EXPIRED) == ["q1"]
    assert inbox.renew("p1", EXPIRED, LEASE_S) == [Lost("q1", "taken")]
    assert inbox.renew("p2", EXPIRED, LEASE_S) == []


def test_a_renewed_lease_holds(inbox: Inbox) -> None:
    """Even one that had run out, if nobody was faster."""
    queue(inbox, "q1")
    assert take(inbox, "p1") == ["q1"]
    assert inbox.renew("p1", EXPIRED + SECOND, LEASE_S) == []
    assert take(inbox, "p2", EXPIRED + 2 * SECOND) == []
    assert finish(inbox, "q1", "p1")


def test_nobody_gets_twice_what_it_has(inbox: Inbox) -> None:
    """An owner that was slow works on its question all the same, and two of its workers never do."""
    queue(inbox, "q1")
    assert take(inbox, "p1") == ["q1"]
    assert take(inbox, "p1", EXPIRED) == []


def test_nobody_gets_again_what_it_does_not_know_to_be_lost(inbox: Inbox) -> None:
    """Its first worker has yet to be stopped."""
    queue(inbox, "q1")
    assert take(inbox, "p1") == ["q1"]
    assert take(inbox, "p2", EXPIRED) == ["q1"]
    assert inbox.give_back("p2") == 1
    assert take(inbox, "p1", EXPIRED) == []
    assert inbox.renew("p1", EXPIRED, LEASE_S) == [Lost("q1", "taken")]
    assert take(inbox, "p1", EXPIRED) == ["q1"]


def test_what_is_given_back_waits_no_longer_than_the_rest(inbox: Inbox) -> None:
    """With what was posted; the new owner is the only one."""
    queue(inbox, "q1", "q2")
    queue(inbox, "q3", thread="t2")
    assert take(inbox, "p1") == ["q1", "q3"]
    assert inbox.note("q1", "p1", 0, {"messages": ["1.0"]})
    assert (inbox.waiting(), inbox.unfinished()) == (1, 3)
    assert inbox.give_back("p1") == 2
    assert inbox.give_back("p1") == 0
    assert (inbox.waiting(), inbox.unfinished()) == (3, 3)
    queued = inbox.take("p2", ASKED_AT, LEASE_S, 10)
    assert [(one.id, one.reply) for one in queued] == [("q1", {"messages": ["1.0"]}), ("q3", {})]
    assert not inbox.note("q1", "p1", 0, {})


def test_what_nobody_works_on_any_more_waits_again(inbox: Inbox) -> None:
    """A worker that ended while the database was away could not finish; its thread must not wait for ever."""
    queue(inbox, "q1", "q2")
    queue(inbox, "q3", thread="t2")
    assert take(inbox, "p1") == ["q1", "q3"]
    assert inbox.renew("p1", ASKED_AT, LEASE_S, working=["q3"]) == []
    assert take(inbox, "p2") == ["q1"]
    assert inbox.renew("p1", ASKED_AT, LEASE_S, working={"q3"}) == []
    assert finish(inbox, "q3", "p1")


def test_what_was_finished_is_not_finished_again(inbox: Inbox) -> None:
    """The first outcome stands."""
    queue(inbox, "q1")
    take(inbox)
    assert inbox.finish("q1", "p1", 0, "answered", {"messages": ["1.0"]})
    assert not inbox.finish("q1", "p1", 0, "failed", {})
    queued = inbox.by_id("q1")
    assert queued
    assert (queued.outcome, queued.reply) == ("answered", {"messages": ["1.0"]})
    assert take(inbox, "p2", EXPIRED) == []


def test_what_was_never_taken_cannot_be_finished(inbox: Inbox) -> None:
    """Nor what was never asked."""
    queue(inbox, "q1")
    assert not finish(inbox, "q1")
    assert not finish(inbox, "q7")
    assert not inbox.note("q7", "p1", 0, {})
    assert take(inbox) == ["q1"]


# Editing, deleting, stopping


def revise(inbox: Inbox, id: str, text: str, claims: tuple[str, ...] = ()) -> Queued | None:
    return inbox.revise(f"message/{id}", claims, text, ASKED_AT + SECOND)


def test_an_edited_question_that_waits_says_something_else(inbox: Inbox) -> None:
    """It keeps its place."""
    queue(inbox, "q1", "q2")
    revised = revise(inbox, "q1", "Who pays?")
    assert revised
    assert (revised.text, revised.revision, revised.attempt, revised.asked_at) == ("Who pays?", 1, 0, ASKED_AT)
    (queued,) = inbox.take("p1", ASKED_AT, LEASE_S, 10)
    assert queued == replace(revised, attempt=1)
    assert finish(inbox, "q1", revision=1)


def test_a_finished_question_that_is_edited_is_answered_again(inbox: Inbox) -> None:
    """Before what waits in its thread, and with its reply, so that the same message is changed."""
    queue(inbox, "q1", "q2")
    take(inbox)
    assert inbox.finish("q1", "p1", 0, "answered", {"messages": ["1.0"]})
    assert revise(inbox, "q1", "Who pays?")
    (queued,) = inbox.take("p2", ASKED_AT, LEASE_S, 10)
    assert (queued.id, queued.revision, queued.attempt, queued.reply) == ("q1", 1, 1, {"messages": ["1.0"]})
    assert queued.outcome is None


def test_the_worker_of_an_edited_question_is_told_before_anybody_begins_anew(inbox: Inbox) -> None:
    """Two answers would write into one message; what the first worker posts until it ends is known to the second."""
    queue(inbox, "q1")
    take(inbox)
    assert revise(inbox, "q1", "Who pays?")
    assert take(inbox, "p1") == take(inbox, "p2") == []
    assert not inbox.note("q1", "p1", 0, {"messages": ["1.0"]})
    assert inbox.renew("p1", ASKED_AT + SECOND, LEASE_S) == [Lost("q1", "revised")]
    assert inbox.renew("p1", ASKED_AT + SECOND, LEASE_S) == []
    assert take(inbox, "p2") == []
    (queued,) = inbox.take("p1", ASKED_AT, LEASE_S, 10)
    assert (queued.revision, queued.attempt, queued.reply) == (1, 1, {"messages": ["1.0"]})
    assert not inbox.note("q1", "p1", 0, {"messages": ["late"]})
    assert inbox.posted("t1") == {"1.0"}
    assert finish(inbox, "q1", revision=1)


def test_an_edited_question_waits_for_what_is_worked_on_in_its_thread(inbox: Inbox) -> None:
    """It was asked earlier, but the other one has begun."""
    queue(inbox, "q1", "q2", "q3")
    take(inbox)
    finish(inbox, "q1")
    assert take(inbox) == ["q2"]
    assert revise(inbox, "q1", "Who pays?")
    assert take(inbox, "p2") == []
    assert finish(inbox, "q2")
    assert take(inbox, "p2") == ["q1"]


def test_each_edit_is_told_to_whoever_works_on_the_one_before(inbox: Inbox) -> None:
    """Somebody may correct a question again and again."""
    queue(inbox, "q1")
    for number in range(3):
        assert take(inbox) == ["q1"]
        assert revise(inbox, "q1", f"Attempt {number}?")
        assert inbox.renew("p1", ASKED_AT, LEASE_S) == [Lost("q1", "revised")]


def test_a_worker_that_ends_by_itself_leaves_an_edited_question_to_anybody(inbox: Inbox) -> None:
    """Its answer is that of another question: there is no such outcome."""
    queue(inbox, "q1")
    take(inbox)
    assert revise(inbox, "q1", "Who pays?")
    assert not inbox.finish("q1", "p1", 0, "answered", {"messages": ["1.0"]})
    (queued,) = inbox.take("p2", ASKED_AT, LEASE_S, 10)
    assert (queued.revision, queued.reply) == (1, {"messages": ["1.0"]})
    assert inbox.renew("p1", ASKED_AT, LEASE_S) == []


def test_an_edited_question_does_not_wait_for_an_owner_that_is_gone(inbox: Inbox) -> None:
    """Nor for one that was told and did not take it: no lease is prolonged for an old revision."""
    queue(inbox, "q1")
    take(inbox)
    assert revise(inbox, "q1", "Who pays?")
    inbox.renew("p1", ASKED_AT + SECOND, LEASE_S)
    assert take(inbox, "p2", EXPIRED) == ["q1"]


def test_what_says_the_same_is_not_edited(inbox: Inbox) -> None:
    """Slack tells of a preview of a link as of an edit; its claim is not kept either."""
    queue(inbox, "q1")
    assert revise(inbox, "q1", "What about q1?", ("event 2",)) is None
    assert inbox.accept(["event 2"], None, ASKED_AT)


def test_an_edit_that_was_told_before_is_none(inbox: Inbox) -> None:
    """An old delivery does not bring the old words back."""
    queue(inbox, "q1")
    assert revise(inbox, "q1", "Who pays?", ("event 2",))
    assert revise(inbox, "q1", "Who commands?", ("event 3",))
    assert revise(inbox, "q1", "Who pays?", ("event 2",)) is None
    queued = inbox.by_id("q1")
    assert queued
    assert (queued.text, queued.revision) == ("Who commands?", 2)


@pytest.mark.parametrize("key", ["nothing", "", "é", "\0", "\udce9", "x" * 300])
def test_what_is_no_question_of_ours_is_neither_edited_nor_deleted(inbox: Inbox, key: str) -> None:
    """Most messages are none; nothing is kept of them."""
    assert inbox.revise(key, ["event 1"], "Who pays?", ASKED_AT) is None
    assert inbox.withdraw(key, ["event 1"]) is None
    assert inbox.accept(["event 1"], None, ASKED_AT)


def test_a_deleted_question_is_never_answered(inbox: Inbox) -> None:
    """It is told once, it cannot be edited any more, and the next of its thread goes on."""
    queue(inbox, "q1", "q2")
    withdrawn = inbox.withdraw("message/q1", ["event 2"])
    assert withdrawn
    assert (withdrawn.id, withdrawn.outcome) == ("q1", "withdrawn")
    assert inbox.withdraw("message/q1", ["event 3"]) is None
    assert revise(inbox, "q1", "Who pays?") is None
    assert take(inbox) == ["q2"]


def test_the_worker_of_a_deleted_question_is_told(inbox: Inbox) -> None:
    """Once; what it had posted was returned, what it posts later is its own to delete."""
    queue(inbox, "q1")
    take(inbox)
    assert inbox.note("q1", "p1", 0, {"messages": ["1.0"]})
    withdrawn = inbox.withdraw("message/q1", [])
    assert withdrawn
    assert withdrawn.reply == {"messages": ["1.0"]}
    assert not inbox.note("q1", "p1", 0, {"messages": ["1.0", "2.0"]})
    assert inbox.renew("p1", ASKED_AT, LEASE_S) == [Lost("q1", "withdrawn")]
    assert inbox.renew("p1", ASKED_AT, LEASE_S) == []
    assert not finish(inbox, "q1")
    assert take(inbox, "p2", EXPIRED) == []
    queued = inbox.by_id("q1")
    assert queued
    assert (queued.outcome, queued.reply["messages"]) == ("withdrawn", ["1.0", "2.0"])


def test_the_answer_to_a_deleted_question_is_found(inbox: Inbox) -> None:
    """So that it goes, too."""
    queue(inbox, "q1")
    take(inbox)
    assert inbox.finish("q1", "p1", 0, "answered", {"messages": ["1.0"]})
    withdrawn = inbox.withdraw("message/q1", ["event 2"])
    assert withdrawn
    assert withdrawn.reply == {"messages": ["1.0"]}


def test_a_deletion_that_is_claimed_already_is_none(inbox: Inbox) -> None:
    """Nothing is changed by it."""
    queue(inbox, "q1")
    assert inbox.accept(["event 2"], None, ASKED_AT)
    assert inbox.withdraw("message/q1", ["event 2"]) is None
    assert take(inbox) == ["q1"]


def test_stopping_is_for_what_is_worked_on(inbox: Inbox) -> None:
    """Not for what waits behind it; its worker is told once and says how it ended."""
    queue(inbox, "q1", "q2")
    assert inbox.stop("t1", ASKED_AT) == []
    take(inbox)
    assert inbox.stop("t2", ASKED_AT) == []
    assert inbox.stop("t1", ASKED_AT) == ["q1"]
    assert inbox.renew("p1", EXPIRED, LEASE_S) == [Lost("q1", "stopped")]
    assert inbox.stop("t1", ASKED_AT) == ["q1"]
    assert inbox.renew("p1", EXPIRED, LEASE_S) == []
    assert take(inbox, "p2", EXPIRED + SECOND) == []
    assert finish(inbox, "q1", outcome="stopped")
    assert take(inbox, "p2") == ["q2"]
    assert inbox.renew("p2", ASKED_AT, LEASE_S) == []


def test_a_question_from_nowhere_finds_its_thread(inbox: Inbox) -> None:
    """From then on it is stopped there, what is asked there waits for it, and it says what was posted there."""
    queue(inbox, "q1", thread="nowhere")
    take(inbox)
    assert inbox.note("q1", "p1", 0, {"messages": ["1.1"]})
    assert inbox.move("q1", "p1", 0, "t1")
    assert inbox.owns("t1")
    assert not inbox.owns("nowhere")
    assert inbox.posted("t1") == {"1.1"}
    queue(inbox, "q2")
    assert take(inbox, "p2") == []
    assert inbox.stop("t1", ASKED_AT) == ["q1"]
    assert finish(inbox, "q1", outcome="stopped")
    assert take(inbox, "p2") == ["q2"]


def test_a_question_stays_where_it_is_if_it_cannot_be_moved(inbox: Inbox) -> None:
    """Because its worker has lost it, or another one of that thread is being worked on."""
    queue(inbox, "q1", thread="nowhere")
    queue(inbox, "q2")
    assert take(inbox) == ["q1", "q2"]
    assert not inbox.move("q1", "p2", 0, "t2")
    assert not inbox.move("q1", "p1", 0, "t1")
    assert inbox.owns("nowhere")
    assert not inbox.owns("t2")


def test_who_takes_over_a_stopped_question_is_told_as_well(inbox: Inbox) -> None:
    """The first one has ended before it could stop. An edit is something new."""
    queue(inbox, "q1")
    take(inbox)
    inbox.stop("t1", ASKED_AT)
    assert take(inbox, "p2", EXPIRED) == ["q1"]
    assert inbox.renew("p2", EXPIRED, LEASE_S) == [Lost("q1", "stopped")]
    assert finish(inbox, "q1", "p2", outcome="stopped")
    assert revise(inbox, "q1", "Who pays?")
    assert take(inbox, "p2") == ["q1"]
    assert inbox.renew("p2", EXPIRED, LEASE_S) == []


# Looking


def test_a_thread_is_owned_as_long_as_something_was_asked_there(inbox: Inbox) -> None:
    """Answered or not; what was deleted does not count."""
    queue(inbox, "q1")
    assert inbox.owns("t1")
    assert not inbox.owns("t2")
    take(inbox)
    finish(inbox, "q1")
    assert inbox.owns("t1")
    inbox.withdraw("message/q1", [])
    assert not inbox.owns("t1")


@pytest.mark.parametrize("id", ["q2", "", "Q1", "q1\0", "\udce9", "q" * 201, "' OR 1=1 --"])
def test_an_unknown_id_is_no_question(inbox: Inbox, id: str) -> None:
    """Whatever it is made of."""
    queue(inbox, "q1")
    assert inbox.by_id(id) is None


def test_recent_questions_are_those_of_one_person_latest_first(inbox: Inbox) -> None:
    """In whatever thread; without what was deleted."""
    for number in range(5):
        queue(inbox, f"q{number}", thread=f"t{number % 2}")
    inbox.accept([], a_question("foreign", person="T1:ben"), ASKED_AT)
    inbox.withdraw("message/q3", [])
    assert [queued.id for queued in inbox.recent("T1:ana", 3)] == ["q4", "q2", "q1"]
    assert inbox.recent("T1:cleo", 3) == inbox.recent("T1:ana", 0) == []


def test_what_was_posted_in_a_thread_is_known(inbox: Inbox) -> None:
    """For all its questions, finished or not."""
    queue(inbox, "q1", "q2")
    queue(inbox, "q3", thread="t2")
    take(inbox)
    inbox.finish("q1", "p1", 0, "answered", {"messages": ["1.0", "1.5"], "status": "3.0"})
    inbox.note("q3", "p1", 0, {"messages": ["4.0"]})
    take(inbox)
    inbox.note("q2", "p1", 0, {"messages": ["2.0"]})
    assert inbox.posted("t1") == {"1.0", "1.5", "2.0"}
    assert inbox.posted("t3") == set()


def test_waiting_are_those_that_nobody_has_taken(inbox: Inbox) -> None:
    """However many of one thread."""
    queue(inbox, "q1", "q2", "q3")
    assert inbox.waiting() == 3
    take(inbox)
    assert inbox.waiting() == 2


# Forgetting


def test_claims_are_forgotten_after_a_day(inbox: Inbox) -> None:
    """To the second, however long answers are kept."""
    inbox.accept(["event 1"], None, ASKED_AT)
    inbox.forget_old(ASKED_AT + timedelta(days=1), 0)
    assert not inbox.accept(["event 1"], None, ASKED_AT)
    inbox.forget_old(ASKED_AT + timedelta(days=1, seconds=1), 0)
    assert inbox.accept(["event 1"], None, ASKED_AT)


def test_questions_are_forgotten_with_their_answers(database: HistoryDatabase, inbox: Inbox) -> None:
    """Whoever has the history forget has the inbox forget as well; what is being worked on stays."""
    history = History(database, keep_days=90)
    queue(inbox, "finished")
    take(inbox)
    finish(inbox, "finished")
    queue(inbox, "worked_on", "waiting")
    late = ASKED_AT + timedelta(days=90)
    inbox.take("p1", late, LEASE_S, 1)
    history.finish(a_record())
    assert history.forget_old(late) == 0
    assert inbox.by_id("finished")
    assert history.forget_old(late + SECOND) == 1
    assert [inbox.by_id(id) is None for id in ("finished", "worked_on", "waiting")] == [
        True,
        False,
        True,
    ]


@pytest.mark.parametrize("days", [0, 1e300, float("inf")])
def test_questions_may_be_kept_for_good(inbox: Inbox, days: float) -> None:
    """As answers may."""
    queue(inbox, "q1")
    assert inbox.forget_old(ASKED_AT + timedelta(days=365_000), days) == 0
    assert inbox.by_id("q1")


# Crowds and crashes


def drain(inbox: Inbox, owner: str, log: list[tuple[str, str]], lock: threading.Lock) -> None:
    """Answer until nothing is left, and tell in what order things happened."""
    while any(inbox.by_id(f"{thread}-{number}").outcome is None for thread in "abcd" for number in range(6)):
        for queued in inbox.take(owner, ASKED_AT, LEASE_S, 2):
            with lock:
                log.append(("begin", queued.id))
            assert inbox.renew(owner, ASKED_AT, LEASE_S) == []
            with lock:
                log.append(("end", queued.id))
            assert inbox.finish(queued.id, owner, queued.revision, "answered", {})


def test_a_crowd_answers_each_question_once_and_each_thread_in_order(inbox: Inbox) -> None:
    """Eight owners at once: in no thread does one begin before the one before it has ended."""
    for number in range(6):
        for thread in "abcd":
            queue(inbox, f"{thread}-{number}", thread=thread)
    log: list[tuple[str, str]] = []
    lock = threading.Lock()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda owner: drain(inbox, owner, log, lock), [f"p{number}" for number in range(8)]))
    for thread in "abcd":
        steps = [step for step in log if step[1].startswith(thread)]
        assert steps == [(step, f"{thread}-{number}") for number in range(6) for step in ("begin", "end")]


def test_the_database_itself_sees_to_it_that_one_of_a_thread_is_worked_on(
    database: HistoryDatabase, inbox: Inbox
) -> None:
    """Some databases let two processes look before either writes: the slower one gets what is left."""
    for number in (1, 2, 3):
        queue(inbox, f"q{number}", thread=f"t{number}")
    assert take(inbox, limit=1) == ["q1"]
    with database.writing() as connection:  # as if q1 were of the thread of q2, unseen until now
        connection.execute(text("UPDATE questions SET running_thread = 't2' WHERE id = 'q1'"))
    assert take(inbox, "p2") == ["q3"]
    assert finish(inbox, "q1")
    assert take(inbox, "p2") == ["q2"]


CHILD = """
import sys
from datetime import timedelta
from bot.history_database import HistoryDatabase
from bot.history_inbox import Inbox
from tests.records import ASKED_AT
database = HistoryDatabase(sys.argv[1])
inbox = Inbox(database)
print("open", flush=True)
for line in sys.stdin:
    step, owner, *more = line.split()
    if step == "take":
        said = [one.id for one in inbox.take(owner, ASKED_AT + timedelta(seconds=float(more[0])), 15.0, 10)]
    elif step == "note":
        said = inbox.note(more[0], owner, 0, {"messages": ["1.0"]})
    elif step == "drain":
        said = []
        while taken := inbox.take(owner, ASKED_AT, 15.0, 1):
            said += [one.id for one in taken if inbox.finish(one.id, owner, one.revision, "answered", {})]
    print(said, flush=True)
database.close()
"""


class OtherProcess:
    """A program of its own with the same database, which takes one step at a time."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-c", CHILD, database_url(folder)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=CHECKOUT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    def begin(self, step: str) -> None:
        self.process.stdin.write(f"{step}\n")
        self.process.stdin.flush()

    def said(self) -> str:
        return self.process.stdout.readline().strip()

    def do(self, step: str) -> str:
        self.begin(step)
        return self.said()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def end(self) -> None:
        _, complaints = self.process.communicate()
        assert (self.process.returncode, complaints) == (0, "")


@pytest.fixture
def other_process(tmp_path: Path) -> Iterator[Callable[[], OtherProcess]]:
    others: list[OtherProcess] = []

    def start() -> OtherProcess:
        others.append(OtherProcess(tmp_path))
        assert others[-1].said() == "open"
        return others[-1]

    yield start
    for other in others:
        other.kill()


def test_a_killed_process_leaves_its_questions_to_the_others(
    inbox: Inbox, other_process: Callable[[], OtherProcess]
) -> None:
    """With what it had posted, as soon as its lease has run out; the questions behind them wait that long."""
    queue(inbox, "q1", "q2")
    other = other_process()
    assert other.do("take p2 0") == "['q1']"
    assert other.do("note p2 q1") == "True"
    other.kill()
    assert take(inbox, "p1", EXPIRED - SECOND) == []
    (queued,) = inbox.take("p1", EXPIRED, LEASE_S, 10)
    assert (queued.id, queued.attempt, queued.reply) == ("q1", 2, {"messages": ["1.0"]})
    assert finish(inbox, "q1")
    assert take(inbox, "p1", EXPIRED) == ["q2"]


def test_processes_share_one_queue(inbox: Inbox, other_process: Callable[[], OtherProcess]) -> None:
    """Three at the same time: together they answer everything, and nothing twice."""
    for number in range(60):
        queue(inbox, f"q{number}", thread=f"t{number}")
    others = [other_process() for _ in range(3)]
    for number, other in enumerate(others):
        other.begin(f"drain p{number}")
    answered = [id for other in others for id in eval(other.said())]
    for other in others:
        other.end()
    assert sorted(answered) == sorted(f"q{number}" for number in range(60))


# When the database cannot be used

CALLS: dict[str, Callable[[Inbox], Any]] = {
    "accept": lambda inbox: inbox.accept(["event 9"], a_question("q9"), ASKED_AT),
    "revise": lambda inbox: inbox.revise("message/q1", ["event 9"], "Who pays?", ASKED_AT),
    "withdraw": lambda inbox: inbox.withdraw("message/q1", ["event 9"]),
    "stop": lambda inbox: inbox.stop("t1", ASKED_AT),
    "take": lambda inbox: inbox.take("p1", ASKED_AT, LEASE_S, 1),
    "renew": lambda inbox: inbox.renew("p1", ASKED_AT, LEASE_S),
    "note": lambda inbox: inbox.note("q1", "p1", 0, {}),
    "finish": lambda inbox: inbox.finish("q1", "p1", 0, "answered", {}),
    "give_back": lambda inbox: inbox.give_back("p1"),
    "forget_old": lambda inbox: inbox.forget_old(ASKED_AT, 90),
    "owns": lambda inbox: inbox.owns("t1"),
    "by_id": lambda inbox: inbox.by_id("q1"),
    "recent": lambda inbox: inbox.recent("T1:ana", 1),
    "posted": lambda inbox: inbox.posted("t1"),
    "waiting": lambda inbox: inbox.waiting(),
    "unfinished": lambda inbox: inbox.unfinished(),
}
READING = ("owns", "by_id", "recent", "posted", "waiting", "unfinished")


@pytest.mark.parametrize("name", CALLS)
def test_a_damaged_database_is_one_line(tmp_path: Path, name: str) -> None:
    """Whatever is asked of it."""
    database = HistoryDatabase(history_url(tmp_path, None))
    queue(Inbox(database), "q1")
    database.close()
    (tmp_path / "history.sqlite").write_bytes(b"Dear diary, this is no database at all. " * 400)
    with pytest.raises(HistoryUnavailable, match="is damaged"):
        CALLS[name](Inbox(database))


def test_while_another_process_writes_nothing_is_half_done(tmp_path: Path) -> None:
    """Reading goes on; whoever wants to write is told, and finds everything as it was."""
    url = f"{history_url(tmp_path, None)}?timeout=0.01"
    database, engine = HistoryDatabase(url), create_engine(url)
    inbox = Inbox(database)
    queue(inbox, "q1")
    with engine.connect() as connection:
        connection.connection.driver_connection.isolation_level = None
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        for name in CALLS.keys() - READING:
            with pytest.raises(HistoryUnavailable, match="another process is writing to"):
                CALLS[name](inbox)
        assert [bool(CALLS[name](inbox)) for name in READING] == [True, True, True, False, True, True]
    engine.dispose()
    assert CALLS["accept"](inbox)
    assert take(inbox) == ["q1"]
    database.close()


def test_without_a_history_there_is_no_inbox() -> None:
    """What cannot be kept must not be accepted."""
    with pytest.raises(HistoryUnavailable, match="nothing is kept: the history cannot be used"):
        Inbox(NoHistory().database)
