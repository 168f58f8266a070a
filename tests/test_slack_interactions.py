"""What people press, type into forms and open in Slack: commands, shortcuts, sources, votes, menus, tabs, links."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bot.errors import HistoryUnavailable, NotReady
from bot.feedback import Opinion
from bot.scope import EVERYTHING, Scope
from bot.shipped import shipped_folder
from bot.slack import actions
from bot.slack.channels import Channels
from bot.slack.documents_menu import DocumentsMenu
from bot.slack.limits import SELECT_OPTIONS
from fakeslack import faults
from fakeslack.delivery import Delivered
from fakeslack.elements import elements
from fakeslack.people import Person
from fakeslack.workspace import Channel, Message, View
from index.document import Document
from index.errors import IndexProblem
from tests.records import an_abstention
from tests.slack_house import HAITI, House, citation, house, quoting, shown, words_of

PERU = Document("peru.md", "Lima is the capital of Peru.\n", "Peru")
SITE = "https://docs.example.test"
HALF_AN_HOUR_S = 1800.0
SEARCHING = "Searching the documents …"


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    """A house whose service listens."""
    async with house(tmp_path) as made, made.open():
        yield made


@pytest.fixture(params=["socket", "http"])
async def either(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """The same over each transport, for what travels differently."""
    async with house(tmp_path, request.param) as made, made.open():
        yield made


@pytest.fixture
async def linked(tmp_path: Path) -> AsyncIterator[House]:
    """One whose pages can be reached, so that Slack tells it of links to them; one channel may ask about Peru only."""
    tables = {"C2": {"documents": ["peru*"]}, "direct": {"documents": ["haiti*"]}}
    async with house(tmp_path, public_url=SITE, slack_channels=tables) as made:
        made.slack.delivery.audience.unfurl_domains = {"docs.example.test"}
        made.answering.documents[PERU.id] = PERU
        yield made


async def answered(home: House, channel: Channel, text: str = "Who leads the mission?") -> Message:
    """The answer to a mention."""
    delivered = await home.slack.user().mention(channel, text)
    return await home.reply(channel, delivered.message.ts)


async def private(home: House, person: Person, words: str) -> Message:
    """The message that only that person sees and that says so."""
    return await home.until(lambda: next((one for one in person.ephemerals if words in shown(one)), None))


async def in_direct(home: House, person: Person, words: str) -> Message:
    """The message in the person's own conversation that says so."""
    return await home.until(lambda: next((one for one in home.replies(person.direct) if words in shown(one)), None))


async def form(home: House, person: Person, delivered: Delivered) -> View:
    """The modal that a shortcut has opened."""
    assert delivered.acked
    return (await home.until(lambda: person.views))[-1]


def remote(home: House) -> Channel:
    """A channel that the bot is not in, and may not write to."""
    return home.slack.channel("remote", kind="private", with_bot=False, members=["ana", "ben"])


def forget(home: House) -> None:
    """All answers are too old to be kept."""
    home.history.forget_old(datetime.now(UTC) + timedelta(days=1000))


# `/ask`


async def test_a_command_is_answered_for_its_asker_alone(either: House) -> None:
    """The answer takes the place of the word that it is being looked for; nothing is posted."""
    channel, ana, ben = either.slack.channel(), either.slack.user(), either.slack.user("ben")
    delivered = await ana.command("/ask", "Who leads the mission?", channel)
    assert delivered.response == {"response_type": "ephemeral", "text": SEARCHING}
    await private(either, ana, "Kenya leads the mission. [1]")
    await either.quiet()
    (answer,) = ana.ephemerals
    assert answer is delivered.message
    assert answer.channel == channel.id
    assert actions.SHARE in str(answer.blocks)
    assert actions.VOTE in str(answer.blocks)
    assert ben.ephemerals == either.slack.transcript(channel, viewer=ben) == []
    assert [one.question for one in either.answering.asked] == ["Who leads the mission?"]


async def test_a_private_answer_can_be_shared(either: House) -> None:
    """Everybody in the channel sees it then, and who had asked; sharing it twice shows it once."""
    channel, ana, ben = either.slack.channel(), either.slack.user(), either.slack.user("ben")
    await ana.command("/ask", "Who leads the mission?", channel)
    answer = await private(either, ana, "Kenya")
    for _ in range(2):
        assert (await ana.click(answer, actions.SHARE)).acked
    await either.until(lambda: either.replies(channel, viewer=ben.id))
    await either.quiet()
    (public,) = either.replies(channel, viewer=ben.id)
    assert "Who leads the mission?" in shown(public)
    assert "Kenya leads the mission. [1]" in shown(public)
    assert f"'user_id': '{ana.id}'" in str(public.blocks)
    assert actions.SHARE not in str(public.blocks)
    assert ana.ephemerals == [answer]


