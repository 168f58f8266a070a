"""Conversations as their owners see them, in a real database."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.errors import AnswerNotFound, ConversationNotFound
from bot.history import History, history_url
from bot.history_conversations import TITLE_CHARS, Conversations
from bot.history_feedback import Feedback
from tests.records import ASKED_AT, a_record, an_answer


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    history = History.open(history_url(tmp_path, None), 90)
    yield history
    history.close()


def keep(history: History, conversation: str, id: str, owner: str, question: str = "Who?", minutes: int = 0) -> None:
    answer = an_answer(id=id, conversation_id=conversation, question=question)
    history.finish(a_record(answer, asked_at=ASKED_AT + timedelta(minutes=minutes)), owner)


def test_the_latest_question_comes_first(history: History) -> None:
    """A conversation that goes on is the latest again; its title stays its first question."""
    keep(history, "c1", "a1", "ann", "Who pays?")
    keep(history, "c2", "a2", "ann", "When?", minutes=1)
    keep(history, "c1", "a3", "ann", "And why?", minutes=2)
    page = Conversations(history.database).of("ann", 10)
    assert [(one.id, one.title, one.questions) for one in page.conversations] == [
        ("c1", "Who pays?", 2),
        ("c2", "When?", 1),
    ]
    assert page.conversations[0].begun_at == ASKED_AT
    assert page.conversations[0].asked_at == ASKED_AT + timedelta(minutes=2)
    assert page.next is None


def test_pages_hold_every_conversation_once(history: History) -> None:
    """The end of one page is where the next begins; the last has none."""
    for number in range(5):
        keep(history, f"c{number}", f"a{number}", "ann", minutes=number)
    conversations, seen, after = Conversations(history.database), [], None
    while True:
        page = conversations.of("ann", 2, after)
        seen += [one.id for one in page.conversations]
        after = page.next
        if after is None:
            break
    assert seen == ["c4", "c3", "c2", "c1", "c0"]


def test_others_see_nothing_of_it(history: History) -> None:
    """Another's conversation is neither listed, read, gone on from nor forgotten: it is as one that never was."""
    keep(history, "c1", "a1", "ann")
    conversations = Conversations(history.database)
    assert conversations.of("bob", 10).conversations == ()
    for refused in (
        lambda: conversations.records("c1", "bob"),
        lambda: conversations.forget("c1", "bob"),
        lambda: conversations.of("bob", 10, "c1"),
        lambda: history.turns("c1", owner="bob"),
        lambda: history.begin("c1", "a2", "Why?", ASKED_AT, "bob"),
        lambda: keep(history, "c1", "a3", "bob"),
    ):
        with pytest.raises(ConversationNotFound) as problem:
            refused()
        with pytest.raises(ConversationNotFound, match=f"^{problem.value}$"):
            conversations.records("never", "bob")
    assert [record.answer.id for record in conversations.records("c1", "ann")] == ["a1"]


def test_its_owner_goes_on_with_it(history: History) -> None:
    keep(history, "c1", "a1", "ann", "Who pays?")
    assert [turn.question for turn in history.turns("c1", owner="ann")] == ["Who pays?"]
    assert history.turns("new", owner="ann") == []


def test_what_is_forgotten_is_gone(history: History) -> None:
    """With its answers, and what was said about them; others stay."""
    keep(history, "c1", "a1", "ann")
    keep(history, "c2", "a2", "ann")
    Feedback(history.database).vote("a1", "ann", True, ASKED_AT)
    conversations = Conversations(history.database)
    conversations.forget("c1", "ann")
    assert [one.id for one in conversations.of("ann", 10).conversations] == ["c2"]
    with pytest.raises(ConversationNotFound):
        conversations.records("c1", "ann")
    with pytest.raises(AnswerNotFound):
        history.record("a1")
    assert Feedback(history.database).all() == []


def test_a_damaged_record_hides_no_other(history: History, tmp_path: Path) -> None:
    keep(history, "c1", "a1", "ann")
    keep(history, "c1", "a2", "ann")
    with create_engine(history_url(tmp_path, None)).begin() as connection:
        connection.execute(text("UPDATE answers SET record = x'00' WHERE id = 'a1'"))
    assert [record.answer.id for record in Conversations(history.database).records("c1", "ann")] == ["a2"]


def test_a_long_title_is_cut(history: History) -> None:
    keep(history, "c1", "a1", "ann", "why " * 200)
    assert len(Conversations(history.database).of("ann", 1).conversations[0].title) == TITLE_CHARS


def test_threads_of_slack_go_on_after_an_older_version(tmp_path: Path) -> None:
    """Before conversations had owners, Slack's were known by their ids; all others belong to nobody in particular."""
    url = history_url(tmp_path, None)
    history = History.open(url, 90)
    keep(history, "slack-T1-C1-1.0", "a1", "")
    keep(history, "c1", "a2", "")
    history.close()
    with create_engine(url).begin() as connection:
        connection.execute(text("DROP INDEX conversations_by_owner_begun_at"))
        connection.execute(text("ALTER TABLE conversations DROP COLUMN owner"))
        connection.execute(text("UPDATE footnote_version SET version_num = '0003'"))
    again = History.open(url, 90)
    assert len(again.turns("slack-T1-C1-1.0", owner="slack")) == 1
    assert len(again.turns("c1", owner="")) == 1
    again.close()
