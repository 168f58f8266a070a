"""GET /web/{name}: the stylesheets, scripts and pictures of the pages."""

import gzip
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Self

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.http.etag import has
from bot.http.schemas import Responses, problem

MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}  # Starlette adds the charset to text
)
# Browsers ask each time whether it is still the same: after an upgrade no page mixes old scripts with new ones.
REVALIDATED = MappingProxyType({"Cache-Control": "no-cache", "Vary": "Accept-Encoding"})

RESPONSES: Responses = {
    200: {"content": {kind: {"schema": {"type": "string"}} for kind in MEDIA_TYPES.values()}},
    304: {"description": "The file is the one whose `ETag` was given as `If-None-Match`."},
    404: problem("There is no such file."),
}

# A page is painted when its stylesheets have come: the home page, which needs them all, gets them as one.
JOINED: Mapping[str, Sequence[str]] = MappingProxyType(
    {"home.css": ("colours.css", "style.css", "page.css", "answer.css", "panels.css", "viewer.css")}
)

_IMPORT = re.compile(r'^import .* from "\./([\w.]+)";$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class WebFile:
    """One file as it is sent; its tag changes with these bytes and with nothing else."""

    content: bytes
    media_type: str
    etag: str
    encoding: str | None = None

    @classmethod
    def of(cls, name: str, content: bytes) -> Self:
        digest = hashlib.sha256(content).hexdigest()[:32]
        return cls(content, MEDIA_TYPES[_suffix(name)], f'"{digest}"')

    def packed(self) -> Self:
        """The same in less than half of the bytes."""
        etag = f'{self.etag[:-1]}-gzip"'
        return replace(self, content=gzip.compress(self.content, mtime=0), etag=etag, encoding="gzip")

    @property
    def headers(self) -> dict[str, str]:
        packing = {"Content-Encoding": self.encoding} if self.encoding else {}
        return {"ETag": self.etag, **REVALIDATED, **packing}


@cache
def web_files() -> Mapping[str, WebFile]:
    """What lies in `web/`, by name, and what is joined of it: nothing else is served, so no name can lead elsewhere."""
    paths: Iterable[Traversable] = files("bot.http").joinpath("web").iterdir()
    contents = {path.name: path.read_bytes() for path in paths if _suffix(path.name) in MEDIA_TYPES}
    contents |= {name: b"\n".join(contents[part] for part in parts) for name, parts in JOINED.items()}
    return {name: WebFile.of(name, content) for name, content in contents.items()}


@cache
def packed_web_files() -> Mapping[str, WebFile]:
    """The same for browsers that unpack them. Nothing in them is secret, so their lengths may be known."""
    return {name: file.packed() for name, file in web_files().items()}


def page_modules() -> list[str]:
    """What the page's script needs, directly or not: browsers fetch them at once if they are told of all of them."""
    known, needed = web_files(), ["app.js"]
    for name in needed:
        imported = _IMPORT.findall(known[name].content.decode("utf-8"))
        needed += [other for other in imported if other not in needed]
    return sorted(needed)


def web_files_router() -> APIRouter:
    known, packed = web_files(), packed_web_files()
    router = APIRouter(tags=["page"])

    @router.head("/web/{name}", include_in_schema=False)
    @router.get("/web/{name}", response_class=Response, responses=RESPONSES)
    async def get_web_file(request: Request, name: str) -> Response:
        """Get a stylesheet, a script or a picture of the page."""
        if name not in known:
            raise HTTPException(404, "there is no such file")
        file = (packed if _unpacks(request) else known)[name]
        if has(request, file.etag):
            return Response(status_code=304, headers={"ETag": file.etag, **REVALIDATED})
        return Response(file.content, media_type=file.media_type, headers=file.headers)

    return router


def _suffix(name: str) -> str:
    return "." + name.rpartition(".")[2]


def _unpacks(request: Request) -> bool:
    """Whether the browser says that it does; a weight of zero says that it does not."""
    for each in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = each.replace(" ", "").partition(";q=")
        if name == "gzip":
            return not weight or weight.strip("0.") != ""
    return False
