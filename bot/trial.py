"""`footnote slack try`: the whole Slack surface against the stand-in, for a person at a terminal."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from rich.console import Console

from bot.errors import StandInMissing
from bot.keyboard import Keyboard
from bot.settings import Settings
from bot.terminal import Terminal
from bot.wiring import Served, index_documents, make_product, served


async def trial(settings: Settings) -> None:
    """Until the person leaves. Raises StandInMissing, IndexBusy, and what indexing raises.

    What is asked here is kept for as long as this runs: a real Slack has nothing to do with it.
    """
    try:
        from fakeslack.server import FakeSlack
    except ImportError:
        raise StandInMissing(
            "the stand-in for Slack comes with the source, not with the package: try this in a clone of the repository"
        ) from None
    terminal = Terminal.standard()
    with terminal.progress() as listener:
        index_documents(settings, listener)
    with tempfile.TemporaryDirectory(prefix="footnote-") as folder:
        apart = settings.model_copy(update=_apart(Path(folder)))
        with served(apart) as parts:
            parts.engine.start()
            async with FakeSlack() as slack:
                await _conversation(apart, parts, slack)


def _apart(folder: Path) -> Mapping[str, Any]:
    return {"history_url": SecretStr(f"sqlite:///{folder / 'history.sqlite'}")}


async def _conversation(settings: Settings, parts: Served, slack: Any) -> None:
    from bot.slack.slack_service import SlackService
    from bot.slack.slack_settings import APP_TOKEN, BOT_TOKEN, SlackSettings
    from fakeslack.activity import Patience
    from fakeslack.lines import line_from
    from fakeslack.terminal import session

    tokens = {BOT_TOKEN: slack.bot_token, APP_TOKEN: slack.app_token}
    configured = SlackSettings.load(tokens, slack.api_url, settings.public_url)
    assert configured is not None  # noqa: S101 - there are tokens
    keyboard = Keyboard.standard()
    async with SlackService(configured, settings, make_product(settings, parts), {}) as service:
        await session(
            slack,
            lambda: line_from(keyboard.read_line),
            Console(highlight=False),
            busy=lambda: service.busy,
            patience=Patience(quiet_s=0.3),
        )
