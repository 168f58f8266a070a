"""Posting: one message for each part of an answer, whatever becomes of Slack's answers."""

from dataclasses import dataclass
from typing import Any

import pytest

from bot.slack.destination import Destination
from bot.slack.errors import SlackBusy, SlackProblem, SlackRefused, SlackUnreachable
from bot.slack.place import Place
from bot.slack.posting import Poster
from bot.slack.question import SlackQuestion
from tests.fake_slack_thread import BOT, FakeSlackThread
from tests.passing_time import PassingTime

QUESTION = "a" * 32
TO = Destination(Place("T1", "C1", "99.000100"), QUESTION, "99.000100", "U2", "T2", "E1")


@dataclass(frozen=True)
class Said:
    text: str = "the answer"
    blocks: tuple[dict[str, Any], ...] = ({"type": "divider"},)


@pytest.fixture
def thread() -> FakeSlackThread:
    return FakeSlackThread()


@pytest.fixture
def time() -> PassingTime:
    return PassingTime()


@pytest.fixture
def poster(thread: FakeSlackThread, time: PassingTime) -> Poster:
    return Poster(thread, TO, time.sleep, time)


async def test_a_message_is_posted_into_the_thread_and_says_whose_answer_it_is(
    poster: Poster, thread: FakeSlackThread
) -> None:
    """Nothing in it becomes a link, a mention or a preview by itself."""
    ts = await poster.post(Said())
    [posted] = thread.called("chat.postMessage")
    assert posted.pop("patience_s") == 60
    assert posted == {
        "team": "T1",
        "enterprise": "E1",
        "channel": "C1",
        "thread_ts": "99.000100",
        "text": "the answer",
        "blocks": [{"type": "divider"}],
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": "footnote_answer", "event_payload": {"question": QUESTION}},
    }
    assert [one.ts for one in thread.answer] == [ts]


async def test_a_post_that_was_carried_out_without_an_answer_is_found(poster: Poster, thread: FakeSlackThread) -> None:
    """It is not posted again."""
    thread.fail("chat.postMessage", "after")
    ts = await poster.post(Said())
    assert [one.ts for one in thread.answer] == [ts]


async def test_a_post_that_was_not_carried_out_is_repeated(poster: Poster, thread: FakeSlackThread) -> None:
    """After a look into the thread, and after a pause."""
    thread.fail("chat.postMessage", "before", "before")
    ts = await poster.post(Said())
    assert [one.ts for one in thread.answer] == [ts]
    assert len(thread.called("conversations.replies")) == 2


async def test_nobody_posts_again_who_could_not_look(poster: Poster, thread: FakeSlackThread) -> None:
    """The look is repeated first, until it says whether the message is there."""
    thread.fail("chat.postMessage", "after")
    thread.fail("conversations.replies", "before", "before")
    ts = await poster.post(Said())
    assert [one.ts for one in thread.answer] == [ts]


async def test_a_look_that_has_to_wait_is_repeated(poster: Poster, thread: FakeSlackThread) -> None:
    """Some apps may look into a thread only once a minute."""
    thread.fail("chat.postMessage", "after")
    thread.fail("conversations.replies", "busy")
    ts = await poster.post(Said())
    assert [one.ts for one in thread.answer] == [ts]


async def test_where_nobody_may_look_it_stays_uncertain(poster: Poster, thread: FakeSlackThread) -> None:
    """That is told, instead of showing an answer twice."""
    thread.fail("chat.postMessage", "after")
    thread.fail("conversations.replies", "missing_scope")
    with pytest.raises(SlackUnreachable):
        await poster.post(Said())
    assert len(thread.answer) == 1


async def test_patience_ends(poster: Poster, thread: FakeSlackThread, time: PassingTime) -> None:
    """With the problem, after about the time that was given."""
    thread.fail("chat.postMessage", *["before"] * 100)
    with pytest.raises(SlackUnreachable):
        await poster.post(Said(), patience_s=20)
    assert 10 < sum(time.slept) <= 20


@pytest.mark.parametrize(("failure", "problem"), [("busy", SlackBusy), ("not_in_channel", SlackRefused)])
async def test_what_slack_refuses_is_not_tried_again_here(
    poster: Poster, thread: FakeSlackThread, failure: str, problem: type[SlackProblem]
) -> None:
    """Waiting for a turn was the call's own affair."""
    thread.fail("chat.postMessage", failure)
    with pytest.raises(problem):
        await poster.post(Said())
    assert len(thread.calls) == 1


