"""What people and Slack do, once each with a real `footnote serve`.

Where else these are tested, by what they are about. "house" is the surface in the test's own loop, "process" a real
one; a scenario that is not named in the second column is in this file.

    mentions, threads, follow-ups, duplicates        test_slack_serve, test_slack_storm; house: test_slack_scenarios
    lost and late deliveries                         house: test_slack_trouble
    crashes, two processes, restarts                 test_slack_serve, test_slack_storm; house: test_slack_trouble
    bots, edits, deletions, odd questions, files     house: test_slack_scenarios, test_slack_attachments
    direct messages, tabs, commands                  test_slack_serve; house: test_slack_interactions
    stopping, streams that end or grow too long      house: test_slack_scenarios, test_slack_trouble
    large answers                                    house: test_slack_trouble; test_slack_answer_blocks
    hostile documents                                house: test_slack_hostile
    rate limits, outages, faults of every call       house: test_slack_faults, test_slack_trouble
    places where nothing may be said                 house: test_slack_trouble
    installing, uninstalling, rotation, many teams   house: test_slack_many_workspaces; test_slack_workspaces
    shortcuts, forms, menus, sources, votes, links   house: test_slack_interactions, test_slack_rights
    Socket Mode                                      test_slack_socket; house: test_slack_trouble
    signatures and malformed requests                test_slack_guard
    a menu with a slow index                         test_slack_interactions only: no process is that slow on demand
    wrong tokens, Slack down at the start            test_slack_serve; house: test_slack_trouble
"""

import asyncio
import json
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from httpx import AsyncClient

from bot.slack import actions, limits
from bot.slack.bolt_app import NOT_INSTALLED
from bot.slack.validation import text_length
from fakeslack.elements import elements
from fakeslack.faults import Fault, drop_after, drop_before, error, garbage, rate_limited, status
from fakeslack.people import Person
from fakeslack.server import FakeSlack
from fakeslack.workspace import Channel, Message, View
from tests.fake_llm import FakeLLM, Stall
from tests.footnote_process import run
from tests.slack_browser import PUBLIC, Browser
from tests.slack_house import shown, words_of
from tests.slack_office import (
    BUILT,
    CAPTAIN_ASKED,
    KEEPER,
    KEEPER_ASKED,
    LAMP,
    MERGER,
    MERGER_ASKED,
    PILOT_ASKED,
    SITE,
    Model,
    Office,
    an_office,
    documents_in,
    index_documents,
    squeezed,
)
from tests.slack_process import copied, serving, until
from tests.test_pdf import pdf
from tests.test_slack_hostile import objections, unpacked

in_one_loop = pytest.mark.asyncio(loop_scope="module")  # processes go on from one test to the next
pytestmark = in_one_loop

GUESTS = {"C1": {"documents": ["lighthouse.md"]}, "direct": {"documents": ["[!h]*"]}}
ANOTHER_ASKED = "Who looks after the lighthouse of Hallen?"


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return documents_in(tmp_path_factory.mktemp("documents") / "folder")


@pytest.fixture(scope="module")
def home(documents: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Homes with an index, by name."""
    folder = tmp_path_factory.mktemp("homes")
    indexed = index_documents(documents, folder / "indexed")
    return lambda name: copied(indexed, folder / name)


@pytest.fixture(scope="module")
def model() -> Model:
    return Model()


@pytest.fixture(scope="module")
def writer(model: Model) -> Iterator[dict[str, str]]:
    """The settings of a process for which that model writes."""
    with FakeLLM(model) as server:
        yield {
            "FOOTNOTE_LLM_BASE_URL": server.base_url,
            "FOOTNOTE_LLM_MODEL": "scripted",
            "FOOTNOTE_LLM_MAX_TOKENS": "30000",
            "FOOTNOTE_LLM_CONTEXT_WINDOW": "65536",
            "FOOTNOTE_LLM_CONCURRENCY": "30",
            "FOOTNOTE_LLM_DEADLINE": "60",
            "FOOTNOTE_SLACK_CONCURRENCY": "30",
        }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def quoting(documents: Path, home: Callable[[str], Path]) -> AsyncIterator[Office]:
    """Over Socket Mode, in the documents' own words. Not everything may be asked about in "guests" and in private."""
    tables = {"FOOTNOTE_SLACK_CHANNELS": json.dumps(GUESTS), "FOOTNOTE_PUBLIC_URL": SITE}
    async with FakeSlack() as slack:
        assert slack.channel("guests").id == "C1"
        slack.delivery.audience.unfurl_domains = {"docs.example.test"}
        async with an_office(slack, home("quoting"), documents, **tables) as office:
            yield office


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def posted_to(documents: Path, home: Callable[[str], Path]) -> AsyncIterator[Office]:
    """The same over HTTP, without any rules."""
    async with FakeSlack("http") as slack, an_office(slack, home("posted_to"), documents) as office:
        yield office


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def writing(documents: Path, home: Callable[[str], Path], writer: dict[str, str]) -> AsyncIterator[Office]:
    """Over Socket Mode; a model writes, and what it writes is streamed."""
    async with FakeSlack() as slack, an_office(slack, home("writing"), documents, **writer) as office:
        yield office


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def crowded(documents: Path, home: Callable[[str], Path], writer: dict[str, str]) -> AsyncIterator[Office]:
    """Another one like that, which has begun no streams before."""
    async with FakeSlack() as slack, an_office(slack, home("crowded"), documents, **writer) as office:
        yield office


# Deliveries


@pytest.mark.parametrize("ill", [drop_before(), drop_after()], ids=["event lost", "acknowledgement lost"])
async def test_an_event_that_is_told_again_is_answered_once(quoting: Office, ill: Fault) -> None:
    """Whether it had come through before or not; a minute later."""
    quoting.slack.faults.add("events_api", ill, times=4)  # a mention is told of twice, and each time at once again
    said = await quoting.asked(KEEPER_ASKED)
    await quoting.slack.delivery.exhaust()
    assert quoting.slack.faults.outstanding == []
    assert KEEPER in shown(await quoting.answer(said))


async def test_a_process_that_stands_still_acknowledges_late_and_answers_once(quoting: Office) -> None:
    """Slack has told it of the same twice by then."""
    process, clock = quoting.footnote.process, quoting.slack.clock
    process.send_signal(signal.SIGSTOP)
    asking = asyncio.create_task(quoting.asked(KEEPER_ASKED))
    await clock.asleep()
    await clock.advance(4)
    said = await asking
    assert quoting.slack.delivery.unacknowledged
    process.send_signal(signal.SIGCONT)
    await quoting.slack.delivery.exhaust()
    assert KEEPER in shown(await quoting.answer(said))


@pytest.mark.parametrize("kind", ["events_api", "interactive", "slash_commands"])
async def test_whatever_else_slack_tells_is_acknowledged(quoting: Office, posted_to: Office, kind: Any) -> None:
    """An older version of the app, or a newer one, may have asked for it."""
    common = {"team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T1"}, "api_app_id": "A1", "token": "t"}
    told = {
        "interactive": {**common, "type": "block_actions", "actions": [{"action_id": "x", "block_id": "b"}]},
        "slash_commands": {"command": "/unheard-of", "text": "", "team_id": "T1", "user_id": "U1"},
    }
    for office in (quoting, posted_to):
        event = office.slack.delivery.outer({"type": "pin_added", "user": "U1"}, "T1")
        assert (await office.slack.delivery.deliver(kind, told.get(kind, event))).acked


