"""The door through which files come in: what is read, what is refused, and in which words."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index.document import Document, Markup
from index.errors import UnreadableDocument
from index.readers import Reader

READER = Reader(max_bytes=1_000_000)
BINARY_SUFFIXES = (".pdf", ".docx", ".pptx", ".xlsx", ".epub", ".eml")
TEXT_SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".csv", ".tsv", ".jsonl")
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"
ELF = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0"


def read(path: Path, data: bytes, reader: Reader = READER) -> list[Document]:
    path.write_bytes(data)
    return reader.read(path, path.name)


def reason(path: Path, reader: Reader = READER) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        reader.read(path, path.name)
    return str(caught.value)


def refused(path: Path, data: bytes, reader: Reader = READER) -> str:
    path.write_bytes(data)
    return reason(path, reader)


def test_every_promised_suffix_is_known() -> None:
    """The formats of the documentation are the ones that are read."""
    assert Reader.suffixes == {*BINARY_SUFFIXES, *TEXT_SUFFIXES}


@pytest.mark.parametrize(
    ("name", "markup"), [("a.txt", Markup.PLAIN), ("a.CSV", Markup.ROWS), ("a.md", Markup.MARKDOWN)]
)
def test_text_comes_back_unchanged(tmp_path: Path, name: str, markup: Markup) -> None:
    """Line ends, trailing spaces and empty lines of a text file stay, so that offsets point into the file."""
    text = "a;b \r\n\r\n\r\n c\t\n\f"

    assert read(tmp_path / name, text.encode()) == [Document(name, text, None, markup)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
@example("\x1a\x85\u2028x\r")
def test_any_utf8_text_comes_back_unchanged(tmp_path: Path, text: str) -> None:
    """Whatever UTF-8 holds is the Document's text, but for a byte order mark and files without a word."""
    path = tmp_path / "any.txt"
    if not text.removeprefix("\ufeff").strip():
        assert refused(path, text.encode()) == "is empty"
    elif not text.startswith("%PDF-"):
        assert read(path, text.encode())[0].text == text.removeprefix("\ufeff")


def test_the_id_is_the_one_given(tmp_path: Path) -> None:
    """A Document is named by its caller, whatever the path."""
    (tmp_path / "a.txt").write_text("words")

    assert READER.read(tmp_path / "a.txt", "sub/b.txt")[0].id == "sub/b.txt"


@pytest.mark.parametrize("suffix", TEXT_SUFFIXES)
@pytest.mark.parametrize("data", [PNG, ELF, b"PK\x03\x04\x14\0\0\0", b"%PDF-1.4\n1 0 obj", b"words\0more words"])
def test_binary_data_is_no_text(tmp_path: Path, suffix: str, data: bytes) -> None:
    """A picture, a program, an archive or a PDF under a text suffix is refused in words."""
    assert refused(tmp_path / f"a{suffix}", data) == "is not text (binary data)"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.pdf", "is not a PDF"),
        ("a.docx", "is not a Word document"),
        ("a.pptx", "is not a PowerPoint presentation"),
        ("a.xlsx", "is not an Excel workbook"),
        ("a.epub", "is not an EPUB book"),
        ("a.eml", "is not an e-mail message"),
    ],
)
@pytest.mark.parametrize("data", [b"just words", PNG])
def test_a_suffix_that_lies_is_named(tmp_path: Path, name: str, expected: str, data: bytes) -> None:
    """What is not of the kind that its suffix claims is refused by that kind's name."""
    assert refused(tmp_path / name, data) == expected


@pytest.mark.parametrize("suffix", sorted(Reader.suffixes))
@pytest.mark.parametrize("data", [b"", b" \r\n\t "])
def test_nothing_is_empty(tmp_path: Path, suffix: str, data: bytes) -> None:
    """A file of no bytes, or of white space, is empty in every format."""
    assert refused(tmp_path / f"a{suffix}", data) == "is empty"


@pytest.mark.parametrize("name", ["a.html", "a.md", "a.jsonl"])
def test_no_words_are_empty(tmp_path: Path, name: str) -> None:
    """A file whose markup holds no word is empty, too."""
    data = {
        "a.html": b"<p> </p><script>x</script>",
        "a.md": b"\xef\xbb\xbf\n",
        "a.jsonl": b'{"id":"1","text":" "}',
    }

    assert refused(tmp_path / name, data[name]) == "is empty"


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    """The refusal names the size and the setting; a sparse file of a terabyte shows that nothing is read."""
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(10**12)

    assert reason(path) == "is too large: 1,000,000.0 MB, FOOTNOTE_MAX_FILE_MB allows 1"


