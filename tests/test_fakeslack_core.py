"""The stand-in for Slack: its clock, its faults, its rates, and what the SDK gets to hear of messages and tokens."""

import asyncio
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from fakeslack import faults
from fakeslack.clock import Clock
from fakeslack.faults import Faults
from fakeslack.server import FakeSlack
from fakeslack.tiers import Tiers
from fakeslack.web_api.registry import all_methods
from tests.fakeslack_client import asked, client, client_of, http, member, refused, slack, told

__all__ = ["client", "http", "slack"]  # fixtures

BLOCK = {"type": "section", "text": {"type": "mrkdwn", "text": "Founders pay."}}
METADATA = {"event_type": "footnote_answer", "event_payload": {"question": "q1"}}


# Time


async def test_who_sleeps_beyond_a_skip_wakes_that_much_earlier() -> None:
    """Of a minute, the second that is left after a skip of 59."""
    clock = Clock()
    sleeping = asyncio.create_task(clock.sleep(3600))
    await clock.asleep()
    await clock.advance(3599.99)
    async with asyncio.timeout(30):
        await sleeping


async def test_time_that_is_skipped_wakes_sleepers_in_order() -> None:
    """Each sleeper wakes at its own moment, however far the clock is moved at once."""
    clock, woken = Clock(), []
    start = clock.now()

    async def sleep(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((seconds, round(clock.now() - start)))

    sleepers = [asyncio.create_task(sleep(seconds)) for seconds in (300, 60)]
    await clock.asleep()
    await clock.advance(1000)
    await asyncio.gather(*sleepers)
    assert woken == [(60, 60), (300, 300)]
    assert round(clock.now() - start) == 1000


async def test_sleeping_again_within_skipped_time_is_possible() -> None:
    """Who sleeps once more after waking wakes within the same leap."""
    clock, woken = Clock(), []

    async def tick() -> None:
        for _ in range(3):
            await clock.sleep(10)
            woken.append(True)

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(0)
    await clock.advance(31)
    await ticking
    assert len(woken) == 3


async def test_time_passes_by_itself() -> None:
    """A sleeper wakes even if nobody moves the clock."""
    clock = Clock()
    start = clock.now()
    await clock.sleep(0.01)
    assert clock.now() - start >= 0.01


# Faults and rates


def test_faults_strike_as_often_as_ordered() -> None:
    """The first calls pass, the next ones fail, and those after pass again."""
    due = Faults()
    due.add("chat.update", faults.status(503), times=2, after=1)
    struck = [bool(due.take("chat.update")) for _ in range(4)]
    assert struck == [False, True, True, False]
    assert not due.take("chat.delete")
    assert due.outstanding == []


def test_a_fault_for_all_methods_strikes_each() -> None:
    """The star means any method, and None any number of times."""
    due = Faults()
    due.add("*", faults.drop_before(), times=None)
    assert all(due.take(method) for method in ("auth.test", "chat.update", "auth.test"))


async def test_rates_are_counted_by_the_minute() -> None:
    """A call too many has to wait until the first one is a minute ago, and workspaces do not share their count."""
    clock = Clock()
    tiers = Tiers(clock)
    assert [tiers.admit("chat.update", "T1", 2) for _ in range(2)] == [0, 0]
    assert 59 <= tiers.admit("chat.update", "T1", 2) <= 60
    assert tiers.admit("chat.update", "T2", 2) == 0
    await clock.advance(60)
    assert tiers.admit("chat.update", "T1", 2) == 0


async def test_too_many_calls_are_told_when_to_try_again(slack: FakeSlack, client: AsyncWebClient) -> None:
    """Status 429 with Retry-After; a minute later the method works again."""
    slack.tiers.limit("auth.test", 1)
    await client.auth_test()
    with pytest.raises(SlackApiError) as raised:
        await client.auth_test()
    assert raised.value.response.status_code == 429
    assert raised.value.response["error"] == "ratelimited"
    assert int(raised.value.response.headers["Retry-After"]) > 50
    await slack.clock.advance(60)
    await client.auth_test()
    assert [call.status for call in slack.calls_of("auth.test")] == [200, 429, 200]


async def test_starting_streams_is_possible_twenty_times_a_minute(slack: FakeSlack, client: AsyncWebClient) -> None:
    """The rates of the methods themselves hold without being set."""
    ana = member(slack)
    channel = slack.world.direct("T1", ana.id)
    root = asked(slack, channel, ana)
    for _ in range(20):
        await client.chat_startStream(channel=channel.id, thread_ts=root.ts)
    assert await refused(client.chat_startStream(channel=channel.id, thread_ts=root.ts)) == "ratelimited"


async def test_posts_are_counted_for_each_channel(slack: FakeSlack, client: AsyncWebClient) -> None:
    """A busy channel does not slow down another one."""
    slack.tiers.limit("chat.postMessage", 1)
    await client.chat_postMessage(channel=slack.channel("a").id, text="one")
    await client.chat_postMessage(channel=slack.channel("b").id, text="one")
    assert await refused(client.chat_postMessage(channel=slack.channel("a").id, text="two")) == "ratelimited"


async def test_the_sdk_waits_and_repeats_when_told(slack: FakeSlack) -> None:
    """Its own handler for rates is content with the header of an ordered fault."""
    slack.faults.add("auth.test", faults.rate_limited(0))
    patient = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
    patient.retry_handlers = [AsyncRateLimitErrorRetryHandler()]
    assert (await patient.auth_test())["ok"]


@pytest.mark.parametrize("fault", [faults.drop_before(), faults.status(503), faults.garbage(), faults.error("fatal")])
async def test_a_fault_keeps_a_call_from_being_carried_out(
    slack: FakeSlack, client: AsyncWebClient, fault: faults.Fault
) -> None:
    """The caller hears of a failure, and nothing has been posted; the next call works."""
    channel = slack.channel()
    slack.faults.add("chat.postMessage", fault)
    with pytest.raises((SlackApiError, aiohttp.ClientError)):
        await client.chat_postMessage(channel=channel.id, text="once")
    assert slack.transcript(channel) == []
    await client.chat_postMessage(channel=channel.id, text="twice")
    assert [call.processed for call in slack.calls] == [False, True]


@pytest.mark.parametrize("fault", [faults.drop_after(), faults.status(500, True), faults.garbage(True)])
async def test_a_fault_can_hide_that_a_call_was_carried_out(
    slack: FakeSlack, client: AsyncWebClient, fault: faults.Fault
) -> None:
    """The caller hears of the same failure, but the message is there."""
    channel = slack.channel()
    slack.faults.add("chat.postMessage", fault)
    with pytest.raises((SlackApiError, aiohttp.ClientError)):
        await client.chat_postMessage(channel=channel.id, text="once")
    assert [message.text for message in slack.transcript(channel)] == ["once"]
    assert slack.calls[0].processed
    assert slack.calls[0].response is None


async def test_a_delay_lasts_on_the_clock(slack: FakeSlack, client: AsyncWebClient) -> None:
    """An answer that takes an hour comes as soon as the hour is skipped."""
    slack.faults.add("auth.test", faults.delay(3600))
    waiting = asyncio.create_task(client.auth_test())
    await slack.clock.asleep()
    await slack.clock.advance(3600)
    assert (await waiting)["ok"]


# Messages


async def test_a_message_is_posted(slack: FakeSlack, client: AsyncWebClient) -> None:
    """It is in the channel, by the bot, with everything that was given, and the app hears of it."""
    channel = slack.channel()
    posted = await client.chat_postMessage(channel=channel.id, text="Hi", blocks=[BLOCK], metadata=METADATA)
    (message,) = slack.transcript(channel)
    assert (message.ts, message.text, message.bot_id) == (posted["ts"], "Hi", "B1")
    assert message.metadata == METADATA
    assert message.blocks[0]["text"] == BLOCK["text"]
    assert posted["message"]["blocks"][0]["block_id"]
    (event,) = told(slack)
    assert (event["type"], event["channel"], event["bot_id"]) == ("message", channel.id, "B1")
    assert slack.problems == []


async def test_every_encoding_is_understood(slack: FakeSlack, http: aiohttp.ClientSession) -> None:
    """JSON, forms, multipart forms and queries say the same."""
    channel = slack.channel()
    url, bearer = f"{slack.api_url}chat.postMessage", {"Authorization": f"Bearer {slack.bot_token}"}
    said = {"channel": channel.id, "text": "Hi", "unfurl_links": "false"}
    multipart = aiohttp.MultipartWriter("form-data")
    for name, value in said.items():
        multipart.append(value).set_content_disposition("form-data", name=name)
    await http.post(url, json={**said, "unfurl_links": False}, headers=bearer)
    await http.post(url, data=said, headers=bearer)
    await http.post(url, data=multipart, headers=bearer)
    await http.get(url, params={**said, "token": slack.bot_token})
    assert [(one.text, one.unfurl_links) for one in slack.transcript(channel)] == [("Hi", False)] * 4
    assert slack.problems == []


async def test_times_of_messages_are_unique_and_rise(slack: FakeSlack, client: AsyncWebClient) -> None:
    """Two messages in the same instant are in order all the same."""
    times = [slack.world.ts() for _ in range(100)]
    assert times == sorted(set(times))


async def test_a_reply_is_in_the_thread(slack: FakeSlack, client: AsyncWebClient) -> None:
    """And posting it clears the status line there, but not elsewhere."""
    channel = slack.channel()
    ana = member(slack, channel)
    root, other = asked(slack, channel, ana), asked(slack, channel, ana)
    for thread in (root.ts, other.ts):
        await client.assistant_threads_setStatus(channel_id=channel.id, thread_ts=thread, status="Reading…")
    await client.chat_postMessage(channel=channel.id, text="The founders.", thread_ts=root.ts)
    assert [one.text for one in slack.transcript(channel, root.ts)] == ["Who pays?", "The founders."]
    assert slack.world.statuses == {(channel.id, other.ts): "Reading…"}


async def test_a_thread_must_exist(slack: FakeSlack, client: AsyncWebClient) -> None:
    """There is no replying to what nobody said."""
    call = client.chat_postMessage(channel=slack.channel().id, text="Hi", thread_ts="1.000001")
    assert await refused(call) == "thread_not_found"


async def test_replying_to_a_reply_is_a_problem(slack: FakeSlack, client: AsyncWebClient) -> None:
    """The thread is named by its first message; whoever names a reply is told off by the test."""
    channel = slack.channel()
    ana = member(slack, channel)
    root = asked(slack, channel, ana)
    reply = asked(slack, channel, ana, thread_ts=root.ts)
    await client.chat_postMessage(channel=channel.id, text="Hi", thread_ts=reply.ts)
    assert slack.transcript(channel)[-1].thread_ts == root.ts
    assert "is a reply's" in slack.problems.pop()


async def test_an_ephemeral_message_is_for_one_person(slack: FakeSlack, client: AsyncWebClient) -> None:
    """Nobody else sees it, the app does not hear of it, and it can be changed no more."""
    channel = slack.channel()
    ana, ben = member(slack, channel), member(slack, channel, name="ben")
    posted = await client.chat_postEphemeral(channel=channel.id, user=ana.id, text="Psst")
    assert [one.text for one in slack.transcript(channel, viewer=ana.id)] == ["Psst"]
    assert slack.transcript(channel, viewer=ben.id) == slack.transcript(channel) == []
    assert told(slack) == []
    call = client.chat_update(channel=channel.id, ts=posted["message_ts"], text="Loud")
    assert await refused(call) == "message_not_found"


async def test_an_ephemeral_message_needs_a_member(slack: FakeSlack, client: AsyncWebClient) -> None:
    """Whoever is not in the channel cannot be told anything there."""
    stranger = member(slack)
    call = client.chat_postEphemeral(channel=slack.channel("else", kind="private").id, user=stranger.id, text="Psst")
    assert await refused(call) == "user_not_in_channel"


async def test_a_message_is_changed(slack: FakeSlack, client: AsyncWebClient) -> None:
    """New text replaces text and blocks, metadata stays, and the app hears what it was before."""
    channel = slack.channel()
    posted = await client.chat_postMessage(channel=channel.id, text="Hi", blocks=[BLOCK], metadata=METADATA)
    await client.chat_update(channel=channel.id, ts=posted["ts"], markdown_text="**Ho**")
    (message,) = slack.transcript(channel)
    assert (message.text, message.blocks, message.metadata) == ("**Ho**", [], METADATA)
    assert message.edited
    changed = told(slack)[-1]
    assert changed["subtype"] == "message_changed"
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("**Ho**", "Hi")


async def test_a_message_is_deleted(slack: FakeSlack, client: AsyncWebClient) -> None:
    """It is gone for everybody, and the app hears of it."""
    channel = slack.channel()
    posted = await client.chat_postMessage(channel=channel.id, text="Hi")
    await client.chat_delete(channel=channel.id, ts=posted["ts"])
    assert slack.transcript(channel) == []
    assert told(slack)[-1]["subtype"] == "message_deleted"
    call = client.chat_update(channel=channel.id, ts=posted["ts"], text="Ho")
    assert await refused(call) == "message_not_found"


async def test_other_peoples_messages_are_theirs(slack: FakeSlack, client: AsyncWebClient) -> None:
    """The bot can neither change nor delete what somebody else has said."""
    channel = slack.channel()
    message = asked(slack, channel, member(slack, channel))
    assert await refused(client.chat_update(channel=channel.id, ts=message.ts, text="x")) == "cant_update_message"
    assert await refused(client.chat_delete(channel=channel.id, ts=message.ts)) == "cant_delete_message"


async def test_a_message_to_a_person_is_direct(slack: FakeSlack, client: AsyncWebClient) -> None:
    """The id of a user stands for the conversation with them."""
    ana = member(slack)
    posted = await client.chat_postMessage(channel=ana.id, text="Hi")
    assert posted["channel"] == slack.world.direct("T1", ana.id).id
    assert posted["channel"].startswith("D")


# What Slack would not take


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, "no_text"),
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "markdown_text": "x"}, "markdown_text_conflict"),
        ({"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
    ],
)
async def test_what_cannot_be_shown_is_refused(
    slack: FakeSlack, client: AsyncWebClient, said: dict[str, object], code: str
) -> None:
    """Nothing, too much, two at once: no such message is posted."""
    channel = slack.channel()
    assert await refused(client.api_call("chat.postMessage", json={"channel": channel.id, **said})) == code
    assert slack.transcript(channel) == []


