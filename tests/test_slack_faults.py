"""Every call of Slack that a question makes, and every way in which it can fail: once, and for good."""

import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.history_database import HistoryDatabase
from bot.shipped import shipped_folder
from bot.slack import actions
from bot.slack.methods import METHODS
from bot.slack.slack_phrases import SlackPhrases
from fakeslack.faults import Fault, drop_after, drop_before, error, garbage, rate_limited, status
from fakeslack.workspace import Message
from tests.slack_house import House, house, quoting, shown
from tests.slack_time import hurrying, same_time
from tests.test_slack_trouble import ANSWER, MORE, is_at_rest

WORDS = SlackPhrases.load(shipped_folder("prompts"))
SENTENCES = (WORDS.problem, WORDS.given_up, WORDS.attachment_unread("question.txt"))
QUOTED, WRITTEN, EDITED = "Who?", "Write!", "Who pays?"

ILLS = {
    "500": status(500),
    "502": status(502),
    "503": status(503),
    "dropped before": drop_before(),
    "dropped after": drop_after(),
    "garbage": garbage(),
    "garbage after": garbage(processed=True),
    "rate limited": rate_limited(3),
    "fatal error": error("fatal_error"),
}


There = Callable[[], list[Message]]
Fail = Callable[[], None]

# Ways to ask. Each begins, has Slack fail from some moment on, and says where the answer is looked for.


async def _mention(home: House, fail: Fail, text: str = QUOTED, thread: str | None = None) -> There:
    fail()
    channel = home.slack.channel()
    message = (await home.slack.user().mention(channel, text, thread)).message
    return lambda: home.replies(channel, message.thread)


async def _written(home: House, fail: Fail) -> There:
    """By a model that takes its time, so that there is something to append."""

    async def slow(question: str) -> AsyncGenerator[str, None]:
        yield ANSWER
        await home.until(lambda: home.slack.calls_of("chat.startStream"))
        yield MORE
        if home.slack.world.open_streams():
            goes_on = ("chat.appendStream", "chat.update")
            await home.until(lambda: [one for one in home.slack.calls if one.method in goes_on])
        yield "It began in 2024."

    home.answering.scripts[WRITTEN] = slow
    return await _mention(home, fail, WRITTEN)


async def _in_a_thread(home: House, fail: Fail) -> There:
    root = (await home.slack.user("ben").say(home.slack.channel(), "The mission in Haiti.")).message
    return await _mention(home, fail, QUOTED, root.ts)


async def _looked_for(home: House, fail: Fail) -> There:
    """The answer is posted, and Slack does not say so: it has to be looked for."""
    home.slack.faults.add("chat.postMessage", drop_after())
    return await _mention(home, fail)


async def _direct(home: House, fail: Fail) -> There:
    ana = home.slack.user()
    fail()
    message = (await ana.dm(QUOTED)).message
    return lambda: home.replies(ana.direct, message.thread)


async def _with_reactions(home: House, fail: Fail) -> There:
    """Where Slack has no status line for us."""
    home.slack.faults.add("assistant.threads.setStatus", error("missing_scope"), times=None)
    return await _mention(home, fail)


async def _edited(home: House, fail: Fail) -> There:
    """Answered before, and asked otherwise then."""
    channel, ana = home.slack.channel(), home.slack.user()
    home.answering.answers[EDITED] = quoting("First.")
    message = (await ana.mention(channel, EDITED)).message
    await home.until(lambda: home.replies(channel))
    await home.quiet()
    home.answering.asked.clear()
    fail()
    await ana.edit(message, f"<@{home.slack.world.teams['T1'].bot_user}> {QUOTED}")
    return lambda: home.replies(channel, message.ts)


async def _from_nowhere(home: House, fail: Fail) -> There:
    ana = home.slack.user()
    await ana.global_shortcut(actions.ASK)
    view = await home.until(lambda: ana.views and ana.view)
    fail()
    await ana.submit(view, {actions.QUESTION: QUOTED})
    return lambda: home.replies(ana.direct)


async def _command(home: House, fail: Fail) -> There:
    ana = home.slack.user()
    fail()
    await ana.command("/ask", QUOTED, home.slack.channel())
    return lambda: [*ana.ephemerals, *home.replies(ana.direct)]


async def _file(home: House, fail: Fail) -> There:
    ana = home.slack.user()
    fail()
    message = (await ana.upload(ana.direct, "question.txt", QUOTED.encode())).message
    return lambda: home.replies(ana.direct, message.ts)


JOURNEYS: dict[str, Callable[[House, Fail], Awaitable[There]]] = {
    "assistant.threads.setStatus": _mention,
    "agents.sessions.setStatus": _direct,
    "auth.test": _looked_for,
    "chat.appendStream": _written,
    "chat.postMessage": _mention,
    "chat.startStream": _written,
    "chat.stopStream": _written,
    "chat.update": _edited,
    "conversations.open": _from_nowhere,
    "conversations.replies": _in_a_thread,
    "file": _file,
    "reactions.add": _with_reactions,
    "reactions.remove": _with_reactions,
    "response_url": _command,
}


ROUTES = {"file", "response_url"}  # which are no methods
# Tested below, as nothing is asked by them alone.
ELSEWHERE = {"apps.connections.open", "chat.delete", "views.open"}
# Without them a question is asked and answered all the same.
OTHERS = {
    *("assistant.threads.setSuggestedPrompts", "chat.postEphemeral", "chat.unfurl"),
    *("conversations.info", "entity.presentDetails", "oauth.v2.access", "views.publish", "views.update"),
}


