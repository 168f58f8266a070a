"""Passages that look like answers to a question and are none, found by Footnote's own retriever."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, zip_longest
from pathlib import Path

from bot.metrics import contains_answer
from index.catalog import Catalog, FileRecord
from index.chunking import Chunker
from index.document import Passage
from index.embedding import BundledEmbedding
from index.exact import ExactVectors
from index.readers import Reader
from index.retriever import Hit, Retriever
from index.rows import embedding_id
from index.vocabulary import Vocabulary

POOL = 30  # passages looked through for each question
DENSE_WEIGHT = 0.6
_FILE = "corpus.jsonl"


class Neighbours:
    """A corpus of texts by id, chunked and indexed as a folder of the owner's would be."""

    def __init__(self, texts: Mapping[str, str], folder: Path) -> None:
        embedding = BundledEmbedding()
        catalog = Catalog.open(folder / "catalog.sqlite3")
        catalog.set_model(embedding.identity)
        self._passages = _index(catalog, texts, folder)
        found = list(chain.from_iterable(self._passages.values()))
        vectors = embedding.embed([passage.contextual_text for passage in found])
        catalog.add_embeddings(embedding.identity, dict(zip(map(embedding_id, found), vectors, strict=True)))
        self._retriever = Retriever(catalog, ExactVectors(catalog, embedding.identity), embedding, DENSE_WEIGHT)

    def passages(self, id: str) -> list[str]:
        """The passages that a text was cut into; none if there is no such text."""
        return [passage.text for passage in self._passages.get(f"{_FILE}#{id}", ())]

    def wrong(self, question: str, answers: Iterable[str], right: Iterable[str], count: int) -> list[str]:
        """At most `count` passages outside the texts with the ids `right`, none of which contains an answer.

        The best by the fused score, by the meaning and by the keywords take turns, so that each kind of mistake is
        there to be learnt from.
        """
        gold = {f"{_FILE}#{id}" for id in right}
        answers = tuple(answers)
        hits = [
            hit
            for hit in self._retriever.retrieve(question, POOL)
            if hit.passage.document not in gold and not contains_answer(hit.passage.text, answers)
        ]
        return list(dict.fromkeys(hit.passage.text for hit in _in_turns(hits)))[:count]


@contextmanager
def neighbours(texts: Mapping[str, str]) -> Iterator[Neighbours]:
    """The index is in a temporary folder, which is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        yield Neighbours(texts, Path(folder))


def _index(catalog: Catalog, texts: Mapping[str, str], folder: Path) -> dict[str, list[Passage]]:
    rows = folder / _FILE
    lines = (json.dumps({"id": id, "title": "", "text": text}, ensure_ascii=False) for id, text in texts.items())
    rows.write_text("\n".join(lines), encoding="utf-8")
    chunker = Chunker(Vocabulary().count_tokens)
    chunked = [(document, chunker.chunk(document)) for document in Reader(max_bytes=10**9).read(rows, _FILE)]
    catalog.replace(FileRecord(_FILE, 0, 0, "", None), chunked)
    return {document.id: list(passages) for document, passages in chunked}


def _in_turns(hits: list[Hit]) -> Iterator[Hit]:
    orders = (
        sorted(hits, key=lambda hit: -hit.score),
        sorted(hits, key=lambda hit: -hit.dense),
        sorted(hits, key=lambda hit: -hit.keyword),
    )
    return (hit for row in zip_longest(*orders) for hit in row if hit is not None)
