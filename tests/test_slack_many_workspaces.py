"""One app in many workspaces: how it comes to them and goes, whose token is used, and that nothing of theirs mixes."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from bot.slack import actions
from bot.slack.bolt_app import NOT_INSTALLED
from bot.slack.manifest import scopes
from bot.slack.slack_service import SlackService
from bot.slack.workspaces import CACHED_S
from fakeslack.faults import delay, error
from fakeslack.people import Person
from fakeslack.telling import Telling
from fakeslack.trying import Transport
from fakeslack.workspace import Channel, Message
from tests.reachable import reachable
from tests.slack_browser import PUBLIC, Browser
from tests.slack_house import House, house, quoting, shown
from tests.slack_time import same_time

HOUR = 3600.0


class Estate:
    """A house that any workspace may install the app from; its services go by the stand-in's time."""

    def __init__(self, home: House) -> None:
        self.home = home
        self.slack = home.slack
        self.url = ""  # of the service that was opened last

    def environ(self) -> dict[str, str]:
        oauth, over_socket = self.slack.oauth, self.slack.delivery.transport == "socket"
        return {
            "SLACK_CLIENT_ID": oauth.client_id,
            "SLACK_CLIENT_SECRET": oauth.client_secret,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
        } | ({"SLACK_APP_TOKEN": self.slack.app_token} if over_socket else {})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[SlackService]:
        """A service, and where Slack and browsers reach it."""
        clock = self.slack.clock
        async with AsyncExitStack() as stack:
            service = self.home.service(self.environ(), **same_time(clock), now=clock.now)
            await stack.enter_async_context(service)
            self.url = self.slack.delivery.request_url = await stack.enter_async_context(reachable(service))
            yield service

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        async with AsyncClient(base_url=self.url) as http:
            yield Browser(http)

    async def install(self, team: str | None = "T1", enterprise: str | None = None, installer: str = "UADMIN") -> str:
        """The page in the end, which says that it went well."""
        oauth = self.slack.oauth
        oauth.team, oauth.enterprise, oauth.user = team, enterprise, installer
        async with self.browser() as browser:
            answer = await browser.install()
        assert answer.status_code == 200
        return answer.text

    async def answered(self, channel: Channel, question: str, by: str = "ana", thread: str | None = None) -> Message:
        """The answer to a mention."""
        before = len(self.home.replies(channel, thread)) if thread else 0
        delivered = await self.slack.user(by, channel.team).mention(channel, question, thread)
        assert delivered.acked
        return await self.home.reply(channel, thread or delivered.message.ts, before + 1)

    def tokens(self) -> set[str]:
        """Every token that is kept."""
        with self.home.database.reading() as connection:
            return set(connection.scalars(text("SELECT bot_token FROM slack_bots"))) | set(
                connection.scalars(text("SELECT bot_token FROM slack_installations"))
            )

    def outcomes(self) -> list[str | None]:
        with self.home.database.reading() as connection:
            return list(connection.scalars(text("SELECT outcome FROM questions ORDER BY number")))

    def used(self, *methods: str) -> set[str]:
        """The tokens that such calls were made with."""
        return {one.token for one in self.slack.calls if one.method in methods}


@asynccontextmanager
async def an_estate(folder: Path, transport: Transport = "http", **settings: Any) -> AsyncIterator[Estate]:
    async with house(folder, transport, public_url=PUBLIC, **settings) as home:
        yield Estate(home)


@pytest.fixture
async def estate(tmp_path: Path) -> AsyncIterator[Estate]:
    """One whose service listens, and is installed nowhere yet."""
    async with an_estate(tmp_path) as made, made.open():
        yield made


def gated(gate: asyncio.Event) -> Any:
    """A script that writes one sentence before the gate, and one behind it."""

    async def two(question: str) -> AsyncGenerator[str, None]:
        yield "Kenya leads the mission."
        await gate.wait()
        yield "The United States pays most of it."

    return two


# Coming to a workspace