async def test_a_database_that_is_locked_loses_no_question(quoting: Office) -> None:
    """It is not acknowledged, so Slack tells of it again."""
    slack = quoting.slack
    with closing(sqlite3.connect(quoting.home / "history.sqlite", isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        asking = asyncio.create_task(quoting.asked(KEEPER_ASKED))
        await slack.clock.asleep()
        await slack.clock.advance(4)
        said = await asking
        assert not any(one.acked for one in slack.delivery.log[-2:])
        database.execute("ROLLBACK")
    await slack.delivery.exhaust()
    assert KEEPER in shown(await quoting.answer(said))


# Who asks, and what


async def test_bots_are_not_answered(quoting: Office) -> None:
    """Neither our own messages, which Slack tells us of, nor a bot that mentions us in a thread of ours for ever."""
    said = await quoting.asked(KEEPER_ASKED)
    answer = await quoting.answer(said)
    ours = quoting.slack.world.teams["T1"].bot_user
    for number, kind in enumerate(["app_mention", "message", "app_mention", "message"]):
        told = {
            "type": kind,
            "user": "UOTHER",
            "bot_id": "B99",
            "channel": said.channel,
            "channel_type": "channel",
            "text": f"<@{ours}> {answer.text} {KEEPER_ASKED}",
            "ts": f"99.{number}",
            "thread_ts": said.ts,
        }
        assert (await quoting.slack.delivery.tell(told, "T1")).acked
    assert await quoting.answer(said) is answer


async def test_an_edited_question_has_its_answer_changed(quoting: Office) -> None:
    """In the same message; deleting the question takes it away."""
    said = await quoting.asked(KEEPER_ASKED)
    before = await quoting.answer(said)
    ana = quoting.slack.user()
    await ana.edit(said, f"<@{quoting.slack.world.teams['T1'].bot_user}> {MERGER_ASKED}")
    await until(lambda: MERGER in shown(before))
    assert (await quoting.answer(said)) is before
    assert KEEPER not in shown(before)
    await ana.delete(said)
    await until(lambda: not quoting.replies(said))


async def test_a_question_can_be_changed_or_taken_back_while_it_is_answered(writing: Office, model: Model) -> None:
    """What was being written to its former words is not seen any more."""
    model.scripts[ANOTHER_ASKED] = (KEEPER, Stall())
    ana, ours = writing.slack.user(), writing.slack.world.teams["T1"].bot_user
    changed, gone = await writing.asked(ANOTHER_ASKED), await writing.asked(ANOTHER_ASKED)
    await until(lambda: writing.replies(changed) and writing.replies(gone))
    await ana.delete(gone)
    await ana.edit(changed, f"<@{ours}> When was the lighthouse of Hallen built?")
    model.scripts["When was the lighthouse of Hallen built?"] = (BUILT,)
    assert BUILT in shown(await writing.answer(changed))
    assert KEEPER not in writing.replies(changed)[0].text
    await until(lambda: not writing.replies(gone))


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "For example:"), (":wave: :tada:", "don't know"), ("why " * 10_000, "at most 2000 characters")],
    ids=["nothing", "emoji", "far too much"],
)
async def test_who_asks_nothing_or_too_much_is_told_what_to_do(quoting: Office, text: str, words: str) -> None:
    """In the thread, in a sentence."""
    assert words in shown(await quoting.answered(text))


