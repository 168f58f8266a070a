"""A busy workspace of the stand-in for Slack, and what its bot makes of it.

slack_load.py QUESTIONS.json SECONDS     the first line of output lets a bot in; a line of input begins the load
"""

import asyncio
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from fakeslack.delivery import Delivered
from fakeslack.server import FakeSlack
from fakeslack.web_api.gateway import Call
from fakeslack.workspace import Channel, Message

SEED = 20240607
CHANNELS, PEOPLE = 60, 40
PATIENCE_S = 60.0  # for the last answers
LOOK_S = 0.1

# What happens in each second. A mention is two events, and each answer is told to the bot as well: fifty in all.
MENTIONS, FOLLOW_UPS = 4, 1
REMARKS, THREAD_REMARKS, EDITS, REACTIONS, DUPLICATES = 26, 4, 2, 1, 3
DEEDS_A_SECOND = MENTIONS + FOLLOW_UPS + REMARKS + THREAD_REMARKS + EDITS + REACTIONS + DUPLICATES

SIGNS = {"assistant.threads.setStatus", "reactions.add", "chat.startStream", "chat.postMessage"}
ANSWERS = {"chat.startStream", "chat.postMessage"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, by its channel and thread, and when Slack began to tell the bot of it."""

    place: tuple[str, str]
    at: float


@dataclass
class Crowd:
    """People who do something all the time. Nobody waits for anybody, least of all for the bot."""

    slack: FakeSlack
    questions: list[str]
    dice: random.Random = field(default_factory=lambda: random.Random(SEED))
    asked: list[Asked] = field(default_factory=list)
    said: list[Message] = field(default_factory=list)
    roots: list[Message] = field(default_factory=list)
    busy: set[asyncio.Task[Any]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.channels = [self.slack.channel(f"channel-{number}") for number in range(CHANNELS)]
        self.people = [self.slack.user(f"person-{number}") for number in range(PEOPLE)]

    async def go_on(self, seconds: float) -> None:
        """Deeds at even distances, however long the bot takes."""
        deeds = self._a_second()
        begun = perf_counter()
        for number in range(int(seconds * DEEDS_A_SECOND)):
            if number % DEEDS_A_SECOND == 0:
                self.dice.shuffle(deeds)
            await asyncio.sleep(max(0.0, begun + number / DEEDS_A_SECOND - perf_counter()))
            task = asyncio.create_task(deeds[number % DEEDS_A_SECOND]())
            self.busy.add(task)
            task.add_done_callback(self.busy.discard)

    def _a_second(self) -> list[Callable[[], Coroutine[Any, Any, Any]]]:
        counts = {
            self._mention: MENTIONS,
            self._follow_up: FOLLOW_UPS,
            self._remark: REMARKS,
            self._thread_remark: THREAD_REMARKS,
            self._edit: EDITS,
            self._reaction: REACTIONS,
            self._duplicate: DUPLICATES,
        }
        return [deed for deed, times in counts.items() for _ in range(times)]

    async def _mention(self) -> None:
        channel = self.channels[len(self.asked) % CHANNELS]
        at = self._asks()
        told = await self.dice.choice(self.people).mention(channel, self._question())
        self.roots.append(self._noted(told, at))

    async def _follow_up(self) -> None:
        """Where the bot has been asked before, without a mention."""
        if len(self.roots) < CHANNELS // 2:
            await self._mention()
            return
        root = self.roots[-(CHANNELS // 2)]
        at = self._asks()
        self._noted(await self.dice.choice(self.people).say(self._channel(root), self._question(), root), at)

    async def _remark(self) -> None:
        told = await self.dice.choice(self.people).say(self.dice.choice(self.channels), "Lunch at noon, as always.")
        if told.message:
            self.said.append(told.message)

    async def _thread_remark(self) -> None:
        if self.said:
            root = self.dice.choice(self.said[-50:])
            await self.dice.choice(self.people).say(self._channel(root), "So be it, then.", root)

    async def _edit(self) -> None:
        if self.said:
            message = self.dice.choice(self.said[-50:])
            author = next(one for one in self.people if one.id == message.user)
            await author.edit(message, f"Lunch at {self.dice.randrange(11, 15)}, as always.")

    async def _reaction(self) -> None:
        if self.said:
            await self.dice.choice(self.people).react(self.dice.choice(self.said[-50:]), "wave")

    async def _duplicate(self) -> None:
        log = self.slack.delivery.log
        if log:
            self.slack.delivery.duplicate(self.dice.choice(log[-100:]), later=self.dice.choice((0.0, 1.0)))

    def _question(self) -> str:
        return self.questions[len(self.asked) % len(self.questions)]

    def _asks(self) -> float:
        return self.slack.clock.now()

    def _noted(self, told: Delivered, at: float) -> Message:
        assert told.message is not None
        self.asked.append(Asked((told.message.channel, told.message.thread), at))
        return told.message

    def _channel(self, message: Message) -> Channel:
        channel = self.slack.world.channel(message.channel)
        assert channel is not None
        return channel


def place(call: Call) -> tuple[str, str]:
    """The channel and thread that a call is about."""
    given = call.arguments
    return (
        str(given.get("channel") or given.get("channel_id")),
        str(given.get("thread_ts") or given.get("timestamp")),
    )


def delays(asked: list[Asked], calls: list[Call], methods: set[str]) -> list[float]:
    """Milliseconds from each question until the first such call about it; questions without one are left out."""
    about: dict[tuple[str, str], list[float]] = {}
    for call in calls:
        if call.ok and call.method in methods and call.arguments.get("status") != "":
            about.setdefault(place(call), []).append(call.at)
    firsts = (next((at for at in about.get(one.place, ()) if at >= one.at), None) for one in asked)
    return [1000 * (first - one.at) for first, one in zip(firsts, asked, strict=True) if first is not None]


async def measured(slack: FakeSlack, questions: list[str], seconds: float) -> dict[str, Any]:
    crowd = Crowd(slack, questions)
    begun = perf_counter()
    await crowd.go_on(seconds)
    until = perf_counter() + PATIENCE_S
    while crowd.busy or (len(posts(slack)) < len(crowd.asked) and perf_counter() < until):  # noqa: ASYNC110 - many things end
        await asyncio.sleep(LOOK_S)
    took = perf_counter() - begun
    tries = [one for told in slack.delivery.log for one in told.attempts]
    return {
        "seconds": took,
        "events": len(tries),
        "asked": len(crowd.asked),
        "answered": len(posts(slack)),
        "ack_ms": [one.ms for one in tries if one.acked],
        "life_ms": delays(crowd.asked, slack.calls, SIGNS),
        "answer_ms": delays(crowd.asked, slack.calls, ANSWERS),
        "failed": sum(not one.acked for one in tries),
        "calls": Counter(f"{call.method} {call.error or 'ok'}" for call in slack.calls),
        "problems": slack.problems,
    }


def posts(slack: FakeSlack) -> list[Call]:
    return [call for call in slack.calls if call.ok and call.method in ANSWERS]


async def main(questions: list[str], seconds: float) -> None:
    async with FakeSlack() as slack:
        tokens = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token}
        print(json.dumps({**tokens, "FOOTNOTE_SLACK_API_URL": slack.api_url}), flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        await slack.delivery.socket_mode.wait_opened()
        print(json.dumps(await measured(slack, questions, seconds)), flush=True)


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), float(sys.argv[2])))
