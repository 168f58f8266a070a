"""A source's sentence as people read it: without the marks that belong to its file, its words unchanged."""

import csv
import re

from index.document import Markup

REFERENCE = re.compile(r"\s?\[(?:\d{1,3}(?:\s?[,–-]\s?\d{1,3})*|[a-z]|citation needed|note \d+)\]")
LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s\"[^\"]*\")?\)")
EMPHASIS = re.compile(r"(?<![\w*])(\*\*?\*?)(?=\S)(.+?)(?<=\S)\1(?![\w*])|(?<![\w_])(__?)(?=\S)(.+?)(?<=\S)\3(?![\w_])")
CODE = re.compile(r"(`+)(.+?)\1")
DIGIT = re.compile(r"\d")


def readable(sentence: str, markup: Markup, columns: str = "") -> str:
    """One line. Numbers in brackets are left out, as they would be taken for footnotes.

    A row of a table reads as `column: value; …` if `columns` is the line that names them.
    """
    if markup is Markup.ROWS or (markup is Markup.MARKDOWN and sentence.startswith("|")):
        sentence = _row(sentence, columns)
    elif markup is Markup.MARKDOWN:
        sentence = _without_markdown(sentence)
    return " ".join(REFERENCE.sub("", sentence).split()) or " ".join(sentence.split())


def _without_markdown(text: str) -> str:
    text = CODE.sub(r"\2", LINK.sub(r"\1", text))
    return EMPHASIS.sub(lambda match: match[2] or match[4], text)


def _row(line: str, columns: str) -> str:
    """A name with a figure in it stays out: every figure that is shown stands in the row itself."""
    cells, names = _cells(line, columns), _cells(columns, columns)
    if len(cells) != len(names) or any(map(DIGIT.search, names)):
        return "; ".join(filter(None, cells)) or " ".join(line.split())
    labelled = (f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=True) if cell)
    return "; ".join(labelled) or " ".join(line.split())


def _cells(line: str, columns: str) -> list[str]:
    if line.startswith("|"):
        cells = [_without_markdown(cell) for cell in line.strip().strip("|").split("|")]
    else:
        delimiter = next((mark for mark in "\t;," if mark in (columns or line)), ",")
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:  # a line break inside, or a cell of more than 128 kB
            return []
    return [" ".join(cell.split()) for cell in cells]
