"""The first sentence of a language model: from its last token at the model's server to the claim that is checked."""

from child import run_program
from spread import Figure, Spread
from workbench import Workbench, say

from bot.metrics import percentile

NAME = "first_sentence"
ANSWERS = 10


def measure(bench: Workbench) -> list[Figure]:
    rounds = []
    for number in range(1, bench.runs + 1):
        say(f"{ANSWERS} answers at 50 tokens a second, run {number} of {bench.runs}")
        rounds.append(run_program("first_sentence.py", str(ANSWERS), limit_s=bench.limit_s).result)
    values = {
        "first sentence, from its last token to its claim, p50": [percentile(one["first_ms"], 50) for one in rounds],
        "the same, the slowest": [max(one["first_ms"]) for one in rounds],
        "every sentence, the slowest": [max(one["every_ms"]) for one in rounds],
    }
    return [Figure(NAME, name, "ms", Spread.of(each)) for name, each in values.items()]
