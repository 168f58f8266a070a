"""The one place where settings become objects. Slow imports are made by the functions that need them."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import Settings
from bot.shipped import shipped_folder
from index.catalog import Catalog, Counts
from index.embedding import Embedding, load_embedding
from index.ownership import Ownership
from index.progress import Listener
from index.projection import Projection
from index.vectors import ChromaVectors

if TYPE_CHECKING:
    from bot.answering import Answering, Source
    from bot.engine import Engine
    from bot.phrases import Phrases
    from index.folder import Folder
    from index.sync import Report, Sync


def load_settings() -> Settings:
    """From the environment and the working folder. Raises SettingsInvalid."""
    return Settings.load(os.environ, Path.cwd())


def catalog_path(settings: Settings) -> Path:
    return settings.home / "catalog.sqlite"


@contextmanager
def owned_catalog(settings: Settings, command: str) -> Iterator[Catalog]:
    """The catalog, to write; `command` is what others are told of its owner. Raises IndexBusy."""
    with Ownership(settings.home).acquire(command), Catalog.open(catalog_path(settings)) as catalog:
        yield catalog


def index_documents(settings: Settings, listener: Listener) -> "Report":
    """Make the index equal to the documents folder. Raises IndexBusy."""
    embedding = load_embedding(settings)
    with (
        owned_catalog(settings, "footnote index") as catalog,
        closing(Projection(catalog, make_vectors(settings), embedding.identity)) as projection,
    ):
        return make_sync(settings, catalog, embedding, projection).run(listener)


def check_index(settings: Settings) -> tuple[list[str], Counts]:
    """The differences between index and folder, and how much the index holds. Raises IndexBusy."""
    from index.check import check

    path, model = catalog_path(settings), load_embedding(settings).identity
    with Ownership(settings.home).acquire("footnote check"), Catalog.open(path, read_only=True) as catalog:
        return check(path, make_folder(settings), make_vectors(settings), model), catalog.counts


@contextmanager
def engine_and_answering(settings: Settings) -> Iterator[tuple["Engine", "Answering"]]:
    """What a server lives on; closed on leaving. The engine is yet to be started. Raises IndexBusy."""
    from bot.engine import Engine
    from bot.interruption import InterruptibleEmbedding, Interruption
    from bot.source import CatalogSource
    from index.retriever import Retriever

    with owned_catalog(settings, "footnote serve") as catalog:
        embedding = load_embedding(settings)
        vectors = make_vectors(settings, serving=True)
        by_meaning = Retriever(catalog, vectors, embedding, settings.dense_weight)
        by_keywords = Retriever(catalog, None, embedding)
        source = CatalogSource(catalog, lambda: by_meaning if vectors.available else by_keywords)
        interruption = Interruption()
        with closing(Projection(catalog, vectors, embedding.identity)) as projection:
            sync = make_sync(settings, catalog, InterruptibleEmbedding(embedding, interruption), projection)
            engine = Engine(source, sync, interruption, settings.sync_interval)
            with closing(engine), closing(make_answering(settings, engine, embedding, catalog)) as answering:
                yield engine, answering


def make_vectors(settings: Settings, *, serving: bool = False) -> ChromaVectors:
    return ChromaVectors(settings.home / "chroma", serving=serving)


def make_folder(settings: Settings) -> "Folder":
    from index.folder import Folder
    from index.readers import Reader

    return Folder(settings.documents, Reader.suffixes, settings.home)


def make_sync(settings: Settings, catalog: Catalog, embedding: Embedding, projection: Projection) -> "Sync":
    from index.chunking import Chunker
    from index.readers import MEGABYTE, Reader
    from index.reading import Reading
    from index.sync import Sync
    from index.vocabulary import Vocabulary

    return Sync(
        catalog,
        Reader(int(settings.max_file_mb * MEGABYTE)),
        Chunker(Vocabulary().count_tokens),
        embedding,
        projection,
        make_folder(settings),
        Reading(settings.home / "reading"),
    )


def make_answering(settings: Settings, source: "Source", embedding: Embedding, catalog: Catalog) -> "Answering":
    from bot.answering import Answering
    from bot.evidence import Assessor
    from bot.extractive import ExtractiveWriter, Weights
    from index.vocabulary import Vocabulary

    assessor = Assessor(embedding, catalog.stems, Vocabulary().rarity)
    return Answering(source, ExtractiveWriter(assessor, Weights.load()), load_phrases(), settings)


def load_phrases() -> "Phrases":
    from bot.phrases import Phrases

    return Phrases.load(shipped_folder("prompts"))
