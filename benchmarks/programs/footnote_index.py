"""Footnote indexing a folder: footnote_index.py DOCUMENTS HOME

The clock runs from after the imports of this file, as it does for the quickstart; what Footnote imports only
when it needs it, onnxruntime and chromadb among others, counts.
"""

import json
import sys
from pathlib import Path
from time import perf_counter

from bot.settings import Settings
from bot.wiring import index_documents
from index.progress import unheard

if __name__ == "__main__":
    documents, home = map(Path, sys.argv[1:])
    settings = Settings(documents=documents, home=home)
    started = perf_counter()
    report = index_documents(settings, unheard)
    seconds = perf_counter() - started
    assert not report.failed, report.failed
    print(json.dumps({"seconds": seconds, "unchanged": report.unchanged}))
