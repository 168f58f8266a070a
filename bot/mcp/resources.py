"""Documents as resources: a listing in pages, and the text of each."""

from typing import NoReturn
from urllib.parse import quote, unquote

from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    TextResourceContents,
)

from bot.errors import DocumentNotFound
from bot.mcp.caller import Caller
from bot.mcp.product import Product
from index.document_summary import DocumentSummary

BEGINNING = "footnote://documents/"
PLAIN = "text/plain"
PAGE = 100
MOST = 1_000_000  # characters: a model reads a longer one in pieces, or not at all


class Resources:
    """What lies outside the caller's scope is not listed, and is as unknown as what was never there."""

    def __init__(self, product: Product) -> None:
        self._product = product

    async def page(self, caller: Caller, cursor: str | None) -> ListResourcesResult:
        """The documents after that id, which is what a cursor is here: it stays good when others come and go."""
        listed = await self._product.listing.page(caller.access.scope, PAGE, cursor)
        return ListResourcesResult(resources=[_resource(one) for one in listed.documents], next_cursor=listed.next)

    async def templates(self) -> ListResourceTemplatesResult:
        template = ResourceTemplate(
            uri_template=f"{BEGINNING}{{id}}",
            name="document",
            title="A document",
            description='The text of a document by its id, as "document" in answers and passages.',
            mime_type=PLAIN,
        )
        return ListResourceTemplatesResult(resource_templates=[template])

    async def read(self, caller: Caller, uri: str) -> ReadResourceResult:
        """The text of the document. Raises MCPError where there is none."""
        try:
            document = await self._product.answering.document(_id(uri), scope=caller.access.scope)
        except DocumentNotFound as missing:
            _refuse(str(missing), uri)
        if len(document.text) > MOST:
            _refuse(f"it has {len(document.text):,} characters: read it in pieces, with the tool read_document", uri)
        return ReadResourceResult(contents=[TextResourceContents(uri=uri, mime_type=PLAIN, text=document.text)])


def uri_of(id: str) -> str:
    """Any text is an id: slashes are encoded, too, lest somebody on the way resolves `..` in it."""
    return BEGINNING + quote(id, safe="", errors="surrogatepass")


def _id(uri: str) -> str:
    if not uri.startswith(BEGINNING):
        _refuse(f"resources here begin with {BEGINNING}", uri)
    return unquote(uri.removeprefix(BEGINNING))


def _refuse(words: str, uri: str) -> NoReturn:
    raise MCPError(INVALID_PARAMS, words, {"uri": uri}) from None


def _resource(one: DocumentSummary) -> Resource:
    return Resource(uri=uri_of(one.id), name=one.id, title=one.title, mime_type=PLAIN)
