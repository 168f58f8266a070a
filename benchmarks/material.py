"""What is indexed and asked: the rows of a corpus, or text made up here so that nothing must be fetched."""

import gzip
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

SEED = 20240607
SENTENCES_A_PASSAGE = 7
VOCABULARY = 6000


@dataclass(frozen=True, slots=True)
class Text:
    """A document and a question that it answers."""

    title: str
    body: str
    question: str


def read_texts(path: Path, limit: int | None) -> list[Text]:
    """The rows with words of a .jsonl or .jsonl.gz corpus; the question is the title, or the beginning."""
    texts = (_text(row.get("title") or "", row["text"]) for row in _rows(path) if row["text"].strip())
    return list(islice(texts, limit))


def read_questions(path: Path, limit: int) -> list[str]:
    """The questions of a .jsonl or .jsonl.gz file."""
    return [row["question"] for row in islice(_rows(path), limit)]


def write_files(texts: Iterable[Text], folder: Path) -> Path:
    """One .txt for each: its title, an empty line, its text."""
    folder.mkdir(parents=True)
    for number, text in enumerate(texts):
        content = f"{text.title}\n\n{text.body}" if text.title else text.body
        (folder / f"{number:06}.txt").write_text(content, encoding="utf-8")
    return folder


def write_corpus(texts: Iterable[Text], path: Path) -> Path:
    """All in one .jsonl file."""
    path.parent.mkdir(parents=True)
    rows = ({"id": str(number), "title": text.title, "text": text.body} for number, text in enumerate(texts))
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def made_up_texts(count: int, seed: int = SEED) -> list[Text]:
    """Short reports on places that do not exist, about a passage each, the same for the same seed."""
    return list(islice(_Invention(seed).texts(), count))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return (json.loads(line) for line in data.decode("utf-8").split("\n") if line.strip())


def _text(title: str, body: str) -> Text:
    return Text(title, body, " ".join((title or body).split()[:40]))


class _Invention:
    """Words of made-up syllables, as unequally frequent as real ones, in sentences with names and numbers."""

    _PATTERNS = (
        "In {year} the {w} of {name} {v} the {w} and {number} {w} near {place}.",
        "{name} {v} a {w} {w} for the {w} of {place}, which {v} {number} {w}.",
        "According to {name}, the {w} {w} {v} more {w} than the {w} of {year}.",
        "The {w} of {place} has {number} {w}, most of them {w} and {w}.",
        "Between {year} and today {name} {v} {number} of the {w} {w} in {place}.",
        "No {w} {v} the {w} as often as the {w} {w} that {name} described.",
    )
    _VERBS = (
        "built",
        "measured",
        "sold",
        "repaired",
        "found",
        "counted",
        "opened",
        "closed",
        "lost",
        "painted",
    )

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._words = [self._word(2, 4) for _ in range(VOCABULARY)]
        self._weights = [1 / rank for rank in range(1, VOCABULARY + 1)]

    def texts(self) -> Iterator[Text]:
        while True:
            name, place = self._name(), self._word(2, 3).title()
            verb, thing = self._random.choice(self._VERBS), self._word(3, 4)
            fact = f"{name} {verb} the {thing} of {place} in {self._year()}."
            sentences = [fact, *(self._sentence(name, place) for _ in range(SENTENCES_A_PASSAGE - 1))]
            self._random.shuffle(sentences)
            yield Text(f"{place} {thing}", " ".join(sentences), f"Who {verb} the {thing} of {place}?")

    def _sentence(self, name: str, place: str) -> str:
        pattern = self._random.choice(self._PATTERNS)
        words = iter(self._random.choices(self._words, self._weights, k=8))
        verbs = iter(self._random.choices(self._VERBS, k=4))
        parts = pattern.replace("{w}", "\0w").replace("{v}", "\0v").split("\0")
        filled = parts[0] + "".join((next(words) if part[0] == "w" else next(verbs)) + part[1:] for part in parts[1:])
        sentence = filled.format(name=name, place=place, year=self._year(), number=self._random.randint(2, 9999))
        return sentence[0].upper() + sentence[1:]

    def _name(self) -> str:
        return f"{self._word(2, 2).title()} {self._word(2, 3).title()}"

    def _year(self) -> int:
        return self._random.randint(1700, 2020)

    def _word(self, least: int, most: int) -> str:
        syllables = self._random.randint(least, most)
        return "".join(self._random.choice("bdfgklmnprstvz") + self._random.choice("aeiou") for _ in range(syllables))
