"""PowerPoint presentations."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from index.document import Document, Markup
from index.formats.archive import check_entities
from index.formats.characters import one_line
from index.formats.manuscript import Manuscript
from index.formats.office import core_title
from index.formats.source import Source
from index.formats.tables import pipe_table


def read_slides(source: Source) -> list[Document]:
    """A .pptx file: one page for each slide, with its title as heading and the speaker's notes below."""
    from pptx import Presentation

    check_entities(source.data)
    manuscript = Manuscript(source.max_chars)
    first_title = None
    for number, slide in enumerate(Presentation(BytesIO(source.data)).slides, start=1):
        title = _title(slide)
        first_title = first_title or title
        blocks = [f"## {title or f'Slide {number}'}", *_blocks(slide), *_notes(slide)]
        if title or len(blocks) > 1:
            manuscript.add("\n\n".join(blocks), page=number)
    title = core_title(source.data) or first_title
    return [Document(source.id, manuscript.text, title, Markup.MARKDOWN, manuscript.pages)]


def _title(slide: Any) -> str | None:
    shape = slide.shapes.title
    return one_line(shape.text_frame.text) or None if shape is not None else None


def _blocks(slide: Any) -> Iterator[str]:
    title = slide.shapes.title
    for shape in _reading_order(slide.shapes):
        is_title = title is not None and shape.shape_id == title.shape_id
        if not is_title and (block := _shape_text(shape)):
            yield block


def _reading_order(shapes: Any) -> Iterator[Any]:
    """Top to bottom, then left to right: the file's own order is that of painting. Groups open in place."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if hasattr(shape, "shapes"):
            yield from _reading_order(shape.shapes)
        else:
            yield shape


def _shape_text(shape: Any) -> str:
    if shape.has_table:
        return pipe_table([[one_line(cell.text) for cell in row.cells] for row in shape.table.rows])
    if not shape.has_text_frame or _is_furniture(shape):
        return ""
    lines = [(paragraph.level, one_line(paragraph.text)) for paragraph in shape.text_frame.paragraphs]
    lines = [(level, line) for level, line in lines if line]
    if shape.is_placeholder and len(lines) > 1:
        return "\n".join(f"{'  ' * level}- {line}" for level, line in lines)
    return "\n\n".join(line for _, line in lines)


def _is_furniture(shape: Any) -> bool:
    """Date, footer and slide number stand on every slide and say nothing about it."""
    from pptx.enum.shapes import PP_PLACEHOLDER

    furniture = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
    return shape.is_placeholder and shape.placeholder_format.type in furniture


def _notes(slide: Any) -> Iterator[str]:
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    notes = [line for line in map(one_line, frame.text.split("\n")) if line] if frame is not None else []
    if notes:
        yield "\n\n".join(["### Notes", *notes])
