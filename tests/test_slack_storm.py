"""Exactly once: two processes that share a history, events that come again and again, and `kill -9` in between.

`STORM_SEED` repeats a storm; `STORM_TIMES=10` makes a longer one, with as many more threads and kills.
"""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.history_database import HistoryDatabase
from bot.history_inbox import Inbox
from bot.slack.answer_metadata import AnswerMetadata
from bot.slack.replying import ATTEMPTS
from fakeslack.delivery import Delivered
from fakeslack.server import FakeSlack
from fakeslack.workspace import STATUS_S, Channel, Message
from tests.fake_llm import FakeLLM, Reply
from tests.slack_process import Footnote, copied, index_seeds, replies, settings_in, started, until
from tests.slack_time import hurrying

TIMES = int(os.environ.get("STORM_TIMES", "1"))
THREADS, KILLS = 12 * TIMES, 3 * TIMES
QUESTIONS = (
    "Who commands the multinational security mission in Haiti?",
    "Where does the APN port lie?",
    "Since when had gangs occupied the APN port?",
    "How many municipalities does the state of emergency cover?",
)
WRITTEN = "Godfrey Otunge commands the multinational security mission in Haiti. [1] Kenya leads the mission. [1]"
LEASE_S = "5"
LATER_S = (0.0, 0.0, 1.0, 5.0, 40.0)  # of the clock
WITHIN_S = 90.0 * TIMES

pytestmark = pytest.mark.timeout(2 * WITHIN_S)


@dataclass
class Storm:
    """The workspace, and the processes that are its bot: each has a home of its own, all have one history."""

    slack: FakeSlack
    history: str
    dice: random.Random
    settings: dict[Path, dict[str, str]]
    alive: dict[Path, Footnote] = field(default_factory=dict)

    async def start(self, home: Path) -> None:
        """It listens to Slack some seconds later, or dies before."""
        shared = {"FOOTNOTE_HISTORY_URL": self.history, "FOOTNOTE_SLACK_LEASE": LEASE_S}
        settings = settings_in(self.slack, home, **shared, **self.settings[home])
        self.alive[home] = await started(home.with_suffix(".log"), **settings)

    async def kill_some(self, times: int) -> None:
        """Each time in the middle of something; another process comes up in place of the dead one meanwhile."""
        for _ in range(times):
            await asyncio.sleep(self.dice.uniform(0.5, 3.0))
            posted = self._posted()
            await until(lambda before=posted: self._posted() > before, WITHIN_S)
            await asyncio.sleep(self.dice.uniform(0.0, 0.2))
            home = self.dice.choice(sorted(self.alive))
            await self.alive[home].kill()
            await self.start(home)

    def _posted(self) -> int:
        """How much has been begun or ended in Slack."""
        return sum(call.method.startswith("chat.") for call in self.slack.calls)

    async def repeat_everything(self) -> None:
        """Whatever Slack tells is told up to three times more, at the same moment or later."""
        log, delivery = self.slack.delivery.log, self.slack.delivery
        seen = 0
        while True:
            await delivery.told(seen + 1)
            for one in log[seen:]:
                delivery.duplicate(one, self.dice.randrange(4), later=self.dice.choice(LATER_S))
            seen = len(log)

    async def talk(self, channel: Channel, person: str) -> list[Message]:
        """Somebody asks one question after the other in one thread, and does not wait for answers."""
        ana, asked = self.slack.user(person), list[Message]()
        for number, question in enumerate(QUESTIONS):
            await asyncio.sleep(self.dice.uniform(0.0, 4.0))
            if number and self.dice.random() < 0.5:
                delivered = await ana.say(channel, question, asked[0])
            else:
                delivered = await ana.mention(channel, question, asked[0] if asked else None)
            assert delivered.message is not None
            asked.append(delivered.message)
            await until(lambda told=delivered: _heard(told), WITHIN_S)
        return asked

    async def end(self) -> None:
        for footnote in self.alive.values():
            await footnote.kill()


