"""What people can do in the stand-in for Slack, what an app hears of it, and what they see of its answers."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from fakeslack.delivery import Delivered
from fakeslack.elements import NotThere, elements, find
from fakeslack.people import Person
from fakeslack.server import FakeSlack
from fakeslack.typed_text import links, mentions, typed
from fakeslack.workspace import Channel, Message
from tests.fakeslack_client import slack
from tests.listening_app import bolt_app, listening

Json = dict[str, Any]

__all__ = ["slack"]  # a fixture

BOTH = pytest.mark.parametrize("transport", ["socket", "http"])
BUTTON = {"type": "button", "action_id": "show", "value": "a1:1", "text": {"type": "plain_text", "text": "[1]"}}
FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "vote",
    "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "a1:up"},
    "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "a1:down"},
}
ACTIONS = {"type": "actions", "block_id": "buttons", "elements": [BUTTON]}


def option(value: str, label: str | None = None) -> Json:
    return {"text": {"type": "plain_text", "text": label or value}, "value": value}


def asking(**element: Any) -> Json:
    """An input block of a modal; its id is that of its element with `_block`."""
    label = {"type": "plain_text", "text": "Field"}
    return {"type": "input", "block_id": f"{element['action_id']}_block", "label": label, "element": element}


def modal(*blocks: Json, **more: Any) -> Json:
    title = {"type": "plain_text", "text": "Ask"}
    return {"type": "modal", "callback_id": "ask", "title": title, "submit": title, "blocks": [*blocks], **more}


QUESTION = asking(type="plain_text_input", action_id="question", max_length=40)
WHERE = asking(type="radio_buttons", action_id="where", options=[option("me", "For me"), option("all", "For all")])
DOCUMENT = {**asking(type="external_select", action_id="document", min_query_length=0), "optional": True}


@pytest.fixture
def app(slack: FakeSlack) -> AsyncApp:
    return bolt_app(slack)


@pytest.fixture
def ana(slack: FakeSlack) -> Person:
    return slack.user("ana")


@pytest.fixture
def general(slack: FakeSlack, ana: Person) -> Channel:
    return slack.channel("general")


def posted(slack: FakeSlack, channel: Channel, *blocks: Json, **more: Any) -> Message:
    """A message of the bot's."""
    return slack.world.add_message(channel, user="UBOT", bot_id="B1", text="So.", blocks=[*blocks], **more)


def opened(slack: FakeSlack, person: Person, view: Json) -> Any:
    """A modal in front of a person."""
    return slack.world.add_view("T1", person.id, view)


def last(slack: FakeSlack) -> Json:
    """The payload that was delivered last."""
    return slack.delivery.log[-1].payload


# Writing


async def test_typed_text_is_escaped(ana: Person, general: Channel) -> None:
    """What looks like Slack's own signs is meant; addresses become links."""
    told = await ana.say(general, "a < b & <@U9>, see https://example.org/x?y=1&z.")
    assert told.message is not None
    assert told.message.text == "a &lt; b &amp; <@U9>, see <https://example.org/x?y=1&amp;z>."


async def test_a_mention_in_a_thread_is_two_events(slack: FakeSlack, ana: Person, general: Channel) -> None:
    """Of one message, by the thread that it is in."""
    root = (await ana.say(general, "Does anybody know?")).message
    told = await ana.mention(general, "Who pays?", root)
    assert root is not None
    assert told.twin is not None
    assert told.message is told.twin.message
    for event in (told.event, told.twin.event):
        assert event["text"] == "<@UBOT> Who pays?"
        assert event["thread_ts"] == root.ts
        assert event["user"] == ana.id
        assert event["channel"] == general.id
        assert event["blocks"][0]["elements"][0]["elements"][0] == {"type": "user", "user_id": "UBOT"}
    assert (told.event["type"], told.twin.event["type"]) == ("app_mention", "message")
    assert "channel_type" not in told.event
    assert told.twin.event["channel_type"] == "channel"


async def test_a_mention_among_two_is_a_message(ana: Person) -> None:
    """Where only the bot listens there are no app_mention events."""
    told = await ana.dm("<@UBOT> who pays?")
    assert told.twin is None
    assert (told.event["type"], told.event["channel_type"]) == ("message", "im")


