"""What Slack's events mean: who asks, where, and what is none of our business."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.incoming import (
    Deleted,
    Edited,
    Installation,
    Said,
    looks_like_a_question,
    message_key,
    plain_words,
    understood,
)
from bot.slack.place import Place
from bot.slack.question import SlackQuestion

OURS = Installation("T1", None, "UBOT")


def message(text: str = "Who pays?", **more: Any) -> dict[str, Any]:
    return {"type": "message", "channel": "C1", "user": "U1", "ts": "10.1", "text": text, **more}


def said(event: dict[str, Any]) -> Said:
    told = understood(event, OURS)
    assert isinstance(told, Said)
    return told


def test_a_mention_asks_what_is_left_of_it() -> None:
    """Our own mention is no part of the question; the thread begins with the message."""
    told = said(message("<@UBOT> Who pays <@U2>?", type="app_mention"))
    assert (told.surface, told.question.text, told.question.thread) == ("mention", "Who pays @U2?", "10.1")


def test_a_mention_within_a_thread_stays_there() -> None:
    """The answer goes where the question is."""
    assert said(message("<@UBOT> why?", thread_ts="9.0")).question.place == Place("T1", "C1", "9.0")


def test_a_message_that_mentions_us_is_a_mention_whichever_event_tells_of_it() -> None:
    """Slack sends two events for one message, in any order."""
    text = "<@UBOT|footnote> Who pays?"
    assert said(message(text)).question == said(message(text, type="app_mention")).question
    assert said(message(text)).surface == said(message(text, type="app_mention")).surface == "mention"


def test_a_direct_message_asks_without_a_mention() -> None:
    """In a conversation with the bot alone, whatever is said is said to it."""
    assert said(message(channel="D1", channel_type="im")).surface == "direct"


def test_whether_any_other_message_asks_us_is_left_to_the_place() -> None:
    """Only the thread or the channel's settings can tell."""
    assert said(message()).surface is None


@pytest.mark.parametrize(
    "event",
    [
        message(bot_id="B2"),
        message(user="UBOT"),
        message(user="USLACKBOT"),
        message(subtype="bot_message", user=None),
        message(subtype="channel_join"),
        message(subtype="message_replied"),
        {"type": "message", "channel": "C1", "ts": "1.0"},
    ],
)
def test_what_no_person_says_is_nothing(event: dict[str, Any]) -> None:
    """Bots, ourselves, and Slack's own notices ask nothing: two bots cannot talk to each other for ever."""
    assert understood(event, OURS) is None


def test_a_message_that_begins_with_somebody_elses_name_is_for_them() -> None:
    """In a thread of ours people may still talk to each other."""
    assert said(message("<@U2> what do you think?", thread_ts="1.0")).to_somebody_else
    assert not said(message("what does <@U2> think?", thread_ts="1.0")).to_somebody_else


def test_an_edit_tells_the_new_words() -> None:
    """The message's identity stays."""
    event = message(subtype="message_changed", message=message("Who paid?"), previous_message=message("Who pays?"))
    assert understood(event, OURS) == Edited(message_key("T1", "C1", "10.1"), "Who paid?", None)


def test_an_edit_that_adds_our_mention_asks() -> None:
    """Somebody forgot us at first."""
    edited = understood(
        message(subtype="message_changed", message=message("<@UBOT> Who?"), previous_message=message("Who?")), OURS
    )
    assert isinstance(edited, Edited)
    assert edited.question is not None
    assert edited.question.text == "Who?"


def test_a_change_that_leaves_the_words_is_none() -> None:
    """Slack also reports previews and growing threads as changes."""
    event = message(subtype="message_changed", message=message("same"), previous_message=message("same"))
    assert understood(event, OURS) is None


def test_our_own_edits_are_nothing() -> None:
    """A streamed answer changes all the time."""
    ours = message("a", bot_id="B1", user="UBOT")
    event = message(subtype="message_changed", message={**ours, "text": "ab"}, previous_message=ours)
    assert understood(event, OURS) is None


def test_a_deleted_message_is_named() -> None:
    """Whoever asked does not want an answer any more."""
    event = message(subtype="message_deleted", deleted_ts="10.1")
    assert understood(event, OURS) == Deleted(message_key("T1", "C1", "10.1"))


def test_a_deleted_message_that_has_replies_is_named_as_well() -> None:
    """Slack puts a tombstone in its place, because the thread goes on."""
    tombstone = {"subtype": "tombstone", "user": "USLACKBOT", "ts": "10.1", "text": "This message was deleted."}
    event = message(subtype="message_changed", message=tombstone, previous_message=message())
    assert understood(event, OURS) == Deleted(message_key("T1", "C1", "10.1"))


def test_a_guest_is_of_their_own_workspace() -> None:
    """Where channels are shared, rights and recipients go by the person's team, not by ours."""
    question = said(message(user_team="T9")).question
    assert (question.team, question.user_team, question.person) == ("T1", "T9", "T9:U1")


def test_files_and_what_is_in_view_come_along() -> None:
    """A question can be a file, and it can be about the message that its author is looking at."""
    file = {"id": "F1", "name": "q.pdf", "mimetype": "application/pdf", "size": 9, "url_private_download": "http://f"}
    view = {"type": "slack#/types/message_context", "value": {"channel_id": "C7", "message_ts": "7.0"}}
    event = message("", subtype="file_share", files=[file], app_context={"entities": [view]})
    question = said(event).question
    assert [(one.name, one.size) for one in question.attachments] == [("q.pdf", 9)]
    assert question.in_view == Place("", "C7", "7.0")
    newer: dict[str, Any] = question.as_json() | {"unknown": 1}
    newer["attachments"][0]["unknown"] = newer["in_view"]["unknown"] = 1
    assert SlackQuestion.of_json(newer) == question


def test_references_are_read_by_their_names() -> None:
    """Slack writes people, channels and links in its own signs; a question has words."""
    text = "Ask <@U1|ana> in <#C1|general> about <https://a.test/x|the report> &amp; <mailto:b@a.test> <!here>"
    assert plain_words(text) == "Ask @ana in #general about the report & b@a.test @here"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who pays for the mission?", True),
        ("Wer bezahlt das alles?", True),
        ("Really?", False),
        ("Who pays for the mission", False),
        ("Lunch today, anyone?", False),
    ],
)
def test_only_what_looks_like_a_question_may_be_answered_unasked(text: str, expected: bool) -> None:
    """A channel is no place to answer every remark."""
    assert looks_like_a_question(text) is expected


@given(st.dictionaries(st.text(max_size=8), st.one_of(st.none(), st.text(), st.integers()), max_size=5), st.text())
def test_no_message_breaks_the_reading(extra: dict[str, Any], text: str) -> None:
    """Whatever a person types, and whatever Slack adds to its events."""
    told = understood({**extra, **message(text)}, OURS)
    assert told is None or isinstance(told, Said)


def test_a_message_keeps_no_more_files_than_a_question_has() -> None:
    """Thousands of them would be kept with it."""
    assert len(said(message(files=[{"id": f"F{number}"} for number in range(5000)])).question.attachments) == 10


def test_the_beginnings_of_mentions_are_looked_at_once() -> None:
    """A mention that never ends does not hide the one behind it."""
    text = "<@A|" * 10_000 + "<@UBOT> why?"
    assert said(message(text)).surface == "mention"
