"""Whoever may not read a document learns nothing of it in Slack: whatever is asked, pressed or opened, and whenever."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel_settings import ChannelSettings
from bot.errors import AnswerNotFound, DocumentNotFound
from bot.queued import NewQuestion
from bot.record import Record
from bot.scope import EVERYTHING, Scope
from bot.shipped import shipped_folder
from bot.slack import actions
from bot.slack.caller import Caller
from bot.slack.channels import Channels
from bot.slack.interaction import Interaction
from bot.slack.passages import Passages
from bot.slack.question import SlackQuestion
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.validation import check_view
from bot.slack.view_metadata import metadata_of
from bot.wiring import index_documents, make_product, served
from fakeslack.people import Person
from fakeslack.workspace import Channel, Message, View
from index.document import Document
from index.progress import unheard
from tests.hostile import hostile_text
from tests.records import a_record, an_abstention
from tests.slack_house import HAITI, House, citation, house, quoting, shown, words_of

WORDS = SlackPhrases.load(shipped_folder("prompts"), "en")
CHANNELS = Channels.load({"C1": ChannelSettings(documents=("haiti*",))}, shipped_folder("prompts"))
SITE = "https://docs.example.test"
FERRY = """# The ferry to Naxos

The ferry to Naxos leaves at noon from pier four. Anna Berg approves all bookings for groups.

## How many cars does the ferry take?

The ferry takes 40 cars and 300 people.
"""
SECRET = """# Project Heron

Maria Lopez leads Project Heron. The merger with Acme Corporation closes on 12 March 2031.

## Who pays for the merger?

