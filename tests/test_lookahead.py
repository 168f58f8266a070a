"""Looking ahead: in order, one at a time, errors where they belong."""

import threading
from collections.abc import Iterator

import pytest

from index.lookahead import one_ahead


def test_items_come_in_order():
    """Nothing is lost, doubled or swapped; falsy items are items."""
    assert list(one_ahead(iter([0, [], "", 3]))) == [0, [], "", 3]


def test_nothing_gives_nothing():
    """An empty source ends at once."""
    assert list(one_ahead(iter(()))) == []


def test_the_next_item_is_made_while_one_is_used():
    """While the first is in use the second gets made, and no third."""
    made: list[int] = []
    second = threading.Event()

    def source() -> Iterator[int]:
        for number in range(3):
            made.append(number)
            if number == 1:
                second.set()
            yield number

    items = one_ahead(source())
    assert next(items) == 0
    assert second.wait(10)
    assert made == [0, 1]
    assert list(items) == [1, 2]


def test_an_error_comes_where_the_item_would_have_come():
    """What was made before it is used first."""

    def source() -> Iterator[int]:
        yield 1
        raise ValueError("no second")

    items = one_ahead(source())
    assert next(items) == 1
    with pytest.raises(ValueError, match="no second"):
        next(items)


def test_leaving_early_ends_the_thread():
    """Whoever stops using the items leaves nothing behind."""
    items = one_ahead(iter(range(10)))
    next(items)
    items.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lookahead")]
