"""Questions to begin with, in time, and at nobody's cost."""

import asyncio
import threading

import pytest

from bot.examples import AT_ONCE, Examples
from bot.scope import EVERYTHING, Scope
from index.errors import IndexProblem


class Making:
    """Takes until it is told to end; counts who makes some at the same time."""

    def __init__(self) -> None:
        self.end = threading.Event()
        self.begun = 0

    def __call__(self, scope: Scope) -> list[str]:
        self.begun += 1
        assert self.end.wait(20)
        return [f"What is in {scope.patterns}?"]


async def test_nobody_waits_longer_for_them_and_they_are_made_once() -> None:
    """Who asks again asks for the same."""
    making = Making()
    examples = Examples(making, within_s=0.01)
    assert await examples(EVERYTHING) == await examples(EVERYTHING) == []
    assert making.begun == 1
    making.end.set()


async def test_many_scopes_leave_threads_for_others() -> None:
    """As after a change of the documents, with a key for each department."""
    making = Making()
    examples = Examples(making)
    asked = [asyncio.create_task(examples(Scope((f"{number}/*",)))) for number in range(64)]
    assert await asyncio.wait_for(asyncio.to_thread(lambda: "listed"), 1) == "listed"
    assert making.begun <= AT_ONCE
    making.end.set()
    assert all(await asyncio.gather(*asked))


async def test_an_index_that_fails_offers_none(caplog: pytest.LogCaptureFixture) -> None:
    def broken(scope: Scope) -> list[str]:
        raise IndexProblem("the index is closed")

    assert await Examples(broken)(EVERYTHING) == []
    assert caplog.messages == ["no examples of questions: the index is closed"]
