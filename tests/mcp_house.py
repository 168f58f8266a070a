"""A small folder behind MCP, and clients of it: the library's own, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from bot.access import Access
from bot.companion import companion
from bot.mcp.endpoint import Endpoint
from bot.mcp.product import Product
from bot.scope import Scope
from bot.serving import listen, url_of
from bot.settings import Settings

FOLDER = {
    "mission.md": "# Mission\n\nOtunge commands the mission in Haiti. The mission has 2,500 officers.\n",
    "port/lasers.txt": "The port has two lasers.\nThey were installed in 2019 — by “Ångström & Söhne”.\n",
    "port/café #1%.txt": "The café at the port opens at 7.\n",
    "long.txt": "".join(f"Line {number} of a long file.\n" for number in range(2_000)),
}
QUESTION = "Who commands the mission in Haiti?"
MODES = ("auto", "legacy")  # the protocol as it is now, and with the handshake that most programs still make
MAX_BODY = 64 * 1024


def write_folder(folder: Path) -> Path:
    for name, text in FOLDER.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@contextmanager
def real_product(folder: Path) -> Iterator[Product]:
    """Of real parts: index, embedding, answering, history."""
    settings = Settings(documents=write_folder(folder / "documents"), home=folder / "home")
    with companion(settings) as parts:
        parts.source.start()
        yield Product(parts.answering, parts.listing, settings.public_url)


class Gate:
    """Lets everybody in as whom the request says; how keys make an Access of that is no business of MCP."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        globs = headers.get("x-globs")
        access = Access(headers.get("x-owner", "someone"), Scope(tuple(globs.split()) if globs else None))
        scope.setdefault("state", {})["access"] = access
        await self._app(scope, receive, send)


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[str]:
    """The address at which `app` is served."""
    with listen("127.0.0.1", 0) as sock:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
        serving = asyncio.create_task(server.serve(sockets=[sock]))
        try:
            yield f"{url_of(sock)}/mcp"
        finally:
            server.should_exit = True
            await serving


def offered(product: Product) -> Any:
    """As an application."""
    return Gate(Endpoint(product, MAX_BODY))


@asynccontextmanager
async def client_of(url: str, mode: str = "auto", **headers: str) -> AsyncIterator[Client]:
    """With these headers; an underscore stands for a hyphen."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        httpx2.AsyncClient(headers=sent, timeout=30, trust_env=False) as http,
        Client(streamable_http_client(url, http_client=http), mode=mode) as client,
    ):
        yield client


def words(result: Any) -> str:
    """What a model reads of a tool's result."""
    return "\n".join(block.text for block in result.content)
