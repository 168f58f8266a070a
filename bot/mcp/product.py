"""What the rest of the program does for MCP."""

from dataclasses import dataclass

from bot.mcp.ports import Answering, Listing


@dataclass(frozen=True, slots=True)
class Product:
    """What a program is offered over MCP; `public_url` is where people open what is cited, if that is known."""

    answering: Answering
    listing: Listing
    public_url: str | None = None
