"""How a link to one of our documents looks in Slack: to everybody, and to the one person who opens it."""

from typing import Any

from bot.shown import cut, shown_line
from bot.slack.limits import HEADER_TEXT
from index.document import Document

DETAILS_TEXT = 2_000


def preview_of(document: Document, url: str) -> list[dict[str, Any]]:
    """Its title, and nothing that it says."""
    link = {"type": "link", "url": url, "text": _title(document)}
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [link]}]}]


def details_of(document: Document, url: str, span: tuple[int, int]) -> dict[str, Any]:
    """The document as one of Slack's work objects, with the words that the link points at."""
    start, end = span
    quote = cut(shown_line(document.text[start:end]), DETAILS_TEXT)
    fields = [{"key": "quote", "label": "Quote", "type": "string", "value": quote}] if quote else []
    return {
        "entity_type": "slack#/entities/content_item",
        "url": url,
        "app_unfurl_url": url,
        "external_ref": {"id": document.id},
        "entity_payload": {
            "attributes": {"title": {"text": _title(document)}},
            "custom_fields": fields,
        },
    }


def _title(document: Document) -> str:
    """Never empty; a title of which nothing shows gives way to the name."""
    return cut(shown_line(document.label) or shown_line(document.id), HEADER_TEXT) or "–"
