"""A workspace whose bot is a real process, over the shipped documents and some that a scenario needs."""

import asyncio
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from fakeslack.people import Person
from fakeslack.server import FakeSlack
from fakeslack.workspace import Channel, Message
from tests.fake_llm import Done, Finish, Received, Reply, Stall, Step, Text
from tests.footnote_process import DEADLINE_S, run
from tests.slack_house import shown
from tests.slack_process import SEEDS, Footnote, replies, serving, until

SITE = "https://docs.example.test"
KEEPER_ASKED = "Who keeps the lighthouse of Hallen?"
KEEPER = "Nadia Brekke keeps the lighthouse of Hallen."
BUILT = "The lighthouse of Hallen was built in 1871."
LAMP = "The lamp of the lighthouse of Hallen is lit at dusk."
PILOT_ASKED = "How many boats did the harbour pilot of Vardo count?"
MERGER_ASKED = "When does the merger with Acme Corporation close?"
MERGER = "The merger with Acme Corporation closes on 12 March 2031."
CAPTAIN_ASKED = "Who commands the vessel Corvus?"
LETTERS = 120
DAYS = 140

_LIGHTHOUSE = f"# The lighthouse of Hallen\n\n{KEEPER} {BUILT} {LAMP}\n"
_MERGER = f"# Project Heron\n\nMaria Lopez leads Project Heron. {MERGER}\n"
_HOSTILE = (
    "Rex Hald commands the vessel Corvus <!channel> <@U1> <#C1> &lt;!here&gt; "
    "![x](https://evil.example/a.png) [a](javascript:alert(1)) <slack://user?id=U1|b> https://evil.example \u202etxt\n"
)
_DAY = (
    "Day {0:03}: the harbour pilot of Vardo counted {1} boats, {2} nets and {3} gulls before the evening bell rang.\n\n"
)
_TRAINS = ["wagon", *(f"tariff {number}" for number in range(40))]


def documents_in(folder: Path) -> Path:
    """The shipped ones beside a secret, a hostile, a long and a wide one, and more titles than a menu shows."""
    shutil.copytree(SEEDS, folder)
    table = [_TRAINS, ["---"] * len(_TRAINS), *([f"W{row}", *map(str, range(row, row + 40))] for row in range(3))]
    wide = "\n".join(f"| {' | '.join(cells)} |" for cells in table)
    log = "".join(_DAY.format(day, day + 3, day + 5, day + 7) for day in range(300))
    own = {
        "lighthouse.md": _LIGHTHOUSE,
        "heron.md": _MERGER,
        "corvus.txt": _HOSTILE,
        "log.md": f"# The pilot's log of Vardo\n\n{log}",
        "wagons.md": f"# The tariffs of the wagons\n\n{wide}\n",
        **{f"letter-{number:03}.md": f"# Letter {number:03}\n\nIt came.\n" for number in range(LETTERS)},
    }
    for name, text in own.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def index_documents(folder: Path, home: Path) -> Path:
    """Once: each process gets a copy of the index."""
    done = run("index", FOOTNOTE_HOME=str(home), FOOTNOTE_DOCUMENTS=str(folder))
    assert done.returncode == 0, done.stderr
    return home


@dataclass
class Model:
    """A script for `FakeLLM`: what is said to which question, sentences and pauses; else who keeps the lighthouse.

    Each sentence is cited from the first passage that says it.
    """

    scripts: dict[str, Sequence[str | Stall]] = field(default_factory=dict)

    def __call__(self, received: Received) -> Reply:
        told = str(received.messages[-1]["content"])
        passages, _, asked = told.partition("<question>")
        if PILOT_ASKED in asked:
            said: Sequence[str | Stall] = re.findall(r"Day \d+: [^.]+ rang\.", passages)[:DAYS]
        else:
            said = next((script for question, script in self.scripts.items() if question in asked), [KEEPER])
        return Reply.of(*_steps(said, passages), Finish(), Done())


