"""What belongs to the documents and what does not."""

import os

import pytest

from index.errors import DocumentsMissing
from index.folder import Folder

SUFFIXES = frozenset({".txt", ".md"})


@pytest.fixture
def root(tmp_path):
    (tmp_path / "documents").mkdir()
    return tmp_path / "documents"


def put(root, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)


def listed(root, home=None) -> list[str]:
    return list(Folder(root, SUFFIXES, home or root.parent / "home").list().files)


def test_files_are_listed_at_any_depth_in_the_order_of_their_paths(root):
    """Paths are relative and have forward slashes."""
    put(root, "z.txt", "b/c/d.md", "a.TXT", "b.txt")
    assert listed(root) == ["a.TXT", "b.txt", "b/c/d.md", "z.txt"]


def test_other_kinds_hidden_names_and_lock_files_are_ignored(root):
    """None of them is a document, and none is worth a message."""
    put(root, "a.txt", "b.zip", "none", ".hidden.txt", ".git/c.txt", "~$a.txt", "d/.e/f.txt")
    assert listed(root) == ["a.txt"]


def test_our_own_folder_is_not_a_document(root):
    """The index may be kept inside the folder."""
    put(root, "a.txt", "index/b.txt", "other/index/c.txt")
    assert listed(root, root / "index") == ["a.txt", "other/index/c.txt"]


def test_links_to_files_inside_are_followed(root):
    """As mounted configuration does it: a visible link to a file in a hidden folder."""
    put(root, ".data/a.txt")
    (root / "a.txt").symlink_to(root / ".data" / "a.txt")
    assert listed(root) == ["a.txt"]
    assert Folder(root, SUFFIXES, root.parent / "home").list().files["a.txt"].size == len(".data/a.txt")


def test_links_out_of_the_folder_are_not_followed(root):
    """A link must not publish what lies outside, neither as a file nor as a folder."""
    put(root.parent, "secret.txt", "outside/b.txt")
    (root / "a.txt").symlink_to(root.parent / "secret.txt")
    (root / "up.txt").symlink_to("../secret.txt")
    (root / "outside").symlink_to(root.parent / "outside")
    assert listed(root) == []


def test_links_in_circles_or_to_nowhere_are_harmless(root):
    """Each real file is listed once."""
    put(root, "a/b.txt")
    (root / "a" / "circle").symlink_to(root)
    (root / "nowhere.txt").symlink_to("missing.txt")
    (root / "self.txt").symlink_to("self.txt")
    assert listed(root) == ["a/b.txt"]


def test_the_folder_itself_may_be_a_link(root):
    """What it leads to counts as inside."""
    put(root, "a.txt")
    link = root.parent / "link"
    link.symlink_to(root)
    assert listed(link) == ["a.txt"]


def test_a_pipe_is_not_a_document(root):
    """Reading it would wait for ever."""
    os.mkfifo(root / "a.txt")
    assert listed(root) == []


def test_a_single_file_is_a_folder_of_one(root):
    """It is named by its name alone, and found where it is."""
    put(root, "a.txt", "b.txt")
    folder = Folder(root / "a.txt", SUFFIXES, root.parent / "home")
    assert list(folder.list().files) == ["a.txt"]
    assert folder.locate("a.txt") == root / "a.txt"


@pytest.mark.parametrize(
    ("name", "reason"), [("none", "no such file or directory"), ("a.zip", "kind that is not read")]
)
def test_what_is_no_folder_is_named(root, name, reason):
    """A missing folder and a single file of another kind are problems, each with its reason."""
    put(root, "a.zip")
    with pytest.raises(DocumentsMissing, match=reason):
        listed(root / name)


def test_a_name_that_is_not_text_is_named_as_unreadable(root):
    """It can be neither stored nor shown as it is; the others are listed."""
    put(root, "a.txt")
    try:
        (root / os.fsdecode(b"\xff.txt")).touch()
    except OSError:
        pytest.skip("this file system refuses such names")
    listing = Folder(root, SUFFIXES, root.parent / "home").list()
    assert list(listing.files) == ["a.txt"]
    assert listing.unreadable == {"\N{REPLACEMENT CHARACTER}.txt": "has a name that is not text"}


def test_the_stamp_is_the_latest_of_the_dates(root):
    """An old date of the content does not hide that the file was put here just now."""
    put(root, "a.txt")
    os.utime(root / "a.txt", (1, 1))
    stamp = Folder(root, SUFFIXES, root.parent / "home").list().files["a.txt"].stamp_ns
    assert stamp == (root / "a.txt").stat().st_ctime_ns
