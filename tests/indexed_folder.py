"""A documents folder and its index, put together as the program does, with a fake embedding."""

from pathlib import Path

from index.catalog import Catalog
from index.check import check
from index.chunking import Chunker
from index.folder import Folder
from index.ownership import Ownership
from index.progress import Listener, unheard
from index.projection import Projection
from index.readers import Reader
from index.reading import Reading
from index.sync import Report, Sync
from index.vectors import ChromaVectors
from tests.fakes import FakeEmbedding


class IndexedFolder:
    """Each `sync` and each `check` opens the index and closes it, as a process of its own would."""

    def __init__(self, base: Path) -> None:
        self.documents = base / "documents"
        self.documents.mkdir(exist_ok=True)
        self.home = base / "home"
        self.catalog_path = self.home / "catalog.sqlite"
        self.embedding = FakeEmbedding()
        self.reading_version = 1
        self.max_bytes = 1_000_000

    def write(self, path: str, text: str) -> Path:
        place = self.documents / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        return place

    def sync(self, progress: Listener = unheard) -> Report:
        with Ownership(self.home).acquire("a test"), Catalog.open(self.catalog_path) as catalog:
            projection = self.projection(catalog)
            report = self.made_with(catalog, projection).run(progress)
            projection.close()
        return report

    def check(self) -> list[str]:
        return check(self.catalog_path, self.folder, self.vectors, self.embedding.identity)

    def newly_embedded(self) -> list[str]:
        """The texts that a sync embeds."""
        before = len(self.embedding.embedded)
        self.sync()
        return self.embedding.embedded[before:]

    @property
    def folder(self) -> Folder:
        return Folder(self.documents, Reader.suffixes, self.home)

    @property
    def vectors(self) -> ChromaVectors:
        return ChromaVectors(self.home / "chroma")

    def projection(self, catalog: Catalog) -> Projection:
        return Projection(catalog, self.vectors, self.embedding.identity)

    def made_with(self, catalog: Catalog, projection: Projection) -> Sync:
        return Sync(
            catalog,
            Reader(self.max_bytes),
            Chunker(self.embedding.count_tokens),
            self.embedding,
            projection,
            self.folder,
            Reading(self.home / "reading", self.reading_version),
        )