async def test_a_workspace_installs_the_app_and_is_answered(estate: Estate) -> None:
    """From the first click to an answer, with a token that may do what the manifest asks for, and that nobody sees."""
    estate.slack.add_team("T2", "Umbrella")
    page = await estate.install("T2")
    assert page == "The app is installed in Umbrella. You can close this page."
    (token,) = estate.tokens()
    assert estate.slack.world.installations[token].scopes == scopes(links=True)
    reply = await estate.answered(estate.slack.channel(team="T2"), "Who leads the mission?")
    assert "Kenya leads the mission. [1]" in shown(reply)
    assert reply.user == "UBOT2"
    assert estate.used("chat.postMessage") == {token}


@pytest.mark.parametrize("transport", ["http", "socket"])
async def test_each_workspace_is_answered_by_its_own_bot(tmp_path: Path, transport: Transport) -> None:
    """Over HTTP, and over one connection for all: then people's browsers come by HTTP all the same."""
    async with an_estate(tmp_path, transport) as estate, estate.open() as service:
        estate.slack.add_team("T2", "Umbrella")
        await estate.install("T1")
        await estate.install("T2")
        assert service.connected
        first, second = (estate.slack.channel(team=team) for team in ("T1", "T2"))
        replies = await asyncio.gather(*(estate.answered(one, "Who leads the mission?") for one in (first, second)))
        assert [one.user for one in replies] == ["UBOT", "UBOT2"]
        assert len(estate.home.replies(first)) == len(estate.home.replies(second)) == 1


async def test_a_second_installer_does_no_harm(estate: Estate) -> None:
    """Not even at once: conversations go on, and the former token is not kept."""
    await estate.install()
    channel = estate.slack.channel()
    first = await estate.answered(channel, "Who leads the mission?")
    (former,) = estate.tokens()
    await estate.slack.clock.advance(1)
    await estate.install(installer="UOTHER")
    estate.slack.installations.revoke(former)
    ana = estate.slack.user()
    await ana.open_home()
    await estate.home.until(lambda: ana.home)
    await estate.answered(channel, "And who pays?", thread=first.thread_ts)
    (token,) = estate.tokens()
    assert estate.slack.world.installations[token].installer == "UOTHER"
    one, two = estate.home.answering.asked
    assert one.conversation == two.conversation
    assert [turn.question for turn in two.turns] == ["Who leads the mission?"]


async def test_an_organisation_installs_it_once(estate: Estate) -> None:
    """Both of its workspaces are answered with the one token."""
    for team in ("T2", "T3"):
        estate.slack.add_team(team, enterprise="E1")
    await estate.install(None, "E1")
    for team in ("T2", "T3"):
        assert "Kenya" in shown(await estate.answered(estate.slack.channel(team=team), "Who leads the mission?"))
    assert estate.used("chat.postMessage") == estate.tokens()


@pytest.mark.parametrize("wrong", ["denied", "expired", "replayed", "another browser", "made up"])
async def test_who_comes_back_in_another_way_installs_nothing(estate: Estate, wrong: str) -> None:
    """It is said in words, and nobody there is answered."""
    words = {
        "denied": "nobody allowed it",
        "another browser": "this is not the browser that it was begun in",
    }.get(wrong, "that took too long, or this page was opened before")
    estate.slack.oauth.approving = wrong != "denied"
    async with estate.browser() as browser:
        back = await browser.allow(await browser.set_out())
        if wrong == "expired":
            with estate.home.database.writing() as connection:
                connection.execute(text("UPDATE slack_oauth_states SET expire_at = '2026-01-01 00:00:00.000000'"))
        if wrong == "replayed":
            await browser.come_back(back)
            await estate.slack.user().uninstall()
        if wrong == "another browser":
            browser.cookie = "slack-app-oauth-state=another"
        if wrong == "made up":
            back, browser.cookie = f"{back}x", f"{browser.cookie}x"
        answer = await browser.come_back(back)
    assert answer.text == f"The app is not installed: {words}. Begin again at /slack/install."
    assert estate.tokens() == set()
    await estate.home.quiet()
    estate.slack.install("T1")  # else Slack would not tell us of anything
    assert (await estate.slack.user().mention(estate.slack.channel(), "Who leads the mission?")).acked
    await estate.home.quiet()
    assert estate.home.answering.asked == []


