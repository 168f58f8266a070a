"""A document's sentences in sections: what stands under one path of headings."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from index.blocks import Block, Kind
from index.document import Document, Markup
from index.sentences import SourceSentence


class Unit(NamedTuple):
    """A sentence, or whatever else is not cut when it fits, and what it costs in tokens.

    In a path of headings it costs `path_cost`: its words without markup, and a separator.
    """

    kind: Kind
    start: int
    end: int
    level: int
    cost: int
    path_cost: int
    torn: bool = False  # begins within a sentence that was too long


class Section(NamedTuple):
    """Consecutive units under a path of headings, outermost first."""

    path: tuple[Unit, ...]
    body: tuple[Unit, ...]

    @property
    def path_cost(self) -> int:
        return sum(heading.path_cost for heading in self.path)


def sections(document: Document, units: Sequence[Unit], longest_path: int) -> list[Section]:
    """Every unit that has words is in one body, or is a heading in the path of a body: nothing is lost.

    A heading with nothing below it is body text. A path that costs more than `longest_path` tokens keeps its
    last levels; one heading that costs more is body text. The first line of rows is the heading of the rest.
    """
    outline = _table(units, longest_path) if document.markup is Markup.ROWS else _outline(units, longest_path)
    return _with_bare_headings([_without_ornaments(document.text, section) for section in outline])


def common_section(document: Document, parts: Sequence[Section], units: Sequence[Unit]) -> Section:
    """All parts as one section, under the headings they share; the other headings are body text."""
    path = _common([section.path for section in parts])
    start = path[-1].end if path else 0
    body = tuple(unit for unit in units if unit.start >= start)
    return _without_ornaments(document.text, Section(path, body))


_HASHES = re.compile(r"^#+|\s#+$")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")


def heading_text(text: str, heading: Unit | SourceSentence | Block) -> str:
    """The words of a heading, without its markup."""
    text = text[heading.start : heading.end].removeprefix("\ufeff")
    if heading.kind is not Kind.HEADING:
        return text
    words = _HASHES.sub("", text) if text.startswith("#") else text.splitlines()[0]
    return _LINK.sub(r"\1", words).strip("*_` \t") or text


def _table(units: Sequence[Unit], longest_path: int) -> list[Section]:
    header, rows = tuple(units[:1]), tuple(units[1:])
    names_columns = rows and header[0].path_cost <= longest_path
    return [Section(header, rows) if names_columns else Section((), header + rows)]


def _outline(units: Sequence[Unit], longest_path: int) -> Iterator[Section]:
    """Each heading begins a section whose path ends with it."""
    path: list[Unit] = []
    body: list[Unit] = []
    for unit in units:
        if unit.level and unit.path_cost <= longest_path:
            yield Section(_last_levels(path, longest_path), tuple(body))
            path = [heading for heading in path if heading.level < unit.level] + [unit]
            body = []
        else:
            body.append(unit)
    yield Section(_last_levels(path, longest_path), tuple(body))


def _last_levels(path: Sequence[Unit], longest_path: int) -> tuple[Unit, ...]:
    kept: list[Unit] = []
    for heading in reversed(path):
        longest_path -= heading.path_cost
        if longest_path < 0:
            break
        kept.insert(0, heading)
    return tuple(kept)


def _with_bare_headings(outline: Sequence[Section]) -> list[Section]:
    """Sections with a body; headings in no path of those are bodies themselves, neighbours together."""
    carried = {heading for section in outline if section.body for heading in section.path}
    found: list[Section] = []
    bare = False  # the last section found is made of headings
    for section in outline:
        if section.body:
            found.append(section)
            bare = False
        elif section.path and section.path[-1] not in carried:
            if bare:
                found[-1] = Section(found[-1].path, found[-1].body + section.path[-1:])
            else:
                found.append(Section(section.path[:-1], section.path[-1:]))
            bare = True
    return found


def _without_ornaments(text: str, section: Section) -> Section:
    """Rules, tags and images at the edges of a section say nothing; a body of nothing but markup is none."""
    body = list(section.body)
    if all(unit.kind is Kind.MARKUP for unit in body):
        return Section(section.path, ())
    while _is_ornament(text, body[0]):
        del body[0]
    while _is_ornament(text, body[-1]):
        del body[-1]
    return Section(section.path, tuple(body))


def _is_ornament(text: str, unit: Unit) -> bool:
    return unit.kind is Kind.MARKUP and unit.end - unit.start > 2 and text[unit.start] in "<[!-=*_"


def _common(paths: Iterable[tuple[Unit, ...]]) -> tuple[Unit, ...]:
    shared: list[Unit] = []
    for level in zip(*paths, strict=False):
        if any(heading != level[0] for heading in level):
            break
        shared.append(level[0])
    return tuple(shared)
