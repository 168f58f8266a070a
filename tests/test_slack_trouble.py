"""What can go wrong between people, Slack and us: every question is answered once, or it is said why it is not."""

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Sentence
from bot.errors import HistoryUnavailable, ModelUnavailable
from bot.shipped import shipped_folder
from bot.shown import shown as visible
from bot.slack import limits
from bot.slack.errors import SlackRefused
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.validation import text_length
from fakeslack.faults import Fault, delay, drop_after, drop_before, error, garbage, rate_limited, status
from fakeslack.workspace import Channel, Message
from tests.dying_service import DyingService
from tests.slack_house import House, citation, house, quoting, shown
from tests.slack_time import hurrying, same_time

WORDS = SlackPhrases.load(shipped_folder("prompts"))
ANSWER = "Kenya leads the mission."
MORE = "The United States pays most of it."


@pytest.fixture(params=["socket", "http"])
async def anyhow(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """A house over either transport; nobody listens in it yet."""
    async with house(tmp_path, request.param) as made:
        yield made


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    """The same over Socket Mode, where the transport makes no difference."""
    async with house(tmp_path, slack_concurrency=30) as made:
        yield made


async def asked(home: House, channel: Channel, text: str = "Who?", thread: str | None = None) -> str:
    """The ts of a mention that says that."""
    delivered = await home.slack.user().mention(channel, text, thread)
    return str(delivered.message.ts)


def is_at_rest(home: House) -> bool:
    """Nothing looks as if it were still being worked on."""
    world = home.slack.world
    return not world.open_streams() and not world.statuses and "processing" not in world.sessions.values()


async def only_answer(home: House, channel: Channel, ts: str) -> Message:
    """The one reply in a thread, when everything is done."""
    await home.until(lambda: home.replies(channel, ts))
    await home.quiet()
    await home.until(lambda: is_at_rest(home))
    (reply,) = home.replies(channel, ts)
    return reply


def said(message: Message) -> str:
    """The text of an answer: as it was streamed, or as its blocks show it."""
    return "".join(_texts(message.blocks)) if "rich_text" in str(message.blocks[:1]) else message.text


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == "text" else []
        return own + [text for part in value.values() for text in _texts(part)]
    return [text for part in value for text in _texts(part)] if isinstance(value, list) else []


class Script:
    """Writes its sentences, and waits for the gate before each one from the `halt`-th on."""

    def __init__(self, *sentences: str, halt: int | None = None) -> None:
        self.gate = asyncio.Event()
        self._sentences = sentences
        self._halt = len(sentences) if halt is None else halt

    async def __call__(self, question: str) -> AsyncGenerator[str, None]:
        for number, sentence in enumerate(self._sentences):
            if number >= self._halt:
                await self.gate.wait()
            yield sentence


# Deliveries


@pytest.mark.parametrize("ill", [drop_after(), drop_before()], ids=["acknowledgement lost", "event lost"])
@pytest.mark.parametrize("tries", [1, 2, 3])
async def test_an_event_is_answered_once_however_often_it_is_told(anyhow: House, ill: Fault, tries: int) -> None:
    """Whether only the acknowledgements got lost or the events, and only the last try arrives, minutes later."""
    async with anyhow.open():
        channel = anyhow.slack.channel()
        anyhow.slack.faults.add("events_api", ill, times=2 * tries)  # a mention is told of twice
        ts = await asked(anyhow, channel)
        await anyhow.slack.delivery.exhaust()
        assert ANSWER in shown(await only_answer(anyhow, channel, ts))
        assert len(anyhow.answering.asked) == 1
        assert anyhow.slack.delivery.unacknowledged == []


# Processes that end


class Stuck:
    """An inbox whose questions never end, until a test lets them."""

    def __init__(self, inbox: Any) -> None:
        self._inbox = inbox
        self.reached, self.free = threading.Event(), threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inbox, name)

    def finish(self, *told: Any) -> bool:
        self.reached.set()
        self.free.wait()
        return bool(self._inbox.finish(*told))


