"""Our own check of messages and views: what Slack would refuse is refused, with its place; what it takes is not."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from bot.slack import limits
from bot.slack.block_shapes import IN_MESSAGES, IN_VIEWS
from bot.slack.element_shapes import ELEMENTS
from bot.slack.errors import PayloadInvalid, SlackProblem
from bot.slack.validation import check_message, check_view, checked, text_length

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(), "action_id": "a", **more}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": plain(text), **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": [*elements], **more}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [*elements]}]}


def words(text: str = "x", **more: Any) -> Json:
    return {"type": "text", "text": text, **more}


def context(*elements: Json) -> Json:
    return {"type": "context", "elements": [*elements]}


def feedback(text: str = "x", value: str = "v") -> Json:
    voice = {"text": plain(text), "value": value}
    element = {"type": "feedback_buttons", "action_id": "f", "positive_button": voice, "negative_button": voice}
    return {"type": "context_actions", "elements": [element]}


def option(value: str = "v", text: str = "x") -> Json:
    return {"text": plain(text), "value": value}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain(), "blocks": [*blocks] or [section()], **more}


def message(*blocks: Json) -> Json:
    return {"text": "x", "blocks": [*blocks]}


TAKEN = [
    section(),
    {"type": "section", "fields": [mrkdwn()] * 10},
    section(accessory=button(value="v" * 2_000, url="https://example.com")),
    {"type": "divider", "block_id": "b"},
    {"type": "header", "text": plain("x" * 150)},
    context(plain(), mrkdwn(), {"type": "image", "image_url": "https://example.com/i.png", "alt_text": "x"}),
    actions(*[button(action_id=str(number)) for number in range(25)]),
    feedback("x" * 75, "v" * 2_000),
    {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain()}]},
    {"type": "markdown", "text": "x" * 12_000},
    rich(words("x" * 12_000, style={"bold": True}), {"type": "link", "url": "https://example.com"}),
    rich({"type": "user", "user_id": "U1"}, {"type": "channel", "channel_id": "C1"}, {"type": "emoji", "name": "wave"}),
    rich({"type": "date", "timestamp": 1, "format": "{date}", "fallback": "then"}),
    {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_quote", "elements": [words()]},
            {"type": "rich_text_preformatted", "elements": [words()]},
            {"type": "rich_text_list", "style": "bullet", "elements": [rich(words())["elements"][0]]},
        ],
    },
    {
        "type": "table",
        "rows": [[{"type": "raw_text", "text": "x"}] * 20] * 100,
        "column_settings": [{"align": "right"}],
    },
    {"type": "image", "image_url": "https://example.com/i.png", "alt_text": "x", "title": plain()},
    {"type": "alert", "text": plain(), "level": "warning"},
    {"type": "card", "title": mrkdwn("x" * 150), "actions": [button()]},
    {"type": "carousel", "elements": [{"type": "card", "body": plain("x" * 200)}] * 10},
    {"type": "container", "title": plain(), "child_blocks": [section()] * 10, "is_collapsible": True},
    {
        "type": "plan",
        "title": "x",
        "tasks": [{"type": "task_card", "task_id": "1", "title": "x", "status": "complete"}],
    },
    actions({"type": "overflow", "action_id": "o", "options": [option(str(number)) for number in range(5)]}),
    actions({"type": "static_select", "action_id": "s", "options": [option()], "initial_option": option()}),
    actions({"type": "external_select", "action_id": "e", "min_query_length": 0}),
    {"type": "input", "label": plain(), "element": {"type": "plain_text_input", "action_id": "p"}},
]

REFUSED = [
    (section("x" * 3_001), "3001 characters"),
    (section(""), "0 characters"),
    ({"type": "section"}, "text or fields is missing"),
    ({"type": "section", "fields": [plain()] * 11}, "11 items"),
    ({"type": "section", "fields": [plain("x" * 2_001)]}, "2001 characters"),
    (section(colour="red"), "colour is no property"),
    ({"type": "header", "text": plain("x" * 151)}, "151 characters"),
    ({"type": "header", "text": mrkdwn()}, "no type of text"),
    ({"type": "header"}, "text is missing"),
    (context(*[plain()] * 11), "11 items"),
    (context(), "0 items"),
    (context(button()), "no type of context"),
    (actions(*[button(action_id=str(number)) for number in range(26)]), "26 items"),
    (actions(button(), button()), "'a' stands there twice"),
    (actions(button(text=plain("x" * 76))), "76 characters"),
    (actions(button(value="v" * 2_001)), "2001 characters"),
    (actions(button(url="https://example.com/" + "x" * 3_000)), "3020 characters"),
    (actions(button(url="javascript:alert(1)")), "no web address"),
    (actions(button(accessibility_label="x" * 76)), "76 characters"),
    (actions(button(action_id="a" * 256)), "256 characters"),
    (actions(button(style="loud")), "none of primary, danger"),
    (actions({"type": "image", "image_url": "https://example.com", "alt_text": "x"}), "no type of element"),
    (actions({"type": "plain_text_input", "action_id": "p"}), "no type of element"),
    (actions({"type": "overflow", "options": [option(str(number)) for number in range(6)]}), "6 items"),
    (actions({"type": "static_select", "options": [option()] * 2}), "the same value"),
    (actions({"type": "static_select", "options": [option("v" * 151)]}), "151 characters"),
    (actions({"type": "static_select", "options": [option(text="x" * 76)]}), "76 characters"),
    (actions({"type": "static_select", "options": [option(str(number)) for number in range(101)]}), "101 items"),
    (actions({"type": "static_select"}), "options or option_groups is missing"),
    (actions({"type": "static_select", "options": [option()], "initial_option": option("w")}), "none of the options"),
    (actions({"type": "radio_buttons", "options": [option(str(number)) for number in range(11)]}), "11 items"),
    (section(block_id="b" * 256), "256 characters"),
    (feedback("x" * 76), "76 characters"),
    (feedback(value="v" * 2_001), "2001 characters"),
    (
        {"type": "context_actions", "elements": [feedback()["elements"][0] | {"action_id": str(n)} for n in range(6)]},
        "6 items",
    ),
    ({"type": "context_actions", "elements": [button()]}, "no type of element"),
    ({"type": "markdown", "text": "x" * 12_001}, "12001 characters"),
    ({"type": "markdown", "text": "<!channel>"}, "control sequence"),
    ({"type": "rich_text", "elements": []}, "0 items"),
    ({"type": "rich_text", "elements": [words()]}, "no type of rich text part"),
    (rich(), "0 items"),
    (rich(words("")), "0 characters"),
    (rich(words(style={"loud": True})), "loud is no property"),
    (rich(words(style={"bold": "yes"})), "true or false"),
    (rich({"type": "link", "url": "slack://x"}), "no web address"),
    (rich({"type": "section", "text": plain()}), "no type of rich text element"),
    (
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U"}]}],
        },
        "no type",
    ),
    (
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": [words()], "style": "bullet"}]},
        "list item",
    ),
    ({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * 101}, "101 items"),
    ({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]}, "21 items"),
    ({"type": "card", "title": plain("x" * 151)}, "151 characters"),
    ({"type": "card", "body": plain("x" * 201)}, "201 characters"),
    ({"type": "card"}, "is missing"),
    ({"type": "carousel", "elements": [{"type": "card", "title": plain()}] * 11}, "11 items"),
    ({"type": "container", "title": plain(), "child_blocks": [section()] * 11}, "11 items"),
    ({"type": "container", "child_blocks": [section()]}, "title or rich_text_title is missing"),
    ({"type": "image", "image_url": "https://example.com", "alt_text": "x" * 2_001}, "2001 characters"),
    ({"type": "sections", "text": plain()}, "no type of block"),
    ({"text": plain()}, "no type of block"),
    ("section", "no type of block"),
    (section("\ud800"), "half of a character"),
    *[
        ({"type": "section", "text": mrkdwn(f"Hello {sequence}.")}, "control sequence")
        for sequence in ("<!channel>", "<!subteam^S1>", "<@U1>", "<#C1|general>")
    ],
]


@pytest.mark.parametrize("block", TAKEN, ids=lambda block: block["type"])
def test_what_slack_takes_is_taken(block: Json) -> None:
    """Blocks at the very limits have no problem."""
    assert check_message(message(block)) == []


@pytest.mark.parametrize(("block", "reason"), REFUSED)
def test_what_slack_refuses_is_refused(block: Json, reason: str) -> None:
    """One problem at least, with its place and its reason."""
    problems = check_message(message(section(), block))
    assert any(reason in problem for problem in problems), problems
    assert all(problem.startswith("blocks[1]") for problem in problems)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({}, "shows nothing"),
        ({"text": "", "blocks": []}, "shows nothing"),
        ({"text": "x" * 40_001}, "40001 characters"),
        ({"text": "Hello <!here>"}, "control sequence"),
        ({"markdown_text": "x" * 12_001}, "12001 characters"),
        ({"markdown_text": "<@U1>"}, "control sequence"),
        ({"text": "x", "markdown_text": "x"}, "exclude each other"),
        (message(*[section()] * 51), "51 items"),
        (message(*[section("x" * 2_601)] * 5), "13005 characters of text"),
        (message(*[{"type": "markdown", "text": "x" * 6_001}] * 2), "12002 characters of markdown"),
        (message(section(block_id="b"), section(block_id="b")), "'b' stands there twice"),
        (message(*[{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2), "more than one table"),
        ({"blocks": {}}, "must be a list"),
        ({"chunks": [{"type": "markdown_text", "text": "x" * 12_001}]}, "12001 characters"),
        ({"chunks": [{"type": "task_update", "id": "1", "title": "x", "status": "done"}]}, "none of pending"),
        ({"chunks": [{"type": "blocks", "blocks": [section("")]}]}, "0 characters"),
    ],
)
def test_a_message_is_refused_as_a_whole(payload: Json, reason: str) -> None:
    """Limits on all of it count what each part leaves over."""
    assert any(reason in problem for problem in check_message(payload)), check_message(payload)


@pytest.mark.parametrize(
    "payload",
    [
        {"text": "x" * 40_000},
        {"text": "a &lt;!channel&gt; <https://example.com|link>"},
        {"markdown_text": "x" * 12_000, "channel": "C1"},
        message(*[section()] * 50),
        message(*[section("x" * 2_600)] * 5),
        message(actions(button()), actions(button())),
        {"chunks": [{"type": "plan_update", "title": "x"}, {"type": "blocks", "blocks": [section()]}]},
        {"attachments": [{"text": "x"}]},
    ],
)
def test_a_message_within_the_limits_is_taken(payload: Json) -> None:
    """The same action_id may stand in two blocks, and other arguments are not looked into."""
    assert check_message(payload) == []


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        (modal(title=plain("x" * 25)), "25 characters"),
        (modal(title=mrkdwn()), "no type of text"),
        (modal(submit=plain("x" * 25)), "25 characters"),
        (modal(close=plain("x" * 25)), "25 characters"),
        (modal(private_metadata="x" * 3_001), "3001 characters"),
        (modal(callback_id="x" * 256), "256 characters"),
        (modal(*[section()] * 101), "101 items"),
        (modal(TAKEN[-1]), "submit is missing"),
        (modal(section(block_id="b"), section(block_id="b")), "stands there twice"),
        (modal(feedback()), "no type of block in a view"),
        (modal({"type": "markdown", "text": "x"}), "no type of block in a view"),
        (modal(*[rich(words("x" * 3_000))] * 100), "250000 are allowed"),
        ({"type": "modal", "blocks": [section()]}, "title is missing"),
        ({"type": "home"}, "blocks is missing"),
        ({"type": "home", "blocks": [section()], "title": plain()}, "title is no property"),
        ({"type": "window", "blocks": [section()]}, "no type of view"),
    ],
)
def test_a_view_is_refused(view: Json, reason: str) -> None:
    """Modals and Home tabs have limits of their own."""
    assert any(reason in problem for problem in check_view(view)), check_view(view)


@pytest.mark.parametrize(
    "view",
    [
        modal(TAKEN[-1], submit=plain(), close=plain("x" * 24), private_metadata="", callback_id="c"),
        modal(*[section()] * 100),
        {"type": "home", "blocks": [section()] * 100, "private_metadata": "x"},
    ],
)
def test_a_view_within_the_limits_is_taken(view: Json) -> None:
    """At the very limits there is no problem."""
    assert check_view(view) == []


def test_checked_gives_back_what_it_was_given() -> None:
    """Messages and views alike; a mistake of ours is raised as one, naming all that is wrong."""
    for payload in (message(section()), modal()):
        assert checked(payload) is payload
    with pytest.raises(PayloadInvalid, match="control sequence") as refused:
        checked({"text": "<!here>", "blocks": [section("")]})
    assert len(refused.value.problems) == 2
    assert isinstance(refused.value, SlackProblem)
    with pytest.raises(PayloadInvalid, match="title is missing"):
        checked({"type": "modal", "blocks": [section()]})


def test_all_text_of_blocks_counts() -> None:
    """That of buttons and links too, however deep."""
    assert text_length([section("abc", accessory=button(text=plain("de"))), rich(words("f"))]) == 6


def test_every_block_of_the_sdk_is_known() -> None:
    """A new version of the SDK that brings new blocks makes us look at them."""
    known = {*IN_MESSAGES.shapes, *IN_VIEWS.shapes}
    blocks = {kind.type for kind in subclasses(Block) if isinstance(getattr(kind, "type", None), str)}
    assert blocks - known <= {"call", "auth_provider", "data_table", "data_visualization"}
    assert ELEMENTS.shapes.keys() >= {"button", "feedback_buttons", "external_select", "plain_text_input"}


def subclasses(kind: type) -> set[type]:
    return {kind, *(one for child in kind.__subclasses__() for one in subclasses(child))}


@pytest.mark.parametrize("check", [check_message, check_view])
@pytest.mark.parametrize("value", [None, [], [None], {"blocks": [None]}, {"type": None}, {"type": []}, 1, "x"])
def test_whatever_is_checked_nothing_breaks(check: Callable[[Any], list[str]], value: Any) -> None:
    """Garbage in any place is a problem, never an exception."""
    payload = value if isinstance(value, dict) else {"type": "modal", "blocks": value, "title": value, "text": value}
    assert check(payload)
    assert check({"type": "home", "blocks": [{"type": "actions", "elements": value}], "text": 1})


def test_limits_are_those_of_the_facts() -> None:
    """The figures that most depends on."""
    assert (limits.MESSAGE_BLOCKS, limits.VIEW_BLOCKS, limits.BLOCKS_TEXT, limits.STREAM_TEXT) == (
        50,
        100,
        13_000,
        12_000,
    )
