"""The real SDK against the stand-in, and what tests of the stand-in say often."""

from collections.abc import AsyncIterator, Awaitable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from fakeslack.server import FakeSlack
from fakeslack.workspace import Channel, Message, User


@pytest.fixture
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[FakeSlack]:
    """Listening, with the transport that the test is parametrised by, else Socket Mode."""
    named = getattr(request.node, "callspec", None)
    async with FakeSlack(named.params.get("transport", "socket") if named else "socket") as slack:
        yield slack


@pytest.fixture
def client(slack: FakeSlack) -> AsyncWebClient:
    """With the bot's token, and without any retries."""
    return client_of(slack, slack.bot_token)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def client_of(slack: FakeSlack, token: str | None, **more: Any) -> AsyncWebClient:
    return AsyncWebClient(token, base_url=slack.api_url, retry_handlers=[], **more)


async def refused(call: Awaitable[Any]) -> str:
    """Slack's word for why a call is refused."""
    with pytest.raises(SlackApiError) as raised:
        await call
    return str(raised.value.response["error"])


def member(slack: FakeSlack, *channels: Channel, name: str = "ana") -> User:
    """A person who is in those channels."""
    user = slack.world.add_user("T1", name)
    for channel in channels:
        channel.members.add(user.id)
    return user


def asked(slack: FakeSlack, channel: Channel, user: User, text: str = "Who pays?", **more: Any) -> Message:
    """Something that a person has said."""
    return slack.world.add_message(channel, user=user.id, text=text, **more)


def told(slack: FakeSlack) -> list[dict[str, Any]]:
    """The events that the app hears, in order."""
    return [one.event for one in slack.delivery.log]


def body(message: Message) -> str:
    """What is read of a message besides its blocks: a streamed text, or the Markdown that stands for it."""
    return "".join(block["text"] for block in message.blocks if block["type"] == "markdown") or message.text
