"""Slack's blocks, and which of them may stand in a message, a view or a card."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.slack import limits
from bot.slack.element_shapes import BUTTONS, CHOSEN, ELEMENTS, IMAGE, PICTURES, PRESSED_QUIETLY, URL_SOURCE, WRITTEN
from bot.slack.rich_text_shapes import RICH_TEXT, RICH_TEXT_OBJECT
from bot.slack.shape import (
    Check,
    Shape,
    Typed,
    any_of,
    anything,
    inert_string,
    items,
    one_of,
    plain,
    string,
    text,
    truth,
    web_address,
    whole_number,
)

_ID = {"block_id": string(limits.ID)}
_STATUS = one_of("pending", "in_progress", "complete", "error")
_SOURCES = items(Typed("source", {"url": URL_SOURCE}), limits.SELECT_OPTIONS)
_PICTURE = ELEMENTS.only("image")


def distinct_action_ids(value: Any, at: str) -> Iterator[str]:
    """A rule: Slack refuses two elements of one block that have the same action_id."""
    parts = [*(value.get("elements") or ()), *(value.get("actions") or ())]
    ids = [part["action_id"] for part in parts if isinstance(part, Mapping) and part.get("action_id")]
    if repeated := {one for one in ids if ids.count(one) > 1}:
        yield f"{at}: action_id {min(repeated)!r} stands there twice"


def collapsed_only_if_collapsible(value: Any, at: str) -> Iterator[str]:
    """A rule of containers."""
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        yield f"{at}: default_collapsed needs is_collapsible"
    if value.get("has_header_divider") and value.get("is_collapsible"):
        yield f"{at}: has_header_divider and is_collapsible exclude each other"


_ACCESSORY = ELEMENTS.only(*BUTTONS, *PICTURES, *CHOSEN, "overflow")
_CELLS = Typed(
    "cell",
    {
        "raw_text": Shape({"text": string(limits.SECTION_TEXT, 0)}),
        "raw_number": Shape({"value": anything}, {"text": string(limits.SECTION_TEXT)}),
        "rich_text": RICH_TEXT,
    },
)
_COLUMN = Shape(optional={"align": one_of("left", "center", "right"), "is_wrapped": truth})
_CARD_TEXT = {"title": text(limits.CARD_TITLE), "subtitle": text(limits.CARD_TITLE), "body": text(limits.CARD_BODY)}
CARD = Shape(
    optional={
        **_ID,
        **_CARD_TEXT,
        "hero_image": _PICTURE,
        "icon": _PICTURE,
        "actions": items(ELEMENTS.only(*BUTTONS), limits.CARD_ACTIONS),
    },
    rules=(any_of("hero_image", "title", "actions", "body"), distinct_action_ids),
)
TASK_CARD = Shape(
    {"task_id": string(limits.ID), "title": string(limits.SECTION_TEXT)},
    {**_ID, "details": RICH_TEXT_OBJECT, "output": RICH_TEXT_OBJECT, "sources": _SOURCES, "status": _STATUS},
)

SIMPLE = Typed(
    "block",
    {
        "section": Shape(
            optional={
                **_ID,
                "text": text(limits.SECTION_TEXT),
                "fields": items(text(limits.FIELD_TEXT), limits.SECTION_FIELDS),
                "accessory": _ACCESSORY,
                "expand": truth,
            },
            rules=(any_of("text", "fields"),),
        ),
        "divider": Shape(optional=_ID),
        "header": Shape({"text": plain(limits.HEADER_TEXT)}, {**_ID, "level": whole_number(1, 4)}),
        "image": Shape(IMAGE.required, {**IMAGE.optional, **_ID, "title": plain(limits.IMAGE_ALT_TEXT)}, IMAGE.rules),
        "context": Shape(
            {
                "elements": items(
                    Typed("context", {**text(limits.SECTION_TEXT).shapes, "image": IMAGE}), limits.CONTEXT_ELEMENTS
                )
            },
            _ID,
        ),
        "actions": Shape(
            {
                "elements": items(
                    ELEMENTS.only(*BUTTONS, *CHOSEN, "overflow"),
                    limits.ACTIONS_ELEMENTS,
                )
            },
            _ID,
            (distinct_action_ids,),
        ),
        "input": Shape(
            {"label": plain(limits.INPUT_LABEL), "element": ELEMENTS.only(*CHOSEN, *WRITTEN)},
            {**_ID, "hint": plain(limits.INPUT_LABEL), "optional": truth, "dispatch_action": truth},
        ),
        "rich_text": RICH_TEXT,
        "video": Shape(
            {
                "alt_text": string(limits.IMAGE_ALT_TEXT),
                "title": plain(limits.VIDEO_TITLE),
                "thumbnail_url": web_address,
                "video_url": web_address,
            },
            {
                **_ID,
                "title_url": web_address,
                "description": plain(limits.VIDEO_TITLE),
                "provider_icon_url": web_address,
                "provider_name": string(limits.VIDEO_AUTHOR),
                "author_name": string(limits.VIDEO_AUTHOR),
            },
        ),
        "alert": Shape(
            {"text": text(limits.ALERT_TEXT)},
            {**_ID, "level": one_of("default", "info", "warning", "error", "success")},
        ),
    },
)

MESSAGE_ONLY: Mapping[str, Shape] = {
    "markdown": Shape({"text": inert_string(limits.MARKDOWN_TEXT)}, _ID),
    "context_actions": Shape(
        {"elements": items(ELEMENTS.only(*PRESSED_QUIETLY), limits.CONTEXT_ACTIONS_ELEMENTS)},
        _ID,
        (distinct_action_ids,),
    ),
    "file": Shape({"external_id": string(limits.ID), "source": one_of("remote")}, _ID),
    "table": Shape(
        {"rows": items(items(_CELLS, limits.TABLE_CELLS), limits.TABLE_ROWS)},
        {**_ID, "column_settings": items(_COLUMN, limits.TABLE_CELLS)},
    ),
    "task_card": TASK_CARD,
    "plan": Shape(
        {"title": string(limits.SECTION_TEXT)},
        {**_ID, "tasks": items(Typed("task", {"task_card": TASK_CARD}), limits.MESSAGE_BLOCKS)},
    ),
    "card": CARD,
    "carousel": Shape({"elements": items(Typed("card", {"card": CARD}), limits.CAROUSEL_CARDS)}, _ID),
}


def _container(children: Check) -> Shape:
    return Shape(
        {"child_blocks": items(children, limits.CONTAINER_BLOCKS)},
        {
            **_ID,
            "title": plain(limits.CONTAINER_TITLE),
            "rich_text_title": RICH_TEXT_OBJECT,
            "subtitle": text(limits.CONTAINER_TITLE),
            "width": one_of("narrow", "standard", "wide", "full"),
            "icon": _PICTURE,
            "is_collapsible": truth,
            "default_collapsed": truth,
            "has_header_divider": truth,
        },
        (any_of("title", "rich_text_title"), collapsed_only_if_collapsible),
    )


IN_MESSAGES = Typed(
    "block in a message",
    {
        **SIMPLE.shapes,
        **MESSAGE_ONLY,
        "container": _container(Typed("block in a container", {**SIMPLE.shapes, **MESSAGE_ONLY})),
    },
)
IN_VIEWS = Typed("block in a view", {**SIMPLE.shapes, "container": _container(SIMPLE)})

CHUNKS = Typed(
    "chunk of a stream",
    {
        "markdown_text": Shape({"text": inert_string(limits.MARKDOWN_TEXT)}),
        "task_update": Shape(
            {"id": string(limits.ID), "title": string(limits.SECTION_TEXT), "status": _STATUS},
            {"details": string(limits.SECTION_TEXT), "output": string(limits.SECTION_TEXT), "sources": _SOURCES},
        ),
        "plan_update": Shape({"title": string(limits.SECTION_TEXT)}),
        "blocks": Shape({"blocks": items(IN_MESSAGES, limits.MESSAGE_BLOCKS)}),
    },
)

VIEWS = Typed(
    "view",
    {
        "modal": Shape(
            {"title": plain(limits.MODAL_TITLE), "blocks": items(IN_VIEWS, limits.VIEW_BLOCKS)},
            {
                "submit": plain(limits.MODAL_TITLE),
                "close": plain(limits.MODAL_TITLE),
                "callback_id": string(limits.ID),
                "external_id": string(limits.ID),
                "private_metadata": string(limits.PRIVATE_METADATA, 0),
                "clear_on_close": truth,
                "notify_on_close": truth,
                "submit_disabled": truth,
            },
        ),
        "home": Shape(
            {"blocks": items(IN_VIEWS, limits.VIEW_BLOCKS)},
            {
                "callback_id": string(limits.ID),
                "external_id": string(limits.ID),
                "private_metadata": string(limits.PRIVATE_METADATA, 0),
            },
        ),
    },
)
