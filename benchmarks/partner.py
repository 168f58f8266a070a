"""A program of `programs/` that works together with a server: each has to be told of the other."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer
from typing import Any

from child import PROGRAMS, ChildFailed, environment


@dataclass(frozen=True, slots=True)
class Partner:
    """It waits for a line; `way_in` is what it said first: settings for the server that it works with."""

    process: "subprocess.Popen[str]"
    way_in: dict[str, str]

    def run(self, line: str) -> dict[str, Any]:
        """What it prints at the end, as JSON. Raises ChildFailed."""
        out, _ = self.process.communicate(f"{line}\n")
        if self.process.returncode:
            raise ChildFailed(f"{self.process.args[1]} ended with {self.process.returncode}")  # type: ignore[index]
        return json.loads(out)


@contextmanager
def partner(name: str, *arguments: str, limit_s: float) -> Iterator[Partner]:
    """Killed at the end, if need be."""
    command = [sys.executable, str(PROGRAMS / name), *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment({})
    ) as process:
        timer = Timer(limit_s, process.kill)
        timer.start()
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            if not said:
                raise ChildFailed(f"{name} ended before anything began")
            yield Partner(process, json.loads(said))
        finally:
            timer.cancel()
            process.kill()
