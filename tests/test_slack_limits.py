"""A thousand answers of every kind, sent as they are in earnest: Slack takes each of them, and none of it is lost."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.answer import Answer
from bot.events import Status
from bot.shown import shown
from bot.slack.answer_blocks import pieces
from bot.slack.destination import Destination
from bot.slack.hints import Hints
from bot.slack.live_streams import LiveStreams
from bot.slack.pacing import Pacing
from bot.slack.place import Place
from bot.slack.posting import Poster
from bot.slack.reply_message import Noted
from bot.slack.reply_stream import ReplyStream
from bot.slack.slack_api import SlackApi
from bot.slack.slack_session import slack_client, slack_session
from bot.slack.text import streamed_text
from bot.slack.thread_outlet import ThreadOutlet
from bot.slack.working_sign import WorkingSign
from fakeslack.server import FakeSlack
from fakeslack.workspace import Message
from tests.fake_slack_client import OneToken
from tests.fakeslack_client import body
from tests.passing_time import PassingTime
from tests.test_slack_answer_blocks import ABSTENTIONS, ANSWERS, ID, PHRASES, URL, values, words

UNLIMITED = 10**9  # calls a minute: pauses take no time here, so the stand-in must not count them
EACH = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


@dataclass
class Assigned:
    """A question that nobody else wants."""

    reply: dict[str, Any] = field(default_factory=dict)

    async def note(self, **parts: Any) -> None:
        self.reply |= parts


@dataclass
class Desk:
    """Answers questions in a channel, each in a thread of its own."""

    slack: FakeSlack
    api: SlackApi
    time: PassingTime

    async def answer(self, answer: Answer, sentences: list[str]) -> list[Message]:
        """What the thread shows in the end. With sentences, they are written first."""
        channel, ana = self.slack.channel(), self.slack.user()
        asked = self.slack.world.add_message(channel, user=ana.id, text="Who?")
        to = Destination(Place("T1", channel.id, asked.ts), "a" * 32, asked.ts, ana.id, "T1")
        outlet = self.outlet(to)
        await outlet.status(Status("writing", "small-model is writing"))
        for sentence in sentences:
            await outlet.sentence(sentence)
        await outlet.answer(answer)
        await outlet.close()
        return self.slack.transcript(channel, asked.ts)[1:]

    def outlet(self, to: Destination) -> ThreadOutlet:
        async def nothing() -> Any:
            return set()

        sign = WorkingSign(self.api, to, "is searching")

        def reply(noted: Noted) -> ReplyStream:
            poster = Poster(self.api, to, self.time.sleep, self.time)
            return ReplyStream(self.api, poster, to, LiveStreams(), noted, sleep=self.time.sleep, clock=self.time)

        return ThreadOutlet(
            assignment=Assigned(),  # type: ignore[arg-type]
            to=to,
            reply=reply,
            sign=sign,
            put_away=sign.leave,
            known=nothing,
            examples=nothing,
            hints=Hints(self.api),
            words=PHRASES,
            base_url=URL,
            echo=None,
        )


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with FakeSlack() as slack, slack_session() as session:
        slack.delivery.subscriptions = set()
        for method in ("chat.postMessage", "chat.startStream", "chat.appendStream", "chat.stopStream", "chat.update"):
            slack.tiers.limit(method, UNLIMITED)
        time = PassingTime()
        client = slack_client(session, slack.api_url, {})
        pacing = Pacing(clock=time, sleep=time.sleep)
        yield Desk(slack, SlackApi(client, OneToken(slack.bot_token), pacing, time.sleep, time), time)


def taken(desk: Desk) -> bool:
    """Whether Slack has taken everything, and nothing looks unfinished; forgets what was called."""
    refused = [(one.method, one.status, one.response) for one in desk.slack.calls if not one.ok]
    desk.slack.calls.clear()
    assert refused == []
    assert desk.slack.problems == []
    return not desk.slack.world.open_streams()


@given(answer=ANSWERS | ABSTENTIONS)
@EACH
async def test_slack_takes_every_answer(desk: Desk, answer: Answer) -> None:
    """Long, wide, hostile, with sixty sources: its text, every source and every button are there."""
    messages = await desk.answer(answer, [])
    assert taken(desk)
    assert words(messages).startswith(shown(answer.answer).strip())
    assert values(messages, "footnote_show_passage") == [f"{ID}:{one.number}" for one in answer.citations]
    assert len(values(messages, "footnote_show_closest")) == len(answer.closest)


def together(texts: Iterable[str]) -> str:
    """Without the spaces at which messages are cut."""
    return "".join("".join(texts).split())


@given(answer=ANSWERS, size=st.sampled_from((80, 700, 9_000, 20_000)))
@EACH
async def test_slack_takes_every_answer_while_it_is_written(desk: Desk, answer: Answer, size: int) -> None:
    """The same of one that a model writes, in short sentences or endless ones."""
    sentences = [one for one in pieces(answer.answer, size) if one.strip()]
    messages = await desk.answer(replace(answer, writer="generative"), sentences)
    assert taken(desk)
    assert values(messages, "footnote_show_passage") == [f"{ID}:{one.number}" for one in answer.citations]
    written = " ".join(map(streamed_text, sentences))
    in_blocks = words(messages).startswith(shown(answer.answer).strip())
    assert in_blocks or together(map(body, messages)).startswith(together([written]))
    assert '"footnote_vote"' in str(messages[-1].blocks).replace("'", '"')
