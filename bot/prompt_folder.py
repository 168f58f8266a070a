"""The folder of prompts and phrases: one's own where a file is there, else the one that ships."""

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bot.shipped import shipped_folder
from index.errors import SettingsInvalid

SUFFIXES = (".txt", ".jinja")


@dataclass(frozen=True, slots=True)
class PromptFile:
    """One file as it stands: its bytes, and the text they are, without line ends at the end."""

    path: Path
    content: bytes
    text: str


@dataclass(frozen=True, slots=True)
class PromptFolder:
    """A folder whose files come before those that ship."""

    folder: Path
    shipped: Path

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Raises SettingsInvalid if there is no such folder, or if it holds a file that nobody would ever read."""
        opened = cls(folder, shipped_folder("prompts"))
        for name in opened._names(folder):
            opened._refuse_unknown(name)
        return opened

    def read(self, name: str) -> PromptFile:
        """Raises SettingsInvalid naming the file that is missing, empty or not text."""
        path = self.folder / name
        if not path.exists() and not path.is_symlink():
            path = self.shipped / name
        try:
            content = path.read_bytes()
            text = content.decode("utf-8-sig").rstrip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise SettingsInvalid(f"{path} cannot be read: {reason}") from error
        if not text.strip():
            raise SettingsInvalid(f"{path} is empty")
        return PromptFile(path, content, text)

    def _names(self, folder: Path) -> list[str]:
        try:
            return sorted(path.name for path in folder.iterdir() if path.suffix in SUFFIXES)
        except OSError as error:
            raise SettingsInvalid(f"the folder of prompts {folder} cannot be read: {error.strerror}") from error

    def _refuse_unknown(self, name: str) -> None:
        """A misspelt name would silently leave the shipped words in place."""
        known = self._names(self.shipped)
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingsInvalid(f"{self.folder / name} is no file that Footnote reads{hint}")
