"""Files put into the documents folder by names from anywhere: what is refused, and that nothing is ever half there."""

import os
import resource
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index import draft_file
from index.deposit import Deposit
from index.errors import (
    DiskFull,
    DocumentsMissing,
    FileMissing,
    FileTooLarge,
    FolderReadOnly,
    IndexProblem,
    NameRefused,
    RowRefused,
    UnreadableDocument,
)
from index.folder import Folder
from index.readers import Reader

MOST = 1000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "documents").mkdir()
    return tmp_path / "documents"


@pytest.fixture
def deposit(root: Path) -> Deposit:
    return deposit_in(root)


def deposit_in(root: Path, home: Path | None = None) -> Deposit:
    return Deposit(root, home or root.parent / "home", Reader(MOST), Reader.suffixes, MOST)


def put(deposit: Deposit, id: str, content: bytes | str, pieces: int = 1) -> bool:
    data = content.encode() if isinstance(content, str) else content
    with deposit.begin(id) as receipt:
        step = -(-len(data) // pieces) or 1
        for at in range(0, len(data), step):
            receipt.write(data[at : at + step])
        return receipt.keep()


def everything_in(root: Path) -> dict[str, str]:
    """All there is, hidden or not."""
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_a_file_is_put_where_its_name_says(deposit: Deposit, root: Path) -> None:
    """In as many pieces as it comes in, and in folders that are made for it; the listing finds it."""
    assert put(deposit, "hr/2026/leave.md", "Leave is 28 days.", pieces=5) is False
    assert everything_in(root) == {"hr/2026/leave.md": "Leave is 28 days."}
    assert list(Folder(root, Reader.suffixes, root.parent / "home").list().files) == ["hr/2026/leave.md"]


def test_a_file_takes_the_place_of_an_older_one(deposit: Deposit, root: Path) -> None:
    """And is open to those that the older one was open to."""
    put(deposit, "a.md", "old")
    (root / "a.md").chmod(0o640)
    assert put(deposit, "a.md", "new") is True
    assert everything_in(root) == {"a.md": "new"}
    assert (root / "a.md").stat().st_mode & 0o777 == 0o640


def test_nothing_is_seen_before_it_is_kept(deposit: Deposit, root: Path) -> None:
    """Whoever looks meanwhile finds the older file; who leaves in the middle leaves nothing behind."""
    put(deposit, "a.md", "old")
    with deposit.begin("a.md") as receipt:
        receipt.write(b"ne")
        assert list(Folder(root, Reader.suffixes, root.parent / "home").list().files) == ["a.md"]
        assert (root / "a.md").read_text() == "old"
    with deposit.begin("x/y/b.md") as receipt:
        receipt.write(b"ne")
    assert everything_in(root) == {"a.md": "old"}
    assert not (root / "x").exists()
    with pytest.raises(IndexProblem, match="not being received"):
        receipt.write(b"w")


@pytest.mark.parametrize(
    ("id", "content", "reason"),
    [
        ("a.md", b"", "is empty"),
        ("a.md", b" \n", "is empty"),
        ("a.pdf", b"%PDF-1.7 nonsense", "is damaged"),
        ("a.jsonl", b'{"id": 1}', 'line 1 has no "text"'),
    ],
)
def test_what_cannot_be_read_is_refused(deposit: Deposit, root: Path, id: str, content: bytes, reason: str) -> None:
    """With the reason of the reader, and the older file stays."""
    (root / id).write_text("older")
    with pytest.raises(UnreadableDocument, match=reason):
        put(deposit, id, content)
    assert everything_in(root) == {id: "older"}


def test_what_is_too_large_is_refused_while_it_comes(deposit: Deposit, root: Path) -> None:
    """The largest file that is allowed is allowed."""
    put(deposit, "a.md", "x" * MOST)
    with deposit.begin("a.md") as receipt:
        receipt.write(b"y" * MOST)
        with pytest.raises(FileTooLarge, match=r"FOOTNOTE_MAX_FILE_MB allows 0\.001 MB"):
            receipt.write(b"y")
    assert everything_in(root) == {"a.md": "x" * MOST}


REFUSED = [
    *("", "/", "/etc/a.md", "a//b.md", "a/", "a.md/", "..", "../a.md", "a/../b.md", "./a.md", "a/./b.md", ".."),
    *(".a.md", ".git/a.md", "~$a.docx", "a/~$b.md", "a\\b.md", "..\\a.md", "a\0.md", "a\n.md", "a\x7f.md", "a\x85.md"),
    *(
        "a\u202egpj.md",
        "a\u2028.md",
        "\ufffd.md",
        "\ud800.md",
        "x" * 253 + ".md",
        "é" * 127 + ".md",
        "a/" * 511 + "a.md",
    ),
    *("a", "a.exe", "a.md.zip", "md", ".md", "a.", "a.m\td", "a.md ", "a.footnote-draft-0"),
]


@pytest.mark.parametrize("id", REFUSED)
def test_names_that_no_document_has_are_refused(deposit: Deposit, root: Path, id: str) -> None:
    """For putting and for removing alike, in one line that says why."""
    for use in (deposit.begin, deposit.remove):
        with pytest.raises(NameRefused) as refused:
            use(id)
        assert str(refused.value).isprintable()
    assert everything_in(root.parent) == {}


@pytest.mark.parametrize("id", ["a.jsonl#7", "a.JSONL#7", "b/a.jsonl#x/y.md", "a.jsonl#b.md"])
def test_rows_are_not_files(deposit: Deposit, id: str) -> None:
    """Only their file can be put and removed."""
    for use in (deposit.begin, deposit.remove):
        with pytest.raises(RowRefused, match="comes and goes with its file"):
            use(id)


@pytest.mark.parametrize(
    "id", ["C#.md", "a b/ü.MD", "a..md", "a~$.md", "%2e%2e/a.md", "x" * 252 + ".md", "-rf.md", "日本.md"]
)
def test_unusual_names_are_names(deposit: Deposit, root: Path, id: str) -> None:
    """Nothing in them is interpreted."""
    put(deposit, id, "text")
    assert everything_in(root) == {id: "text"}
    deposit.remove(id)
    assert everything_in(root) == {}


PARTS = st.sampled_from([".", "..", "", "~$", "/", "\\", "a", "b", "#", ".md", ".jsonl", "\0", "\n", " ", "é", "*"])


@given(st.lists(PARTS, max_size=8).map("".join) | st.text(max_size=20).map(lambda text: f"{text}.md"))
@example("a/../../b.md")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
def test_whatever_the_name_nothing_leaves_the_folder(tmp_path_factory: pytest.TempPathFactory, id: str) -> None:
    """What is accepted is listed under exactly that name; what is refused leaves no trace."""
    base = tmp_path_factory.mktemp("base")
    (base / "documents").mkdir()
    deposit = deposit_in(base / "documents")
    try:
        put(deposit, id, "[]" if id.endswith(".jsonl") else "text")
    except IndexProblem:
        assert everything_in(base) == {}
    else:
        assert list(Folder(base / "documents", Reader.suffixes, base / "home").list().files) == [id]
        assert everything_in(base) == {f"documents/{id}": "text"}


def test_links_lead_nowhere(deposit: Deposit, root: Path) -> None:
    """Neither out of the folder nor to another document in it, whether to a file or through a folder."""
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "a.md").write_text("secret")
    (root / "inside").mkdir()
    (root / "out").symlink_to(outside)
    (root / "in").symlink_to(root / "inside")
    (root / "a.md").symlink_to(outside / "a.md")
    for id in ("out/a.md", "out/b.md", "out/c/d.md", "in/a.md", "a.md"):
        for use in (deposit.remove, lambda id: put(deposit, id, "text")):
            with pytest.raises(NameRefused, match="link"):
                use(id)
    assert everything_in(outside) == {"a.md": "secret"}
    assert (root / "a.md").is_symlink()


