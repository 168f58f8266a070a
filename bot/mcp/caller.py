"""Who calls over MCP: the requests of one program."""

from dataclasses import dataclass
from typing import Any, Self

from mcp.server import ServerRequestContext
from mcp.server.session import ServerSession

from bot.access import Access


@dataclass(slots=True)
class Caller:
    """Who asks, below which address the cited places are opened, and whom to tell how far the work is."""

    access: Access
    base_url: str | None
    session: ServerSession
    told: int = 0

    @classmethod
    def of(cls, context: ServerRequestContext[Any, Any], public_url: str | None, local: Access | None) -> Self:
        """Over HTTP whom the gate has let in; without HTTP `local`, if there is such a caller.

        What is neither raises AttributeError or LookupError: nobody has rights by default.
        """
        request = context.request
        if request is None:
            if local is None:
                raise LookupError("nobody asks here without HTTP")
            return cls(local, public_url, context.session)
        return cls(request.state.access, public_url or str(request.base_url), context.session)

    async def tell(self, words: str) -> None:
        """What is being done now; heard only by a client that asked for it."""
        self.told += 1
        await self.session.report_progress(self.told, message=words)