async def test_edits_tell_both_versions(ana: Person, general: Channel) -> None:
    """Who is mentioned only now is told so, too."""
    message = (await ana.say(general, "Who pays?")).message
    assert message is not None
    told = await ana.edit(message, "<@UBOT> who pays?")
    assert told.event["type"] == "app_mention"
    assert told.event["edited"]["user"] == ana.id
    assert told.twin is not None
    assert told.twin.event["subtype"] == "message_changed"
    assert told.twin.event["previous_message"]["text"] == "Who pays?"
    assert (await ana.edit(message, "<@UBOT> who pays it?")).event["subtype"] == "message_changed"


async def test_a_deleted_message_with_replies_leaves_a_gravestone(ana: Person, general: Channel) -> None:
    """One without is gone."""
    root = (await ana.say(general, "Who pays?")).message
    reply = (await ana.say(general, "Nobody.", root)).message
    assert root is not None
    assert reply is not None
    assert (await ana.delete(root)).event["message"]["subtype"] == "tombstone"
    assert (await ana.delete(reply)).event["subtype"] == "message_deleted"
    assert general.seen_by(ana.id) == []


async def test_nobody_changes_what_others_wrote(slack: FakeSlack, ana: Person, general: Channel) -> None:
    """Neither edits nor deletes it."""
    message = posted(slack, general)
    with pytest.raises(NotThere):
        await ana.edit(message, "No.")
    with pytest.raises(NotThere):
        await ana.delete(message)


async def test_files_come_with_a_message(slack: FakeSlack, ana: Person, general: Channel) -> None:
    """Of the subtype file_share; they can be fetched from the stand-in."""
    told = await ana.upload(general, "report.pdf", b"%PDF", "<@UBOT> what does it say?")
    assert told.event["files"][0]["name"] == "report.pdf"
    assert told.event["files"][0]["mimetype"] == "application/pdf"
    assert told.event["files"][0]["url_private_download"].startswith(slack.url)
    assert told.twin is not None
    assert told.twin.event["subtype"] == "file_share"


async def test_links_of_the_apps_domains_are_shared(slack: FakeSlack, ana: Person, general: Channel) -> None:
    """Other links are not."""
    slack.delivery.audience.unfurl_domains = {"docs.example.org"}
    await ana.say(general, "See https://docs.example.org/a and https://example.org/b")
    assert last(slack)["event"]["type"] == "link_shared"
    assert last(slack)["event"]["links"] == [{"domain": "docs.example.org", "url": "https://docs.example.org/a"}]


async def test_guests_of_shared_channels_name_their_workspace(slack: FakeSlack, general: Channel) -> None:
    """The installation is the channel's, the person's workspace is their own."""
    slack.add_team("T9", "Other")
    general.shared_with.add("T9")
    guest = slack.user("gus", team="T9")
    general.members.add(guest.id)
    told = await guest.mention(general, "Who pays?")
    assert told.payload["team_id"] == "T1"
    assert told.payload["is_ext_shared_channel"] is True
    assert told.event["user_team"] == told.event["team"] == "T9"


async def test_what_somebody_looks_at_comes_with_what_they_say(slack: FakeSlack, ana: Person, general: Channel) -> None:
    """In their conversation with the app, and nowhere else."""
    looked = await ana.look_at(general)
    entity = {"type": "slack#/types/channel_id", "value": general.id, "team_id": "T1"}
    assert looked.event["context"] == {"entities": [entity]}
    assert (await slack.user("ana").dm("What is said here?")).event["app_context"] == {"entities": [entity]}
    assert "app_context" not in (await ana.say(general, "Nothing.")).event


async def test_reactions_name_the_message(slack: FakeSlack, ana: Person, general: Channel) -> None:
    """And who wrote it."""
    message = posted(slack, general)
    event = (await ana.react(message, "+1")).event
    assert event["item"] == {"type": "message", "channel": general.id, "ts": message.ts}
    assert event["item_user"] == "UBOT"
    assert message.reactions == {"+1": [ana.id]}
    assert (await ana.unreact(message, "+1")).event["type"] == "reaction_removed"


# The app's own surfaces


