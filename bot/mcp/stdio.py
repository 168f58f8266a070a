"""MCP over standard input and output, for a program that has started this process."""

import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from mcp.server.stdio import stdio_server

from bot.access import Access
from bot.mcp.lines import Lines
from bot.mcp.product import Product
from bot.mcp.server import make_server

if TYPE_CHECKING:
    import anyio
    from mcp.server import Server

OWNER = Access("mcp", name="stdio", surface="mcp")  # whoever started this process may read the folder anyway
ENDING = (signal.SIGTERM, signal.SIGINT)


async def serve_stdio(product: Product) -> None:
    """Answer what comes from standard input on standard output, until that ends, or SIGTERM or SIGINT comes.

    Meanwhile standard output is the protocol's alone: whatever else is printed goes to standard error.
    """
    serving = asyncio.ensure_future(_serve(make_server(product, OWNER), Lines.standard()))
    loop = asyncio.get_running_loop()
    for number in ENDING:
        loop.add_signal_handler(number, serving.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await serving
    finally:
        for number in ENDING:
            loop.remove_signal_handler(number)


async def _serve(server: "Server[Any]", lines: Lines) -> None:
    async with stdio_server(stdin=cast("anyio.AsyncFile[str]", lines)) as (read_stream, write_stream):
        await server.run(read_stream, write_stream, server.create_initialization_options())
