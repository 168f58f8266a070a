"""The data sets, each read into questions whose answers are known to some degree.

Nothing about the articles in `squad11_dev/test_articles.txt` leaves this module except through `held_out`.
"""

import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.question_set import LabelledQuestion, read_articles, read_questions, read_text
from training.examples import Supervision
from training.treebank import joined

MAX_CHARS = 2000  # of a question
KEPT_BACK = 4  # every fourth document of `covidqa` is measured on and not trained on


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its gold answers, and the ids of the texts that hold them."""

    question: str
    answers: tuple[str, ...]
    docs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Texts by id and what is asked about them. In a `chunked` one the texts are too long to be read whole.

    `every`: wrong passages are looked for with every such question.
    """

    name: str
    supervision: Supervision
    texts: Mapping[str, str]
    asked: tuple[Asked, ...] = field(repr=False)
    chunked: bool = False
    every: int = 1


def training_sources(data: Path) -> list[Source]:
    """All that may be trained on."""
    held = read_articles(data / "squad11_dev" / "test_articles.txt")
    return [
        _labelled(data / "squad11_dev", Supervision.SPAN, lambda id: article(id) not in held),
        _labelled(data / "squad_train_nqg", Supervision.WITHIN, lambda id: article(id) not in held),
        _labelled(data / "covidqa", Supervision.SPAN, lambda id: not is_kept_back(id), chunked=True),
        qamr(data / "qamr.jsonl.gz"),
    ]


def held_out(data: Path) -> Source:
    """For measuring only: the questions on the held-out articles, and the texts of all articles."""
    held = read_articles(data / "squad11_dev" / "test_articles.txt")
    source = _labelled(data / "squad11_dev", Supervision.SPAN, lambda _: True)
    asked = tuple(one for one in source.asked if {article(id) for id in one.docs} <= held)
    return Source("squad_held_out", source.supervision, source.texts, asked)


def covidqa_kept_back(data: Path) -> Source:
    """For measuring only: the documents of `covidqa` that are not trained on."""
    return _labelled(data / "covidqa", Supervision.SPAN, is_kept_back, chunked=True)


def article(id: str) -> str:
    return id.partition("#")[0]


def is_kept_back(id: str) -> bool:
    """Decided by the id alone, so that it stays so whatever else is added."""
    return zlib.crc32(id.encode()) % KEPT_BACK == 0


def qamr(path: Path) -> Source:
    """Sentences that were split into words; all answers to one question about a sentence are right."""
    answers: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in map(json.loads, filter(None, read_text(path).split("\n"))):
        answers[joined(row["question"]), joined(row["context"])].append(joined(row["answer"]))
    contexts = {context: str(number) for number, context in enumerate(dict.fromkeys(key[1] for key in answers))}
    asked = tuple(
        Asked(question, tuple(dict.fromkeys(found)), (contexts[context],))
        for (question, context), found in answers.items()
    )
    texts = {number: context for context, number in contexts.items()}
    return Source("qamr", Supervision.SPAN, texts, asked, every=8)


def _labelled(folder: Path, supervision: Supervision, allowed: Callable[[str], bool], chunked: bool = False) -> Source:
    rows = map(json.loads, filter(None, read_text(folder / "corpus.jsonl.gz").split("\n")))
    texts = {row["id"]: row["text"] for row in rows if allowed(row["id"])}
    questions, _ = read_questions(folder / "queries.jsonl.gz", MAX_CHARS)
    asked = tuple(_asked(one) for one in questions if one.answers and one.docs and all(d in texts for d in one.docs))
    return Source(folder.name, supervision, texts, asked, chunked)


def _asked(question: LabelledQuestion) -> Asked:
    return Asked(question.question, tuple(answer.strip() for answer in question.answers), question.docs)
