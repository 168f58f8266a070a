"""Answers for a program that has started this one and keeps it beside itself, for hours or days."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

from bot.answering import Answering
from bot.document_listing import DocumentListing
from bot.folder_source import FolderSource
from bot.inquiry import PostponedProjection
from bot.interruption import InterruptibleEmbedding, Interruption
from bot.listed_documents import ListedDocuments
from bot.scope import Scope
from bot.settings import Settings
from bot.source import CatalogSource
from bot.wiring import catalog_path, kept_history, make_answering, make_sync, make_vectors, owned_catalog
from index.catalog import Catalog
from index.embedding import Embedding, load_embedding
from index.errors import IndexBusy, IndexMissing
from index.exact import ExactVectors
from index.progress import Listener
from index.retriever import Retriever
from index.sync import Report

COMMAND = "footnote mcp"


@dataclass(frozen=True, slots=True)
class Companion:
    """What the program lives on."""

    source: FolderSource
    answering: Answering
    listing: "CurrentListing"


@contextmanager
def companion(settings: Settings) -> Iterator[Companion]:
    """Closed on leaving. The source is yet to be started. Raises IndexBusy while another process makes the index."""
    embedding, interruption = load_embedding(settings), Interruption()
    with _catalog(settings) as catalog, kept_history(settings) as history:
        look = _Looking(settings, InterruptibleEmbedding(embedding, interruption))
        source = FolderSource(_source(settings, catalog, embedding), look, interruption, settings.sync_interval)
        with (
            closing(source),
            closing(make_answering(settings, source, embedding, catalog, history)) as answering,
        ):
            yield Companion(source, answering, CurrentListing(source, DocumentListing(catalog)))


class CurrentListing:
    """The documents of the folder as it is now."""

    def __init__(self, source: FolderSource, listing: DocumentListing) -> None:
        self._source = source
        self._listing = listing

    async def page(self, scope: Scope, limit: int, after: str | None = None) -> ListedDocuments:
        """As in DocumentListing. Raises NotReady while there is no index."""
        await asyncio.to_thread(self._source.be_current)
        return await asyncio.to_thread(self._listing.page, scope, limit, after)


class _Looking:
    """Makes the index equal to the folder, owning it only meanwhile; Chroma is told by whoever uses it next."""

    def __init__(self, settings: Settings, embedding: Embedding) -> None:
        self._settings = settings
        self._embedding = embedding

    def __call__(self, listener: Listener) -> Report:
        with (
            owned_catalog(self._settings, COMMAND) as catalog,
            closing(PostponedProjection(catalog, make_vectors(self._settings), self._embedding.identity)) as projection,
        ):
            return make_sync(self._settings, catalog, self._embedding, projection).run(listener)


def _catalog(settings: Settings) -> Catalog:
    """To read only, as another process may own it at any time; made here if there is none."""
    with suppress(IndexBusy), owned_catalog(settings, COMMAND):  # it is there then
        pass
    try:
        return Catalog.open(catalog_path(settings), read_only=True)
    except IndexMissing:
        raise IndexBusy(f"the index in {settings.home} is being made by another process; try again") from None


def _source(settings: Settings, catalog: Catalog, embedding: Embedding) -> CatalogSource:
    """While the vectors of another model are being replaced, keywords alone find the passages."""
    exact = ExactVectors(catalog, embedding.identity)
    by_meaning = Retriever(catalog, exact, embedding, settings.dense_weight)
    by_keywords = Retriever(catalog, None, embedding)
    return CatalogSource(catalog, lambda: by_meaning if catalog.model() == embedding.identity else by_keywords)