# Where the app is not installed, or not any more


async def test_only_a_workspace_that_is_welcome_can_install_the_app(tmp_path: Path) -> None:
    """Whoever finds the address could otherwise ask about whatever `default` allows."""
    async with an_estate(tmp_path, slack_workspaces=("T1",)) as estate, estate.open(), estate.browser() as browser:
        estate.slack.add_team("T9", "Stranger")
        estate.slack.oauth.team = "T9"
        answer = await browser.install()
        assert answer.status_code >= 400
        assert "not meant for this workspace" in answer.text
        assert estate.tokens() == set()
        assert "Acme" in await estate.install("T1")


async def test_a_workspace_that_is_not_welcome_any_more_is_not_answered(tmp_path: Path) -> None:
    """Although it has installed the app before."""
    async with an_estate(tmp_path) as estate:
        async with estate.open():
            await estate.install("T1")
        estate.home.settings = estate.home.settings.model_copy(update={"slack_workspaces": ("T2",)})
        async with estate.open():
            await estate.slack.user().mention(estate.slack.channel(), "Who leads the mission?")
            await estate.home.quiet()
        assert estate.outcomes() == []


async def test_an_unknown_workspace_is_told_so_and_not_answered(estate: Estate) -> None:
    """What it asks by command or button is answered in words; events are acknowledged, and lost."""
    estate.slack.add_team("T9", "Stranger")
    eve, channel = estate.slack.user("eve", "T9"), estate.slack.channel(team="T9")
    assert (await eve.mention(channel, "Who leads the mission?")).acked
    assert (await eve.open_home()).acked
    asked = await eve.command("/ask", "Who leads the mission?", channel)
    assert asked.acked
    await estate.home.quiet()
    told = [one.text for one in eve.ephemerals]
    assert told == [NOT_INSTALLED]
    assert estate.outcomes() == []
    assert estate.slack.calls == []


@pytest.mark.parametrize("event", ["uninstalled", "tokens revoked"])
async def test_who_uninstalls_the_app_is_forgotten_and_others_are_not(estate: Estate, event: str) -> None:
    """At once: no token of theirs is kept, and what they ask then is not taken in."""
    estate.slack.add_team("T2", "Umbrella")
    await estate.install("T1")
    await estate.install("T2")
    channel, ana = estate.slack.channel(), estate.slack.user()
    await estate.answered(channel, "Who leads the mission?")
    told = await (ana.uninstall() if event == "uninstalled" else ana.revoke_tokens())
    assert told.acked
    assert {estate.slack.world.installations[one].team for one in estate.tokens()} == {"T2"}
    estate.slack.install("T1")  # else Slack would not tell us of anything
    await ana.mention(channel, "Who pays?")
    assert await estate.answered(estate.slack.channel(team="T2"), "Who leads the mission?")
    assert estate.outcomes() == ["answered", "answered"]


async def test_what_was_asked_before_the_app_was_uninstalled_ends(estate: Estate) -> None:
    """It is answered by nobody, holds up nobody, and is not tried for ever."""
    estate.slack.add_team("T2", "Umbrella")
    await estate.install("T1")
    await estate.install("T2")
    gate = asyncio.Event()
    estate.home.answering.scripts["Who?"] = gated(gate)
    channel, ana = estate.slack.channel(), estate.slack.user()
    await ana.mention(channel, "Who?")
    await estate.home.until(lambda: estate.home.replies(channel))
    await ana.uninstall()
    gate.set()
    assert await estate.answered(estate.slack.channel(team="T2"), "Who leads the mission?")
    assert sorted(map(str, estate.outcomes())) == ["answered", "unsaid"]