async def test_an_assistant_of_the_older_kind_answers_in_its_thread(quoting: Office) -> None:
    """And suggests questions there, whatever its person looks at."""
    ana = quoting.slack.user("assisted")
    root = (await ana.open_assistant(quoting.channel())).message
    assert root is not None
    await until(lambda: quoting.slack.world.prompts.get((root.channel, root.ts)))
    assert (await ana.switch_assistant(root, quoting.channel())).acked
    await ana.dm(KEEPER_ASKED, root.ts)
    assert KEEPER in shown(await quoting.answer(root, 2))


def _a_pdf() -> bytes:
    return pdf([(0, KEEPER_ASKED)])


@pytest.mark.parametrize(
    ("name", "content", "change", "words"),
    [
        ("question.pdf", _a_pdf(), {}, KEEPER),
        ("question.exe", b"MZ", {}, "question.exe"),
        ("huge.txt", b"why " * 600_000, {}, "huge.txt"),
        ("small.txt", b"why " * 600_000, {"size": 10}, "small.txt"),
        ("kept.txt", b"why", {"status": 403}, "kept.txt"),
        ("moved.txt", b"why", {"redirect": "https://evil.example/q.txt"}, "moved.txt"),
    ],
    ids=["read", "wrong kind", "oversized", "larger than it says", "refused", "elsewhere"],
)
async def test_a_file_is_a_question_if_it_can_be_read(
    quoting: Office, name: str, content: bytes, change: dict[str, Any], words: str
) -> None:
    """Else it is named. Its bytes come from Slack alone."""
    cleo = quoting.slack.user("cleo")
    file = quoting.slack.world.add_file("T1", cleo.id, name, content, "text/plain")
    for attribute, value in change.items():
        setattr(file, attribute, value)
    said = (await cleo.dm("", files=[file])).message
    assert said is not None
    assert words in shown(await quoting.answer(said))


# Answers


async def test_an_answer_that_is_being_written_can_be_stopped(writing: Office, model: Model) -> None:
    """What was written stays, and nothing is added to it."""
    model.scripts[ANOTHER_ASKED] = (KEEPER, stall := Stall(), BUILT)
    ana = writing.slack.user()
    said = (await ana.dm(ANOTHER_ASKED)).message
    assert said is not None
    (reply,) = await until(lambda: writing.replies(said))
    await until(lambda: KEEPER in reply.text)
    assert writing.slack.world.sessions[ana.direct.id, said.ts] == "processing"
    assert (await ana.stop(ana.direct, said)).acked
    assert await writing.answer(said) is reply
    stall.release()
    assert KEEPER in reply.text
    assert "Stopped" in shown(reply)
    assert BUILT not in shown(reply)
    assert writing.slack.world.sessions[ana.direct.id, said.ts] == "active"
    assert writing.kept("SELECT outcome FROM questions ORDER BY number DESC LIMIT 1") == ["stopped"]


async def test_a_stream_that_slack_has_ended_goes_on_by_edits(writing: Office, model: Model) -> None:
    """It has five minutes, however much is going on; the whole answer stands in the same message."""
    model.scripts[ANOTHER_ASKED] = (KEEPER, stall := Stall(), BUILT)
    said = await writing.asked(ANOTHER_ASKED)
    (reply,) = await until(lambda: writing.replies(said))
    await writing.slack.clock.advance(301)
    assert writing.slack.world.open_streams() == []
    stall.release()
    assert await writing.answer(said) is reply
    assert KEEPER in shown(reply)
    assert BUILT in shown(reply)
    assert actions.SHOW_PASSAGE in str(reply.blocks)


async def test_a_connection_that_is_replaced_interrupts_no_answer(writing: Office, model: Model) -> None:
    """Slack does that every few hours, and warns before."""
    model.scripts[ANOTHER_ASKED] = (KEEPER, stall := Stall(), BUILT)
    socket = writing.slack.delivery.socket_mode
    said = await writing.asked(ANOTHER_ASKED)
    await until(lambda: writing.replies(said))
    await socket.disconnect("warning")
    await socket.disconnect("refresh_requested")
    await socket.wait_opened(2)
    again = await writing.asked(KEEPER_ASKED)
    stall.release()
    assert BUILT in shown(await writing.answer(said))
    assert KEEPER in shown(await writing.answer(again))


async def test_streams_are_ended_by_a_stop_and_completed_by_the_next_process(
    documents: Path, home: Callable[[str], Path], writer: dict[str, str], model: Model
) -> None:
    """Each in its own message; nothing looks as if it went on between the two."""
    model.scripts[ANOTHER_ASKED] = (KEEPER, stall := Stall(), BUILT)
    own = home("stopped")
    async with FakeSlack() as slack:
        async with an_office(slack, own, documents, **writer) as office:
            said = [await office.asked(ANOTHER_ASKED) for _ in range(3)]
            before = [(await until(lambda one=one: office.replies(one)))[0] for one in said]
        assert slack.world.statuses == {}
        assert all("Interrupted" in one.text for one in before)
        stall.release()
        async with an_office(slack, own, documents, **writer) as office:
            assert [await office.answer(one) for one in said] == before
        assert all(BUILT in shown(one) and "Interrupted" not in shown(one) for one in before)


