"""Excel workbooks."""

import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from index.document import Document, Markup
from index.errors import UnreadableDocument
from index.formats.source import Source
from index.formats.spreadsheet import read_spreadsheet


def read(data: bytes, max_chars: int = 10**6) -> Document:
    (document,) = read_spreadsheet(Source("a.xlsx", data, max_chars))
    return document


def saved(book: Workbook) -> bytes:
    data = BytesIO()
    book.save(data)
    return data.getvalue()


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    book.active.title = "Ships"
    for row in rows:
        book.active.append(row)
    return saved(book)


def with_sheet(data: bytes, sheet: str) -> bytes:
    """The workbook with other XML for its first sheet."""
    target = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(target, "w", ZIP_DEFLATED) as copy:
        for member in source.infolist():
            is_sheet = member.filename == "xl/worksheets/sheet1.xml"
            copy.writestr(member.filename, sheet if is_sheet else source.read(member))
    return target.getvalue()


def test_rows_are_sentences() -> None:
    """Each row says its headers; values read as in Excel; what stands alone, alone."""
    document = read(
        workbook(
            ["Register of ships"],
            [],
            ["Name", "Built", "Tons", "Inspected", "Active", 2024],
            ["Aurora", 1999, 0.1 + 0.2, datetime.date(2024, 5, 1), True, 5],
            ["Boreas\nII", None, 3.0, datetime.datetime(2024, 5, 1, 12, 30), False, "a. b."],
        )
    )

    assert document.text == (
        "## Ships\n\nRegister of ships.\n"
        "Name: Aurora; Built: 1999; Tons: 0.3; Inspected: 2024-05-01; Active: TRUE; 2024: 5.\n"
        "Name: Boreas II; Tons: 3; Inspected: 2024-05-01 12:30:00; Active: FALSE; 2024: a. b."
    )
    assert document.markup is Markup.MARKDOWN


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([[1, 2], [3, None, "x"]], "1; 2.\n3; x."),
        ([["a", "a"], ["b", "c"]], "a; a.\nb; c."),
        ([["Kenya", 5.5], ["Ghana", 6]], "Kenya; 5.5.\nGhana; 6."),
        ([["Name", "Port"]], "Name; Port."),
        ([["Name", None, "Port"], ["web", "x", 80]], "Name: web; x; Port: 80."),
    ],
)
def test_rows_without_header_are_their_values(rows: list[list[object]], expected: str) -> None:
    """Numbers and repeated names are no header; a header without rows is a row."""
    assert read(workbook(*rows)).text == f"## Ships\n\n{expected}"


def test_sheets_are_headings() -> None:
    """Visible sheets that hold something, in their order."""
    book = Workbook()
    book.active.title = "Empty"
    for title in ("One", "Hidden", "Two"):
        book.create_sheet(title).append([f"in {title}"])
    book["Hidden"].sheet_state = "hidden"

    assert read(saved(book)).text == "## One\n\nin One.\n\n## Two\n\nin Two."


def test_formulas_are_their_results() -> None:
    """A formula that was never calculated has no value, and is not shown as one."""
    assert read(workbook(["=SUM(1,2)", "total"])).text == "## Ships\n\ntotal."


def test_the_title_is_the_workbooks() -> None:
    """The properties name the workbook, if anybody did."""
    book = Workbook()
    book.active.append(["x"])
    assert read(saved(book)).title is None
    book.properties.title = "Fleet list"
    assert read(saved(book)).title == "Fleet list"


NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.mark.parametrize("claimed", ["A1:XFD1048576", "A1"])
def test_a_claimed_size_is_not_believed(claimed: str) -> None:
    """A sheet of two cells may claim seventeen billion, or one."""
    sheet = (
        f'<worksheet {NAMESPACE}><dimension ref="{claimed}"/><sheetData>'
        '<row r="1"><c r="A1"><v>0.30000000000000004</v></c></row>'
        '<row r="2"><c r="B2"><v>2</v></c></row></sheetData></worksheet>'
    )

    assert read(with_sheet(workbook(["y"]), sheet)).text == "## Ships\n\n0.3.\n2."


@pytest.mark.parametrize(
    "rows",
    [
        "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(1, 20)),
        '<row r="999999999999"><c r="A999999999999"><v>1</v></c></row>',
    ],
)
def test_a_desert_of_cells_is_refused(rows: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell in the last column makes a row of sixteen thousand, one in a far row a billion rows."""
    monkeypatch.setattr("index.formats.spreadsheet.MAX_CELLS", 200_000)
    sheet = f"<worksheet {NAMESPACE}><sheetData>{rows}</sheetData></worksheet>"

    with pytest.raises(UnreadableDocument, match=r"^has a sheet of more than 200,000 cells$"):
        read(with_sheet(workbook(["y"]), sheet))


def test_a_header_repeated_without_end_is_refused() -> None:
    """Every row repeats its headers: a long one makes a long text."""
    with pytest.raises(UnreadableDocument, match="million characters"):
        read(workbook(["x" * 1000, "y"], *[[1, 2]] * 100), max_chars=10_000)