async def test_a_revoked_token_ends_an_answer_until_the_app_is_installed_again(estate: Estate) -> None:
    """Slack may say so only when we call: then the thread goes on with the new token."""
    await estate.install()
    gate = asyncio.Event()
    estate.home.answering.scripts["Who?"] = gated(gate)
    channel = estate.slack.channel()
    ts = (await estate.slack.user().mention(channel, "Who?")).message.ts
    await estate.home.until(lambda: estate.home.replies(channel))
    (former,) = estate.tokens()
    estate.slack.installations.revoke(former)
    gate.set()
    await estate.home.quiet()
    assert estate.outcomes() == ["unsaid"]
    await estate.slack.clock.advance(1)
    await estate.install()
    reply = await estate.answered(channel, "And who pays?", thread=ts)
    assert "Kenya" in shown(reply)
    assert not reply.streaming
    assert former not in estate.tokens()


async def test_an_answer_on_its_way_outlives_a_reinstallation(estate: Estate) -> None:
    """The former token dies while it is written; it is finished with the new one."""
    await estate.install()
    gate = asyncio.Event()
    estate.home.answering.scripts["Who?"] = gated(gate)
    channel = estate.slack.channel()
    ts = (await estate.slack.user().mention(channel, "Who?")).message.ts
    await estate.home.until(lambda: estate.home.replies(channel))
    (former,) = estate.tokens()
    await estate.slack.clock.advance(1)
    await estate.install()
    estate.slack.installations.revoke(former)
    gate.set()
    reply = await estate.home.reply(channel, ts)
    assert "The United States pays most of it." in shown(reply)
    assert "feedback_buttons" in str(reply.blocks)
    assert len(estate.home.replies(channel)) == 1
    assert estate.outcomes() == ["answered"]
    assert estate.slack.world.open_streams() == []


async def test_what_another_process_was_told_is_known_here_after_a_minute(tmp_path: Path) -> None:
    """Slack tells one of them that the app is gone; the other one finds out, and takes nothing more in."""
    async with an_estate(tmp_path) as estate, estate.open():
        await estate.install()
        channel, ana = estate.slack.channel(), estate.slack.user()
        await estate.answered(channel, "Who leads the mission?")
        here = estate.url
        async with estate.open():
            await ana.uninstall()
        estate.slack.delivery.request_url = here
        estate.slack.install("T1")  # else Slack would not tell us of anything
        await estate.slack.clock.advance(CACHED_S)
        assert (await ana.mention(channel, "Who pays?")).acked
        await estate.home.quiet()
        assert estate.outcomes() == ["answered"]


# Tokens that expire


async def test_a_token_is_exchanged_before_it_expires(estate: Estate) -> None:
    """Whoever asks then does not notice."""
    estate.slack.oauth.rotating = True
    await estate.install()
    channel = estate.slack.channel()
    await estate.answered(channel, "Who leads the mission?")
    (former,) = estate.tokens()
    for hours in (11, 11):
        await estate.slack.clock.advance(hours * HOUR)
        await estate.answered(channel, "Who leads the mission?")
        (token,) = estate.tokens()
        assert token != former
        assert [one.token for one in estate.slack.calls_of("chat.postMessage")][-1] == token
        former = token


async def test_two_services_exchange_a_token_once(tmp_path: Path) -> None:
    """On one database, with everybody asking at once: a refresh token serves once, nobody is left with a dead one."""
    async with an_estate(tmp_path) as estate, estate.open():
        first = estate.url
        async with estate.open():
            estate.slack.oauth.rotating = True
            await estate.install()
            await estate.slack.clock.advance(13 * HOUR)
            before = len(estate.slack.calls_of("oauth.v2.access"))
            estate.slack.faults.add("oauth.v2.access", delay(5))
            asked = []
            for number in range(6):
                estate.slack.delivery.request_url = first if number % 2 else estate.url
                channel = estate.slack.channel(f"c{number}")
                delivered = await estate.slack.user().mention(channel, "Who leads the mission?")
                assert delivered.acked  # whatever becomes of the token
                asked.append((channel, delivered.message.ts))
            await estate.home.until(lambda: len(estate.slack.calls_of("oauth.v2.access")) > before)
            await estate.slack.clock.advance(5)
            for channel, ts in asked:
                assert "Kenya" in shown(await estate.home.reply(channel, ts))
            assert len(estate.slack.calls_of("oauth.v2.access")) == before + 1
            assert len(estate.tokens()) == 1
            assert estate.outcomes() == ["answered"] * 6


