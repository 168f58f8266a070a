"""An answer explained to whoever asks why it says what it says: the record as plain text for a terminal."""

from collections.abc import Iterable, Iterator
from io import StringIO
from typing import TYPE_CHECKING

from bot.answer import Answer, Citation, Sentence, Timings
from bot.inert import inert_line
from bot.query import Query
from bot.record import Considered, Record, Usage

if TYPE_CHECKING:
    from rich.table import Table

WIDTH = 120
FATE_WIDTH, DOCUMENT_WIDTH, PLACE_WIDTH = 20, 28, 22
UNKNOWN = "–"

Row = tuple[str, ...]


def explain(record: Record) -> str:
    """Lines of at most 120 cells, one for each passage. Text of others is in them, but steers no terminal."""
    answer = record.answer
    parts = [
        _part("", _facts(_asked(record))),
        _part("Written", _facts(_written(answer))),
        _part("Sentences", _facts(map(_verdict, answer.sentences))),
        _part("Footnotes", _facts(map(_footnote, answer.citations))),
        _part("Passages considered", _passages(record.considered)),
        _part("Calls of the language model", _calls(record.calls)),
    ]
    return "\n".join(filter(None, parts))


def _asked(record: Record) -> Iterator[Row]:
    answer = record.answer
    yield "question", answer.question
    yield "standalone", answer.standalone_question
    for query in _beside(answer, record.queries):
        yield f"and × {query.weight:.2f}", query.text
    yield "asked", f"{record.asked_at:%Y-%m-%d %H:%M:%S} UTC"
    yield "answer", answer.id
    yield "conversation", answer.conversation_id


def _beside(answer: Answer, queries: Iterable[Query]) -> Iterator[Query]:
    """What was searched for beside the question itself."""
    return (query for query in queries if query != Query(answer.standalone_question))


def _written(answer: Answer) -> Iterator[Row]:
    yield "outcome", "answered" if answer.answered else "not answered: the documents do not say"
    yield "writer", f"{answer.writer}, {answer.model}" if answer.model else answer.writer
    yield "confidence", f"{answer.confidence:.2f}"
    if answer.short_answer:
        yield "in short", answer.short_answer
    if answer.notice:
        yield "notice", answer.notice
    yield "time", _times(answer.took_ms)


def _times(took: Timings) -> str:
    stages = {"retrieve": took.retrieve, "write": took.write, "verify": took.verify, "total": took.total}
    return " · ".join(f"{stage} {milliseconds:,.1f} ms" for stage, milliseconds in stages.items())


def _verdict(sentence: Sentence) -> Row:
    if sentence.withheld is None:
        return f"proven {''.join(f'[{number}]' for number in sentence.citations)}", sentence.text
    return "withheld", f"{sentence.withheld}: “{sentence.text}”"


def _footnote(citation: Citation) -> Row:
    return f"[{citation.number}]", f"{citation.document}, {_place(citation)}: “{citation.quote}”"


def _place(cited: Citation | Considered) -> str:
    page = "" if cited.page is None else f"p. {cited.page}, "
    return f"{page}{cited.start}–{cited.end}"


def _passages(considered: Iterable[Considered]) -> "Table":
    table = _table(header=True, full_width=True)
    for name in ("#", "score", "dense", "keyword"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, width in (("fate", FATE_WIDTH), ("document", DOCUMENT_WIDTH), ("place", PLACE_WIDTH)):
        table.add_column(name, no_wrap=True, max_width=width)
    table.add_column("text", no_wrap=True, ratio=1)  # what room there is
    for rank, one in enumerate(considered, start=1):
        scores = (f"{one.score:.3f}", f"{one.dense:.3f}", f"{one.keyword:.2f}")
        _add(table, (str(rank), *scores, one.fate, one.document, _place(one), one.text))
    return table


def _calls(calls: Iterable[Usage]) -> "Table":
    table = _table(header=True, full_width=False)
    table.add_column("model", no_wrap=True, max_width=DOCUMENT_WIDTH)
    table.add_column("prompt", no_wrap=True)
    for name in ("tokens read", "written", "cost", "seconds"):
        table.add_column(name, justify="right", no_wrap=True)
    for call in calls:
        cost = UNKNOWN if call.cost is None else f"{call.cost:.6f}"
        tokens = (_count(call.input_tokens), _count(call.output_tokens))
        _add(table, (call.model, call.prompt_sha256[:12], *tokens, cost, f"{call.seconds:.2f}"))
    return table


def _count(tokens: int | None) -> str:
    return UNKNOWN if tokens is None else f"{tokens:,}"


def _facts(rows: Iterable[Row]) -> "Table":
    """Names, and beside them what they mean, wrapped."""
    table = _table(header=False, full_width=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    for row in rows:
        _add(table, row)
    return table


def _table(header: bool, full_width: bool) -> "Table":
    from rich.table import Table

    return Table(box=None, expand=full_width, show_header=header, pad_edge=False, padding=(0, 2, 0, 0))


def _add(table: "Table", cells: Row) -> None:
    """As Text, in which rich finds no markup."""
    from rich.text import Text

    table.add_row(*(Text(inert_line(cell)) for cell in cells))


def _part(heading: str, table: "Table") -> str:
    """Nothing if the table is empty."""
    from rich.console import Console

    if not table.row_count:
        return ""
    console = Console(file=StringIO(), width=WIDTH, color_system=None, force_terminal=False, legacy_windows=False)
    console.print(table)
    lines = [line.rstrip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined] # a StringIO
    return "\n".join([*filter(None, [heading]), *lines]) + "\n"
