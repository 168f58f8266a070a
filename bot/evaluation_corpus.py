"""The corpus of an evaluation, indexed the way any documents are, and kept for the next evaluation of it."""

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.errors import EvaluationInvalid
from bot.question_set import read_text
from bot.settings import Settings
from bot.wiring import make_sync, make_vectors, owned_catalog
from index.catalog import Catalog
from index.embedding import Embedding
from index.progress import Listener
from index.projection import Projection
from index.sync import Report

CORPUS_PATH = "corpus.jsonl"  # the only file in the documents folder of an evaluation
MEGABYTE = 1_000_000


@contextmanager
def indexed_corpus(corpus: Path, settings: Settings, embedding: Embedding, listener: Listener) -> Iterator[Catalog]:
    """The catalog of a .jsonl or .jsonl.gz corpus, its documents named `corpus.jsonl#id`.

    It lives below the home folder under the checksum of the corpus, so that the same corpus is indexed once.
    Raises EvaluationInvalid naming the file and, for a bad one, the line; IndexBusy if it is in use.
    """
    text = read_text(corpus)
    own = _settings_of(text, settings)
    _place(text, own.documents / CORPUS_PATH)
    with owned_catalog(own, "footnote eval") as catalog:
        for _, reason in _sync(own, catalog, embedding, listener).failed:
            raise EvaluationInvalid(f"{corpus} {reason}")
        yield catalog


def _sync(own: Settings, catalog: Catalog, embedding: Embedding, listener: Listener) -> Report:
    with closing(Projection(catalog, make_vectors(own), embedding.identity)) as projection:
        return make_sync(own, catalog, embedding, projection).run(listener)


def _settings_of(text: str, settings: Settings) -> Settings:
    """Those of an index of its own. A corpus may be of any size: it was given on purpose."""
    data = text.encode()
    home = settings.home / "eval" / hashlib.sha256(data).hexdigest()[:16]
    max_file_mb = max(settings.max_file_mb, len(data) // MEGABYTE + 1)
    return settings.model_copy(update={"home": home, "documents": home / "documents", "max_file_mb": max_file_mb})


def _place(text: str, path: Path) -> None:
    """Left alone if it is there: a new date would only make it be looked at again."""
    try:
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".draft")
            draft.write_text(text, encoding="utf-8", newline="")
            draft.replace(path)
    except OSError as error:
        raise EvaluationInvalid(f"{path.parent} cannot be written: {error.strerror}") from error