async def test_a_refused_exchange_does_no_harm_while_the_token_is_valid(estate: Estate) -> None:
    """Afterwards nobody is answered, until somebody installs the app again."""
    estate.slack.oauth.rotating = True
    await estate.install()
    channel = estate.slack.channel()
    estate.slack.faults.add("oauth.v2.access", error("invalid_refresh_token"), times=None)
    await estate.slack.clock.advance(11 * HOUR)
    await estate.answered(channel, "Who leads the mission?")
    await estate.slack.clock.advance(2 * HOUR)
    await estate.slack.user().mention(channel, "Who pays?")
    await estate.home.quiet()
    assert estate.outcomes() == ["answered", "unsaid"]
    estate.slack.faults.clear()
    await estate.install()
    await estate.answered(channel, "Who leads the mission?")
    assert estate.outcomes() == ["answered", "unsaid", "answered"]


# Organisations


@pytest.fixture
async def organised(estate: Estate) -> Estate:
    """Two workspaces of one organisation, which has installed the app for both."""
    for team in ("T2", "T3"):
        estate.slack.add_team(team, enterprise="E1")
    await estate.install(None, "E1")
    return estate


async def test_a_thread_of_an_organisation_is_one_conversation_however_it_is_asked_in(organised: Estate) -> None:
    """Events name no workspace there, clicks and forms name one."""
    home, channel, ana = organised.home, organised.slack.channel(team="T2"), organised.slack.user("ana", "T2")
    root = (await organised.slack.user("ben", "T2").say(channel, "Kenya leads it, I think.")).message
    assert (await ana.shortcut(actions.ANSWER_MESSAGE, root)).acked
    view = (await home.until(lambda: ana.views))[-1]
    await ana.submit(view, {actions.QUESTION: "Who leads the mission?", actions.ANSWER_WHERE: actions.IN_THREAD})
    await home.reply(channel, root.ts)
    await ana.say(channel, "And who pays?", root.ts)
    await organised.slack.clock.advance(1)  # one message a second is allowed
    await home.reply(channel, root.ts, 2)
    await organised.slack.clock.advance(1)
    await organised.answered(channel, "", thread=root.ts)
    help_message = home.replies(channel, root.ts)[-1]
    assert (await ana.click(help_message, actions.EXAMPLE, "Who pays for it?")).acked
    await organised.slack.clock.advance(1)
    await home.reply(channel, root.ts, 4)
    assert [one.question for one in home.answering.asked] == [
        "Who leads the mission?",
        "And who pays?",
        "Who pays for it?",
    ]
    assert len({one.conversation for one in home.answering.asked}) == 1


async def test_an_answer_that_was_asked_for_by_a_form_can_be_stopped_in_an_organisation(organised: Estate) -> None:
    """Though the event that stops it names no workspace."""
    gate = asyncio.Event()
    home, ana = organised.home, organised.slack.user("ana", "T2")
    home.answering.scripts["Who?"] = gated(gate)
    assert (await ana.global_shortcut(actions.ASK)).acked
    view = (await home.until(lambda: ana.views))[-1]
    await ana.submit(view, {actions.QUESTION: "Who?"})
    replies = await home.until(lambda: [one for one in home.replies(ana.direct) if one.streaming])
    assert (await ana.stop(ana.direct, replies[0].thread_ts)).acked
    await home.quiet()
    assert organised.outcomes() == ["stopped"]


