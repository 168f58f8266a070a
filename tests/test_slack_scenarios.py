"""What people do in Slack, and what the bot does then: over Socket Mode and over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.slack_house import House, house, shown


@pytest.fixture(params=["socket", "http"])
async def home(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """A house whose service listens."""
    async with house(tmp_path, request.param) as made, made.open():
        yield made


async def test_a_mention_is_answered_in_its_thread_with_sources_and_thumbs(home: House) -> None:
    """The whole journey: one message, with the words of the source and what can be done with it."""
    channel, ana = home.slack.channel(), home.slack.user()
    asked = await ana.mention(channel, "Who leads the mission?")
    reply = await home.reply(channel, asked.message.ts)
    assert asked.acked
    assert "Kenya leads the mission. [1]" in shown(reply)
    assert "Haiti" in shown(reply)
    assert reply.thread_ts == asked.message.ts
    assert len(home.replies(channel)) == 1