async def test_a_command_works_where_the_bot_is_not(home: House) -> None:
    """Slack lets an app answer a command anywhere, and share its answer in the same way."""
    channel, ana, ben = remote(home), home.slack.user(), home.slack.user("ben")
    await ana.command("/ask", "Who leads the mission?", channel)
    answer = await private(home, ana, "Kenya")
    await ana.click(answer, actions.SHARE)
    (public,) = await home.until(lambda: home.replies(channel, viewer=ben.id))
    assert "Kenya leads the mission." in shown(public)
    assert public.ephemeral_to is None


async def test_an_answer_that_is_forgotten_cannot_be_shared(home: House) -> None:
    """Who tries is told so, and nobody else."""
    channel, ana = home.slack.channel(), home.slack.user()
    await ana.command("/ask", "Who leads the mission?", channel)
    answer = await private(home, ana, "Kenya")
    forget(home)
    await ana.click(answer, actions.SHARE)
    await private(home, ana, "no longer kept")
    assert home.replies(channel) == []


async def test_a_command_without_a_question_gets_help_with_examples(either: House) -> None:
    """An example that is pressed is answered in the help's place, for the same person."""
    channel, ana = either.slack.channel(), either.slack.user()
    help = (await ana.command("/ask", "", channel)).message
    assert "Who pays for it?" in shown(help)
    assert (await ana.click(help, actions.EXAMPLE, "Who pays for it?")).acked
    await private(either, ana, "Kenya leads the mission.")
    await either.quiet()
    assert ana.ephemerals == [help]
    assert either.replies(channel) == []
    assert [one.question for one in either.answering.asked] == ["Who pays for it?"]


async def test_an_example_in_private_help_shows_that_it_is_being_answered(home: House) -> None:
    """There is no other sign for one person alone."""
    gate = asyncio.Event()

    async def slow(question: str) -> AsyncGenerator[str, None]:
        await gate.wait()
        yield "Kenya leads the mission."

    home.answering.scripts["Who pays for it?"] = slow
    ana = home.slack.user()
    help = (await ana.command("/ask", "", home.slack.channel())).message
    await ana.click(help, actions.EXAMPLE, "Who pays for it?")
    await home.until(lambda: help.text == SEARCHING)
    gate.set()
    await private(home, ana, "Kenya leads the mission.")


async def test_an_answer_that_comes_too_late_for_its_address_is_told_elsewhere(home: House) -> None:
    """Slack's address holds for half an hour; the asker is told in their own conversation to ask again."""
    gate = asyncio.Event()

    async def slow(question: str) -> AsyncGenerator[str, None]:
        await gate.wait()
        yield "Kenya leads the mission."

    home.answering.scripts["Who?"] = slow
    ana = home.slack.user()
    await ana.command("/ask", "Who?", home.slack.channel())
    await home.until(lambda: home.answering.asked)
    await home.slack.clock.advance(HALF_AN_HOUR_S + 1)
    gate.set()
    await in_direct(home, ana, "Please ask again")
    await home.quiet()


async def test_a_command_that_asks_too_much_is_told_so(home: House) -> None:
    """In the place of the answer, with the limit."""
    ana = home.slack.user()
    delivered = await ana.command("/ask", "why " * 2000, home.slack.channel())
    await private(home, ana, "at most 2000 characters")
    assert ana.ephemerals == [delivered.message]


async def test_many_commands_at_once_are_all_acknowledged_and_answered(either: House) -> None:
    """However busy the answerer is, nobody sees Slack's own complaint."""
    gate = asyncio.Event()

    async def slow(question: str) -> AsyncGenerator[str, None]:
        await gate.wait()
        yield f"Kenya answers {question}"

    channel, people = either.slack.channel(), [either.slack.user(f"p{number}") for number in range(12)]
    for number in range(12):
        either.answering.scripts[f"Who {number}?"] = slow
    asked = [one.command("/ask", f"Who {number}?", channel) for number, one in enumerate(people)]
    assert all(one.acked for one in await asyncio.gather(*asked))
    gate.set()
    for number, person in enumerate(people):
        await private(either, person, f"Kenya answers Who {number}?")
        assert len(person.ephemerals) == 1


# Shortcuts and their form


async def test_a_message_can_be_answered_for_everybody(either: House) -> None:
    """Its words can be edited first; the thread's readers, who have not seen the form, see what was asked."""
    channel, ana, ben = either.slack.channel(), either.slack.user(), either.slack.user("ben")
    message = (await ben.say(channel, "Who leads the <#C9|mission> & why?")).message
    view = await form(either, ana, await ana.shortcut(actions.ANSWER_MESSAGE, message))
    assert "Who leads the #mission & why?" in str(view.payload)
    await ana.submit(view, {actions.QUESTION: "Who leads the mission?", actions.ANSWER_WHERE: actions.IN_THREAD})
    assert ana.views == []
    reply = await either.reply(channel, message.ts)
    assert reply.thread_ts == message.ts
    assert "Who leads the mission?" in shown(reply)
    assert "Kenya leads the mission. [1]" in shown(reply)
    assert f"'user_id': '{ana.id}'" in str(reply.blocks)
    assert [one.question for one in either.answering.asked] == ["Who leads the mission?"]


