"""The JSON of an answer: the contract's names, order and nulls, and text that survives the journey."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Answer, Citation, ClosePassage, Sentence, Timings
from bot.answer_json import answer_json, json_text

CITATION = Citation(1, "a.md", "A", "The sky is blue.", 0, 16, None, "0" * 64, "/documents/a.md?start=0", 0.5)
CLOSE = ClosePassage("b.pdf", "B", "Grass is green.", 3, 18, 2, 0.25, "/documents/b.pdf?start=3")


def an_answer(**changes: object) -> Answer:
    values: dict[str, object] = {
        "id": "a1",
        "conversation_id": "c1",
        "question": "Why?",
        "standalone_question": "Why is the sky blue?",
        "answered": True,
        "sentences": (Sentence("The sky is blue.", (1,)),),
        "answer": "The sky is blue. [1]",
        "confidence": 0.75,
        "writer": "extractive",
        "citations": (CITATION,),
        "closest": (CLOSE,),
        "took_ms": Timings(1.0, 2.0, 3.0, 6.0),
    }
    return Answer(**{**values, **changes})  # type: ignore[arg-type]


def test_an_answer_has_exactly_the_contract_fields_in_its_order() -> None:
    """Programs and people read the same fields in the same order from every surface."""
    assert list(answer_json(an_answer()).items()) == [
        ("id", "a1"),
        ("conversation_id", "c1"),
        ("question", "Why?"),
        ("standalone_question", "Why is the sky blue?"),
        ("answered", True),
        ("answer", "The sky is blue. [1]"),
        ("short_answer", None),
        ("confidence", 0.75),
        ("writer", "extractive"),
        ("model", None),
        ("notice", None),
        (
            "sentences",
            [{"text": "The sky is blue.", "verdict": "proven", "reason": None, "citations": [1]}],
        ),
        (
            "citations",
            [
                {
                    "number": 1,
                    "document": "a.md",
                    "title": "A",
                    "quote": "The sky is blue.",
                    "start": 0,
                    "end": 16,
                    "page": None,
                    "sha256": "0" * 64,
                    "url": "/documents/a.md?start=0",
                    "score": 0.5,
                }
            ],
        ),
        (
            "closest",
            [
                {
                    "document": "b.pdf",
                    "title": "B",
                    "text": "Grass is green.",
                    "start": 3,
                    "end": 18,
                    "page": 2,
                    "score": 0.25,
                    "url": "/documents/b.pdf?start=3",
                }
            ],
        ),
        ("took_ms", {"retrieve": 1.0, "write": 2.0, "verify": 3.0, "total": 6.0}),
    ]


def test_the_words_of_a_withheld_sentence_stay_inside() -> None:
    """Readers learn that something was left out, and why, but never what."""
    withheld = Sentence("The sky is purple.", (), "no passage says so")
    answer = answer_json(an_answer(sentences=(Sentence("The sky is blue.", (1,)), withheld)))
    assert answer["sentences"][1] == {
        "text": None,
        "verdict": "withheld",
        "reason": "no passage says so",
        "citations": [],
    }
    assert "purple" not in json_text(answer)


@pytest.mark.parametrize("base_url", ["https://docs.example/kb", "https://docs.example/kb/"])
def test_relative_urls_are_put_below_the_base_url(base_url: str) -> None:
    """A reader can click the links of citations and of close passages."""
    answer = answer_json(an_answer(), base_url)
    assert answer["citations"][0]["url"] == "https://docs.example/kb/documents/a.md?start=0"
    assert answer["closest"][0]["url"] == "https://docs.example/kb/documents/b.pdf?start=3"


def test_absolute_urls_stay_as_they_are() -> None:
    """A URL that already says where it leads is not put below another one."""
    answer = an_answer(closest=(), citations=(Citation(*"1aaa", 0, 1, None, "", "https://x.example/a", 1.0),))  # type: ignore[arg-type]
    assert answer_json(answer, "http://127.0.0.1:8080")["citations"][0]["url"] == "https://x.example/a"


def test_letters_stay_readable() -> None:
    """People read this JSON too, in any language."""
    assert json_text({"title": "Größe 大小"}) == '{"title": "Größe 大小"}'


@given(st.text() | st.text('a\ud800\udc00\\"\n'))
def test_any_text_survives_json_as_utf8(text: str) -> None:
    """Half a surrogate pair, which UTF-8 does not have, comes back; two halves come back as a pair."""
    returned = json.loads(json_text([text]).encode("utf-8"))[0]
    assert returned.encode("utf-16", "surrogatepass") == text.encode("utf-16", "surrogatepass")


def test_what_json_cannot_say_is_refused() -> None:
    """NaN would be written as a word that is not JSON."""
    with pytest.raises(ValueError, match="JSON"):
        json_text({"score": float("nan")})
