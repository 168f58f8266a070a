"""What Slack's rich text consists of."""

from bot.slack import limits
from bot.slack.shape import Shape, Typed, any_of, anything, items, one_of, string, truth, web_address, whole_number

_MANY = 1_000_000  # Slack names no limit but that of all text of a message

STYLE = Shape(optional=dict.fromkeys(("bold", "italic", "strike", "code", "underline"), truth))
_STYLED = {"style": STYLE}

INLINE = Typed(
    "rich text element",
    {
        "text": Shape({"text": string(_MANY)}, _STYLED),
        "link": Shape({"url": web_address}, {"text": string(_MANY), "unsafe": truth, **_STYLED}),
        "emoji": Shape({"name": string(limits.ID)}, {"unicode": anything, "skin_tone": whole_number(1, 6), **_STYLED}),
        "user": Shape({"user_id": string(limits.ID)}, _STYLED),
        "usergroup": Shape({"usergroup_id": string(limits.ID)}, _STYLED),
        "channel": Shape({"channel_id": string(limits.ID)}, _STYLED),
        "team": Shape({"team_id": string(limits.ID)}, _STYLED),
        "broadcast": Shape({"range": one_of("here", "channel", "everyone")}, _STYLED),
        "color": Shape({"value": string(limits.ID)}, _STYLED),
        "date": Shape(
            {"timestamp": anything, "format": string(limits.ID)},
            {"url": web_address, "fallback": string(limits.SECTION_TEXT), **_STYLED},
        ),
    },
)
_BORDER = {"border": whole_number(0, 1)}
_SECTION = Shape({"elements": items(INLINE, _MANY)})

PARTS = Typed(
    "rich text part",
    {
        "rich_text_section": _SECTION,
        "rich_text_quote": Shape({"elements": items(INLINE, _MANY)}, _BORDER),
        "rich_text_preformatted": Shape({"elements": items(INLINE.only("text", "link"), _MANY)}, _BORDER),
        "rich_text_list": Shape(
            {
                "elements": items(Typed("list item", {"rich_text_section": _SECTION}), _MANY),
                "style": one_of("bullet", "ordered"),
            },
            {"indent": whole_number(0, 8), "offset": whole_number(0, _MANY), **_BORDER},
        ),
    },
)

RICH_TEXT = Shape({"elements": items(PARTS, _MANY)}, {"block_id": string(limits.ID)}, (any_of("elements"),))
RICH_TEXT_OBJECT = Typed("rich text", {"rich_text": RICH_TEXT})
