"""The stand-in for Slack: streams, with every rule that ends them early."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from fakeslack.server import FakeSlack
from fakeslack.workspace import Channel, Message, User
from tests.fakeslack_client import asked, client, client_of, member, refused, slack, told

__all__ = ["client", "slack"]  # fixtures

BLOCK = {"type": "section", "text": {"type": "mrkdwn", "text": "Founders pay."}}
METADATA = {"event_type": "footnote_answer", "event_payload": {"question": "q1"}}


class Thread:
    """A question in a channel, and streams under it."""

    def __init__(self, slack: FakeSlack, client: AsyncWebClient, channel: Channel, user: User) -> None:
        self.slack, self.client, self.channel, self.user = slack, client, channel, user
        self.root = asked(slack, channel, user).ts

    async def start(self, **more: object) -> str:
        recipient = {"recipient_team_id": "T1", "recipient_user_id": self.user.id}
        started = await self.client.chat_startStream(
            channel=self.channel.id, thread_ts=self.root, **{**recipient, **more}
        )
        return str(started["ts"])

    async def append(self, ts: str, text: str) -> None:
        await self.client.chat_appendStream(channel=self.channel.id, ts=ts, markdown_text=text)

    async def stop(self, ts: str, **more: object) -> None:
        await self.client.chat_stopStream(channel=self.channel.id, ts=ts, **more)

    @property
    def answer(self) -> Message:
        return self.slack.transcript(self.channel, self.root)[-1]


@pytest.fixture
def thread(slack: FakeSlack, client: AsyncWebClient) -> Thread:
    channel = slack.channel()
    return Thread(slack, client, channel, member(slack, channel))


async def test_a_message_is_written_while_it_is_read(thread: Thread) -> None:
    """It grows with every call, and ends with blocks and metadata of its own."""
    ts = await thread.start(markdown_text="The ")
    assert thread.answer.streaming
    await thread.append(ts, "founders")
    await thread.stop(ts, markdown_text=".", blocks=[BLOCK], metadata=METADATA)
    assert (thread.answer.text, thread.answer.streaming) == ("The founders.", False)
    assert thread.answer.blocks[-1]["text"] == BLOCK["text"]
    assert thread.answer.metadata == METADATA
    assert thread.slack.world.open_streams() == []
    assert thread.slack.problems == []


async def test_the_app_hears_its_own_stream(thread: Thread) -> None:
    """A new message first, then a change with each call."""
    ts = await thread.start()
    await thread.append(ts, "The founders.")
    await thread.stop(ts)
    assert [event.get("subtype") for event in told(thread.slack)] == [None, "message_changed", "message_changed"]


async def test_steps_are_shown_while_it_is_written(thread: Thread) -> None:
    """A step that is told again replaces what it said before; texts, plans and blocks come in between."""
    step = {"type": "task_update", "id": "search", "title": "Searching", "status": "in_progress"}
    ts = await thread.start(chunks=[{"type": "plan_update", "title": "Looking"}, step], task_display_mode="plan")
    chunks = [{**step, "status": "complete"}, {"type": "markdown_text", "text": "Founders."}]
    await thread.client.chat_appendStream(
        channel=thread.channel.id, ts=ts, chunks=[*chunks, {"type": "blocks", "blocks": [BLOCK]}]
    )
    assert thread.answer.plan == "Looking"
    assert [(task["title"], task["status"]) for task in thread.answer.tasks.values()] == [("Searching", "complete")]
    assert (thread.answer.text, len(thread.answer.blocks)) == ("Founders.", 1)


async def test_starting_clears_the_status_line(thread: Thread) -> None:
    """What is written is status enough."""
    await thread.client.assistant_threads_setStatus(
        channel_id=thread.channel.id, thread_ts=thread.root, status="Reading…"
    )
    await thread.start()
    assert thread.slack.world.statuses == {}


async def test_a_stream_says_for_whom_it_is(thread: Thread) -> None:
    """In channels, workspace and user are needed, and must belong together."""
    assert await refused(thread.start(recipient_team_id=None)) == "missing_recipient_team_id"
    assert await refused(thread.start(recipient_user_id=None)) == "missing_recipient_user_id"
    assert await refused(thread.start(recipient_team_id="T9")) == "user_not_found"
    assert thread.slack.world.open_streams() == []


async def test_a_direct_stream_is_for_whoever_is_there(slack: FakeSlack, client: AsyncWebClient) -> None:
    """Between two, nobody has to be named."""
    ana = member(slack)
    thread = Thread(slack, client, slack.world.direct("T1", ana.id), ana)
    await thread.start(recipient_team_id=None, recipient_user_id=None, markdown_text="Founders.")
    assert thread.answer.text == "Founders."


async def test_one_call_takes_so_much(thread: Thread) -> None:
    """A call with more than 12,000 characters is refused as a whole."""
    assert await refused(thread.start(markdown_text="x" * 12_001)) == "msg_too_long"
    assert len(thread.slack.transcript(thread.channel)) == 1


async def test_a_stream_takes_so_much_altogether(thread: Thread) -> None:
    """What goes beyond is refused on every call, but what fits still fits."""
    ts = await thread.start(markdown_text="x" * 11_999)
    for _ in range(2):
        assert await refused(thread.append(ts, "xx")) == "msg_too_long"
    await thread.append(ts, "x")
    assert len(thread.answer.text) == 12_000
    assert await refused(thread.stop(ts, markdown_text="x")) == "msg_too_long"
    await thread.stop(ts)


async def test_a_stream_lasts_five_minutes(thread: Thread) -> None:
    """After that, nothing can be appended, nor can it be stopped; changing the message still works."""
    ts = await thread.start(markdown_text="The ")
    await thread.slack.clock.advance(299)
    await thread.append(ts, "founders")
    await thread.slack.clock.advance(2)
    assert await refused(thread.append(ts, ".")) == "message_not_in_streaming_state"
    assert await refused(thread.stop(ts)) == "message_not_in_streaming_state"
    assert not thread.answer.streaming
    await thread.client.chat_update(channel=thread.channel.id, ts=ts, markdown_text="The founders.")
    assert thread.answer.text == "The founders."


async def test_nothing_follows_the_end(thread: Thread) -> None:
    """A stopped stream is a message like any other."""
    ts = await thread.start(markdown_text="The founders.")
    await thread.stop(ts)
    assert await refused(thread.append(ts, " More.")) == "message_not_in_streaming_state"
    assert await refused(thread.stop(ts)) == "message_not_in_streaming_state"


async def test_a_stream_is_neither_changed_nor_deleted_while_it_is_written(thread: Thread) -> None:
    """Once it is stopped, both are possible."""
    ts = await thread.start(markdown_text="The ")
    place = {"channel": thread.channel.id, "ts": ts}
    assert await refused(thread.client.chat_update(**place, text="No.")) == "streaming_state_conflict"
    assert await refused(thread.client.chat_delete(**place)) == "cant_delete_message"
    await thread.stop(ts)
    await thread.client.chat_update(**place, text="No.")
    await thread.client.chat_delete(**place)
    assert len(thread.slack.transcript(thread.channel)) == 1


async def test_a_stream_keeps_to_text_or_to_chunks(thread: Thread) -> None:
    """What it is first written in, it is written in to the end; starting with nothing leaves it open."""
    chunk = {"type": "markdown_text", "text": "x"}
    text, chunks, either = (
        await thread.start(markdown_text="x"),
        await thread.start(chunks=[chunk]),
        await thread.start(),
    )
    place = {"channel": thread.channel.id}
    call = thread.client.chat_appendStream(**place, ts=text, chunks=[chunk])
    assert await refused(call) == "streaming_mode_mismatch"
    assert await refused(thread.append(chunks, "x")) == "streaming_mode_mismatch"
    assert await refused(thread.stop(chunks, markdown_text="x")) == "streaming_mode_mismatch"
    await thread.append(either, "x")
    assert await refused(thread.stop(either, chunks=[chunk])) == "streaming_mode_mismatch"


async def test_what_a_step_says_adds_up(thread: Thread) -> None:
    """Details and output are added to those before, title and status replace them."""
    step = {"type": "task_update", "id": "1", "title": "Reading", "status": "in_progress", "details": "One."}
    ts = await thread.start(chunks=[step])
    more = {**step, "status": "complete", "details": " Two."}
    await thread.client.chat_appendStream(channel=thread.channel.id, ts=ts, chunks=[more])
    assert (thread.answer.tasks["1"]["status"], thread.answer.tasks["1"]["details"]) == ("complete", "One. Two.")


async def test_only_streams_are_appended_to(thread: Thread) -> None:
    """Neither ordinary messages of the bot nor those of others."""
    posted = await thread.client.chat_postMessage(channel=thread.channel.id, text="Hi")
    assert await refused(thread.append(posted["ts"], "x")) == "message_not_in_streaming_state"
    assert await refused(thread.append(thread.root, "x")) == "message_not_owned_by_app"


async def test_an_append_brings_something(thread: Thread) -> None:
    """And one thing only: text or chunks."""
    ts = await thread.start()
    assert await refused(thread.append(ts, "")) == "no_text"
    chunk = {"type": "markdown_text", "text": "x"}
    call = thread.client.chat_appendStream(channel=thread.channel.id, ts=ts, markdown_text="x", chunks=[chunk])
    assert await refused(call) == "cannot_provide_both_markdown_text_and_chunks"


async def test_chunks_are_checked(thread: Thread) -> None:
    """A step without a status, or a chunk of a kind that does not exist, is a problem."""
    for chunk in ({"type": "task_update", "id": "1", "title": "x", "status": "lost"}, {"type": "song"}):
        assert await refused(thread.start(chunks=[chunk])) == "invalid_blocks"
    assert len(thread.slack.problems) == 2


async def test_the_end_can_set_the_sessions_status(thread: Thread) -> None:
    """Stopping and becoming active is one call."""
    await thread.client.agents_sessions_setStatus(
        channel_id=thread.channel.id, thread_ts=thread.root, status="processing"
    )
    ts = await thread.start()
    await thread.stop(ts, session_status="active")
    assert thread.slack.world.sessions == {(thread.channel.id, thread.root): "active"}


async def test_the_sdks_own_stream_works(thread: Thread) -> None:
    """Its helper buffers, starts, appends and stops."""
    writer = await thread.client.chat_stream(
        channel=thread.channel.id,
        thread_ts=thread.root,
        recipient_team_id="T1",
        recipient_user_id=thread.user.id,
        buffer_size=4,
    )
    for part in ("The ", "found", "ers."):
        await writer.append(markdown_text=part)
    await writer.stop(blocks=[BLOCK])
    assert thread.answer.text == "The founders."
    assert [call.method for call in thread.slack.calls][-1] == "chat.stopStream"


async def test_a_stream_needs_membership(slack: FakeSlack, client: AsyncWebClient) -> None:
    """The scope for posting anywhere is none for streaming anywhere."""
    channel = slack.channel(with_bot=False)
    thread = Thread(slack, client_of(slack, slack.bot_token), channel, member(slack, channel))
    assert await refused(thread.start()) == "not_in_channel"
