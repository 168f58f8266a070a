"""`kill -9` at random moments: the next run always comes back to an index that is equal to the folder."""

import itertools
import os
import random
import subprocess
import sys
from pathlib import Path

import index.vectors
from index.catalog import Catalog
from tests.indexed_folder import IndexedFolder

KILLS = 25
CHECKED_EVERY = 5
FILES = 60
EDITS = 25  # between two kills

# Small groups and early flushes: many commits, and many moments at which Chroma rewrites its files.
CONFIGURATION = {**index.vectors.CONFIGURATION, "sync_threshold": 20}
CHECKOUT = Path(__file__).parents[1]
CHILD = f"""
import sys
from pathlib import Path

import index.sync
import index.vectors
from index.catalog import Catalog
from index.chunking import Chunker
from index.generations import Generations
from tests.indexed_folder import IndexedFolder


def announce(owner, name):
    original = getattr(owner, name)

    def announced(*arguments):
        print(name, flush=True)
        return original(*arguments)

    setattr(owner, name, announced)


for step in ((Catalog, "replace"), (Catalog, "rename"), (Catalog, "remove"), (Catalog, "add_embeddings"),
             (Catalog, "mark_projected"), (Chunker, "chunk"), (Generations, "save"),
             (index.vectors.Store, "add"), (index.vectors.Store, "delete"), (index.vectors.Store, "close")):
    announce(*step)
index.sync.GROUP_PASSAGES = 8
index.vectors.CONFIGURATION = {CONFIGURATION}
IndexedFolder(Path(sys.argv[1])).sync()
"""


class Author:
    """Someone who adds, edits, renames and removes files, and remembers what they said."""

    def __init__(self, folder: IndexedFolder, dice: random.Random) -> None:
        self.folder = folder
        self.dice = dice
        self.texts: dict[str, str] = {}
        for number in range(FILES):
            self.write(f"{number}.txt")

    def work(self) -> None:
        for _ in range(EDITS):
            self.dice.choice([self.add, self.edit, self.rename, self.remove])()

    def write(self, path: str) -> None:
        words = (f"word{self.dice.randrange(2000)}" for _ in range(self.dice.randrange(5, 900)))
        self.texts[path] = " ".join(words) + "."
        self.folder.write(path, self.texts[path])

    def add(self) -> None:
        self.write(f"{self.dice.randrange(10**9)}.txt")

    def edit(self) -> None:
        self.write(self.dice.choice(sorted(self.texts)))

    def rename(self) -> None:
        old, new = self.dice.choice(sorted(self.texts)), f"moved/{self.dice.randrange(10**9)}.txt"
        (self.folder.documents / "moved").mkdir(exist_ok=True)
        (self.folder.documents / old).rename(self.folder.documents / new)
        self.texts[new] = self.texts.pop(old)

    def remove(self) -> None:
        path = self.dice.choice(sorted(self.texts))
        (self.folder.documents / path).unlink()
        del self.texts[path]


class Killer:
    """Starts processes that sync the folder and kills them at moments spread over the whole of their lives.

    A process announces its steps; it is killed a few milliseconds after one of them, so that the moments are
    spread over the work whatever the speed of the machine.
    """

    def __init__(self, folder: IndexedFolder, dice: random.Random) -> None:
        self.folder = folder
        self.dice = dice
        self.steps = 100  # of a whole life, as far as known

    def strike(self) -> bool:
        """False if the process was done before it could be killed."""
        command = [sys.executable, "-c", CHILD, str(self.folder.documents.parent)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=CHECKOUT, text=True) as process:
            last = self.dice.randrange(self.steps)
            done = sum(1 for _ in itertools.islice(process.stdout, last))
            if done < last:
                assert process.wait() == 0
                self.steps = done
                return False
            delay = 0.02 if done else 1.0  # before the first step lie the imports
            try:
                process.wait(timeout=self.dice.uniform(0, delay))
            except subprocess.TimeoutExpired:
                process.kill()
            return process.wait() < 0


def texts_served(folder: IndexedFolder) -> dict[str, str]:
    with Catalog.open(folder.catalog_path, read_only=True) as catalog:
        return {summary.id: catalog.document(summary.id).text for summary in catalog.documents()}


def test_killed_at_random_moments_it_comes_back_equal(tmp_path, monkeypatch):
    """Files are added, edited, renamed and removed between the kills; nothing is lost, stale or double."""
    seed = int(os.environ.get("KILL_SEED", random.randrange(10**6)))
    print(f"KILL_SEED={seed}")
    monkeypatch.setattr("index.vectors.CONFIGURATION", CONFIGURATION)
    dice = random.Random(seed)
    folder = IndexedFolder(tmp_path)
    author, killer = Author(folder, dice), Killer(folder, dice)
    kills = 0
    while kills < KILLS:
        author.work()
        if killer.strike():
            kills += 1
            if kills % CHECKED_EVERY == 0:
                folder.sync()
                assert folder.check() == []
                assert texts_served(folder) == author.texts
