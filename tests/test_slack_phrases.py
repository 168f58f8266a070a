"""The words of the Slack surface: shipped whole in four languages, refused by name when they are broken."""

import re
import shutil
from dataclasses import fields
from pathlib import Path

import pytest

from bot.phrases import Phrases
from bot.shipped import shipped_folder
from bot.slack.slack_phrases import Gapped, SlackPhrases
from index.errors import SettingsInvalid

SHIPPED = shipped_folder("prompts")
LANGUAGES = ("en", "de", "fr", "es")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "prompts"))


def changed(folder: Path, name: str, line: str, language: str = "") -> Path:
    """One's own file, in which that phrase is another line, or gone."""
    path = folder / language / "slack.toml"
    text = re.sub(
        rf"(?m)^{name} = .*$", lambda _: line, (SHIPPED / language / "slack.toml").read_text(encoding="utf-8")
    )
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("language", LANGUAGES)
def test_shipped_words_load(language: str) -> None:
    """Each language has every phrase of both kinds, none of them empty."""
    phrases = SlackPhrases.load(SHIPPED, language)
    for field in fields(phrases):
        phrase = getattr(phrases, field.name)
        assert (phrase.text if isinstance(phrase, Gapped) else phrase).strip(), field.name
    assert Phrases.load(SHIPPED, language).not_known


def test_languages_differ() -> None:
    """Nothing was left in English; what is the same word in two languages may be."""
    english = SlackPhrases.load(SHIPPED)
    for language in LANGUAGES[1:]:
        other = SlackPhrases.load(SHIPPED, language)
        same = {field.name for field in fields(english) if getattr(english, field.name) == getattr(other, field.name)}
        assert same <= {"sources", "page", "passage_title", "question_label"}
        assert Phrases.load(SHIPPED, language) != Phrases.load(SHIPPED)


def test_gaps_are_filled_in_order() -> None:
    """By values that are never read as a gap again."""
    phrases = SlackPhrases.load(SHIPPED)
    assert phrases.page(3) == "p. 3"
    assert phrases.position(1, "{total}", 3) == "Characters 1 to {total} of 3"
    assert Gapped("{b} before {a}, {c}", ("a", "b"))("x", "y") == "y before x, {c}"
    assert Gapped("Shared by {user}.", ("user",)).around() == ("Shared by ", ".")
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        phrases.position(1, 2)


@pytest.mark.parametrize(
    ("name", "line", "reason"),
    [
        ("sources", "", r"sources must be words in quotation marks"),
        ("sources", "sources = 3", r"sources must be words"),
        ("sources", 'sources = " "', r"sources must be words"),
        ("sources", 'sources = "Sources"\nsorces = "x"', r"sorces is no phrase .*; did you mean sources\?"),
        ("sources", 'sources = "x"\n[other]', r"other is no phrase|must be words"),
        ("page", 'page = "p."', r"page must hold \{page\} once; it does 0 times"),
        ("page", 'page = "{page} {page}"', r"page must hold \{page\} once; it does 2 times"),
        ("position", 'position = "{start} {end}"', r"position must hold \{total\} once; it does 0 times"),
        ("share", f'share = "{"x" * 76}"', r"share has 76 characters; there is room for 75"),
        ("passage_title", f'passage_title = "{"x" * 25}"', r"passage_title has 25 characters; there is room for 24"),
        ("sources", "sources = ", r"slack\.toml cannot be read: Invalid value"),
    ],
)
def test_broken_words_are_named(tmp_path: Path, name: str, line: str, reason: str) -> None:
    """In one line, with the file and the phrase."""
    path = changed(tmp_path, name, line)
    with pytest.raises(SettingsInvalid, match=reason) as refused:
        SlackPhrases.load(tmp_path)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_ones_own_words_come_first(tmp_path: Path) -> None:
    """In each language by itself; braces and markup in them are words."""
    (tmp_path / "de").mkdir()
    changed(tmp_path, "sources", 'sources = "Belege <b> {x}\\n  hier"', "de")
    (tmp_path / "de" / "not-known.txt").write_text("Keine Ahnung.")
    assert SlackPhrases.load(tmp_path, "de").sources == "Belege <b> {x} hier"
    assert SlackPhrases.load(tmp_path) == SlackPhrases.load(SHIPPED)
    assert Phrases.load(tmp_path, "de").not_known == "Keine Ahnung."
    assert Phrases.load(tmp_path, "de").closest_passages == Phrases.load(SHIPPED, "de").closest_passages
    assert Phrases.load(tmp_path).not_known == Phrases.load(SHIPPED).not_known


def test_another_language_can_be_added(tmp_path: Path) -> None:
    """By a folder with all of its files; one that is missing is named."""
    shutil.copytree(SHIPPED / "de", tmp_path / "nl")
    (tmp_path / "nl" / "not-known.txt").write_text("Geen idee.")
    assert Phrases.load(tmp_path, "nl").not_known == "Geen idee."
    assert SlackPhrases.load(tmp_path, "nl") == SlackPhrases.load(SHIPPED, "de")
    (tmp_path / "nl" / "fallback.txt").unlink()
    with pytest.raises(SettingsInvalid, match=r"nl/fallback\.txt cannot be read: No such file"):
        Phrases.load(tmp_path, "nl")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("slak.toml", r"slak\.toml is no file .* did you mean slack\.toml\?"),
        ("de/not-know.txt", r"de/not-know\.txt is no file .* did you mean not-known\.txt\?"),
        ("de/answer.jinja", r"de/answer\.jinja is no file that Footnote reads"),
        ("en/not-known.txt", r"en/not-known\.txt is no file that Footnote reads"),
    ],
)
def test_files_that_nobody_reads_are_refused(folder: Path, name: str, reason: str) -> None:
    """In folders of languages too: English lies above them, and prompts have no language."""
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("x")
    with pytest.raises(SettingsInvalid, match=reason):
        SlackPhrases.load(folder)


def test_other_folders_may_lie_around(folder: Path) -> None:
    """Only names of two letters are languages."""
    (folder / "drafts").mkdir()
    (folder / "drafts" / "old.txt").write_text("x")
    assert SlackPhrases.load(folder) == SlackPhrases.load(SHIPPED)


def test_readme_describes_every_language() -> None:
    """Each folder of a language has a line, and the same files as the others."""
    readme = (SHIPPED / "README.md").read_text(encoding="utf-8")
    folders = [path for path in SHIPPED.iterdir() if path.is_dir()]
    assert {path.name for path in folders} == {*LANGUAGES[1:]}
    assert [path.name for path in folders if f"| `{path.name}` |" not in readme] == []
    shared = {path.name for path in SHIPPED.iterdir() if path.suffix in (".txt", ".toml")}
    assert all({path.name for path in below.iterdir()} == shared for below in folders)
