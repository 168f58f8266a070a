"""What the benchmarks share: the documents, the questions, and the indexes made of them."""

import hashlib
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from child import Finished, run_footnote, run_program
from material import Text, made_up_texts, write_corpus, write_files

WARM_UP = 20


@dataclass
class Workbench:
    """Everything lies below `folder`, which its maker deletes, but for the large index, kept below `kept`."""

    folder: Path
    kept: Path
    texts: Sequence[Text]
    questions: Sequence[str]
    runs: int
    passages: int
    limit_s: float
    clients: int
    seconds: float
    _made: dict[str, Path] = field(default_factory=dict)

    @cached_property
    def documents(self) -> Path:
        """The texts as files."""
        return write_files(self.texts, self.folder / "documents")

    @cached_property
    def questions_file(self) -> Path:
        path = self.folder / "questions.json"
        path.write_text(json.dumps(list(self.questions)), encoding="utf-8")
        return path

    def index_with_footnote(self) -> Finished:
        """From nothing."""
        return run_program("footnote_index.py", self.documents, self._fresh("footnote"), limit_s=self.limit_s)

    def index_with_quickstart(self) -> Finished:
        """From nothing."""
        store = self._fresh("quickstart")
        return run_program("quickstart.py", "index", self.documents, store, limit_s=self.limit_s)

    @property
    def footnote_home(self) -> Path:
        """Of the last index over `documents`, made now if there is none."""
        if "footnote" not in self._made:
            self.index_with_footnote()
        return self._made["footnote"]

    @property
    def quickstart_store(self) -> Path:
        if "quickstart" not in self._made:
            self.index_with_quickstart()
        return self._made["quickstart"]

    @cached_property
    def many(self) -> "Collection":
        """Made-up texts of one passage each, as many as `passages`; indexing takes minutes, but only once."""
        texts = made_up_texts(self.passages)
        corpus = "".join(text.body for text in texts)
        folder = self.kept / f"{self.passages}-{hashlib.sha256(corpus.encode()).hexdigest()[:12]}"
        if not (folder / "documents").is_dir():
            write_corpus(texts, folder / "documents" / "corpus.jsonl")
        collection = Collection(folder, [text.question for text in texts])
        say(f"indexing {self.passages:,} passages, unless they are")
        run_footnote("index", home=collection.home, documents=collection.documents, limit_s=self.limit_s)
        return collection

    def _fresh(self, name: str) -> Path:
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        self._made[name] = path
        return path


@dataclass(frozen=True)
class Collection:
    """An indexed folder and what can be asked of it."""

    folder: Path
    questions: Sequence[str]

    @property
    def documents(self) -> Path:
        return self.folder / "documents"

    @property
    def home(self) -> Path:
        return self.folder / "home"


def say(line: str) -> None:
    """To whoever waits."""
    print(line, file=sys.stderr, flush=True)
