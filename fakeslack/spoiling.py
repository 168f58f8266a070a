"""Carrying faults out: what they do to a request, and to its answer."""

from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web

from fakeslack.clock import Clock
from fakeslack.faults import Fault

BROKEN_OFF = 499  # seen by nobody: the connection is gone
Answering = Callable[[], Awaitable[web.Response]]


async def spoilt(request: web.Request, faults: Iterable[Fault], clock: Clock, answering: Answering) -> web.Response:
    """The answer, or what takes its place: first what strikes before the call is carried out, then what does after."""
    faults = tuple(faults)
    before = await _first(request, [one for one in faults if not one.processed], clock)
    if before is not None:
        return before
    answer = await answering()
    return await _first(request, [one for one in faults if one.processed], clock) or answer


async def _first(request: web.Request, faults: list[Fault], clock: Clock) -> web.Response | None:
    for fault in faults:
        if fault.kind == "delay":
            await clock.sleep(float(fault.value))
        else:
            return _instead(request, fault)
    return None


def _instead(request: web.Request, fault: Fault) -> web.Response:
    match fault.kind:
        case "status":
            return web.Response(status=int(fault.value), text="upstream error", content_type="text/html")
        case "garbage":
            return web.Response(body=b"{\x00 no json", content_type="application/json")
        case "rate_limited":
            return rate_limited(str(fault.value))
        case "error":
            return web.json_response({"ok": False, "error": fault.value})
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=BROKEN_OFF)


def rate_limited(retry_after: str) -> web.Response:
    """Called too often."""
    headers = {"Retry-After": retry_after}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
