"""`python -m fakeslack [socket|http [REQUEST_URL]]`: the stand-in as a process of its own, until it is interrupted.

The first line that it writes is what an app has to be told to live in it, as JSON.
"""

import asyncio
import json
import signal
import sys

from fakeslack.control import Control
from fakeslack.server import FakeSlack
from fakeslack.trying import Transport

TRANSPORTS: dict[str, Transport] = {"socket": "socket", "http": "http"}


async def serve(transport: Transport, request_url: str | None) -> None:
    """Until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    slack = FakeSlack(transport=transport, request_url=request_url)
    control = Control(slack)
    async with slack:
        sys.stdout.write(f"{json.dumps(control.coordinates())}\n")
        sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    chosen = TRANSPORTS[sys.argv[1]] if len(sys.argv) > 1 else "socket"
    asyncio.run(serve(chosen, sys.argv[2] if len(sys.argv) > 2 else None))