def test_a_file_of_exactly_the_allowed_size_is_read(tmp_path: Path) -> None:
    """The limit itself is allowed, one byte more is not."""
    assert read(tmp_path / "a.txt", b"x" * 1_000_000)
    assert refused(tmp_path / "a.txt", b"x" * 1_000_001) == "is too large: 1.0 MB, FOOTNOTE_MAX_FILE_MB allows 1"


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    """A FIFO named like a text file is refused at once, although nobody writes to it."""
    os.mkfifo(tmp_path / "a.txt")

    assert reason(tmp_path / "a.txt") == "is not a regular file"


def test_a_folder_is_no_document(tmp_path: Path) -> None:
    """A folder may be named like a file."""
    (tmp_path / "a.txt").mkdir()

    assert reason(tmp_path / "a.txt") == "is not a regular file"


def test_a_vanished_file_is_named(tmp_path: Path) -> None:
    """Files may go between listing and reading."""
    assert reason(tmp_path / "a.txt") == "has vanished"


def test_a_forbidden_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permission is the system's to refuse; the tests may run as root, which it refuses nothing."""

    def forbid(path: Path, flags: int) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", forbid)

    assert reason(tmp_path / "a.txt") == "may not be read (permission denied)"


def test_a_link_to_itself_is_named(tmp_path: Path) -> None:
    """Whatever else the system objects to is said in its words, without the path."""
    (tmp_path / "a.txt").symlink_to(tmp_path / "a.txt")

    assert reason(tmp_path / "a.txt") == "cannot be opened (too many levels of symbolic links)"


def test_an_unknown_kind_is_named(tmp_path: Path) -> None:
    """The reader promises a reason for everything, also for what nobody should ask it."""
    assert refused(tmp_path / "a.exe", b"MZ") == "is of a kind that is not read (.exe)"
    assert refused(tmp_path / "Makefile", b"all:") == "is of a kind that is not read (no suffix)"


@pytest.mark.parametrize("suffix", BINARY_SUFFIXES)
def test_damage_is_one_line_without_paths(tmp_path: Path, suffix: str) -> None:
    """What a library says about a broken file stays inside: people get one line, the cause is chained."""
    path = tmp_path / f"a{suffix}"
    if suffix == ".pdf":
        path.write_bytes(b"%PDF-1.7\n" + b"trailer << /Root 1 0 R >>\n" * 5)
    elif suffix == ".eml":
        path.write_bytes(b"Subject: x\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + b"AAAA\n" * 9)
    else:
        with ZipFile(path, "w") as archive:
            archive.writestr("META-INF/container.xml" if suffix == ".epub" else "word/document.xml", "<broken")

    message = reason(path)

    assert message.startswith(("is damaged, or not a", "is not text"))
    assert "\n" not in message
    assert str(tmp_path) not in message


@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".xlsx", ".epub"])
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(
            [
                *("[Content_Types].xml", "_rels/.rels", "word/document.xml", "xl/workbook.xml"),
                *("docProps/core.xml", "META-INF/container.xml", "META-INF/encryption.xml"),
                *("../../evil", "/etc/passwd"),
            ]
        ),
        st.one_of(st.binary(max_size=80), st.sampled_from([b"<a/>", b"<a xmlns='x'><b/></a>"])),
        max_size=6,
    )
)
def test_no_archive_raises_anything_else(tmp_path: Path, suffix: str, parts: dict[str, bytes]) -> None:
    """Whatever an archive holds, it is a Document or unreadable: the other files go on."""
    path = tmp_path / f"a{suffix}"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)

    assert reason(path)


@pytest.mark.parametrize("suffix", sorted(Reader.suffixes))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=300),
    head=st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"Subject: ", b"<html>"]),
)
def test_no_bytes_raise_anything_else(tmp_path: Path, suffix: str, data: bytes, head: bytes) -> None:
    """Random bytes are Documents that SQLite can store, or unreadable."""
    path = tmp_path / f"a{suffix}"
    path.write_bytes(head + data)
    try:
        documents = READER.read(path, path.name)
    except UnreadableDocument:
        return
    for document in documents:
        assert "\0" not in document.text
        document.text.encode()


def test_memory_and_recursion_are_reasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that runs out of memory or stack takes down its own file only."""
    for error, expected in (
        (MemoryError, "needs more memory than there is"),
        (RecursionError, "is nested too deeply"),
    ):

        def fail(*_arguments: object, policy: object, error: type[Exception] = error) -> None:
            raise error

        monkeypatch.setattr("email.message_from_bytes", fail)

        assert refused(tmp_path / "a.eml", b"Subject: x\n\nwords") == expected


def test_importing_the_reader_imports_no_library() -> None:
    """A question over an unchanged folder reads nothing, and must not wait for parsers."""
    heavy = {
        "lxml",
        "mammoth",
        "openpyxl",
        "pptx",
        "pypdfium2",
        "bs4",
        "charset_normalizer",
        "defusedxml",
        "email.policy",
    }
    script = f"import sys, index.readers; print(sorted({heavy!r} & sys.modules.keys()))"

    loaded = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout.strip() == "[]"
