"""The second start: `footnote ask` as a whole process, over an index that is there and up to date."""

from child import run_footnote
from spread import Figure, Spread
from workbench import Workbench, say

NAME = "startup"
ANSWERED, ABSTAINED = 0, 3


def measure(bench: Workbench) -> list[Figure]:
    collection = bench.many
    say(f"starting `footnote ask` over {bench.passages:,} passages, {bench.runs} times")
    seconds = [
        run_footnote(
            "ask",
            question,
            home=collection.home,
            documents=collection.documents,
            limit_s=bench.limit_s,
            allowed=(ANSWERED, ABSTAINED),
        ).seconds
        for question in collection.questions[: bench.runs]
    ]
    return [Figure(NAME, "`footnote ask`, whole process", "s", Spread.of(seconds))]