async def test_what_a_person_of_an_organisation_has_asked_is_on_their_home_tab(organised: Estate) -> None:
    """And their vote is theirs, whatever Slack names with a click."""
    home, channel, ana = organised.home, organised.slack.channel(team="T2"), organised.slack.user("ana", "T2")
    reply = await organised.answered(channel, "Who will win the cup?")
    await ana.open_home()
    view = await home.until(lambda: ana.home)
    assert "Who will win the cup?" in str(view.payload)
    await ana.click(reply, actions.VOTE, "positive")
    (judged,) = await home.until(home.feedback.all)
    assert [one.person for one in judged.opinions] == [f"T2:{ana.id}"]
    (asked,) = home.inbox.recent(f"T2:{ana.id}", 5)
    assert asked.text == "Who will win the cup?"


async def test_two_organisations_are_not_one(estate: Estate) -> None:
    """Though the events of both name no workspace, and their channels have the same ids."""
    for number in ("1", "2"):
        estate.slack.add_team(f"T2{number}", enterprise=f"E{number}")
        await estate.install(None, f"E{number}")
    await no_mixing(estate, "T21", "T22")


# Nothing mixes


async def test_two_workspaces_are_not_one(estate: Estate) -> None:
    """Though channels, people and messages have the same ids in both."""
    estate.slack.add_team("T2", "Umbrella")
    await estate.install("T1")
    await estate.install("T2")
    await no_mixing(estate, "T1", "T2")


async def no_mixing(estate: Estate, one: str, other: str) -> None:
    """The same person, channel and ts in two places: nothing that is done in one is seen in the other."""
    home = estate.home
    (here, ana), (there, eve) = (alike(estate, team) for team in (one, other))
    home.answering.answers["Who leads it there?"] = quoting("The United States pays most of it.")
    ts = estate.slack.world.ts()
    await said(estate, ana, here, f"<@{bot(estate, one)}> Who leads the mission?", ts)
    await home.reply(here, ts)
    # A thread of ours in one is none in the other.
    await said(estate, eve, there, "Good morning", ts)
    await eve.say(there, "And who pays?", ts)
    await home.quiet()
    assert len(home.answering.asked) == 1
    # Asked there, it is a conversation of its own.
    await estate.slack.user("eve", other).mention(there, "Who leads it there?", ts)
    answer = await home.reply(there, ts)
    assert "The United States pays" in shown(answer)
    assert "The United States pays" not in shown(home.replies(here, ts)[-1])
    asked_here, asked_there = home.answering.asked
    assert asked_here.conversation != asked_there.conversation
    assert "Who leads the mission?" not in [turn.question for turn in asked_there.turns]
    # The Home tab and votes are of a person, not of an id.
    for person in (ana, eve):
        await person.open_home()
        await home.until(lambda person=person: person.home)
    assert "Who leads it there?" not in recent(ana)
    assert "Who leads it there?" in recent(eve)
    await ana.click(home.replies(here, ts)[-1], actions.VOTE, "positive")
    await eve.click(answer, actions.VOTE, "negative")
    await home.until(lambda: len(home.feedback.all()) == 2)
    voters = {opinion.person for judged in home.feedback.all() for opinion in judged.opinions}
    assert voters == {f"{one}:U77", f"{other}:U77"}
    # Asked at the same moment, both are answered; and taking one back does not take the other one back.
    ts = estate.slack.world.ts()
    taken_back = await said(estate, ana, here, f"<@{bot(estate, one)}> Who pays for it?", ts)
    await said(estate, eve, there, f"<@{bot(estate, other)}> Who pays for it?", ts)
    await home.reply(here, ts)
    answer = await home.reply(there, ts)
    await ana.delete(taken_back)
    await home.until(lambda: not home.replies(here, ts))
    await home.quiet()
    assert home.replies(there, ts) == [answer]


def alike(estate: Estate, team: str) -> tuple[Channel, Person]:
    """A channel C77 and a person U77 of that workspace, whoever else has these ids."""
    person = estate.slack.user("eve" if team in ("T2", "T22") else "ana", team)
    channel = estate.slack.channel("alike", team=team)
    there = estate.slack.world.teams[team]
    direct = person.direct
    del there.users[person.id], there.channels[channel.id], there.channels[direct.id]
    for one in (channel, direct):
        one.members = {"U77" if member == person.id else member for member in one.members}
    person.user.id, channel.id, direct.id = "U77", "C77", "D77"
    there.users["U77"], there.channels["C77"], there.channels["D77"] = person.user, channel, direct
    return channel, person


