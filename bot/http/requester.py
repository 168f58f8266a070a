"""Who asks, for routes: the gate has found it out before any of them is reached."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from bot.access import Access


async def requester(request: Request) -> Access:
    """Whoever is let in. (What is no coroutine would be run in a thread.)"""
    access: Access = request.state.access
    return access


async def managing_requester(request: Request) -> Access:
    """Whoever may change documents; raises 403 for everybody else."""
    access = await requester(request)
    if not access.may_manage:
        raise HTTPException(403, "this needs a key that may manage documents")
    return access


Requester = Annotated[Access, Depends(requester)]
ManagingRequester = Annotated[Access, Depends(managing_requester)]
