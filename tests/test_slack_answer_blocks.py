"""Answers in Slack: whatever they hold, every message is valid, and together they say all of it."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answer import Answer, Citation, ClosePassage
from bot.shipped import shipped_folder
from bot.shown import shown
from bot.slack.answer_blocks import (
    answer_messages,
    pieces,
    problem_message,
    question_block,
    stopped_message,
    trailing_blocks,
)
from bot.slack.limits import MESSAGE_BLOCKS
from bot.slack.message import Message
from bot.slack.packing import ROOM, weight
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.source_blocks import absolute_url
from bot.slack.validation import check_message
from tests.hostile import HOSTILE, hostile_text
from tests.records import an_abstention, an_answer

ID = "0123456789abcdef" * 2
PHRASES = SlackPhrases.load(shipped_folder("prompts"))
URL = "https://footnote.example/docs"
TABLE = "| name | depth | berths |\n" + "| pier | 12.5 m | 4 |\n" * 80


def citation(number: int = 1, quote: str = "The port is open.", **more: Any) -> Citation:
    values: dict[str, Any] = {
        "document": "harbour.md",
        "title": "The harbour",
        "start": 0,
        "end": len(quote),
        "page": None,
        "sha256": "0" * 64,
        "url": "/documents/harbour.md?start=0",
        "score": 0.9,
    }
    return Citation(number=number, quote=quote, **{**values, **more})


def citations(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[Citation]:
    return st.builds(
        Citation,
        number=st.integers(1, 99),
        document=strategy,
        title=strategy,
        quote=strategy,
        start=st.integers(0, 10**6),
        end=st.integers(0, 10**6),
        page=st.none() | st.integers(1, 5000),
        sha256=st.just("0" * 64),
        url=strategy | st.just("/documents/a.md") | st.just("/documents/" + "x" * 4000),
        score=st.just(0.5),
    )


def numbered(found: Sequence[Citation], times: int) -> tuple[Citation, ...]:
    """As many as 60, each with a number of its own."""
    return tuple(replace(one, number=place) for place, one in enumerate([*found] * times, start=1))[:60]


TEXT = hostile_text(3_000) | st.just(TABLE)
ANSWERS = st.builds(
    an_answer,
    id=st.just(ID),
    question=hostile_text(),
    answer=hostile_text(12_000),
    citations=st.builds(numbered, st.lists(citations(TEXT), max_size=4), st.sampled_from((1, 1, 1, 20))),
    short_answer=st.none() | hostile_text(),
    notice=st.none() | hostile_text(4_000),
    closest=st.just(()),
)
CLOSEST = st.builds(ClosePassage, TEXT, TEXT, TEXT, st.just(0), st.just(1), st.none() | st.just(7), st.just(0.4), TEXT)
ABSTENTIONS = st.builds(an_abstention, id=st.just(ID), closest=st.lists(CLOSEST, max_size=3).map(tuple))


def problems(messages: Sequence[Message]) -> list[str]:
    """What Slack would refuse, what might be too heavy for it, and what is no text of ours."""
    found = [line for one in messages for line in check_message({"text": one.text, "blocks": one.blocks})]
    found += [f"{weight(one.blocks)} of {ROOM}" for one in messages if weight(one.blocks) > ROOM]
    found += [f"{len(one.text)} characters" for one in messages if not one.text.strip()]
    kinds = {part.get("type") for one in messages for part in parts(one.blocks)}
    return found + [str(kind) for kind in kinds & {"mrkdwn", "markdown", "link", "broadcast", "user", "image"}]


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in it, in order."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from parts(item)


def words(messages: Sequence[Message], kind: str = "text") -> str:
    return "".join(part["text"] for one in messages for part in parts(one.blocks) if part.get("type") == kind)


def values(messages: Sequence[Message], action: str) -> list[str]:
    return [part["value"] for one in messages for part in parts(one.blocks) if part.get("action_id") == action]


def quotes(messages: Sequence[Message]) -> list[str]:
    found = [part for one in messages for part in parts(one.blocks) if part.get("type") == "rich_text_quote"]
    return ["".join(element["text"] for element in quote["elements"]) for quote in found]


# --- what is always so -----------------------------------------------------------------------------------------


@given(ANSWERS, st.none() | st.just(URL), st.booleans())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_valid_and_whole(answer: Answer, base_url: str | None, share: bool) -> None:
    """Long, wide, hostile, with 60 sources: all text, every source and every button arrive, within the limits."""
    messages = answer_messages(answer, PHRASES, base_url=base_url, share=share)
    assert problems(messages) == []
    assert words(messages).startswith(shown(answer.answer).strip())
    assert values(messages, "footnote_show_passage") == [f"{ID}:{one.number}" for one in answer.citations]
    assert values(messages, "footnote_share") == [ID] * share
    assert '"footnote_vote"' in json.dumps(messages[-1].blocks)


@given(ABSTENTIONS, st.none() | st.just(URL), st.booleans())
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_every_abstention_is_valid(answer: Answer, base_url: str | None, share: bool) -> None:
    """With its closest passages, whatever they hold, and a button that says that there should be an answer."""
    messages = answer_messages(answer, PHRASES, base_url=base_url, share=share)
    assert problems(messages) == []
    assert values(messages, "footnote_show_closest") == [f"{ID}:c{index}" for index in range(len(answer.closest))]
    assert values(messages, "footnote_missing") == [ID] * bool(answer.closest)
    assert values(messages, "footnote_vote") == []


@given(ANSWERS | ABSTENTIONS, st.integers(0, 12_000))
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_what_follows_a_stream_is_valid_and_whole(answer: Answer, streamed: int) -> None:
    """All sources, and as much less in the first message as the stream has filled of it."""
    messages = trailing_blocks(answer, PHRASES, base_url=URL, streamed=streamed)
    assert problems(messages) == []
    assert len(values(messages, "footnote_show_passage")) == len(answer.citations)
    assert len(values(messages, "footnote_show_closest")) == len(answer.closest)
    if len(messages) > 1 and "footnote_show" in json.dumps(messages[0].blocks):
        assert weight(messages[0].blocks) + streamed <= ROOM


@given(hostile_text(9_000), st.integers(1, 500))
def test_pieces_are_the_text(text: str, most: int) -> None:
    """Cut into pieces it is still all there."""
    assert "".join(pieces(text, most)) == text
    assert all(0 < len(piece) <= most for piece in pieces(text, most))


# --- an answer ---------------------------------------------------------------------------------------------------


def test_an_answer_is_one_message() -> None:
    """Text with its markers in bold, then each source with its exact words, then the votes."""
    answer = an_answer(id=ID)
    (message,) = answer_messages(answer, PHRASES)
    assert [block["type"] for block in message.blocks] == [
        *("rich_text", "context"),
        *("rich_text", "rich_text", "actions", "rich_text", "actions"),
        "context_actions",
    ]
    assert message.blocks[0]["elements"][0]["elements"][1] == {"type": "text", "text": "[1]", "style": {"bold": True}}
    assert message.blocks[1]["elements"][0]["text"] == "1 sentence was withheld"
    assert quotes([message]) == ["The US\npays it.", "Most is paid by the US."]
    assert "[1] Haiti — haiti.md[" not in words([message])
    assert "[2] UN, p. 3 — un.pdf" in words([message])


def test_the_text_for_notifications_says_all() -> None:
    """Readers who see no blocks get the answer and its sources, without mentions and links."""
    answer = an_answer(id=ID, answer="Ask <!channel> at https://evil.example. [1]")
    (message,) = answer_messages(answer, PHRASES)
    assert message.text.startswith("Ask &lt;!channel&gt; at `https://evil.example`. [1]\n")
    assert "[2] UN, p. 3 — `un.pdf`: Most is paid by the US." in message.text


def test_the_supporting_words_are_bold() -> None:
    """Those of the question and of the short answer, in any form, as everywhere else."""
    answer = an_answer(
        question="Who pays?", short_answer="Kenya", citations=(citation(quote="Kenya is paying for it."),)
    )
    (message,) = answer_messages(answer, PHRASES)
    (quote,) = [part for part in parts(message.blocks) if part.get("type") == "rich_text_quote"]
    bold = [element["text"] for element in quote["elements"] if element.get("style") == {"bold": True}]
    assert bold == ["Kenya", "paying"]


@pytest.mark.parametrize(("length", "whole"), [(1_500, True), (1_501, False)])
def test_a_quote_is_shown_whole_up_to_a_length(length: int, whole: bool) -> None:
    """A longer one ends at a word with an ellipsis; the window behind its button has all of it."""
    quote = ("word " * 400)[: length - 1] + "x"
    (message,) = answer_messages(an_answer(citations=(citation(quote=quote),)), PHRASES)
    (found,) = quotes([message])
    assert (found == quote) is whole
    assert len(found) <= 1_500
    assert whole or found.endswith("word …")


def test_a_source_says_where_it_stands() -> None:
    """Title, page and document; a document without a title of its own is named once, and a long name is cut."""
    found = (
        citation(1, title="The harbour", page=3),
        citation(2, title="harbour", page=4),
        citation(3, title=" \n", document="\0"),
        citation(4, title="t" * 500, document="d" * 500),
    )
    (message,) = answer_messages(an_answer(citations=found), PHRASES)
    sections = [part for part in parts(message.blocks) if part.get("type") == "rich_text_section"]
    shown_places = ["".join(element["text"] for element in one["elements"]) for one in sections][2:]
    assert shown_places[:3] == ["[1] The harbour, p. 3 — harbour.md", "[2] harbour.md, p. 4", "[3] ␀"]
    assert len(shown_places[3]) < 320


def test_buttons_tell_which_source_they_open() -> None:
    """Read aloud, buttons with the same words can be told apart."""
    (message,) = answer_messages(an_answer(id=ID), PHRASES, base_url=URL)
    buttons = [part for part in parts(message.blocks) if part.get("type") == "button"]
    assert [button["accessibility_label"] for button in buttons] == [
        "Show passage: [1] Haiti — haiti.md",
        "Open in browser: [1] Haiti — haiti.md",
        "Show passage: [2] UN, p. 3 — un.pdf",
        "Open in browser: [2] UN, p. 3 — un.pdf",
    ]
    assert buttons[1]["url"] == f"{URL}/documents/haiti.md"


@pytest.mark.parametrize(
    ("url", "base_url", "expected"),
    [
        ("/documents/a.md?start=1#quote", "https://x.example/", "https://x.example/documents/a.md?start=1#quote"),
        ("/documents/a.md", None, None),
        ("https://evil.example", "https://x.example", None),
        ("javascript:alert(1)", "https://x.example", None),
        ("/a b", "https://x.example", None),
        ("/a\u202eb", "https://x.example", None),
        ("/" + "x" * 2_000, "https://x.example", None),
    ],
)
def test_only_our_own_pages_are_linked(url: str, base_url: str | None, expected: str | None) -> None:
    """Below the public address, and only where a browser gets there."""
    assert absolute_url(url, base_url) == expected


def test_sixty_sources_arrive_in_order() -> None:
    """In as many messages as it takes; each but the last says how many follow."""
    answer = an_answer(id=ID, citations=tuple(citation(number, f"Quote {number}.") for number in range(1, 61)))
    messages = answer_messages(answer, PHRASES, base_url=URL)
    assert problems(messages) == []
    assert len(messages) > 1
    assert quotes(messages) == [f"Quote {number}." for number in range(1, 61)]
    behind = [len(quotes(messages[place + 1 :])) for place in range(len(messages))]
    notes = [re.search(r"next message: (\d+)", one.text) for one in messages]
    assert [int(note[1]) if note else 0 for note in notes] == behind
    assert all(len(one.blocks) <= MESSAGE_BLOCKS for one in messages)


def test_a_long_answer_goes_on_in_the_next_message() -> None:
    """At the end of a sentence, and it says so."""
    text = "The port of Haiti is open on this day. " * 600
    messages = answer_messages(an_answer(answer=text), PHRASES)
    assert problems(messages) == []
    assert words(messages).startswith(text.strip())
    assert [one.text.endswith(PHRASES.continued) for one in messages] == [*[True] * (len(messages) - 1), False]
    assert all(one.text.startswith("The port") for one in messages)


def test_a_table_keeps_its_lines() -> None:
    """A wide table in a quote is shown as it stands, cut between words."""
    (message,) = answer_messages(an_answer(citations=(citation(quote=TABLE),)), PHRASES)
    assert TABLE.startswith(quotes([message])[0].removesuffix(" …"))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_it_stands(text: str) -> None:
    """In the answer, the quote, the title and the notice; in none of them does it do anything."""
    answer = an_answer(answer=f"x{text}x", citations=(citation(quote=f"x{text}x", title=f"x{text}x"),), notice=text)
    messages = answer_messages(answer, PHRASES, base_url=URL)
    assert problems(messages) == []
    assert quotes(messages) == [shown(f"x{text}x").strip()]
    assert words(messages).startswith(shown(f"x{text}x"))


# --- what else is said ---------------------------------------------------------------------------------------------


def test_an_abstention_shows_what_came_closest() -> None:
    """The phrase, the passages with a button each, and the button for an answer that is missing."""
    (message,) = answer_messages(an_abstention(id=ID), PHRASES, base_url=URL)
    assert words([message]).startswith("The documents do not say.The closest passages are:Haiti — haiti.md")
    assert quotes([message]) == ["The mission began in 2024."]
    assert values([message], "footnote_show_closest") == [f"{ID}:c0"]
    assert message.blocks[-1]["elements"][0]["value"] == ID


def test_an_abstention_from_nothing_is_only_said() -> None:
    """Where no document is indexed there is nothing to show, and nothing to complain about."""
    (message,) = answer_messages(an_abstention(closest=()), PHRASES)
    assert [block["type"] for block in message.blocks] == ["rich_text"]
    assert trailing_blocks(an_abstention(closest=()), PHRASES) == []


def test_an_answer_can_be_shared() -> None:
    """Above a shared answer stands who asked what, as a mention that only we can write."""
    asked = question_block("Who pays <!channel>?", "U1", PHRASES)
    (message,) = answer_messages(an_answer(), PHRASES, before=[asked])
    assert message.blocks[0] == asked
    assert check_message({"text": message.text, "blocks": message.blocks}) == []
    assert asked["elements"][0]["elements"][0] == {"type": "user", "user_id": "U1"}
    assert quotes([message])[0] == "Who pays <!channel>?"


@given(hostile_text(20_000))
def test_any_question_and_any_problem_can_be_shown(text: str) -> None:
    """However long, and whatever is in it."""
    block = question_block(text, "U1", PHRASES)
    assert check_message({"text": "x", "blocks": [block]}) == []
    assert problems([problem_message(text), stopped_message(PHRASES)]) == []
