"""What the reader is trained on: a question, a passage, and where in the passage the answer stands."""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class Supervision(StrEnum):
    """How much is known of the answer.

    `SPAN`: one of the spans is exactly the answer. `WITHIN`: the answer is somewhere inside one of the spans, its
    bounds are unknown. `NULL`: the passage does not answer, and there are no spans.
    """

    SPAN = "span"
    WITHIN = "within"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Example:
    """One question put to one passage. `spans` are `[start, end)` in characters of `passage`.

    `source` names the set that it comes from; it is for counting only. `weight` multiplies its loss.
    """

    question: str
    passage: str
    supervision: Supervision
    spans: tuple[tuple[int, int], ...] = ()
    source: str = ""
    weight: float = 1.0

    def __post_init__(self) -> None:
        if bool(self.spans) == (self.supervision is Supervision.NULL):
            raise ValueError("an example has spans exactly if its passage answers")
        if any(not 0 <= start < end <= len(self.passage) for start, end in self.spans):
            raise ValueError("a span lies outside its passage")


@dataclass(frozen=True, slots=True)
class Trial:
    """A question of the measurement: the passage that answers it, and the best-ranked one that does not.

    `negative` is None where the retriever found none.
    """

    question: str
    answers: tuple[str, ...]
    passage: str
    negative: str | None


def occurrences(passage: str, answer: str) -> list[tuple[int, int]]:
    """Where the answer stands as whole words, in the same case; no overlaps. Empty for an empty answer."""
    found, place = [], passage.find(answer) if answer else -1
    while place >= 0:
        end = place + len(answer)
        if _is_edge(passage, place) and _is_edge(passage, end):
            found.append((place, end))
        place = passage.find(answer, end)
    return found


def write_rows(path: Path, rows: Iterable[Example | Trial]) -> None:
    """Compressed JSON lines. The same rows make the same bytes: no time is written into the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
    path.write_bytes(gzip.compress(lines.encode(), compresslevel=6, mtime=0))


def read_examples(path: Path) -> list[Example]:
    """The examples that `write_rows` wrote. Raises ValueError where a row is none."""
    return [
        Example(
            question=row["question"],
            passage=row["passage"],
            supervision=Supervision(row["supervision"]),
            spans=tuple((start, end) for start, end in row["spans"]),
            source=row["source"],
            weight=row["weight"],
        )
        for row in read_json_lines(path)
    ]


def read_trials(path: Path) -> list[Trial]:
    """The trials that `write_rows` wrote."""
    return [
        Trial(row["question"], tuple(row["answers"]), row["passage"], row["negative"]) for row in read_json_lines(path)
    ]


def read_json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects in a compressed file, one a line."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _is_edge(text: str, place: int) -> bool:
    """Whether no word goes on across this place."""
    return place in (0, len(text)) or not (text[place - 1].isalnum() and text[place].isalnum())