async def test_opening_the_app_tells_which_tab(slack: FakeSlack, ana: Person) -> None:
    """The Home tab comes with what it shows."""
    slack.world.add_view("T1", ana.id, {"type": "home", "blocks": [ACTIONS]})
    assert (await ana.open_home("messages")).event["tab"] == "messages"
    event = (await ana.open_home()).event
    assert event["tab"] == "home"
    assert event["view"]["blocks"] == [ACTIONS]
    assert event["channel"] == ana.direct.id


async def test_stopping_ends_the_streams_first(slack: FakeSlack, ana: Person) -> None:
    """The event names them; where nothing is at work there is no button."""
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    asked = (await ana.dm("Who pays?")).message
    assert asked is not None
    with pytest.raises(NotThere):
        await ana.stop(ana.direct, asked)
    stream = await client.chat_startStream(channel=ana.direct.id, thread_ts=asked.ts, markdown_text="The")
    event = (await ana.stop(ana.direct, asked)).event
    assert event["streaming_message_ts"] == [stream["ts"]]
    assert event["thread_ts"] == asked.ts
    assert slack.world.open_streams() == []


async def test_a_renamed_session_tells_both_titles(slack: FakeSlack, ana: Person) -> None:
    """The one that it had, if it had one."""
    asked = (await ana.dm("Who pays?")).message
    assert asked is not None
    assert "previous_title" not in (await ana.rename_session(ana.direct, asked, "Payers")).event
    event = (await ana.rename_session(ana.direct, asked, "Money")).event
    assert (event["title"], event["previous_title"]) == ("Money", "Payers")


async def test_the_older_assistant_begins_with_a_message_of_the_bot(ana: Person, general: Channel) -> None:
    """What is said there is in its thread."""
    begun = await ana.open_assistant(general)
    root = begun.message
    assert root is not None
    assert begun.event["assistant_thread"]["context"]["channel_id"] == general.id
    assert (await ana.switch_assistant(root, general)).event["type"] == "assistant_thread_context_changed"
    assert (await ana.dm("Who pays?", root)).event["thread_ts"] == root.ts


async def test_details_of_a_link_are_asked_for_by_a_person(slack: FakeSlack, ana: Person, general: Channel) -> None:
    """With what lets the app show them to that person alone."""
    event = (await ana.open_link(posted(slack, general), "https://docs.example.org/a", {"id": "a"})).event
    assert event["external_ref"] == {"id": "a"}
    assert slack.world.triggers[event["trigger_id"]].user == ana.id


async def test_the_bot_hears_that_it_is_invited(slack: FakeSlack, ana: Person) -> None:
    """From then on it hears what is said there."""
    quiet = slack.channel("quiet", with_bot=False)
    event = (await ana.invite_bot(quiet)).event
    assert (event["user"], event["inviter"]) == ("UBOT", ana.id)
    assert (await ana.say(quiet, "Hello.")).skipped is None
    ana.remove_bot(quiet)
    assert (await ana.say(quiet, "Hello?")).skipped is not None


# Commands and shortcuts


@BOTH
async def test_a_command_is_answered_for_one_person(
    slack: FakeSlack, app: AsyncApp, ana: Person, general: Channel, transport: str
) -> None:
    """What the acknowledgement says is shown to who gave the command; what follows comes by the URL."""
    bodies: list[Json] = []

    @app.command("/ask")
    async def ask(ack: Any, body: Json, respond: Any) -> None:
        bodies.append(body)
        await respond("The United States.")
        await ack("Looking.")

    async with listening(slack, app):
        delivered = await ana.command("/ask", "who pays?", general)
    assert delivered.acked
    assert [message.text for message in ana.ephemerals] == ["The United States.", "Looking."]
    assert slack.user("ben").ephemerals == []
    assert slack.transcript(general, viewer=slack.user("ben").id) == []
    assert bodies[0]["text"] == "who pays?"
    assert bodies[0]["channel_name"] == "general"
    assert bodies[0]["is_enterprise_install"] == "false"
    assert slack.problems == []


