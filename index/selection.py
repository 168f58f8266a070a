"""Some of the documents, to be searched as if there were no others."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


class Restriction(Protocol):
    """Says which documents may be found.

    What it allows is remembered under its hash: equal ones allow the same, today and tomorrow.
    """

    def allows(self, document: str) -> bool:
        """Whether the document of that id may be found."""
        ...

    def __hash__(self) -> int: ...


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """The passages of the documents that are allowed, as of one change of the catalog.

    `numbers` ascend; `lengths` says how many words the keyword index knows of each. `total` counts all passages
    there are, allowed or not.
    """

    numbers: Numbers
    lengths: NDArray[np.float64]
    total: int

    def __len__(self) -> int:
        return len(self.numbers)

    def places(self, numbers: Numbers) -> Numbers:
        """Where in `self.numbers` these stand, in their order; those that are not allowed are left out."""
        if not len(self):
            return np.empty(0, np.int64)
        places: Numbers = np.searchsorted(self.numbers, numbers)
        places[places == len(self)] = 0
        allowed: Numbers = places[self.numbers[places] == numbers]
        return allowed

    def kept(self, numbers: Iterable[int]) -> set[int]:
        """Those of the numbers that are allowed."""
        return set(self.numbers[self.places(np.fromiter(numbers, np.int64))].tolist())