async def test_a_message_is_answered_privately_unless_somebody_wants_it_otherwise(home: House) -> None:
    """In the person's own conversation with the bot, which the question begins; the channel sees nothing."""
    channel, ana = home.slack.channel(), home.slack.user()
    message = (await home.slack.user("ben").say(channel, "Who leads the mission?")).message
    view = await form(home, ana, await ana.shortcut(actions.ANSWER_MESSAGE, message))
    await ana.submit(view)
    answer = await in_direct(home, ana, "Kenya leads the mission. [1]")
    await home.quiet()
    root, *_ = home.replies(ana.direct)
    assert "Who leads the mission?" in shown(root)
    assert answer.thread_ts == root.ts
    assert home.replies(channel) == home.replies(channel, message.ts) == []


async def test_a_shortcut_in_a_thread_answers_in_that_thread(home: House) -> None:
    """Not below the one message that it was chosen on."""
    channel, ana, ben = home.slack.channel(), home.slack.user(), home.slack.user("ben")
    root = (await ben.say(channel, "About Haiti:")).message
    message = (await ben.say(channel, "Who leads the mission?", root)).message
    view = await form(home, ana, await ana.shortcut(actions.ANSWER_MESSAGE, message))
    await ana.submit(view, {actions.ANSWER_WHERE: actions.IN_THREAD})
    assert (await home.reply(channel, root.ts)).thread_ts == root.ts


async def test_a_form_that_cannot_be_opened_in_time_is_said_so(home: House) -> None:
    """Where the shortcut was chosen, to who chose it; if it came from nowhere, in their own conversation."""
    channel, ana = home.slack.channel(), home.slack.user()
    message = (await ana.say(channel, "Who leads the mission?")).message
    home.slack.faults.add("views.open", faults.error("expired_trigger_id"), times=2)
    await ana.shortcut(actions.ANSWER_MESSAGE, message)
    await private(home, ana, "could not be opened")
    await ana.global_shortcut(actions.ASK)
    await in_direct(home, ana, "could not be opened")
    assert ana.views == []


async def test_a_thread_that_the_bot_is_not_in_is_answered_by_a_hint(home: House) -> None:
    """The asker learns why nothing comes there."""
    channel, ana = remote(home), home.slack.user()
    message = (await ana.say(channel, "Who leads the mission?")).message
    view = await form(home, ana, await ana.shortcut(actions.ANSWER_MESSAGE, message))
    await ana.submit(view, {actions.ANSWER_WHERE: actions.IN_THREAD})
    await in_direct(home, ana, "I am not in this channel")
    await home.quiet()


async def test_a_question_can_be_asked_from_nowhere(either: House) -> None:
    """There is no thread to choose, so it is answered in the person's own conversation."""
    ana = either.slack.user()
    view = await form(either, ana, await ana.global_shortcut(actions.ASK))
    assert actions.ANSWER_WHERE not in str(view.payload)
    await ana.submit(view, {actions.QUESTION: "Who leads the mission?"})
    assert ana.views == []
    await in_direct(either, ana, "Kenya leads the mission. [1]")


@pytest.mark.parametrize(("typed", "complaint"), [(" \n ", "What is your question?"), ("why " * 600, "2000")])
async def test_the_form_says_what_is_wrong_with_a_question(home: House, typed: str, complaint: str) -> None:
    """It stays open with what was typed, and takes a better one."""
    ana = home.slack.user()
    view = await form(home, ana, await ana.global_shortcut(actions.ASK))
    await ana.submit(view, {actions.QUESTION: typed})
    assert complaint in ana.errors[actions.QUESTION]
    assert ana.views == [view]
    await ana.submit(view, {actions.QUESTION: "Who leads the mission?"})
    await in_direct(home, ana, "Kenya")
    assert [one.question for one in home.answering.asked] == ["Who leads the mission?"]


async def test_a_form_for_a_message_without_words_or_with_too_many_opens(home: House) -> None:
    """What is too long is cut to what can be asked."""
    channel, ana = home.slack.channel(), home.slack.user()
    for text, length in (("", 0), ("why " * 3000, 2000)):
        message = home.slack.world.add_message(channel, user=ana.id, text=text)
        view = await form(home, ana, await ana.shortcut(actions.ANSWER_MESSAGE, message))
        (field,) = [one for one in elements(view.payload["blocks"]) if one.action_id == actions.QUESTION]
        assert length - 1 <= len(field.content.get("initial_value", "")) <= length
        await ana.close(view)


# The menu of documents


