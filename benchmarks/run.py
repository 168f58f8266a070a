"""Footnote beside what a user would otherwise write; see README.md in this folder.

python benchmarks/run.py [--only indexing,questions] [--documents CORPUS.jsonl.gz] [--runs 3] [--json FILE]
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import indexing
import load
import page
import proof
import questions
import retrieval
import slack
import startup
import written
from child import ChildFailed
from material import Text, made_up_texts, read_questions, read_texts
from spread import Figure
from workbench import Workbench, say

BENCHMARKS = {each.NAME: each for each in (indexing, retrieval, questions, startup, proof, written, slack, load, page)}
KEPT = Path(__file__).parents[1] / ".bench" / "passages"
DOCUMENTS = 1000


def main() -> int:
    options = _options()
    texts = _texts(options)
    with tempfile.TemporaryDirectory(prefix="footnote-bench-") as folder:
        bench = Workbench(
            Path(folder),
            KEPT,
            texts,
            _questions(options, texts),
            options.runs,
            options.passages,
            options.timeout,
            options.clients,
            options.seconds,
        )
        try:
            figures = [figure for name in options.only for figure in BENCHMARKS[name].measure(bench)]
        except ChildFailed as failure:
            say(str(failure))
            return 1
    print(table(figures))
    if options.json:
        options.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=2), encoding="utf-8")
    return 0


def table(figures: Sequence[Figure]) -> str:
    """One line a figure, under the name of its benchmark."""
    lines = []
    for figure in figures:
        if figure.benchmark not in lines:
            lines += ["", figure.benchmark] if lines else [figure.benchmark]
        spread = figure.spread
        values = "".join(
            f"{value:12,.3g}" if value < 1000 else f"{value:12,.0f}"
            for value in (spread.minimum, spread.median, spread.maximum)
        )
        lines.append(f"  {figure.name:<52}{values}  {figure.unit}")
    return "\n".join([f"{'':<54}{'min':>12}{'median':>12}{'max':>12}", *lines])


def _texts(options: argparse.Namespace) -> Sequence[Text]:
    if options.documents:
        return read_texts(options.documents, options.limit)
    return made_up_texts(options.limit or DOCUMENTS)


def _questions(options: argparse.Namespace, texts: Sequence[Text]) -> list[str]:
    if options.questions:
        return read_questions(options.questions, options.asked)
    step = max(1, len(texts) // options.asked)
    return [text.question for text in texts[::step]][: options.asked]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", type=_names, default=list(BENCHMARKS), help=f"some of {','.join(BENCHMARKS)}")
    parser.add_argument("--documents", type=Path, help="a .jsonl or .jsonl.gz corpus; default: made-up text")
    parser.add_argument("--questions", type=Path, help="a .jsonl or .jsonl.gz of questions; default: titles")
    parser.add_argument("--limit", type=int, help=f"so many documents; of made-up ones {DOCUMENTS}")
    parser.add_argument("--asked", type=int, default=200, help="so many questions in each run")
    parser.add_argument("--passages", type=int, default=20_000, help="of `questions` and `startup`")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--clients", type=int, default=64, help="of `load`")
    parser.add_argument("--seconds", type=float, default=300, help="of `load`")
    parser.add_argument("--timeout", type=float, default=3600, help="seconds for each process")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    return parser.parse_args()


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - BENCHMARKS.keys():
        raise argparse.ArgumentTypeError(f"no benchmark {', '.join(sorted(unknown))}")
    return names


if __name__ == "__main__":
    sys.exit(main())
