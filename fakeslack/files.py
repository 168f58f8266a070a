"""The routes /files/{id} and /upload/{id}: the bytes of files."""

from aiohttp import web

from fakeslack.faults import Faults
from fakeslack.spoiling import spoilt
from fakeslack.web_api.arguments import bearer
from fakeslack.workspace import File, World


class Files:
    """Downloads need a valid token that may read files; faults are those of "file" and "upload"."""

    def __init__(self, world: World, faults: Faults) -> None:
        self.downloads: list[tuple[str, str]] = []  # id, token
        self._world = world
        self._faults = faults

    async def download(self, request: web.Request) -> web.Response:
        """Whoever has no right to it gets a page to sign in on, with status 200, as from Slack."""

        async def answering() -> web.Response:
            return self._file(request.match_info["id"], bearer(request))

        return await spoilt(request, self._faults.take("file"), self._world.clock, answering)

    def _file(self, id: str, token: str) -> web.Response:
        self.downloads.append((id, token))
        file = self._world.files.get(id)
        if file is None:
            return web.Response(status=404, text="not found")
        if not self._may_read(token, file):
            return web.Response(text="<!DOCTYPE html><title>Sign in</title>", content_type="text/html")
        if file.status is not None:
            return web.Response(status=file.status, text="no")
        if file.redirect is not None:
            return web.Response(status=302, headers={"Location": file.redirect})
        return web.Response(body=file.content, content_type=file.mimetype)

    def _may_read(self, token: str, file: File) -> bool:
        installation = self._world.installations.get(token)
        if installation is None or installation.revoked or "files:read" not in installation.scopes:
            return False
        return installation.team == file.team or (
            installation.is_enterprise and self._world.teams[file.team].enterprise == installation.enterprise
        )

    async def upload(self, request: web.Request) -> web.Response:
        """The bytes, as the body or as a part of a form."""

        async def answering() -> web.Response:
            return await self._received(request)

        return await spoilt(request, self._faults.take("upload"), self._world.clock, answering)

    async def _received(self, request: web.Request) -> web.Response:
        file = self._world.files.get(request.match_info["id"])
        if file is None:
            return web.Response(status=404, text="not found")
        file.content = await _bytes(request)
        file.size = None
        return web.Response(text=f"OK - {len(file.content)}")


async def _bytes(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    parts = (await request.post()).values()
    part = next(iter(parts), b"")
    return part.file.read() if isinstance(part, web.FileField) else bytes(str(part), "utf-8")
