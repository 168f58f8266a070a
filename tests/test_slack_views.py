"""Forms, help and the Home tab: valid whatever they show, in every language."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.shipped import shipped_folder
from bot.shown import shown
from bot.slack.help_blocks import help_message
from bot.slack.home_view import HomeOverview, RecentQuestion, home_view
from bot.slack.question_view import question_view
from bot.slack.reason_view import reason_view
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.validation import check_message, check_view
from tests.hostile import hostile_text

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LANGUAGES = {language: SlackPhrases.load(shipped_folder("prompts"), language) for language in ("en", "de", "fr", "es")}
PHRASES = LANGUAGES["en"]
RECENT = st.builds(RecentQuestion, hostile_text(), st.sampled_from(("C1", "D1", "", "<!x>")), st.just(AT))


def elements(view: dict[str, Any]) -> dict[str, Any]:
    """The fields of a form by their blocks."""
    return {block["block_id"]: block["element"] for block in view["blocks"]}


def texts(value: Any) -> list[str]:
    """Everything that is read in it."""
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for part in value.values() for text in texts(part)]
    return [text for item in value for text in texts(item)] if isinstance(value, list) else []


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_valid_in_every_language(language: str) -> None:
    """No translation is too long for its place."""
    phrases = LANGUAGES[language]
    for view in (
        reason_view(phrases, "a" * 32),
        question_view(phrases, question="Who?", channel="C1", thread="1.2"),
        question_view(phrases),
        home_view(HomeOverview(0, 0), phrases),
        home_view(HomeOverview(3, 90, ("A",), AT, ("Who?",), (RecentQuestion("Who?", "C1", AT),), False, 40), phrases),
    ):
        assert check_view(view) == []
    message = help_message(["Who?"], phrases)
    assert check_message({"text": message.text, "blocks": message.blocks}) == []


@given(hostile_text(5_000))
def test_any_question_can_be_edited(question: str) -> None:
    """As much of it as Slack's field takes."""
    view = question_view(PHRASES, question=question, channel="C1", thread="1.2")
    assert check_view(view) == []
    assert elements(view)["footnote_question"].get("initial_value", "") == shown(question).strip()[:3_000]
    assert json.loads(view["private_metadata"]) == {"channel": "C1", "thread": "1.2"}


def test_the_form_asks_where_only_if_there_is_a_thread() -> None:
    """Privately unless chosen otherwise; blocks and what is in them have the same name."""
    view = question_view(PHRASES, thread="1.2")
    assert [*elements(view)] == ["footnote_question", "footnote_answer_where", "footnote_document"]
    assert all(element["action_id"] == name for name, element in elements(view).items())
    assert elements(view)["footnote_answer_where"]["initial_option"]["value"] == "privately"
    assert elements(view)["footnote_document"]["type"] == "external_select"
    assert [*elements(question_view(PHRASES))] == ["footnote_question", "footnote_document"]


def test_the_reason_is_for_one_answer() -> None:
    """It may stay empty."""
    view = reason_view(PHRASES, "a" * 32)
    assert json.loads(view["private_metadata"]) == {"answer": "a" * 32}
    assert view["blocks"][0]["optional"]
    assert [*elements(view)] == ["footnote_reason"]


@given(st.lists(hostile_text(3_000), max_size=14))
def test_help_offers_examples(examples: list[str]) -> None:
    """Each is asked by a button that sends all of it; what is too long to be sent is not offered."""
    message = help_message(examples, PHRASES)
    assert check_message({"text": message.text, "blocks": message.blocks}) == []
    sent = [block["accessory"]["value"] for block in message.blocks if "accessory" in block]
    assert len(sent) <= 10
    assert all(block["text"]["text"] for block in message.blocks if "accessory" in block)


def test_an_example_is_shown_and_sent_whole() -> None:
    """What is pressed is what is read."""
    message = help_message(["Who pays for it?"], PHRASES)
    row = message.blocks[-1]
    assert row["text"]["text"] == row["accessory"]["value"] == "Who pays for it?"
    assert row["accessory"]["action_id"] == "footnote_example"
    assert message.text == f"{PHRASES.help}\nWho pays for it?"


@given(
    st.builds(
        HomeOverview,
        documents=st.integers(0, 10**7),
        passages=st.integers(0, 10**8),
        titles=st.lists(hostile_text(), max_size=12).map(tuple),
        changed_at=st.none() | st.datetimes(timezones=st.just(UTC)),
        examples=st.lists(hostile_text(2_500), max_size=12).map(tuple),
        recent=st.lists(RECENT, max_size=25).map(tuple),
        ready=st.booleans(),
        percent=st.integers(0, 100),
    )
)
@settings(deadline=None)
def test_every_home_tab_is_valid(overview: HomeOverview) -> None:
    """Whatever the documents are called and whatever was asked."""
    assert check_view(home_view(overview, PHRASES)) == []


def test_the_home_tab_tells_what_there_is() -> None:
    """Counts, the latest change, examples, one's own questions, the newest documents."""
    recent = (RecentQuestion("Who pays?", "C1", AT), RecentQuestion("And why?", "D1", AT))
    view = home_view(HomeOverview(3, 90, ("The harbour",), AT, ("Who?",), recent), PHRASES)
    read = texts(view)
    assert {"Documents: 3, passages: 90", "Last change: ", "Who?", "Who pays?", "And why?", "The harbour"} <= {*read}
    parts = json.dumps(view)
    assert parts.count('"channel_id": "C1"') == 1
    assert "D1" not in parts
    assert f'"timestamp": {int(AT.timestamp())}' in parts


def test_the_home_tab_tells_what_is_missing() -> None:
    """No document at all is not the same as one that is still being read."""
    assert PHRASES.home_empty in texts(home_view(HomeOverview(0, 0), PHRASES))
    reading = texts(home_view(HomeOverview(0, 0, ready=False, percent=40), PHRASES))
    assert "The documents are still being read: 40 % are done." in reading
    assert PHRASES.home_empty not in reading
