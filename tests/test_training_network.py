"""The reader in torch: is it the bundled model, does it learn, does it go on, and is the export the same reader?"""

import hashlib
import json
import math
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is only in the trainer's environment")

import torch

from training.bundled_weights import read_weights
from training.examples import Example, Supervision, Trial
from training.export import checkpoint_weights, export
from training.loss import span_loss
from training.measure import Measurement
from training.models import ExportedModel, TrainedModel
from training.network import ReaderNetwork
from training.targets import Target, targets
from training.tensors import Inputs, Labels
from training.trainer import Recipe, Trainer
from training.windows import Windowing

WINDOWING = Windowing()
RIVERS = (("Orle", "Tavit"), ("Sarn", "Holm"), ("Bode", "Kest"), ("Wend", "Lorn"))


def _example(river: str, town: str, supervision: Supervision) -> Example:
    passage = f"The {river} rises near {town} and is long."
    place = passage.index(town)
    spans = {Supervision.SPAN: ((place, place + len(town)),), Supervision.WITHIN: ((4, len(passage)),)}
    asked = f"Who bridged the {river}?" if supervision is Supervision.NULL else f"Where does the {river} rise?"
    return Example(asked, passage, supervision, spans.get(supervision, ()))


EXAMPLES = [_example(*river, supervision) for river in RIVERS for supervision in Supervision]
TARGETS = list(targets(EXAMPLES, WINDOWING))
RECIPE = Recipe(epochs=4, tokens=128, rate=1e-4)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def _network() -> ReaderNetwork:
    torch.manual_seed(0)
    network = ReaderNetwork()
    network.load_bundled(read_weights())
    network.eval()
    return network


def test_the_encoder_is_the_bundled_model() -> None:
    """Up to the rounding of its activations."""
    from onnxruntime import InferenceSession

    from index.vocabulary import TOKENIZER

    session = InferenceSession((TOKENIZER.parent / "model.onnx").read_bytes(), providers=["CPUExecutionProvider"])
    network = _network()
    for example in EXAMPLES[:6]:
        (window,) = WINDOWING.windows(example.question, example.passage)
        (bundled,) = session.run(None, {"input_ids": np.array([window.ids], np.int64)})
        inputs = Inputs.of([window], "cpu")
        with torch.inference_mode():
            mean = network.encode(inputs.ids, inputs.real)[0].mean(dim=0).numpy()
        assert float(bundled[0] @ mean / np.linalg.norm(mean)) > 0.985


def test_padding_changes_nothing() -> None:
    short = WINDOWING.windows("Who?", "Ada.")[0]
    long = WINDOWING.windows("Who?", "Ada wrote it in the year of the great flood.")[0]
    network = _network()
    alone, beside = Inputs.of([short], "cpu"), Inputs.of([short, long], "cpu")
    with torch.inference_mode():
        one = network(alone.ids, alone.real)[0]
        same = network(beside.ids, beside.real)[0, : len(short.ids)]
    assert torch.allclose(one, same, atol=1e-4)


def test_the_loss_is_that_of_all_right_spans_together() -> None:
    """Against sums of probabilities that are written out."""
    window = WINDOWING.windows("Who?", "a b c d")[0]
    first = window.first
    torch.manual_seed(0)
    logits = torch.randn(1, len(window.ids), 2, requires_grad=True)
    inputs = Inputs.of([window], "cpu")
    start, end = logits.detach()[0].masked_fill(~inputs.allowed[0][:, None], -math.inf).softmax(dim=0).unbind(-1)
    for within, pairs in (
        (False, [(first, first + 1), (first + 3, first + 3)]),
        (True, [(first + a, first + b) for a in range(4) for b in range(a, 4) if b < 2 or a > 2]),
    ):
        spans = ((first, first + 1), (first + 3, first + 3))
        labels = Labels.of([Target(window, spans, within, 1.0)], "cpu")
        loss = span_loss(logits, inputs.allowed, labels)
        assert float(loss.detach()) == pytest.approx(-math.log(sum(start[a] * end[b] for a, b in pairs)), abs=1e-5)
        (gradient,) = torch.autograd.grad(loss, logits)
        assert torch.isfinite(gradient).all()


def test_a_run_that_was_stopped_ends_like_one_that_was_not(tmp_path: Path) -> None:
    """Dropout, the order, the rate and the optimiser go on, too."""
    Trainer(TARGETS, RECIPE, tmp_path / "whole").run(steps=4)
    Trainer(TARGETS, RECIPE, tmp_path / "parts").run(steps=2)
    resumed = Trainer(TARGETS, RECIPE, tmp_path / "parts")
    assert resumed.resume()
    resumed.run(steps=2)
    whole, parts = (checkpoint_weights(tmp_path / name / "checkpoint.pt") for name in ("whole", "parts"))
    assert resumed.step == 4
    assert all(np.array_equal(whole[name], parts[name]) for name in whole)


def test_another_recipe_does_not_go_on(tmp_path: Path) -> None:
    Trainer(TARGETS, RECIPE, tmp_path).run(steps=1)
    with pytest.raises(ValueError, match="another recipe"):
        Trainer(TARGETS, Recipe(epochs=5), tmp_path).resume()


def test_it_learns_and_the_export_is_the_same_reader(tmp_path: Path) -> None:
    trainer = Trainer(TARGETS, Recipe(epochs=60, tokens=512, rate=3e-4, dropout=0.0), tmp_path)
    trainer.run()
    assert trainer.finished
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert rows[-1]["loss"] < rows[0]["loss"] / 2
    weights = checkpoint_weights(tmp_path / "checkpoint.pt")
    digest = export(weights, tmp_path / "reader.onnx")
    assert export(weights, tmp_path / "again.onnx") == digest
    assert hashlib.sha256((tmp_path / "reader.onnx").read_bytes()).hexdigest() == digest
    asked = [Trial(one.question, ("Tavit", "Holm", "Kest", "Lorn"), one.passage, one.passage) for one in EXAMPLES[::3]]
    models = (TrainedModel(tmp_path / "checkpoint.pt"), ExportedModel(tmp_path / "reader.onnx"))
    for model in models:
        assert Measurement(model, WINDOWING).figures("", asked).exact == 1.0
    torch_logits, exported = (model.logits([TARGETS[0].window])[0] for model in models)
    assert np.corrcoef(torch_logits.ravel(), exported.ravel())[0, 1] > 0.98
