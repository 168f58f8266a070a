"""An embedding for the server of a test: it begins only when the test lets it."""

import time
from pathlib import Path

from llama_index.core.base.embeddings.base import BaseEmbedding

LOOK_EVERY_S = 0.02


class GatedEmbedding(BaseEmbedding):
    """Nothing is embedded before the file `gate` exists. The vectors say only how long a text is."""

    gate: str

    def _get_text_embedding(self, text: str) -> list[float]:
        while not Path(self.gate).exists():
            time.sleep(LOOK_EVERY_S)
        return [1.0, len(text) / 1000]

    def _get_query_embedding(self, query: str) -> list[float]:
        return [1.0, len(query) / 1000]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)
