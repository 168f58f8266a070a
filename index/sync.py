"""Sync: make the index equal to the documents folder."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog, FileRecord
from index.chunking import Chunker
from index.document import Document, Passage
from index.embedding import Embedding
from index.errors import EmbeddingFailed, UnreadableDocument
from index.folder import Folder, Listing
from index.lookahead import one_ahead
from index.plan import Plan
from index.progress import Listener, Progress, unheard
from index.projection import Projection
from index.readers import Reader
from index.reading import Reading
from index.rows import embedding_id

# Files are committed in groups: many share one fsync, and the next are read while these are embedded.
GROUP_PASSAGES = 1024
GROUP_FILES = 512
# A step is what a kill loses, and how often progress is told: a second or two of work.
EMBEDDED_AT_ONCE = 256
EMBEDDED_CHARACTERS = 192 * 1024


@dataclass(frozen=True, slots=True)
class Report:
    """What a sync found and did; `failed` holds paths, each with a reason that continues it ("is empty")."""

    added: int
    changed: int
    renamed: int
    removed: int
    unchanged: int
    failed: tuple[tuple[str, str], ...]

    def line(self) -> str:
        """All of it in one line; renamed files are mentioned only if there are any."""
        parts = [f"{self.added} added", f"{self.changed} changed", f"{self.removed} removed"]
        if self.renamed:
            parts.insert(2, f"{self.renamed} renamed")
        line = ", ".join([*parts, f"{self.unchanged} unchanged", f"{len(self.failed)} failed"])
        return line if self._found_files else f"{line} (the folder holds no documents)"

    @property
    def _found_files(self) -> bool:
        return bool(self.added or self.changed or self.renamed or self.unchanged or self.failed)


@dataclass(frozen=True, slots=True)
class _Read:
    """A file as it was read: documents with their passages, or, in the record, why there are none."""

    record: FileRecord
    documents: Sequence[tuple[Document, Sequence[Passage]]] = ()

    @property
    def passages(self) -> Iterator[Passage]:
        return (passage for _, passages in self.documents for passage in passages)


class Sync:
    """Makes catalog and vectors equal to the folder; only the index's owner may run it, one run at a time.

    Whatever happens to the process, the next run goes on from what has been committed, and no text is
    embedded twice except the last few. A file that cannot be read keeps its older version serving.
    """

    def __init__(
        self,
        catalog: Catalog,
        reader: Reader,
        chunker: Chunker,
        embedding: Embedding,
        projection: Projection,
        folder: Folder,
        reading: Reading,
    ) -> None:
        self._catalog = catalog
        self._reader = reader
        self._chunker = chunker
        self._embedding = embedding
        self._projection = projection
        self._folder = folder
        self._reading = reading

    def run(self, progress: Listener = unheard) -> Report:
        """Look at the folder and do what has to be done.

        Raises DocumentsMissing if there is no folder, before anything is touched, and EmbeddingFailed
        with what was embedded until then kept and the older versions serving.
        """
        listing = self._folder.list()
        self._adopt_model(progress)
        self._projection.run(progress)
        reread = not self._reading.is_current()
        plan = Plan.make(self._folder, listing, self._catalog.files(), reread=reread)
        self._note_what_was_seen(plan)
        failed = self._read_and_commit(plan.to_read, progress)
        self._remove(plan)
        self._projection.run(progress)
        if reread:
            self._reading.finish()
        return _report(plan, listing, failed)

    def _adopt_model(self, progress: Listener) -> None:
        """An index of another model is embedded again from its passages; meanwhile only keywords serve."""
        made_with = self._catalog.model()
        if made_with == self._embedding.identity:
            return
        if made_with is not None:
            self._projection.suspend()
            self._embed_again(progress)
        self._catalog.set_model(self._embedding.identity)

    def _embed_again(self, progress: Listener) -> None:
        total, done = self._catalog.counts.passages, 0
        while passages := self._catalog.unembedded_passages(self._embedding.identity, GROUP_PASSAGES):
            texts = {embedding_id(passage): passage.contextual_text for passage in passages}
            for embedded in self._embed(texts):
                progress(Progress("embedding with another model", min(done + embedded, total), total))
            done += len(texts)

    def _note_what_was_seen(self, plan: Plan) -> None:
        if not (plan.seen or plan.renamed):
            return
        with self._catalog.batch():
            for record in plan.seen:
                self._catalog.touch(record)
            plan.renamed = [pair for pair in plan.renamed if self._renamed(plan, *pair)]

    def _renamed(self, plan: Plan, old_path: str, record: FileRecord) -> bool:
        """A name may be refused because it equals another document's id; then the file is as good as new."""
        try:
            self._catalog.rename(old_path, record)
        except UnreadableDocument:
            plan.added.append(record)
            plan.removed.append(old_path)
            return False
        return True

    def _remove(self, plan: Plan) -> None:
        if plan.removed:
            with self._catalog.batch():
                for path in plan.removed:
                    self._catalog.remove(path)
        if plan.removed or plan.changed or plan.reread:
            self._catalog.collect_garbage()

    def _read_and_commit(self, records: Sequence[FileRecord], progress: Listener) -> list[FileRecord]:
        """The records of those that failed."""
        if not records:
            return []
        failed: list[FileRecord] = []
        total, done = sum(record.size for record in records), 0
        progress(Progress("indexing", done, total))
        for group in one_ahead(self._groups(records)):
            size = sum(read.record.size for read in group)
            texts = self._unembedded(group)
            for embedded in self._embed(texts):
                progress(Progress("indexing", done + size * embedded // len(texts), total))
            failed += self._commit(group)
            self._projection.run(progress)
            done += size
            progress(Progress("indexing", done, total))
        return failed

    def _groups(self, records: Sequence[FileRecord]) -> Iterator[list[_Read]]:
        group: list[_Read] = []
        passages = 0
        for record in records:
            read = self._read(record)
            group.append(read)
            passages += sum(1 for _ in read.passages)
            if passages >= GROUP_PASSAGES or len(group) >= GROUP_FILES:
                yield group
                group, passages = [], 0
        if group:
            yield group

    def _read(self, record: FileRecord) -> _Read:
        try:
            documents = self._reader.read(self._folder.locate(record.path), record.path)
        except UnreadableDocument as problem:
            return _Read(replace(record, failure=str(problem)))
        return _Read(record, [(document, self._chunker.chunk(document)) for document in documents])

    def _unembedded(self, group: Sequence[_Read]) -> dict[str, str]:
        """The texts, by embedding id, that are to be embedded before the group can be committed."""
        texts = {embedding_id(passage): passage.contextual_text for read in group for passage in read.passages}
        return {name: texts[name] for name in self._catalog.unembedded(self._embedding.identity, texts.keys())}

    def _embed(self, texts: Mapping[str, str]) -> Iterator[int]:
        """Embed and keep texts; says after each step how many are done."""
        done = 0
        for step in _steps(texts):
            vectors = self._vectors([texts[name] for name in step])
            self._catalog.add_embeddings(self._embedding.identity, dict(zip(step, vectors, strict=True)))
            done += len(step)
            yield done

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = self._embedding.embed(texts)
        if len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise EmbeddingFailed(f"{self._embedding.identity} gave no usable vectors")
        return vectors

    def _commit(self, group: Sequence[_Read]) -> list[FileRecord]:
        with self._catalog.batch():
            return [record for read in group if (record := self._committed(read)).failure]

    def _committed(self, read: _Read) -> FileRecord:
        """The record that was written: reading may have gone well and storing fails."""
        record = read.record
        if not record.failure:
            try:
                self._catalog.replace(record, read.documents)
                return record
            except UnreadableDocument as problem:
                record = replace(record, failure=f"cannot be stored: {problem}")
        self._catalog.fail(record)
        return record


def _steps(texts: Mapping[str, str]) -> Iterator[list[str]]:
    """The names of the texts, as many together as may be lost together."""
    step: list[str] = []
    characters = 0
    for name, text in texts.items():
        length = len(text)
        if step and (len(step) == EMBEDDED_AT_ONCE or characters + length > EMBEDDED_CHARACTERS):
            yield step
            step, characters = [], 0
        step.append(name)
        characters += length
    if step:
        yield step


def _report(plan: Plan, listing: Listing, failed: Sequence[FileRecord]) -> Report:
    unread = {record.path for record in failed}

    def count(records: Sequence[FileRecord]) -> int:
        return sum(1 for record in records if record.path not in unread)

    reasons = {record.path: record.failure or "" for record in [*plan.failed, *failed]}
    return Report(
        added=count(plan.added),
        changed=count(plan.changed),
        renamed=len(plan.renamed),
        removed=len(plan.removed),
        unchanged=plan.unchanged + count(plan.reread),
        failed=tuple(sorted((listing.unreadable | reasons).items())),
    )
