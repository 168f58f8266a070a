"""Writes a trained reader as one 8-bit ONNX file, in the style of the bundled embedding model.

    python -m training.export CHECKPOINT.pt MODEL.onnx

One window goes through in one run, without padding; the outputs `start` and `end` are logits, `1 x tokens`, those of
the question and of the last token included: whoever reads them leaves these out. The encoder is made by the tool that
made the bundled model, of the same operators; the heads stay in 32 bits, they are small. Made twice from the same
checkpoint, the file is the same to the byte.
"""

import argparse
import hashlib
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from tools.make_model import Graph, embed_tokens, encode_layer
from training.bundled_weights import LAYERS, Weights

_PUBLISHED = {
    "mixed": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "wide": "intermediate.dense",
    "narrow": "output.dense",
    "norm2": "output.LayerNorm",
}


def build(weights: Weights) -> onnx.ModelProto:
    """The graph of a reader with these weights, named as in `ReaderNetwork`."""
    graph = Graph(_published(weights))
    hidden = embed_tokens(graph)
    for number in range(LAYERS):
        hidden = encode_layer(graph, number, hidden)
    _add_heads(graph, hidden, weights)
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, "tokens"]) for name in ("start", "end")]
    body = helper.make_graph(graph.nodes, "reader", [ids], outputs, list(graph.constants.values()))
    versions = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(body, opset_imports=versions, ir_version=9, producer_name="footnote")


def export(weights: Weights, path: Path) -> str:
    """Writes the model and returns its sha256."""
    data = build(weights).SerializeToString(deterministic=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def checkpoint_weights(path: Path) -> Weights:
    """The network's weights in a checkpoint of the trainer."""
    from training.checkpoint import Checkpoint

    return {name: values.float().numpy() for name, values in Checkpoint.load(path).network.items()}


def _add_heads(graph: Graph, hidden: str, weights: Weights) -> None:
    matrix = graph.constant("heads.weight", weights["heads.weight"].T)
    bias = graph.constant("heads.bias", weights["heads.bias"])
    logits = graph.add("Add", [graph.add("MatMul", [hidden, matrix], "heads.product"), bias], "heads")
    graph.add("Split", [logits], "start.column", "end.column", axis=2, num_outputs=2)
    column = graph.constant("heads.axis", np.array([2], np.int64))
    for name in ("start", "end"):
        graph.add("Squeeze", [f"{name}.column", column], name)


def _published(weights: Weights) -> Weights:
    """The names that the bundled model's tool knows; what token types would add is in the places already."""
    named = {
        "embeddings.word_embeddings.weight": weights["words.weight"],
        "embeddings.position_embeddings.weight": weights["places.weight"],
        "embeddings.token_type_embeddings.weight": np.zeros_like(weights["places.weight"][:1]),
        "embeddings.LayerNorm.weight": weights["embedded.weight"],
        "embeddings.LayerNorm.bias": weights["embedded.bias"],
    }
    for number in range(LAYERS):
        for kind in ("weight", "bias"):
            named |= _layer(weights, number, kind)
    return named


def _layer(weights: Weights, number: int, kind: str) -> Weights:
    source, name = f"layers.{number}", f"encoder.layer.{number}"
    parts: list[NDArray[np.float32]] = np.split(weights[f"{source}.qkv.{kind}"], 3)
    attention = zip(("query", "key", "value"), parts, strict=True)
    return {f"{name}.attention.self.{part}.{kind}": values for part, values in attention} | {
        f"{name}.{published}.{kind}": weights[f"{source}.{ours}.{kind}"] for ours, published in _PUBLISHED.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("model", type=Path)
    arguments = parser.parse_args()
    digest = export(checkpoint_weights(arguments.checkpoint), arguments.model)
    print(f"{digest}  {arguments.model.name}  {arguments.model.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
