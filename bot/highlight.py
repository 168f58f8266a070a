"""The words of a quote that matter: those of the question and of the short answer, in any form."""

import re
from collections.abc import Iterator
from typing import Self

from index.keywords import terms
from index.stemmer import Stemmer

_WORD = re.compile(r"\w+")


class Highlight:
    """Finds words by their stems, as the keyword index compares them."""

    def __init__(self, stemmer: Stemmer, stems: frozenset[str]) -> None:
        self._stemmer = stemmer
        self._stems = stems
        self._known: dict[str, bool] = {}  # quotes of one answer share most of their words

    @classmethod
    def of(cls, *texts: str) -> Self:
        """Of the content words of these texts."""
        stemmer = Stemmer()
        wanted = (stem for text in texts for word in terms(text) for stem in stemmer.stems(word))
        return cls(stemmer, frozenset(wanted))

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where in `text` the words stand."""
        for word in _WORD.finditer(text):
            if self._matters(word[0]):
                yield word.span()

    def _matters(self, word: str) -> bool:
        if word not in self._known:
            self._known[word] = not self._stems.isdisjoint(self._stemmer.stems(word))
        return self._known[word]
