"""A person at a terminal, talking to a small app through the stand-in for Slack."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from slack_bolt.app.async_app import AsyncApp

from fakeslack.activity import Patience
from fakeslack.lines import line_from
from fakeslack.server import FakeSlack
from fakeslack.terminal import session
from tests.fakeslack_client import slack
from tests.listening_app import bolt_app, connected, listening

__all__ = ["slack"]  # a fixture

PATIENT = Patience(first_s=10.0, press_s=10.0, quiet_s=0.2, limit_s=30.0, look_s=0.01)
EXPECTING_NOTHING = replace(PATIENT, press_s=0.1)
TIME = re.compile(r"\d\d:\d\d")
SOURCE = {"type": "button", "action_id": "source", "value": "1", "text": {"type": "plain_text", "text": "Show"}}
LINK = {"type": "button", "action_id": "link", "url": "https://a.org", "text": {"type": "plain_text", "text": "Web"}}


def plain_text(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def buttons(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": [*elements]}


def field(name: str, element: dict[str, Any]) -> dict[str, Any]:
    inside = {"action_id": name, **element}
    return {"type": "input", "block_id": name, "label": plain_text(name), "element": inside, "optional": True}


def option(value: str) -> dict[str, Any]:
    return {"text": plain_text(value.title()), "value": value}


def modal(title: str, *blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain_text(title), "blocks": [*blocks], **more}


FORM = modal(
    "Ask",
    field("question", {"type": "plain_text_input"}),
    field("where", {"type": "radio_buttons", "options": [option("here"), option("there")]}),
    field("several", {"type": "checkboxes", "options": [option("one"), option("two")]}),
    field("document", {"type": "external_select", "min_query_length": 0}),
    callback_id="form",
    submit=plain_text("Send"),
)


class Clerk:
    """An app that answers everything at once, except what is to be answered slowly."""

    def __init__(self, app: AsyncApp) -> None:
        self.submitted: list[dict[str, Any]] = []
        app.event("app_mention")(self._mention)
        app.event("message")(self._message)
        app.event("app_home_opened")(self._opened)
        app.event("agent_session_stopped")(self._stopped)
        app.command("/ask")(self._command)
        app.action("source")(self._source)
        app.action("link")(self._nothing)
        app.action("example")(self._example)
        app.shortcut("footnote_ask")(self._form)
        app.shortcut("footnote_answer_message")(self._form)
        app.options("document")(self._documents)
        app.view("form")(self._submit)

    async def _mention(self, event: dict[str, Any], client: Any, say: Any) -> None:
        thread = event.get("thread_ts") or event["ts"]
        if "slowly" in event["text"]:
            await client.agents_sessions_setStatus(channel_id=event["channel"], thread_ts=thread, status="processing")
            return
        await say(text="Because.", blocks=[section("*Because.*"), buttons(SOURCE, LINK)], thread_ts=thread)

    async def _message(self, event: dict[str, Any], client: Any) -> None:
        changed = event.get("message", event)
        if "bot_id" in changed or event.get("subtype") == "message_deleted":
            return
        text, thread = changed["text"].replace("<@UBOT> ", ""), changed.get("thread_ts")
        if event.get("subtype") or event.get("channel_type") == "im" or (thread and text == changed["text"]):
            said = {"text": f"You say {text}", "thread_ts": thread or changed["ts"]}
            await client.chat_postMessage(channel=event["channel"], **said)

    async def _stopped(self, event: dict[str, Any], client: Any) -> None:
        channel, thread = event["channel"], event["thread_ts"]
        await client.agents_sessions_setStatus(channel_id=channel, thread_ts=thread, status="active")
        await client.chat_postMessage(channel=channel, thread_ts=thread, text="Stopped.")

    async def _opened(self, event: dict[str, Any], client: Any) -> None:
        if event["tab"] == "home":
            example = {**SOURCE, "action_id": "example", "text": plain_text("Example")}
            await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [buttons(example)]})
        else:
            prompts = [{"title": "Why", "message": "Why is that?"}]
            await client.assistant_threads_setSuggestedPrompts(channel_id=event["channel"], prompts=prompts)

    async def _example(self, ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        view = {"type": "home", "blocks": [section("pressed")]}
        await client.views_publish(user_id=body["user"]["id"], view=view)

    async def _command(self, ack: Any, respond: Any, command: dict[str, Any]) -> None:
        await ack()
        await respond(text="Searching…")
        await respond(text=f"Privately: {command['text']}")

    async def _source(self, ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        opened = await client.views_open(trigger_id=body["trigger_id"], view=modal("Source", section("Loading")))
        await client.views_update(view_id=opened["view"]["id"], view=modal("Source", section("The words")))

    async def _form(self, ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    async def _documents(self, ack: Any) -> None:
        await ack(options=[option("a.md"), option("b.md")])

    async def _submit(self, ack: Any, view: dict[str, Any]) -> None:
        self.submitted.append(view["state"]["values"])
        if view["state"]["values"]["question"]["question"]["value"]:
            await ack()
        else:
            await ack(response_action="errors", errors={"question": "What is the question?"})

    async def _nothing(self, ack: Any) -> None:
        await ack()


@pytest.fixture
async def clerk(slack: FakeSlack) -> AsyncIterator[Clerk]:
    """Listening; at the end it must have done nothing that Slack does not take."""
    app = bolt_app(slack)
    clerk = Clerk(app)
    async with listening(slack, app):
        yield clerk
    assert slack.problems == []


async def typed(
    slack: FakeSlack, *lines: str, patience: Patience = PATIENT, terminal: bool = False, **options: Any
) -> str:
    """What is printed while a program sends the lines, without the time of day and blanks at the ends of lines."""
    left, out = [*lines], StringIO()

    async def ask_line() -> str:
        if not left:
            raise EOFError
        return left.pop(0)

    console = Console(file=out, width=80, highlight=False, force_terminal=terminal)
    await session(slack, ask_line, console, patience=patience, **options)
    lines_out = [TIME.sub("TIME", line).rstrip() for line in out.getvalue().split("\n")]
    return "\n".join(line for line in lines_out if line)


ASKED = """\
── #general
ana  TIME
@footnote why?
  Footnote APP  TIME
  Because.
  [1 Show]  [2 Web ↗]"""


async def test_a_question_and_its_answer(slack: FakeSlack, clerk: Clerk) -> None:
    """What is typed mentions the app; the answer is there when the next line is read."""
    assert await typed(slack, "why?", "/quit", "never") == ASKED


async def test_what_is_typed_next_is_said_in_the_thread(slack: FakeSlack, clerk: Clerk) -> None:
    """Without a mention, until the thread is left; then it is a question of its own."""
    seen = await typed(slack, "why?", "and how?", "/new", "when?")
    followed, new = seen.removeprefix(ASKED).split("what you say next begins another thread\n")
    assert followed == ("\n── #general\n  ana  TIME\n  and how?\n  Footnote APP  TIME\n  You say and how?\n")
    assert new.startswith("── #general\nana  TIME\n@footnote when?\n  Footnote APP")


async def test_a_pressed_button_opens_a_modal(slack: FakeSlack, clerk: Clerk) -> None:
    """The number stands beside the button; the modal is shown as it is in the end, and can be closed."""
    seen = await typed(slack, "why?", "/press 1", "/close")
    assert "╭─ Source ─" in seen
    assert "The words" in seen
    assert "Loading" not in seen
    assert seen.endswith("the modal is closed")


async def test_a_link_is_named(slack: FakeSlack, clerk: Clerk) -> None:
    """No browser opens; the app is told as of any press."""
    assert "a browser opens https://a.org" in await typed(slack, "why?", "/press 2")
    assert slack.delivery.log[-1].payload["actions"][0]["action_id"] == "link"


async def test_numbers_stay_until_others_are_shown(slack: FakeSlack, clerk: Clerk) -> None:
    """A reply without anything to press leaves them as they are."""
    assert "╭─ Source ─" in await typed(slack, "why?", "and how?", "/press 1")


async def test_the_slash_command_is_answered_privately(slack: FakeSlack, clerk: Clerk) -> None:
    """What says that an answer is looked for is not taken for one."""
    said = "Only visible to you\nFootnote APP  TIME\n"
    assert await typed(slack, "/ask why?") == f"── #general\n{said}Searching…\n{said}Privately: why?"


async def test_a_direct_message(slack: FakeSlack, clerk: Clerk) -> None:
    """It begins a thread as well."""
    seen = await typed(slack, "/dm why?", "and how?")
    assert seen.startswith("── Direct message\nana  TIME\nwhy?\n  Footnote APP  TIME\n  You say why?\n")
    assert seen.endswith("  You say and how?")


async def test_what_is_said_to_nobody_is_not_answered(slack: FakeSlack, clerk: Clerk) -> None:
    """And nobody complains about that."""
    assert await typed(slack, "/say hello", patience=EXPECTING_NOTHING) == "── #general\nana  TIME\nhello"


async def test_an_edited_question(slack: FakeSlack, clerk: Clerk) -> None:
    """It keeps its mention; what the app makes of it is shown."""
    seen = await typed(slack, "why?", "/edit how?")
    assert "ana  TIME (edited)\n@footnote how?\n" in seen
    assert seen.endswith("  You say how?")


async def test_a_message_that_is_taken_back(slack: FakeSlack, clerk: Clerk) -> None:
    """Whoever saw it is told that it is gone, once."""
    seen = await typed(slack, "/say hello", "/delete", "/delete", patience=EXPECTING_NOTHING)
    assert seen.endswith("ana's message of TIME is gone\n! that cannot be done: you have not said anything yet")


async def test_stopping_as_soon_as_there_is_something_to_stop(slack: FakeSlack, clerk: Clerk) -> None:
    """A program need not know when that is: it sends the line in advance."""
    seen = await typed(slack, "slowly", "/stop", "/stop")
    assert "  Footnote APP  TIME\n  Stopped.\n" in seen
    assert "! that cannot be done: nothing can be stopped in general" in seen


async def test_an_app_that_stays_at_work(slack: FakeSlack, clerk: Clerk) -> None:
    """Patience ends; it is said that there may be more."""
    seen = await typed(slack, "slowly", patience=replace(PATIENT, limit_s=1.5))
    assert seen.endswith("! the app is still at work")


async def test_an_app_that_knows_that_it_is_busy(slack: FakeSlack, clerk: Clerk) -> None:
    """What it does before anything is seen of it counts as work."""
    looks = iter([True] * 50)
    await typed(slack, "why?", busy=partial(next, looks, False))
    assert next(looks, None) is None


async def test_the_home_tab(slack: FakeSlack, clerk: Clerk) -> None:
    """It is opened, shown, and shown again when a press changes it."""
    seen = await typed(slack, "/home", "/press 1")
    assert "[1 Example]" in seen
    assert "│  pressed" in seen


async def test_the_messages_tab(slack: FakeSlack, clerk: Clerk) -> None:
    """What the app suggests has numbers; a press says it."""
    seen = await typed(slack, "/messages", "/press 1")
    assert seen.startswith("Try one of these:\n[1 Why]\n")
    assert seen.endswith("You say Why is that?")


async def test_a_form(slack: FakeSlack, clerk: Clerk) -> None:
    """Fields are filled and options chosen by number; then it is handed in, with text for its first field."""
    seen = await typed(slack, "/form", "/press 3", "/press 4", "/press 5", "/press 4", "/type 6 a", "/submit why?")
    (values,) = clerk.submitted
    assert values["question"]["question"]["value"] == "why?"
    assert values["where"]["where"]["selected_option"]["value"] == "there"
    assert [one["value"] for one in values["several"]["several"]["selected_options"]] == ["two"]
    assert values["document"]["document"]["selected_option"]["value"] == "a.md"
    assert "[2 ○ Here]  [3 ● There]" in seen
    assert "offered: A.Md, B.Md" in seen
    assert seen.endswith("the modal is closed")


async def test_a_form_about_a_message(slack: FakeSlack, clerk: Clerk) -> None:
    """It is opened from the message's menu."""
    assert "╭─ Ask ─" in await typed(slack, "why?", "/answer")
    assert slack.delivery.log[-1].payload["message"]["text"] == "<@UBOT> why?"


