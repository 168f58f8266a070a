"""What holds in a channel, ready to be used."""

import pytest

from bot.channel_settings import ChannelSettings
from bot.shipped import shipped_folder
from bot.slack.channels import ALONE, Channels
from index.errors import SettingsInvalid

PROMPTS = shipped_folder("prompts")
TABLES = {
    "default": ChannelSettings(documents=("public/*",)),
    "direct": ChannelSettings(documents=("own/*",), language="de"),
    "C1": ChannelSettings(language="fr", unasked=True),
}


@pytest.mark.parametrize(
    ("channel", "searching", "document"),
    [
        ("C2", "Searching", "public/a.md"),
        ("C1", "Recherche", "public/a.md"),
        ("D1", "Die Dokumente", "own/a.md"),
        (ALONE, "Die Dokumente", "own/a.md"),
    ],
)
def test_rights_and_words_are_those_of_the_channel(channel: str, searching: str, document: str) -> None:
    """What nobody else sees goes by the rules for direct messages, whether or not a channel is known."""
    here = Channels.load(TABLES, PROMPTS).of(channel)
    assert here.words.searching.startswith(searching)
    assert [one for one in ("public/a.md", "own/a.md") if here.scope.allows(one)] == [document]
    assert here.unasked is (channel == "C1")


def test_a_language_that_nobody_speaks_is_told_at_the_start() -> None:
    """Not when the first question comes."""
    with pytest.raises(SettingsInvalid):
        Channels.load({"default": ChannelSettings(language="xx")}, PROMPTS)
