"""What is there for everybody: to look whether the server lives, to sign in, to read how it is used."""

MONITORED = ("/healthz", "/readyz")
FOR_EVERYBODY = (*MONITORED, "/session", "/openapi.json")


def needs_access(path: str) -> bool:
    """Whether its sender must be let in."""
    return path not in FOR_EVERYBODY and not path.startswith("/web/")


def is_counted(path: str) -> bool:
    """Whether it is one of the requests of which a sender has only so many."""
    return path not in MONITORED and not path.startswith("/web/")
