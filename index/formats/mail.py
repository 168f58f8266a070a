"""E-mail messages."""

from typing import TYPE_CHECKING

from index.document import Document, Markup
from index.errors import UnreadableDocument
from index.formats.characters import decode, one_line, tidy
from index.formats.html import web_page
from index.formats.source import Source
from index.formats.titles import sensible_title

if TYPE_CHECKING:
    from email.message import EmailMessage

_SHOWN = ("From", "To", "Date", "Subject")
_EXPECTED = (*_SHOWN, "Received", "Message-ID", "Return-Path")


def read_mail(source: Source) -> list[Document]:
    """An .eml file: who wrote to whom and when, the body, and the names of what is attached."""
    from email import message_from_bytes
    from email.message import EmailMessage
    from email.policy import default

    message = message_from_bytes(source.data, EmailMessage, policy=default)
    if not any(name in message for name in _EXPECTED):
        raise UnreadableDocument("is not an e-mail message")
    body, markup = _body(message)
    head = [f"{name}: {value}" for name in _SHOWN if (value := one_line(str(message.get(name, ""))))]
    parts = ["\n".join(head), body, _attachments(message)]
    subject = sensible_title(str(message.get("Subject", "")))
    return [Document(source.id, tidy("\n\n".join(filter(None, parts))), subject, markup)]


def _body(message: "EmailMessage") -> tuple[str, Markup]:
    part = message.get_body(("plain", "html"))
    if part is None:
        return "", Markup.PLAIN
    payload = part.get_payload(decode=True)
    text = decode(payload if isinstance(payload, bytes) else b"", part.get_content_charset())
    if part.get_content_type() == "text/html":
        return web_page(text).text, Markup.MARKDOWN
    return _unflowed(text) if part.get_param("format") == "flowed" else text, Markup.PLAIN


def _unflowed(text: str) -> str:
    """`format=flowed` marks line breaks that are none with a space before them; `-- ` opens the signature."""
    lines: list[str] = []
    joins = False
    for line in text.splitlines():
        if joins:
            lines[-1] += line
        else:
            lines.append(line)
        joins = line.endswith(" ") and line != "-- "
    return "\n".join(lines)


def _attachments(message: "EmailMessage") -> str:
    names = [one_line(part.get_filename() or "unnamed") for part in message.iter_attachments()]
    return f"Attachments: {', '.join(names)}" if names else ""
