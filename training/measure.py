"""Measures readers on trials that none of them was trained on.

    python -m training.measure TRIALS.jsonl.gz MODEL.onnx|CHECKPOINT.pt ... [--limit N] [--json FILE]

EM and F1 with the passage that answers given, by SQuAD's normalisation, the best of several gold answers; AUROC of the
score between that passage and the best-ranked one that does not answer; tokens a second, reading and decoding included.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.metrics import auroc, exact_match, mean, token_f1
from training.decoding import Reading, read
from training.examples import Trial, read_trials
from training.models import Model, load
from training.windows import Windowing


@dataclass(frozen=True, slots=True)
class Figures:
    """None where there was nothing to measure; `exact` and `f1` from 0 to 1."""

    model: str
    trials: int
    exact: float | None
    f1: float | None
    auroc: float | None
    tokens_per_second: float


class Measurement:
    """Reads the trials with one model and counts the tokens."""

    def __init__(self, model: Model, windowing: Windowing) -> None:
        self._model, self._windowing = model, windowing
        self._tokens = 0

    def figures(self, name: str, trials: Sequence[Trial]) -> Figures:
        began = time.perf_counter()
        right = [self._read(trial.question, trial.passage) for trial in trials]
        wrong = [self._read(trial.question, trial.negative) for trial in trials if trial.negative]
        seconds = time.perf_counter() - began
        written = [
            (trial.passage[one.start : one.end] if one else "", trial.answers)
            for trial, one in zip(trials, right, strict=True)
        ]
        return Figures(
            model=name,
            trials=len(trials),
            exact=mean([exact_match(*pair) for pair in written]),
            f1=mean([token_f1(*pair) for pair in written]),
            auroc=auroc([one.score for one in right if one], [one.score for one in wrong if one]),
            tokens_per_second=self._tokens / seconds,
        )

    def _read(self, question: str, passage: str) -> Reading | None:
        windows = self._windowing.windows(question, passage)
        self._tokens += sum(len(window.ids) for window in windows)
        return read(windows, self._model.logits(windows))


def table(rows: Sequence[Figures]) -> str:
    """For a README."""
    lines = ["| model | questions | EM | F1 | AUROC | tokens/s |", "| --- | --- | --- | --- | --- | --- |"]
    for row in rows:
        shares = " | ".join("–" if value is None else f"{value:.3f}" for value in (row.exact, row.f1, row.auroc))
        lines.append(f"| {row.model} | {row.trials} | {shares} | {row.tokens_per_second:,.0f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trials", type=Path)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--limit", type=int, help="this many trials only, always the same")
    parser.add_argument("--json", type=Path, help="writes the figures there")
    arguments = parser.parse_args()
    trials = read_trials(arguments.trials)
    if arguments.limit is not None:
        trials = random.Random(1).sample(trials, min(arguments.limit, len(trials)))
    rows = [Measurement(load(path), Windowing()).figures(path.name, trials) for path in arguments.models]
    print(table(rows))
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
