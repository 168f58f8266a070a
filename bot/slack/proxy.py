"""Which proxy stands between this machine and Slack; the SDK knows of none that is to be left out."""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit


def proxy_for(url: str, environment: Mapping[str, str]) -> str | None:
    """The proxy that the environment names for such a URL; none for this machine itself or what NO_PROXY lists."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if _is_loopback(host) or _is_listed(host, _named(environment, "no_proxy") or ""):
        return None
    return _named(environment, f"{parts.scheme}_proxy")


def _named(environment: Mapping[str, str], name: str) -> str | None:
    """Both spellings are in use; an empty value is none."""
    return environment.get(name, "").strip() or environment.get(name.upper(), "").strip() or None


def _is_listed(host: str, names: str) -> bool:
    """A name stands for itself and everything below it, whether or not it is written with a dot in front."""
    listed = [name.strip().lstrip("*").lstrip(".").lower() for name in names.split(",") if name.strip()]
    return any(not name or host == name or host.endswith(f".{name}") for name in listed)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
