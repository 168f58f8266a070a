"""Streams: what is written is what is read, whatever fails, grows old or grows too long on the way."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.destination import Destination
from bot.slack.errors import SlackBusy, SlackProblem, SlackRefused, SlackUnreachable
from bot.slack.live_streams import LiveStreams
from bot.slack.place import Place
from bot.slack.posting import Poster
from bot.slack.reply_stream import Pace, ReplyStream
from bot.slack.rollover import Rollover
from tests.fake_slack_thread import BOT, FakeSlackThread
from tests.passing_time import Alarm
from tests.test_slack_posting import TO, Said

BELOW = Said("sources", ({"type": "context", "elements": [{"type": "mrkdwn", "text": "sources"}]},))


class Writing:
    """A stream into a thread, on a clock that tests move."""

    def __init__(self, to: Destination = TO, pace: Pace | None = None, cap: int = 12_000) -> None:
        self.thread = FakeSlackThread(cap)
        self.time = Alarm(1_000.0)
        self.live = LiveStreams()
        self.noted: dict[str, bool] = {}
        self.to = to
        self.pace = pace or Pace()
        self.stream = self.another()

    def another(self) -> ReplyStream:
        """A stream as another process would make it."""
        time = self.time
        poster = Poster(self.thread, self.to, time.sleep, time)
        return ReplyStream(self.thread, poster, self.to, self.live, self.note, self.pace, time.sleep, time)

    async def note(self, ts: str, is_open: bool) -> None:
        self.noted[ts] = is_open

    async def done(self, work: Awaitable[Any]) -> None:
        """Time passes while it works."""
        task = asyncio.ensure_future(work)
        await self.time.settle()
        while not task.done():
            await self.time.pass_by(1)
        task.result()

    @property
    def read(self) -> list[str]:
        return [one.body for one in self.thread.answer]

    @property
    def parts(self) -> list[Any]:
        return [one.part for one in self.thread.answer]


@pytest.fixture
def writing() -> Writing:
    return Writing()


# As it should be


async def test_the_first_words_are_shown_at_once(writing: Writing) -> None:
    """With whom they are for, as Slack wants to know in channels: the reader's own workspace."""
    await writing.stream.begin("Hello")
    assert writing.read == ["Hello"]
    [start] = writing.thread.called("chat.startStream")
    assert (start["recipient_team_id"], start["recipient_user_id"]) == ("T2", "U2")
    assert (start["thread_ts"], start["patience_s"], start["enterprise"]) == ("99.000100", 0, "E1")
    await writing.stream.close()


async def test_in_a_direct_conversation_there_is_nobody_else_to_name() -> None:
    """Slack knows who reads there."""
    writing = Writing(Destination(Place("T1", "D1", "99.1"), "q", "99.1", "U2", "T1"))
    await writing.stream.begin("Hello")
    [start] = writing.thread.called("chat.startStream")
    assert "recipient_team_id" not in start
    await writing.stream.close()


async def test_what_is_written_later_is_gathered_for_a_moment(writing: Writing) -> None:
    """Each append counts; all of them share what the workspace is allowed."""
    await writing.stream.begin("one")
    for word in (" two", " three", " four"):
        writing.stream.write(word)
    await writing.time.pass_by(0.5)
    assert writing.read == ["one"]
    await writing.time.pass_by(0.2)
    assert writing.read == ["one two three four"]
    assert len(writing.thread.called("chat.appendStream")) == 1
    await writing.stream.close()


async def test_the_more_answers_are_written_the_longer_is_the_moment(writing: Writing) -> None:
    """Ten of them append every six seconds."""
    for _ in range(9):
        writing.live.enter("T1")
        writing.live.enter("T2")
    await writing.stream.begin("one")
    writing.stream.write(" two")
    await writing.time.pass_by(1)
    writing.stream.write(" three")
    await writing.time.pass_by(5.5)
    assert writing.read == ["one two"]
    await writing.time.pass_by(1)
    assert writing.read == ["one two three"]
    await writing.stream.close()
    assert writing.live.count("T1") == 9


async def test_a_lot_of_text_does_not_wait(writing: Writing) -> None:
    """There is something to read."""
    await writing.stream.begin("one ")
    writing.stream.write("x" * 2000)
    await writing.time.settle()
    assert writing.read == ["one " + "x" * 2000]
    await writing.stream.close()