async def test_one_document_can_be_asked_about(either: House) -> None:
    """It is found by what is typed, and the answer keeps to it."""
    either.answering.documents[PERU.id] = PERU
    ana = either.slack.user()
    view = await form(either, ana, await ana.global_shortcut(actions.ASK))
    offered = await ana.options(view, actions.DOCUMENT, "HAI")
    assert [(one["text"]["text"], one["value"]) for one in offered] == [("Haiti", "haiti.md")]
    await ana.submit(view, {actions.QUESTION: "Who leads the mission?", actions.DOCUMENT: "Haiti"})
    await in_direct(either, ana, "Kenya")
    assert either.answering.asked[0].scope == Scope(document="haiti.md")


async def test_a_conversation_goes_on_from_an_answer_out_of_one_document(home: House) -> None:
    """What follows may be about all documents again, and is understood by what was said before."""
    ana = home.slack.user()
    await ana.global_shortcut(actions.ASK)
    await home.until(lambda: ana.views)
    await ana.submit(ana.view, {actions.QUESTION: "Who leads the mission?", actions.DOCUMENT: "Haiti"})
    await home.until(lambda: len(home.replies(ana.direct)) == 2)
    await home.quiet()
    root = home.replies(ana.direct)[0].ts
    await ana.dm("And who pays for it?", root)
    await home.until(lambda: len(home.answering.asked) == 2)
    assert [turn.question for turn in home.answering.asked[1].turns] == ["Who leads the mission?"]


async def test_a_menu_may_find_nothing(home: House) -> None:
    """Then nothing can be chosen."""
    ana = home.slack.user()
    view = await form(home, ana, await ana.global_shortcut(actions.ASK))
    assert await ana.options(view, actions.DOCUMENT, "no such title") == []


async def test_a_menu_shows_no_more_than_slack_takes(home: House) -> None:
    """The rest is found by typing; titles are cut to what fits, and may say nothing."""
    titles = ["\u200b", "x" * 200, *(f"Report {number}" for number in range(148))]
    for number, title in enumerate(titles):
        home.answering.documents[f"{number}.md"] = Document(f"{number}.md", "Text.", title)
    ana = home.slack.user()
    view = await form(home, ana, await ana.global_shortcut(actions.ASK))
    offered = await ana.options(view, actions.DOCUMENT)
    assert len(offered) == SELECT_OPTIONS
    assert all(0 < len(one["text"]["text"]) <= 75 for one in offered)
    assert "0.md" in [one["text"]["text"] for one in offered]
    assert [one["text"]["text"] for one in await ana.options(view, actions.DOCUMENT, "report 147")] == ["Report 147"]


async def test_a_channel_is_offered_only_what_it_may_ask_about(linked: House) -> None:
    """The menu of its form holds no other title; nor can a document be asked about where it may not be."""
    async with linked.open():
        linked.slack.channel()
        ana, channel = linked.slack.user(), linked.slack.channel("peru")
        assert channel.id == "C2"
        message = (await ana.say(channel, "What is the capital?")).message
        view = await form(linked, ana, await ana.shortcut(actions.ANSWER_MESSAGE, message))
        assert [one["value"] for one in await ana.options(view, actions.DOCUMENT)] == ["peru.md"]
        await ana.submit(view, {actions.DOCUMENT: "Peru"})
        assert "may not read it" in ana.errors[actions.DOCUMENT]
        await ana.submit(view, {actions.DOCUMENT: "Peru", actions.ANSWER_WHERE: actions.IN_THREAD})
        await linked.reply(channel, message.ts)
    assert linked.answering.asked[0].scope == Scope(("peru*",), "peru.md")


async def _slow(scope: Scope) -> list[tuple[str, str]]:
    await asyncio.Event().wait()
    return []


async def _broken(scope: Scope) -> list[tuple[str, str]]:
    raise IndexProblem("the index is gone")


async def _indexing(scope: Scope) -> list[tuple[str, str]]:
    raise NotReady(50)


@pytest.mark.parametrize("titles", [_slow, _broken, _indexing])
async def test_a_menu_without_an_index_stays_empty(titles: Any) -> None:
    """Slack gives it three seconds; asking about everything is still possible then."""
    menu = DocumentsMenu(titles, Channels.load({}, shipped_folder("prompts")), within_s=0.01)
    assert await menu.options({"value": "hai", "view": {"private_metadata": "{}"}}) == []


# Sources


LONG = Document("long.md", "".join(f"Line {number:04} of a long document.\n" for number in range(600)), "Long")
MIDDLE = LONG.text.index("Line 0300")


async def opened(home: House, person: Person, message: Message, action: str = actions.SHOW_PASSAGE) -> View:
    """The window that a source's button opens, with its content."""
    assert (await person.click(message, action)).acked
    await home.until(lambda: person.views and "Opening the document" not in str(person.view.payload))
    return person.view


