"""The bundled model alone.

bare_embedding.py passages HOME            every passage of an index, as it is embedded when indexing
bare_embedding.py questions QUESTIONS.json one question at a time
"""

import json
import sys
from pathlib import Path
from time import perf_counter

from bot.settings import Settings
from bot.wiring import catalog_path
from index.catalog import Catalog
from index.embedding import BundledEmbedding

WARM_UP = 20


def passages(home: str) -> dict[str, float]:
    settings = Settings(documents=Path(home), home=Path(home))
    with Catalog.open(catalog_path(settings), read_only=True) as catalog:
        found = catalog.unembedded_passages("no model has embedded these", sys.maxsize)
    texts = [passage.contextual_text for passage in found]
    model = BundledEmbedding()
    model.embed(texts[:WARM_UP])
    started = perf_counter()
    model.embed(texts)
    return {"seconds": perf_counter() - started, "passages": len(texts)}


def questions(path: str) -> dict[str, list[float]]:
    asked = json.loads(Path(path).read_text(encoding="utf-8"))
    model = BundledEmbedding()
    milliseconds = []
    for question in asked[:WARM_UP] + asked:
        started = perf_counter()
        model.embed_query(question)
        milliseconds.append((perf_counter() - started) * 1000)
    return {"milliseconds": milliseconds[-len(asked) :]}


if __name__ == "__main__":
    command, argument = sys.argv[1:]
    print(json.dumps({"passages": passages, "questions": questions}[command](argument)))