async def test_the_end_brings_the_rest_and_the_blocks_below(writing: Writing) -> None:
    """In one call, with the metadata that names the question."""
    await writing.stream.begin("one")
    writing.stream.write(" two")
    await writing.done(writing.stream.finish(BELOW))
    [message] = writing.thread.answer
    assert (message.body, message.below, message.part) == ("one two", list(BELOW.blocks), (1, False))
    assert [method for method, _ in writing.thread.calls] == ["chat.startStream", "chat.stopStream"]
    assert writing.noted == {message.ts: False}
    assert writing.stream.messages == (message.ts,)


async def test_whoever_keeps_account_hears_of_a_stream_before_it_goes_on(writing: Writing) -> None:
    """So that it can be closed by another process."""
    await writing.stream.begin("one")
    assert writing.noted == {writing.stream.messages[0]: True}
    await writing.stream.close()
    assert writing.noted == {writing.stream.messages[0]: False}


async def test_only_the_first_end_counts(writing: Writing) -> None:
    """Whatever comes after it finds nothing to do."""
    async with writing.stream as stream:
        await stream.begin("one")
        await writing.done(stream.finish())
        await stream.finish(BELOW)
        await stream.abandon("sorry")
    assert (writing.read, writing.thread.open, writing.parts) == (["one"], [], [(1, False)])


# Where there can be no stream


@pytest.mark.parametrize(("failure", "problem"), [("busy", SlackBusy), ("unknown_method", SlackRefused)])
async def test_without_streaming_nothing_is_posted(writing: Writing, failure: str, problem: type[SlackProblem]) -> None:
    """The answer is posted as a whole instead: by the caller, or by this."""
    writing.thread.fail("chat.startStream", failure)
    async with writing.stream as stream:
        with pytest.raises(problem):
            await stream.begin("one")
        assert writing.thread.answer == []
        await writing.done(stream.replace([Said("one and two")]))
    [message] = writing.thread.answer
    assert (message.text, message.part) == ("one and two", (1, False))


async def test_a_begun_stream_is_found_although_slack_did_not_answer(writing: Writing) -> None:
    """It is closed and goes on as a message that is edited."""
    writing.thread.fail("chat.startStream", "after")
    await writing.stream.begin("one")
    writing.stream.write(" two")
    await writing.done(writing.stream.finish())
    assert (writing.read, writing.thread.open) == (["one two"], [])


async def test_a_stream_that_may_have_begun_is_looked_for_once_more_in_the_end(writing: Writing) -> None:
    """What nobody could see then is found now; the answer stands there once."""
    writing.thread.fail("chat.startStream", "after")
    writing.thread.fail("conversations.replies", "before")
    async with writing.stream as stream:
        with pytest.raises(SlackUnreachable):
            await stream.begin("one")
        await writing.done(stream.replace([Said("one and two")]))
    assert [one.text for one in writing.thread.answer] == ["one and two"]
    assert writing.thread.open == []


# What fails on the way


@pytest.mark.parametrize("failure", ["before", "after", "busy", "msg_too_long", "internal"])
async def test_an_append_that_fails_loses_and_doubles_nothing(writing: Writing, failure: str) -> None:
    """The whole text is shown in its place, and the answer goes on by editing."""
    writing.thread.fail("chat.appendStream", failure)
    await writing.stream.begin("one")
    writing.stream.write(" two")
    await writing.time.pass_by(1)
    assert (writing.read, writing.thread.open) == (["one two"], [])
    writing.stream.write(" three")
    await writing.time.pass_by(2)
    assert writing.read == ["one two three"]
    await writing.done(writing.stream.finish(BELOW))
    [message] = writing.thread.answer
    assert (message.body, message.below, message.part) == ("one two three", list(BELOW.blocks), (1, False))


async def test_a_stream_that_slack_has_ended_goes_on_by_editing(writing: Writing) -> None:
    """Also where it is noticed only in the end."""
    await writing.stream.begin("one")
    writing.thread.expire()
    writing.stream.write(" two")
    await writing.done(writing.stream.finish(BELOW))
    [message] = writing.thread.answer
    assert (message.body, message.below, message.part) == ("one two", list(BELOW.blocks), (1, False))