def test_a_folder_that_becomes_a_link_in_the_meantime_leads_nowhere(deposit: Deposit, root: Path) -> None:
    """The way is looked at again when the file takes its place."""
    (root / "hr").mkdir()
    with deposit.begin("hr/a.md") as receipt:
        receipt.write(b"text")
        (root / "hr").rename(root / "old")
        (root.parent / "outside").mkdir()
        (root / "hr").symlink_to(root.parent / "outside")
        with pytest.raises((NameRefused, UnreadableDocument)):
            receipt.keep()
    assert everything_in(root.parent) == {}


def test_what_is_no_file_keeps_its_name(deposit: Deposit, root: Path) -> None:
    """A folder may be called like a document, and a document is no folder."""
    (root / "a.md").mkdir()
    (root / "b.md").write_text("text")
    os.mkfifo(root / "c.md")
    with pytest.raises(NameRefused, match="is a folder"):
        deposit.begin("a.md")
    with pytest.raises(NameRefused, match="leads through a file"):
        deposit.begin("b.md/c.md")
    for use in (deposit.begin, deposit.remove):
        with pytest.raises(NameRefused, match="no plain file"):
            use("c.md")


def test_our_own_folder_is_not_written(root: Path) -> None:
    """The index may be kept inside the documents folder, under any name and behind any link."""
    (root / "index" / "chroma").mkdir(parents=True)
    (root.parent / "home").symlink_to(root / "index")
    deposit = deposit_in(root, root.parent / "home")
    for id in ("index/a.md", "index/chroma/a.md", "index/new/a.md"):
        for use in (deposit.begin, deposit.remove):
            with pytest.raises(NameRefused, match="not of the documents"):
                use(id)


def test_beside_a_single_document_there_is_no_room(root: Path) -> None:
    """The setting may name one file; its neighbours are nobody's business."""
    (root / "a.md").write_text("text")
    deposit = deposit_in(root / "a.md")
    for use in (deposit.begin, deposit.remove):
        with pytest.raises(FolderReadOnly, match="a single file"):
            use("a.md")
    assert everything_in(root) == {"a.md": "text"}


