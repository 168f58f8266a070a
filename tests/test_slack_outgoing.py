"""Everything that goes out to Slack, with the SDK's client, against the stand-in and the faults it can have."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from bot.slack.destination import Destination
from bot.slack.errors import SlackBusy, SlackRefused, SlackUnreachable
from bot.slack.live_streams import LiveStreams
from bot.slack.methods import METHODS, STREAMS
from bot.slack.pacing import Pacing
from bot.slack.place import Place
from bot.slack.posting import Poster
from bot.slack.reply_stream import Pace, ReplyStream
from bot.slack.response_url import ResponseUrls
from bot.slack.slack_api import SlackApi
from bot.slack.slack_session import slack_client, slack_session
from bot.slack.working_sign import WorkingSign
from fakeslack import faults
from fakeslack.server import FakeSlack
from fakeslack.web_api.registry import all_methods
from fakeslack.workspace import Message
from tests.fake_slack_client import OneToken
from tests.fakeslack_client import body
from tests.passing_time import PassingTime
from tests.test_slack_posting import Said

QUICK = Pace(append_s=0.01, soonest_edit_s=0.01, edit_s=0.01)
ANSWER = Said("the answer", ({"type": "section", "text": {"type": "mrkdwn", "text": "the answer"}},))


@dataclass
class Side:
    """Our side of a conversation in which somebody has just asked; pauses take no time here."""

    slack: FakeSlack
    api: SlackApi
    to: Destination
    time: PassingTime

    def poster(self) -> Poster:
        return Poster(self.api, self.to, self.time.sleep, self.time)

    def stream(self) -> ReplyStream:
        return ReplyStream(self.api, self.poster(), self.to, LiveStreams(), self.note, QUICK)

    async def note(self, ts: str, is_open: bool) -> None:
        pass

    @property
    def answers(self) -> list[Message]:
        said = self.slack.transcript(self.to.place.channel, self.to.place.thread)
        return [one for one in said if one.bot_id]


@pytest.fixture(params=["channel", "direct"])
async def side(request: pytest.FixtureRequest) -> AsyncIterator[Side]:
    async with FakeSlack() as slack, slack_session() as session:
        ana, time = slack.user("ana"), PassingTime()
        channel = slack.channel() if request.param == "channel" else slack.world.direct("T1", ana.id)
        asked = slack.world.add_message(channel, user=ana.id, text="Who?")
        to = Destination(Place("T1", channel.id, asked.ts), "a" * 32, asked.ts, ana.id, "T1")
        client = slack_client(session, slack.api_url, {})
        api = SlackApi(client, OneToken(slack.bot_token), Pacing(clock=time, sleep=time.sleep), time.sleep, time)
        yield Side(slack, api, to, time)
        assert slack.problems == []
        assert slack.world.open_streams() == []
        assert slack.world.statuses == {}


@pytest.fixture
def session_status(side: Side) -> Callable[[], str | None]:
    return lambda: side.slack.world.sessions.get((side.to.place.channel, side.to.place.thread))


def test_tiers_are_no_larger_than_those_of_the_stand_in() -> None:
    """Every method that is called exists there, and is called no more often than it takes."""
    known = all_methods()
    assert set(METHODS) <= set(known)
    counted = {name: method for name, method in METHODS.items() if not known[name].each_channel}
    assert [name for name, method in counted.items() if method.per_minute > known[name].per_minute] == []


async def test_posting_through_every_fault_shows_one_message(side: Side) -> None:
    """Dropped before and after, an error page, garbage, haste: each in turn."""
    ills = [
        faults.drop_after(),
        faults.drop_before(),
        faults.status(503),
        faults.status(500, processed=True),
        faults.garbage(processed=True),
        faults.rate_limited("1.5"),
        faults.rate_limited("Thu, 01 Jan 2026 00:00:00 GMT"),
    ]
    for number, ill in enumerate(ills, 1):
        side.slack.faults.add("chat.postMessage", ill)
        ts = await side.poster().post(ANSWER, number)
        assert [one.ts for one in side.answers][number - 1 :] == [ts]


async def test_a_look_through_faults_is_repeated_before_posting_again(side: Side) -> None:
    """Nobody who could not look posts twice."""
    side.slack.faults.add("chat.postMessage", faults.drop_after())
    side.slack.faults.add("conversations.replies", faults.status(503), times=2)
    side.slack.faults.add("auth.test", faults.garbage())
    ts = await side.poster().post(ANSWER)
    assert [one.ts for one in side.answers] == [ts]


async def test_it_is_found_page_by_page(side: Side) -> None:
    """In a workspace that gives fifteen messages at a time."""
    side.slack.rules.history_page = 15
    channel = side.slack.world.channel(side.to.place.channel)
    for number in range(40):
        side.slack.world.add_message(channel, user=side.to.user, text=f"{number}", thread_ts=side.to.place.thread)
    ts = await side.poster().post(ANSWER)
    assert await side.poster().find() == ts


async def test_a_stream_ends_with_its_blocks(side: Side) -> None:
    """One message, whose text is what was written."""
    async with side.stream() as stream:
        await stream.begin("one")
        for number in range(5):
            stream.write(f" {number}")
            await asyncio.sleep(0.02)
        await stream.finish(ANSWER)
    [answer] = side.answers
    assert (answer.text, [block["type"] for block in answer.blocks]) == ("one 0 1 2 3 4", ["section"])
    assert answer.metadata["event_payload"] == {"question": "a" * 32}


@pytest.mark.parametrize("ill", [faults.drop_before(), faults.drop_after(), faults.status(502), faults.garbage(True)])
@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
async def test_no_fault_of_a_stream_loses_or_doubles_anything(side: Side, method: str, ill: faults.Fault) -> None:
    """Whichever call it hits; a stream that was not begun is the caller's to make up for."""
    side.slack.faults.add(method, ill)
    async with side.stream() as stream:
        try:
            await stream.begin("one")
            stream.write(" two")
            await asyncio.sleep(0.05)
            stream.write(" three")
            await stream.finish(ANSWER)
        except SlackUnreachable:
            assert method == "chat.startStream"
            assert not ill.processed
            await stream.replace([Said("one two three", ())])
    [answer] = side.answers
    assert body(answer) == "one two three"


