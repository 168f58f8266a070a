"""The first sign of life of a question that waits for its turn."""

import asyncio
from typing import Any

from bot.shipped import shipped_folder
from bot.slack.destination import Destination
from bot.slack.place import Place
from bot.slack.signs import Signs
from bot.slack.slack_phrases import SlackPhrases

WORDS = SlackPhrases.load(shipped_folder("prompts"), "en")
TO = Destination(Place("T1", "C1", "1.1"), "q1", "1.1", "U1", "T1")


class Statuses:
    """An API that keeps what was shown."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    async def call(self, team: str, method: str, **arguments: Any) -> dict[str, Any]:
        self.shown.append(arguments["status"])
        return {}


def signs_at_work() -> int:
    return sum(task.get_name() == "slack working sign" for task in asyncio.all_tasks())


async def test_a_question_that_is_edited_while_it_waits_has_one_sign() -> None:
    """Nobody would ever take the first one away: it would be kept up for good."""
    api = Statuses()
    signs = Signs(api)
    for _ in range(3):
        signs.begin(TO, WORDS)
        await asyncio.sleep(0)
    assert signs_at_work() == 1
    await signs.of(TO, WORDS).clear()
    assert signs_at_work() == 0
    assert api.shown[-1] == ""


async def test_what_another_process_answers_is_left_to_it() -> None:
    """No sign is kept for longer than it takes to hear of a question."""
    signs = Signs(Statuses(), unclaimed_s=0.01)
    for number in range(50):
        signs.begin(Destination(TO.place, f"q{number}", "1.1", "U1", "T1"), WORDS)
    async with asyncio.timeout(5):
        while signs_at_work():
            await asyncio.sleep(0)
