"""The fixed words that people read in Slack, read from a file that anyone may edit."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self, get_args, get_type_hints

from bot.prompt_folder import ENGLISH, PromptFile, PromptFolder
from bot.slack import limits
from index.errors import SettingsInvalid

FILE = "slack.toml"

_GAP = re.compile(r"\{(\w+)\}")
_SENTENCE = 1_000


@dataclass(frozen=True, slots=True)
class Gapped:
    """A phrase with gaps such as `{count}`, to be called with what fills them; that is never read as a gap again."""

    text: str
    gaps: tuple[str, ...]

    def __call__(self, *values: object) -> str:
        """The values are in the order of the gaps' names, which need not be theirs in the phrase."""
        filling = dict(zip(self.gaps, map(str, values), strict=True))
        return _GAP.sub(lambda gap: filling.get(gap[1], gap[0]), self.text)

    def around(self) -> tuple[str, str]:
        """What stands before and behind its one gap, for something that is no text."""
        before, _, behind = self.text.partition(f"{{{self.gaps[0]}}}")
        return before, behind


Sentence = Annotated[str, _SENTENCE]
Label = Annotated[str, limits.PLACEHOLDER]
Button = Annotated[str, limits.BUTTON_TEXT]
Title = Annotated[str, limits.MODAL_TITLE]
Count = Annotated[Gapped, "count"]


@dataclass(frozen=True, slots=True)
class SlackPhrases:
    """Each field is one line of `slack.toml`, under the same name; `Gapped` ones are called with what fills them."""

    # Answers
    sources: Sentence
    page: Annotated[Gapped, "page"]
    more_sources: Count
    continued: Sentence
    closest_passages: Sentence
    show_passage: Button
    open_in_browser: Button
    share: Button
    asked: Annotated[Gapped, "user"]
    stopped: Sentence
    interrupted: Sentence

    # Feedback
    helpful: Button
    helpful_label: Button
    not_helpful: Button
    not_helpful_label: Button
    thanks: Sentence
    missing: Button
    noted_as_missing: Sentence
    reason_title: Title
    reason_label: Label
    reason_hint: Label
    send: Title
    cancel: Title

    # What is being done; the status stands behind the bot's name
    searching: Sentence
    searching_status: Sentence
    writing_status: Sentence
    indexing_status: Annotated[Gapped, "percent"]

    # The passage behind a footnote
    passage_title: Title
    loading: Sentence
    changed: Sentence
    position: Annotated[Gapped, "start", "end", "total"]
    earlier: Button
    later: Button
    close: Title

    # The form for a question
    ask_title: Title
    question_label: Label
    where_label: Label
    privately: Button
    in_thread: Button
    document_label: Label
    any_document: Label
    ask: Title

    # Help and the Home tab
    help: Sentence
    try_asking: Sentence
    home_title: Annotated[str, limits.HEADER_TEXT]
    home_counts: Annotated[Gapped, "documents", "passages"]
    home_empty: Sentence
    home_changed: Annotated[Gapped, "when"]
    home_newest: Sentence
    home_recent: Sentence
    home_indexing: Annotated[Gapped, "percent"]

    # What cannot be done
    question_missing: Sentence
    too_long: Count
    not_ready: Sentence
    problem: Sentence
    unexpected: Annotated[Gapped, "id"]
    given_up: Sentence
    answer_forgotten: Sentence
    document_unavailable: Sentence
    form_not_opened: Sentence
    not_in_channel: Sentence
    channel_closed: Sentence
    attachment_unread: Annotated[Gapped, "file"]

    @classmethod
    def load(cls, folder: Path, language: str = ENGLISH) -> Self:
        """Read `slack.toml` from `folder`, or the shipped one; `language` as in Phrases.

        Raises SettingsInvalid naming the file and the phrase that is missing, unknown, too long or without its gap.
        """
        file = PromptFolder.open(folder).read(FILE, language)
        values = _values(file)
        kinds = get_type_hints(cls, include_extras=True)
        _refuse_others(file.path, values, kinds)
        return cls(**{name: _phrase(f"{file.path}: {name}", values.get(name), kind) for name, kind in kinds.items()})


def _values(file: PromptFile) -> dict[str, Any]:
    try:
        return tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsInvalid(f"{file.path} cannot be read: {error}") from error


def _refuse_others(path: Path, values: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    for name in values:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingsInvalid(f"{path}: {name} is no phrase that Footnote says{hint}")


def _phrase(name: str, words: Any, kind: Any) -> Any:
    if not isinstance(words, str) or not words.strip():
        raise SettingsInvalid(f"{name} must be words in quotation marks")
    phrase = " ".join(words.split())
    form, *wanted = get_args(kind)
    most = _SENTENCE if form is Gapped else wanted[0]
    if len(phrase) > most:
        raise SettingsInvalid(f"{name} has {len(phrase)} characters; there is room for {most}")
    return _gapped(name, phrase, tuple(wanted)) if form is Gapped else phrase


def _gapped(name: str, phrase: str, gaps: tuple[str, ...]) -> Gapped:
    for gap in gaps:
        if (count := phrase.count(f"{{{gap}}}")) != 1:
            raise SettingsInvalid(f"{name} must hold {{{gap}}} once; it does {count} times")
    return Gapped(phrase, gaps)