async def test_what_is_wrong_with_a_form(slack: FakeSlack, clerk: Clerk) -> None:
    """It stays open, and what the app says of its fields is shown."""
    assert "! What is the question?" in await typed(slack, "/form", "/press 7")


async def test_somebody_else(slack: FakeSlack, clerk: Clerk) -> None:
    """They see what is public, and can press what they see."""
    seen = await typed(slack, "why?", "/ask why?", "/as ben", "/press 1")
    _, theirs = seen.split("Privately")
    assert "@footnote why?" in theirs
    assert "╭─ Source ─" in theirs


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/unheard of", "! there is no such command; /help names them all"),
        ("/press 7", "! that cannot be done: nothing that is shown has the number '7'"),
        ("/press all", "! that cannot be done: nothing that is shown has the number 'all'"),
        ("/type 1 text", "! that cannot be done: nothing that is shown has the number '1'"),
        ("/submit", "! that cannot be done: ana has no modal open"),
        ("/stop", "! that cannot be done: the app is not at work in a thread of yours"),
        ("/html", "! that cannot be done: the page needs a name: /html FILE"),
        ("/html /nowhere/page.html", "! that cannot be done: /nowhere/page.html cannot be written"),
    ],
)
async def test_what_cannot_be_done_is_said_in_one_line(slack: FakeSlack, clerk: Clerk, line: str, said: str) -> None:
    """The next line is carried out all the same."""
    seen = await typed(slack, line, "/new")
    assert seen.startswith(said)
    assert seen.endswith("what you say next begins another thread")