async def test_an_answer_that_is_too_long_for_a_message_goes_on_in_the_next(writing: Office) -> None:
    """Nothing of it is missing, and each message is within the limits; many passages are cited."""
    said = await writing.asked(PILOT_ASKED)
    await until(lambda: len(writing.replies(said)) > 1)
    await writing.quiet()
    await until(lambda: writing.is_at_rest(said))
    replies = writing.replies(said)
    days = [f"Day {day:03}:" for day in range(300)]
    told = "".join(one.text for one in replies)
    assert sum(day in told for day in days) > 50
    assert all(
        text_length(one.blocks) <= limits.BLOCKS_TEXT and len(one.blocks) <= limits.MESSAGE_BLOCKS for one in replies
    )
    assert [actions.VOTE in str(one.blocks) for one in replies] == [False] * (len(replies) - 1) + [True]
    assert str(replies[-1].blocks).count(actions.SHOW_PASSAGE) > 3


async def test_a_wide_table_is_quoted_within_the_limits(quoting: Office) -> None:
    """Forty columns of it."""
    reply = await quoting.answered("What is tariff 7 of wagon W2?")
    assert text_length(reply.blocks) <= limits.BLOCKS_TEXT
    assert "wagons.md" in shown(reply)


async def test_a_hostile_document_is_shown_and_not_obeyed(quoting: Office) -> None:
    """In the answer, in the window with its source, and in what is sent for either."""
    before = len(quoting.slack.calls)
    reply = await quoting.answered(CAPTAIN_ASKED)
    assert "RexHaldcommandsthevesselCorvus" in squeezed(reply)
    ben = quoting.slack.user("ben")
    view = await opened(ben, reply)
    assert "Rex" in str(view.payload)
    sent = [{name: unpacked(part) for name, part in one.arguments.items()} for one in quoting.slack.calls[before:]]
    shown_there = [*sent, reply.as_json(), view.payload]
    assert [one for payload in shown_there for one in objections(payload, {"UBOT"})] == []
    assert not reply.unfurls


# What Slack refuses, and what gets lost


ILLS = (
    status(500),
    status(502),
    status(503),
    status(503, processed=True),
    drop_before(),
    drop_after(),
    garbage(),
    garbage(processed=True),
    rate_limited(1),
    rate_limited("1.5"),
)


async def test_a_post_that_fails_is_there_once(quoting: Office) -> None:
    """Whether or not Slack has carried it out."""
    for ill in ILLS:
        quoting.slack.faults.add("chat.postMessage", ill)
    quoting.slack.faults.add("assistant.threads.setStatus", rate_limited(1))
    said = await asyncio.gather(*(quoting.asked(KEEPER_ASKED) for _ in ILLS))
    for one in said:
        assert KEEPER in shown(await quoting.answer(one))
    assert quoting.slack.faults.outstanding == []


@pytest.mark.parametrize("ill", [drop_after(), rate_limited(1)], ids=["dropped after", "too many"])
@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream", "chat.startStream"])
async def test_a_stream_that_fails_loses_and_doubles_nothing(
    writing: Office, model: Model, method: str, ill: Fault
) -> None:
    """Whether Slack is too busy, or has carried out what it does not answer."""
    model.scripts[ANOTHER_ASKED] = (KEEPER, first := Stall(), LAMP, second := Stall(), BUILT)
    slack, before = writing.slack, len(writing.slack.calls_of("chat.startStream"))
    slack.faults.add(method, ill)
    said = await writing.asked(ANOTHER_ASKED)
    await until(lambda: len(slack.calls_of("chat.startStream")) > before)
    first.release()
    await until(lambda: method == "chat.stopStream" or not slack.faults.outstanding)
    second.release()
    reply = await writing.answer(said)
    assert slack.faults.outstanding == []
    assert all(sentence in shown(reply) for sentence in (KEEPER, BUILT, LAMP))
    assert actions.VOTE in str(reply.blocks)


async def test_more_streams_than_slack_allows_are_all_answered(crowded: Office) -> None:
    """Thirty at once: some are streamed, the others are posted as a whole, and Slack has nothing to refuse."""
    said = await asyncio.gather(*(crowded.asked(KEEPER_ASKED) for _ in range(30)))
    for one in said:
        assert KEEPER in shown(await crowded.answer(one))
    assert 0 < len(crowded.slack.calls_of("chat.startStream")) < 30
    assert [one.method for one in crowded.slack.calls if one.status == 429] == []


@pytest.mark.parametrize("code", ["restricted_action", "missing_scope", "channel_not_found"])
async def test_who_cannot_be_answered_there_is_told_in_private(quoting: Office, code: str) -> None:
    """Why, and what to do instead."""
    person = quoting.slack.user(f"refused-{code}")
    quoting.slack.faults.add("chat.postMessage", error(code))
    said = await quoting.asked(KEEPER_ASKED, by=person.name)
    await quoting.direct(person, "sk me directly")
    await quoting.quiet()
    assert quoting.replies(said) == []


async def test_who_is_left_alone_while_asking_is_told_in_private(writing: Office, model: Model) -> None:
    """The bot was removed, or the channel was archived, before there was a word of the answer."""
    stall = Stall()
    model.scripts[ANOTHER_ASKED] = (stall, KEEPER)
    channels = [writing.channel(), writing.channel()]
    people = [writing.slack.user("removed"), writing.slack.user("archived")]
    said = [await writing.asked(ANOTHER_ASKED, *pair) for pair in zip(channels, ("removed", "archived"), strict=True)]
    writing.slack.world.installations[writing.slack.bot_token].scopes.discard("chat:write.public")
    people[0].remove_bot(channels[0])
    channels[1].archived = True
    stall.release()
    await writing.direct(people[0], "I am not in this channel")
    await writing.direct(people[1], "I may not write in the place where you asked")
    await writing.quiet()
    assert [writing.replies(one) for one in said] == [[], []]


# Socket Mode


