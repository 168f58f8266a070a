"""How a figure varies over runs: one number from a shared machine says nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self


@dataclass(frozen=True, slots=True)
class Spread:
    """Least, middle and greatest of the values of all runs."""

    minimum: float
    median: float
    maximum: float
    runs: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        return cls(min(values), median(values), max(values), len(values))


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the result. A ratio is taken within each run, so that the machine's mood cancels out."""

    benchmark: str
    name: str
    unit: str
    spread: Spread