@pytest.fixture(scope="module")
def empty_history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables, made once."""
    path = tmp_path_factory.mktemp("history") / "history.sqlite"
    HistoryDatabase(f"sqlite:///{path}").close()
    return path


@pytest.fixture
async def home(tmp_path: Path, empty_history: Path) -> AsyncIterator[House]:
    """A house with a service that goes by the stand-in's clock, which hurries when the service ends."""
    shutil.copy(empty_history, tmp_path / "history.sqlite")
    async with house(tmp_path) as made, AsyncExitStack() as opened:
        await opened.enter_async_context(made.open(**same_time(made.slack.clock)))
        yield made
        async with hurrying(made.slack.clock, 5.0):
            await opened.aclose()


def answers(messages: list[Message]) -> list[Message]:
    return [one for one in messages if f"{ANSWER} [1]" in shown(one)]


def sentences(messages: list[Message]) -> list[Message]:
    return [one for one in messages if any(sentence in shown(one) for sentence in SENTENCES)]


async def settled(home: House) -> None:
    """Everything is done, and what Slack ends by itself, status lines and streams, has ended."""
    await home.quiet()
    await home.until(lambda: is_at_rest(home))


def reactions(home: House) -> list[str]:
    return [who for one in home.slack.world.messages() for names in one.reactions.values() for who in names]


def bugs(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log has that is no matter of Slack's."""
    return [one.getMessage() for one in caplog.records if one.exc_info]


ills = pytest.mark.parametrize("ill", ILLS.values(), ids=ILLS)


def test_every_method_that_a_question_needs_is_failed_here() -> None:
    """One that is called from now on has to be added."""
    assert set(METHODS) - OTHERS == (set(JOURNEYS) - ROUTES) | ELSEWHERE


@ills
@pytest.mark.parametrize("method", JOURNEYS)
async def test_a_call_that_fails_once_keeps_nobody_from_an_answer(
    home: House, caplog: pytest.LogCaptureFixture, method: str, ill: Fault
) -> None:
    """There is one answer, and nothing that looks unfinished; no failure of ours is in the log."""
    async with hurrying(home.slack.clock, 2.0):
        there = await JOURNEYS[method](home, lambda: home.slack.faults.add(method, ill))
        await home.until(lambda: answers(there()) or sentences(there()))
        await settled(home)
        await home.until(lambda: not home.slack.faults.outstanding and not reactions(home))
    assert len(answers(there())) == 1 or method == "file"
    assert len(there()) == (2 if method == "conversations.open" else 1)
    assert bugs(caplog) == []


@ills
@pytest.mark.parametrize("method", JOURNEYS)
async def test_a_call_that_always_fails_leaves_nobody_in_the_dark(
    home: House, caplog: pytest.LogCaptureFixture, method: str, ill: Fault
) -> None:
    """There is one answer, or a sentence why not; where Slack takes no word of ours, the log says so."""
    async with hurrying(home.slack.clock, 15.0):
        there = await JOURNEYS[method](home, lambda: home.slack.faults.add(method, ill, times=None))
        await home.until(lambda: home.slack.calls_of(method) or home.answering.asked or there())
        await settled(home)
        await home.until(lambda: not reactions(home) or "a sign of work is left in Slack" in caplog.text)
    given, told = len(answers(there())), len(sentences(there()))
    heard = 0 < given + told <= (2 if method == "response_url" else 1)  # nobody can look whether it has shown anything
    assert heard or "stays without an answer" in caplog.text
    assert max(given, told) <= 1
    assert bugs(caplog) == []


@ills
async def test_an_answer_whose_question_is_gone_goes_too(
    home: House, caplog: pytest.LogCaptureFixture, ill: Fault
) -> None:
    """Although deleting it fails once."""
    channel, ana = home.slack.channel(), home.slack.user()
    message = (await ana.mention(channel, QUOTED)).message
    await home.reply(channel, message.ts)
    home.slack.faults.add("chat.delete", ill)
    async with hurrying(home.slack.clock, 1.0):
        await ana.delete(message)
        await home.until(lambda: not home.replies(channel))
    assert bugs(caplog) == []


@ills
async def test_a_form_that_cannot_be_opened_is_said_so(
    home: House, caplog: pytest.LogCaptureFixture, ill: Fault
) -> None:
    """Or it is opened after all, if that succeeds in time."""
    channel, ana = home.slack.channel(), home.slack.user()
    message = (await home.slack.user("ben").say(channel, QUOTED)).message
    home.slack.faults.add("views.open", ill)
    async with hurrying(home.slack.clock):
        await ana.shortcut(actions.ANSWER_MESSAGE, message)
        await home.until(lambda: ana.views or [one for one in ana.ephemerals if WORDS.form_not_opened in one.text])
    assert bugs(caplog) == []


@ills
@pytest.mark.parametrize("method", ["apps.connections.open", "auth.test"])
async def test_a_call_that_fails_at_the_start_only_delays_it(
    tmp_path: Path, empty_history: Path, caplog: pytest.LogCaptureFixture, method: str, ill: Fault
) -> None:
    """The server comes up, and who asks meanwhile is answered."""
    shutil.copy(empty_history, tmp_path / "history.sqlite")
    async with house(tmp_path) as home, hurrying(home.slack.clock, 1.0):
        home.slack.faults.add(method, ill)
        async with home.open(**same_time(home.slack.clock)):
            there = await _mention(home, lambda: None)
            await home.until(lambda: answers(there()))
            await settled(home)
            assert len(there()) == 1
    assert bugs(caplog) == []