async def test_no_app_is_connected(slack: FakeSlack) -> None:
    """That is said, and nobody waits for an answer."""
    seen = await typed(slack, "/ask why?")
    assert seen == "! no app is connected"


async def test_what_the_app_must_not_do_is_reported(slack: FakeSlack) -> None:
    """Each problem that the stand-in notices, once."""
    app = bolt_app(slack)

    @app.command("/ask")
    async def command(ack: Any) -> None:
        await ack(blocks=[{"type": "section"}], text="x")

    async with connected(slack, app):
        seen = await typed(slack, "/ask why?", "/new")
    assert seen.count("! the app does what Slack does not take: ") == len(slack.problems) > 0


async def test_somebody_who_watches_is_greeted(slack: FakeSlack, clerk: Clerk) -> None:
    """A program is not."""
    assert "/help" in await typed(slack, terminal=True)
    assert await typed(slack) == ""


async def test_the_page_holds_all_that_is_seen(slack: FakeSlack, clerk: Clerk, tmp_path: Path) -> None:
    """Messages and modals, in a file that a browser opens."""
    page = tmp_path / "page.html"
    seen = await typed(slack, "why?", "/press 1", f"/html {page}")
    assert "written to" in seen
    assert "Because." in page.read_text()
    assert "The words" in page.read_text()


async def test_help_names_every_command(slack: FakeSlack, clerk: Clerk) -> None:
    """Each can be tried."""
    seen = await typed(slack, "/help")
    for command in re.findall(r"^/\w+", seen, re.MULTILINE):
        assert "no such command" not in await typed(slack, "/quit" if command == "/quit" else "/help")
    assert {"/ask", "/press", "/html", "/quit"} <= set(re.findall(r"^/\w+", seen, re.MULTILINE))


async def test_a_line_from_a_reader_that_blocks() -> None:
    """The loop runs on meanwhile; what the reader raises is raised."""
    asked = threading.Event()

    def read_line() -> str:
        assert asked.wait(10)
        return "why?"

    line = asyncio.ensure_future(line_from(read_line))
    asked.set()
    assert await line == "why?"
    with pytest.raises(EOFError):
        await line_from(_no_more)


def _no_more() -> str:
    raise EOFError