@BOTH
@pytest.mark.parametrize(("replacing", "shown"), [(True, ["Kenya."]), (False, ["Looking.", "Kenya."])])
async def test_a_command_s_acknowledgement_can_be_replaced(
    slack: FakeSlack, app: AsyncApp, ana: Person, transport: str, replacing: bool, shown: list[str]
) -> None:
    """By its URL, even at the same moment; what does not replace it comes after it."""
    answered = asyncio.Event()

    @app.command("/ask")
    async def ask(ack: Any, respond: Any) -> None:
        await ack("Looking.")
        await respond("Kenya.", replace_original=replacing)
        answered.set()

    async with listening(slack, app):
        acknowledgement = (await ana.command("/ask", "who leads?")).message
        await answered.wait()
    assert [message.text for message in ana.ephemerals] == shown
    assert acknowledgement.text == shown[0]
    assert slack.problems == []


@BOTH
async def test_a_message_shortcut_opens_a_modal(
    slack: FakeSlack, app: AsyncApp, ana: Person, general: Channel, transport: str
) -> None:
    """By a trigger that is good for three seconds; the message comes with it."""
    texts: list[str] = []

    @app.shortcut("answer_message")
    async def answer(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        texts.append(body["message"]["text"])
        await client.views_open(trigger_id=body["trigger_id"], view=modal(QUESTION))
        opened.set()

    opened = asyncio.Event()
    async with listening(slack, app):
        message = posted(slack, general)
        assert (await ana.shortcut("answer_message", message)).acked
        await opened.wait()
    assert texts == ["So."]
    assert ana.view.payload["callback_id"] == "ask"
    assert slack.user("ben").views == []


@BOTH
async def test_a_global_shortcut_comes_from_nowhere(
    slack: FakeSlack, app: AsyncApp, ana: Person, transport: str
) -> None:
    """There is neither a channel nor a URL to answer to."""
    bodies: list[Json] = []

    @app.shortcut("ask")
    async def ask(ack: Any, body: Json) -> None:
        bodies.append(body)
        await ack()

    async with listening(slack, app):
        assert (await ana.global_shortcut("ask")).acked
    assert bodies[0]["type"] == "shortcut"
    assert not bodies[0].keys() & {"channel", "response_url", "message"}


# Clicks


@BOTH
async def test_a_click_says_what_was_clicked_and_where(
    slack: FakeSlack, app: AsyncApp, ana: Person, general: Channel, transport: str
) -> None:
    """The app answers where it was clicked."""
    bodies: list[Json] = []

    @app.action("show")
    async def show(ack: Any, body: Json, respond: Any) -> None:
        bodies.append(body)
        await respond("The passage.", replace_original=False)
        await ack()

    message = posted(slack, general, ACTIONS)
    async with listening(slack, app):
        assert (await ana.click(message, "show")).acked
    body = bodies[0]
    assert body["actions"][0] | {"action_ts": ""} == {**BUTTON, "block_id": "buttons", "action_ts": ""}
    assert body["container"] == {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": general.id,
        "is_ephemeral": False,
    }
    assert body["message"]["ts"] == message.ts
    assert body["user"]["id"] == ana.id
    assert [one.text for one in ana.ephemerals] == ["The passage."]


async def test_of_an_ephemeral_message_only_its_id_is_told(slack: FakeSlack, ana: Person, general: Channel) -> None:
    """And nobody else can click in it."""
    message = posted(slack, general, ACTIONS, ephemeral_to=ana.id)
    with pytest.raises(NotThere):
        await slack.user("ben").click(message, "show")
    await ana.click(message, "show")
    assert last(slack)["container"]["is_ephemeral"] is True
    assert "message" not in last(slack)


async def test_feedback_is_one_of_two_buttons(slack: FakeSlack, ana: Person, general: Channel) -> None:
    """Named by what it means or by its value; without either there is nothing to click."""
    message = posted(slack, general, {"type": "context_actions", "elements": [FEEDBACK]})
    await ana.click(message, "vote", "negative")
    assert last(slack)["actions"][0]["value"] == "a1:down"
    await ana.click(message, "vote", "a1:up")
    assert last(slack)["actions"][0]["text"]["text"] == "Good"
    with pytest.raises(NotThere):
        await ana.click(message, "vote")


async def test_what_is_not_there_cannot_be_clicked(slack: FakeSlack, ana: Person, general: Channel) -> None:
    """It is said what is there instead."""
    message = posted(slack, general, ACTIONS)
    with pytest.raises(NotThere, match="a1:1"):
        await ana.click(message, "hide")
    with pytest.raises(NotThere, match="a1:1"):
        await ana.click(message, "show", "a1:2")
    message.deleted = True
    with pytest.raises(NotThere, match="does not see"):
        await ana.click(message, "show")


async def test_strangers_see_nothing_of_private_channels(slack: FakeSlack, ana: Person) -> None:
    """Not even if they get hold of a message."""
    message = posted(slack, slack.channel("secret", kind="private", members=["ben"]), ACTIONS)
    with pytest.raises(NotThere):
        await ana.click(message, "show")
    await slack.user("ben").click(message, "show")
    assert last(slack)["channel"]["name"] == "privategroup"


async def test_buttons_are_found_wherever_blocks_hold_them(ana: Person) -> None:
    """In sections, cards, carousels and containers; those for others are not seen."""
    hidden = {**BUTTON, "type": "icon_button", "action_id": "bin", "visible_to_user_ids": ["U99"]}
    card = {"type": "card", "actions": [{**BUTTON, "action_id": "in a card"}]}
    blocks = [
        {"type": "section", "accessory": {**BUTTON, "action_id": "beside"}},
        {"type": "carousel", "elements": [card]},
        {"type": "container", "block_id": "outer", "child_blocks": [ACTIONS, {"type": "divider"}]},
        {"type": "context_actions", "elements": [hidden]},
    ]
    assert [element.action_id for element in elements(blocks, ana.id)] == ["beside", "in a card", "show"]
    assert find(blocks, "bin", None, "U99").type == "icon_button"
    assert find(blocks, "show", None, ana.id).block_id == "buttons"


# Modals


async def submitting(
    slack: FakeSlack, app: AsyncApp, view: Json, values: Json, answer: Callable[[Any], Any]
) -> tuple[Person, Delivered, Json]:
    """A modal handed in to an app that answers so."""
    bodies: list[Json] = []

    @app.view("ask")
    async def handle(ack: Any, body: Json) -> None:
        bodies.append(body)
        await answer(ack)

    @app.options("document")
    async def options(ack: Any, payload: Json) -> None:
        await ack(options=[option("d1", "Haiti.pdf"), option("d2", "Kenya.pdf")])

    person = slack.user("ana")
    async with listening(slack, app):
        delivered = await person.submit(opened(slack, person, view), values)
    return person, delivered, bodies[0]


@BOTH
async def test_a_modal_is_handed_in_with_its_state(slack: FakeSlack, app: AsyncApp, transport: str) -> None:
    """Fields by action_id or block_id, options by value or label; acknowledged without a word it closes."""
    given = {"question": "Who pays?", "where_block": "For all", "document": "Haiti.pdf"}
    person, delivered, body = await submitting(slack, app, modal(QUESTION, WHERE, DOCUMENT), given, lambda ack: ack())
    assert delivered.acked
    assert body["view"]["state"]["values"] == {
        "question_block": {"question": {"type": "plain_text_input", "value": "Who pays?"}},
        "where_block": {"where": {"type": "radio_buttons", "selected_option": option("all", "For all")}},
        "document_block": {"document": {"type": "external_select", "selected_option": option("d1", "Haiti.pdf")}},
    }
    assert body["view"]["callback_id"] == "ask"
    assert person.views == []


@BOTH
async def test_errors_leave_a_modal_open(slack: FakeSlack, app: AsyncApp, transport: str) -> None:
    """The person reads them beside the field."""
    person, _, _ = await submitting(
        slack,
        app,
        modal(QUESTION),
        {"question": "Who?"},
        lambda ack: ack(response_action="errors", errors={"question_block": "Say more."}),
    )
    assert person.errors == {"question_block": "Say more."}
    assert len(person.views) == 1
    assert slack.problems == []


async def test_errors_beside_no_field_are_a_problem(slack: FakeSlack, app: AsyncApp) -> None:
    """Slack would show them nowhere."""
    await submitting(
        slack,
        app,
        modal(QUESTION),
        {"question": "Who?"},
        lambda ack: ack(response_action="errors", errors={"question": "Say more."}),
    )
    assert slack.problems == ["errors: no input block is 'question'"]


async def test_a_modal_is_replaced_or_covered(slack: FakeSlack, app: AsyncApp) -> None:
    """By what the app answers."""
    changed = modal({"type": "divider"}, callback_id="changed")
    person, _, _ = await submitting(
        slack, app, modal(QUESTION), {"question": "Who?"}, lambda ack: ack(response_action="update", view=changed)
    )
    assert [view.payload["callback_id"] for view in person.views] == ["changed"]
    covered = bolt_app(slack)
    await submitting(
        slack, covered, modal(QUESTION), {"question": "Who?"}, lambda ack: ack(response_action="push", view=changed)
    )
    assert [view.payload["callback_id"] for view in person.views] == ["changed", "ask", "changed"]
    assert person.view.previous_view_id == person.views[1].id
    await submitting(
        slack, bolt_app(slack), modal(QUESTION), {"question": "Who?"}, lambda ack: ack(response_action="clear")
    )
    assert person.views == []


async def test_what_must_be_filled_in_holds_a_modal_back(slack: FakeSlack, ana: Person) -> None:
    """As do texts that are too long, options that are not offered and fields that are not there."""
    view = opened(slack, ana, modal(QUESTION, WHERE, DOCUMENT))
    for values, word in (
        ({"question": "Who?"}, "where"),
        ({"question": "?" * 41, "where": "me"}, "41"),
        ({"question": "Who?", "where": "you"}, "you"),
        ({"who": "me"}, "who"),
    ):
        with pytest.raises(NotThere, match=word):
            await ana.submit(view, values)
    assert slack.delivery.log == []
    with pytest.raises(NotThere):
        await slack.user("ben").submit(view, {"question": "Who?", "where": "me"})


async def test_a_modal_that_is_not_acknowledged_stays(slack: FakeSlack, ana: Person) -> None:
    """Nobody is connected."""
    view = opened(slack, ana, modal(QUESTION))
    assert not (await ana.submit(view, {"question": "Who pays?"})).acked
    assert ana.views == [view]


async def test_clicks_in_a_modal_tell_what_is_filled_in(slack: FakeSlack, ana: Person) -> None:
    """What was chosen before is part of the state; it comes from a view and from no channel."""
    chooser = {"type": "static_select", "action_id": "scope", "options": [option("all"), option("some")]}
    view = opened(slack, ana, modal({"type": "actions", "block_id": "top", "elements": [chooser, BUTTON]}))
    await ana.click(view, "scope", "some")
    await ana.click(view, "show")
    assert last(slack)["container"] == {"type": "view", "view_id": view.id}
    assert last(slack)["view"]["state"]["values"]["top"]["scope"]["selected_option"] == option("some")
    assert not last(slack).keys() & {"channel", "message", "response_url"}


async def test_closing_is_told_to_who_wants_to_know(slack: FakeSlack, ana: Person) -> None:
    """To others it is not."""
    assert await ana.close(opened(slack, ana, modal(QUESTION))) is None
    await ana.close(opened(slack, ana, modal(QUESTION, notify_on_close=True)))
    assert last(slack)["type"] == "view_closed"
    assert ana.views == []


@BOTH
async def test_the_home_tab_is_seen_and_clicked(slack: FakeSlack, app: AsyncApp, ana: Person, transport: str) -> None:
    """By the person for whom it was published."""
    clicked: list[str] = []

    @app.event("app_home_opened")
    async def show(event: Json, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [ACTIONS]})
        shown.set()

    @app.action("show")
    async def click(ack: Any, payload: Json) -> None:
        clicked.append(payload["value"])
        await ack()

    shown = asyncio.Event()
    async with listening(slack, app):
        await ana.open_home()
        await shown.wait()
        assert ana.home is not None
        assert (await ana.click(ana.home, "show")).acked
    assert clicked == ["a1:1"]
    assert slack.user("ben").home is None


# Typed text


@given(st.text())
def test_typed_text_mentions_and_links_nothing_by_itself(text: str) -> None:
    """Unless it is written in Slack's signs: no angle bracket is left otherwise."""
    written = typed(text.replace("<", "< ").replace("http", "ftp"))
    assert "<" not in written
    assert not mentions(written)
    assert links(written) == []
