"""Indexing: Footnote against the quickstart, against its own model alone, and when nothing has changed."""

from collections.abc import Callable
from dataclasses import dataclass

from child import Finished, run_footnote, run_program
from spread import Figure, Spread
from workbench import Workbench, say

NAME = "indexing"


@dataclass(frozen=True, slots=True)
class Round:
    """One of each, one after the other, over the same documents."""

    documents: int
    footnote: Finished
    unchanged: Finished
    embedding_s: float
    quickstart: Finished

    @property
    def footnote_s(self) -> float:
        return self.footnote.result["seconds"]

    @property
    def quickstart_s(self) -> float:
        return self.quickstart.result["seconds"]


FIGURES: tuple[tuple[str, str, Callable[[Round], float]], ...] = (
    ("Footnote", "documents/s", lambda one: one.documents / one.footnote_s),
    ("quickstart", "documents/s", lambda one: one.documents / one.quickstart_s),
    ("Footnote / quickstart", "x", lambda one: one.quickstart_s / one.footnote_s),
    (
        "the same, whole processes with their imports",
        "x",
        lambda one: one.quickstart.seconds / one.footnote.seconds,
    ),
    ("share of the bare embedder's speed", "%", lambda one: 100 * one.embedding_s / one.footnote_s),
    ("peak memory of Footnote", "MB", lambda one: one.footnote.peak_mb),
    ("peak memory of the quickstart", "MB", lambda one: one.quickstart.peak_mb),
    (
        "`index` over unchanged files, of the first run",
        "%",
        lambda one: 100 * one.unchanged.seconds / one.footnote.seconds,
    ),
)


def measure(bench: Workbench) -> list[Figure]:
    rounds = []
    for number in range(1, bench.runs + 1):
        say(f"indexing {len(bench.texts):,} documents, run {number} of {bench.runs}")
        rounds.append(_round(bench))
    return [Figure(NAME, name, unit, Spread.of([of(one) for one in rounds])) for name, unit, of in FIGURES]


def _round(bench: Workbench) -> Round:
    footnote = bench.index_with_footnote()
    home = bench.footnote_home
    return Round(
        documents=len(bench.texts),
        footnote=footnote,
        unchanged=run_footnote("index", home=home, documents=bench.documents, limit_s=bench.limit_s),
        embedding_s=run_program("bare_embedding.py", "passages", home, limit_s=bench.limit_s).result["seconds"],
        quickstart=bench.index_with_quickstart(),
    )