async def _dropped(office: Office) -> None:
    await office.slack.delivery.socket_mode.drop()


async def _too_many(office: Office) -> None:
    await office.slack.delivery.socket_mode.disconnect("too_many_websockets")


async def _switched_off(office: Office) -> None:
    socket = office.slack.delivery.socket_mode
    await socket.disconnect("link_disabled")
    await until(lambda: not socket.connections)
    socket.enabled = True


@pytest.mark.parametrize("trouble", [_dropped, _too_many, _switched_off])
async def test_who_asks_while_the_connection_is_gone_is_answered(
    quoting: Office, trouble: Callable[[Office], Any]
) -> None:
    """Slack tells of it again once there is another one."""
    socket = quoting.slack.delivery.socket_mode
    opened = socket.opened
    await trouble(quoting)
    said = await quoting.asked(KEEPER_ASKED)
    await until(lambda: socket.opened > opened)
    await quoting.slack.delivery.exhaust()
    assert KEEPER in shown(await quoting.answer(said))


async def test_a_connection_that_falls_silent_is_replaced(crowded: Office) -> None:
    """Nobody says that it is gone; pings that are not answered do."""
    socket = crowded.slack.delivery.socket_mode
    opened = socket.opened
    socket.half_open()
    asking = asyncio.create_task(crowded.asked(KEEPER_ASKED))
    await until(lambda: socket.opened > opened)
    said = await asking
    await crowded.slack.delivery.exhaust()
    assert KEEPER in shown(await crowded.answer(said))


# Forms, windows, votes


async def opened(person: Person, message: Message) -> View:
    """The window that the first source's button opens, with its content."""
    assert (await person.click(message, actions.SHOW_PASSAGE, _value(message.blocks))).acked
    await until(lambda: person.views and "Opening the document" not in str(person.view.payload))
    return person.view


async def test_a_message_can_be_answered_by_its_menu(quoting: Office) -> None:
    """Its words are in the form, and the answer is in its thread."""
    ana, channel = quoting.slack.user(), quoting.channel()
    said = (await quoting.slack.user("ben").say(channel, KEEPER_ASKED)).message
    assert said is not None
    assert (await ana.shortcut(actions.ANSWER_MESSAGE, said)).acked
    await until(lambda: ana.views)
    assert KEEPER_ASKED in str(ana.view.payload)
    await ana.submit(ana.view, {actions.ANSWER_WHERE: actions.IN_THREAD})
    assert ana.views == []
    assert KEEPER in shown(await quoting.answer(said))


async def test_a_form_that_cannot_be_opened_in_time_is_said_so(quoting: Office) -> None:
    """To who has chosen it."""
    dora, channel = quoting.slack.user("dora"), quoting.channel()
    said = (await dora.say(channel, KEEPER_ASKED)).message
    assert said is not None
    quoting.slack.faults.add("views.open", error("expired_trigger_id"))
    await dora.shortcut(actions.ANSWER_MESSAGE, said)
    await quoting.private(dora, "could not be opened")


async def test_a_menu_of_documents_offers_what_can_be_chosen(quoting: Office) -> None:
    """No more than Slack takes, or nothing; what is chosen is what is asked about."""
    person = quoting.slack.user("chooser")
    assert (await person.global_shortcut(actions.ASK)).acked
    await until(lambda: person.views)
    view = person.view
    assert len(await person.options(view, actions.DOCUMENT, "Letter")) == limits.SELECT_OPTIONS
    assert await person.options(view, actions.DOCUMENT, "no such title") == []
    assert [one["value"] for one in await person.options(view, actions.DOCUMENT, "letter 117")] == ["letter-117.md"]
    chosen = {actions.QUESTION: KEEPER_ASKED, actions.DOCUMENT: "The lighthouse of Hallen"}
    await person.submit(view, chosen)
    await quoting.direct(person, KEEPER)


async def test_a_source_can_be_read_page_by_page(quoting: Office) -> None:
    """By anybody; two presses at once turn one page."""
    ben = quoting.slack.user("ben")
    view = await opened(ben, await quoting.answered("What did the harbour pilot of Vardo count on day 150?"))
    (later,) = [one for one in _pages(view) if one.content["text"]["text"] == "Later"]
    before = len(quoting.slack.calls_of("views.update"))
    first = words_of(view.payload)
    await asyncio.gather(*(ben.click(view, actions.PASSAGE_PAGE, later.values[0]) for _ in range(2)))
    updates = lambda: [one.response for one in quoting.slack.calls_of("views.update")[before:] if one.response]  # noqa: E731
    await until(lambda: len(updates()) == 2)
    assert words_of(view.payload) != first
    assert "hash_conflict" in str(updates())


def _pages(view: View) -> list[Any]:
    return [one for one in elements(view.payload["blocks"]) if one.action_id == actions.PASSAGE_PAGE]


async def test_who_may_not_read_a_document_is_refused_everywhere(quoting: Office) -> None:
    """Whatever is asked, chosen or pressed in a channel that may ask about something else only."""
    guests, ana = quoting.slack.channel("guests"), quoting.slack.user()
    free = await quoting.answered(MERGER_ASKED)
    assert MERGER in shown(free)
    said = await quoting.asked(MERGER_ASKED, guests)
    assert "2031" not in shown(await quoting.answer(said))
    allowed = await quoting.answer(await quoting.asked(KEEPER_ASKED, guests))
    _forge(allowed.blocks, _value(free.blocks))
    view = await opened(ana, allowed)
    assert "you may not read it" in str(view.payload)
    await ana.close(view)
    assert (await ana.shortcut(actions.ANSWER_MESSAGE, said)).acked
    await until(lambda: ana.views)
    assert [one["value"] for one in await ana.options(ana.view, actions.DOCUMENT)] == ["lighthouse.md"]
    await ana.close(ana.view)


