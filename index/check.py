"""Proves that the index is equal to the documents folder, or lists the differences."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np

from index.catalog import Catalog, FileRecord
from index.document import Document, Passage
from index.document_summary import DocumentSummary
from index.errors import VectorsDamaged
from index.folder import Folder
from index.keywords import indexed_text
from index.plan import Plan
from index.vectors import ChromaVectors, Matrix, finds

_ALL = 2**31
_SLICE = 1000
_SAMPLE = 200
_TOLERANCE = 1e-5


def check(path: Path, folder: Folder, vectors: ChromaVectors, model: str) -> list[str]:
    """The differences, a line each; none when the catalog at `path` and its vectors say what the folder does.

    Only the owner of the index may check it, and not while it syncs. Nothing of the index is changed, except
    that a vector store that is wrong is marked for the next sync to make anew. Raises IndexMissing,
    DocumentsMissing.
    """
    with Catalog.open(path, read_only=True) as catalog:
        passages = catalog.passages(catalog.passage_numbers())
        return [
            *_file_differences(folder, catalog.files()),
            *_document_differences(catalog, passages),
            *_keyword_differences(catalog.keyword_texts(), passages),
            *_embedding_differences(catalog, model),
            *_vector_differences(catalog, vectors, model),
        ]


def _file_differences(folder: Folder, known: Mapping[str, FileRecord]) -> Iterator[str]:
    """Every file is read from end to end: dates prove nothing here."""
    plan = Plan.make(folder, folder.list(), {}, reread=False)
    present = {record.path: record for record in [*plan.added, *plan.failed]}
    for path in sorted(present.keys() - known.keys()):
        yield f"{path} is not in the index"
    for path in sorted(known.keys() - present.keys()):
        yield f"{path} is in the index but not in the folder"
    for path in sorted(present.keys() & known.keys()):
        if present[path].sha256 != known[path].sha256:
            yield f"{path} is not as it was indexed"


def _document_differences(catalog: Catalog, passages: Mapping[int, Passage]) -> Iterator[str]:
    summaries = catalog.documents()
    yield from _files_without_documents(catalog.files(), summaries)
    in_order = sorted(passages.values(), key=lambda passage: (passage.document, passage.start))
    cut = {name: list(group) for name, group in groupby(in_order, key=lambda passage: passage.document)}
    for summary in summaries:
        document = catalog.document(summary.id)
        if document is not None:
            yield from _passage_differences(document, cut.get(summary.id, []))


def _files_without_documents(files: Mapping[str, FileRecord], summaries: Sequence[DocumentSummary]) -> Iterator[str]:
    readable = {path for path, record in files.items() if record.failure is None}
    for path in sorted(readable - {summary.file for summary in summaries}):
        yield f"{path} has no document in the index"


def _passage_differences(document: Document, passages: Sequence[Passage]) -> Iterator[str]:
    sha256 = document.sha256
    for passage in passages:
        if passage.text != document.text[passage.start : passage.end]:
            yield f"{document.id} has a passage at {passage.start} that does not stand there"
        if passage.sha256 != sha256:
            yield f"{document.id} has a passage at {passage.start} of another version"
    for before, after in pairwise(passages):
        if after.start < before.end:
            yield f"{document.id} has two passages over {after.start}"


def _keyword_differences(indexed: Mapping[int, str], passages: Mapping[int, Passage]) -> Iterator[str]:
    for number in sorted(indexed.keys() | passages.keys()):
        if number not in passages:
            yield f"keywords of passage {number} are left over"
        elif indexed.get(number) != indexed_text(passages[number].text):
            passage = passages[number]
            yield f"{passage.document} has a passage at {passage.start} without its keywords"


def _embedding_differences(catalog: Catalog, model: str) -> Iterator[str]:
    made_with = catalog.model()
    if made_with != model:
        yield f"the index is made with the embedding model {made_with}, not {model}"
    for passage in catalog.unembedded_passages(model, _ALL):
        yield f"{passage.document} has a passage at {passage.start} without an embedding"
    if waiting := len(catalog.pending_projection(_ALL)):
        yield f"{waiting} vectors wait to be written to Chroma"


def _vector_differences(catalog: Catalog, vectors: ChromaVectors, model: str) -> list[str]:
    """A store that is right is closed as it was; one that is wrong is not to be opened again."""
    ids, matrix = catalog.vectors(model)
    try:
        if not vectors.attach(model, _sample(matrix)):
            return ["the vectors in Chroma are missing, damaged or of another model"]
        differences = [*_id_differences(set(ids), vectors.ids()), *_value_differences(ids, matrix, vectors)]
    except VectorsDamaged as problem:
        differences = [str(problem)]
    if differences:
        vectors.condemn()
    else:
        vectors.close(catalog.change)
    return differences


def _id_differences(wanted: set[str], held: Sequence[str]) -> Iterator[str]:
    found = set(held)
    if lost := len(wanted - found):
        yield f"{lost} vectors are not in Chroma"
    if stale := len(found - wanted):
        yield f"{stale} vectors in Chroma belong to nothing"
    if double := len(held) - len(found):
        yield f"{double} vectors are in Chroma twice"


def _value_differences(ids: Sequence[str], matrix: Matrix, vectors: ChromaVectors) -> Iterator[str]:
    wrong = 0
    for start in range(0, len(ids), _SLICE):
        part = slice(start, start + _SLICE)
        held = vectors.vectors(ids[part])
        for name, vector in zip(ids[part], matrix[part], strict=True):
            wrong += name in held and not np.allclose(held[name], vector, atol=_TOLERANCE)
    if wrong:
        yield f"{wrong} vectors in Chroma are not those of the catalog"
    if not finds(vectors.search, _sample(matrix)):
        yield "vectors that are in Chroma are not found by searching"


def _sample(matrix: Matrix) -> Matrix:
    return matrix[:: len(matrix) // _SAMPLE + 1]
