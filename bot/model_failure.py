"""What an exception of a model's client means, whichever library raised it: none of its words are passed on."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import httpx

from bot.errors import ModelBusy, ModelConfused, ModelProblem, ModelRefused, ModelSlow, ModelUnavailable

LONGEST_WAIT_S = 5.0
NONSENSE = (ValueError, TypeError, AttributeError, LookupError, httpx.DecodingError)


@dataclass(frozen=True, slots=True)
class ModelFailure:
    """The HTTP status, if the server answered with one, and every exception behind the one that was raised."""

    status: int | None
    retry_after_s: float | None
    causes: tuple[BaseException, ...]

    @classmethod
    def of(cls, error: Exception) -> Self:
        status = getattr(error, "status_code", None)
        headers = getattr(getattr(error, "response", None), "headers", {})
        return cls(status if isinstance(status, int) else None, _retry_after_s(headers), tuple(_causes(error)))

    @property
    def of_the_request(self) -> bool:
        """Whether the server says that the request is not well formed."""
        return self.status in (400, 422)

    @property
    def passing(self) -> bool:
        """Whether the same request may succeed in a moment, which `retry_after_s` does not put off for long."""
        soon = self.retry_after_s is None or self.retry_after_s <= LONGEST_WAIT_S
        return soon and (self._overburdened or self._broken or (self._unreachable and not self._late))

    def problem(self, begun: bool) -> ModelProblem:
        """What to tell; `begun` says whether the model had already written something."""
        if self._late:
            return ModelSlow("did not answer in time")
        if self.status is not None:
            return self._problem_of_status(self.status)
        if self._unreachable:
            return ModelUnavailable("broke off in the middle of its answer" if begun else "cannot be reached")
        if self._is(NONSENSE):
            return ModelConfused("sent something that is no answer")
        return ModelUnavailable("failed")

    def _problem_of_status(self, status: int) -> ModelProblem:
        if self._overburdened:
            return ModelBusy(f"has too many requests ({status})")
        if self._broken:
            return ModelUnavailable(f"failed ({status})")
        if status < 300:  # it told of an error in the middle of a good answer
            return ModelUnavailable("failed while it was writing")
        if status in (401, 403):
            return ModelRefused(f"does not accept the key ({status})")
        if status == 404:
            return ModelRefused(f"is not known to its server ({status})")
        return ModelRefused(f"does not accept the request ({status})")

    @property
    def _overburdened(self) -> bool:
        return self.status == 429

    @property
    def _broken(self) -> bool:
        return self.status is not None and self.status >= 500

    @property
    def _late(self) -> bool:
        return self.status == 408 or self._is((TimeoutError, httpx.TimeoutException))

    @property
    def _unreachable(self) -> bool:
        return self._is((OSError, httpx.TransportError, httpx.InvalidURL))

    def _is(self, kinds: tuple[type[BaseException], ...]) -> bool:
        return any(isinstance(cause, kinds) for cause in self.causes)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and those that it was raised from."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """None without the header; endless if it is a date or no number at all."""
    text = headers.get("retry-after")
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        return math.inf
    return seconds if seconds >= 0 else math.inf
