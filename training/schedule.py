"""How fast is learnt at a step."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Schedule:
    """Rises to `peak` over the share `warm_up` of all steps, then falls to nothing, both in a straight line."""

    peak: float
    steps: int
    warm_up: float = 0.06

    def rate(self, step: int) -> float:
        """Of the step with this number, from 0. Beyond the last step it is 0."""
        rising = max(round(self.steps * self.warm_up), 1)
        if step < rising:
            return self.peak * (step + 1) / rising
        return self.peak * max(self.steps - step, 0) / max(self.steps - rising, 1)
