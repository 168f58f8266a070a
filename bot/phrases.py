"""The fixed sentences that the bot says to people, read from plain files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bot.prompt_folder import ENGLISH, PromptFolder
from index.errors import SettingsInvalid

REASON, COUNT = "{reason}", "{count}"


@dataclass(frozen=True, slots=True)
class Phrases:
    """Each field is one file: `not_known` is what `not-known.txt` says, shown as it stands.

    The last two have a gap, `{reason}` and `{count}`; their methods fill it.
    """

    not_known: str
    closest_passages: str
    nothing_indexed: str
    fallback_with_gap: str
    withheld_with_gap: str

    @classmethod
    def load(cls, folder: Path, language: str = ENGLISH) -> Self:
        """Read every phrase, from the shipped folder where `folder` lacks it.

        `language` is a code such as `de`; the shipped folder knows `en`, `de`, `fr` and `es`.

        Raises SettingsInvalid naming the folder, or the file that is empty, not text, or without its gap.
        """
        files = PromptFolder.open(folder)
        return cls(
            not_known=_phrase(files, language, "not-known.txt"),
            closest_passages=_phrase(files, language, "closest-passages.txt"),
            nothing_indexed=_phrase(files, language, "nothing-indexed.txt"),
            fallback_with_gap=_phrase(files, language, "fallback.txt", REASON),
            withheld_with_gap=_phrase(files, language, "withheld.txt", COUNT),
        )

    def fallback(self, reason: str) -> str:
        """Why sentences are quoted instead of written; `reason` goes on from "the language model …"."""
        return self.fallback_with_gap.replace(REASON, reason)

    def withheld(self, count: int) -> str:
        """How many sentences of the model were left out."""
        return self.withheld_with_gap.replace(COUNT, str(count))


def _phrase(files: PromptFolder, language: str, name: str, gap: str | None = None) -> str:
    file = files.read(name, language)
    phrase = " ".join(file.text.split())
    if gap and phrase.count(gap) != 1:
        raise SettingsInvalid(f"{file.path} must hold {gap} once; it does {phrase.count(gap)} times")
    return phrase