@pytest.mark.parametrize("shown_before", [0, 1])
async def test_another_process_answers_for_one_that_died(home: House, shown_before: int) -> None:
    """Once its lease has run out: whether nothing was shown yet, or a part, which is then completed where it is."""
    runs = iter([Script(ANSWER, MORE, halt=shown_before), Script(ANSWER, MORE)])
    home.answering.scripts["Who?"] = lambda question: next(runs)(question)
    channel = home.slack.channel()
    async with DyingService(home.service(lease_s=0.2)) as dying:
        ts = await asked(home, channel)
        await home.until(lambda: len(home.answering.asked) and len(home.replies(channel, ts)) == shown_before)
        await home.until(lambda: home.slack.world.statuses or shown_before)
        await dying.kill()
        await home.slack.delivery.socket_mode.drop()
        before = [one.ts for one in home.replies(channel, ts)]
        async with home.open():
            reply = await only_answer(home, channel, ts)
        assert [reply.ts] == before or not before
        assert f"{ANSWER} [1] {MORE} [1]" in shown(reply)
        assert shown(reply).count(f"{ANSWER} [1]") <= 2  # in the text and in its notification
        assert "feedback_buttons" in str(reply.blocks)


async def test_an_answer_that_was_posted_by_a_process_that_died_is_not_repeated(home: House) -> None:
    """It could not say any more that it had answered; who takes over sees that."""
    inbox = home.inbox
    stuck = home.inbox = Stuck(inbox)  # type: ignore[assignment]
    channel = home.slack.channel()
    async with DyingService(home.service(lease_s=0.2)) as dying:
        ts = await asked(home, channel)
        await home.until(stuck.reached.is_set)
        await dying.kill()
        await home.slack.delivery.socket_mode.drop()
        home.inbox = inbox
        async with home.open():
            assert ANSWER in shown(await only_answer(home, channel, ts))
        assert len(home.answering.asked) == 1
        assert len(home.slack.calls_of("chat.postMessage")) == 1
        stuck.free.set()


async def test_an_edited_question_gets_its_new_answer_from_another_process(home: House) -> None:
    """The answer to its former words, which is there, is not taken for it."""
    stuck = Script(MORE, halt=0)
    runs = iter([stuck, Script(MORE)])
    home.answering.scripts["Who pays?"] = lambda question: next(runs)(question)
    channel, ana = home.slack.channel(), home.slack.user()
    async with DyingService(home.service(lease_s=0.2)) as dying:
        message = (await ana.mention(channel, "Who?")).message
        before = await home.reply(channel, message.ts)
        await ana.edit(message, f"<@{home.slack.world.teams['T1'].bot_user}> Who pays?")
        await home.until(lambda: len(home.answering.asked) == 2)
        await dying.kill()
        await home.slack.delivery.socket_mode.drop()
        async with home.open():
            await home.until(lambda: len(home.answering.asked) == 3)
            reply = await only_answer(home, channel, message.ts)
    assert reply.ts == before.ts
    assert f"{MORE} [1]" in shown(reply)


async def test_what_is_streamed_when_the_server_stops_is_finished_by_the_next_one(home: House) -> None:
    """Nothing looks unfinished between the two, and each answer is completed in its own message."""
    channel = home.slack.channel()
    scripts = {f"Who {number}?": Script(ANSWER, f"{MORE[:-1]}, {number}.", halt=1) for number in range(3)}
    home.answering.scripts.update(scripts)
    async with home.open():
        asking = [await asked(home, channel, question) for question in scripts]
        before = [(await home.until(lambda ts=ts: home.replies(channel, ts)))[0] for ts in asking]
        assert all(one.streaming for one in before)
    assert is_at_rest(home)
    assert all(ANSWER in one.text and WORDS.interrupted in one.text for one in before)
    for script in scripts.values():
        script.gate.set()
    async with home.open():
        for number, ts in enumerate(asking):
            reply = await only_answer(home, channel, ts)
            assert reply.ts == before[number].ts
            assert f"{MORE[:-1]}, {number}. [1]" in shown(reply)
            assert WORDS.interrupted not in shown(reply)


