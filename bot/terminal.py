"""What people read in a terminal: answers with their footnotes on stdout, notes on stderr."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Self

from bot.answer import Answer, Citation, ClosePassage, Sentence
from bot.citations import marked_text
from bot.highlight import Highlight
from bot.inert import inert, inert_line
from bot.progress_bar import shown_progress
from bot.status_line import StatusLine
from index.progress import Listener

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

EXCERPT = 240
INDENT = 4
_MARKER = r"\[\d+\]"


class Terminal:
    """Prints for people. Text of documents is shown as it stands: it is no markup, and steers nothing.

    Where the output is no terminal, the same text goes out without colours and unwrapped, fit for copying.
    """

    def __init__(self, out: "Console", err: "Console") -> None:
        self._out = out
        self._err = err
        self._status = StatusLine(err)

    @classmethod
    def standard(cls) -> Self:
        """On stdout and stderr as they are now."""
        from rich.console import Console

        return cls(Console(highlight=False), Console(highlight=False, stderr=True))

    def answer(self, answer: Answer, closest_passages: str) -> None:
        """The answer, then its footnotes; or the abstention, `closest_passages` in words, and these."""
        self._print(_marked(answer.answer))
        if answer.closest:
            self._print(_text(f"\n{closest_passages}"))
            self._close_passages(answer.closest)
        self.footnotes(answer)

    def sentence(self, sentence: Sentence) -> None:
        """A proven sentence of an answer that is still being made; its footnotes follow with `footnotes`."""
        self._print(_marked(marked_text([sentence])))

    def footnotes(self, answer: Answer) -> None:
        """What stands below an answer: its footnotes, the notice, and in passing how sure and how fast it was."""
        self._quotes(answer.citations, Highlight.of(answer.question, answer.short_answer or ""))
        if answer.notice:
            self._print(_text(f"\n{inert_line(answer.notice)}", "dim"))
        self._print(_text(f"\n{_in_passing(answer)}", "dim"))

    def text(self, words: str) -> None:
        """Several lines on stdout."""
        self._print(_text(inert(words)))

    def line(self, words: str) -> None:
        """One line on stdout."""
        self._print(_text(inert_line(words)))

    def note(self, words: str) -> None:
        """One line on stderr, for whoever watches."""
        self._show(self._err, _text(f"footnote: {inert_line(words)}", "dim"))

    def hint(self, words: str) -> None:
        """One line for someone who sits at a terminal; nobody else gets it."""
        if self._err.is_terminal:
            self._show(self._err, _text(inert_line(words), "dim"))

    @contextmanager
    def status(self) -> Iterator[Callable[[str], None]]:
        """Where what is being done can be shown while the block runs."""
        try:
            yield self._status.show
        finally:
            self._status.clear()

    def progress(self) -> AbstractContextManager[Listener]:
        """Where progress can be shown while the block runs."""
        return shown_progress(self._err)

    def _quotes(self, citations: Iterable[Citation], highlight: Highlight) -> None:
        for citation in citations:
            place = _place(citation.title, citation.page, citation.document)
            self._print(_text("\n").append(f"[{citation.number}]", "bold cyan").append(f" {place}"))
            quote = _text(inert(citation.quote))
            for start, end in highlight.spans(quote.plain):
                quote.stylize("bold yellow", start, end)
            self._print_indented(quote)

    def _close_passages(self, passages: Iterable[ClosePassage]) -> None:
        for passage in passages:
            self._print(_text(f"\n{_place(passage.title, passage.page, passage.document)}"))
            self._print_indented(_text(_excerpt(passage.text), "dim"))

    def _print(self, text: "Text") -> None:
        self._show(self._out, text)

    def _print_indented(self, text: "Text") -> None:
        if self._out.is_terminal:
            from rich.padding import Padding

            self._out.print(Padding(text, (0, 0, 0, INDENT), expand=False))
        else:
            margin = " " * INDENT
            self._print(_text(margin + text.plain.replace("\n", f"\n{margin}")))

    def _show(self, console: "Console", text: "Text") -> None:
        with self._status.aside():
            if console.is_terminal:
                console.print(text)
            else:  # rich would wrap it, and turn tabs into spaces
                console.file.write(f"{text.plain}\n")
                console.file.flush()  # a sentence is read while the next is made


def _marked(words: str) -> "Text":
    text = _text(inert(words))
    text.highlight_regex(_MARKER, "bold cyan")
    return text


def _text(words: str, style: str = "") -> "Text":
    from rich.text import Text

    return Text(words, style)


def _place(title: str, page: int | None, document: str) -> str:
    """`Title, p. 3 — file.md`; a document that has no title of its own is named once."""
    on_page = "" if page is None else f", p. {page}"
    if title == PurePosixPath(document).stem:
        return inert_line(document + on_page)
    return inert_line(f"{title}{on_page} — {document}")


def _excerpt(text: str) -> str:
    line = inert_line(text)
    if len(line) <= EXCERPT:
        return line
    return f"{line[:EXCERPT].rsplit(' ', 1)[0]} …"


def _in_passing(answer: Answer) -> str:
    seconds = f"{answer.took_ms.total / 1000:.1f} s"
    return f"confidence {answer.confidence:.2f} · {seconds}" if answer.answered else seconds
