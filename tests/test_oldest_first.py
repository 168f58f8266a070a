"""Work of many questions, of which the oldest goes first."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

import pytest

from bot.oldest_first import OldestFirst

START = datetime(2026, 1, 1, tzinfo=UTC)
PATIENCE_S = 10


@pytest.fixture
def one_thread() -> Iterator[OldestFirst]:
    with closing(OldestFirst(1, "test")) as threads:
        yield threads


def asked_at(second: int) -> datetime:
    return START + timedelta(seconds=second)


async def test_a_free_thread_goes_on_with_the_question_that_was_asked_first(one_thread):
    """Not with the step that has waited longest."""
    done: list[int] = []
    gate = threading.Event()
    first = asyncio.ensure_future(one_thread.run(asked_at(0), lambda: gate.wait(PATIENCE_S)))
    await asyncio.sleep(0)
    others = [
        asyncio.ensure_future(one_thread.run(asked_at(age), lambda age=age: done.append(age))) for age in (3, 1, 2)
    ]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(first, *others)
    assert done == [1, 2, 3]


async def test_what_fails_or_is_given_up_leaves_the_thread_to_others(one_thread):
    """An error is the caller's, a wait that was cancelled nobody's."""
    gate = threading.Event()
    first = asyncio.ensure_future(one_thread.run(asked_at(0), lambda: gate.wait(PATIENCE_S)))
    await asyncio.sleep(0)
    failing = asyncio.ensure_future(one_thread.run(asked_at(1), lambda: 1 / 0))
    given_up = asyncio.ensure_future(one_thread.run(asked_at(2), lambda: "never"))
    await asyncio.sleep(0)
    given_up.cancel()
    gate.set()
    with pytest.raises(ZeroDivisionError):
        await failing
    assert await first is True
    assert await asyncio.wait_for(one_thread.run(asked_at(3), lambda: "next"), PATIENCE_S) == "next"


async def test_a_turn_that_comes_as_its_question_is_given_up_is_passed_on(one_thread):
    """Else a thread would be lost with every such accident."""
    gate = threading.Event()
    first = asyncio.ensure_future(one_thread.run(asked_at(0), lambda: gate.wait(PATIENCE_S)))
    await asyncio.sleep(0)
    given_up = asyncio.ensure_future(one_thread.run(asked_at(1), lambda: "never"))
    await asyncio.sleep(0)
    first.add_done_callback(lambda _: given_up.cancel())
    gate.set()
    await first
    assert await asyncio.wait_for(one_thread.run(asked_at(2), lambda: "next"), PATIENCE_S) == "next"


async def test_it_is_known_how_many_steps_wait(one_thread):
    """Not those that are being worked on, nor those that nobody wants any more."""
    gate = threading.Event()
    first, second, third = (
        asyncio.ensure_future(one_thread.run(asked_at(age), lambda: gate.wait(PATIENCE_S))) for age in range(3)
    )
    await asyncio.sleep(0)
    assert one_thread.waiting == 2
    third.cancel()
    await asyncio.wait({third})
    assert one_thread.waiting == 1
    gate.set()
    await asyncio.gather(first, second)
    assert one_thread.waiting == 0


async def test_work_belongs_to_the_task_that_wants_it(one_thread):
    """What is logged in a thread can be told apart by request."""
    request = ContextVar("request", default="none")
    request.set("r1")
    assert await one_thread.run(asked_at(0), request.get) == "r1"
