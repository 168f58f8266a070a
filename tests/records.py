"""Records of answers for tests: one that tells of everything, and any that hypothesis can think of."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from bot.answer import Answer, Citation, ClosePassage, Sentence, Timings
from bot.query import Query
from bot.record import Considered, Record, Usage

ASKED_AT = datetime(2026, 3, 1, 12, 0, 5, 250_000, UTC)
PROVEN = Sentence("The United States pays most of it.", (1, 2))
WITHHELD = Sentence("It costs 700 million a year.", (), "the number 700 is not in its sources")


def an_answer(**changes: Any) -> Answer:
    """Written by a model; one of its two sentences was withheld."""
    values: dict[str, Any] = {
        "id": "a1",
        "conversation_id": "c1",
        "question": "Who pays for it?",
        "standalone_question": "Who pays for the mission in Haiti?",
        "answered": True,
        "sentences": (PROVEN, WITHHELD),
        "answer": "The United States pays most of it. [1][2]",
        "confidence": 0.83,
        "writer": "generative",
        "citations": (
            Citation(1, "haiti.md", "Haiti", "The US\npays it.", 120, 135, None, "0" * 64, "/documents/haiti.md", 0.8),
            Citation(2, "un.pdf", "UN", "Most is paid by the US.", 9, 32, 3, "1" * 64, "/documents/un.pdf", 0.7),
        ),
        "closest": (),
        "took_ms": Timings(12.3, 801.2, 3.3, 820.0),
        "short_answer": "The United States",
        "model": "small-model",
        "notice": "1 sentence was withheld",
    }
    return Answer(**{**values, **changes})


def an_abstention(**changes: Any) -> Answer:
    """Without a model: the documents do not say."""
    close = ClosePassage("haiti.md", "Haiti", "The mission began in 2024.", 0, 26, None, 0.4, "/documents/haiti.md")
    values: dict[str, Any] = {
        "answered": False,
        "sentences": (),
        "answer": "The documents do not say.",
        "confidence": 0.1,
        "writer": "extractive",
        "citations": (),
        "closest": (close,),
        "short_answer": None,
        "model": None,
        "notice": None,
    }
    return an_answer(**{**values, **changes})


def a_record(answer: Answer | None = None, **changes: Any) -> Record:
    """Of `an_answer`, unless another is given: three passages considered, two calls of the model."""
    values: dict[str, Any] = {
        "asked_at": ASKED_AT,
        "queries": (Query("Who pays for the mission in Haiti?"), Query("Who commands it? Who pays for it?", 0.5)),
        "considered": (
            _considered("haiti.md", 0.9, "cited as [1]"),
            _considered("un.pdf", 0.75, "cited as [2]", page=3),
            _considered("kenya.md", 0.31, "not read"),
        ),
        "calls": (
            Usage("small-model", "c0ffee" + "0" * 58, 1204, 88, 0.00031, 0.81),
            Usage("small-model", "decaf0" + "0" * 58, None, None, None, 0.2),
        ),
    }
    return Record(answer or an_answer(), **{**values, **changes})


def _considered(document: str, score: float, fate: str, page: int | None = None) -> Considered:
    text = f"What {document} says\nof the mission."
    return Considered(document, document, 100, 140, page, "a" * 64, text, score - 0.2, 10 * score, score, fate)


# Any text that Python can hold; halves of surrogate pairs and control characters more often than by chance.
ANY_TEXT = st.text(st.characters() | st.sampled_from("\0\ud83d\ude00\udcff\x1b\n\u202e"))
_NUMBER = st.integers(min_value=0, max_value=2**40)
_SCORE = st.floats(allow_nan=False)
_PAGE = st.none() | _NUMBER
_CITATION = st.builds(
    Citation, _NUMBER, ANY_TEXT, ANY_TEXT, ANY_TEXT, _NUMBER, _NUMBER, _PAGE, ANY_TEXT, ANY_TEXT, _SCORE
)
_CLOSE = st.builds(ClosePassage, ANY_TEXT, ANY_TEXT, ANY_TEXT, _NUMBER, _NUMBER, _PAGE, _SCORE, ANY_TEXT)
_SENTENCE = st.builds(Sentence, ANY_TEXT, st.lists(_NUMBER, max_size=3).map(tuple), st.none() | ANY_TEXT)
_ANSWER = st.builds(
    Answer,
    id=st.from_regex(r"[!-~]{1,200}", fullmatch=True),
    conversation_id=st.from_regex(r"[!-~]{1,200}", fullmatch=True),
    question=ANY_TEXT,
    standalone_question=ANY_TEXT,
    answered=st.booleans(),
    sentences=st.lists(_SENTENCE, max_size=3).map(tuple),
    answer=ANY_TEXT,
    confidence=_SCORE,
    writer=st.sampled_from(("extractive", "generative")),
    citations=st.lists(_CITATION, max_size=2).map(tuple),
    closest=st.lists(_CLOSE, max_size=2).map(tuple),
    took_ms=st.builds(Timings, *[st.floats(0, 1e9)] * 4),
    short_answer=st.none() | ANY_TEXT,
    model=st.none() | ANY_TEXT,
    notice=st.none() | ANY_TEXT,
)
_CONSIDERED = st.builds(
    Considered, *[ANY_TEXT] * 2, _NUMBER, _NUMBER, _PAGE, *[ANY_TEXT] * 2, *[_SCORE] * 3, fate=ANY_TEXT
)
_USAGE = st.builds(Usage, ANY_TEXT, ANY_TEXT, st.none() | _NUMBER, st.none() | _NUMBER, st.none() | _SCORE, _SCORE)
_ZONE = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
ANY_RECORD = st.builds(
    Record,
    answer=_ANSWER,
    asked_at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC) | _ZONE),
    queries=st.lists(st.builds(Query, ANY_TEXT, _SCORE), max_size=3).map(tuple),
    considered=st.lists(_CONSIDERED, max_size=3).map(tuple),
    calls=st.lists(_USAGE, max_size=2).map(tuple),
)
