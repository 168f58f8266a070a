"""What the clients saw, all of them together."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

EXAMPLES = 10


@dataclass(slots=True)
class Tally:
    """Milliseconds by kind of request, and whatever was not as it should be, with the first examples."""

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def count(self, what: str, example: object = "") -> None:
        self.counts[what] += 1
        if example and len(self.examples[what]) < EXAMPLES:
            self.examples[what].append(example if isinstance(example, str) else json.dumps(example)[:2000])

    def result(self) -> dict[str, Any]:
        return {"ms": self.milliseconds, "counts": self.counts, "examples": self.examples}
