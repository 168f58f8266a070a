"""Messages and views as one HTML page that needs nothing else and does nothing: for looking at, and for pictures."""

from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from itertools import groupby

from markupsafe import Markup

from fakeslack.preview.entries import ONLY_YOU, WRITING, Entries, Entry, Sheet
from fakeslack.preview.html_parts import parts_html
from fakeslack.preview.html_words import text_html
from fakeslack.preview.names import Names
from fakeslack.workspace import Message, Thread, View


def html_page(
    title: str,
    messages: Iterable[Message],
    views: Iterable[View] = (),
    *,
    entries: Entries | None = None,
    statuses: Mapping[Thread, str] | None = None,
) -> str:
    """Every thread and every view in a pane of its own: side by side where there is room, else below each other.

    `entries` knows names; without it, ids stand for people. `statuses` are shown below their threads, as far as these
    are shown.
    """
    page = HtmlPreview(entries or Entries(Names()))
    template = Markup(files("fakeslack.preview").joinpath("page.html").read_text("utf-8"))  # noqa: S704 # ours
    style = Markup(files("fakeslack.preview").joinpath("style.css").read_text("utf-8"))  # noqa: S704 # ours
    panes = [*page.panes(messages, statuses or {}), *map(page.view, views)]
    return str(template.format(title=text_html(title), style=style, panes=Markup("\n").join(panes)))


class HtmlPreview:
    """The panes of a page."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries

    def panes(self, messages: Iterable[Message], statuses: Mapping[Thread, str]) -> list[Markup]:
        """One for each thread; messages that nobody has replied to share one."""
        return [self._pane(group, statuses) for group in _threads(messages)]

    def message(self, message: Message) -> Markup:
        return _message(self._entries.entry(message))

    def view(self, view: View) -> Markup:
        """A modal or a Home tab."""
        sheet = self._entries.sheet(view)
        return Markup(
            '<section class="pane modal">\n<header>{}</header>\n<div class="body">{}</div>\n{}</section>'
        ).format(text_html(sheet.title), parts_html(sheet.parts), Markup() if sheet.is_home else _below(sheet))

    def _pane(self, messages: list[Message], statuses: Mapping[Thread, str]) -> Markup:
        is_thread = len({message.thread for message in messages}) == 1 and len(messages) > 1
        shown = [self.message(message) for message in messages]
        threads = dict.fromkeys((message.channel, message.thread) for message in messages)
        return Markup('<section class="pane">\n<header>{}<span>{}</span></header>\n{}\n</section>').format(
            "Thread" if is_thread else "Messages",
            text_html(self._entries.place(messages[0])),
            Markup("\n").join(
                [
                    shown[0],
                    *([_replies(len(messages) - 1)] if is_thread else []),
                    *shown[1:],
                    *(self._status(statuses[thread]) for thread in threads if thread in statuses),
                ]
            ),
        )

    def _status(self, text: str) -> Markup:
        return Markup('<p class="status">{}</p>').format(text_html(self._entries.status(text)))


def _threads(messages: Iterable[Message]) -> list[list[Message]]:
    """In the order in which they began."""
    threads: dict[tuple[str, str], list[Message]] = {}
    for message in messages:
        threads.setdefault((message.channel, message.thread), []).append(message)
    return list(_alone_together(threads.values()))


def _alone_together(threads: Iterable[list[Message]]) -> Iterator[list[Message]]:
    for alone, group in groupby(threads, lambda thread: len(thread) == 1 and thread[0].channel):
        if alone:
            yield [thread[0] for thread in group]
        else:
            yield from group


def _message(entry: Entry) -> Markup:
    only = Markup('<span class="only">👁 {}</span>').format(ONLY_YOU) if entry.ephemeral else Markup()
    return Markup('<article class="message{}">{}{}<div>{}<div class="content">{}</div>{}</div></article>').format(
        " ephemeral" if entry.ephemeral else "",
        only,
        _face(entry),
        _who(entry),
        parts_html(entry.parts),
        _below_message(entry),
    )


def _face(entry: Entry) -> Markup:
    return Markup('<span class="face{}">{}</span>').format(
        " app" if entry.is_app else "", text_html(entry.author[:1].upper())
    )


def _who(entry: Entry) -> Markup:
    app = Markup('<span class="app">APP</span>') if entry.is_app else Markup()
    edited = Markup('<span class="edited">(edited)</span>') if entry.edited else Markup()
    return Markup('<div class="who"><b>{}</b>{}<time>{}</time>{}</div>').format(
        text_html(entry.author), app, entry.at, edited
    )


def _below_message(entry: Entry) -> Markup:
    writing = Markup('<p class="writing">{}</p>').format(WRITING) if entry.streaming else Markup()
    reactions = (
        Markup('<span class="reaction">{} {}</span>').format(text_html(name), n) for name, n in entry.reactions
    )
    return writing + Markup().join(reactions)


def _replies(count: int) -> Markup:
    return Markup('<p class="replies">{}</p>').format("1 reply" if count == 1 else f"{count} replies")


def _below(sheet: Sheet) -> Markup:
    submit = (
        Markup('<span class="button primary">{}</span>').format(text_html(sheet.submit)) if sheet.submit else Markup()
    )
    return Markup('<footer><span class="button">{}</span>{}</footer>\n').format(text_html(sheet.close), submit)
