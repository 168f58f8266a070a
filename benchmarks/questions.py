"""Questions: `POST /ask` over many passages, from one client and from eight, and the memory of the server."""

import json
from dataclasses import dataclass

from child import run_program
from server import Load, Server, serving
from spread import Figure, Spread
from workbench import WARM_UP, Workbench, say

from bot.metrics import percentile

NAME = "questions"
CLIENTS = 8


@dataclass(frozen=True, slots=True)
class Round:
    """The same questions three times: embedded only, by one client, by all."""

    embedding_ms: float
    alone: Load
    together: Load
    resident_mb: float

    @property
    def p50(self) -> float:
        return percentile(self.alone.milliseconds, 50)


def measure(bench: Workbench) -> list[Figure]:
    collection = bench.many
    asked = collection.questions[: len(bench.questions)]
    asked_file = bench.folder / "asked.json"
    asked_file.write_text(json.dumps(asked), encoding="utf-8")
    rounds = []
    with serving(collection.home, collection.documents, bench.limit_s) as server:
        server.load("/ask", [{"question": question} for question in collection.questions[-WARM_UP:]])
        for number in range(1, bench.runs + 1):
            say(f"asking over {bench.passages:,} passages, run {number} of {bench.runs}")
            result = run_program("bare_embedding.py", "questions", asked_file, limit_s=bench.limit_s).result
            rounds.append(_round(server, asked, percentile(result["milliseconds"], 50)))
    return _figures(rounds)


def _round(server: Server, asked: list[str], embedding_ms: float) -> Round:
    bodies = [{"question": question} for question in asked]
    return Round(
        embedding_ms,
        alone=server.load("/ask", bodies),
        together=server.load("/ask", bodies, clients=CLIENTS),
        resident_mb=server.resident_mb(),
    )


def _figures(rounds: list[Round]) -> list[Figure]:
    values = {
        ("`/ask`, one client, p50", "ms"): [one.p50 for one in rounds],
        ("`/ask`, one client, p99", "ms"): [percentile(one.alone.milliseconds, 99) for one in rounds],
        ("embedding the question alone, p50", "ms"): [one.embedding_ms for one in rounds],
        ("`/ask` p50 / embedding", "x"): [one.p50 / one.embedding_ms for one in rounds],
        (f"`/ask`, {CLIENTS} clients, p50", "ms"): [percentile(one.together.milliseconds, 50) for one in rounds],
        (f"`/ask`, {CLIENTS} clients, p99", "ms"): [percentile(one.together.milliseconds, 99) for one in rounds],
        (f"p99 of {CLIENTS} clients / p50 of one", "x"): [
            percentile(one.together.milliseconds, 99) / one.p50 for one in rounds
        ],
        ("errors", "requests"): [one.alone.errors + one.together.errors for one in rounds],
        ("resident memory of `serve`", "MB"): [one.resident_mb for one in rounds],
    }
    return [Figure(NAME, name, unit, Spread.of(each)) for (name, unit), each in values.items()]
