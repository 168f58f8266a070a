"""A file of questions with their right answers, as `footnote eval` reads it, and which of them are asked."""

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.errors import EvaluationInvalid, InvalidQuestion
from bot.question import checked_question
from bot.turn import Turn

ANSWERING_ROLES = ("assistant", "agent")  # of messages in a history; the other one is "user"


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with its gold answers and the ids of the documents that hold them.

    `retrieval_only` says that nothing is known about its answer: it is searched for but not asked. `turns` are the
    conversation that it was asked in, oldest first.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    docs: tuple[str, ...]
    answerable: bool
    retrieval_only: bool
    split: str | None
    turns: tuple[Turn, ...] = ()

    @property
    def articles(self) -> frozenset[str]:
        """Of its documents: what stands before the first `#` of their ids."""
        return frozenset(doc.partition("#")[0] for doc in self.docs)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which questions of a file are asked: those of one `split`, about certain articles, the first `limit`.

    The article of a document is its id up to the first `#`. All relevant documents of a question must belong
    to `articles`; a question without any is about no article.
    """

    split: str | None = None
    articles: frozenset[str] | None = None
    limit: int | None = None

    def of(self, questions: list[LabelledQuestion]) -> list[LabelledQuestion]:
        return [question for question in questions if self._includes(question)][: self.limit]

    def _includes(self, question: LabelledQuestion) -> bool:
        if self.split is not None and question.split != self.split:
            return False
        return self.articles is None or (bool(question.docs) and question.articles <= self.articles)


def read_questions(path: Path, max_chars: int) -> tuple[list[LabelledQuestion], int]:
    """The questions of a .jsonl or .jsonl.gz file, and how many were left out: an earlier one has their id.

    Raises EvaluationInvalid naming file and line: for what is no question, or one longer than `max_chars`.
    """
    questions: dict[str, LabelledQuestion] = {}
    repeated = 0
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if line.strip():
            try:
                question = _question(line, max_chars)
            except (InvalidQuestion, EvaluationInvalid) as error:
                raise EvaluationInvalid(f"{path}, line {number}: {error}") from error
            repeated += question.id in questions
            questions.setdefault(question.id, question)
    return list(questions.values()), repeated


def behind_another_topic(questions: Sequence[LabelledQuestion]) -> list[LabelledQuestion]:
    """Each question in a conversation about something else: behind the nearest one before it about other articles.

    The last is before the first. One that shares an article with all others, or has no documents, is asked alone.
    """
    return [replace(one, turns=_turns_about_others(questions, place)) for place, one in enumerate(questions)]


def _turns_about_others(questions: Sequence[LabelledQuestion], place: int) -> tuple[Turn, ...]:
    own = questions[place].articles
    for step in range(1, len(questions)) if own else ():
        other = questions[place - step]
        if other.articles and own.isdisjoint(other.articles):
            return (Turn(other.question, other.question, other.answers[0] if other.answers else ""),)
    return ()


def read_articles(path: Path) -> frozenset[str]:
    """The names in a file with one on each line. Raises EvaluationInvalid."""
    return frozenset(filter(None, map(str.strip, read_text(path).split("\n"))))


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, which may be compressed (.gz). Raises EvaluationInvalid naming it."""
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EvaluationInvalid(f"{path} is not UTF-8 text") from error
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise EvaluationInvalid(f"{path} is damaged, or not compressed with gzip") from error
    except OSError as error:
        raise EvaluationInvalid(f"{path} cannot be read: {error.strerror}") from error


def _question(line: str, max_chars: int) -> LabelledQuestion:
    row = _object(line)
    answers, docs = tuple(_strings(row, "answers")), tuple(_strings(row, "docs"))
    answerable = row.get("answerable") is not False and bool(answers or docs)
    return LabelledQuestion(
        id=_string(row, "id"),
        question=checked_question(_string(row, "question"), max_chars),
        answers=answers if answerable else (),
        docs=docs,
        answerable=answerable,
        retrieval_only=row.get("retrieval_only") is True,
        split=row.get("split"),
        turns=tuple(_turns(row)),
    )


def _turns(row: dict[str, Any]) -> Iterator[Turn]:
    """Each text of the user with all that was answered to it; what was said before the first belongs to none."""
    asked, answered = "", list[str]()
    for role, text in [*map(_message, _list(row, "history")), ("user", "")]:
        if role in ANSWERING_ROLES:
            answered.append(text)
            continue
        if asked:
            yield Turn(asked, asked, " ".join(answered))
        asked, answered = text.strip(), []


def _message(message: Any) -> tuple[str, str]:
    role, text = (message.get("role"), message.get("text")) if isinstance(message, dict) else (None, None)
    if role not in ("user", *ANSWERING_ROLES) or not isinstance(text, str):
        raise EvaluationInvalid('"history" holds something else than texts with the role of user or assistant')
    return role, text


def _object(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise EvaluationInvalid("not JSON") from error
    if not isinstance(row, dict):
        raise EvaluationInvalid("not a JSON object")
    return row


def _strings(row: dict[str, Any], name: str) -> list[str]:
    strings = [_written(value) for value in _list(row, name)]
    if not all(isinstance(string, str) for string in strings):
        raise EvaluationInvalid(f'"{name}" holds something else than strings')
    return strings


def _list(row: dict[str, Any], name: str) -> list[Any]:
    values = row.get(name, [])
    if not isinstance(values, list):
        raise EvaluationInvalid(f'"{name}" is not a list')
    return values


def _string(row: dict[str, Any], name: str) -> str:
    value = _written(row.get(name))
    if not isinstance(value, str):
        raise EvaluationInvalid(f'"{name}" is missing, or not a string')
    return value


def _written(value: Any) -> Any:
    """A whole number, as an id or an answer may be, the way it is written."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