async def turned(home: House, person: Person, view: View, label: str) -> bool:
    """Press a button of the window that leads to another page; False if there is none."""
    buttons = [one for one in elements(view.payload["blocks"]) if one.content["text"]["text"] == label]
    if not buttons:
        return False
    before = view.hash
    assert (await person.click(view, actions.PASSAGE_PAGE, buttons[0].values[0])).acked
    await home.until(lambda: view.hash != before)
    return True


def passage(view: View) -> str:
    """The document's words in the window."""
    (block,) = [block for block in view.payload["blocks"] if block["type"] == "rich_text"]
    return "".join(words_of(block))


def bold(view: View) -> str:
    """Those that are quoted."""
    (block,) = [block for block in view.payload["blocks"] if block["type"] == "rich_text"]
    return "".join(part["text"] for part in block["elements"][0]["elements"] if part.get("style", {}).get("bold"))


def answering_from(home: House, document: Document, start: int, end: int) -> None:
    """Has the usual question answered by those words."""
    home.answering.documents[document.id] = document
    home.answering.answers["Who leads the mission?"] = quoting(citations=(citation(document, start, end),))


async def test_a_source_opens_at_its_exact_words(either: House) -> None:
    """At once, before the document is at hand; then the quote stands in its surroundings, for anybody who presses."""
    answering_from(either, LONG, MIDDLE, MIDDLE + 9)
    channel, ben = either.slack.channel(), either.slack.user("ben")
    view = await opened(either, ben, await answered(either, channel))
    assert bold(view) == LONG.text[MIDDLE : MIDDLE + 9] == "Line 0300"
    assert passage(view) in LONG.text
    assert "Line 0299" in passage(view)
    assert [one.method for one in either.slack.calls if one.method.startswith("views.")] == [
        "views.open",
        "views.update",
    ]
    assert either.slack.user().views == []


async def test_a_document_can_be_read_from_end_to_end(home: House) -> None:
    """Pages leave nothing out in either direction, and lead back to the quote."""
    answering_from(home, LONG, MIDDLE, MIDDLE + 9)
    ana = home.slack.user()
    view = await opened(home, ana, await answered(home, home.slack.channel()))
    ahead = [passage(view)]
    while await turned(home, ana, view, "Later"):
        ahead.append(passage(view))
    back = ahead[-1:]
    while await turned(home, ana, view, "Earlier"):
        back.append(passage(view))
    assert ahead[-1].endswith("Line 0599 of a long document.\n")
    assert back[-1].startswith("Line 0000")
    assert all(f"Line {number:04}" in "".join(ahead) for number in range(300, 600))
    assert all(f"Line {number:04}" in "".join(back) for number in range(600))


async def test_two_presses_at_once_turn_one_page(home: House, caplog: pytest.LogCaptureFixture) -> None:
    """Slack refuses the second, which nobody needs to hear of."""
    answering_from(home, LONG, 0, 9)
    ana = home.slack.user()
    view = await opened(home, ana, await answered(home, home.slack.channel()))
    (later,) = [one for one in elements(view.payload["blocks"]) if one.action_id == actions.PASSAGE_PAGE]
    first = passage(view)
    await asyncio.gather(*(ana.click(view, actions.PASSAGE_PAGE, later.values[0]) for _ in range(2)))
    await home.until(lambda: len(home.slack.calls_of("views.update")) == 3)
    await home.until(lambda: all(one.response for one in home.slack.calls_of("views.update")))
    assert passage(view) != first
    assert "hash_conflict" in str([one.response for one in home.slack.calls_of("views.update")])
    assert await turned(home, ana, view, "Earlier")
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


async def test_another_version_of_the_document_is_shown_as_such(home: House) -> None:
    """The words may have moved or gone, so none are said to be the quote; it may even be shorter by now."""
    answering_from(home, LONG, MIDDLE, MIDDLE + 9)
    message = await answered(home, home.slack.channel())
    home.answering.documents[LONG.id] = Document(LONG.id, "Everything is different now.", "Long")
    view = await opened(home, home.slack.user(), message)
    assert "has changed since the answer" in str(view.payload)
    assert passage(view) == "Everything is different now."
    assert bold(view) == ""


async def test_the_source_of_a_forgotten_answer_is_not_known(home: House) -> None:
    """The window says that the answer is no longer kept."""
    message = await answered(home, home.slack.channel())
    forget(home)
    view = await opened(home, home.slack.user(), message)
    assert "no longer kept" in str(view.payload)


async def test_a_document_that_is_gone_is_not_there_any_more(home: House) -> None:
    """In the same words as one that may not be read."""
    message = await answered(home, home.slack.channel())
    home.answering.documents.clear()
    view = await opened(home, home.slack.user(), message)
    assert "not there any more, or you may not read it" in str(view.payload)