async def test_a_stream_that_slack_has_ended_is_completed_by_an_edit(side: Side) -> None:
    """After five minutes, say."""
    async with side.stream() as stream:
        await stream.begin("one")
        await side.slack.clock.advance(301)
        stream.write(" two")
        await asyncio.sleep(0.05)
        await stream.finish(ANSWER)
    [answer] = side.answers
    assert (body(answer), len(answer.blocks)) == ("one two", 2)


async def test_a_long_answer_becomes_several_messages(side: Side) -> None:
    """None of which is too long for Slack."""
    written = "\n\n".join(f"Paragraph {number}. " + "word " * 150 for number in range(45))
    async with side.stream() as stream:
        await stream.begin(written[:300])
        for start in range(300, len(written), 900):
            stream.write(written[start : start + 900])
            await asyncio.sleep(0.01)
        await stream.finish(ANSWER)
    assert "".join(body(one) for one in side.answers).split() == written.split()
    assert len(side.answers) > 2


async def test_if_slack_takes_less_an_answer_gets_more_messages(side: Side) -> None:
    """Its limit is not documented."""
    side.slack.rules.stream_characters = 3_000
    written = "\n\n".join(f"Paragraph {number}. " + "word " * 150 for number in range(15))
    async with side.stream() as stream:
        await stream.begin(written[:300])
        for start in range(300, len(written), 900):
            stream.write(written[start : start + 900])
            await asyncio.sleep(0.01)
        await stream.finish(ANSWER)
    assert "".join(body(one) for one in side.answers).split() == written.split()


async def test_streams_beyond_the_tier_are_not_begun(side: Side) -> None:
    """Nothing is posted then, and the answer can go out as a whole."""
    for _ in range(STREAMS):
        async with side.stream() as stream:
            await stream.begin("one")
    async with side.stream() as stream:
        with pytest.raises(SlackBusy):
            await stream.begin("one")
        await stream.replace([ANSWER])
    assert len(side.answers) == STREAMS + 1
    assert all(call.response.get("ok", True) for call in side.slack.calls)


async def test_a_stream_without_a_scope_is_refused_before_anything_is_shown(side: Side) -> None:
    """With the scope that is missing."""
    side.slack.world.installations[side.slack.bot_token].scopes.discard("chat:write")
    async with side.stream() as stream:
        with pytest.raises(SlackRefused) as refused:
            await stream.begin("one")
    assert (refused.value.code, refused.value.needed, side.answers) == ("missing_scope", "chat:write", [])


async def test_after_a_crash_another_process_completes_the_answer(side: Side) -> None:
    """An open stream that nobody has noted is found, ended and replaced."""
    crashed = side.stream()
    await crashed.begin("half an ans")
    crashed._pump.cancel()
    async with side.stream() as stream:
        assert await stream.resume() is False
        await stream.replace([ANSWER])
    [answer] = side.answers
    assert answer.text == "the answer"
    assert await side.stream().resume() is True


async def test_the_sign_of_work_is_seen_and_gone(side: Side, session_status: Callable[[], str | None]) -> None:
    """In a direct conversation it is the session's, in channels a line under the thread."""
    async with WorkingSign(side.api, side.to, "is searching"):
        await asyncio.sleep(0.05)
        if side.to.is_direct:
            assert session_status() == "processing"
        else:
            assert list(side.slack.world.statuses.values()) == ["is searching"]
    if side.to.is_direct:
        assert session_status() == "active"


async def test_where_lines_are_refused_a_reaction_stands_in(side: Side) -> None:
    """It is gone in the end."""
    for method in ("agents.sessions.setStatus", "assistant.threads.setStatus"):
        side.slack.faults.add(method, faults.error("unknown_method"), times=None)
    asked = side.slack.world.channel(side.to.place.channel).message(side.to.asked_ts)
    async with WorkingSign(side.api, side.to, "is searching"):
        await asyncio.sleep(0.1)
        assert list(asked.reactions) == ["eyes"]
    assert not any(asked.reactions.values())


async def test_a_response_url_shows_its_message_to_the_asker(side: Side) -> None:
    """Once, through haste and errors, until it has expired."""
    to, slack = side.to, side.slack
    url = slack.world.new_response_url("T1", to.place.channel, to.user)
    async with slack_session() as session:
        urls = ResponseUrls(session, slack.api_url, {}, side.time.sleep, side.time)
        slack.faults.add("response_url", faults.rate_limited(2))
        await urls.send(url, {"text": "psst"})
        await slack.clock.advance(31 * 60)
        with pytest.raises(SlackRefused):
            await urls.send(url, {"text": "too late"})
    private = [one for one in slack.transcript(to.place.channel, viewer=to.user) if one.ephemeral_to]
    assert [one.text for one in private] == ["psst"]