async def test_a_question_that_was_queued_when_the_server_stopped_is_answered_by_the_next_one(home: House) -> None:
    """Nobody has to ask again. That it waits may be shown meanwhile."""
    channel = home.slack.channel()
    first = home.answering.scripts["Who?"] = Script(ANSWER, halt=0)
    async with home.open():
        ts = await asked(home, channel)
        await asked(home, channel, "And who pays?", ts)
        await home.until(lambda: home.answering.asked)
    assert home.slack.world.open_streams() == []
    assert home.replies(channel) == []
    first.gate.set()
    async with home.open():
        await home.reply(channel, ts, 2)
        await home.until(lambda: is_at_rest(home))
    assert [one.question for one in home.answering.asked] == ["Who?", "Who?", "And who pays?"]


async def test_two_processes_answer_the_questions_of_a_thread_in_order(home: House) -> None:
    """One after the other, whoever hears of them: the second is begun when the first has been answered."""
    trace: list[str] = []

    async def traced(question: str) -> AsyncGenerator[str, None]:
        trace.append(f"{len(home.replies(channel))} answers")
        for _ in range(5):
            await asyncio.to_thread(home.inbox.waiting)
        yield ANSWER

    home.answering.scripts |= {"Who leads?": traced, "Who pays?": traced}
    channel, ana, ben = home.slack.channel(), home.slack.user(), home.slack.user("ben")
    async with home.open(), home.open():
        await home.slack.delivery.socket_mode.wait_opened(2)
        root = (await ben.say(channel, "The mission in Haiti.")).message.ts
        await asyncio.gather(ana.mention(channel, "Who leads?", root), ben.mention(channel, "Who pays?", root))
        await home.reply(channel, root, 2)
    said = [one.text for one in home.slack.transcript(channel, root)]
    assert len(said) == 5
    assert {one.question for one in home.answering.asked} == {"Who leads?", "Who pays?"}
    assert trace == ["0 answers", "1 answers"]
    assert is_at_rest(home)


# Streams that do not go well


async def test_a_stream_that_slack_ends_goes_on_as_an_edited_message(home: House) -> None:
    """After five minutes: the same message then shows the whole answer."""
    script = home.answering.scripts["Who?"] = Script(ANSWER, MORE, halt=1)
    channel = home.slack.channel()
    async with home.open():
        ts = await asked(home, channel)
        await home.until(lambda: home.replies(channel, ts))
        await home.slack.clock.advance(301)
        assert home.slack.world.open_streams() == []
        script.gate.set()
        reply = await only_answer(home, channel, ts)
    assert f"{ANSWER} [1] {MORE} [1]" in shown(reply)
    assert "feedback_buttons" in str(reply.blocks)
    assert home.slack.calls_of("chat.update")


async def test_a_stream_that_grows_old_is_completed_in_time(home: House) -> None:
    """Before Slack would end it; what follows stands in a further message."""
    script = home.answering.scripts["Who?"] = Script(ANSWER, MORE, halt=1)
    channel = home.slack.channel()
    async with home.open(**same_time(home.slack.clock)):
        ts = await asked(home, channel)
        await home.until(lambda: home.replies(channel, ts))
        async with hurrying(home.slack.clock, 2.0):
            await home.until(lambda: not home.slack.world.open_streams())
            script.gate.set()
            await home.reply(channel, ts, 2)
    first, second = home.replies(channel, ts)
    assert first.text == f"{ANSWER} [1]"
    assert MORE in shown(second)
    assert "feedback_buttons" in str(second.blocks)
    assert not [one for one in home.slack.calls if one.error == "message_not_in_streaming_state"]


LONG = tuple(
    f"Sentence {number} speaks of the mission in Haiti, of who leads it and of who pays." for number in range(400)
)


async def test_a_stream_that_grows_too_long_goes_on_in_further_messages(home: House) -> None:
    """Every sentence is there, once and in order, and only the last message has the sources."""
    home.answering.scripts["Who?"] = Script(*LONG)
    channel = home.slack.channel()
    async with home.open(**same_time(home.slack.clock)), hurrying(home.slack.clock):
        ts = await asked(home, channel)
        await home.reply(channel, ts)
    replies, words = home.replies(channel, ts), " ".join(f"{one} [1]" for one in LONG).split()
    assert len(replies) > 2
    assert "".join("".join(map(said, replies)).split()).startswith("".join(words))
    assert [("feedback_buttons" in str(one.blocks)) for one in replies] == [False] * (len(replies) - 1) + [True]
    assert is_at_rest(home)
    assert not [one for one in home.slack.calls if one.error]


