"""A source as Slack shows it: where it stands, its exact words, and buttons that open it."""

import re
from itertools import islice
from pathlib import PurePosixPath

from bot.answer import Citation, ClosePassage
from bot.highlight import Highlight
from bot.shown import cut, shown, shown_line
from bot.slack.actions import OPEN_WEB, SHOW_CLOSEST, SHOW_PASSAGE
from bot.slack.buttons import actions, button, link_button
from bot.slack.message import Block
from bot.slack.packing import Group
from bot.slack.rich_text import emphasised, quotation, rich_text, section, words
from bot.slack.slack_phrases import SlackPhrases

QUOTE = 1_500  # characters of a quote that are shown here; the document's window shows all
EXCERPT = 300
NAME = 150  # characters of a title, and of a document's id
LINK = 1_500  # characters of an address; a longer one is no use to anybody
EMPHASISED = 20  # words in bold

_WEB = re.compile(r"https?://[^\s<>\"]+")


def source_group(
    citation: Citation, answer_id: str, highlight: Highlight, phrases: SlackPhrases, base_url: str | None
) -> Group:
    """The footnote of that citation; `highlight` finds the words in it that support the answer."""
    number, place = f"[{citation.number}]", place_of(citation.title, citation.page, citation.document, phrases)
    quote = cut(shown(citation.quote).strip(), QUOTE)
    spans = islice(highlight.spans(quote), EMPHASISED)
    text = rich_text(section([*words(number, "bold"), *words(f" {place}")]), quotation(emphasised(quote, spans)))
    value, label = f"{answer_id}:{citation.number}", f"{number} {place}"
    opened = _openers(SHOW_PASSAGE, value, label, absolute_url(citation.url, base_url), phrases)
    return Group((text, opened), f"{number} {place}: {quote}", sources=1)


def closest_group(
    passage: ClosePassage, index: int, answer_id: str, phrases: SlackPhrases, base_url: str | None
) -> Group:
    """A passage that came close; `index` is its place in `answer.closest`, from 0."""
    place = place_of(passage.title, passage.page, passage.document, phrases)
    excerpt = cut(shown_line(passage.text), EXCERPT)
    text = rich_text(section(words(place, "bold")), quotation(words(excerpt)))
    url = absolute_url(passage.url, base_url)
    opened = _openers(SHOW_CLOSEST, f"{answer_id}:c{index}", place, url, phrases)
    return Group((text, opened), f"{place}: {excerpt}", sources=1)


def place_of(title: str, page: int | None, document: str, phrases: SlackPhrases) -> str:
    """`Title, p. 3 — file.md`, never empty; a document that has no title of its own is named once."""
    on_page = "" if page is None else f", {phrases.page(page)}"
    name, id = cut(shown_line(title), NAME), cut(shown_line(document), NAME)
    if not name or title == PurePosixPath(document).stem:
        return f"{id or '–'}{on_page}"
    return f"{name}{on_page} — {id}" if id else f"{name}{on_page}"


def absolute_url(url: str, base_url: str | None) -> str | None:
    """Where a browser finds what lies at that relative address; None unless it is fit to be linked."""
    if base_url is None or not url.startswith("/"):
        return None
    address = base_url.rstrip("/") + url
    fit = len(address) <= LINK and address == shown_line(address) and _WEB.fullmatch(address)
    return address if fit else None


def _openers(action: str, value: str, place: str, url: str | None, phrases: SlackPhrases) -> Block:
    shows = button(phrases.show_passage, action, value, f"{phrases.show_passage}: {place}")
    if url is None:
        return actions(shows)
    return actions(shows, link_button(phrases.open_in_browser, OPEN_WEB, url, f"{phrases.open_in_browser}: {place}"))
