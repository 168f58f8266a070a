"""A source's sentence as people read it: without the marks that belong to its file, its words unchanged."""

import csv
import re

from index.document import Markup, Passage

REFERENCE = re.compile(r"\s?\[(?:\d{1,3}|[a-z]|citation needed|note \d+)\]")
LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s\"[^\"]*\")?\)")
EMPHASIS = re.compile(r"(?<![\w*])(\*\*?\*?)(?=\S)(.+?)(?<=\S)\1(?![\w*])|(?<![\w_])(__?)(?=\S)(.+?)(?<=\S)\3(?![\w_])")
CODE = re.compile(r"(`+)(.+?)\1")
TABLE_ROW = re.compile(r"^\|(.*)\|$")


def readable(sentence: str, passage: Passage) -> str:
    """One line; a row of a table reads as `column: value; …`.

    Numbers in brackets are left out, as they would be taken for footnotes.
    """
    if passage.markup is Markup.ROWS:
        return _row(sentence, passage.headings[-1] if passage.headings else "")
    text = _without_markdown(sentence) if passage.markup is Markup.MARKDOWN else sentence
    return " ".join(REFERENCE.sub("", text).split()) or sentence


def _without_markdown(text: str) -> str:
    row = TABLE_ROW.match(text)
    if row:
        text = "; ".join(cell.strip() for cell in row[1].split("|") if cell.strip())
    text = CODE.sub(r"\2", LINK.sub(r"\1", text))
    return EMPHASIS.sub(lambda match: match[2] or match[4], text)


def _row(line: str, header: str) -> str:
    delimiter = next((mark for mark in "\t;," if mark in header), ",")
    cells, names = _cells(line, delimiter), _cells(header, delimiter)
    labelled = [f"{name}: {cell}" for name, cell in zip(names, cells, strict=False) if cell]
    return "; ".join(labelled) if labelled and len(cells) == len(names) else " ".join(line.split())


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a line break inside, or a cell of more than 128 kB
        return []
    return [" ".join(cell.split()) for cell in cells]
