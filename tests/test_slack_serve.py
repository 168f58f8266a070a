"""`footnote serve` in Slack as its users run it: a real process over the shipped documents, over either transport."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.slack.actions import SHOW_PASSAGE
from fakeslack.faults import status
from fakeslack.server import FakeSlack
from fakeslack.workspace import Message
from tests.footnote_process import MAIN
from tests.slack_house import shown
from tests.slack_process import SEEDS, Footnote, copied, index_seeds, replies, serving, settings_in, started, until

WHO = "Who commands the multinational security mission in Haiti?"
COMMANDER = "Godfrey Otunge commands the multinational security mission in Haiti."
BRIEFING = "haiti-security-mission.md"
PORT = "Where does the APN port lie?"

in_one_loop = pytest.mark.asyncio(loop_scope="module")  # the process goes on from one test to the next


@dataclass(frozen=True, slots=True)
class Office:
    """A workspace whose bot is a process."""

    slack: FakeSlack
    footnote: Footnote

    async def answer(self, said: Message, count: int = 1) -> Message:
        """The latest of so many answers in the thread of what was said."""
        channel = self.slack.world.team_of(said.channel).channels[said.channel]
        await until(lambda: len(replies(self.slack, channel, said.thread)) >= count)
        await until(lambda: not self.slack.world.statuses)
        return replies(self.slack, channel, said.thread)[-1]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return index_seeds(tmp_path_factory.mktemp("indexed") / "home")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["socket", "http"])
async def office(
    request: pytest.FixtureRequest, indexed: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    home = copied(indexed, tmp_path_factory.mktemp(request.param) / "home")
    async with FakeSlack(request.param) as slack, serving(slack, home) as footnote:
        yield Office(slack, footnote)
        assert await footnote.stop() == 0
        assert slack.problems == []
        assert slack.delivery.unacknowledged == []
        assert "Traceback" not in footnote.logged


# A day in Slack


@in_one_loop
async def test_a_mention_is_answered_with_the_sentence_and_its_source(office: Office) -> None:
    """In its thread, in one message: the document's own words, where they stand, and what can be done with them."""
    said = (await office.slack.user().mention(office.slack.channel("who"), WHO)).message
    answer = await office.answer(said)
    assert COMMANDER in shown(answer)
    assert BRIEFING in shown(answer)
    assert answer.thread_ts == said.ts
    assert SHOW_PASSAGE in str(answer.blocks)
    assert len(replies(office.slack, office.slack.channel("who"))) == 1


@in_one_loop
async def test_a_follow_up_builds_on_what_was_asked(office: Office) -> None:
    """Without a mention, in the same thread; "it" is what was spoken of."""
    channel = office.slack.channel("port")
    said = (await office.slack.user().mention(channel, PORT)).message
    assert "Port-au-Prince" in shown(await office.answer(said))
    more = (await office.slack.user("ben").say(channel, "Since when did gangs occupy it?", said)).message
    assert "March 6, 2024" in shown(await office.answer(more, 2))


@in_one_loop
async def test_a_direct_message_is_answered(office: Office) -> None:
    """Below what was written; the session is no longer at work then."""
    ana = office.slack.user()
    said = (await ana.dm(WHO)).message
    assert COMMANDER in shown(await office.answer(said))
    await until(lambda: office.slack.world.sessions[ana.direct.id, said.ts] == "active")


@in_one_loop
async def test_what_the_documents_do_not_answer_is_said(office: Office) -> None:
    """Instead of something that only looks like it."""
    said = (await office.slack.user().mention(office.slack.channel("cup"), "Who won the world cup in 2014?")).message
    assert "don't know" in shown(await office.answer(said))


@in_one_loop
async def test_a_command_is_answered_to_its_author_alone(office: Office) -> None:
    """Slack shows at once that it was heard, then the answer in its place; nobody else sees any of it."""
    cleo, channel = office.slack.user("cleo"), office.slack.channel("command")
    delivered = await cleo.command("/ask", WHO, channel)
    assert delivered.acked
    await until(lambda: any(COMMANDER in shown(one) for one in cleo.ephemerals))
    assert office.slack.transcript(channel, viewer=office.slack.user("ben")) == []


@in_one_loop
async def test_the_passage_behind_an_answer_opens(office: Office) -> None:
    """With the sentences around the quote, once they have been looked up."""
    dora, channel = office.slack.user("dora"), office.slack.channel("passage")
    answer = await office.answer((await dora.mention(channel, WHO)).message)
    assert (await dora.click(answer, SHOW_PASSAGE)).acked
    around = "Kenya leads the mission, which is planned"
    await until(lambda: dora.views and around in str(dora.view.payload).replace("**", ""))