@pytest.mark.parametrize("failure", ["before", "after"])
async def test_an_end_that_gets_no_answer_is_made_up_for(writing: Writing, failure: str) -> None:
    """Once, whether or not it was carried out."""
    writing.thread.fail("chat.stopStream", failure)
    await writing.stream.begin("one")
    writing.stream.write(" two")
    await writing.done(writing.stream.finish(BELOW))
    [message] = writing.thread.answer
    assert (message.body, message.below, message.part) == ("one two", list(BELOW.blocks), (1, False))
    assert writing.thread.open == []


async def test_edits_are_further_apart_than_appends(writing: Writing) -> None:
    """Slack allows half as many."""
    writing.thread.fail("chat.appendStream", "before")
    await writing.stream.begin("w")
    for _ in range(100):
        writing.stream.write(" w")
        await writing.time.pass_by(0.1)
    assert 5 <= len(writing.thread.called("chat.update")) <= 7
    await writing.stream.close()


async def test_what_cannot_be_shown_now_is_shown_later(writing: Writing) -> None:
    """Nothing is asked for in a hurry meanwhile."""
    writing.thread.fail("chat.appendStream", "before")
    writing.thread.fail("chat.stopStream", *["before"] * 3)
    writing.thread.fail("chat.update", *["busy"] * 3)
    await writing.stream.begin("one")
    writing.stream.write(" two" * 1000)
    await writing.time.pass_by(5)
    assert writing.read == ["one"]
    await writing.time.pass_by(10)
    assert writing.read == ["one" + " two" * 1000]
    assert len(writing.thread.calls) < 15
    await writing.stream.close()


async def test_a_refusal_is_told_in_the_end(writing: Writing) -> None:
    """After the text has been tried once more; nothing stays open."""
    await writing.stream.begin("one")
    for method in ("chat.appendStream", "chat.update"):
        writing.thread.fail(method, *["is_archived"] * 9)
    writing.stream.write(" two")
    await writing.time.pass_by(1)
    with pytest.raises(SlackRefused, match="is_archived"):
        await writing.done(writing.stream.finish())
    assert writing.thread.open == []


# What grows too long, or old


async def test_a_long_answer_goes_on_in_another_message(writing: Writing) -> None:
    """Cut between paragraphs, in order, each within what Slack takes."""
    paragraphs = [f"Paragraph {number}. " + "word " * 150 for number in range(40)]
    written = "\n\n".join(paragraphs)
    await writing.stream.begin(written[:100])
    for start in range(100, len(written), 500):
        writing.stream.write(written[start : start + 500])
        await writing.time.pass_by(0.7)
    await writing.done(writing.stream.finish(BELOW))
    assert "".join(writing.read).rstrip() == written.rstrip()
    assert len(writing.read) == 3
    assert all(len(body) <= 11_500 for body in writing.read)
    assert all(body.startswith("Paragraph") for body in writing.read)
    assert writing.parts == [(1, True), (2, True), (3, False)]
    assert [len(one.below) for one in writing.thread.answer] == [0, 0, 1]
    assert [bool(call.get("markdown_text")) for call in writing.thread.called("chat.startStream")] == [True] * 3


async def test_an_answer_that_comes_all_at_once_is_cut_as_well(writing: Writing) -> None:
    """Messages that are complete when they begin are posted, not streamed."""
    written = "\n\n".join("word " * 150 for _ in range(40))
    await writing.stream.begin(written)
    await writing.done(writing.stream.finish())
    assert "".join(writing.read).rstrip() == written.rstrip()
    assert writing.parts == [(1, True), (2, True), (3, False)]


async def test_a_block_of_code_goes_on_as_one(writing: Writing) -> None:
    """Closed in one message, opened again in the next."""
    code = "\n".join(f"line {number} = {'x' * 40}" for number in range(250))
    await writing.stream.begin("Look:\n```python\n")
    writing.stream.write(code + "\n```\nDone.")
    await writing.done(writing.stream.finish())
    first, second = writing.read
    assert first.endswith("\n```")
    assert second.startswith("```python\n")
    assert first.removesuffix("```") + second.removeprefix("```python\n") == f"Look:\n```python\n{code}\n```\nDone."


