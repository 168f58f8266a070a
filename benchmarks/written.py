"""Answers of a language model, from question to proof: when sentences are out, and what proving them costs."""

from child import run_program
from spread import Figure, Spread
from workbench import Workbench, say

from bot.metrics import percentile

NAME = "written"
ANSWERS = 10
TOKENS_PER_SECOND = 50


def measure(bench: Workbench) -> list[Figure]:
    rounds = []
    for number in range(1, bench.runs + 1):
        say(f"{ANSWERS} answers at {TOKENS_PER_SECOND} tokens a second, run {number} of {bench.runs}")
        rounds.append(run_program("written.py", str(ANSWERS), str(TOKENS_PER_SECOND), limit_s=bench.limit_s).result)
    values = {
        ("first sentence, from its last token until it is out, p50", "ms"): _percentiles(rounds, "first_ms", 50),
        ("the same, the slowest", "ms"): _percentiles(rounds, "first_ms", 100),
        ("every sentence, the slowest", "ms"): _percentiles(rounds, "every_ms", 100),
        ("proving an answer of three sentences, p50", "ms"): _percentiles(rounds, "verify_ms", 50),
        ("its share of the whole answer, p50", "%"): _percentiles(rounds, "verify_share", 50),
        ("the same, the largest", "%"): _percentiles(rounds, "verify_share", 100),
    }
    return [Figure(NAME, name, unit, Spread.of(each)) for (name, unit), each in values.items()]


def _percentiles(rounds: list[dict[str, list[float]]], name: str, percent: float) -> list[float]:
    return [percentile(one[name], percent) for one in rounds]
