"""The keyword index: BM25 over the passages, an FTS5 table inside the catalog's file."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from sqlite3 import Connection

import numpy as np

from index.database import Database
from index.keyword_occurrences import OccurrenceReader, Occurrences
from index.keyword_ranking import keyword_ranking
from index.keywords import indexed_text, is_half_a_pair, match_expression, terms
from index.selection import Selection
from index.stemmer import Stemmer

# Ranking takes time for every passage that a word stands in (about a microsecond), and common words hardly
# move the ranking: of a question's words the rarest are taken, as many as these two allow.
MOST_WORDS = 16
MOST_PASSAGES = 10_000
# Where only some documents are searched, the passages of the others are passed over, at a tenth of that price.
MOST_PASSED_OVER = 100_000


@dataclass(slots=True)
class _Frequencies:
    """In how many passages stems stand, as far as asked, as of one change of the catalog."""

    change: int
    passages: int
    known: dict[str, int] = field(default_factory=dict)


class KeywordIndex:
    """What the catalog writes into the keyword table, in its own transactions, and what it asks of it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stemmer = Stemmer()
        self._stems_of_word = lru_cache(maxsize=20_000)(self._stemmer.stems)  # words come back, in every question
        self._frequencies = _Frequencies(change=-1, passages=0)

    def add(self, connection: Connection, rows: Iterable[tuple[int, str, str]]) -> None:
        """Index passages: number, title and text of each."""
        connection.executemany(
            "INSERT INTO keywords (rowid, title, text) VALUES (?, ?, ?)",
            ((number, indexed_text(title), indexed_text(text)) for number, title, text in rows),
        )

    def retitle(self, connection: Connection, titles: Mapping[int, str]) -> None:
        """Give passages other titles, by number."""
        connection.executemany(
            "UPDATE keywords SET title = ? WHERE rowid = ?",
            ((indexed_text(title), number) for number, title in titles.items()),
        )

    def remove_documents_of(self, connection: Connection, file: str) -> None:
        """Forget the passages of a file; call it while they are still in the catalog."""
        connection.execute(
            "DELETE FROM keywords WHERE rowid IN (SELECT number FROM passages_with_documents WHERE file = ?)",
            (file,),
        )

    def search(self, question: str, limit: int) -> list[tuple[int, float]]:
        """Passage numbers with their BM25 score (above 0), best first."""
        words = terms(question)
        expression = match_expression(_rarest(self._commonness(words), MOST_PASSAGES)[:MOST_WORDS])
        if not expression:
            return []
        with self._database.reading() as connection:
            return connection.execute(
                "SELECT rowid, -rank FROM keywords WHERE keywords MATCH ? ORDER BY rank, rowid LIMIT ?",
                (expression, limit),
            ).fetchall()

    def search_within(self, question: str, limit: int, selection: Selection) -> list[tuple[int, float]]:
        """As `search` would find it in an index of the selected passages alone; both in one transaction."""
        asked = terms(question)
        affordable = set(_rarest(self._commonness(asked), MOST_PASSED_OVER))
        words = [word for word in asked if word in affordable]
        with self._database.reading() as connection:
            reader = OccurrenceReader(connection, selection)
            commonness = self._commonness_among(words, lambda stem: len(reader.of_stem(stem).passages))
            telling = _rarest(commonness, MOST_PASSAGES)[:MOST_WORDS]
            return keyword_ranking([self._occurrences(word, reader) for word in telling], selection, limit)

    def selection(self, connection: Connection, documents: Collection[int]) -> Selection:
        """The passages of the documents of these numbers."""
        rows = connection.execute(
            """
            SELECT passages.number, sz FROM json_each(?) AS wanted
            CROSS JOIN passages ON document = wanted.value
            CROSS JOIN keywords_docsize ON keywords_docsize.id = passages.number ORDER BY passages.number
            """,
            (json.dumps(list(documents)),),
        ).fetchall()
        (total,) = connection.execute("SELECT count(*) FROM passages").fetchone()
        numbers = np.array([number for number, _ in rows], np.int64)
        return Selection(numbers, np.array([_length(sizes) for _, sizes in rows], np.float64), total)

    def texts(self) -> dict[int, str]:
        """The texts of all passages by number, as they were indexed."""
        with self._database.reading() as connection:
            return dict(connection.execute("SELECT rowid, text FROM keywords").fetchall())

    def stems(self, text: str) -> list[str]:
        """The words of a text as the index knows them, in order."""
        return self._stemmer.stems(text)

    def frequencies(self, stems: Collection[str]) -> tuple[dict[str, int], int]:
        """In how many passages each of the stems stands, and how many passages there are."""
        with self._database.reading() as connection:
            cached = self._current(connection)
            for stem in stems:
                if stem not in cached.known:
                    row = connection.execute("SELECT doc FROM vocabulary WHERE term = ?", (stem,)).fetchone()
                    cached.known[stem] = row[0] if row else 0
        return {stem: cached.known[stem] for stem in stems}, cached.passages

    def close(self) -> None:
        """Free the stemmer's memory."""
        self._stemmer.close()

    def _commonness(self, words: Collection[str]) -> dict[str, int]:
        """In how many passages each word stands at most; half a pair is taken to be rare."""
        stems = {stem for word in words if not is_half_a_pair(word) for stem in self._stems_of_word(word)}
        frequencies, _ = self.frequencies(stems)
        return self._commonness_among(words, frequencies.__getitem__)

    def _commonness_among(self, words: Iterable[str], frequency: Callable[[str], int]) -> dict[str, int]:
        return {
            word: 1 if is_half_a_pair(word) else min(map(frequency, self._stems_of_word(word)), default=0)
            for word in words
        }

    def _occurrences(self, word: str, reader: OccurrenceReader) -> Occurrences:
        """A word has several stems only where SQLite takes a new letter for a sign: the rarest stands for all."""
        if is_half_a_pair(word):
            return reader.of_beginning(word)
        return min(map(reader.of_stem, self._stems_of_word(word)), key=lambda found: len(found.passages))

    def _current(self, connection: Connection) -> _Frequencies:
        (change,) = connection.execute("SELECT change FROM meta").fetchone()
        if change != self._frequencies.change:
            (passages,) = connection.execute("SELECT count(*) FROM passages").fetchone()
            self._frequencies = _Frequencies(change, passages)
        return self._frequencies


def _rarest(commonness: Mapping[str, int], most_passages: int) -> list[str]:
    """The rarest words that stand in so many passages together, without those that stand nowhere."""
    found = sorted((word for word, passages in commonness.items() if passages), key=commonness.__getitem__)
    totals = accumulate(commonness[word] for word in found)
    return [word for word, total in zip(found, totals, strict=True) if total <= most_passages] or found[:1]


def _length(sizes: bytes) -> int:
    """How many words a row of the keyword table has: FTS5 keeps the number of each column, seven bits a byte."""
    length = words = 0
    for byte in sizes:
        words = words << 7 | byte & 0x7F
        if byte < 0x80:
            length, words = length + words, 0
    return length
