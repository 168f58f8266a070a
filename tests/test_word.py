"""Word documents."""

from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.document import Document as WordDocument

from index.document import Document, Markup
from index.errors import UnreadableDocument
from index.formats.source import Source
from index.formats.word import read_word

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def saved(word: WordDocument) -> bytes:
    data = BytesIO()
    word.save(data)
    return data.getvalue()


def read(data: bytes) -> Document:
    (document,) = read_word(Source("a.docx", data, 10**6))
    return document


def replaced(data: bytes, name: str, old: str, new: str) -> bytes:
    """The archive with `old` made `new` in its part `name`."""
    target = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(target, "w") as copy:
        for member in source.infolist():
            part = source.read(member)
            copy.writestr(member, part.replace(old.encode(), new.encode()) if member.filename == name else part)
    return target.getvalue()


def test_structure_becomes_markdown() -> None:
    """Headings, lists and tables are kept; emphasis and pictures are not words."""
    word = docx.Document()
    word.add_heading("Harbour rules", 0)
    word.add_heading("Opening", 2)
    paragraph = word.add_paragraph("The port opens at ")
    paragraph.add_run("six").bold = True
    paragraph.add_run(" in *snake_case*.")
    word.add_picture(BytesIO(PIXEL))
    word.add_paragraph("Bring a permit.", style="List Bullet")
    word.add_paragraph("Sign it.", style="List Bullet")
    table = word.add_table(2, 2)
    for cell, words in zip([*table.row_cells(0), *table.row_cells(1)], ["Name", "Port", "web", "8080"], strict=True):
        cell.text = words

    document = read(saved(word))

    assert document.text == (
        "# Harbour rules\n\n## Opening\n\nThe port opens at six in *snake_case*.\n\n"
        "- Bring a permit.\n- Sign it.\n\n| Name | Port |\n| --- | --- |\n| web | 8080 |"
    )
    assert document.markup is Markup.MARKDOWN


@pytest.mark.parametrize(
    ("property", "title"),
    [("The rules", "The rules"), ("", "Heading"), ("Word Document", "Heading"), ("x.docx", "Heading")],
)
def test_the_title_is_chosen_or_the_first_heading(property: str, title: str) -> None:
    """The title among the properties counts if somebody wrote it."""
    word = docx.Document()
    word.core_properties.title = property
    word.add_heading("Heading", 1)

    assert read(saved(word)).title == title


def test_a_bomb_of_entities_is_refused() -> None:
    """A declaration in any part is enough."""
    word = docx.Document()
    word.add_paragraph("words")
    bomb = '<!DOCTYPE a [<!ENTITY l "lol">]><w:document'

    with pytest.raises(UnreadableDocument, match="XML entities"):
        read(replaced(saved(word), "word/document.xml", "<w:document", bomb))


def test_a_picture_elsewhere_is_not_fetched() -> None:
    """A document may link to files of this machine; only its words are read."""
    word = docx.Document()
    word.add_paragraph("words")
    word.add_picture(BytesIO(PIXEL))
    data = replaced(
        saved(word),
        "word/_rels/document.xml.rels",
        'Target="media/image1.png"',
        'Target="file:///etc/passwd" TargetMode="External"',
    )

    assert read(replaced(data, "word/document.xml", "r:embed", "r:link")).text == "words"
