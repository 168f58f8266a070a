"""Addresses: which are this machine alone, and which belong together."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from starlette.requests import Request

NETWORK_BITS = 64  # of IPv6: whoever has one address of such a network has all of them


def is_loopback(host: str) -> bool:
    """Whether that name or address, without port or brackets, can only be this machine."""
    if host.lower() == "localhost":
        return True
    address = _address(host)
    return address is not None and address.is_loopback


def host_of(request: Request) -> str:
    """The host that the client believes to talk to, without its port; empty if that is no host."""
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""


def client_of(request: Request) -> str:
    """Who sent it, as far as the network tells: an IPv4 address or an IPv6 network, empty if unknown."""
    address = _address(request.client.host) if request.client else None
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, NETWORK_BITS), strict=False))
    return str(address or "")


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An IPv4 address that is written as IPv6 is itself."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
