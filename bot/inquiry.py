"""Questions from the command line, answered from the catalog without waiting for Chroma's import."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

from bot.answering import Answering
from bot.citations import DocumentOf
from bot.postponed_history import PostponedHistory
from bot.settings import Settings
from bot.source import CatalogSource
from bot.wiring import catalog_path, kept_history, make_answering, make_sync, make_vectors
from index.catalog import Catalog
from index.embedding import Embedding, load_embedding
from index.errors import IndexBusy, IndexMissing
from index.exact import ExactVectors
from index.ownership import Ownership
from index.progress import Listener, unheard
from index.projection import Projection
from index.retriever import Retriever

ShownProgress = Callable[[], AbstractContextManager[Listener]]


class PostponedProjection(Projection):
    """Leaves Chroma as it is until `catch_up`; what it has to be told then stands in the catalog."""

    def run(self, listener: Listener = unheard) -> None:
        """Not yet."""

    def catch_up(self) -> None:
        super().run()


@contextmanager
def inquiry(settings: Settings, progress: ShownProgress, note: Callable[[str], None]) -> Iterator[Answering]:
    """Answers from the folder as it is now; Chroma and history follow on leaving, after the answer was shown.

    While another process owns the index, answers from the index as it is, and `note` is told so.
    """
    with _current(settings, progress, note) as (catalog, embedding), _answering(settings, catalog, embedding) as it:
        yield it


@contextmanager
def current_documents(settings: Settings, progress: ShownProgress, note: Callable[[str], None]) -> Iterator[DocumentOf]:
    """The documents of the folder as it is now, under the same conditions."""
    with _current(settings, progress, note) as (catalog, _):
        yield catalog.document


@contextmanager
def _current(
    settings: Settings, progress: ShownProgress, note: Callable[[str], None]
) -> Iterator[tuple[Catalog, Embedding]]:
    ownership, embedding = Ownership(settings.home), load_embedding(settings)
    busy = _acquire(ownership)
    if busy is None:
        with ownership, Catalog.open(catalog_path(settings)) as catalog:
            yield from _up_to_date(settings, catalog, embedding, progress)
    else:
        with _as_it_is(settings, busy) as catalog:
            note(f"{busy}; answering from it as it is now")
            yield catalog, embedding


def _acquire(ownership: Ownership) -> IndexBusy | None:
    try:
        ownership.acquire("footnote ask")
    except IndexBusy as busy:
        return busy
    return None


def _up_to_date(
    settings: Settings, catalog: Catalog, embedding: Embedding, progress: ShownProgress
) -> Iterator[tuple[Catalog, Embedding]]:
    with closing(PostponedProjection(catalog, make_vectors(settings), embedding.identity)) as projection:
        with progress() as listener:
            make_sync(settings, catalog, embedding, projection).run(listener)
        yield catalog, embedding
        projection.catch_up()


@contextmanager
def _as_it_is(settings: Settings, busy: IndexBusy) -> Iterator[Catalog]:
    """To read only. Raises IndexBusy while the owner has not indexed anything yet."""
    try:
        catalog = Catalog.open(catalog_path(settings), read_only=True)
    except IndexMissing:
        raise IndexBusy(f"{busy}, which has not indexed anything yet") from None
    with catalog:
        if not catalog.counts.passages:
            raise IndexBusy(f"{busy}, which has not indexed anything yet")
        yield catalog


@contextmanager
def _answering(settings: Settings, catalog: Catalog, embedding: Embedding) -> Iterator[Answering]:
    """While the vectors of another model are being replaced, keywords alone find the passages."""
    exact = ExactVectors(catalog, embedding.identity) if catalog.model() == embedding.identity else None
    retriever = Retriever(catalog, exact, embedding, settings.dense_weight)
    source = CatalogSource(catalog, lambda: retriever)
    with (
        closing(PostponedHistory(lambda: kept_history(settings))) as history,
        closing(make_answering(settings, source, embedding, catalog, history)) as answering,
    ):
        yield answering
