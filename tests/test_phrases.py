"""The fixed sentences: shipped whole, editable by anyone, refused in one line when they are broken."""

import shutil
from dataclasses import fields
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
    phrases = Phrases.load(shipped_folder("prompts"))
    for field in fields(phrases):
        phrase = getattr(phrases, field.name)
        assert "\n" not in phrase
        assert phrase[-1] in ".:"


def test_edited_phrase_is_what_is_said(folder: Path) -> None:
    """Braces, dollars and markup in a phrase are words, and a line break made by an editor is a space."""
    (folder / "not-known.txt").write_bytes("\ufeffNo {idea} $HOME <b>\r\nat all.\r\n".encode())
    assert Phrases.load(folder).not_known == "No {idea} $HOME <b> at all."


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "No such file"), (b" \n", "is empty"), (b"\xff\xfe\x00", "not UTF-8 text")]
)
def test_broken_phrase_is_named(folder: Path, content: bytes | None, reason: str) -> None:
    """A missing, empty or binary file is refused in one line that names it."""
    path = folder / "not-known.txt"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsInvalid, match=reason) as refused:
        Phrases.load(folder)
    assert "not-known.txt" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_readme_describes_every_phrase() -> None:
    """People who edit phrases find each file described beside it."""
    readme = (shipped_folder("prompts") / "README.md").read_text()
    for field in fields(Phrases):
        assert f"`{field.name.replace('_', '-')}.txt`" in readme
