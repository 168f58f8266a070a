"""What holds in one channel holds everywhere in it: what may be known there, and the language of the fixed words."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.channel_settings import ChannelSettings
from bot.phrases import Phrases
from bot.scope import Scope
from bot.shipped import shipped_folder
from bot.slack import actions
from bot.slack.slack_phrases import SlackPhrases
from fakeslack.people import Person
from fakeslack.workspace import Message, View
from index.document import Document
from tests.records import an_abstention
from tests.slack_house import HAITI, House, house, shown, words_of

PERU = Document("peru.md", "Lima is the capital of Peru.\n", "Peru")
HIDDEN = ("Haiti", "haiti", "Kenya", "United States", "Documents:")
ABOUT_PERU = Scope(("peru*",))


async def private(home: House, person: Person, words: str) -> Message:
    """The message that only that person sees and that says so."""
    return await home.until(lambda: next((one for one in person.ephemerals if words in shown(one)), None))


async def window(home: House, person: Person, loading: str) -> View:
    """What a source's button has opened, with its content."""
    await home.until(lambda: person.views and loading not in words_of(person.view.payload))
    return person.view


def everything_shown(home: House, person: Person) -> Iterator[str]:
    """All that the bot has said where that person could read it, and what stands before them."""
    for message in home.slack.world.messages():
        if message.bot_id and person.sees(message):
            yield shown(message)
    for view in home.slack.world.modals(person.id):
        yield str(view.payload)


async def test_a_channel_never_sees_what_it_may_not_ask_about(tmp_path: Path) -> None:
    """No quote, no title, no count, no example made of it, whatever is asked or pressed there."""
    async with house(tmp_path, slack_channels={"C1": {"documents": ["peru*"]}}) as home, home.open():
        home.answering.documents[PERU.id] = PERU
        channel, ana = home.slack.channel("peru", with_bot=False), home.slack.user()
        await ana.invite_bot(channel)
        await home.until(lambda: home.replies(channel))
        for text in ("", "Who leads it?"):
            await home.reply(channel, (await ana.mention(channel, text)).message.ts)
            await ana.command("/ask", text, channel)
        await private(home, ana, "The documents do not say.")
        message = (await ana.say(channel, "Who leads it?")).message
        await ana.shortcut(actions.ANSWER_MESSAGE, message)
        await home.until(lambda: ana.views)
        offered = await ana.options(ana.view, actions.DOCUMENT)
        told = "\n".join([str(offered), *everything_shown(home, ana)])
        assert [word for word in HIDDEN if word in told] == []
        assert [one["value"] for one in offered] == ["peru.md"]
        assert {one.scope for one in home.answering.asked} == {ABOUT_PERU}


@pytest.mark.parametrize("abstains", [False, True])
async def test_what_a_channel_could_know_before_is_not_shown_again(tmp_path: Path, abstains: bool) -> None:
    """Buttons of old answers go by what holds when they are pressed; votes on them still count."""
    async with house(tmp_path) as home:
        channel, ana, ben = home.slack.channel(), home.slack.user(), home.slack.user("ben")
        source = actions.SHOW_CLOSEST if abstains else actions.SHOW_PASSAGE
        if abstains:
            home.answering.answers["Who?"] = an_abstention()
        async with home.open():
            message = await home.reply(channel, (await ana.mention(channel, "Who?")).message.ts)
            await ana.command("/ask", "Who?", channel)
            answer = await home.until(lambda: next((one for one in ana.ephemerals if one.blocks), None))
        narrower = {"slack_channels": {channel.id: ChannelSettings(documents=("peru*",))}}
        home.settings = home.settings.model_copy(update=narrower)
        async with home.open():
            await ben.click(message, source)
            view = await window(home, ben, words().loading)
            assert words().document_unavailable in words_of(view.payload)
            assert [word for word in HIDDEN if word in str(view.payload)] == []
            await ana.click(answer, actions.SHARE)
            await private(home, ana, "you may not read it")
            assert home.replies(channel) == [message]
            await ben.click(message, *((actions.MISSING,) if abstains else (actions.VOTE, "positive")))
            await home.until(home.feedback.all)