async def test_parts_of_an_answer_are_told_apart(poster: Poster, thread: FakeSlackThread) -> None:
    """The second is not taken for the first."""
    first = await poster.post(Said("one"), 1, more=True)
    thread.fail("chat.postMessage", "after")
    second = await poster.post(Said("two"), 2)
    assert [(one.ts, one.text, one.part) for one in thread.answer] == [
        (first, "one", (1, True)),
        (second, "two", (2, False)),
    ]
    assert (await poster.find(1), await poster.find(2), await poster.find(3)) == (first, second, None)


async def test_answers_to_other_questions_are_not_taken_for_this_one(
    poster: Poster, thread: FakeSlackThread, time: PassingTime
) -> None:
    """Nor are messages of others that claim to be answers."""
    other = Destination(TO.place, "b" * 32, TO.asked_ts, "U2", "T2")
    await Poster(thread, other, time.sleep, time).post(Said())
    forged = thread.say("mine")
    thread.messages[-1].metadata = {"event_type": "footnote_answer", "event_payload": {"question": QUESTION}}
    assert await poster.find() is None
    assert forged


async def test_it_is_found_behind_many_other_messages(poster: Poster, thread: FakeSlackThread) -> None:
    """Slack shows a thread page by page."""
    for number in range(40):
        thread.say(f"chatter {number}")
    ts = await poster.post(Said())
    assert await poster.find() == ts
    assert [one.get("cursor") for one in thread.called("conversations.replies")] == [None, "15", "30"]


async def test_a_stream_that_nobody_finished_is_found_by_what_it_lacks(poster: Poster, thread: FakeSlackThread) -> None:
    """Newer than the question, ours, without metadata, and not known to anybody."""
    known = thread.say("help", BOT)
    thread.say("chatter")
    orphan = thread.say("half an ans", BOT)
    whole = await poster.post(Said())
    assert [(one.ts, one.is_last) for one in await poster.search(known=[known])] == [(orphan, False), (whole, True)]
    assert [one.ts for one in await poster.search()] == [whole]


async def test_messages_older_than_the_question_answer_something_else(
    thread: FakeSlackThread, time: PassingTime
) -> None:
    """Whatever they lack."""
    thread.say("half an ans", BOT)
    asked = thread.say("question")
    poster = Poster(thread, Destination(TO.place, QUESTION, asked, "U2", "T2"), time.sleep, time)
    assert await poster.search(known=()) == []


@pytest.mark.parametrize("metadata", [None, {}, {"event_type": "footnote_answer"}, {"event_type": "other"}])
async def test_metadata_of_others_means_nothing(
    poster: Poster, thread: FakeSlackThread, metadata: dict[str, Any] | None
) -> None:
    """Whatever it looks like."""
    thread.say("x", BOT)
    thread.messages[-1].metadata = metadata
    assert await poster.search() == []


async def test_a_message_is_replaced_in_its_place(poster: Poster, thread: FakeSlackThread) -> None:
    """With the blocks of the new one only, and as inert as when it was posted."""
    ts = await poster.post(Said())
    await poster.update(ts, Said("better", ()))
    [posted] = thread.answer
    assert (posted.text, posted.blocks, posted.part) == ("better", [], (1, False))
    [call] = thread.called("chat.update")
    assert (call["parse"], call["link_names"]) == ("none", False)


async def test_deleting_twice_is_as_good_as_once(poster: Poster, thread: FakeSlackThread) -> None:
    """Somebody may have been faster."""
    ts = await poster.post(Said())
    await poster.delete(ts)
    await poster.delete(ts)
    assert thread.answer == []


async def test_other_refusals_to_delete_are_told(poster: Poster, thread: FakeSlackThread) -> None:
    """The message is still there then."""
    thread.fail("chat.delete", "cant_delete_message")
    with pytest.raises(SlackRefused):
        await poster.delete("1.2")


def test_the_destination_of_a_question_is_its_thread() -> None:
    """What answers it is newer than its own message, which need not begin the thread."""
    question = SlackQuestion("mention", "T1", "E1", "C1", "9.1", "9.5", "U2", "T2", "Who?")
    assert Destination.of(question, QUESTION) == Destination(
        Place("T1", "C1", "9.1"), QUESTION, "9.5", "U2", "T2", "E1"
    )
    with pytest.raises(ValueError, match="response URL"):
        Destination.of(SlackQuestion("command", "T1", None, "C1", None, None, "U2", "T2", "Who?"), QUESTION)
