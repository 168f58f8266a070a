"""What a window should be read as."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from training.examples import Example, Supervision
from training.windows import Window, Windowing

NULL_SPAN = (0, 0)  # [CLS] is start and end of no answer


@dataclass(frozen=True, slots=True)
class Target:
    """A window and its right spans, first and last position each; `within`: the answer is inside one of them."""

    window: Window
    spans: tuple[tuple[int, int], ...]
    within: bool
    weight: float

    @property
    def is_null(self) -> bool:
        return self.spans == (NULL_SPAN,)


def targets(examples: Iterable[Example], windowing: Windowing) -> Iterator[Target]:
    """A window without the answer of its passage is a null of its own; one that cuts the answer is left out."""
    for example in examples:
        for window in windowing.windows(example.question, example.passage):
            target = _target(example, window)
            if target is not None:
                yield target


def _target(example: Example, window: Window) -> Target | None:
    whole = [window.tokens_of(*span) for span in example.spans]
    found = tuple(dict.fromkeys(span for span in whole if span is not None))
    if found:
        return Target(window, found, example.supervision is Supervision.WITHIN, example.weight)
    if any(window.touches(*span) for span in example.spans):
        return None
    return Target(window, (NULL_SPAN,), False, example.weight)
