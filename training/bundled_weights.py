"""The weights of the bundled model, taken out of its 8-bit graph.

The graph keeps what training needs: every matrix with one scale a column, the word embeddings with one scale a row. The
vectors of token type 0 are already added to those of the places, so a network made of these has no token types.
"""

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from index.vocabulary import TOKENIZER

LAYERS, HEADS, WIDTH = 6, 12, 384
LINEAR = ("qkv", "mixed", "wide", "narrow")
NORMS = ("norm1", "norm2")

Weights = dict[str, NDArray[np.float32]]


def read_weights(folder: Path = TOKENIZER.parent) -> Weights:
    """Named as `ReaderNetwork` names them; matrices as `outputs x inputs`. Rounded as the graph has them."""
    model = onnx.load(folder / "model.onnx")
    kept = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    weights = {
        "words.weight": kept["words.rows"].astype(np.float32) * kept["words.scale"],
        "places.weight": kept["places.table"].astype(np.float32),
        **_norm(kept, "embedded", "embedded"),
    }
    for layer in range(LAYERS):
        for part in LINEAR:
            weights |= _linear(kept, f"layer{layer}.{part}", f"layers.{layer}.{part}")
        for part in NORMS:
            weights |= _norm(kept, f"layer{layer}.{part}", f"layers.{layer}.{part}")
    return weights


def _linear(kept: dict[str, NDArray[np.generic]], source: str, name: str) -> Weights:
    matrix = kept[f"{source}.weight"].astype(np.float32) * kept[f"{source}.scale"].astype(np.float32)
    return {
        f"{name}.weight": np.ascontiguousarray(matrix.T),
        f"{name}.bias": kept[f"{source}.bias"].astype(np.float32),
    }


def _norm(kept: dict[str, NDArray[np.generic]], source: str, name: str) -> Weights:
    return {
        f"{name}.weight": kept[f"{source}.gain"].astype(np.float32),
        f"{name}.bias": kept[f"{source}.shift"].astype(np.float32),
    }