def test_the_folder_itself_may_be_a_link(root: Path) -> None:
    """Below it nothing may be."""
    (root.parent / "link").symlink_to(root)
    put(deposit_in(root.parent / "link"), "a/b.md", "text")
    assert everything_in(root) == {"a/b.md": "text"}


def test_a_folder_that_is_gone_is_said_to_be(deposit: Deposit, root: Path) -> None:
    """It is not made anew: it may be a disk that is not mounted."""
    root.rmdir()
    for use in (deposit.begin, deposit.remove):
        with pytest.raises(DocumentsMissing):
            use("a.md")
    assert not root.exists()


def test_removing_removes_the_file_alone(deposit: Deposit, root: Path) -> None:
    """What is not there cannot be removed."""
    put(deposit, "a/b.md", "text")
    put(deposit, "a/c.md", "text")
    deposit.remove("a/b.md")
    assert everything_in(root) == {"a/c.md": "text"}
    for id in ("a/b.md", "x/y.md"):
        with pytest.raises(FileMissing, match="there is no file"):
            deposit.remove(id)


def run_in_a_process(root: Path, program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(root)], capture_output=True, text=True, timeout=60
    )


SETUP = """
    import os, resource, signal, sys
    from pathlib import Path
    from index.deposit import Deposit
    from index.readers import Reader
    root = Path(sys.argv[1])
    deposit = Deposit(root, root.parent / "home", Reader(10**9), Reader.suffixes, 10**9)
"""


def test_a_full_disk_loses_nothing(deposit: Deposit, root: Path) -> None:
    """The limit of a process is the disk that is full; the older file stays and the draft is gone."""
    put(deposit, "a.md", "old")
    done = run_in_a_process(
        root,
        SETUP
        + """
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    try:
        with deposit.begin("a.md") as receipt:
            receipt.write(b"x" * 5000)
    except Exception as error:
        print(type(error).__name__, error)
    """,
    )
    assert done.stdout.startswith("DiskFull there is no room for the file in the documents folder"), done.stderr
    assert everything_in(root) == {"a.md": "old"}


@pytest.mark.parametrize("step", ["write", "fsync", "rename"])
def test_a_disk_that_fills_up_at_any_step_loses_nothing(
    deposit: Deposit, root: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Quota and disk alike say it at the latest moment that they can."""
    put(deposit, "a.md", "old")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(draft_file.os, step, full)
        with pytest.raises(DiskFull, match="no space left"):
            put(deposit, "a.md", "new")
    assert everything_in(root) == {"a.md": "old"}


def test_a_folder_that_may_not_be_written_says_so(
    deposit: Deposit, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a folder of root's or one that is mounted for reading does."""
    put(deposit, "a.md", "old")

    def refused(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "open", _failing_for_writing(os.open, refused))
    monkeypatch.setattr(os, "unlink", refused)
    for use in (deposit.begin, deposit.remove):
        with pytest.raises(FolderReadOnly, match="the documents folder cannot be written"):
            use("a.md")


def _failing_for_writing(opening: object, refused: object) -> object:
    def open_or_fail(path: object, flags: int, *rest: object, **options: object) -> object:
        call = refused if flags & os.O_CREAT else opening
        return call(path, flags, *rest, **options)  # type: ignore[operator]

    return open_or_fail


def test_what_a_killed_process_leaves_is_hidden_and_then_swept(deposit: Deposit, root: Path) -> None:
    """The older file is whole; the first file that is put afterwards sweeps the drafts, at any depth."""
    (root / "hr").mkdir()
    (root / "hr" / "a.md").write_text("old")
    done = run_in_a_process(
        root,
        SETUP
        + """
    receipt = deposit.begin("hr/a.md")
    receipt.write(b"ne")
    os.kill(os.getpid(), signal.SIGKILL)
    """,
    )
    assert done.returncode == -signal.SIGKILL
    assert len(list((root / "hr").iterdir())) == 2
    assert list(Folder(root, Reader.suffixes, root.parent / "home").list().files) == ["hr/a.md"]
    put(deposit, "b.md", "text")
    assert everything_in(root) == {"hr/a.md": "old", "b.md": "text"}


def test_drafts_of_the_living_are_not_swept(root: Path) -> None:
    """Two servers may share a folder."""
    with deposit_in(root).begin("a.md") as receipt:
        receipt.write(b"text")
        put(deposit_in(root), "b.md", "text")
        receipt.keep()
    assert sorted(everything_in(root)) == ["a.md", "b.md"]


def test_no_descriptor_is_left_open(deposit: Deposit, root: Path) -> None:
    """Whether it goes well or not, for days."""

    def used() -> int:
        return len(list(Path("/dev/fd").iterdir()))

    def go_through(ids: Iterable[str]) -> None:
        for id in ids:
            try:
                put(deposit, id, "" if id.startswith("empty") else "text")
            except IndexProblem:
                continue
            deposit.remove(id)

    (root / "f.md").write_text("text")
    (root / "link").symlink_to(root)
    go_through(["a.md"])
    before = used()
    go_through(["a/b/c.md", "empty.md", "x/empty.md", "f.md/g.md", "link/a.md", "../a.md"])
    assert used() == before
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > before
