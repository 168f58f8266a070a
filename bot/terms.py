"""What a question is about: its content words as stems, weighted by how rare they are, and the names among them."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from index.keywords import terms

Stems = Callable[[str], list[str]]
Rarity = Callable[[str], float]

LEAST_WEIGHT = 0.05  # even the commonest content word counts a little
RELATED_LENGTH = 5  # letters that two words must begin with to be relatives
NAME = re.compile(r"(?<!^)\b[^\W\d_a-z]\w*|\d[\d.,]*")


@dataclass(frozen=True, slots=True)
class QuestionTerms:
    """`weights` by stem, `sequence` in the question's order, `names` the stems of its proper names and numbers."""

    weights: dict[str, float]
    sequence: tuple[str, ...]
    names: frozenset[str]

    @classmethod
    def of(cls, question: str, stems: Stems, rarity: Rarity) -> "QuestionTerms":
        weights: dict[str, float] = {}
        for word in terms(question):
            weight = max(rarity(word), LEAST_WEIGHT)
            for stem in stems(word):
                weights[stem] = max(weight, weights.get(stem, 0.0))
        names = {stem for name in NAME.findall(question) for stem in stems(name)}
        return cls(weights, tuple(weights), frozenset(names & weights.keys()))

    def found(self, stems: Collection[str]) -> frozenset[str]:
        """The question's stems that stand among `stems`, as they are or as a relative: Haiti in Haitian."""
        return frozenset(
            stem
            for stem in self.weights
            if stem in stems or (len(stem) >= RELATED_LENGTH and any(_related(stem, other) for other in stems))
        )

    def coverage(self, found: Collection[str]) -> float:
        """Share of the question's weight that stands in `found`; 0 for a question without words."""
        total = sum(self.weights.values())
        return sum(self.weights[stem] for stem in found) / total if total else 0.0

    def missing(self, found: Collection[str]) -> float:
        """Weight of the question's words that are not in `found`."""
        return sum(weight for stem, weight in self.weights.items() if stem not in found)

    def missing_names(self, found: Collection[str]) -> int:
        return len(self.names.difference(found))

    def adjacency(self, stems: Sequence[str]) -> float:
        """Share of the question's neighbouring words that are neighbours, or nearly, in `stems` too."""
        pairs = set(zip(self.sequence, self.sequence[1:], strict=False))
        if not pairs:
            return 0.0
        near = {pair for gap in (1, 2, 3) for pair in zip(stems, stems[gap:], strict=False)}
        return len(pairs & near) / len(pairs)


def _related(stem: str, other: str) -> bool:
    return other.startswith(stem) or (len(other) >= RELATED_LENGTH and stem.startswith(other))
