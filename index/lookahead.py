"""Looking ahead: the next item is made while this one is used."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def one_ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items in the same order, each made in another thread while the one before it is used.

    What making an item raises is raised where the item would have come. Leaving early waits for the item that
    is being made.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="lookahead") as thread:
        coming = thread.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = thread.submit(next, items, None)
            yield item
