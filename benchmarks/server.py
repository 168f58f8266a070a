"""`footnote serve` as a process of its own on a free port of the loopback interface, and its clients."""

import http.client
import json
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import MappingProxyType
from typing import Any

import psutil
from child import FOOTNOTE, ChildFailed, environment, footnote_environment

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")
REQUEST_LIMIT_S = 60
STOP_LIMIT_S = 30
POLL_S = 0.1
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Load:
    """What clients saw: milliseconds of each good reply, and how many were not good."""

    milliseconds: list[float]
    errors: int


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is ready: its index is up to date and searched by meaning."""

    port: int
    process: psutil.Process

    def load(self, path: str, bodies: Sequence[dict[str, Any]], clients: int = 1) -> Load:
        """Post the bodies, shared among `clients` that each keep a connection and wait only for replies."""
        shares = [bodies[client::clients] for client in range(clients)]
        with ThreadPoolExecutor(clients) as pool:
            loads = list(pool.map(lambda share: self._client(path, share), shares))
        return Load([each for load in loads for each in load.milliseconds], sum(load.errors for load in loads))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def resident_mb(self) -> float:
        return self.process.memory_info().rss / 1e6

    def is_ready(self) -> bool:
        try:
            status, body = self._request(self._connection(), "GET", "/readyz", None)
        except OSError:
            return False
        return status == 200 and json.loads(body)["detail"] == "ready"

    def _client(self, path: str, bodies: Sequence[dict[str, Any]]) -> Load:
        milliseconds, errors = [], 0
        with closing(self._connection()) as connection:
            for body in bodies:
                started = perf_counter()
                try:
                    status, _ = self._request(connection, "POST", path, body)
                except (OSError, http.client.HTTPException):
                    connection.close()
                    status = 0
                took = (perf_counter() - started) * 1000
                if status == 200:
                    milliseconds.append(took)
                else:
                    errors += 1
        return Load(milliseconds, errors)

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=REQUEST_LIMIT_S)

    def _request(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: dict[str, Any] | None
    ) -> tuple[int, bytes]:
        connection.request(method, path, body and json.dumps(body), {"Content-Type": "application/json"})
        with connection.getresponse() as response:
            return response.status, response.read()


@contextmanager
def serving(home: Path, documents: Path, limit_s: float, more: Mapping[str, str] = NOTHING) -> Iterator[Server]:
    """Start a server, wait until it is ready, stop it afterwards. Raises ChildFailed if it takes too long.

    `more` goes into its environment.
    """
    command = [*FOOTNOTE, "serve", "--host", "127.0.0.1", "--port", "0"]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryDirectory() as folder:
        process = psutil.Popen(
            command,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment({**footnote_environment(home, documents), **more}),
        )
        try:
            yield _ready(process, out, time.monotonic() + limit_s)
        finally:
            _stop(process)


def _ready(process: psutil.Popen, out: Any, deadline: float) -> Server:
    while time.monotonic() < deadline and process.poll() is None:
        out.seek(0)
        said = out.read().decode(errors="replace")
        if address := ADDRESS.search(said):
            server = Server(int(address[1]), process)
            if server.is_ready():
                return server
        time.sleep(POLL_S)
    raise ChildFailed(f"footnote serve was not ready in time, or ended with {process.poll()}: {said[-500:]}")


def _stop(process: psutil.Popen) -> None:
    try:
        process.terminate()
        process.wait(STOP_LIMIT_S)
    except psutil.NoSuchProcess:
        pass  # it has ended by itself
    except psutil.TimeoutExpired:
        process.kill()
        process.wait()
