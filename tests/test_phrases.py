"""The fixed sentences: shipped whole, editable by anyone, refused in one line when they are broken."""

import shutil
from dataclasses import astuple
from pathlib import Path

import pytest

from bot.phrases import Phrases
from bot.shipped import shipped_folder
from index.errors import SettingsInvalid


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped_folder("prompts"), tmp_path / "prompts"))


def test_shipped_phrases_load() -> None:
    """What ships is complete, and each phrase is one line that ends like a sentence or a lead-in."""
    for phrase in astuple(Phrases.load(shipped_folder("prompts"))):
        assert "\n" not in phrase
        assert phrase[-1] in ".:"


def test_edited_phrase_is_what_is_said(folder: Path) -> None:
    """Braces, dollars and markup in a phrase are words, and a line break made by an editor is a space."""
    (folder / "not-known.txt").write_bytes("\ufeffNo {idea} $HOME <b>\r\nat all.\r\n".encode())
    assert Phrases.load(folder).not_known == "No {idea} $HOME <b> at all."


@pytest.mark.parametrize(("content", "reason"), [(b" \n", "is empty"), (b"\xff\xfe\x00", "not UTF-8 text")])
def test_broken_phrase_is_named(folder: Path, content: bytes, reason: str) -> None:
    """An empty or binary file is refused in one line that names it."""
    (folder / "not-known.txt").write_bytes(content)
    with pytest.raises(SettingsInvalid, match=reason) as refused:
        Phrases.load(folder)
    assert "not-known.txt" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_missing_phrase_is_the_shipped_one(tmp_path: Path) -> None:
    """A folder of one's own holds only what is changed."""
    (tmp_path / "not-known.txt").write_text("Nobody knows.")
    own, shipped = Phrases.load(tmp_path), Phrases.load(shipped_folder("prompts"))
    assert own.not_known == "Nobody knows."
    assert astuple(own)[1:] == astuple(shipped)[1:]


def test_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A misspelt path does not silently mean the shipped words; nor does that of a file."""
    (tmp_path / "file").touch()
    for name, reason in (("nowhere", "No such file or directory"), ("file", "Not a directory")):
        with pytest.raises(SettingsInvalid, match=reason):
            Phrases.load(tmp_path / name)


def test_misspelt_file_is_refused(tmp_path: Path) -> None:
    """A file that nobody would read is named, with the name that was meant; other files may lie around."""
    (tmp_path / "notes.md").touch()
    Phrases.load(tmp_path)
    (tmp_path / "not-know.txt").write_text("Nobody knows.")
    with pytest.raises(SettingsInvalid, match=r"not-know\.txt is no file .* did you mean not-known\.txt\?"):
        Phrases.load(tmp_path)


def test_dangling_link_is_refused(tmp_path: Path) -> None:
    """A link into nothing is a mistake, no wish for the shipped words."""
    (tmp_path / "not-known.txt").symlink_to(tmp_path / "gone")
    with pytest.raises(SettingsInvalid, match="No such file"):
        Phrases.load(tmp_path)


def test_gaps_are_filled_by_words_that_stay_words() -> None:
    """What is put in is never read as a gap, or as a format, again."""
    phrases = Phrases.load(shipped_folder("prompts"))
    assert phrases.fallback("said {reason} {0} %s \\1").endswith(" the language model said {reason} {0} %s \\1.")
    assert phrases.withheld(1).endswith(": 1.")
    assert phrases.withheld(12).endswith(": 12.")


@pytest.mark.parametrize("words", ["Quoted.", "Quoted, {reason}, {reason}.", "Quoted, {raeson}."])
def test_phrase_without_its_gap_is_refused(folder: Path, words: str) -> None:
    """The reason must have exactly one place."""
    (folder / "fallback.txt").write_text(words)
    with pytest.raises(SettingsInvalid, match=r"fallback\.txt must hold \{reason\} once; it does [02] times"):
        Phrases.load(folder)


def test_readme_describes_every_file() -> None:
    """People who edit prompts and phrases find each file described beside it."""
    folder = shipped_folder("prompts")
    readme = (folder / "README.md").read_text(encoding="utf-8")
    names = [path.name for path in folder.iterdir() if path.suffix != ".md"]
    assert [name for name in names if f"| `{name}` |" not in readme] == []
