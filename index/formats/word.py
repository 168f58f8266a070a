"""Word documents."""

from io import BytesIO

from index.document import Document, Markup
from index.formats.archive import check_entities
from index.formats.html import web_page
from index.formats.office import core_title
from index.formats.source import Source

_STYLES = "p[style-name='Title'] => h1:fresh"


def read_word(source: Source) -> list[Document]:
    """A .docx file, by way of HTML: headings, lists and tables; no pictures, comments or deletions."""
    import mammoth

    check_entities(source.data)
    html = mammoth.convert_to_html(
        BytesIO(source.data),
        style_map=_STYLES,
        include_embedded_style_map=False,
        convert_image=lambda _image: [],
    ).value
    page = web_page(html)
    return [Document(source.id, page.text, core_title(source.data) or page.title, Markup.MARKDOWN)]
