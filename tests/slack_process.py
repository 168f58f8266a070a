"""`footnote serve` as a real process that the stand-in for Slack, in the test's own event loop, talks to."""

import asyncio
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fakeslack.server import FakeSlack
from fakeslack.workspace import Channel, Message
from tests import waiting
from tests.conftest import SCRUBBED
from tests.footnote_process import DEADLINE_S, MAIN, ROOT, command, environment, run

SEEDS = ROOT / "seeds"


def settings_in(slack: FakeSlack, home: Path, **settings: str) -> dict[str, str]:
    """What a user sets to have the shipped documents answer in that Slack, over its transport; more may be said."""
    over_http = slack.delivery.transport == "http"
    transport = {"SLACK_SIGNING_SECRET": slack.signing_secret} if over_http else {"SLACK_APP_TOKEN": slack.app_token}
    own = {"FOOTNOTE_HOME": str(home), "FOOTNOTE_DOCUMENTS": str(SEEDS), "FOOTNOTE_SLACK_API_URL": slack.api_url}
    return {**own, "SLACK_BOT_TOKEN": slack.bot_token, **transport, **settings}


def index_seeds(home: Path) -> Path:
    """The shipped documents, indexed once: each process gets a copy, as two never share an index."""
    done = run("index", FOOTNOTE_HOME=str(home), FOOTNOTE_DOCUMENTS=str(SEEDS))
    assert done.returncode == 0, done.stderr
    return home


class Footnote:
    """A process; what it says to whoever started it is `told`, what it logs stands in the file `log`."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.process = process
        self.log = log
        self.told = ""

    async def listening(self) -> str:
        """Its URL, once it has one."""
        assert self.process.stdout is not None
        self.told = (await asyncio.wait_for(self.process.stdout.readline(), DEADLINE_S)).decode()
        assert self.told.startswith("Footnote answers on http://"), self.logged
        return self.told.split()[3]

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Its exit status after that signal."""
        self.process.send_signal(number)
        return await self.ended()

    async def kill(self) -> None:
        """As `kill -9` does; harmless if it has ended."""
        if self.process.returncode is None:
            self.process.kill()
        await self.ended()

    async def ended(self) -> int:
        return await asyncio.wait_for(self.process.wait(), DEADLINE_S)

    @property
    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8")


async def started(log: Path, program: str = MAIN, **settings: str) -> Footnote:
    """`footnote serve` on a free port, with these settings and no others."""
    plain = {name: value for name, value in environment().items() if not name.startswith(SCRUBBED)}
    with log.open("a", encoding="utf-8") as errors:
        process = await asyncio.create_subprocess_exec(
            *command("serve", "--port", "0", program=program),
            env={**plain, **settings},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
    return Footnote(process, log)


@asynccontextmanager
async def serving(slack: FakeSlack, home: Path, **settings: str) -> AsyncIterator[Footnote]:
    """From the moment when Slack can tell it something; killed at the end if need be."""
    footnote = await started(home.with_suffix(".log"), **settings_in(slack, home, **settings))
    try:
        url = await footnote.listening()
        if slack.delivery.transport == "http":
            slack.delivery.request_url = url
        yield footnote
    finally:
        await footnote.kill()


def copied(indexed: Path, home: Path) -> Path:
    """An index of one's own."""
    return Path(shutil.copytree(indexed, home))


def replies(slack: FakeSlack, channel: Channel, thread: str | None = None) -> list[Message]:
    """What the bot has said there."""
    return [one for one in slack.transcript(channel, thread) if one.bot_id]


async def until(condition: Callable[[], Any], within_s: float = DEADLINE_S) -> Any:
    """What it says as soon as that is true: another process works on it, and may take its time."""
    return await waiting.until(condition, within_s)