ILLS = {
    "500": status(500),
    "502": status(502),
    "503": status(503),
    "503 after": status(503, processed=True),
    "dropped before": drop_before(),
    "dropped after": drop_after(),
    "garbage": garbage(),
    "garbage after": garbage(processed=True),
    "late": delay(40),
    "late after": delay(40, processed=True),
}
ills = pytest.mark.parametrize("ill", ILLS.values(), ids=ILLS)


@ills
@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
async def test_a_stream_loses_and_doubles_nothing(home: House, method: str, ill: Fault) -> None:
    """Whatever befalls one of its calls."""
    script = home.answering.scripts["Who?"] = Script(ANSWER, MORE, "It began in 2024.", halt=1)
    home.slack.faults.add(method, ill)
    channel = home.slack.channel()
    async with home.open(**same_time(home.slack.clock)), hurrying(home.slack.clock, 1.0):
        ts = await asked(home, channel)
        await home.until(lambda: home.slack.calls_of("chat.startStream"))
        script.gate.set()
        reply = await only_answer(home, channel, ts)
    assert f"{ANSWER} [1] {MORE} [1] It began in 2024. [1]" in shown(reply)
    assert "feedback_buttons" in str(reply.blocks)


# Large answers


WIDE = "| " + " | ".join(f"column {number}" for number in range(40)) + " |"


def large(writer: str = "extractive") -> Any:
    """A long text, a table of forty columns, and sixty sources."""
    sentences = tuple(Sentence(one, (1 + number % 60,)) for number, one in enumerate([*LONG[:300], *[WIDE] * 30]))
    sources = tuple(citation(number=number) for number in range(1, 61))
    text = " ".join(f"{one.text} [{one.citations[0]}]" for one in sentences)
    return quoting(sentences=sentences, answer=text, citations=sources, writer=writer)


async def test_a_large_answer_arrives_whole(home: House) -> None:
    """In as many messages as it takes, each within the limits."""
    answer = home.answering.answers["Who?"] = large()
    channel = home.slack.channel()
    async with home.open(**same_time(home.slack.clock)), hurrying(home.slack.clock):
        ts = await asked(home, channel)
        await home.reply(channel, ts)
    replies = home.replies(channel, ts)
    blocks = [block for one in replies for block in one.blocks]
    assert visible(answer.answer).strip() in "".join(_texts(blocks))
    assert [str(blocks).count(f":{number}'") for number in range(1, 61)] == [1] * 60
    assert all(text_length(one.blocks) <= limits.BLOCKS_TEXT for one in replies)
    assert all(len(one.blocks) <= limits.MESSAGE_BLOCKS for one in replies)


# Too much at once


@pytest.mark.parametrize("after", ["1", "2.5", "30", "Thu, 01 Jan 2026 00:00:00 GMT"])
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.startStream", "chat.appendStream", "chat.stopStream"])
async def test_who_is_told_to_wait_waits_and_answers(home: House, method: str, after: str) -> None:
    """With streaming where that is possible in time, else without."""
    home.answering.scripts["Write!"] = Script(ANSWER, MORE)
    home.slack.faults.add(method, rate_limited(after), times=2)
    question = "Who?" if method == "chat.postMessage" else "Write!"
    channel = home.slack.channel()
    async with home.open(**same_time(home.slack.clock)), hurrying(home.slack.clock, 1.0):
        ts = await asked(home, channel, question)
        reply = await only_answer(home, channel, ts)
    assert f"{ANSWER} [1]" in shown(reply)


async def test_a_sign_that_has_to_wait_holds_nothing_up(home: House) -> None:
    """The answer is there before Slack accepts a status again, and no status comes after it."""
    home.slack.faults.add("assistant.threads.setStatus", rate_limited(20), times=2)
    channel = home.slack.channel()
    async with home.open(**same_time(home.slack.clock)):
        ts = await asked(home, channel)
        await home.until(lambda: home.replies(channel, ts))
        async with hurrying(home.slack.clock):
            assert ANSWER in shown(await only_answer(home, channel, ts))