async def test_where_no_further_stream_may_begin_the_rest_is_posted(writing: Writing) -> None:
    """And edited as it grows."""
    await writing.stream.begin("x" * 8_000 + "\n\n")
    writing.thread.fail("chat.startStream", "busy")
    writing.stream.write("y" * 2_300 + "\n\n" + "z " * 600 + "\n\n")
    await writing.time.pass_by(3)
    assert [body[:1] for body in writing.read] == ["x", "z"]
    writing.stream.write("end")
    await writing.done(writing.stream.finish(BELOW))
    assert writing.read[1] == "z " * 600 + "\n\nend"
    assert (writing.thread.answer[1].part, writing.thread.answer[1].below) == ((2, False), list(BELOW.blocks))


async def test_a_further_stream_that_may_have_begun_is_not_posted_beside_it(writing: Writing) -> None:
    """Not before somebody could look whether it is there."""
    await writing.stream.begin("x" * 8_000 + "\n\n")
    writing.thread.fail("chat.startStream", "after")
    writing.thread.fail("conversations.replies", "before")
    writing.stream.write("y" * 2_300 + "\n\n" + "z " * 600)
    await writing.time.pass_by(10)
    assert [body[:1] for body in writing.read] == ["x", "z"]
    await writing.done(writing.stream.finish(BELOW))
    assert (writing.parts, writing.thread.open) == ([(1, True), (2, False)], [])


async def test_if_slack_takes_less_than_before_messages_get_smaller() -> None:
    """The figure is not documented."""
    writing = Writing(cap=5_000)
    written = "word " * 3_000
    await writing.stream.begin("word ")
    for _ in range(29):
        writing.stream.write("word " * 100)
        await writing.time.pass_by(1)
    writing.stream.write("word " * 99)
    await writing.done(writing.stream.finish())
    assert "".join(writing.read).rstrip() == written.rstrip()
    assert writing.thread.open == []


async def test_an_old_stream_is_completed_before_slack_ends_it(writing: Writing) -> None:
    """What comes later goes on in another message."""
    await writing.stream.begin("one")
    await writing.time.pass_by(269)
    assert len(writing.thread.open) == 1
    await writing.time.pass_by(2)
    assert (writing.thread.open, writing.parts) == ([], [(1, True)])
    writing.stream.write("two")
    await writing.time.pass_by(1)
    assert (writing.read, len(writing.thread.open)) == (["one", "two"], 1)
    await writing.done(writing.stream.finish())
    assert writing.parts == [(1, True), (2, False)]


async def test_an_answer_that_ends_after_its_stream_grew_old_is_complete(writing: Writing) -> None:
    """Although nothing more came: the blocks are below the one message."""
    await writing.stream.begin("one")
    await writing.time.pass_by(300)
    await writing.done(writing.stream.finish(BELOW))
    [message] = writing.thread.answer
    assert (message.body, message.below, message.part) == ("one", list(BELOW.blocks), (1, False))


async def test_blocks_that_find_no_room_are_a_message_of_their_own(writing: Writing) -> None:
    """Slack limits the text of a message as a whole."""
    large = Said("sources", ({"type": "section", "text": {"type": "mrkdwn", "text": "s" * 2_900}},))
    await writing.stream.begin("x" * 10_100)
    writing.stream.write("y" * 1_000)
    await writing.done(writing.stream.finish(large))
    assert writing.parts == [(1, True), (2, False)]
    assert (writing.thread.answer[1].text, writing.thread.answer[1].below) == ("sources", list(large.blocks))


# Other ends


async def test_an_answer_that_is_taken_back_is_replaced(writing: Writing) -> None:
    """Messages are reused, and those that are too many are deleted."""
    written = "\n\n".join("word " * 150 for _ in range(40))
    await writing.stream.begin(written)
    await writing.time.pass_by(5)
    assert len(writing.read) > 1
    await writing.done(writing.stream.replace([Said("better"), Said("and more")]))
    assert [(one.text, one.part) for one in writing.thread.answer] == [("better", (1, True)), ("and more", (2, False))]
    assert len(writing.thread.deleted) == 1
    assert writing.thread.open == []


