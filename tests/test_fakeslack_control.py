"""The stand-in for Slack as a process of its own, told what to do over HTTP."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from fakeslack.control import Control
from fakeslack.orders import DEEDS
from fakeslack.people import Person
from fakeslack.server import FakeSlack

CHECKOUT = Path(__file__).parents[1]
Json = dict[str, Any]
BUTTON = {"type": "button", "action_id": "show", "value": "1", "text": {"type": "plain_text", "text": "Show"}}
ACTIONS = {"type": "actions", "elements": [BUTTON]}


class Remote:
    """What gives the orders."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def __call__(self, do: str, **more: Any) -> Any:
        answer = await self.raw(json.dumps({"do": do, **more}).encode())
        assert answer["ok"], answer["error"]
        return answer["result"]

    async def raw(self, body: bytes) -> Json:
        async with self._session.post(f"{self._url}/_control", data=body) as response:
            answer: Json = await response.json()
            assert response.status == (200 if answer["ok"] else 400)
            return answer


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    slack = FakeSlack()
    Control(slack)
    async with slack:
        yield slack


@pytest.fixture
async def order(slack: FakeSlack) -> AsyncIterator[Remote]:
    async with aiohttp.ClientSession() as session:
        yield Remote(session, slack.url)


async def test_a_process_of_its_own_serves_an_app() -> None:
    """It says where it is; people act by order, and what they see can be looked at."""
    command = [sys.executable, "-m", "fakeslack"]
    process = await asyncio.create_subprocess_exec(*command, cwd=CHECKOUT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    there = json.loads(await process.stdout.readline())
    app = AsyncApp(client=AsyncWebClient(token=there["bot_token"], base_url=there["api_url"]))

    @app.event("app_mention")
    async def answer(event: Json, say: Any) -> None:
        await say(text="So.", blocks=[ACTIONS], thread_ts=event["ts"])

    @app.event("message")
    async def hear() -> None:
        """Only acknowledged."""

    @app.action("show")
    async def show(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        view = {"type": "modal", "title": {"type": "plain_text", "text": "Shown"}, "blocks": [{"type": "divider"}]}
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    handler = AsyncSocketModeHandler(app, there["app_token"])
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{there['control_url']}/health") as health:
            assert await health.json() == there
        order = Remote(session, there["url"])
        await handler.connect_async()
        await order("wait", opened=1)
        await order("channel", name="general")
        told = await order("mention", user="ana", channel="general", text="Who pays?")
        assert told["acked"]
        assert told["twin"]["acked"]
        await order("wait", calls={"chat.postMessage": 1})
        asked, answered = await order("transcript", channel="general", thread=told["message"]["ts"])
        assert (asked["text"], answered["text"]) == ("<@UBOT> Who pays?", "So.")
        await order("click", user="ana", target=answered["ts"], action_id="show")
        await order("wait", calls={"views.open": 1})
        assert [view["title"]["text"] for view in await order("views", user="ana")] == ["Shown"]
        await order("settled")
        assert await order("problems") == []
        assert all(one["ms"] < 3000 for one in await order("deliveries"))
    await handler.close_async()
    process.terminate()
    assert await process.wait() == 0


async def test_every_deed_of_people_can_be_ordered() -> None:
    """None is forgotten."""
    deeds = {name for name, value in vars(Person).items() if asyncio.iscoroutinefunction(value)}
    assert deeds - set(DEEDS) == {name for name in deeds if name.startswith("_")}
    assert all(callable(getattr(Person, name)) for name in DEEDS)


async def test_faults_and_time_can_be_ordered(slack: FakeSlack, order: Remote) -> None:
    """As in the same process."""
    await order("fault", method="chat.postMessage", kind="status", value=503, times=2)
    assert [method for method, _ in slack.faults.outstanding] == ["chat.postMessage"]
    await order("clear_faults")
    assert slack.faults.outstanding == []
    before = (await order("state"))["now"]
    await order("advance", seconds=600)
    assert (await order("state"))["now"] - before >= 600


async def test_things_are_named_and_found(slack: FakeSlack, order: Remote) -> None:
    """Channels by name or id or as the conversation with the bot, messages by ts, files by name."""
    general = await order("channel", name="general")
    told = await order("say", channel=general["id"], text="Hello.", files={"a.txt": "words"})
    assert told["message"]["files"][0]["size"] == 5
    await order("react", message=told["message"]["ts"], name="eyes")
    await order("edit", message=told["message"]["ts"], text="Hello!")
    direct = await order("dm", user="ben", text="Who pays?")
    await order("look_at", user="ben", entities=["general", told["message"]["ts"]])
    assert slack.delivery.log[-1].event["context"]["entities"][0]["value"] == general["id"]
    assert [one["text"] for one in await order("transcript", channel="@", user="ben")] == ["Who pays?"]
    assert (await order("transcript", channel="general"))[0]["text"] == "Hello!"
    await order("duplicate", event_id=direct["event_id"])
    await order("exhaust")
    assert len((await order("deliveries"))[-2]["attempts"]) >= 4


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"{", "no JSON"),
        (b"[]", "an object"),
        (b'{"do": "dance"}', "dance"),
        (b'{"do": "mention", "channel": "nowhere", "text": "?"}', "nowhere"),
        (b'{"do": "dm", "text": "Hello", "song": "?"}', "song"),
        (b'{"do": "advance"}', "seconds"),
        (b'{"do": "click", "target": "1.1", "action_id": "x"}', "1.1"),
        (b'{"do": "submit", "view": "top"}', "no modal"),
        (b'{"do": "close", "view": "V77"}', "V77"),
        (b'{"do": "duplicate", "event_id": "Ev0"}', "Ev0"),
        (b'{"do": "wait", "opened": 1, "timeout_s": 0.01}', "1 connections"),
    ],
)
async def test_an_order_that_makes_no_sense_says_so(order: Remote, body: bytes, word: str) -> None:
    """It breaks nothing."""
    answer = await order.raw(body)
    assert not answer["ok"]
    assert word in answer["error"]
    assert await order("problems") == []


async def test_how_the_app_is_told_can_be_changed(slack: FakeSlack, order: Remote) -> None:
    """What is not named stays."""
    await order("configure", transport="http", request_url="http://127.0.0.1:9/", subscriptions=["app_mention"])
    await order("configure", skew_s=360, unfurl_domains=["docs.example.org"])
    assert slack.delivery.transport == "http"
    assert slack.delivery.request_url == "http://127.0.0.1:9"
    assert slack.delivery.subscriptions == {"app_mention"}
    assert slack.delivery.http.skew_s == 360
    assert slack.delivery.audience.unfurls("https://docs.example.org/a")
