"""What holds in which channel."""

from pathlib import Path

import pytest

from bot.channel_settings import ChannelRules, ChannelSettings
from bot.settings import Settings
from index.errors import SettingsInvalid


def rules(text: str, folder: Path) -> ChannelRules:
    (folder / "footnote.toml").write_text(text)
    return ChannelRules(Settings.load({}, folder).slack_channels)


def test_without_tables_every_channel_may_ask_about_everything(tmp_path: Path) -> None:
    """Nothing set is enough."""
    rule = rules("", tmp_path).of("C1")
    assert rule == ChannelSettings()
    assert rule.scope.allows("anything")


def test_a_channel_has_its_own_table_and_the_rest_from_default(tmp_path: Path) -> None:
    """What its table leaves out is said once, for all."""
    found = rules(
        "[slack_channels.default]\ndocuments = ['public/*']\nlanguage = 'de'\n"
        "[slack_channels.C1]\ndocuments = ['hr/*', 'public/*']\nunasked = true\n",
        tmp_path,
    )
    assert found.of("C1").documents == ("hr/*", "public/*")
    assert (found.of("C1").language, found.of("C1").unasked) == ("de", True)
    assert found.of("C2").documents == ("public/*",)
    assert not found.of("C2").scope.allows("hr/salaries.md")


def test_direct_messages_have_a_table_of_their_own(tmp_path: Path) -> None:
    """What one person sees alone may be more, or less, than what a channel sees."""
    found = rules("[slack_channels.direct]\ndocuments = []\n", tmp_path)
    assert not found.of("D1", direct=True).scope.allows("a.md")
    assert found.of("C1").scope.allows("a.md")


def test_the_languages_in_use_are_known(tmp_path: Path) -> None:
    """Only their words have to be there."""
    found = rules("[slack_channels.C1]\nlanguage = 'fr'\n", tmp_path)
    assert found.languages == {"en", "fr"}


@pytest.mark.parametrize(
    "table",
    ["[slack_channels.C1]\nlanguage = 'English'", "[slack_channels.C1]\ndocument = ['a']", "slack_channels = 1"],
)
def test_a_table_that_is_wrong_is_named(tmp_path: Path, table: str) -> None:
    """A right that is misspelt must not silently be none."""
    with pytest.raises(SettingsInvalid, match="FOOTNOTE_SLACK_CHANNELS"):
        rules(table, tmp_path)


def test_the_environment_takes_the_tables_as_json(tmp_path: Path) -> None:
    """Containers have no file."""
    tables = '{"C1": {"documents": ["a/*"]}}'
    settings = Settings.load({"FOOTNOTE_SLACK_CHANNELS": tables}, tmp_path)
    assert ChannelRules(settings.slack_channels).of("C1").documents == ("a/*",)
