"""Tags of what is sent, by which browsers ask whether what they have is still the same."""

from starlette.requests import Request


def has(request: Request, etag: str) -> bool:
    """Whether the sender has what is tagged so.

    Proxies that compress mark the tag as weak; the content is the same.
    """
    tags = ",".join(request.headers.getlist("if-none-match")).split(",")
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in tags)
