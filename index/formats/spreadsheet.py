"""Excel workbooks."""

import datetime
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

from index.document import Document, Markup
from index.errors import UnreadableDocument
from index.formats.archive import check_entities
from index.formats.characters import one_line
from index.formats.manuscript import Manuscript
from index.formats.office import core_title
from index.formats.source import Source

MAX_CELLS = 20_000_000  # a few bytes can claim a row of 16,384 cells, thousands of times
_NUMBER = re.compile(r"[\d\s.,:%+-]+")
_YEAR = re.compile(r"(19|20)\d\d")


def read_spreadsheet(source: Source) -> list[Document]:
    """A .xlsx file: every visible sheet a heading, every row a sentence `Header: value; Header: value.`"""
    from openpyxl import load_workbook

    check_entities(source.data)
    manuscript = Manuscript(source.max_chars)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and charts that nobody asked it to keep
        workbook = load_workbook(BytesIO(source.data), read_only=True, data_only=True)
        for sheet in workbook.worksheets:
            if sheet.sheet_state == "visible":
                _write_sheet(manuscript, sheet)
    return [Document(source.id, manuscript.text, core_title(source.data), Markup.MARKDOWN)]


def _write_sheet(manuscript: Manuscript, sheet: Any) -> None:
    sheet.reset_dimensions()  # a sheet may claim a size, and only what lies within it would be read
    separator = ""
    for line in _sentences(_rows(sheet)):
        if not separator:
            manuscript.add(f"## {one_line(sheet.title)}")
        manuscript.add(line, separator=separator or "\n\n")
        separator = "\n"


def _rows(sheet: Any) -> Iterator[list[str]]:
    cells = 0
    for row in sheet.iter_rows(values_only=True):
        cells += len(row) + 1
        if cells > MAX_CELLS:
            raise UnreadableDocument(f"has a sheet of more than {MAX_CELLS:,} cells")
        values = [_shown(value) for value in row]
        if any(values):
            yield values


def _sentences(rows: Iterable[list[str]]) -> Iterator[str]:
    """Rows of one cell stand for themselves; the first row of several is the header if it looks like one."""
    header: list[str] | None = None
    unused = ""  # the header's own words, while there is no row to say them
    for row in rows:
        if header is None and sum(map(bool, row)) > 1:
            header = row if _is_header(row) else []
            if header:
                unused = _sentence([], row)
                continue
        unused = ""
        yield _sentence(header or [], row)
    if unused:
        yield unused


def _is_header(row: Sequence[str]) -> bool:
    """Names differ from each other and are no numbers, except years."""
    names = [value for value in row if value]
    numbers = any(_NUMBER.fullmatch(name) and not _YEAR.fullmatch(name) for name in names)
    return not numbers and len(set(names)) == len(names)


def _sentence(header: Sequence[str], row: Sequence[str]) -> str:
    names = [*header, *[""] * len(row)]
    cells = [f"{name}: {value}" if name else value for name, value in zip(names, row, strict=False) if value]
    return "; ".join(cells).rstrip(".") + "."


def _shown(value: object) -> str:
    """A cell's value as Excel would show it, more or less."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return one_line(str(value))
