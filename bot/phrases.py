"""The fixed sentences that the bot says to people, read from the plain files in `prompts/`."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from index.errors import SettingsInvalid


@dataclass(frozen=True, slots=True)
class Phrases:
    """Each field is one file: `not_known` is what `not-known.txt` says, shown as it stands."""

    not_known: str
    closest_passages: str
    nothing_indexed: str

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read every phrase; raises SettingsInvalid naming the file that is missing, empty or not text."""
        return cls(*(_phrase(folder / f"{field.name.replace('_', '-')}.txt") for field in fields(cls)))


def _phrase(path: Path) -> str:
    try:
        phrase = " ".join(path.read_text(encoding="utf-8-sig").split())
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SettingsInvalid(f"the phrase {path} cannot be read: {reason}") from error
    if not phrase:
        raise SettingsInvalid(f"the phrase {path} is empty")
    return phrase
