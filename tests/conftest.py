"""What holds for every test: no setting of the shell, no way out of this machine, an empty working folder."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

hypothesis.settings.register_profile("footnote", deadline=None)  # machines are noisy; pytest's timeout stands
hypothesis.settings.load_profile("footnote")

SCRUBBED = ("FOOTNOTE_", "SLACK_", "OPENAI_", "ANTHROPIC_", "CHROMA_")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")  # even of what is here
LOOPBACK = {None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", b"localhost", b"127.0.0.1", b"::1"}


@pytest.fixture(autouse=True)
def scrubbed_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings come from the test alone."""
    for name in os.environ:
        if name.startswith(SCRUBBED) or name in PROXIES:
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def empty_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder of each test: empty, and never the checkout."""
    folder = tmp_path_factory.mktemp("cwd")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(autouse=True)
def blocked_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Whatever leaves this machine raises; a test that tried fails even if the code swallowed the error."""
    attempts: list[str] = []

    def refuse(target: object) -> None:
        attempts.append(str(target))
        raise OSError(f"network access is blocked in tests: {target}")

    def guard_connection(method: str) -> None:
        original = getattr(socket.socket, method)

        def guarded(self: socket.socket, address: Any, *rest: Any) -> Any:
            if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
                refuse(address)
            return original(self, address, *rest)

        monkeypatch.setattr(socket.socket, method, guarded)

    def guard_lookup(function: str) -> None:
        original = getattr(socket, function)

        def guarded(host: Any, *rest: Any, **options: Any) -> Any:
            if host not in LOOPBACK:
                refuse(host)
            return original(host, *rest, **options)

        monkeypatch.setattr(socket, function, guarded)

    for method in ("connect", "connect_ex"):
        guard_connection(method)
    for function in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        guard_lookup(function)
    yield attempts
    assert attempts == [], f"the test tried to reach {attempts}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """For modules without coroutines: no other event loop can run in this thread beside the browser's."""
    from tests.web_browser import running_browser

    with running_browser() as browser:
        yield browser
