"""The documents as surfaces see and change them: each inside the scope of whoever asks."""

import asyncio
from collections.abc import AsyncIterable, Callable
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar
from weakref import WeakValueDictionary

from bot.document_listing import DocumentListing
from bot.errors import DocumentNotFound, DocumentRefused, OutsideScope
from bot.listed_documents import ListedDocuments
from bot.scope import Scope
from bot.stored import Stored
from index.catalog import Catalog
from index.deposit import Deposit, Receipt
from index.document_summary import DocumentSummary
from index.errors import FileMissing, UnreadableDocument
from index.folder import Folder
from index.original import Original
from index.sync import Report

READ_AT_ONCE = 2  # reading a file may take long, and all of a core
Result = TypeVar("Result")


class Documents:
    """Lists documents, hands out their files, and changes the folder. What has been changed can be seen at once.

    `next_report` is that of the engine. What is done with one id is done one after the other, so that each answer is
    true when it is given. Raises what Deposit raises, but for FileMissing and UnreadableDocument, and what a sync does.
    """

    def __init__(
        self,
        catalog: Catalog,
        root: Path,
        folder: Folder,
        deposit: Deposit,
        next_report: Callable[[], "Future[Report]"],
    ) -> None:
        self._catalog = catalog
        self._root = root
        self._folder = folder
        self._deposit = deposit
        self._next_report = next_report
        self._listing = DocumentListing(catalog)
        self._reading = asyncio.Semaphore(READ_AT_ONCE)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def page(self, scope: Scope, limit: int, after: str | None = None) -> ListedDocuments:
        """At most `limit` documents whose ids come after that one."""
        return await asyncio.to_thread(self._page, scope, limit, after)

    async def put(self, id: str, chunks: AsyncIterable[bytes], scope: Scope) -> Stored:
        """Receive a file; when this returns, questions are answered from it. An older one serves until then.

        Raises OutsideScope, DocumentRefused for what cannot be read, whatever `chunks` raises, and ServerStopping: then
        the file may be there already and be indexed by the next start.
        """
        self._require_inside(id, scope)
        receipt = await _finished(partial(self._deposit.begin, id), Receipt.close)
        with closing(receipt):
            async for chunk in chunks:
                await asyncio.to_thread(receipt.write, chunk)
            async with self._turn(id):
                replaced = await self._kept(receipt, id)
                await self._synced(id)
                return Stored(id, await self._stored(id, scope), replaced)

    async def delete(self, id: str, scope: Scope) -> None:
        """Remove a file; when this returns, nothing is answered from it.

        Raises OutsideScope, and DocumentNotFound if there is no such file.
        """
        self._require_inside(id, scope)
        async with self._turn(id):
            try:
                await asyncio.to_thread(self._deposit.remove, id)
            except FileMissing:
                raise _not_found(id) from None
            await asyncio.wrap_future(self._next_report())

    async def original(self, id: str, scope: Scope) -> Original:
        """The document's file as it is now, open: close it.

        Raises DocumentNotFound, in the same words for one that is missing and one outside the scope, and in others for
        a document that is a row of a file or whose file is gone.
        """
        found = await asyncio.to_thread(self._catalog.summaries, [id]) if scope.allows(id) else []
        if not found:
            raise _not_found(id)
        if found[0].file != id:
            raise DocumentNotFound(f"{id!r} is a row of a file, and has no file of its own")
        try:
            opened = partial(Original.open, self._root, self._folder.locate(id))
            return await _finished(opened, Original.close)
        except FileMissing as missing:
            raise DocumentNotFound(f"{id!r}: {missing}") from None

    def _page(self, scope: Scope, limit: int, after: str | None) -> ListedDocuments:
        """The catalog keeps no time of what has just been changed: then the folder is asked."""
        page = self._listing.page(scope, limit, after)
        dated = [
            one if one.mtime_ns >= 0 else replace(one, mtime_ns=self._saved_ns(one.file)) for one in page.documents
        ]
        return replace(page, documents=dated)

    def _saved_ns(self, file: str) -> int:
        try:
            return self._folder.locate(file).stat().st_mtime_ns
        except OSError:
            return -1

    def _require_inside(self, id: str, scope: Scope) -> None:
        """What stands in the way of a name inside must be inside, too: nothing tells whether others exist."""
        if not scope.allows(id) or not all(map(scope.allows, self._deposit.in_the_way(id))):
            raise OutsideScope("documents of that name are outside what the key allows")

    def _turn(self, id: str) -> asyncio.Lock:
        return self._turns.setdefault(id, asyncio.Lock())

    async def _kept(self, receipt: Receipt, id: str) -> bool:
        """Once begun it is brought to its end, even if nobody waits for it any more."""
        async with self._reading:
            try:
                return await _finished(receipt.keep, lambda _: None)
            except UnreadableDocument as problem:
                raise DocumentRefused(f"{id!r} {problem}") from problem

    async def _synced(self, id: str) -> None:
        report = await asyncio.wrap_future(self._next_report())
        reason = dict(report.failed).get(id)
        if reason:
            raise DocumentRefused(f"{id!r} {reason}")

    async def _stored(self, id: str, scope: Scope) -> list[DocumentSummary]:
        found = await asyncio.to_thread(self._catalog.documents_of, id)
        if not found:
            raise DocumentRefused(f"{id!r} has been put into the folder, but it is not there any more")
        return [document for document in found if scope.allows(document.id)]


async def _finished(work: Callable[[], Result], undo: Callable[[Result], None]) -> Result:
    """The result of work in a thread. Who is cancelled meanwhile waits for its end, so that nothing is left open."""
    working = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait({working})
        if not working.exception():
            undo(working.result())
        raise


def _not_found(id: str) -> DocumentNotFound:
    return DocumentNotFound(f"no document {id!r} is in the index")