async def test_blocks_are_checked(slack: FakeSlack, client: AsyncWebClient) -> None:
    """A block that is too long, or is none, is refused, and no sound app would have sent it."""
    channel = slack.channel()
    for block in ({"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}, {"type": "wheel"}):
        call = client.chat_postMessage(channel=channel.id, text="Hi", blocks=[block])
        assert await refused(call) == "invalid_blocks"
    assert len(slack.problems) == 2


async def test_blocks_are_checked_as_a_whole(slack: FakeSlack, client: AsyncWebClient) -> None:
    """Five sections at their limit are too much together."""
    long = [{"type": "section", "text": {"type": "plain_text", "text": "x" * 3000}}] * 5
    call = client.chat_postMessage(channel=slack.channel().id, text="Hi", blocks=long)
    assert await refused(call) == "msg_blocks_too_long"
    assert slack.problems


async def test_an_unknown_method_is_a_problem(slack: FakeSlack, client: AsyncWebClient) -> None:
    """It is refused, and remembered."""
    assert await refused(client.api_call("chat.whisper")) == "unknown_method"
    assert slack.problems == ["chat.whisper: unknown_method"]


async def test_arguments_are_checked(slack: FakeSlack, client: AsyncWebClient) -> None:
    """One that is missing, unknown or of the wrong kind is refused, and remembered."""
    channel = slack.channel().id
    wrong = [{"text": "Hi"}, {"channel": channel, "text": "Hi", "colour": "red"}, {"channel": channel, "text": {}}]
    for arguments in wrong:
        assert await refused(client.api_call("chat.postMessage", json=arguments)) == "invalid_arguments"
    assert [problem.split("[ERROR] ")[1] for problem in slack.problems] == [
        "missing required field: channel']",
        "unknown argument: colour']",
        "text is of the wrong kind']",
    ]


async def test_a_failure_of_the_stand_in_is_a_problem(slack: FakeSlack, client: AsyncWebClient) -> None:
    """Its own errors are not swallowed: the caller gets a 500, the test a traceback."""
    slack.world.teams.clear()
    slack.world.channel = None  # type: ignore[method-assign, assignment]
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel="C1", text="Hi")
    assert raised.value.response.status_code == 500
    assert "TypeError" in slack.problems[0]


# Where the bot is


async def test_a_bot_posts_only_where_it_is(slack: FakeSlack, client: AsyncWebClient) -> None:
    """Public channels say that it is not in them, private ones do not even exist."""
    limited = client_of(slack, slack.install("T1", {"chat:write"}).token)
    public = slack.channel("public", with_bot=False)
    private = slack.channel("private", kind="private", with_bot=False)
    assert await refused(limited.chat_postMessage(channel=public.id, text="Hi")) == "not_in_channel"
    assert await refused(limited.chat_postMessage(channel=private.id, text="Hi")) == "channel_not_found"
    assert await refused(limited.chat_postMessage(channel="C999", text="Hi")) == "channel_not_found"


async def test_with_its_scope_a_bot_posts_in_any_public_channel(slack: FakeSlack, client: AsyncWebClient) -> None:
    """The message is there, but the bot hears nothing of it, as it is not."""
    channel = slack.channel(with_bot=False)
    await client.chat_postMessage(channel=channel.id, text="Hi")
    assert len(slack.transcript(channel)) == 1
    assert told(slack) == []


async def test_nothing_is_posted_in_an_archive(slack: FakeSlack, client: AsyncWebClient) -> None:
    """Archived channels can be read, no more."""
    channel = slack.channel()
    channel.archived = True
    assert await refused(client.chat_postMessage(channel=channel.id, text="Hi")) == "is_archived"


# Tokens


async def test_a_token_says_whose_it_is(slack: FakeSlack, client: AsyncWebClient) -> None:
    """Workspace, bot and user are told."""
    known = await client.auth_test()
    assert (known["team_id"], known["user_id"], known["bot_id"]) == ("T1", "UBOT", "B1")
    assert "chat:write" in known.headers["X-OAuth-Scopes"]


async def test_a_token_must_be_valid(slack: FakeSlack, client: AsyncWebClient) -> None:
    """None, an unknown one and one of another kind are refused, each with Slack's word for it."""
    assert await refused(client_of(slack, None).auth_test()) == "not_authed"
    assert await refused(client_of(slack, "xoxb-made-up").auth_test()) == "invalid_auth"
    assert await refused(client_of(slack, slack.app_token).auth_test()) == "not_allowed_token_type"
    assert await refused(client.apps_connections_open(app_token=slack.bot_token)) == "not_allowed_token_type"


async def test_a_token_can_be_revoked(slack: FakeSlack, client: AsyncWebClient) -> None:
    """The app hears of it, and the token is worth nothing any more."""
    assert not (await client.auth_revoke(test=True))["revoked"]
    assert (await client.auth_revoke())["revoked"]
    assert await refused(client.auth_test()) == "token_revoked"
    assert told(slack)[-1] == {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["UBOT"]}}