@in_one_loop
async def test_the_home_tab_shows_what_there_is(office: Office) -> None:
    """The documents, and what one has asked."""
    emil = office.slack.user("emil")
    await office.answer((await emil.mention(office.slack.channel("home"), PORT)).message)
    assert (await emil.open_home()).acked
    await until(lambda: emil.home)
    home = str(emil.home.payload if emil.home else "")
    assert "The security mission in Haiti: a briefing" in home
    assert PORT in home


# The life of the process


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_what_was_accepted_is_answered_by_the_next_process(indexed: Path, tmp_path: Path, transport: str) -> None:
    """SIGTERM ends the process with status 0 while questions wait; none is lost, none is answered twice."""
    home, asked = copied(indexed, tmp_path / "home"), 5
    async with FakeSlack(transport) as slack:
        channel, ana = slack.channel(), slack.user()
        async with serving(slack, home, FOOTNOTE_SLACK_CONCURRENCY="1") as first:
            told = await asyncio.gather(*(ana.mention(channel, WHO) for _ in range(asked)))
            assert all(one.acked for one in told)
            assert await first.stop() == 0
        assert len(replies(slack, channel)) < asked
        async with serving(slack, home):
            await until(lambda: len(replies(slack, channel)) >= asked)
            await until(lambda: not slack.world.statuses)
        assert all(len(replies(slack, channel, one.message.ts)) == 1 for one in told if one.message)
        assert all(COMMANDER in shown(one) for one in replies(slack, channel))
        assert slack.world.open_streams() == []
        assert slack.problems == []


async def test_a_question_during_the_first_indexing_is_answered_after_it(tmp_path: Path) -> None:
    """Who asks early waits; nobody is told to come back."""
    async with FakeSlack() as slack, serving(slack, tmp_path / "home"):
        channel = slack.channel()
        await slack.user().mention(channel, WHO)
        (answer,) = await until(lambda: replies(slack, channel))
        assert COMMANDER in shown(answer)


async def test_a_slack_that_cannot_be_reached_at_first_is_waited_for(indexed: Path, tmp_path: Path) -> None:
    """Everything but Slack works meanwhile; then Slack does, too."""
    async with FakeSlack() as slack:
        for method in ("apps.connections.open", "auth.test"):
            slack.faults.add(method, status(503))
        async with serving(slack, copied(indexed, tmp_path / "home")):
            await slack.delivery.socket_mode.wait_opened()
            channel = slack.channel()
            await slack.user().mention(channel, WHO)
            await until(lambda: replies(slack, channel))


# What is configured wrongly, or not at all


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, "SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xoxb-wrong"}, "SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN"),
    ],
)
async def test_a_wrong_token_ends_in_one_line(indexed: Path, tmp_path: Path, wrong: dict[str, str], words: str) -> None:
    """It names the setting; a server that can never hear of a question does not look as if it could."""
    async with FakeSlack() as slack:
        home = copied(indexed, tmp_path / "home")
        footnote = await started(tmp_path / "log", **{**settings_in(slack, home), **wrong})
        assert await footnote.ended() == 1
    lines = footnote.logged.splitlines()
    assert len(lines) == 1, footnote.logged
    assert lines[0].startswith("footnote: ")
    assert words in lines[0]
    assert not re.search(r"xoxb-\w|xapp-\w", lines[0])


async def test_without_tokens_nothing_about_slack_happens(indexed: Path, tmp_path: Path) -> None:
    """Nothing is called, nothing is imported, and there is no address for Slack."""
    seen = "import sys, atexit; atexit.register(lambda: print([m for m in sys.modules if 'slack' in m], flush=True)); "
    settings = {"FOOTNOTE_HOME": str(copied(indexed, tmp_path / "home")), "FOOTNOTE_DOCUMENTS": str(SEEDS)}
    async with FakeSlack() as slack:
        settings["FOOTNOTE_SLACK_API_URL"] = slack.api_url
        footnote = await started(tmp_path / "log", seen + MAIN, **settings)
        await footnote.listening()
        assert "Slack" not in footnote.told
        assert await footnote.stop() == 0
        assert footnote.process.stdout is not None
        imported = (await footnote.process.stdout.read()).decode()
        assert slack.calls == []
    assert "slack_bolt" not in imported
    assert "bot.slack.slack_service" not in imported
    assert "slack" not in footnote.logged.lower()
