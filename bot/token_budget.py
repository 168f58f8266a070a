"""How much of a text a model has room for, counted in tokens of another model's tokenizer and so with a margin."""

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

from index.document import Markup
from index.sentences import sentence_spans

CountTokens = Callable[[Sequence[str]], Sequence[int]]

SAFETY = 1.3  # tokenizers of language models make up to this many times the tokens of running text
BYTES_PER_TOKEN = 3  # at most, on average: holds for scripts and codes whose words the counting tokenizer does not know


class TokenBudget:
    """Counts what texts may cost at most."""

    def __init__(self, count_tokens: CountTokens) -> None:
        self._count_tokens = count_tokens

    def cost(self, text: str) -> int:
        """Tokens, rounded up."""
        return self.costs([text])[0]

    def costs(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, rounded up."""
        return [
            math.ceil(max(counted * SAFETY, len(text.encode("utf-8", "replace")) / BYTES_PER_TOKEN))
            for text, counted in zip(texts, self._count_tokens(texts), strict=True)
        ]

    def fitting(self, texts: Sequence[str], room: int, each: int) -> int:
        """How many of the texts, from the first on, have room together; each costs `each` tokens more."""
        totals = accumulate(cost + each for cost in self.costs(texts))
        return sum(total <= room for total in totals)

    def cut(self, text: str, room: int, markup: Markup = Markup.PLAIN) -> str:
        """As many whole sentences as there is room for; else words; never nothing of a text that holds something."""
        if self.cost(text) <= room:
            return text
        sentence_ends = [end for _, end in sentence_spans(text, markup=markup)]
        word_ends = [word.end() for word in re.finditer(r"\S+", text)]
        for ends in (sentence_ends, word_ends, range(1, len(text) + 1)):
            fits = bisect_right(ends, room, key=lambda end: self.cost(text[:end]))
            if fits:
                return text[: ends[fits - 1]]
        return text[:1]
