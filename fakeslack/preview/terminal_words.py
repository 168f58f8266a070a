"""Words for a terminal, which shows what stands in documents and obeys none of it."""

from rich.style import Style
from rich.text import Text

from bot.inert import inert, inert_line
from fakeslack.preview.links import followable
from fakeslack.preview.parts import Span, Words

LOOKS = {"primary": "bold green", "danger": "bold red"}


def text_of(words: Words, style: str = "") -> Text:
    """Rich text; line feeds stay."""
    text = Text(style=style)
    for span in words:
        text.append(inert(span.text), _style(span))
    return text


def label_text(words: str, style: str = "") -> Text:
    """One line."""
    return Text(inert_line(words), style)


def key(number: int, label: str, look: str = "default") -> Text:
    """`[3 Show passage]`: the number is what is typed to press it."""
    style = LOOKS.get(look, "bold")
    key = Text("[").append(f"{number}", "bold cyan").append(" ").append_text(label_text(label, style)).append("]")
    key.no_wrap = True
    return key


def _style(span: Span) -> Style:
    link = followable(span.link)
    return Style(
        bold=span.bold or None,
        italic=span.italic or None,
        strike=span.strike or None,
        underline=True if link else None,
        color=_colour(span, link),
        link=inert(link) if link else None,
    )


def _colour(span: Span, link: str | None) -> str | None:
    if span.kind == "mention" or link:
        return "blue"
    return "red" if span.code else None