async def test_more_streams_than_slack_allows_are_all_answered(home: House) -> None:
    """Thirty at once: twenty of them are streamed, and the others are posted as a whole."""
    questions = [f"Who {number}?" for number in range(30)]
    home.answering.scripts.update({question: Script(ANSWER, MORE) for question in questions})
    channel = home.slack.channel()
    async with home.open(**same_time(home.slack.clock)), hurrying(home.slack.clock):
        asking = [await asked(home, channel, question) for question in questions]
        await home.until(lambda: len(home.replies(channel)) >= 30)
        await home.quiet()
        await home.until(lambda: is_at_rest(home))
    for ts in asking:
        (reply,) = home.replies(channel, ts)
        assert f"{ANSWER} [1] {MORE} [1]" in shown(reply)
        assert "feedback_buttons" in str(reply.blocks)
    assert 0 < len(home.slack.calls_of("chat.startStream")) < 30
    assert [one.method for one in home.slack.calls if one.status == 429] == []


@pytest.mark.parametrize("processed", [True, False])
@pytest.mark.parametrize("question", ["Who?", "Write!"])
async def test_an_answer_whose_call_is_not_answered_in_time_is_posted_once(
    home: House, question: str, processed: bool
) -> None:
    """A call that takes too long is given up, whether or not it will be carried out."""
    home.answering.scripts["Write!"] = Script(ANSWER, MORE)
    for method in ("chat.postMessage", "chat.startStream", "chat.stopStream"):
        home.slack.faults.add(method, delay(1_000, processed=processed))
    channel = home.slack.channel()
    async with home.open(attempt_s=0.3, **same_time(home.slack.clock)), hurrying(home.slack.clock):
        ts = await asked(home, channel, question)
        assert f"{ANSWER} [1]" in shown(await only_answer(home, channel, ts))


@ills
async def test_an_answer_is_posted_once(home: House, ill: Fault) -> None:
    """Whether or not the call that Slack gave no answer to was carried out."""
    home.slack.faults.add("chat.postMessage", ill)
    channel = home.slack.channel()
    async with home.open(**same_time(home.slack.clock)), hurrying(home.slack.clock, 1.0):
        ts = await asked(home, channel)
        assert ANSWER in shown(await only_answer(home, channel, ts))


async def test_an_outage_of_minutes_only_delays_the_answer(home: House) -> None:
    """It is made once, and posted when Slack works again."""
    channel = home.slack.channel()
    async with home.open(**same_time(home.slack.clock)), hurrying(home.slack.clock, 1.0):
        home.slack.faults.add("chat.postMessage", status(503), times=None)
        ts = await asked(home, channel)
        began = home.slack.clock.now()
        await home.until(lambda: home.slack.clock.now() > began + 150)
        home.slack.faults.clear()
        assert ANSWER in shown(await only_answer(home, channel, ts))
    assert len(home.answering.asked) == 1


# Places where nothing may be said


def _left(home: House, channel: Channel) -> None:
    home.slack.world.installations[home.slack.bot_token].scopes.discard("chat:write.public")
    home.slack.user().remove_bot(channel)


def _archived(home: House, channel: Channel) -> None:
    channel.archived = True


def _restricted(home: House, channel: Channel) -> None:
    home.slack.faults.add("chat.postMessage", error("restricted_action"))


def _unscoped(home: House, channel: Channel) -> None:
    home.slack.faults.add("chat.postMessage", error("missing_scope"))