async def test_a_message_that_somebody_deleted_is_posted_again(writing: Writing) -> None:
    """The answer is what counts."""
    await writing.stream.begin("one")
    await writing.done(writing.stream.abandon())
    writing.thread.messages.clear()
    other = writing.another()
    await other.resume()
    await writing.done(other.replace([Said("better")]))
    assert [(one.text, one.part) for one in writing.thread.answer] == [("better", (1, False))]


async def test_an_interrupted_answer_says_so(writing: Writing) -> None:
    """It is not taken for a complete one."""
    async with writing.stream as stream:
        await stream.begin("one")
        stream.write(" two")
        await writing.done(stream.abandon("_Stopped._"))
    assert (writing.read, writing.parts, writing.thread.open) == (["one two\n\n_Stopped._"], [(1, True)], [])


async def test_a_stream_that_slack_has_stopped_says_so_too(writing: Writing) -> None:
    """Its button ends streams before we hear of it."""
    await writing.stream.begin("one")
    writing.thread.expire()
    await writing.done(writing.stream.abandon("_Stopped._"))
    assert writing.read == ["one\n\n_Stopped._"]


async def test_where_nothing_was_shown_nothing_is_abandoned(writing: Writing) -> None:
    """There is no message that words could stand below."""
    writing.thread.fail("chat.startStream", "busy")
    with pytest.raises(SlackBusy):
        await writing.stream.begin("one")
    await writing.done(writing.stream.abandon("_Stopped._"))
    assert writing.thread.answer == []


async def test_an_answer_to_nothing_is_removed(writing: Writing) -> None:
    """The question was deleted; its stream is stopped first, as Slack wants."""
    await writing.stream.begin("one")
    await writing.done(writing.stream.remove())
    assert writing.thread.answer == []


async def test_an_error_leaves_nothing_open(writing: Writing) -> None:
    """Whoever writes may fail at any time."""

    async def answer() -> None:
        async with writing.stream as stream:
            await stream.begin("one")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await answer()
    assert (writing.thread.open, writing.parts, writing.live.count("T1")) == ([], [(1, True)], 0)


async def test_who_is_cancelled_while_it_begins_leaves_nothing_open(writing: Writing) -> None:
    """The call is under way; what it begins is ended."""

    async def answer() -> None:
        async with writing.stream as stream:
            await stream.begin("one")

    task = asyncio.create_task(answer())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (writing.thread.open, writing.parts) == ([], [(1, True)])


async def test_who_is_cancelled_while_it_ends_ends_it_all_the_same(writing: Writing) -> None:
    """The end is not broken off halfway."""

    async def answer() -> None:
        async with writing.stream as stream:
            await stream.begin("one")
            await stream.finish(BELOW)

    writing.thread.fail("chat.stopStream", "before")
    task = asyncio.create_task(answer())
    for _ in range(100):
        if not writing.thread.called("chat.stopStream"):
            await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (writing.thread.open, writing.parts) == ([], [(1, False)])


async def test_an_end_that_failed_can_be_tried_again(writing: Writing) -> None:
    """With another kind of end, if one likes."""
    await writing.stream.begin("one")
    writing.thread.fail("chat.stopStream", "before", "before")
    with pytest.raises(SlackUnreachable):
        await writing.done(writing.stream.finish())
    await writing.done(writing.stream.replace([Said("one")]))
    assert (writing.thread.open, writing.parts) == ([], [(1, False)])


async def test_what_the_account_refuses_ends_the_writing(writing: Writing) -> None:
    """Somebody else answers now: it comes out of whatever is called next."""

    class Lost(Exception):
        pass

    async def refuse(ts: str, is_open: bool) -> None:
        if is_open:
            raise Lost

    stream = ReplyStream(
        writing.thread,
        Poster(writing.thread, TO, writing.time.sleep, writing.time),
        TO,
        writing.live,
        refuse,
        Pace(),
        writing.time.sleep,
        writing.time,
    )
    with pytest.raises(Lost):
        await stream.begin("one")
    await writing.done(stream.abandon())
    assert writing.thread.open == []


# After a crash


async def test_another_process_goes_on_where_one_was_killed(writing: Writing) -> None:
    """Its open stream and its complete messages are found, and shown anew."""
    written = "\n\n".join("word " * 150 for _ in range(30))
    killed = writing.another()
    await killed.begin(written)
    await writing.time.pass_by(3)
    assert len(writing.thread.open) == 1
    killed._pump.cancel()  # as a killed process would
    assert await writing.stream.resume() is False
    await writing.done(writing.stream.replace([Said("better")]))
    assert [(one.text, one.part) for one in writing.thread.answer] == [("better", (1, False))]