Acme Corporation pays 90 million euros for the merger.
"""
HIDDEN = ("Heron", "Lopez", "Acme", "2031", "90 million", "secret", "Who pays for the merger?")
PUBLIC_ONLY = {"documents": ["public/*"]}


def told(home: House) -> str:
    """All that was sent to Slack in any way, and what it made of that."""
    calls = [one.arguments for one in home.slack.calls]
    said = [one.as_json() for one in home.slack.world.messages() if one.bot_id]
    acks = [one.response for one in home.slack.delivery.log]
    return "\n".join(map(str, [*calls, *said, *acks]))


def leaked(home: House, words: tuple[str, ...] = HIDDEN) -> list[str]:
    everything = told(home)
    return [word for word in words if word in everything]


async def private(home: House, person: Person, words: str) -> Message:
    """The message that only that person sees and that says so."""
    return await home.until(lambda: next((one for one in person.ephemerals if words in shown(one)), None))


async def window(home: House, person: Person) -> View:
    """The topmost modal, with its content."""
    await home.until(lambda: person.views and WORDS.loading not in words_of(person.view.payload))
    await home.quiet()
    return person.view


async def pressed(home: House, person: Person, message: Message, action: str) -> list[str]:
    """The words of the modal that a button opens."""
    known = len(person.views)
    await person.click(message, action)
    await home.until(lambda: len(person.views) > known)
    return words_of((await window(home, person)).payload)


def with_value(target: Message | View, action: str, value: str) -> None:
    """As if the button had been made with that value."""

    def change(part: Any) -> None:
        if isinstance(part, dict):
            if part.get("action_id") == action and "value" in part:
                part["value"] = value
            for one in part.values():
                change(one)
        if isinstance(part, list):
            for one in part:
                change(one)

    change(target.payload if isinstance(target, View) else target.blocks)


def allowing(home: House, **tables: dict[str, Any]) -> None:
    """From the next start on."""
    made = {name: ChannelSettings(**table) for name, table in tables.items()}
    home.settings = home.settings.model_copy(update={"slack_channels": made})


# With the real answerer, over a real index


@asynccontextmanager
async def indexed_house(folder: Path, **settings: Any) -> AsyncIterator[House]:
    """A house that answers from two documents, one of which is secret."""
    for path, text in (("public/ferry.md", FERRY), ("secret/heron.md", SECRET)):
        (folder / path).parent.mkdir()
        (folder / path).write_text(text)
    async with house(folder, history_url=f"sqlite:///{folder / 'history.sqlite'}", **settings) as home:
        index_documents(home.settings, unheard)
        with served(home.settings) as parts:
            parts.engine.start()
            await home.until(lambda: parts.engine.state.ready)
            home.product = lambda: make_product(home.settings, parts)  # type: ignore[method-assign]
            yield home


async def test_no_surface_tells_of_a_document_that_may_not_be_read(tmp_path: Path) -> None:
    """Not a quote, a title, a count or a question made from it; a channel that may read it is told everything."""
    tables = {"C1": PUBLIC_ONLY, "direct": PUBLIC_ONLY}
    async with indexed_house(tmp_path, slack_channels=tables, public_url=SITE) as home, home.open():
        home.slack.delivery.audience.unfurl_domains = {"docs.example.test"}
        channel, ana = home.slack.channel("ferries", with_bot=False), home.slack.user()
        assert channel.id == "C1"
        await ana.invite_bot(channel)
        await home.until(lambda: home.replies(channel))
        await asked_everywhere(home, channel, ana)
        await looked_everywhere(home, channel, ana)
        assert leaked(home) == []
        free = home.slack.channel("board")
        ts = (await ana.mention(free, "When does the merger close?")).message.ts
        reply = await home.reply(free, ts)
        assert "12 March 2031" in shown(reply)
        assert leaked(home)


async def asked_everywhere(home: House, channel: Channel, ana: Person) -> None:
    """The same question in every way in which one can ask."""
    question = "When does the merger close?"
    ts = (await ana.mention(channel, question)).message.ts
    reply = await home.reply(channel, ts)
    assert "feedback_buttons" not in str(reply.blocks)
    await ana.say(channel, "And who leads it?", ts)
    await home.reply(channel, ts, 2)
    if actions.SHOW_CLOSEST in str(reply.blocks):
        assert "ferry" in str(await pressed(home, ana, reply, actions.SHOW_CLOSEST))
    await ana.command("/ask", question, channel)
    await home.until(lambda: any(actions.SHARE in str(one.blocks) for one in ana.ephemerals))
    await ana.command("/ask", "", channel)
    message = (await ana.say(channel, question)).message
    await ana.shortcut(actions.ANSWER_MESSAGE, message)
    form = await home.until(lambda: next((one for one in ana.views if one.payload.get("submit")), None))
    assert [one["value"] for one in await ana.options(form, actions.DOCUMENT)] == ["public/ferry.md"]
    await ana.submit(form, {actions.QUESTION: question, actions.ANSWER_WHERE: actions.IN_THREAD})
    await home.reply(channel, message.ts)
    await home.reply(ana.direct, (await ana.dm(question)).message.ts)


async def looked_everywhere(home: House, channel: Channel, ana: Person) -> None:
    """The Home tab, what is suggested, previews of links, and their details."""
    await ana.open_home()
    view = await home.until(lambda: ana.home)
    assert WORDS.home_counts(1, 1) in words_of(view.payload) or "The ferry to Naxos" in str(view.payload)
    await ana.open_home("messages")
    await home.until(lambda: home.slack.calls_of("assistant.threads.setSuggestedPrompts"))
    link = f"{SITE}/documents/secret/heron.md?start=0&end=50"
    for where in (channel, ana.direct):
        message = (await ana.say(where, link)).message
        await ana.open_link(message, link, {"id": "secret/heron.md"})
    await home.until(lambda: len(home.slack.calls_of("entity.presentDetails")) == 2)
    await home.quiet()
    for call in home.slack.calls_of("entity.presentDetails"):
        assert "error" in call.arguments
        call.arguments.clear()  # it names the link that the person has opened
    for one in home.slack.world.messages():
        assert not one.unfurls


async def test_a_form_cannot_ask_about_a_document_that_may_not_be_read(tmp_path: Path) -> None:
    """Whatever it sends: the menu is not all that a form can say."""
    async with indexed_house(tmp_path, slack_channels={"C1": PUBLIC_ONLY, "direct": PUBLIC_ONLY}) as home, home.open():
        channel, ana = home.slack.channel(), home.slack.user()
        message = (await ana.say(channel, "When does the merger close?")).message
        for where in (actions.IN_THREAD, actions.PRIVATELY):
            await ana.shortcut(actions.ANSWER_MESSAGE, message)
            form = await home.until(lambda: ana.views and ana.view)
            chosen = {"text": {"type": "plain_text", "text": "x"}, "value": "secret/heron.md"}
            await ana.submit(form, {actions.ANSWER_WHERE: where, actions.DOCUMENT: chosen})
            assert list(ana.errors) == [actions.DOCUMENT]
            await ana.close(form)
        await home.quiet()
        assert WORDS.document_unavailable in str(ana.errors)
        assert home.replies(channel) == []


# When rights change


async def test_what_was_shown_before_opens_no_more(tmp_path: Path) -> None:
    """A source, another page of it, a passage that came close, a private answer to be shared."""
    async with house(tmp_path) as home:
        home.answering.documents[HAITI.id] = long = Document(HAITI.id, HAITI.text * 100, HAITI.title)
        home.answering.answers["Who?"] = quoting(citations=(citation(long),))
        home.answering.answers["Peru?"] = an_abstention()
        channel, ana = home.slack.channel(), home.slack.user()
        async with home.open():
            cited = await home.reply(channel, (await ana.mention(channel, "Who?")).message.ts)
            close = await home.reply(channel, (await ana.mention(channel, "Peru?")).message.ts)
            await ana.command("/ask", "Who?", channel)
            own = await private(home, ana, "Kenya leads")
            await ana.command("/ask", "Peru?", channel)
            await private(home, ana, "The mission began")
            unanswered = ana.ephemerals[-1]
            assert "Kenya leads the mission." in str(await pressed(home, ana, cited, actions.SHOW_PASSAGE))
            page = ana.view
        before = len(home.replies(channel))
        allowing(home, C1={"documents": ["peru*"]})
        async with home.open():
            await ana.click(page, actions.PASSAGE_PAGE)
            await home.until(lambda: WORDS.document_unavailable in words_of(page.payload))
            assert await pressed(home, ana, cited, actions.SHOW_PASSAGE) == notice(WORDS.document_unavailable)
            assert await pressed(home, ana, close, actions.SHOW_CLOSEST) == notice(WORDS.document_unavailable)
            for message in (own, unanswered):
                known = len(ana.ephemerals)
                await ana.click(message, actions.SHARE)
                await home.until(lambda known=known: len(ana.ephemerals) > known)
                assert shown(ana.ephemerals[-1]).strip() == WORDS.document_unavailable
            await home.quiet()
            assert len(home.replies(channel)) == before


def notice(words: str) -> list[str]:
    return [WORDS.passage_title, WORDS.close, words]


async def test_an_edited_question_is_answered_by_the_rights_of_now(tmp_path: Path) -> None:
    """In the place of what was shown before; and it builds on nothing that was said with other rights."""
    async with house(tmp_path) as home:
        channel, ana = home.slack.channel(), home.slack.user()
        async with home.open():
            first = (await ana.mention(channel, "Who leads the mission?")).message
            await home.reply(channel, first.ts)
            second = await ana.say(channel, "And who pays?", first.ts)
            await home.reply(channel, first.ts, 2)
        allowing(home, C1={"documents": ["peru*"]})
        async with home.open():
            await ana.edit(second.message, "And who pays for it?")
            await home.until(lambda: len(home.answering.asked) == 3)
            await home.quiet()
            assert "Kenya" not in shown(home.replies(channel, first.ts)[-1])
            await ana.say(channel, "Since when?", first.ts)
            await home.reply(channel, first.ts, 3)
        again, after = home.answering.asked[2:]
        assert again.scope == after.scope == Scope(("peru*",))
        assert again.conversation == after.conversation != home.answering.asked[0].conversation
        assert "Kenya" not in str((again.turns, after.turns))


@pytest.mark.parametrize("allowed", [True, False])
async def test_an_answer_kept_before_a_crash_is_shown_only_if_it_still_may_be(tmp_path: Path, allowed: bool) -> None:
    """The process that made it could not show it; the next one may have other rights."""
    async with house(tmp_path) as home:
        channel, ana = home.slack.channel(), home.slack.user()
        message = home.slack.world.add_message(channel, user=ana.id, team="T1", text="Who leads the mission?")
        question = SlackQuestion("mention", "T1", None, channel.id, message.ts, message.ts, ana.id, "T1", message.text)
        conversation = str(question.place and question.place.conversation)
        new = NewQuestion("q1", "k1", conversation, f"T1:{ana.id}", message.text, question.as_json())
        now = datetime.now(UTC) - timedelta(seconds=60)
        assert home.inbox.accept(["k1"], new, now)
        assert home.inbox.take("dead", now, 1.0, 1)
        answer = replace(quoting(), id="q1", conversation_id=conversation, question=message.text)
        home.history.finish(a_record(answer))
        allowing(home, C1={"documents": ["*" if allowed else "peru*"]})
        async with home.open():
            reply = await home.reply(channel, message.ts)
        assert ("Kenya" in shown(reply)) == allowed
        assert len(home.answering.asked) == (0 if allowed else 1)


# Buttons that say what we never said


class Windows:
    """An API that keeps the windows that were opened."""

    def __init__(self) -> None:
        self.views: list[View] = []

    async def call(self, team: str, method: str, **arguments: Any) -> dict[str, Any]:
        self.views.append(arguments["view"])
        return {"view": {"id": "V1", "hash": "h"}}


class Library:
    """Two answers, one of them about what lies outside."""

    def __init__(self) -> None:
        close = an_abstention().closest * 2
        self.answers = {"inside": quoting(), "outside": quoting(citations=(citation(Document("x.md", SECRET)),))}
        self.answers["close"] = an_abstention(closest=close)

    async def record(self, answer_id: str) -> Record:
        if answer_id not in self.answers:
            raise AnswerNotFound("no")
        return a_record(self.answers[answer_id])

    async def document(self, id: str, *, scope: Scope = EVERYTHING) -> Document:
        found = {"haiti.md": HAITI, "x.md": Document("x.md", SECRET)}.get(id)
        if found is None or not scope.allows(id):
            raise DocumentNotFound(id)
        return found


IDS = st.sampled_from(["inside", "outside", "close", "gone", "", "a" * 300, "\0", "ï"]) | hostile_text(40)
NUMBERS = st.sampled_from(["1", "2", "01", "-1", "c0", "c1", "c2", "c-1", "c", "c١", "1e3", "9" * 5000, "", " 1"])
OFFSETS = st.sampled_from(["", ":0", ":-5", ":999999999999", ":" + "9" * 5000, ":y", ":1:1", ":٣", ":1.5", ":\n"])
VALUES = st.builds(lambda id, number, offset: f"{id}:{number}{offset}", IDS, NUMBERS, OFFSETS) | hostile_text(80)


@given(VALUES)
def test_whatever_a_button_says_opens_a_window_that_slack_takes(value: str) -> None:
    """With a document that may be read there, or with a sentence; never with anything else."""
    api = Windows()
    passages = Passages(api, Library(), CHANNELS, SITE)  # type: ignore[arg-type]
    pressed = Interaction.of({"channel": {"id": "C1"}, "trigger_id": "t"})
    asyncio.run(passages.open(pressed, value, Caller("T1", None, "U1", "T1")))
    _loading, opened = api.views
    assert list(check_view(opened)) == []
    assert "Heron" not in str(opened)
    sentences = (WORDS.answer_forgotten, WORDS.document_unavailable)
    assert {*sentences, "Haiti — haiti.md"} & {*words_of(opened["blocks"])}


@pytest.mark.parametrize("metadata", ["", "[]", "null", "{", '{"channel": 1}', '{"channel": null}', "[" * 3000, "\0"])
def test_metadata_that_is_none_of_ours_carries_nothing(metadata: str) -> None:
    """An older version may have opened the view."""
    assert metadata_of({"private_metadata": metadata}) == {}


FORGED = ("", "x", "{id}", "{id}:99", "{id}:1:y", "{id}:1:-5", "{id}:c7", "{id}:c", "{id}:c-1", "{id}:1:1:1", "\0:1")


async def test_forged_buttons_are_refused_in_words(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """From the message to the window, through everything in between; nothing fails on the way."""
    async with house(tmp_path) as home, home.open():
        channel, ana = home.slack.channel(), home.slack.user()
        cited = await home.reply(channel, (await ana.mention(channel, "Who?")).message.ts)
        id = home.inbox.recent(f"T1:{ana.id}", 1)[0].id
        for value in FORGED:
            with_value(cited, actions.SHOW_PASSAGE, value.format(id=id))
            assert await pressed(home, ana, cited, actions.SHOW_PASSAGE) == notice(WORDS.answer_forgotten)
            await ana.close(ana.view)
        assert caplog.messages == []


@pytest.mark.parametrize("value", ["{id}", "{id}:", "{id}:UP", "{id}:sideways", ":up", "gone:up", "\0:down", "é:up"])
async def test_a_vote_that_says_neither_is_none(tmp_path: Path, value: str) -> None:
    """It is not counted against the answer, and who pressed is told."""
    async with house(tmp_path) as home, home.open():
        channel, ana = home.slack.channel(), home.slack.user()
        reply = await home.reply(channel, (await ana.mention(channel, "Who?")).message.ts)
        id = home.inbox.recent(f"T1:{ana.id}", 1)[0].id
        for element in feedback_of(reply):
            element["positive_button"]["value"] = value.format(id=id)
        await ana.click(reply, actions.VOTE, "positive")
        await private(home, ana, WORDS.answer_forgotten)
        assert home.feedback.of(id) == []


def feedback_of(message: Message) -> Iterator[dict[str, Any]]:
    for block in message.blocks:
        yield from (one for one in block.get("elements", ()) if one.get("type") == "feedback_buttons")


async def test_nobody_shares_the_private_answer_of_another(tmp_path: Path) -> None:
    """A button that names it is refused in the same words as one that names none."""
    async with house(tmp_path) as home, home.open():
        channel, ana, ben = home.slack.channel(), home.slack.user(), home.slack.user("ben")
        await ana.command("/ask", "Who leads the mission, between us?", channel)
        await private(home, ana, "Kenya leads")
        id = home.inbox.recent(f"T1:{ana.id}", 1)[0].id
        await ben.command("/ask", "Who?", channel)
        own = await private(home, ben, "Kenya leads")
        for forged in (id, "gone", f"{id}\0", "é"):
            known = len(ben.ephemerals)
            with_value(own, actions.SHARE, forged)
            await ben.click(own, actions.SHARE)
            await home.until(lambda known=known: len(ben.ephemerals) > known)
            assert shown(ben.ephemerals[-1]).strip() == WORDS.answer_forgotten
        await home.quiet()
        assert home.replies(channel) == []
