"""What goes wrong between an app and Slack, on order."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["status", "delay", "drop", "garbage", "rate_limited", "error"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure. With `processed` the call has been carried out all the same, and only its answer is spoilt."""

    kind: Kind
    value: float | str = 0
    processed: bool = False


def status(code: int, processed: bool = False) -> Fault:
    """An HTTP status with a body that is not Slack's."""
    return Fault("status", code, processed)


def delay(seconds: float, processed: bool = False) -> Fault:
    """An answer that comes late by that much of the stand-in's clock, before or after the call is carried out."""
    return Fault("delay", seconds, processed)


def drop_before() -> Fault:
    """The connection breaks, and nothing has been done."""
    return Fault("drop")


def drop_after() -> Fault:
    """The connection breaks, but the call has been carried out."""
    return Fault("drop", processed=True)


def garbage(processed: bool = False) -> Fault:
    """Status 200 with a body that is no JSON."""
    return Fault("garbage", processed=processed)


def rate_limited(retry_after: float | str = 1) -> Fault:
    """Status 429; the header is sent as given, so that fractions and dates are possible, too."""
    return Fault("rate_limited", retry_after)


def error(code: str) -> Fault:
    """Slack's own refusal, `{"ok": false, "error": code}`."""
    return Fault("error", code)


@dataclass(slots=True, eq=False)
class _Order:
    method: str
    fault: Fault
    times: int | None
    after: int

    def strikes(self, method: str) -> bool:
        """Counts the call; whether it fails."""
        if self.method not in (method, "*") or self.times == 0:
            return False
        if self.after:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Faults:
    """Failures that are due; each call asks once."""

    def __init__(self) -> None:
        self._orders: list[_Order] = []

    def add(self, method: str, fault: Fault, times: int | None = 1, after: int = 0) -> None:
        """Fail the next `times` calls (None: all) of a method ("*": any) once `after` calls have passed unharmed.

        Methods are named as Slack names them ("chat.postMessage"); routes that are none: "response_url", "upload",
        "file".
        """
        self._orders.append(_Order(method, fault, times, after))

    def take(self, method: str) -> tuple[Fault, ...]:
        """What befalls this call, in the order in which it was ordered."""
        return tuple(order.fault for order in self._orders if order.strikes(method))

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._orders.clear()

    @property
    def outstanding(self) -> list[tuple[str, Fault]]:
        """What was ordered a number of times and has not struck as often: a test that expected more calls."""
        return [(order.method, order.fault) for order in self._orders if order.times]