def _value(part: Any) -> str:
    """What the first button of a source sends."""
    return next(one.values[0] for one in elements(part) if one.action_id.startswith(actions.SHOW_PASSAGE))


def _forge(part: Any, value: str) -> None:
    if isinstance(part, dict):
        if str(part.get("action_id")).startswith(actions.SHOW_PASSAGE):
            part["value"] = value
        part = list(part.values())
    for one in part if isinstance(part, list) else ():
        _forge(one, value)


async def test_votes_and_reasons_are_there_for_whoever_runs_it(quoting: Office, documents: Path) -> None:
    """Each person has one, the last; `footnote feedback` shows them, and makes questions of them."""
    ana, ben = quoting.slack.user(), quoting.slack.user("ben")
    good, bad = await quoting.answered(KEEPER_ASKED), await quoting.answered(MERGER_ASKED)
    unknown = await quoting.answered("Who won the world cup in 2014?")
    await ana.click(good, actions.VOTE, "negative")
    await until(lambda: ana.views)
    await ana.close(ana.view)
    for person in (ana, ben):
        await person.click(good, actions.VOTE, "positive")
        await quoting.private(person, "Thank you")
    await ben.click(bad, actions.VOTE, "negative")
    await until(lambda: ben.views and actions.REASON in str(ben.view.payload))
    await ben.submit(ben.view, {actions.REASON: "It closes in April."})
    await ana.click(unknown, actions.MISSING)
    await quoting.private(ana, "noted as one that the documents should answer")
    settings = {"FOOTNOTE_HOME": str(quoting.home), "FOOTNOTE_DOCUMENTS": str(documents)}
    await until(lambda: quoting.kept("SELECT 1 FROM feedback WHERE reason IS NOT NULL"))
    told = await asyncio.to_thread(run, "feedback", "--json", **settings)
    judged = {one["question"]: one for one in json.loads(told.stdout)}
    assert (judged[KEEPER_ASKED]["up"], judged[KEEPER_ASKED]["down"]) == (2, 0)
    assert [one["reason"] for one in judged[MERGER_ASKED]["opinions"]] == ["It closes in April."]
    assert "It closes in April." in (await asyncio.to_thread(run, "feedback", **settings)).stdout
    lines = (await asyncio.to_thread(run, "feedback", "export", **settings)).stdout.splitlines()
    rows = {row["question"]: row for row in map(json.loads, lines)}
    assert rows[KEEPER_ASKED]["docs"] == ["lighthouse.md"]
    assert rows["Who won the world cup in 2014?"]["retrieval_only"]
    assert MERGER_ASKED not in rows


async def test_a_link_to_a_document_is_previewed_without_its_words(quoting: Office) -> None:
    """Its title, where it may be known; its words are for who opens it and may read it."""
    ana = quoting.slack.user()
    link, secret = (f"{SITE}/documents/{name}?start=0&end=90" for name in ("lighthouse.md", "heron.md"))
    message = (await ana.say(quoting.slack.channel("guests"), f"See <{link}> and <{secret}>")).message
    assert message is not None
    await until(lambda: message.unfurls)
    assert list(message.unfurls) == [link]
    assert words_of(message.unfurls[link]) == ["The lighthouse of Hallen"]
    for number, (url, name) in enumerate([(link, "lighthouse.md"), (secret, "heron.md")], 1):
        await ana.open_link(message, url, {"id": name})
        await until(lambda number=number: len(quoting.slack.world.details) == number)
    known, refused = quoting.slack.world.details
    assert KEEPER in json.dumps(known["metadata"])
    assert refused["error"]["status"] == "restricted"
    assert "Heron" not in str(message.unfurls) + json.dumps(refused)


# Over HTTP


def _event(office: Office) -> bytes:
    """A question by nobody in particular, which must not be asked."""
    told = {"type": "app_mention", "user": "U1", "channel": "C77", "ts": "1.1", "text": "<@UBOT> Who is forged?"}
    return json.dumps(office.slack.delivery.outer(told, "T1")).encode()


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Signature": "v0=" + 64 * "0"},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=\u00e9"},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "yesterday"},
        {"X-Slack-Request-Timestamp": "1700000000"},
    ],
    ids=["wrong", "missing", "not ASCII", "no time", "no number", "stale"],
)
async def test_what_slack_has_not_signed_is_refused(posted_to: Office, headers: dict[str, str]) -> None:
    """And nothing is asked."""
    http = posted_to.slack.delivery.http
    answer = await http.post("/slack/events", _event(posted_to), {"Content-Type": "application/json", **headers})
    assert answer.status == 401
    assert posted_to.kept("SELECT id FROM questions WHERE text LIKE '%forged%'") == []


