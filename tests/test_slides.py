"""PowerPoint presentations."""

from io import BytesIO

import pytest
from pptx import Presentation
from pptx.presentation import Presentation as Slides
from pptx.util import Cm

from index.document import Document, Markup
from index.errors import UnreadableDocument
from index.formats.slides import read_slides
from index.formats.source import Source


def read(slides: Slides, max_chars: int = 10**6) -> Document:
    data = BytesIO()
    slides.save(data)
    (document,) = read_slides(Source("a.pptx", data.getvalue(), max_chars))
    return document


def presentation() -> Slides:
    slides = Presentation()
    opening = slides.slides.add_slide(slides.slide_layouts[0])
    opening.shapes.title.text = "Quarterly\vreview"
    opening.placeholders[1].text = "By the harbour team"
    results = slides.slides.add_slide(slides.slide_layouts[1])
    results.shapes.title.text = "Results"
    body = results.placeholders[1].text_frame
    body.text = "Traffic grew"
    body.add_paragraph().text = "Mostly ferries"
    body.paragraphs[1].level = 1
    results.notes_slide.notes_text_frame.text = "Thank Anna."
    return slides


def test_slides_are_pages_with_headings() -> None:
    """Titles are headings, bullets a list, notes follow; each slide is a page."""
    document = read(presentation())

    assert document.text == (
        "## Quarterly review\n\nBy the harbour team\n\n"
        "## Results\n\n- Traffic grew\n  - Mostly ferries\n\n### Notes\n\nThank Anna."
    )
    assert [document.text[page.start : page.end][:10] for page in document.pages] == [
        "## Quarter",
        "## Results",
    ]
    assert [page.number for page in document.pages] == [1, 2]
    assert document.title == "Quarterly review"
    assert document.markup is Markup.MARKDOWN


def test_shapes_are_read_as_eyes_do() -> None:
    """Top to bottom, into groups, with tables; not in the order of painting."""
    slides = Presentation()
    shapes = slides.slides.add_slide(slides.slide_layouts[6]).shapes
    table = shapes.add_table(2, 2, Cm(1), Cm(9), Cm(9), Cm(2)).table
    for place, words in enumerate(["Pier", "Length", "A", "300\nm"]):
        table.cell(place // 2, place % 2).text = words
    group = shapes.add_group_shape()
    group.shapes.add_textbox(Cm(1), Cm(5), Cm(5), Cm(1)).text_frame.text = "In a group"
    shapes.add_textbox(Cm(1), Cm(1), Cm(5), Cm(1)).text_frame.text = "At the top"

    assert read(slides).text == (
        "## Slide 1\n\nAt the top\n\nIn a group\n\n| Pier | Length |\n| --- | --- |\n| A | 300 m |"
    )


def test_a_slide_without_words_is_left_out() -> None:
    """Pictures alone say nothing; the slides after them keep their numbers."""
    slides = Presentation()
    slides.slides.add_slide(slides.slide_layouts[6])
    slides.slides.add_slide(slides.slide_layouts[5]).shapes.title.text = "Words"

    document = read(slides)

    assert document.text == "## Words"
    assert [page.number for page in document.pages] == [2]


def test_a_chosen_title_wins() -> None:
    """The properties name the presentation, unless PowerPoint did."""
    slides = presentation()
    slides.core_properties.title = "The year in review"

    assert read(slides).title == "The year in review"


def test_a_slide_shown_without_end_is_refused() -> None:
    """A few bytes can repeat a slide a million times."""
    slides = presentation()
    ids = slides.slides._sldIdLst
    for _ in range(50):
        ids.append(ids[1].__copy__())

    with pytest.raises(UnreadableDocument, match="million characters"):
        read(slides, max_chars=1_000)
