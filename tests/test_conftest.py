"""The guards that every test runs behind do guard."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings


@pytest.mark.parametrize("address", [("example.org", 443), ("203.0.113.1", 443), ("2001:db8::1", 443)])
def test_other_machines_cannot_be_reached(blocked_network: list[str], address: tuple[str, int]) -> None:
    """A name is not looked up, an address is not connected to, and the attempt is remembered."""
    with pytest.raises(OSError, match="blocked"):
        socket.create_connection(address, timeout=1)
    assert len(blocked_network) == 1
    blocked_network.clear()


def test_this_machine_can_be_reached() -> None:
    """A server under test is an ordinary server."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=5).close()


@pytest.fixture(scope="module")
def developers_shell() -> Iterator[None]:
    os.environ["FOOTNOTE_PORT"] = "1"
    yield
    os.environ.pop("FOOTNOTE_PORT", None)


@pytest.mark.usefixtures("developers_shell")
def test_settings_of_the_shell_do_not_reach_tests(empty_folder: Path) -> None:
    """What a developer has set is gone, and the working folder holds nothing."""
    assert Settings.load(os.environ, Path.cwd()).port == 8080
    assert Path.cwd() == empty_folder
    assert list(empty_folder.iterdir()) == []