def bot(estate: Estate, team: str) -> str:
    return estate.slack.world.teams[team].bot_user


def recent(person: Person) -> str:
    assert person.home is not None
    return str(person.home.payload)


async def said(estate: Estate, person: Person, channel: Channel, words: str, ts: str) -> Message:
    """At that very moment, which is another message's elsewhere."""
    message = Message(ts, channel.id, channel.team, person.id, text=words)
    channel.messages.append(message)
    assert (await Telling(estate.slack.world, estate.slack.delivery).posted(message)).acked
    return message


# Strangers in a shared channel


@pytest.fixture
async def shared(tmp_path: Path) -> AsyncIterator[tuple[Estate, Channel, Person]]:
    """A channel of ours in which somebody of another workspace is, who has not installed the app."""
    tables = {"C77": {"documents": ["peru*"]}, "direct": {"documents": ["*"]}}
    async with an_estate(tmp_path, slack_channels=tables) as estate, estate.open():
        await estate.install()
        estate.slack.add_team("T9", "Stranger")
        channel, eve = estate.slack.channel("shared"), estate.slack.user("eve", "T9")
        channel.shared_with.add("T9")
        channel.members.add(eve.id)
        yield estate, channel, eve


async def test_a_stranger_is_answered_as_who_they_are(shared: tuple[Estate, Channel, Person]) -> None:
    """Slack wants their own workspace with a stream, and their vote is by the same person as their question."""
    estate, channel, eve = shared
    home = estate.home
    gate = asyncio.Event()
    gate.set()
    home.answering.scripts["Who?"] = gated(gate)
    ts = (await eve.mention(channel, "Who?")).message.ts
    reply = await home.reply(channel, ts)
    (started,) = estate.slack.calls_of("chat.startStream")
    assert (started.arguments["recipient_team_id"], started.arguments["recipient_user_id"]) == ("T9", eve.id)
    await eve.click(reply, actions.VOTE, "positive")
    (judged,) = await home.until(home.feedback.all)
    assert [one.person for one in judged.opinions] == [f"T9:{eve.id}"]
    assert [one.text for one in home.inbox.recent(f"T9:{eve.id}", 5)] == ["Who?"]


async def test_what_a_stranger_asks_by_a_form_is_streamed_to_them(shared: tuple[Estate, Channel, Person]) -> None:
    """A click says whose they are as well."""
    estate, channel, eve = shared
    home = estate.home
    gate = asyncio.Event()
    gate.set()
    home.answering.scripts["Who?"] = gated(gate)
    root = (await estate.slack.user().say(channel, "Who leads it?")).message
    assert (await eve.shortcut(actions.ANSWER_MESSAGE, root)).acked
    view = (await home.until(lambda: eve.views))[-1]
    await eve.submit(view, {actions.QUESTION: "Who?", actions.ANSWER_WHERE: actions.IN_THREAD})
    reply = await home.reply(channel, root.ts)
    assert "The United States pays most of it." in shown(reply)
    (started,) = estate.slack.calls_of("chat.startStream")
    assert started.arguments["recipient_team_id"] == "T9"
    assert home.inbox.recent(f"T9:{eve.id}", 1)


async def test_a_stranger_may_see_what_the_channel_may(shared: tuple[Estate, Channel, Person]) -> None:
    """Neither more nor less than our own people there: rights go by the channel."""
    estate, channel, eve = shared
    team = estate.slack.world.teams["T1"]
    del team.channels[channel.id]
    channel.id = "C77"
    team.channels["C77"] = channel
    for person in (eve, estate.slack.user()):
        channel.members.add(person.id)
        ts = (await person.mention(channel, "Who leads the mission?")).message.ts
        assert "Kenya" not in shown(await estate.home.reply(channel, ts))
    assert {one.scope.patterns for one in estate.home.answering.asked} == {("peru*",)}