async def test_a_token_may_do_what_its_scopes_say(slack: FakeSlack, client: AsyncWebClient) -> None:
    """The refusal says what is needed and what there is."""
    limited = client_of(slack, slack.install("T1", {"chat:write", "commands"}).token)
    with pytest.raises(SlackApiError) as raised:
        await limited.users_info(user="U1")
    told = raised.value.response
    assert (told["error"], told["needed"], told["provided"]) == ("missing_scope", "users:read", "chat:write,commands")


async def test_workspaces_do_not_reach_each_other(slack: FakeSlack, client: AsyncWebClient) -> None:
    """A token of one finds no channels or people of another."""
    slack.add_team("T2")
    other = client_of(slack, slack.install("T2").token)
    channel = slack.channel()
    assert await refused(other.chat_postMessage(channel=channel.id, text="Hi")) == "channel_not_found"
    assert await refused(other.users_info(user=member(slack, channel).id)) == "user_not_found"
    assert (await other.auth_test())["bot_id"] == "B2"


async def test_an_organisations_token_reaches_all_its_workspaces(slack: FakeSlack) -> None:
    """And is that of no single one of them."""
    for team in ("T2", "T3"):
        slack.add_team(team, enterprise="E1")
    org = client_of(slack, slack.install(None, enterprise="E1").token)
    for team in ("T2", "T3"):
        await org.chat_postMessage(channel=slack.channel(team=team).id, text="Hi")
    known = await org.auth_test()
    assert (known["is_enterprise_install"], known["team_id"], known["enterprise_id"]) == (True, "E1", "E1")
    assert await refused(org.chat_postMessage(channel=slack.channel().id, text="Hi")) == "channel_not_found"


