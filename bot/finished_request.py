"""A request over HTTP that has been answered, or given up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FinishedRequest:
    """`route` and `method` come from what we serve, never from the request: they are few.

    The status of a request whose client left before it was answered is 499.
    """

    route: str
    method: str
    status: int
    seconds: float
