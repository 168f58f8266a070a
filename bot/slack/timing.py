"""The time that the Slack surface goes by, and how long it waits."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.slack.dispatcher import LEASE_S
from bot.slack.slack_session import TOTAL_S
from bot.slack.socket_line import PING_S

GRACE_S = 5.0  # for answers on their way when the server is told to stop: supervisors kill after ten seconds


@dataclass(frozen=True, slots=True)
class Timing:
    """`lease_s` is how long a question of a process that has died stays its own, `attempt_s` what one call may take.

    `sleep` and `clock` are the time of all waiting for Slack; `now` is that at which tokens expire, in Unix seconds.
    """

    lease_s: float = LEASE_S
    grace_s: float = GRACE_S
    ping_s: float = PING_S
    attempt_s: float = TOTAL_S
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time


REAL = Timing()
