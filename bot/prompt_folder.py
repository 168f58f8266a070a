"""The folder of prompts and phrases: one's own where a file is there, else the one that ships."""

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bot.shipped import shipped_folder
from index.errors import SettingsInvalid

SUFFIXES = (".txt", ".jinja", ".toml")
ENGLISH = "en"  # the language of the files that lie in no folder of a language

_LANGUAGE = re.compile("[a-z]{2}")


@dataclass(frozen=True, slots=True)
class PromptFile:
    """One file as it stands: its bytes, and the text they are, without line ends at the end."""

    path: Path
    content: bytes
    text: str


@dataclass(frozen=True, slots=True)
class PromptFolder:
    """A folder whose files come before those that ship.

    What is said in another language than English lies in a folder below, named for the language: `de/not-known.txt`.
    """

    folder: Path
    shipped: Path

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Raises SettingsInvalid if there is no such folder, or if it holds a file that nobody would ever read."""
        opened = cls(folder, shipped_folder("prompts"))
        opened._refuse_unknown(folder, opened._names(opened.shipped))
        for language in _languages(folder):
            opened._refuse_unknown(folder / language, opened._names_in(language))
        return opened

    def read(self, name: str, language: str = ENGLISH) -> PromptFile:
        """Raises SettingsInvalid naming the file that is missing, empty or not text."""
        below = Path() if language == ENGLISH else Path(language)
        path = self.folder / below / name
        if not path.exists() and not path.is_symlink():
            path = self.shipped / below / name
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

    def _names_in(self, language: str) -> list[str]:
        """What is read from a folder of that language: phrases, no prompts; nothing for English, which has none."""
        return (
            [] if language == ENGLISH else [name for name in self._names(self.shipped) if not name.endswith(".jinja")]
        )

    def _refuse_unknown(self, folder: Path, known: list[str]) -> None:
        """A misspelt name would silently leave the shipped words in place."""
        for name in self._names(folder):
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                raise SettingsInvalid(f"{folder / name} is no file that Footnote reads{hint}")


def _languages(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if _LANGUAGE.fullmatch(path.name) and path.is_dir())