def _heard(told: Delivered) -> bool:
    """Slack keeps no order among events: who asks next asks when this has come through."""
    return told.acked or bool(told.twin and told.twin.acked)


@asynccontextmanager
async def raging(tmp_path: Path, seed: int) -> AsyncIterator[Storm]:
    """One process has a model and streams what it writes, the other one quotes."""
    async with AsyncExitStack() as stack:
        model = stack.enter_context(FakeLLM(Reply.text(WRITTEN, tokens_per_second=40)))
        slack = await stack.enter_async_context(FakeSlack())
        slack.world.stream_s = float("inf")  # nobody but the bot ends what it has begun
        writing = {"FOOTNOTE_LLM_BASE_URL": model.base_url, "FOOTNOTE_LLM_MODEL": "scripted"}
        indexed = index_seeds(tmp_path / "indexed")
        homes = {copied(indexed, tmp_path / "writing"): writing, copied(indexed, tmp_path / "quoting"): {}}
        storm = Storm(slack, f"sqlite:///{tmp_path / 'history.sqlite'}", random.Random(seed), homes)
        stack.push_async_callback(storm.end)
        for home in homes:
            await storm.start(home)
        await asyncio.gather(*(footnote.listening() for footnote in storm.alive.values()))
        await stack.enter_async_context(hurrying(slack.clock, 0.05))
        repeating = asyncio.create_task(storm.repeat_everything())
        yield storm
        repeating.cancel()
        with suppress(asyncio.CancelledError):
            await repeating


async def test_every_question_is_answered_once_and_in_order(tmp_path: Path) -> None:
    """Whatever is delivered twice, in parallel or late, and whichever process dies with what it was doing."""
    seed = int(os.environ.get("STORM_SEED", random.randrange(10**6)))
    print(f"STORM_SEED={seed}")
    async with raging(tmp_path, seed) as storm:
        slack = storm.slack
        channels = [slack.channel(f"storm-{number % 4}") for number in range(THREADS)]
        talks = (storm.talk(channel, f"person-{number}") for number, channel in enumerate(channels))
        *threads, _ = await asyncio.gather(*talks, storm.kill_some(KILLS))
        await until(lambda: len(_answers(slack, channels)) >= THREADS * len(QUESTIONS), WITHIN_S)
        await until(lambda: not slack.world.open_streams(), WITHIN_S)
        async with asyncio.timeout(WITHIN_S):
            await slack.delivery.settled()
        await slack.clock.advance(STATUS_S)  # what the dead have left behind; the living leave nothing
        await until(lambda: not slack.world.statuses, WITHIN_S)
        answered = answered_questions(slack, storm.history, channels)
        assert answered == {(asked[0].channel, asked[0].ts): [one.ts for one in asked] for asked in threads}
        assert slack.delivery.unacknowledged == []
        assert slack.problems == []
        assert all("Traceback" not in footnote.logged for footnote in storm.alive.values())


def _answers(slack: FakeSlack, channels: Sequence[Channel]) -> list[Message]:
    return [one for channel in {one.id: one for one in channels}.values() for one in replies(slack, channel)]


def answered_questions(slack: FakeSlack, history: str, channels: Sequence[Channel]) -> dict[tuple[str, str], list[str]]:
    """Of each thread the messages that were answered there, in the order of the answers."""
    database = HistoryDatabase(history)
    inbox, answered = Inbox(database), dict[tuple[str, str], list[str]]()
    for answer in _answers(slack, channels):
        metadata = AnswerMetadata.of_message(answer.as_json())
        assert metadata is not None, answer
        queued = inbox.by_id(metadata.question_id)
        assert queued is not None
        assert queued.outcome in ("answered", "abstained") or queued.attempt > ATTEMPTS
        answered.setdefault((answer.channel, answer.thread), []).append(queued.key.rpartition(":")[2])
    database.close()
    return answered
