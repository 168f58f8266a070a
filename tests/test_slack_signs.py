"""The first sign of life of a question that waits for its turn."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.errors import HistoryUnavailable
from bot.shipped import shipped_folder
from bot.slack.background import Background
from bot.slack.destination import Destination
from bot.slack.place import Place
from bot.slack.signs import Signs
from bot.slack.slack_phrases import SlackPhrases
from tests.waiting import until

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


@pytest.fixture
def api() -> Statuses:
    return Statuses()


@pytest.fixture
async def background() -> AsyncIterator[Background]:
    made = Background()
    yield made
    await made.close(5.0)


def nothing_is_over(_id: str) -> bool:
    return False


async def test_a_question_that_is_edited_while_it_waits_has_one_sign(api: Statuses, background: Background) -> None:
    """Nobody would ever take the first one away: it would be kept up for good."""
    signs = Signs(api, background, nothing_is_over)
    for _ in range(3):
        signs.begin(TO, WORDS)
        await asyncio.sleep(0)
    assert signs_at_work() == 1
    signs.end(signs.of(TO, WORDS))
    await until(lambda: not signs_at_work())
    assert api.shown[-1] == ""


async def test_what_another_process_answers_is_left_to_it(api: Statuses, background: Background) -> None:
    """No sign is kept for longer than it takes to hear of a question."""
    signs = Signs(api, background, nothing_is_over, unclaimed_s=0.01)
    for number in range(50):
        signs.begin(Destination(TO.place, f"q{number}", "1.1", "U1", "T1"), WORDS)
    await until(lambda: not signs_at_work())
    assert "" not in api.shown


async def test_what_another_process_has_answered_has_no_sign(api: Statuses, background: Background) -> None:
    """It may have been faster than our sign, which would stand below the answer for two minutes."""
    over: set[str] = set()
    signs = Signs(api, background, over.__contains__, look_s=0.001)
    signs.begin(TO, WORDS)
    await until(lambda: api.shown)
    over.add(TO.question_id)
    await until(lambda: not signs_at_work())
    assert api.shown[-1] == ""


async def test_a_history_that_is_away_takes_no_sign_away(api: Statuses, background: Background) -> None:
    """Nobody knows; in the end it is left."""

    def away(_id: str) -> bool:
        raise HistoryUnavailable("away")

    signs = Signs(api, background, away, look_s=0.001, unclaimed_s=0.01)
    signs.begin(TO, WORDS)
    await until(lambda: not signs_at_work())
    assert "" not in api.shown


async def test_questions_that_still_wait_in_a_thread_show_their_sign_anew(
    api: Statuses, background: Background
) -> None:
    """A thread has one line, which the first answer takes away."""
    signs = Signs(api, background, nothing_is_over)
    second = Destination(TO.place, "q2", "2.2", "U1", "T1")
    for to in (TO, second):
        signs.begin(to, WORDS)
    await until(lambda: len(api.shown) == 2)
    signs.end(signs.of(TO, WORDS))
    await until(lambda: len(api.shown) == 4)
    assert api.shown[2:] == ["", WORDS.searching_status]
    signs.end(signs.of(second, WORDS))
    await until(lambda: not signs_at_work())
    assert api.shown[4:] == [""]


async def test_what_waits_at_the_end_is_left_to_the_next_process(api: Statuses, background: Background) -> None:
    """Which answers it."""
    signs = Signs(api, background, nothing_is_over)
    signs.begin(TO, WORDS)
    await until(lambda: api.shown)
    signs.close()
    await until(lambda: not signs_at_work())
    assert "" not in api.shown
