"""Words as HTML: text stays exactly that, whatever stands in it."""

from functools import reduce

from markupsafe import Markup

from bot.inert import inert
from fakeslack.preview.links import followable
from fakeslack.preview.parts import Span, Words

_TAGS = (("bold", "strong"), ("italic", "em"), ("strike", "s"), ("code", "code"))


def words_html(words: Words) -> Markup:
    """Inline HTML. Line feeds stay: the stylesheet keeps them."""
    return Markup().join(_span(span) for span in words)


def text_html(text: str) -> Markup:
    """Plain text. What would turn the direction of writing is shown instead, as in terminals."""
    return Markup("{}").format(inert(text))


def _span(span: Span) -> Markup:
    names = [tag for look, tag in _TAGS if getattr(span, look)]
    html = reduce(_wrapped, names, text_html(span.text))
    if span.kind != "text":
        html = Markup('<span class="{}">{}</span>').format(span.kind, html)
    link = followable(span.link)
    return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(inert(link), html) if link else html


def _wrapped(inside: Markup, tag: str) -> Markup:
    return Markup("<{0}>{1}</{0}>").format(Markup(tag), inside)  # noqa: S704 # one of ours