def _steps(said: Sequence[str | Stall], passages: str) -> Iterator[Step]:
    """A sentence is only known to have ended when another one begins, so a pause comes after its first letter."""
    paused = False
    for number, one in enumerate(said):
        if isinstance(one, Stall):
            yield from ([Text("T")] if number else [])
            yield one
            paused = number > 0
        else:
            yield Text(f"{one.removeprefix('T') if paused else one} [{_number(one, passages)}] ")
            paused = False


def _number(sentence: str, passages: str) -> str:
    """Of the passage that says it."""
    return re.findall(r"<passage (\d+)>", passages.partition(sentence)[0])[-1]


@dataclass(frozen=True, slots=True)
class Office:
    """What people do in that workspace, and what becomes of it."""

    slack: FakeSlack
    footnote: Footnote
    home: Path
    numbers: Iterator[int] = field(default_factory=count)

    def channel(self) -> Channel:
        """A new one: how often the bot may write in one is limited."""
        return self.slack.channel(f"channel-{next(self.numbers)}")

    async def asked(self, text: str, channel: Channel | None = None, by: str = "ana") -> Message:
        """A mention that says so."""
        said = (await self.slack.user(by).mention(channel or self.channel(), text)).message
        assert said is not None
        return said

    async def answer(self, said: Message, count: int = 1) -> Message:
        """The latest of exactly so many answers in the thread of what was said, when everything is done."""
        await until(lambda: len(self.replies(said)) >= count)
        await self.quiet()
        await until(lambda: self.is_at_rest(said))
        assert len(self.replies(said)) == count
        return self.replies(said)[-1]

    async def answered(self, text: str = KEEPER_ASKED) -> Message:
        """The answer to a mention that says so."""
        return await self.answer(await self.asked(text))

    def replies(self, said: Message) -> list[Message]:
        """What the bot has said in the thread of a message."""
        return replies(
            self.slack, self.slack.world.team_of(said.channel, said.team).channels[said.channel], said.thread
        )

    def is_at_rest(self, said: Message) -> bool:
        """Nothing in its thread looks as if it were still being worked on."""
        world, thread = self.slack.world, (said.channel, said.thread)
        streaming = [one for one in world.open_streams() if one.message.thread == said.thread]
        return not streaming and thread not in world.statuses and world.sessions.get(thread) != "processing"

    async def quiet(self) -> None:
        """Nothing is on its way to the process, queued in it or under way."""
        async with asyncio.timeout(DEADLINE_S):
            await self.slack.delivery.settled()
        await until(lambda: not self.kept("SELECT id FROM questions WHERE outcome IS NULL"))

    def kept(self, sql: str) -> list[Any]:
        """The first column of what the process's database has."""
        with closing(sqlite3.connect(self.home / "history.sqlite")) as database:
            return [row[0] for row in database.execute(sql)]

    async def private(self, person: Person, words: str) -> Message:
        """The message that only that person sees and that says so."""
        return await until(lambda: next((one for one in person.ephemerals if words in shown(one)), None))

    async def direct(self, person: Person, words: str) -> Message:
        """The message in the person's own conversation with the bot that says so."""
        found = lambda: [one for one in replies(self.slack, person.direct) if words in shown(one)]  # noqa: E731
        return (await until(found))[0]


@asynccontextmanager
async def an_office(slack: FakeSlack, home: Path, documents: Path, **settings: str) -> AsyncIterator[Office]:
    """It has nothing to complain of in the end: neither Slack nor the process."""
    async with serving(slack, home, FOOTNOTE_DOCUMENTS=str(documents), **settings) as footnote:
        yield Office(slack, footnote, home)
        assert await footnote.stop() == 0
    assert slack.problems == []
    assert slack.delivery.unacknowledged == []
    assert slack.world.open_streams() == []
    assert "Traceback" not in footnote.logged


def squeezed(message: Message) -> str:
    """All that it says without any space: pieces of a text with styles of their own stand apart."""
    return "".join(shown(message).split())
