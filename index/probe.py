"""The child process that opens a doubtful vector store: `python -m index.probe FOLDER DIMENSIONS < SAMPLE`.

A store torn by a kill can crash whoever opens it, which no `except` catches; here only the child dies. It
ends with 0 when the store can be read and finds the vectors of the sample, which are given as 32-bit floats.
"""

import sys
from pathlib import Path

import numpy as np

from index.vectors import Store, finds


def main() -> int:
    folder, dimensions = Path(sys.argv[1]), int(sys.argv[2])
    sample = np.frombuffer(sys.stdin.buffer.read(), np.float32).reshape(-1, dimensions)
    store = Store(folder)
    return 0 if len(store) == len(store.ids()) and finds(store.search, sample) else 1


if __name__ == "__main__":
    sys.exit(main())