@pytest.mark.parametrize("skew_s", [360.0, -360.0])
async def test_a_request_from_another_time_is_refused(posted_to: Office, skew_s: float) -> None:
    """Until the clocks agree again."""
    http = posted_to.slack.delivery.http
    http.skew_s = skew_s
    answer = await http.post("/slack/events", _event(posted_to), {"Content-Type": "application/json"})
    http.skew_s = 0.0
    assert answer.status == 401
    assert KEEPER in shown(await posted_to.answered())


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"{not json", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"payload=%7Bnot", "application/x-www-form-urlencoded", 400),
        (b"<xml/>", "text/xml", 400),
        (b"x" * 2**22, "application/json", 413),
    ],
    ids=["no JSON", "no object", "no payload", "neither", "huge"],
)
@pytest.mark.filterwarnings("ignore:Sending a large body")  # how it is sent is no matter of ours
async def test_what_cannot_be_read_is_refused_for_good(posted_to: Office, body: bytes, kind: str, code: int) -> None:
    """Slack need not send it again; the process goes on."""
    answer = await posted_to.slack.delivery.http.post("/slack/events", body, {"Content-Type": kind})
    assert answer.status == code
    assert answer.headers["x-slack-no-retry"] == "1"
    assert (await posted_to.slack.delivery.verify_url()).status == 200


async def test_slack_finds_out_who_we_are(posted_to: Office) -> None:
    """By a challenge, and by a look at the certificate that is not signed."""
    http = posted_to.slack.delivery.http
    assert (await posted_to.slack.delivery.verify_url("are you there?")).body == b"are you there?"
    form = {"Content-Type": "application/x-www-form-urlencoded", "X-Slack-Signature": ""}
    assert (await http.post("/slack/commands", urlencode({"ssl_check": "1", "token": "t"}).encode(), form)).is_success


# Workspaces that install the app themselves


class Estate(Office):
    """An office whose app any workspace may install."""

    __slots__ = ()

    async def install(self, team: str | None = "T1", enterprise: str | None = None, installer: str = "UADMIN") -> str:
        """The page in the end."""
        oauth = self.slack.oauth
        oauth.team, oauth.enterprise, oauth.user = team, enterprise, installer
        async with self.browser() as browser:
            return (await browser.install()).text

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        async with AsyncClient(base_url=str(self.slack.delivery.request_url)) as client:
            yield Browser(client)

    def there(self, team: str) -> Channel:
        return self.slack.channel(f"channel-{next(self.numbers)}", team=team)

    async def said(self, text: str, team: str = "T1", channel: Channel | None = None) -> Message:
        """By somebody of that workspace."""
        person = self.slack.user(f"person-{team}", team)
        delivered = await person.mention(channel or self.there(team), text)
        assert delivered.acked
        assert delivered.message is not None
        return delivered.message

    def tokens(self) -> set[str]:
        """Every token that is kept."""
        return set(self.kept("SELECT bot_token FROM slack_bots"))

    def outcome(self) -> str | None:
        """Of the latest question."""
        return str(self.kept("SELECT outcome FROM questions ORDER BY number DESC LIMIT 1")[0])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def estate(documents: Path, home: Callable[[str], Path], writer: dict[str, str]) -> AsyncIterator[Estate]:
    """Over HTTP, with a model; T1 has installed it, Umbrella (T2) has not, nor have an organisation's two."""
    async with FakeSlack("http") as slack:
        slack.world.installations.clear()
        slack.add_team("T2", "Umbrella")
        for team in ("T4", "T5"):
            slack.add_team(team, enterprise="E1")
        slack.add_team("T9", "Stranger")
        own = _credentials(slack) | writer
        async with an_office(slack, home("estate"), documents, **own) as office:
            made = Estate(office.slack, office.footnote, office.home)
            await made.install()
            yield made


def _credentials(slack: FakeSlack) -> dict[str, str]:
    oauth = slack.oauth
    credentials = {"SLACK_CLIENT_ID": oauth.client_id, "SLACK_CLIENT_SECRET": oauth.client_secret}
    return credentials | {"SLACK_BOT_TOKEN": "", "FOOTNOTE_PUBLIC_URL": PUBLIC}


async def test_a_workspace_installs_the_app_and_is_answered(estate: Estate) -> None:
    """With its own token and by its own bot; others go on."""
    assert await estate.install("T2") == "The app is installed in Umbrella. You can close this page."
    reply = await estate.answer(await estate.said(KEEPER_ASKED, "T2"))
    assert KEEPER in shown(reply)
    assert reply.user == estate.slack.world.teams["T2"].bot_user
    assert (await estate.answer(await estate.said(KEEPER_ASKED))).user == estate.slack.world.teams["T1"].bot_user


async def test_a_second_installer_does_no_harm(estate: Estate) -> None:
    """The former token is not kept."""
    former = estate.tokens()
    await estate.slack.clock.advance(1)
    assert "Acme" in await estate.install(installer="UOTHER")
    assert len(estate.tokens()) == len(former)
    assert estate.tokens() != former
    assert KEEPER in shown(await estate.answer(await estate.said(KEEPER_ASKED)))


@pytest.mark.parametrize("wrong", ["denied", "expired", "replayed", "another browser", "made up"])
async def test_who_comes_back_in_another_way_installs_nothing(estate: Estate, wrong: str) -> None:
    """It is said in words."""
    before, oauth = estate.tokens(), estate.slack.oauth
    oauth.team, oauth.enterprise, oauth.approving = "T9", None, wrong != "denied"
    async with estate.browser() as browser:
        back = await browser.allow(await browser.set_out())
        oauth.approving = True
        if wrong == "expired":
            await estate.slack.clock.advance(601)
        if wrong == "replayed":
            oauth.team = "T1"
            back = await browser.allow(await browser.set_out())
            await browser.come_back(back)
            before = estate.tokens()
        if wrong == "another browser":
            browser.cookie = "slack-app-oauth-state=another"
        if wrong == "made up":
            back, browser.cookie = f"{back}x", f"{browser.cookie}x"
        answer = await browser.come_back(back)
    assert answer.text.startswith("The app is not installed: ")
    assert estate.tokens() == before


