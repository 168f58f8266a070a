"""The server's port and its life between two signals."""

import socket

import pytest

from bot.errors import AddressUnavailable
from bot.serving import listen, url_of


def test_port_zero_picks_a_free_one() -> None:
    """The URL names the port that was picked, and it accepts connections."""
    with listen("127.0.0.1", 0) as listening:
        url = url_of(listening)
        port = int(url.removeprefix("http://127.0.0.1:"))
        with socket.create_connection(("127.0.0.1", port)):
            pass


def test_ipv6_addresses_stand_in_brackets() -> None:
    """A URL with colons in its host would be another URL."""
    try:
        listening = listen("::1", 0)
    except AddressUnavailable:
        pytest.skip("this machine has no IPv6")
    with listening:
        assert url_of(listening).startswith("http://[::1]:")


def test_a_port_in_use_is_named_in_words() -> None:
    """One line says which address is taken, once."""
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(AddressUnavailable) as raised:
            listen("127.0.0.1", port)
    assert str(raised.value) == f"cannot listen on 127.0.0.1 port {port}: address already in use"


def test_a_name_that_is_nowhere_is_named_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the name service says has no number of its own in the message."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(AddressUnavailable, match=r"^cannot listen on nowhere port 1: name or service not known$"):
        listen("nowhere", 1)