@pytest.mark.parametrize(
    ("problem", "words"), [(NotReady(50), "still being read"), (IndexProblem("damaged"), "cannot answer at the moment")]
)
async def test_a_window_does_not_wait_for_ever(home: House, problem: Exception, words: str) -> None:
    """Without an index it says so, instead of that it is opening."""
    message = await answered(home, home.slack.channel())

    async def failing(id: str, *, scope: Scope = EVERYTHING) -> Document:
        raise problem

    home.answering.document = failing  # type: ignore[method-assign]
    view = await opened(home, home.slack.user(), message)
    assert words in str(view.payload)


async def test_a_passage_that_came_close_can_be_read(home: House) -> None:
    """Also what did not answer the question has its surroundings."""
    home.answering.answers["Who?"] = an_abstention()
    message = await answered(home, home.slack.channel(), "Who?")
    view = await opened(home, home.slack.user(), message, actions.SHOW_CLOSEST)
    assert passage(view) == HAITI.text


# Votes


def opinions(home: House) -> list[Opinion]:
    """What people think of the last answer that anybody thinks anything of."""
    judged = home.feedback.all()
    return list(judged[0].opinions) if judged else []


async def test_thanks_for_a_vote_are_seen_by_the_voter_alone(either: House) -> None:
    """In the thread of the answer."""
    channel, ana, ben = either.slack.channel(), either.slack.user(), either.slack.user("ben")
    message = await answered(either, channel)
    assert (await ben.click(message, actions.VOTE, "positive")).acked
    thanks = await private(either, ben, "Thank you")
    assert thanks.thread_ts == message.thread_ts
    assert ana.ephemerals == []
    assert opinions(either) == [Opinion(f"T1:{ben.id}", True, None, False)]


async def test_a_vote_can_change_and_have_a_reason(either: House) -> None:
    """The last one counts; a vote against asks why, and the answer to that is kept."""
    channel, ana = either.slack.channel(), either.slack.user()
    message = await answered(either, channel)
    await ana.click(message, actions.VOTE, "positive")
    await private(either, ana, "Thank you")
    view = await form(either, ana, await ana.click(message, actions.VOTE, "negative"))
    assert opinions(either) == [Opinion(f"T1:{ana.id}", False, None, False)]
    await ana.submit(view, {actions.REASON: "It is the UN that leads it."})
    await either.until(lambda: opinions(either)[0].reason)
    assert opinions(either) == [Opinion(f"T1:{ana.id}", False, "It is the UN that leads it.", False)]
    assert ana.views == []


async def test_two_people_have_two_opinions(home: House) -> None:
    """Neither changes the other's; a form without a word adds nothing."""
    channel, ana, ben = home.slack.channel(), home.slack.user(), home.slack.user("ben")
    message = await answered(home, channel)
    await ana.click(message, actions.VOTE, "positive")
    view = await form(home, ben, await ben.click(message, actions.VOTE, "negative"))
    await ben.submit(view)
    await home.until(lambda: len(opinions(home)) == 2)
    assert {one.person: (one.up, one.reason) for one in opinions(home)} == {
        f"T1:{ana.id}": (True, None),
        f"T1:{ben.id}": (False, None),
    }


async def test_a_question_without_an_answer_can_be_missed(either: House) -> None:
    """That it should be answered is noted, and the person thanked."""
    either.answering.answers["Who?"] = an_abstention()
    ana = either.slack.user()
    message = await answered(either, either.slack.channel(), "Who?")
    assert (await ana.click(message, actions.MISSING)).acked
    await private(either, ana, "noted as one that the documents should answer")
    assert opinions(either) == [Opinion(f"T1:{ana.id}", None, None, True)]


async def test_a_vote_about_a_forgotten_answer_is_answered_so(home: House) -> None:
    """Instead of thanks."""
    message, ana = await answered(home, home.slack.channel()), home.slack.user()
    forget(home)
    await ana.click(message, actions.VOTE, "positive")
    await private(home, ana, "no longer kept")
    assert opinions(home) == []


async def test_a_vote_that_cannot_be_kept_is_said_so(home: House) -> None:
    """Nobody is thanked for nothing."""

    def failing(*vote: object) -> None:
        raise HistoryUnavailable("the disk is full")

    message, ana = await answered(home, home.slack.channel()), home.slack.user()
    home.feedback.vote = failing  # type: ignore[method-assign]
    await ana.click(message, actions.VOTE, "negative")
    await private(home, ana, "cannot answer at the moment")
    assert ana.views == []


async def test_a_private_answer_can_be_voted_on_where_the_bot_is_not(home: House) -> None:
    """Thanks come the way that the answer came."""
    channel, ana = remote(home), home.slack.user()
    await ana.command("/ask", "Who leads the mission?", channel)
    answer = await private(home, ana, "Kenya")
    await ana.click(answer, actions.VOTE, "positive")
    await private(home, ana, "Thank you")
    assert "Kenya" in shown(answer)
    assert [one.up for one in opinions(home)] == [True]


