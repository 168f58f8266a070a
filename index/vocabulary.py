"""The bundled tokenizer as a measure: how long a text is to a model, and how common a word is in English."""

import math
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import EmbeddingFailed

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

TOKENIZER = Path(__file__).with_name("models") / "all-MiniLM-L6-v2" / "tokenizer.json"

# The published vocabulary lists whole words by falling frequency, from "the" on.
FIRST_WORD = 1996
COMMON_RANK, RARE_RANK = 60, 20_000  # at most as common: no weight; at least as rare: full weight


class Vocabulary:
    """Whatever model embeds, the bundled tokenizer measures lengths, so that passages stay the same."""

    def __init__(self, path: Path = TOKENIZER) -> None:
        self._path = path
        self.rarity = lru_cache(maxsize=50_000)(self._rarity)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the two that a model puts around every text."""
        return [len(encoding.ids) for encoding in self._encode(texts)]

    def _rarity(self, word: str) -> float:
        """0 for the commonest words to 1 for rare ones, by rank in the vocabulary; needs no corpus.

        A word that the vocabulary knows only in pieces is rare.
        """
        ids = self._encode([word])[0].ids
        if len(ids) != 1:
            return 1.0 if ids else 0.0
        rank = max(ids[0] - FIRST_WORD + 1, 1) if ids[0] >= FIRST_WORD else RARE_RANK // 2
        share = math.log(rank / COMMON_RANK) / math.log(RARE_RANK / COMMON_RANK)
        return min(max(share, 0.0), 1.0)

    def _encode(self, texts: Sequence[str]) -> list["Encoding"]:
        return self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        tokenizer = load_tokenizer(self._path)
        tokenizer.no_truncation()
        return tokenizer


def load_tokenizer(path: Path = TOKENIZER) -> "Tokenizer":
    """The bundled tokenizer, cut at the model's 256 tokens. Raises EmbeddingFailed."""
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except Exception as error:  # the Rust library raises bare Exception
        raise EmbeddingFailed(f"the bundled tokenizer cannot be loaded: {error}") from error
