"""What people think of answers, as people read it, and as programs do."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.errors import InvalidQuestion
from bot.feedback import JudgedAnswer
from bot.inert import inert_line
from bot.question import checked_question

NOTHING = "nobody has said anything about an answer yet"
EXCERPT = 240
INDENT = "    "


def render(judged: Sequence[JudgedAnswer]) -> str:
    """A few lines for each answer. Text of others is in them, but steers no terminal."""
    return "\n\n".join("\n".join(_lines(one)) for one in judged) or NOTHING


def as_json(judged: Iterable[JudgedAnswer]) -> list[dict[str, Any]]:
    """Plain values, for programs."""
    return [
        {
            "answer": one.id,
            "asked_at": one.asked_at.isoformat(),
            "question": one.question,
            "standalone_question": one.standalone_question,
            "answered": one.answered,
            "text": one.text,
            "documents": list(one.documents),
            "up": one.up,
            "down": one.down,
            "should_be_answered": one.missing,
            "opinions": [
                {"person": each.person, "up": each.up, "reason": each.reason, "should_be_answered": each.missing}
                for each in one.opinions
            ],
        }
        for one in judged
    ]


def questions(judged: Iterable[JudgedAnswer], max_chars: int) -> list[dict[str, Any]]:
    """Lines of a questions file for `footnote eval`, each question once: as it was judged last.

    What more people find good than not is right: the short answer, or else the quotes, and the documents cited; an
    abstention means that the documents do not answer. What should be answered and is not becomes a line that is only
    searched for, until somebody writes answers and documents into it. Everything else tells nothing and is left out,
    as are questions of more than `max_chars` characters.
    """
    rows: dict[str, dict[str, Any]] = {}
    unanswered: dict[str, dict[str, Any]] = {}
    for one in judged:
        if question := _question(one, max_chars):
            start, name = {"id": one.id, "question": question}, " ".join(question.casefold().split())
            if one.missing and not one.answered:
                unanswered.setdefault(name, {**start, "answers": [], "docs": [], "retrieval_only": True})
            elif one.answered is not None and one.up > one.down:
                rows.setdefault(name, {**start, **_gold(one)})
    return [*rows.values(), *(row for name, row in unanswered.items() if name not in rows)]


def _lines(one: JudgedAnswer) -> Iterator[str]:
    yield f"{one.asked_at:%Y-%m-%d %H:%M} {inert_line(one.question)}"
    yield f"{INDENT}{' · '.join(_counts(one))}"
    yield f"{INDENT}{_outcome(one)}"
    if one.documents:
        yield f"{INDENT}from {', '.join(map(inert_line, one.documents))}"
    for reason in one.reasons:
        yield f"{INDENT}“{inert_line(reason)}”"
    yield f"{INDENT}footnote explain {inert_line(one.id)}"


def _counts(one: JudgedAnswer) -> Iterator[str]:
    if one.up or one.down or not one.missing:
        yield f"{one.up} up, {one.down} down"
    if one.missing:
        yield f"should be answered ({one.missing})"


def _outcome(one: JudgedAnswer) -> str:
    if one.answered is None:
        return "no answer was made"
    return _excerpt(one.text) if one.answered else "not answered: the documents do not say"


def _excerpt(text: str) -> str:
    line = inert_line(text)
    return line if len(line) <= EXCERPT else f"{line[:EXCERPT].rsplit(' ', 1)[0]} …"


def _question(one: JudgedAnswer, max_chars: int) -> str | None:
    """As it was understood in its conversation, which `footnote eval` does not know; or as it was asked."""
    for text in (one.standalone_question, one.question):
        try:
            return checked_question(text, max_chars)
        except InvalidQuestion:
            continue
    return None


def _gold(one: JudgedAnswer) -> dict[str, Any]:
    if not one.answered:
        return {"answers": [], "docs": [], "answerable": False}
    answers = [one.short_answer] if one.short_answer else dict.fromkeys(" ".join(quote.split()) for quote in one.quotes)
    return {"answers": list(filter(None, answers)), "docs": list(one.documents)}
