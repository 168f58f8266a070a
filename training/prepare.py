"""Makes the examples that the reader is trained on, and the trials that it is measured with.

    python -m training.prepare DATA FOLDER [--negatives N] [--limit N]

`DATA` holds `squad11_dev`, `squad_train_nqg`, `covidqa` and `qamr.jsonl.gz`. `FOLDER` gets `examples.jsonl.gz`,
`held_out.jsonl.gz` and `covidqa.jsonl.gz`, the same every time. Needs Footnote itself, and no torch.
"""

import argparse
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from training.examples import Example, Supervision, Trial, occurrences, write_rows
from training.neighbours import Neighbours, neighbours
from training.sources import Asked, Source, covidqa_kept_back, held_out, training_sources


def examples(source: Source, negatives: int, limit: int | None = None) -> Iterator[Example]:
    """What the passages that answer have to teach, and the wrong ones."""
    with neighbours(source.texts) as found:
        for number, asked in enumerate(source.asked[:limit]):
            answered = list(_answered(source, asked, found))
            yield from answered
            if answered and number % source.every == 0:
                for passage in found.wrong(asked.question, asked.answers, asked.docs, negatives):
                    yield Example(asked.question, passage, Supervision.NULL, source=source.name)


def trials(source: Source, limit: int | None = None) -> Iterator[Trial]:
    """A question whose answer stands in none of its passages is left out."""
    with neighbours(source.texts) as found:
        for asked in source.asked[:limit]:
            right = [example.passage for example in _answered(source, asked, found)]
            wrong = found.wrong(asked.question, asked.answers, asked.docs, 1)
            if right:
                yield Trial(asked.question, asked.answers, right[0], next(iter(wrong), None))


def _answered(source: Source, asked: Asked, found: Neighbours) -> Iterator[Example]:
    for passage in chain.from_iterable(_texts(source, id, found) for id in asked.docs):
        spans = {span for answer in asked.answers for span in occurrences(passage, answer)}
        if spans:
            yield Example(asked.question, passage, source.supervision, tuple(sorted(spans)), source.name)


def _texts(source: Source, id: str, found: Neighbours) -> list[str]:
    return found.passages(id) if source.chunked else [source.texts[id]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--negatives", type=int, default=4, help="wrong passages for a question")
    parser.add_argument("--limit", type=int, help="questions of each set, for a trial")
    arguments = parser.parse_args()
    made: list[Example] = []
    for source in training_sources(arguments.data):
        made += examples(source, arguments.negatives, arguments.limit)
        print(f"{source.name}: {len(made)} examples so far", flush=True)
    write_rows(arguments.folder / "examples.jsonl.gz", made)
    write_rows(arguments.folder / "held_out.jsonl.gz", trials(held_out(arguments.data), arguments.limit))
    write_rows(arguments.folder / "covidqa.jsonl.gz", trials(covidqa_kept_back(arguments.data), arguments.limit))


if __name__ == "__main__":
    main()