@pytest.mark.parametrize(
    ("kind", "change", "hint"),
    [
        ("public", _left, WORDS.not_in_channel),
        ("private", _left, WORDS.not_in_channel),
        ("public", _archived, WORDS.channel_closed),
        ("public", _restricted, WORDS.channel_closed),
        ("public", _unscoped, WORDS.channel_closed),
    ],
    ids=["not_in_channel", "channel_not_found", "is_archived", "restricted_action", "missing_scope"],
)
@pytest.mark.parametrize("streamed", [True, False])
async def test_who_cannot_be_answered_there_is_told_in_private(
    home: House, kind: Any, change: Callable[[House, Channel], None], hint: str, streamed: bool
) -> None:
    """In their own conversation with the bot, why, and what they can do."""
    sentences = (ANSWER,) if streamed else ()
    script = home.answering.scripts["Who?"] = Script(*sentences, "", halt=0)
    channel, ana = home.slack.channel("team", kind=kind, members=["ana"]), home.slack.user()
    if change in (_restricted, _unscoped):
        home.slack.faults.add("chat.startStream", error("restricted_action"))
    async with home.open(**same_time(home.slack.clock)), hurrying(home.slack.clock):
        ts = await asked(home, channel)
        await home.until(lambda: home.answering.asked)
        change(home, channel)
        script.gate.set()
        await home.until(lambda: home.replies(ana.direct))
        await home.quiet()
        await home.slack.clock.advance(130)  # a status cannot be taken away there, and goes by itself
    (told,) = home.replies(ana.direct)
    assert hint in shown(told)
    assert home.replies(channel, ts) == []
    assert is_at_rest(home)


async def test_who_may_write_nowhere_says_so_in_the_log(home: House, caplog: pytest.LogCaptureFixture) -> None:
    """With the scope that is missing."""
    home.slack.world.installations[home.slack.bot_token].scopes -= {"chat:write", "chat:write.public"}
    async with home.open(**same_time(home.slack.clock)), hurrying(home.slack.clock):
        await asked(home, home.slack.channel())
        await home.until(lambda: home.answering.asked)
        await home.quiet()
    said = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert any("missing_scope (needs chat:write)" in line for line in said)
    assert not [one for one in caplog.records if one.exc_info]


async def test_nobody_hears_of_a_failure_to_answer_who_did_not_ask(tmp_path: Path) -> None:
    """Where the bot answers unasked, it keeps silent when it cannot."""

    async def failing(question: str) -> AsyncGenerator[str, None]:
        raise ModelUnavailable("cannot be reached")
        yield ""

    async with house(tmp_path, slack_channels={"C1": {"unasked": True}}) as home, home.open():
        home.answering.scripts["Who leads the mission?"] = failing
        channel = home.slack.channel()
        await home.slack.user().say(channel, "Who leads the mission?")
        await home.until(lambda: home.answering.asked)
        await home.quiet()
        assert channel.id == "C1"
        assert home.replies(channel) == []


# Socket Mode


async def test_a_connection_that_is_replaced_interrupts_no_answer(home: House) -> None:
    """The new one stands before the old one is closed; who asks next is heard over it."""
    script = home.answering.scripts["Who?"] = Script(ANSWER, MORE, halt=1)
    channel, socket = home.slack.channel(), home.slack.delivery.socket_mode
    async with home.open(**same_time(home.slack.clock)) as service, hurrying(home.slack.clock):
        ts = await asked(home, channel)
        await home.until(lambda: home.replies(channel, ts))
        await socket.disconnect("refresh_requested")
        await socket.wait_opened(2)
        script.gate.set()
        assert MORE in shown(await only_answer(home, channel, ts))
        again = await asked(home, channel, "Who leads the mission?")
        assert ANSWER in shown(await only_answer(home, channel, again))
        assert service.connected
    assert home.slack.delivery.unacknowledged == []


async def _dropped(home: House) -> None:
    await home.slack.delivery.socket_mode.drop()


async def _silent(home: House) -> None:
    home.slack.delivery.socket_mode.half_open()


async def _too_many(home: House) -> None:
    await home.slack.delivery.socket_mode.disconnect("too_many_websockets")


async def _switched_off(home: House) -> None:
    socket = home.slack.delivery.socket_mode
    await socket.disconnect("link_disabled")
    await home.until(lambda: not socket.connections)
    socket.enabled = True


@pytest.mark.parametrize("trouble", [_dropped, _silent, _too_many, _switched_off])
async def test_who_asks_while_the_connection_is_gone_is_answered(home: House, trouble: Callable[[House], Any]) -> None:
    """Slack delivers it again over the next one; an answer that is being written goes on all the while."""
    script = home.answering.scripts["Who?"] = Script(ANSWER, MORE, halt=1)
    channel, socket = home.slack.channel(), home.slack.delivery.socket_mode
    async with home.open(ping_s=0.05, **same_time(home.slack.clock)), hurrying(home.slack.clock, 1.0):
        ts = await asked(home, channel)
        await home.until(lambda: home.replies(channel, ts))
        await trouble(home)
        again = await asked(home, channel, "Who leads the mission?")
        script.gate.set()
        await socket.wait_opened(2)
        assert ANSWER in shown(await only_answer(home, channel, again))
        assert MORE in shown(await only_answer(home, channel, ts))
    assert len(home.answering.asked) == 2


