"""The JSON of a record: everything is in it, under the names of its parts, and it reads back exactly."""

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given

from bot.query import Query
from bot.record import Considered, Record, Usage
from bot.record_json import CallJson, ConsideredJson, QueryJson, record_json, record_of
from tests.records import ANY_RECORD, ASKED_AT, WITHHELD, a_record, an_abstention


@given(ANY_RECORD)
def test_any_record_reads_back_exactly(record: Record) -> None:
    """Whatever characters and numbers are in it."""
    assert record_of(record_json(record)) == record


@given(ANY_RECORD)
def test_it_consists_of_plain_values(record: Record) -> None:
    """JSON's own lists, names and values: nothing changes on the way through JSON's text."""
    value = record_json(record)
    assert json.loads(json.dumps(value, ensure_ascii=False)) == value


@pytest.mark.parametrize(("names", "part"), [(QueryJson, Query), (ConsideredJson, Considered), (CallJson, Usage)])
def test_parts_have_the_names_of_their_fields(names: Any, part: Any) -> None:
    """What the schema promises is what is sent."""
    assert list(names.__annotations__) == [field.name for field in fields(part)]


def test_withheld_sentences_have_their_words_and_their_reason() -> None:
    """Whoever asks why an answer says no more is told what it did not say."""
    withheld = {"text": WITHHELD.text, "citations": [], "withheld": WITHHELD.withheld}
    assert record_json(a_record())["sentences"][1] == withheld


def test_addresses_are_below_the_server_and_the_time_is_in_utc() -> None:
    """Links of citations and of close passages can be opened by whoever gets the JSON."""
    value = record_json(a_record(), "https://kb.example/")
    assert value["answer"]["citations"][0]["url"] == "https://kb.example/documents/haiti.md"
    closest = record_json(a_record(an_abstention()), "https://kb.example/")["answer"]["closest"]
    assert closest[0]["url"] == "https://kb.example/documents/haiti.md"
    assert value["asked_at"] == "2026-03-01T12:00:05.250000+00:00" == ASKED_AT.isoformat()


@pytest.mark.parametrize("damage", [{}, {"answer": {}}, {"asked_at": "yesterday"}, {"calls": [{"tokens": 1}]}])
def test_what_is_no_record_is_refused(damage: dict[str, Any]) -> None:
    """Missing and misspelt parts raise, instead of a record with holes."""
    with pytest.raises((KeyError, TypeError, ValueError)):
        record_of({**record_json(a_record()), **damage} if damage else {})  # type: ignore[typeddict-item]
