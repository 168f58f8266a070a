"""What people think of answers: one opinion of each person, kept as long as the answer."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import create_engine, text

from bot.errors import AnswerNotFound, HistoryUnavailable
from bot.feedback import JudgedAnswer, Opinion
from bot.history import History, history_url
from bot.history_feedback import Feedback
from tests.records import ANY_TEXT, ASKED_AT, a_record, an_abstention, an_answer


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    history = History.open(history_url(tmp_path, None), keep_days=90)
    history.finish(a_record())
    yield history
    history.close()


@pytest.fixture
def feedback(history: History) -> Feedback:
    return Feedback(history.database)


def test_a_vote_is_kept(feedback: Feedback) -> None:
    """For whoever asks what people think of that answer."""
    feedback.vote("a1", "T1:ana", True, ASKED_AT)
    feedback.vote("a1", "T1:ben", False, ASKED_AT)
    assert feedback.of("a1") == [Opinion("T1:ana", True, None, False), Opinion("T1:ben", False, None, False)]


def test_the_last_vote_of_a_person_counts(feedback: Feedback) -> None:
    """It replaces the one before, and nothing else that was said."""
    feedback.vote("a1", "T1:ana", False, ASKED_AT)
    feedback.reason("a1", "T1:ana", "too short")
    feedback.missing("a1", "T1:ana", ASKED_AT)
    feedback.vote("a1", "T1:ana", True, ASKED_AT + timedelta(seconds=9))
    assert feedback.of("a1") == [Opinion("T1:ana", True, "too short", True)]


def test_a_reason_needs_no_vote(feedback: Feedback) -> None:
    """The next one replaces it; nothing written takes it back."""
    feedback.reason("a1", "T1:ana", " too short\n")
    assert feedback.of("a1") == [Opinion("T1:ana", None, "too short", False)]
    feedback.reason("a1", "T1:ana", "too long")
    feedback.reason("a1", "T1:ana", " ")
    assert feedback.of("a1") == [Opinion("T1:ana", None, None, False)]


def test_a_question_may_be_said_to_be_missing_an_answer(history: History, feedback: Feedback) -> None:
    """By each person once; also while there is no answer at all."""
    history.begin("c1", "a2", "Why?", ASKED_AT)
    for _ in range(2):
        feedback.missing("a2", "T1:ana", ASKED_AT)
    assert feedback.of("a2") == [Opinion("T1:ana", None, None, True)]
    (judged,) = feedback.all()
    assert (judged.id, judged.answered, judged.text, judged.documents) == ("a2", None, "", ())
    assert judged.standalone_question == "Why?"


@pytest.mark.parametrize("answer_id", ["a2", "", "A1", "a1\0", "a1\n", "\udce9", "a" * 201, "' OR 1=1 --"])
def test_an_unknown_answer_is_not_found(feedback: Feedback, answer_id: str) -> None:
    """Whatever its id is made of; nothing is kept."""
    calls = (
        lambda: feedback.vote(answer_id, "T1:ana", True, ASKED_AT),
        lambda: feedback.reason(answer_id, "T1:ana", "too short"),
        lambda: feedback.missing(answer_id, "T1:ana", ASKED_AT),
        lambda: feedback.of(answer_id),
    )
    for call in calls:
        with pytest.raises(AnswerNotFound, match=r"^no answer of that id is kept$"):
            call()
    assert feedback.all() == []


def test_all_are_the_answers_that_anybody_judged_latest_first(history: History, feedback: Feedback) -> None:
    """With what was asked, answered and cited; in the order of asking, whenever the votes were."""
    history.finish(a_record(an_abstention(id="a2", question="And then?")))
    history.finish(a_record(an_answer(id="a3")))
    feedback.missing("a2", "T1:ben", ASKED_AT)
    feedback.vote("a1", "T1:ana", True, ASKED_AT + timedelta(days=1))
    second, first = feedback.all()
    assert (second.id, second.question, second.answered, second.missing) == ("a2", "And then?", False, 1)
    assert first == JudgedAnswer(
        id="a1",
        question="Who pays for it?",
        standalone_question="Who pays for the mission in Haiti?",
        asked_at=ASKED_AT,
        answered=True,
        text="The United States pays most of it.",
        short_answer="The United States",
        quotes=("The US\npays it.", "Most is paid by the US."),
        documents=("haiti.md", "un.pdf"),
        opinions=(Opinion("T1:ana", True, None, False),),
    )


def test_the_figures_are_counted() -> None:
    """Each person once; who only says something else has not voted."""
    opinions = (
        Opinion("a", True, None, False),
        Opinion("b", True, "good", True),
        Opinion("c", False, None, True),
        Opinion("d", None, "hm", False),
    )
    judged = JudgedAnswer("a1", "Why?", "Why?", ASKED_AT, True, "So.", None, (), (), opinions)
    assert (judged.up, judged.down, judged.missing, judged.reasons) == (2, 1, 2, ("good", "hm"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY_TEXT)
def test_any_reason_is_kept(feedback: Feedback, reason: str) -> None:
    """Only what is no text is replaced."""
    feedback.reason("a1", "T1:ana", reason)
    (opinion,) = feedback.of("a1")
    assert len(opinion.reason or "") == len(reason.strip())
    (opinion.reason or "").encode()


def test_an_opinion_is_forgotten_with_its_answer(history: History, feedback: Feedback) -> None:
    """The rest stays."""
    history.finish(a_record(an_answer(id="a2"), asked_at=ASKED_AT + timedelta(days=1)))
    feedback.vote("a1", "T1:ana", True, ASKED_AT)
    feedback.vote("a2", "T1:ana", True, ASKED_AT)
    assert history.forget_old(ASKED_AT + timedelta(days=90, seconds=1)) == 1
    assert [judged.id for judged in feedback.all()] == ["a2"]
    with pytest.raises(AnswerNotFound):
        feedback.of("a1")


def test_finishing_an_answer_again_keeps_what_was_said(history: History, feedback: Feedback) -> None:
    """It is the same answer."""
    feedback.vote("a1", "T1:ana", True, ASKED_AT)
    history.finish(a_record())
    assert len(feedback.of("a1")) == 1


def test_people_may_vote_at_once(feedback: Feedback) -> None:
    """Sixteen threads, each with eight people who change their minds: one opinion for each, the last one."""
    start = threading.Barrier(16)

    def vote(number: int) -> None:
        start.wait()
        for turn in range(8):
            feedback.vote("a1", f"T1:{turn}", True, ASKED_AT)
            feedback.reason("a1", f"T1:{turn}", f"says {number}")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(vote, range(16)))
    opinions = feedback.of("a1")
    assert [opinion.person for opinion in opinions] == [f"T1:{turn}" for turn in range(8)]
    assert all(opinion.up and opinion.reason for opinion in opinions)


def test_a_damaged_record_hides_no_vote(history: History, feedback: Feedback, tmp_path: Path) -> None:
    """What the answer cites is no longer known; the rest is."""
    feedback.vote("a1", "T1:ana", True, ASKED_AT)
    engine = create_engine(f"sqlite:///{tmp_path / 'history.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE answers SET record = x'00'"))
    engine.dispose()
    (judged,) = feedback.all()
    assert (judged.up, judged.text, judged.documents) == (1, "The United States pays most of it.", ())


def test_a_database_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    """For votes as for answers."""
    url = f"{history_url(tmp_path, None)}?timeout=0.01"
    history, engine = History.open(url, 90), create_engine(url)
    history.finish(a_record())
    feedback = Feedback(history.database)
    with engine.connect() as connection:
        connection.connection.driver_connection.isolation_level = None
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(HistoryUnavailable, match="another process is writing to"):
            feedback.vote("a1", "T1:ana", True, ASKED_AT)
        assert feedback.of("a1") == []
    engine.dispose()
    history.close()