async def test_a_wrong_app_token_is_named_in_one_line(home: House) -> None:
    """When the server starts, instead of a bot that hears nothing."""
    tokens = {"SLACK_BOT_TOKEN": home.slack.bot_token, "SLACK_APP_TOKEN": "xapp-1-A1-1-wrong"}
    with pytest.raises(SlackRefused, match=r"^SLACK_APP_TOKEN is wrong[^\n]*$"):
        async with home.service(tokens):
            pass


# Clocks, outages


@pytest.mark.parametrize("skew_s", [360.0, -360.0])
async def test_a_request_from_another_time_is_refused(tmp_path: Path, skew_s: float) -> None:
    """Somebody may have kept it; nothing is asked."""
    async with house(tmp_path, "http") as home, home.open():
        home.slack.delivery.http.skew_s = skew_s
        delivered = await home.slack.user().mention(home.slack.channel(), "Who?")
        assert [one.status for one in delivered.attempts[:1]] == [401]
        assert not delivered.acked
        assert home.answering.asked == []


async def test_a_slack_that_is_down_at_the_start_is_waited_for(anyhow: House) -> None:
    """The server comes up all the same, and answers as soon as Slack does."""
    anyhow.slack.faults.add("*", status(503), times=None)
    async with anyhow.open(**same_time(anyhow.slack.clock)) as service, hurrying(anyhow.slack.clock):
        channel = anyhow.slack.channel()
        ts = await asked(anyhow, channel)
        assert anyhow.answering.asked == []
        anyhow.slack.faults.clear()
        assert ANSWER in shown(await only_answer(anyhow, channel, ts))
        assert service.connected


class Unavailable:
    """An inbox that takes nothing in until a test mends it."""

    def __init__(self, inbox: Any) -> None:
        self._inbox = inbox
        self.refused = 0
        self.broken = True

    def __getattr__(self, name: str) -> Any:
        if self.broken:
            return self._refuse
        return getattr(self._inbox, name)

    def _refuse(self, *_: Any) -> Any:
        self.refused += 1
        raise HistoryUnavailable("the disk is full")


async def test_what_cannot_be_kept_is_not_acknowledged(anyhow: House) -> None:
    """So Slack delivers it again, until the database works and it is answered."""
    inbox, broken = anyhow.inbox, Unavailable(anyhow.inbox)
    anyhow.inbox = broken  # type: ignore[assignment]
    async with anyhow.open(), hurrying(anyhow.slack.clock):
        channel = anyhow.slack.channel()
        delivered = await anyhow.slack.user().mention(channel, "Who?")
        assert not delivered.acked
        assert broken.refused
        broken.broken = False
        anyhow.inbox = inbox
        assert ANSWER in shown(await only_answer(anyhow, channel, delivered.message.ts))
        assert len(anyhow.answering.asked) == 1


async def test_a_database_that_fails_meanwhile_loses_no_question(anyhow: House) -> None:
    """It is answered when it works again, although nothing could be noted."""
    inbox, broken = anyhow.inbox, Unavailable(anyhow.inbox)
    broken.broken = False
    anyhow.inbox = broken  # type: ignore[assignment]
    script = anyhow.answering.scripts["Who?"] = Script(ANSWER, MORE, halt=0)
    async with anyhow.open(**same_time(anyhow.slack.clock)), hurrying(anyhow.slack.clock):
        channel = anyhow.slack.channel()
        ts = await asked(anyhow, channel)
        await anyhow.until(lambda: anyhow.answering.asked)
        broken.broken = True
        script.gate.set()
        await anyhow.until(lambda: broken.refused > 1)
        broken.broken = False
        anyhow.inbox = inbox
        assert f"{ANSWER} [1] {MORE} [1]" in shown(await only_answer(anyhow, channel, ts))
