"""Slack: a busy workspace tells the bot of fifty events a second while it answers five questions a second."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partner import partner
from server import serving
from spread import Figure, Spread
from workbench import Collection, Workbench, say

from bot.metrics import percentile

NAME = "slack"
SECONDS = 60
SEEDS = Path(__file__).parents[1] / "seeds"
QUESTIONS_ABOUT_SEEDS = (
    "Who commands the multinational security mission in Haiti?",
    "Where does the APN port lie?",
    "Since when had gangs occupied the APN port?",
    "What does the field url of a citation open?",
    "What happens when a question is edited?",
)


@dataclass(frozen=True, slots=True)
class Round:
    """What the stand-in saw."""

    result: dict[str, Any]

    def milliseconds(self, what: str, percent: float) -> float:
        return percentile(self.result[what], percent) or 0.0

    def count(self, what: str) -> float:
        return float(self.result[what])


def measure(bench: Workbench) -> list[Figure]:
    collection = _collection(bench)
    asked = bench.folder / "slack.json"
    asked.write_text(json.dumps(list(collection.questions)), encoding="utf-8")
    rounds = []
    for number in range(1, bench.runs + 1):
        say(f"{SECONDS} s of events from Slack, run {number} of {bench.runs}")
        history = bench.folder / f"slack-{number}.sqlite"
        with partner("slack_load.py", str(asked), str(SECONDS), limit_s=bench.limit_s) as workspace:
            more = {**workspace.way_in, "FOOTNOTE_HISTORY_URL": f"sqlite:///{history}"}
            with serving(collection.home, collection.documents, bench.limit_s, more):
                rounds.append(Round(workspace.run("go")))
        say(json.dumps(rounds[-1].result["calls"]))
    return _figures(rounds)


def _collection(bench: Workbench) -> Collection:
    """The many passages if they have been made, as that takes minutes; else the documents that ship."""
    return bench.many if bench.kept.is_dir() else _Seeds(bench.folder, QUESTIONS_ABOUT_SEEDS)


class _Seeds(Collection):
    @property
    def documents(self) -> Path:
        return SEEDS


def _figures(rounds: list[Round]) -> list[Figure]:
    values = {
        ("events told", "per s"): [one.count("events") / one.count("seconds") for one in rounds],
        ("acknowledged, p50", "ms"): [one.milliseconds("ack_ms", 50) for one in rounds],
        ("acknowledged, p99", "ms"): [one.milliseconds("ack_ms", 99) for one in rounds],
        ("acknowledged, the slowest", "ms"): [one.milliseconds("ack_ms", 100) for one in rounds],
        ("first sign of life, p50", "ms"): [one.milliseconds("life_ms", 50) for one in rounds],
        ("first sign of life, p95", "ms"): [one.milliseconds("life_ms", 95) for one in rounds],
        ("answer, p50", "ms"): [one.milliseconds("answer_ms", 50) for one in rounds],
        ("answer, p95", "ms"): [one.milliseconds("answer_ms", 95) for one in rounds],
        ("answers", "per s"): [one.count("answered") / one.count("seconds") for one in rounds],
        ("not acknowledged", "events"): [one.count("failed") for one in rounds],
        ("without a sign of life, or an answer", "questions"): [
            2 * one.count("asked") - len(one.result["life_ms"]) - len(one.result["answer_ms"]) for one in rounds
        ],
        ("what no sound app does", "calls"): [float(len(one.result["problems"])) for one in rounds],
    }
    return [Figure(NAME, name, unit, Spread.of(each)) for (name, unit), each in values.items()]
