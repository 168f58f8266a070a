"""Running one measured program as a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from time import perf_counter
from typing import Any

PROGRAMS = Path(__file__).with_name("programs")
FOOTNOTE = [sys.executable, "-c", "from bot.cli import main; main()"]
# Nothing is fetched, and no progress bar is timed.
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TQDM_DISABLE": "1",
    "ANONYMIZED_TELEMETRY": "False",
}
UNLIMITED = {"FOOTNOTE_RATE_LIMIT": "1000000/second"}  # one client asks more here than a person ever does
BYTES_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024


class ChildFailed(Exception):
    """A measured program failed or took too long; the message ends with the last it said."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A process that ended well: how long it took, its peak memory, the last that it `said`, and that as a result."""

    seconds: float
    peak_mb: float
    said: str

    @property
    def result(self) -> dict[str, Any]:
        """The last line, if it is JSON."""
        last = self.said.rpartition("\n")[2]
        return json.loads(last) if last.startswith("{") else {}


def run_program(name: str, *arguments: str | Path, limit_s: float) -> Finished:
    """A file of `programs/`; its last line of output is its result as JSON."""
    return run([sys.executable, str(PROGRAMS / name), *map(str, arguments)], {}, limit_s)


def run_footnote(
    *arguments: str, home: Path, documents: Path, limit_s: float, allowed: Sequence[int] = (0,)
) -> Finished:
    """The command line program, as a user starts it."""
    return run([*FOOTNOTE, *arguments], footnote_environment(home, documents), limit_s, allowed)


def footnote_environment(home: Path, documents: Path) -> dict[str, str]:
    return {"FOOTNOTE_HOME": str(home), "FOOTNOTE_DOCUMENTS": str(documents)}


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """That of this process without settings of Footnote."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("FOOTNOTE_")}
    return {**inherited, **QUIET, **UNLIMITED, **extra}


def run(command: Sequence[str], extra: Mapping[str, str], limit_s: float, allowed: Sequence[int] = (0,)) -> Finished:
    """Raises ChildFailed unless the process ends within `limit_s` with one of the `allowed` exit codes.

    Its peak memory, as the kernel counts it, is never below what this process had when it started the other:
    keep this process small.
    """
    with (
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        tempfile.TemporaryDirectory() as folder,
    ):
        started = perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, cwd=folder, env=environment(extra))
        timer = Timer(limit_s, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = perf_counter() - started
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in allowed:
            raise ChildFailed(f"{' '.join(command[1:3])} ended with {process.returncode}: {_last_lines(err)}")
        return Finished(seconds, usage.ru_maxrss * BYTES_OF_MAXRSS / 1e6, _last_lines(out))


def _last_lines(file: Any, count: int = 5) -> str:
    file.seek(0)
    return "\n".join(file.read().decode(errors="replace").splitlines()[-count:])
