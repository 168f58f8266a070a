"""Consecutive units -> passages of about equal size that end where a reader would pause."""

from collections.abc import Sequence
from itertools import pairwise

from index.blocks import Kind
from index.sections import Unit

# The badness of a way to cut a section is a sum over its passages: each costs a little, a nearly empty one as
# much as three more, and a cut costs by where it falls.
_PASSAGE = 0.3
_EMPTY = 1.0
_AT_PARAGRAPH, _AT_LINE, _AT_SENTENCE, _IN_SENTENCE = 0.0, 0.15, 0.5, 1.0
_APART = 1.0  # of what announces something, and what follows it


def packed(text: str, units: Sequence[Unit], room: int) -> list[Sequence[Unit]]:
    """The least bad way to cut `units` into runs that cost at most `room`; a unit over it is alone."""
    if sum(unit.cost for unit in units) <= room:
        return [units]
    begins = _best_begins(units, _cuts(text, units), room)
    runs = []
    end = len(units)
    while end:
        runs.append(units[begins[end] : end])
        end = begins[end]
    return runs[::-1]


def _best_begins(units: Sequence[Unit], cuts: Sequence[float], room: int) -> list[int]:
    """For each end, where the last run before it begins if all units up to there are cut best."""
    best, begins = [0.0], [0]
    for end in range(1, len(units) + 1):
        badness, begin = float("inf"), end - 1
        cost = 0
        for candidate in range(end - 1, -1, -1):
            cost += units[candidate].cost
            if cost > room and candidate < end - 1:
                break
            total = best[candidate] + cuts[candidate] + _PASSAGE + _EMPTY * (1 - min(cost / room, 1)) ** 4
            if total < badness:
                badness, begin = total, candidate
        best.append(badness)
        begins.append(begin)
    return begins


def _cuts(text: str, units: Sequence[Unit]) -> list[float]:
    """What it costs to cut before each unit."""
    return [0.0, *(_cut(text, before, after) for before, after in pairwise(units))]


def _cut(text: str, before: Unit, after: Unit) -> float:
    breaks = len(f".{text[before.end : after.start]}.".splitlines()) - 1
    apart = _APART if _belong_together(before, after, breaks) else 0
    if breaks:
        return apart + (_AT_PARAGRAPH if breaks > 1 else _AT_LINE)
    return apart + (_IN_SENTENCE if after.torn else _AT_SENTENCE)


def _belong_together(before: Unit, after: Unit, breaks: int) -> bool:
    if before.kind is Kind.MARKUP:  # a list marker, an opening fence, the rule under the names of columns
        return breaks < 2
    if before.kind is Kind.CODE:
        return after.kind is Kind.MARKUP  # the closing fence
    return before.kind in (Kind.LABEL, Kind.HEADING)  # "The steps are:", a title