async def test_a_complete_answer_is_known_as_such(writing: Writing) -> None:
    """There is nothing left to do then."""
    await writing.stream.begin("one")
    await writing.done(writing.stream.finish())
    other = writing.another()
    assert await other.resume() is True
    assert other.messages == writing.stream.messages


async def test_words_of_another_process_stand_below_what_is_there(writing: Writing) -> None:
    """What the earlier one wrote is not known any more, so it stays as it is."""
    writing.thread.say("half an ans", BOT)
    writing.thread.messages[-1].streaming = True
    await writing.stream.resume()
    await writing.done(writing.stream.abandon("_Interrupted._"))
    assert (writing.read, writing.thread.open) == (["half an ans", "\n\n_Interrupted._"], [])


# Whatever happens

BETWEEN = (" ", " ", ". ", " ", "\n", " ", "\n\n")
WORDS = st.integers(1, 200)
FAILURES = {
    "chat.startStream": ["after", "before", "busy", "unknown_method", None],
    "chat.appendStream": ["after", "before", "busy", "internal"],
    "chat.stopStream": ["before", "after", "busy", None],
    "chat.update": ["before", "after", "busy"],
    "chat.postMessage": ["after", "before"],
    "conversations.replies": ["before", "busy"],
}
FAILING = st.sampled_from(sorted(FAILURES)).flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from(FAILURES[name]))
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), WORDS),
        st.tuples(st.just("pass"), st.sampled_from([0.1, 0.7, 2.0, 40.0])),
        st.tuples(st.just("turn"), st.integers(1, 4)),
        st.tuples(st.just("fail"), st.lists(FAILING, min_size=1, max_size=6)),
        st.tuples(st.just("expire"), st.none()),
    ),
    max_size=25,
)
SMALL = Pace(Rollover.at(1_500), lifetime_s=30, at_once=400)


@settings(max_examples=400)
@given(STEPS, st.lists(FAILING, max_size=4), st.sampled_from([12_000, 1_200]))
async def test_what_is_read_is_what_was_written(
    steps: list[tuple[str, Any]], at_first: list[tuple[str, str]], cap: int
) -> None:
    """For any writing, any failures, any age and any length: nothing is lost, nothing is doubled, all is closed."""
    writing = Writing(pace=SMALL, cap=cap)
    written = "w0"
    for method, failure in at_first:
        writing.thread.fail(method, failure)
    begun = await _begun(writing, written)
    for kind, what in steps:
        if kind == "write":
            count = len(written.split())
            words = "".join(f"{BETWEEN[number % 7]}word{number}" for number in range(count, count + what))
            written += words
            writing.stream.write(words)
        elif kind == "pass":
            await writing.time.pass_by(what)
        elif kind == "turn":
            for _ in range(what):
                await asyncio.sleep(0)
        elif kind == "fail":
            for method, failure in what:
                writing.thread.fail(method, failure)
        else:
            writing.thread.expire()
    complete = await _ended(writing, begun, written)
    assert writing.thread.open == []
    assert writing.live.count("T1") == 0
    if complete:
        assert "".join("".join(writing.read).split()) == "".join(written.split())
        count = len(writing.parts)
        assert writing.parts == [(number, number < count) for number in range(1, count + 1)]
        assert not any(writing.noted[message.ts] for message in writing.thread.answer)
    else:
        assert [one.text for one in writing.thread.answer] == [written]


async def _begun(writing: Writing, text: str) -> bool:
    try:
        await writing.done(writing.stream.begin(text))
    except SlackProblem:
        return False
    return True


async def _ended(writing: Writing, begun: bool, written: str) -> bool:
    """Once what goes wrong goes wrong no more: failures are those on the way."""
    if not begun:  # what replaces it is cut by whoever makes it
        writing.thread.cap = 100_000
    for _ in range(30):
        try:
            await writing.done(writing.stream.finish() if begun else writing.stream.replace([Said(written)]))
            return begun
        except SlackProblem:
            continue
    raise AssertionError("it never ends")
