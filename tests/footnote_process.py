"""`footnote` as real processes, in the working folder of the test."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DEADLINE_S = 120  # a guard against hanging, generous because the machine may be busy
MAIN = "from bot.cli import main; main()"


def environment(**settings: str) -> dict[str, str]:
    """That of a user: Python itself is not told how to behave."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**plain, "PYTHONPATH": str(ROOT), **settings}


def command(*arguments: str, program: str = MAIN) -> list[str]:
    return [sys.executable, "-c", program, *arguments]


def run(*arguments: str, program: str = MAIN, **settings: str) -> subprocess.CompletedProcess[str]:
    """`footnote ARGUMENTS` with these settings in its environment, to its end."""
    return subprocess.run(
        command(*arguments, program=program),
        env=environment(**settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
    )


def until(condition: Callable[[], bool]) -> None:
    """Look again and again until it holds."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


class Server:
    """A running `footnote serve`."""

    def __init__(self, process: "subprocess.Popen[str]", url: str) -> None:
        self.process = process
        self.url = url

    def get(self, path: str) -> tuple[int, Any]:
        return self._send(urllib.request.Request(f"{self.url}{path}"))

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        headers = {"Content-Type": "application/json"}
        return self._send(urllib.request.Request(f"{self.url}{path}", json.dumps(body).encode(), headers))

    def ask(self, question: str) -> Any:
        """The answer's JSON."""
        status, answer = self.post("/ask", {"question": question})
        assert status == 200, answer
        return answer

    def wait_until_ready(self) -> None:
        until(lambda: self.get("/readyz")[0] == 200)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Its exit status after that signal."""
        self.process.send_signal(number)
        return self.process.wait(DEADLINE_S)

    def _send(self, request: urllib.request.Request) -> tuple[int, Any]:
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE_S) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)


@contextmanager
def serving(port: int = 0, **settings: str) -> Iterator[Server]:
    """`footnote serve`, on a free port by default, from the moment when it listens; killed at the end if need be."""
    with subprocess.Popen(
        command("serve", "--port", str(port)),
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("Footnote answers on http://"), process.communicate(timeout=DEADLINE_S)
            yield Server(process, line.split()[3])
        finally:
            process.kill()