async def test_an_organisation_installs_it_once_for_all_of_its_workspaces(estate: Estate) -> None:
    """Slack names no workspace then."""
    assert "The app is installed" in await estate.install(None, "E1")
    for team in ("T4", "T5"):
        said = await estate.said(KEEPER_ASKED, team)
        told = next(one for one in estate.slack.delivery.log if one.message is said)
        assert told.payload["authorizations"][0]["team_id"] is None
        assert KEEPER in shown(await estate.answer(said))


async def test_an_unknown_workspace_is_told_so(estate: Estate) -> None:
    """Where it can be; nothing of it is taken in."""
    eve, channel = estate.slack.user("eve", "T9"), estate.there("T9")
    before = estate.kept("SELECT id FROM questions")
    assert (await eve.mention(channel, KEEPER_ASKED)).acked
    assert (await eve.command("/ask", KEEPER_ASKED, channel)).acked
    await estate.quiet()
    assert [one.text for one in eve.ephemerals] == [NOT_INSTALLED]
    assert estate.kept("SELECT id FROM questions") == before


async def test_a_stranger_in_a_shared_channel_is_answered_as_who_they_are(estate: Estate) -> None:
    """Slack wants their own workspace with a stream."""
    channel, eve = estate.there("T1"), estate.slack.user("eve", "T9")
    channel.shared_with.add("T9")
    channel.members.add(eve.id)
    said = (await eve.mention(channel, KEEPER_ASKED)).message
    assert said is not None
    assert KEEPER in shown(await estate.answer(said))
    started = estate.slack.calls_of("chat.startStream")[-1].arguments
    assert (started["recipient_team_id"], started["recipient_user_id"]) == ("T9", eve.id)


async def test_a_token_that_dies_while_an_answer_is_written_ends_it_until_a_new_one_is_there(
    estate: Estate, model: Model
) -> None:
    """Whoever installs the app again is answered again, in the same thread."""
    await estate.install("T2")
    model.scripts[ANOTHER_ASKED] = (KEEPER, stall := Stall(), BUILT)
    said = await estate.said(ANOTHER_ASKED, "T2")
    await until(lambda: estate.replies(said))
    for installation in estate.slack.world.installations.values():
        installation.revoked = installation.revoked or installation.team == "T2"
    stall.release()
    await estate.quiet()
    assert estate.outcome() == "unsaid"
    await estate.slack.clock.advance(301)  # what was begun with that token can be ended by nobody but Slack
    await estate.install("T2")
    channel = estate.slack.world.channel(said.channel, "T2")
    again = await estate.said(KEEPER_ASKED, "T2", channel)
    assert KEEPER in shown(await estate.answer(again))


async def test_who_uninstalls_the_app_is_forgotten(estate: Estate) -> None:
    """At once, and answered again after the next installation."""
    await estate.install("T2")
    before = len(estate.tokens())
    person = estate.slack.user("person-T2", "T2")
    assert (await person.uninstall()).acked
    assert len(estate.tokens()) == before - 1
    await estate.slack.clock.advance(2)
    await estate.install("T2")
    assert KEEPER in shown(await estate.answer(await estate.said(KEEPER_ASKED, "T2")))


async def test_two_processes_exchange_a_token_that_expires_once(
    estate: Estate, documents: Path, home: Callable[[str], Path], writer: dict[str, str]
) -> None:
    """Though they are asked at the same moment: a refresh token serves once."""
    slack, first = estate.slack, estate.slack.delivery.request_url
    history = {"FOOTNOTE_HISTORY_URL": f"sqlite:///{estate.home / 'history.sqlite'}"}
    slack.oauth.rotating, slack.installations.token_s = True, 1800.0  # it is exchanged two hours before
    await estate.slack.clock.advance(1)
    await estate.install("T2")
    slack.installations.token_s = 12 * 3600.0
    before = len(slack.calls_of("oauth.v2.access"))
    own = {**_credentials(slack), **writer, **history, "FOOTNOTE_DOCUMENTS": str(documents)}
    async with serving(slack, home("second"), **own) as second:
        asking = []
        for number in range(6):
            slack.delivery.request_url = first if number % 2 else second.told.split()[3]
            asking.append(await estate.said(KEEPER_ASKED, "T2"))
        for said in asking:
            assert KEEPER in shown(await estate.answer(said))
        slack.delivery.request_url = first
        assert await second.stop() == 0
    assert len(slack.calls_of("oauth.v2.access")) == before + 1


async def test_a_refused_exchange_ends_in_silence_until_the_app_is_installed_again(estate: Estate) -> None:
    """There is nobody whom anything could be said to."""
    slack = estate.slack
    await slack.user("person-T2", "T2").uninstall()  # else the former token still serves
    await slack.clock.advance(2)
    slack.oauth.rotating, slack.installations.token_s = True, 1.0
    await estate.install("T2")
    slack.installations.token_s = 12 * 3600.0
    expires_at = slack.clock.now() + 1.0
    await until(lambda: slack.clock.now() > expires_at + 0.5)
    slack.faults.add("oauth.v2.access", error("invalid_refresh_token"), times=None)
    await estate.said(KEEPER_ASKED, "T2")
    await estate.quiet()
    slack.faults.clear()
    assert estate.outcome() == "unsaid"
    await estate.install("T2")
    assert KEEPER in shown(await estate.answer(await estate.said(KEEPER_ASKED, "T2")))
