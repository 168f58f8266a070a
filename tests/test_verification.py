"""Proving an answer again: each thing that may be wrong with it is named, and hostile JSON is refused in one line."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.citations import Prover, marked_text
from bot.draft import DraftSentence, Support
from bot.errors import VerificationInvalid
from bot.verification import read_answer, verify
from index.document import Document
from tests.fakes import hit_of

PORT = Document("port.txt", "The port reopened on May 3. It handles 40 ships a day.")
SHIPS = Document("ships.txt", "Kenya did not pay for the ships.")
DOCUMENTS = {document.id: document for document in (PORT, SHIPS)}


def answer() -> dict[str, Any]:
    """As it was given: two sentences that are proven, one that was withheld."""
    prover = Prover(DOCUMENTS.get)
    drafted = (("The port reopened on 3 May.", PORT, 0, 27), (SHIPS.text, SHIPS, 0, len(SHIPS.text)))
    judged = [
        prover.prove(DraftSentence(text, (Support(hit_of(one), start, end, one.text[start:end]),)))
        for text, one, start, end in drafted
    ]
    judged.append(prover.prove(DraftSentence("It is new.", ())))
    citations = [
        {name: getattr(one, name) for name in ("number", "document", "quote", "start", "end", "sha256")}
        for one in prover.citations
    ]
    sentences = [
        {
            "text": None if one.withheld else one.text,
            "verdict": "withheld" if one.withheld else "proven",
            "reason": one.withheld,
            "citations": list(one.citations),
        }
        for one in judged
    ]
    return {"answered": True, "answer": marked_text(judged), "citations": citations, "sentences": sentences}


def differences(found: dict[str, Any], *documents: Document) -> list[str]:
    return verify(found, {one.id: one for one in documents or DOCUMENTS.values()}.get)


def test_an_answer_that_holds_has_no_differences():
    """With the verdicts of its sentences, and older ones without."""
    found = answer()
    assert [one["verdict"] for one in found["sentences"]] == ["proven", "proven", "withheld"]
    assert differences(found) == []
    del found["sentences"]
    assert differences(found) == []


def test_what_became_of_a_document_is_told():
    """Gone, changed with the quote still there, moved, or no longer there."""
    found = answer()
    assert differences(found, SHIPS) == ["[1]: the document port.txt is gone"]
    grown = Document("port.txt", f"{PORT.text} It is new.")
    assert differences(found, grown, SHIPS) == [
        "[1]: the document port.txt has changed since; its quote still stands at 0..27"
    ]
    moved = Document("port.txt", f"News. {PORT.text}")
    assert differences(found, moved, SHIPS) == [
        "[1]: the document port.txt has changed since; its quote, once at 0..27, now stands at 6..33"
    ]
    other = Document("port.txt", "The port is closed.")
    assert differences(found, other, SHIPS) == [
        "[1]: the document port.txt has changed since; its quote, once at 0..27, no longer stands in it"
    ]


@pytest.mark.parametrize(("place", "value"), [("quote", "The port reopened on May 4."), ("start", 1), ("end", 26)])
def test_a_quote_that_is_not_at_its_place_is_named_with_the_span(place, value):
    """One letter, or one off."""
    found = answer()
    found["citations"][0][place] = value
    start, end = found["citations"][0]["start"], found["citations"][0]["end"]
    assert differences(found) == [f"the quote of [1] is not what stands at {start}..{end} of port.txt"]


def test_a_sentence_that_was_altered_is_named_with_what_does_not_stand():
    """In the sentences and in the text, in old answers and new ones."""
    found = answer()
    found["sentences"][0]["text"] = "The port reopened on 4 May."
    found["answer"] = found["answer"].replace("3 May", "4 May")
    message = "sentence 1 “The port reopened on 4 May.” [1]: on 4 May does not stand in its sources"
    assert differences(found) == [message]
    del found["sentences"]
    assert differences(found) == [message]


def test_a_denial_that_is_left_out_is_named():
    """The most dangerous of all changes."""
    found = answer()
    found["sentences"][1]["text"] = "Kenya did pay for the ships."
    found["answer"] = found["answer"].replace("did not pay", "did pay")
    (message,) = differences(found)
    assert message.startswith("sentence 2 “Kenya did pay")
    assert "leaves out the “not”" in message


def test_a_text_that_is_not_its_sentences_is_named():
    """What readers see is what is proven."""
    found = answer()
    found["answer"] += " Buy now!"
    (message,) = differences(found)
    assert message.startswith("the answer's text is not its sentences from character")
    assert "Buy now!" in message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda a: a["citations"][1].update(number=3), "the citations are numbered 1, 3, not 1 to 2"),
        (lambda a: a["sentences"][0].update(citations=[9]), "[9] points nowhere"),
        (lambda a: a["sentences"][0].update(citations=[]), "has no citation"),
        (lambda a: a["sentences"][0].update(citations=[1, 2]), "[2] does not support it"),
        (lambda a: a["sentences"][0].update(text=None), "has no text"),
        (lambda a: a["sentences"][0].update(text="The port reopened on 3 May [2]."), "holds a marker of its own"),
        (lambda a: a["sentences"][2].update(citations=[1]), "sentence 3 is withheld, yet it has citations"),
        (lambda a: a["sentences"][2].update(text="It is new."), "sentence 3 is withheld, yet it has a text"),
        (lambda a: a["sentences"].pop(1), "no sentence cites [2]"),
        (lambda a: a["sentences"].clear(), "no sentence of it is proven"),
    ],
)
def test_whatever_does_not_fit_together_is_named(change, message):
    """Numbers, markers, verdicts."""
    found = answer()
    change(found)
    assert any(message in difference for difference in differences(found))


def test_markers_of_an_old_answer_are_checked():
    """Those that point nowhere, and sentences without any."""
    found = answer()
    del found["sentences"]
    found["answer"] += " It is new. [7] It is old."
    assert differences(found) == [
        "sentence 3 “It is new.”: [7] points nowhere",
        "sentence 4 “It is old.” has no citation",
    ]


def test_an_abstention_holds_if_it_cites_nothing():
    """Its words are fixed, nothing has to be proven."""
    silent = {"answered": False, "answer": "The documents do not say.", "citations": [], "sentences": []}
    assert differences(silent) == []
    assert differences({**answer(), "answered": False}) == [
        "it does not answer, yet it cites [1][2]",
        "it does not answer, yet it holds sentences that are called proven",
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("answered", "yes"),
        ("answer", None),
        ("citations", {"0": 1}),
        ("citations.0.start", -1),
        ("citations.0.end", "12"),
        ("citations.0.quote", ""),
        ("citations.1.document", 7),
        ("sentences.0.verdict", "true"),
        ("sentences.0.citations", [1.5]),
    ],
)
def test_json_that_is_no_answer_is_refused_and_the_field_is_named(field, value):
    """In one line."""
    found: Any = answer()
    place = found
    *path, last = field.split(".")
    for step in path:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    with pytest.raises(VerificationInvalid, match=field) as refused:
        differences(found)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("missing", ["answered", "answer", "citations"])
def test_a_missing_field_is_named(missing):
    """An answer without it cannot be checked."""
    found = answer()
    del found[missing]
    with pytest.raises(VerificationInvalid, match=missing):
        differences(found)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(("answered", "answer", "citations", "sentences")), JSON)
def test_any_json_is_either_checked_or_refused(field, value):
    """Never a traceback; and what is made up does not pass as the answer it replaces."""
    found = {**copy.deepcopy(answer()), field: value}
    try:
        verdict = differences(found)
    except VerificationInvalid:
        return
    assert verdict or found == answer() or (field == "sentences" and value is None)


@given(st.text(max_size=200))
def test_any_text_of_an_old_answer_is_checked(text):
    """Only the proven sentences pass."""
    found = {**answer(), "answer": text}
    del found["sentences"]
    assert differences(found)


def test_an_answer_is_read_from_a_file(tmp_path):
    """As it was written; what is no JSON object is refused."""
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(answer()), encoding="utf-8")
    assert read_answer(str(path)) == answer()
    for content in (b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b"1" * 10_000):
        path.write_bytes(content)
        with pytest.raises(VerificationInvalid):
            read_answer(str(path))
    with pytest.raises(VerificationInvalid, match="cannot be read"):
        read_answer(str(tmp_path / "none.json"))