async def test_a_conversation_does_not_build_on_what_may_not_be_known_any_more(tmp_path: Path) -> None:
    """A thread goes on, but without the answers that were given when more was allowed."""
    async with house(tmp_path) as home:
        channel, ana = home.slack.channel(), home.slack.user()
        async with home.open():
            ts = (await ana.mention(channel, "Who leads the mission?")).message.ts
            await home.reply(channel, ts)
        narrower = {"slack_channels": {channel.id: ChannelSettings(documents=("peru*",))}}
        home.settings = home.settings.model_copy(update=narrower)
        async with home.open():
            await ana.say(channel, "And who pays for it?", ts)
            await home.reply(channel, ts, 2)
        before, after = home.answering.asked
        assert after.conversation != before.conversation
        assert "Kenya" not in str(after.turns)


def words(language: str = "en") -> SlackPhrases:
    return SlackPhrases.load(shipped_folder("prompts"), language)


async def test_a_channel_is_spoken_to_in_its_language(tmp_path: Path) -> None:
    """In all that is fixed: signs, buttons, forms, windows, thanks; the answerer is told of it as well."""
    async with house(tmp_path, slack_channels={"C1": {"language": "de"}}) as home, home.open():
        german = words("de")
        channel, ana = home.slack.channel("deutsch"), home.slack.user()
        ts = (await ana.mention(channel, "Wer führt?")).message.ts
        reply = await home.reply(channel, ts)
        assert german.sources in shown(reply)
        statuses = [one.arguments["status"] for one in home.slack.calls_of("assistant.threads.setStatus")]
        assert statuses[0] == german.searching_status
        await ana.click(reply, actions.VOTE, "positive")
        await private(home, ana, german.thanks)
        await ana.click(reply, actions.SHOW_PASSAGE)
        view = await window(home, ana, german.loading)
        assert view.payload["title"]["text"] == german.passage_title
        asking = await ana.command("/ask", "Wer zahlt?", channel)
        assert asking.response["text"] == german.searching
        assert german.share in shown(await private(home, ana, german.sources))
        assert german.try_asking in shown((await ana.command("/ask", "", channel)).message)
        await ana.shortcut(actions.ANSWER_MESSAGE, reply)
        await home.until(lambda: len(ana.views) == 2)
        assert ana.view.payload["title"]["text"] == german.ask_title
        assert {one.phrases for one in home.answering.asked} == {Phrases.load(shipped_folder("prompts"), "de")}


async def test_other_channels_are_spoken_to_as_by_default(tmp_path: Path) -> None:
    """One table is not for all."""
    async with house(tmp_path, slack_channels={"C1": {"language": "de"}}) as home, home.open():
        home.slack.channel("deutsch")
        channel = home.slack.channel("english")
        ts = (await home.slack.user().mention(channel, "Who leads?")).message.ts
        assert words().sources in shown(await home.reply(channel, ts))


async def test_what_only_one_person_sees_has_rules_of_its_own(tmp_path: Path) -> None:
    """Direct messages, the Home tab and what is suggested there."""
    direct: dict[str, Any] = {"documents": ["peru*"], "language": "fr"}
    async with house(tmp_path, slack_channels={"direct": direct, "default": {"documents": ["haiti*"]}}) as home:
        french = words("fr")
        home.answering.documents[PERU.id] = PERU
        async with home.open():
            ana = home.slack.user()
            await ana.open_home()
            view = await home.until(lambda: ana.home)
            assert french.home_counts(1, 3) in words_of(view.payload)
            assert "Peru" in words_of(view.payload)
            assert [word for word in HIDDEN if word in str(view.payload)] == []
            ts = (await ana.dm("Qui ?")).message.ts
            await home.reply(ana.direct, ts)
            channel = home.slack.channel()
            await home.reply(channel, (await ana.mention(channel, "Who?")).message.ts)
        assert [one.scope for one in home.answering.asked] == [ABOUT_PERU, Scope(("haiti*",))]
        assert HAITI.label in shown(home.replies(channel)[0])
