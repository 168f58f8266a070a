"""The keyword index: BM25 over the passages, an FTS5 table inside the catalog's file."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from sqlite3 import Connection

from index.database import Database
from index.keywords import indexed_text, is_half_a_pair, match_expression, terms
from index.stemmer import Stemmer

# Ranking takes time for every passage that a word stands in (about a microsecond), and common words hardly
# move the ranking: of a question's words the rarest are taken, as many as these two allow.
MOST_WORDS = 16
MOST_PASSAGES = 10_000


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
        expression = match_expression(self._telling(terms(question)))
        if not expression:
            return []
        with self._database.reading() as connection:
            return connection.execute(
                "SELECT rowid, -rank FROM keywords WHERE keywords MATCH ? ORDER BY rank, rowid LIMIT ?",
                (expression, limit),
            ).fetchall()

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

    def _telling(self, words: list[str]) -> list[str]:
        """The rarest of the words, without those that stand nowhere."""
        commonness = self._commonness(words)
        found = sorted((word for word in words if commonness[word]), key=commonness.__getitem__)
        totals = accumulate(commonness[word] for word in found)
        affordable = [word for word, total in zip(found, totals, strict=True) if total <= MOST_PASSAGES]
        return affordable[:MOST_WORDS] or found[:1]

    def _commonness(self, words: list[str]) -> dict[str, int]:
        """In how many passages each word stands at most; half a pair is taken to be rare."""
        stems = {word: self._stems_of_word(word) for word in words if not is_half_a_pair(word)}
        frequencies, _ = self.frequencies({stem for parts in stems.values() for stem in parts})
        known = {word: min((frequencies[stem] for stem in parts), default=0) for word, parts in stems.items()}
        return {word: known.get(word, 1) for word in words}

    def _current(self, connection: Connection) -> _Frequencies:
        (change,) = connection.execute("SELECT change FROM meta").fetchone()
        if change != self._frequencies.change:
            (passages,) = connection.execute("SELECT count(*) FROM passages").fetchone()
            self._frequencies = _Frequencies(change, passages)
        return self._frequencies
