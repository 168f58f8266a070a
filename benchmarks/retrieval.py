"""Retrieval: `POST /search` over HTTP against the quickstart's retriever called in its own process."""

from dataclasses import dataclass

from child import run_program
from server import serving
from spread import Figure, Spread
from workbench import WARM_UP, Workbench, say

from bot.metrics import percentile

NAME = "retrieval"


@dataclass(frozen=True, slots=True)
class Round:
    """Milliseconds at the median."""

    footnote: float
    quickstart: float
    embedding: float


def measure(bench: Workbench) -> list[Figure]:
    rounds = []
    for number in range(1, bench.runs + 1):
        say(f"searching {len(bench.texts):,} documents, run {number} of {bench.runs}")
        rounds.append(Round(_footnote(bench), _quickstart(bench), embedding_p50(bench)))
    values = {
        ("`/search`, p50", "ms"): [one.footnote for one in rounds],
        ("quickstart's retriever, p50", "ms"): [one.quickstart for one in rounds],
        ("embedding the question alone, p50", "ms"): [one.embedding for one in rounds],
        ("Footnote / quickstart", "x"): [one.footnote / one.quickstart for one in rounds],
    }
    return [Figure(NAME, name, unit, Spread.of(each)) for (name, unit), each in values.items()]


def embedding_p50(bench: Workbench) -> float:
    """Of the bundled model on the same questions."""
    result = run_program("bare_embedding.py", "questions", bench.questions_file, limit_s=bench.limit_s).result
    return percentile(result["milliseconds"], 50)


def _footnote(bench: Workbench) -> float:
    bodies = [{"query": question} for question in bench.questions]
    with serving(bench.footnote_home, bench.documents, bench.limit_s) as server:
        server.load("/search", bodies[:WARM_UP])
        load = server.load("/search", bodies)
    assert not load.errors, f"{load.errors} searches failed"
    return percentile(load.milliseconds, 50)


def _quickstart(bench: Workbench) -> float:
    arguments = ("retrieve", bench.questions_file, bench.quickstart_store)
    result = run_program("quickstart.py", *arguments, limit_s=bench.limit_s).result
    return percentile(result["milliseconds"], 50)
