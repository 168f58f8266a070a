"""Stems: the words of a text as the keyword index knows them."""

import sqlite3
import threading
import weakref

from index.errors import IndexProblem
from index.keywords import TOKENIZER, comparable_text


class Stemmer:
    """Asks the tokenizer of the keyword index itself, in a table in memory. Usable from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._connection.executescript(
            f"""
            CREATE VIRTUAL TABLE texts USING fts5 (text, content = '', tokenize = "{TOKENIZER}");
            CREATE VIRTUAL TABLE stems USING fts5vocab (texts, instance);
            """
        )
        self._close = weakref.finalize(self, self._connection.close)

    def stems(self, text: str) -> list[str]:
        """The stems of a text's words, in order: lower case, without accents."""
        try:
            with self._lock:
                self._connection.execute("INSERT INTO texts (rowid, text) VALUES (1, ?)", (comparable_text(text),))
                rows = self._connection.execute("SELECT term FROM stems ORDER BY offset").fetchall()
                self._connection.execute("INSERT INTO texts (texts) VALUES ('delete-all')")
        except sqlite3.ProgrammingError as error:
            raise IndexProblem("the index is closed") from error
        return [stem for (stem,) in rows if stem]  # a lone accent is a word without letters

    def close(self) -> None:
        """Free its memory; asked afterwards, it raises IndexProblem."""
        with self._lock:
            self._close()