async def test_a_shared_channel_is_reached_from_both_sides(slack: FakeSlack, client: AsyncWebClient) -> None:
    """Each workspace's bot may be a member, and may know of its people."""
    slack.add_team("T2")
    guests = slack.install("T2")
    channel = slack.channel()
    channel.shared_with.add("T2")
    channel.members.add(guests.bot_user)
    ana = member(slack, channel)
    other = client_of(slack, guests.token)
    await other.chat_postMessage(channel=channel.id, text="Hi")
    assert (await other.users_info(user=ana.id))["user"]["team_id"] == "T1"
    assert {one.payload["team_id"] for one in slack.delivery.log} == {"T1", "T2"}


# Beside Slack


async def test_routes_can_be_added(http: aiohttp.ClientSession) -> None:
    """For what controls the stand-in from outside."""

    async def greet(request: web.Request) -> web.Response:
        return web.Response(text="Hello")

    slack = FakeSlack()
    slack.serve(web.get("/_hello", greet))
    async with slack, http.get(f"{slack.url}/_hello") as answer:
        assert await answer.text() == "Hello"


async def test_people_are_in_all_public_channels(slack: FakeSlack) -> None:
    """Whoever is named first, person or channel; in private ones there is who is said to be."""
    before = slack.channel("before")
    ana = slack.user("ana")
    after = slack.channel("after")
    private = slack.channel("private", kind="private", members=["ben"], with_bot=False)
    assert ana.id in before.members & after.members
    assert private.members == {slack.user("ben").id}
    assert slack.channel("before") is before
    assert slack.user("ana").id == ana.id


# Whatever is sent


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["C1", "UBOT", "markdown_text"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "text", "id"]), inner),
    max_leaves=6,
)


@given(st.data())
@settings(max_examples=15)
def test_nothing_that_is_sent_breaks_the_stand_in(data: st.DataObject) -> None:
    """Arguments of any kind are answered or refused, for every method."""
    calls = [
        (method.name, {name: data.draw(ANYTHING) for name in sorted(method.known) if data.draw(st.booleans())})
        for method in all_methods().values()
    ]
    assert [problem for problem in asyncio.run(_failures(calls)) if "Traceback" in problem] == []


async def _failures(calls: list[tuple[str, dict[str, Any]]]) -> list[str]:
    async with FakeSlack() as slack, aiohttp.ClientSession() as http:
        slack.channel()
        bearer = {"Authorization": f"Bearer {slack.bot_token}"}
        for method, arguments in calls:
            async with http.post(f"{slack.api_url}{method}", json=arguments, headers=bearer) as answer:
                assert "ok" in await answer.json()
        return slack.problems
