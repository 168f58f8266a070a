"""The stand-in for Slack: views, response URLs, status lines, prompts, sessions, reactions, unfurls, files."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from fakeslack import faults
from fakeslack.server import FakeSlack
from fakeslack.workspace import Channel, User
from tests.fakeslack_client import asked, client, client_of, http, member, refused, slack, told

__all__ = ["client", "http", "slack"]  # fixtures

DIVIDER = {"type": "divider"}
HOME = {"type": "home", "blocks": [DIVIDER]}


def modal(title: str = "Source", **more: object) -> dict[str, Any]:
    return {"type": "modal", "title": {"type": "plain_text", "text": title}, "blocks": [DIVIDER], **more}


@pytest.fixture
def channel(slack: FakeSlack) -> Channel:
    return slack.channel()


@pytest.fixture
def ana(slack: FakeSlack, channel: Channel) -> User:
    return member(slack, channel)


# Views


async def test_a_view_opens_for_whoever_clicked(slack: FakeSlack, client: AsyncWebClient, ana: User) -> None:
    """The trigger says who sees it; what was opened is told."""
    trigger = slack.world.new_trigger("T1", ana.id)
    opened = await client.views_open(trigger_id=trigger, view=modal(private_metadata="a1"))
    (view,) = slack.world.modals(ana.id)
    assert opened["view"]["id"] == view.id
    assert (opened["view"]["private_metadata"], opened["view"]["hash"]) == ("a1", view.hash)
    assert opened["view"]["blocks"][0]["block_id"]


async def test_a_trigger_serves_once_and_for_three_seconds(slack: FakeSlack, client: AsyncWebClient, ana: User) -> None:
    """Late, twice and made up: each is refused in its own words."""
    trigger, late = slack.world.new_trigger("T1", ana.id), slack.world.new_trigger("T1", ana.id)
    await client.views_open(trigger_id=trigger, view=modal())
    assert await refused(client.views_open(trigger_id=trigger, view=modal())) == "exchanged_trigger_id"
    await slack.clock.advance(3.1)
    assert await refused(client.views_open(trigger_id=late, view=modal())) == "expired_trigger_id"
    assert await refused(client.views_open(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"


async def test_a_view_is_updated_by_who_knows_its_hash(slack: FakeSlack, client: AsyncWebClient, ana: User) -> None:
    """An old hash conflicts, the present one does not, and none is always right."""
    trigger = slack.world.new_trigger("T1", ana.id)
    first = (await client.views_open(trigger_id=trigger, view=modal("Loading")))["view"]
    await client.views_update(view_id=first["id"], hash=first["hash"], view=modal("Source"))
    stale = client.views_update(view_id=first["id"], hash=first["hash"], view=modal("Late"))
    assert await refused(stale) == "hash_conflict"
    await client.views_update(view_id=first["id"], view=modal("Again"))
    assert slack.world.modals(ana.id)[0].payload["title"]["text"] == "Again"


async def test_a_closed_view_is_gone(slack: FakeSlack, client: AsyncWebClient, ana: User) -> None:
    """Whoever closes a modal does not get it back by an update."""
    trigger = slack.world.new_trigger("T1", ana.id)
    opened = await client.views_open(trigger_id=trigger, view=modal(external_id="mine"))
    slack.world.views[opened["view"]["id"]].closed = True
    assert await refused(client.views_update(external_id="mine", view=modal())) == "not_found"


async def test_a_home_tab_is_published(slack: FakeSlack, client: AsyncWebClient, ana: User) -> None:
    """One for each person, replaced as a whole, with the same rule for hashes."""
    first = (await client.views_publish(user_id=ana.id, view=HOME))["view"]
    second = (await client.views_publish(user_id=ana.id, view=HOME, hash=first["hash"]))["view"]
    assert first["id"] == second["id"]
    stale = client.views_publish(user_id=ana.id, view=HOME, hash=first["hash"])
    assert await refused(stale) == "hash_conflict"
    assert slack.world.home(ana.id) is not None
    assert slack.world.modals(ana.id) == []


async def test_views_are_checked(slack: FakeSlack, client: AsyncWebClient, ana: User) -> None:
    """A title that is too long is refused and remembered, and a Home tab is no modal."""
    trigger = slack.world.new_trigger("T1", ana.id)
    assert await refused(client.views_open(trigger_id=trigger, view=modal("x" * 25))) == "invalid_arguments"
    assert await refused(client.views_open(trigger_id=trigger, view=HOME)) == "invalid_arguments"
    assert slack.problems


# Response URLs


async def test_an_interaction_is_answered_privately(slack: FakeSlack, channel: Channel, ana: User) -> None:
    """Only whoever interacted sees it, unless it is said to be for everybody; the bot need not be there."""
    channel.members.discard("UBOT")
    url = AsyncWebhookClient(slack.world.new_response_url("T1", channel.id, ana.id))
    assert (await url.send(text="For you.")).body == "ok"
    await url.send(text="For all.", response_type="in_channel")
    assert [one.text for one in slack.transcript(channel)] == ["For all."]
    assert [one.text for one in slack.transcript(channel, viewer=ana.id)] == ["For you.", "For all."]
    assert told(slack) == []


async def test_a_response_url_serves_five_times(slack: FakeSlack, channel: Channel, ana: User) -> None:
    """The sixth use is refused."""
    url = AsyncWebhookClient(slack.world.new_response_url("T1", channel.id, ana.id))
    answers = [(await url.send(text=f"{number}")).status_code for number in range(6)]
    assert answers == [200] * 5 + [404]


async def test_a_response_url_serves_half_an_hour(slack: FakeSlack, channel: Channel, ana: User) -> None:
    """After that it is refused."""
    url = AsyncWebhookClient(slack.world.new_response_url("T1", channel.id, ana.id))
    await slack.clock.advance(30 * 60 + 1)
    assert "expired_url" in (await url.send(text="Too late.")).body


async def test_the_message_of_the_interaction_can_be_replaced_or_deleted(
    slack: FakeSlack, client: AsyncWebClient, channel: Channel, ana: User
) -> None:
    """Even an ephemeral one, which no method can change."""
    await client.chat_postEphemeral(channel=channel.id, user=ana.id, text="Share this?")
    (message,) = slack.transcript(channel, viewer=ana.id)
    url = AsyncWebhookClient(slack.world.new_response_url("T1", channel.id, ana.id, message))
    await url.send(text="Shared.", replace_original=True)
    assert [one.text for one in slack.transcript(channel, viewer=ana.id)] == ["Shared."]
    await url.send(delete_original=True)
    assert slack.transcript(channel, viewer=ana.id) == []


async def test_responses_are_checked(slack: FakeSlack, http: aiohttp.ClientSession, channel: Channel) -> None:
    """What is unknown or shows nothing is refused and remembered."""
    url = slack.world.new_response_url("T1", channel.id, "U1")
    for sent in ({"text": "Hi", "colour": "red"}, {}):
        async with http.post(url, json=sent) as answer:
            assert answer.status == 400
    assert len(slack.problems) == 2


async def test_response_urls_can_fail(slack: FakeSlack, channel: Channel, ana: User) -> None:
    """Faults are ordered for them as for methods."""
    slack.faults.add("response_url", faults.status(500))
    url = AsyncWebhookClient(slack.world.new_response_url("T1", channel.id, ana.id), retry_handlers=[])
    assert (await url.send(text="Hi")).status_code == 500
    assert slack.transcript(channel, viewer=ana.id) == []


# What an agent shows of its work


async def test_a_status_line_disappears_after_two_minutes(
    slack: FakeSlack, client: AsyncWebClient, channel: Channel, ana: User
) -> None:
    """Unless it is set anew; an empty one takes it away at once."""
    thread = asked(slack, channel, ana).ts
    place = {"channel_id": channel.id, "thread_ts": thread}
    await client.assistant_threads_setStatus(**place, status="Reading…", loading_messages=["One, two", "Three"])
    assert slack.world.loading_messages(channel.id, thread) == ("One, two", "Three")
    await slack.clock.advance(119)
    assert slack.world.statuses == {(channel.id, thread): "Reading…"}
    await slack.clock.advance(2)
    assert slack.world.statuses == {}
    await client.assistant_threads_setStatus(**place, status="Reading…")
    await client.assistant_threads_setStatus(**place, status="")
    assert slack.world.statuses == {}


async def test_prompts_are_suggested_in_direct_conversations(
    slack: FakeSlack, client: AsyncWebClient, channel: Channel, ana: User
) -> None:
    """At most four, with title and message; a thread need not be named."""
    direct = slack.world.direct("T1", ana.id).id
    prompt = {"title": "Who pays?", "message": "Who pays for it?"}
    await client.assistant_threads_setSuggestedPrompts(channel_id=direct, title="Try", prompts=[prompt])
    assert slack.world.prompts[direct, ""] == {"title": "Try", "prompts": [prompt]}
    many = client.assistant_threads_setSuggestedPrompts(channel_id=direct, prompts=[prompt] * 5)
    assert await refused(many) == "invalid_arguments"
    elsewhere = client.assistant_threads_setSuggestedPrompts(channel_id=channel.id, prompts=[prompt])
    assert await refused(elsewhere) == "channel_type_not_supported"


async def test_a_thread_gets_a_title(slack: FakeSlack, client: AsyncWebClient, ana: User) -> None:
    """By either family of methods; the later one counts."""
    direct = slack.world.direct("T1", ana.id)
    thread = asked(slack, direct, ana).ts
    await client.assistant_threads_setTitle(channel_id=direct.id, thread_ts=thread, title="Payers")
    assert slack.world.titles[direct.id, thread] == "Payers"
    await client.agents_sessions_setStatus(channel_id=direct.id, thread_ts=thread, status="active", title="Who pays")
    assert slack.world.titles[direct.id, thread] == "Who pays"
    assert slack.world.sessions[direct.id, thread] == "active"
    await client.agents_sessions_rename(channel_id=direct.id, thread_ts=thread, title="Money")
    assert slack.world.titles[direct.id, thread] == "Money"


async def test_a_sessions_status_is_one_of_four(slack: FakeSlack, client: AsyncWebClient, channel: Channel) -> None:
    """Others are refused."""
    call = client.agents_sessions_setStatus(channel_id=channel.id, status="tired")
    assert await refused(call) == "invalid_arguments"


async def test_the_bot_reacts_once(slack: FakeSlack, client: AsyncWebClient, channel: Channel, ana: User) -> None:
    """Reacting again, or taking back what is not there, is refused; both are told to the app."""
    reaction = {"channel": channel.id, "name": "eyes", "timestamp": asked(slack, channel, ana).ts}
    await client.reactions_add(**reaction)
    assert slack.transcript(channel)[0].reactions == {"eyes": ["UBOT"]}
    assert await refused(client.reactions_add(**reaction)) == "already_reacted"
    await client.reactions_remove(**reaction)
    assert await refused(client.reactions_remove(**reaction)) == "no_reaction"
    assert [event["type"] for event in told(slack)] == ["reaction_added", "reaction_removed"]
    assert told(slack)[0]["item_user"] == ana.id


async def test_links_are_unfurled_where_they_are(
    slack: FakeSlack, client: AsyncWebClient, channel: Channel, ana: User
) -> None:
    """By channel and time, or by the id that the event told; a link that is not there is not unfurled."""
    link = "https://footnote.example/documents/1"
    message = asked(slack, channel, ana, f"See <{link}>")
    preview = {link: {"blocks": [DIVIDER]}}
    await client.chat_unfurl(channel=channel.id, ts=message.ts, unfurls=preview)
    assert message.unfurls == preview
    unfurl_id = slack.world.new_unfurl_id(message)
    await client.chat_unfurl(unfurl_id=unfurl_id, source="conversations_history", unfurls=preview)
    assert len(slack.world.unfurls) == 2
    foreign = client.chat_unfurl(channel=channel.id, ts=message.ts, unfurls={"https://x.example": {}})
    assert await refused(foreign) == "cannot_unfurl_url"


async def test_details_are_presented_to_whoever_asked(slack: FakeSlack, client: AsyncWebClient, ana: User) -> None:
    """With a trigger as views are opened."""
    trigger = slack.world.new_trigger("T1", ana.id)
    await client.entity_presentDetails(trigger_id=trigger, error={"status": "restricted"})
    assert slack.world.details[0]["user"] == ana.id
    again = client.entity_presentDetails(trigger_id=trigger, error={"status": "restricted"})
    assert await refused(again) == "exchanged_trigger_id"


# People and files


async def test_people_are_told(slack: FakeSlack, client: AsyncWebClient, ana: User) -> None:
    """With their language if that is asked for."""
    user = (await client.users_info(user=ana.id, include_locale=True))["user"]
    assert (user["id"], user["team_id"], user["locale"]) == (ana.id, "T1", "en-GB")
    assert "locale" not in (await client.users_info(user=ana.id))["user"]
    assert await refused(client.users_info(user="U999")) == "user_not_found"


async def test_a_file_is_read_with_the_token(
    slack: FakeSlack, client: AsyncWebClient, http: aiohttp.ClientSession, ana: User
) -> None:
    """Without it there is a page to sign in on, which looks like success."""
    file = slack.world.add_file("T1", ana.id, "notes.txt", b"Founders pay.")
    url = (await client.files_info(file=file.id))["file"]["url_private_download"]
    async with http.get(url, headers={"Authorization": f"Bearer {slack.bot_token}"}) as answer:
        assert await answer.read() == b"Founders pay."
    async with http.get(url) as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
    assert slack.files.downloads == [(file.id, slack.bot_token), (file.id, "")]


async def test_a_file_can_be_refused_or_be_elsewhere(slack: FakeSlack, http: aiohttp.ClientSession, ana: User) -> None:
    """On order its download is forbidden, or sent to another host."""
    file = slack.world.add_file("T1", ana.id, "notes.txt", b"Founders pay.")
    bearer = {"Authorization": f"Bearer {slack.bot_token}"}
    file.redirect = "https://elsewhere.example/notes.txt"
    async with http.get(file.url, headers=bearer, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, file.redirect)
    file.status = 403
    async with http.get(file.url, headers=bearer) as answer:
        assert answer.status == 403


async def test_a_file_is_uploaded_in_two_steps(slack: FakeSlack, client: AsyncWebClient, channel: Channel) -> None:
    """As the SDK does it; then it is in the channel, with its comment."""
    await client.files_upload_v2(
        channel=channel.id, filename="answer.md", content="Founders pay.", initial_comment="Here."
    )
    (message,) = slack.transcript(channel)
    assert (message.text, message.files[0]["name"]) == ("Here.", "answer.md")
    assert slack.world.files[message.files[0]["id"]].content == b"Founders pay."


async def test_a_scope_is_needed_for_files(slack: FakeSlack, ana: User) -> None:
    """Without it they are not even described."""
    file = slack.world.add_file("T1", ana.id, "notes.txt", b"Founders pay.")
    limited = client_of(slack, slack.install("T1", {"chat:write"}).token)
    with pytest.raises(SlackApiError) as raised:
        await limited.files_info(file=file.id)
    assert raised.value.response["needed"] == "files:read"
