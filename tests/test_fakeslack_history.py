"""The stand-in for Slack: what is told of channels, their members, and what was said in them."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from fakeslack.server import FakeSlack
from fakeslack.workspace import Channel, User
from tests.fakeslack_client import asked, client, client_of, member, refused, slack

__all__ = ["client", "slack"]  # fixtures

METADATA = {"event_type": "footnote_answer", "event_payload": {"question": "q1"}}


@pytest.fixture
def channel(slack: FakeSlack) -> Channel:
    return slack.channel()


@pytest.fixture
def ana(slack: FakeSlack, channel: Channel) -> User:
    return member(slack, channel)


@pytest.fixture
def thread(slack: FakeSlack, channel: Channel, ana: User) -> str:
    """A question with four replies, "1" to "4"."""
    root = asked(slack, channel, ana, "0")
    for number in range(1, 5):
        asked(slack, channel, ana, str(number), thread_ts=root.ts)
    return root.ts


async def test_a_thread_is_told_in_order(
    slack: FakeSlack, client: AsyncWebClient, channel: Channel, thread: str, ana: User
) -> None:
    """First what it begins with, which counts its replies."""
    asked(slack, channel, ana, "elsewhere")
    told = await client.conversations_replies(channel=channel.id, ts=thread)
    assert [one["text"] for one in told["messages"]] == ["0", "1", "2", "3", "4"]
    assert told["messages"][0]["reply_count"] == 4
    assert told["messages"][1]["parent_user_id"] == ana.id
    assert not told["has_more"]


async def test_a_thread_is_told_in_pages(
    slack: FakeSlack, client: AsyncWebClient, channel: Channel, thread: str
) -> None:
    """Each begins with the thread's first message and names the next."""
    all_of_it = await client.conversations_replies(channel=channel.id, ts=thread, limit=3)
    pages = [[one["text"] for one in page["messages"]] async for page in all_of_it]
    assert pages == [["0", "1", "2", "3"], ["0", "4"]]


async def test_pages_are_short_for_some_apps(slack: FakeSlack, client: AsyncWebClient, ana: User) -> None:
    """However many are asked for, they get fifteen at most."""
    slack.rules.history_page = 15
    channel = slack.channel()
    for number in range(20):
        asked(slack, channel, ana, str(number))
    told = await client.conversations_history(channel=channel.id, limit=100)
    assert (len(told["messages"]), told["has_more"]) == (15, True)


async def test_a_window_leaves_out_its_edges(
    slack: FakeSlack, client: AsyncWebClient, channel: Channel, thread: str
) -> None:
    """Unless they are asked for."""
    times = [one.ts for one in slack.transcript(channel, thread)]
    window = {"channel": channel.id, "ts": thread, "oldest": times[1], "latest": times[3]}
    without = await client.conversations_replies(**window)
    within = await client.conversations_replies(**window, inclusive=True)
    assert [one["text"] for one in without["messages"]] == ["0", "2"]
    assert [one["text"] for one in within["messages"]] == ["0", "1", "2", "3"]


async def test_metadata_is_told_on_request(slack: FakeSlack, client: AsyncWebClient, channel: Channel) -> None:
    """Only who asks for it gets it."""
    posted = await client.chat_postMessage(channel=channel.id, text="Hi", metadata=METADATA)
    place = {"channel": channel.id, "ts": posted["ts"]}
    assert "metadata" not in (await client.conversations_replies(**place))["messages"][0]
    told = await client.conversations_replies(**place, include_all_metadata=True)
    assert told["messages"][0]["metadata"] == METADATA


async def test_a_channels_history_leaves_out_replies(
    slack: FakeSlack, client: AsyncWebClient, channel: Channel, thread: str, ana: User
) -> None:
    """The latest comes first; what is ephemeral or deleted is not there."""
    asked(slack, channel, ana, "later")
    asked(slack, channel, ana, "secret", ephemeral_to=ana.id)
    asked(slack, channel, ana, "gone", deleted=True)
    told = await client.conversations_history(channel=channel.id)
    assert [one["text"] for one in told["messages"]] == ["later", "0"]


async def test_reading_needs_the_scope_of_the_conversations_kind(slack: FakeSlack, ana: User) -> None:
    """A token for channels reads no direct conversations."""
    limited = client_of(slack, slack.install("T1", {"channels:history"}).token)
    channel, direct = slack.channel(), slack.world.direct("T1", ana.id)
    await limited.conversations_history(channel=channel.id)
    assert await refused(limited.conversations_history(channel=direct.id)) == "missing_scope"


async def test_reading_needs_membership(slack: FakeSlack, client: AsyncWebClient) -> None:
    """Of public channels, too."""
    channel = slack.channel("else", with_bot=False)
    assert await refused(client.conversations_history(channel=channel.id)) == "not_in_channel"


async def test_a_thread_that_is_none_is_not_found(slack: FakeSlack, client: AsyncWebClient, channel: Channel) -> None:
    """Nor a cursor that nobody gave."""
    assert await refused(client.conversations_replies(channel=channel.id, ts="1.2")) == "thread_not_found"
    assert await refused(client.conversations_history(channel=channel.id, cursor="!")) == "invalid_cursor"


async def test_a_channel_is_described(slack: FakeSlack, client: AsyncWebClient, channel: Channel, ana: User) -> None:
    """What kind it is, how many are in it, whether the bot is."""
    told = (await client.conversations_info(channel=channel.id, include_num_members=True))["channel"]
    assert (told["name"], told["is_channel"], told["is_member"], told["num_members"]) == ("general", True, True, 2)
    direct = slack.world.direct("T1", ana.id)
    told = (await client.conversations_info(channel=direct.id))["channel"]
    assert (told["is_im"], told["user"]) == (True, ana.id)


async def test_members_are_told_in_pages(slack: FakeSlack, client: AsyncWebClient, channel: Channel, ana: User) -> None:
    """Until there is no next page."""
    members = []
    async for page in await client.conversations_members(channel=channel.id, limit=1):
        members += page["members"]
    assert members == sorted({ana.id, "UBOT"})


async def test_a_conversation_is_opened_once(slack: FakeSlack, client: AsyncWebClient, ana: User) -> None:
    """Opening it again leads to the same; with several people it is another one."""
    ben = member(slack, name="ben")
    opened = await client.conversations_open(users=ana.id)
    again = await client.conversations_open(users=[ana.id], return_im=True)
    assert opened["channel"]["id"] == again["channel"]["id"]
    assert (again["already_open"], again["channel"]["is_im"]) == (True, True)
    group = await client.conversations_open(users=[ana.id, ben.id])
    assert slack.world.channel(group["channel"]["id"]).members == {ana.id, ben.id, "UBOT"}
    assert (await client.conversations_open(users=[ben.id, ana.id]))["channel"]["id"] == group["channel"]["id"]