# Whatever else there is


PERSON = {"id": "U1", "team_id": "T1"}
COMMON = {"team": {"id": "T1"}, "user": PERSON, "api_app_id": "A1", "trigger_id": "1.2", "token": "t"}
VIEW = {"id": "V1", "type": "modal", "callback_id": "unheard_of", "state": {"values": {}}, "hash": "1", "blocks": []}
PRESSED = {"action_id": "unheard_of", "block_id": "b", "type": "button", "value": "1", "action_ts": "1.1"}


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("interactive", {"type": "block_actions", "actions": [PRESSED], "container": {"type": "message"}}),
        ("interactive", {"type": "block_actions", "actions": [PRESSED], "view": VIEW}),
        ("interactive", {"type": "block_actions", "actions": [{**PRESSED, "action_id": actions.OPEN_WEB}]}),
        ("interactive", {"type": "view_submission", "view": VIEW}),
        ("interactive", {"type": "view_closed", "view": VIEW, "is_cleared": False}),
        ("interactive", {"type": "shortcut", "callback_id": "unheard_of", "action_ts": "1.1"}),
        (
            "interactive",
            {"type": "message_action", "callback_id": "unheard_of", "message": {}, "channel": {"id": "C1"}},
        ),
        ("interactive", {"type": "block_suggestion", "action_id": "unheard_of", "block_id": "b", "value": "x"}),
        ("interactive", {"type": "interactive_message", "actions": [{"name": "a"}], "callback_id": "unheard_of"}),
        ("interactive", {"type": "dialog_submission", "callback_id": "unheard_of", "submission": {}, "state": ""}),
        ("slash_commands", {"command": "/unheard-of", "text": "", "team_id": "T1", "user_id": "U1"}),
    ],
)
async def test_whatever_is_pressed_is_acknowledged(
    either: House, kind: Any, payload: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """An older version of the app, or a newer one, may have offered it."""
    told = payload if kind == "slash_commands" else {**COMMON, **payload}
    assert (await either.slack.delivery.deliver(kind, told)).acked
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


# Links to our pages


def page(document: Document, query: str = "") -> str:
    return f"{SITE}/documents/{quote(document.id)}{query}"


async def test_a_link_to_a_document_shows_its_title(linked: House) -> None:
    """And nothing that it says, though the link points at words; other pages are none of ours."""
    async with linked.open():
        channel, ana = linked.slack.channel(), linked.slack.user()
        link = page(HAITI, "?start=0&end=24")
        message = (await ana.say(channel, f"See <{link}> and <{SITE}/admin> and <{SITE}/documents/gone.md>")).message
        await linked.until(lambda: message.unfurls)
    assert list(message.unfurls) == [link]
    assert words_of(message.unfurls[link]) == ["Haiti"]


async def test_a_link_shows_no_title_where_it_may_not_be_known(linked: House) -> None:
    """A channel that may not ask about a document does not learn what it is called, nor that it exists."""
    async with linked.open():
        linked.slack.channel()
        channel, ana = linked.slack.channel("peru"), linked.slack.user()
        hidden = (await ana.say(channel, f"See <{page(HAITI)}>")).message
        known = (await ana.say(channel, f"See <{page(PERU)}>")).message
        await linked.until(lambda: known.unfurls)
    assert hidden.unfurls == {}
    assert "Haiti" not in str([one.arguments for one in linked.slack.calls])


async def test_a_link_that_is_being_written_shows_nothing_yet(linked: House) -> None:
    """Slack does not say which channel it will be in, and tells of it again when it is."""
    async with linked.open():
        event = {"type": "link_shared", "channel": "COMPOSER", "source": "composer", "unfurl_id": "L1", "user": "U1"}
        links = [{"domain": "docs.example.test", "url": page(PERU)}]
        assert (await linked.slack.delivery.tell({**event, "message_ts": "Uxx", "links": links}, "T1")).acked
    assert linked.slack.calls_of("chat.unfurl") == []


async def test_details_of_a_document_are_for_the_person_who_opens_it(linked: House) -> None:
    """With the words that the link points at, if the person may read the document."""
    async with linked.open():
        channel, ana = linked.slack.channel(), linked.slack.user()
        link = page(HAITI, "?start=0&end=24")
        message = (await ana.say(channel, f"See <{link}> and <{page(PERU)}>")).message
        await ana.open_link(message, link, {"id": HAITI.id})
        await linked.until(lambda: len(linked.slack.world.details) == 1)
        await ana.open_link(message, page(PERU), {"id": PERU.id})
        await linked.until(lambda: len(linked.slack.world.details) == 2)
    shown_to_her, refused = linked.slack.world.details
    assert shown_to_her["user"] == ana.id
    assert "Kenya leads the mission." in json.dumps(shown_to_her["metadata"])
    assert refused["error"]["status"] == "restricted"
    assert "Peru" not in json.dumps({**refused, "trigger_id": ""})
    assert "Lima" not in json.dumps(refused)


async def test_without_a_public_address_there_are_no_pages(tmp_path: Path) -> None:
    """Whatever a link says, it is not ours."""
    async with house(tmp_path) as made:
        made.slack.delivery.audience.unfurl_domains = {"docs.example.test"}
        async with made.open():
            assert (await made.slack.user().say(made.slack.channel(), f"See <{page(HAITI)}>")).acked
        assert made.slack.calls_of("chat.unfurl") == []


# The app's own tabs, and help


async def home_tab(home: House, person: Person, words: str = "Answers from your documents") -> View:
    """The Home tab as soon as it says that."""
    assert (await person.open_home()).acked
    return await home.until(lambda: person.home if person.home and words in str(person.home.payload) else None)


async def test_the_home_tab_tells_what_can_be_asked_and_what_was(either: House) -> None:
    """Counts, titles, examples and one's own last questions; not those of others."""
    either.answering.documents[PERU.id] = PERU
    channel, elsewhere, ana = either.slack.channel(), either.slack.channel("elsewhere"), either.slack.user()
    await answered(either, channel)
    other = await either.slack.user("ben").mention(elsewhere, "What is Ben's secret?")
    await either.reply(elsewhere, other.message.ts)
    view = await home_tab(either, ana)
    words = words_of(view.payload)
    assert "Documents: 2, passages: 6" in words
    assert {"Haiti", "Peru", "Who pays for it?", "Who leads the mission?"} <= set(words)
    assert channel.id in str(view.payload)
    assert "secret" not in str(view.payload)


async def test_an_example_on_the_home_tab_is_answered_in_ones_own_conversation(either: House) -> None:
    """The question begins a thread there, which goes on like any other."""
    ana = either.slack.user()
    view = await home_tab(either, ana)
    assert (await ana.click(view, actions.EXAMPLE, "Who pays for it?")).acked
    answer = await in_direct(either, ana, "Kenya leads the mission. [1]")
    await either.quiet()
    root = either.replies(ana.direct)[0]
    assert "Who pays for it?" in shown(root)
    assert answer.thread_ts == root.ts
    await ana.dm("And who leads it?", root)
    await either.reply(ana.direct, root.ts, 3)
    first, second = either.answering.asked
    assert second.conversation == first.conversation


async def test_a_home_tab_that_is_overtaken_is_no_problem(home: House, caplog: pytest.LogCaptureFixture) -> None:
    """Slack has a newer one then."""
    ana = home.slack.user()
    home.slack.faults.add("views.publish", faults.error("hash_conflict"))
    assert (await ana.open_home()).acked
    await home.until(lambda: home.slack.calls_of("views.publish"))
    await home_tab(home, ana)
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


async def test_the_home_tab_tells_how_far_the_index_is(home: House) -> None:
    """As long as questions cannot be answered."""
    home.ready.ready, home.ready.percent = False, 40
    await home_tab(home, home.slack.user(), "40 % are done")


async def test_questions_are_suggested_where_one_writes_to_the_bot(either: House) -> None:
    """When its Messages tab is opened: at the top, not in a thread; a long one is cut in its title only."""
    long = "Who " + "really " * 20 + "leads the mission?"
    either.examples = [long, *(f"Question {number}?" for number in range(9))]
    ana = either.slack.user()
    assert (await ana.open_home("messages")).acked
    given = await either.until(lambda: either.slack.world.prompts.get((ana.direct.id, "")))
    assert len(given["prompts"]) == 4
    assert given["prompts"][0]["message"] == long
    assert len(given["prompts"][0]["title"]) <= 60
    assert either.slack.calls_of("views.publish") == []


async def test_nothing_is_suggested_without_examples(tmp_path: Path) -> None:
    """An empty list would be refused."""
    async with house(tmp_path) as made:
        made.examples = []
        async with made.open():
            assert (await made.slack.user().open_home("messages")).acked
        assert made.slack.calls_of("assistant.threads.setSuggestedPrompts") == []


async def test_an_example_in_a_thread_s_help_is_answered_there(either: House) -> None:
    """For everybody who sees it, with who pressed it and what was asked."""
    channel, ben = either.slack.channel(), either.slack.user("ben")
    ts = (await either.slack.user().mention(channel, "")).message.ts
    help = await either.reply(channel, ts)
    assert (await ben.click(help, actions.EXAMPLE, "Who pays for it?")).acked
    answer = await either.reply(channel, ts, 2)
    assert answer.thread_ts == ts
    assert "Who pays for it?" in shown(answer)
    assert "Kenya leads the mission. [1]" in shown(answer)
    assert f"'user_id': '{ben.id}'" in str(answer.blocks)
    assert either.replies(channel) == [help, answer]
