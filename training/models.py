"""A reader that can be run: an exported file, or a checkpoint of the trainer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from training.windows import Window


class Model(Protocol):
    """Logits of each window, `tokens x 2`."""

    def logits(self, windows: Sequence[Window]) -> list[NDArray[np.float32]]: ...


class ExportedModel:
    """One window at a time on one core, as the product runs it."""

    def __init__(self, path: Path) -> None:
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.intra_op_num_threads = 1
        self._session = InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])

    def logits(self, windows: Sequence[Window]) -> list[NDArray[np.float32]]:
        return [self._run(window) for window in windows]

    def _run(self, window: Window) -> NDArray[np.float32]:
        start, end = self._session.run(["start", "end"], {"input_ids": np.array([window.ids], np.int64)})
        both: NDArray[np.float32] = np.stack([start[0], end[0]], axis=1)
        return both


class TrainedModel:
    """A checkpoint in 32 bits, on a GPU if there is one."""

    def __init__(self, path: Path) -> None:
        import torch

        from training.checkpoint import Checkpoint
        from training.network import ReaderNetwork

        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._network = ReaderNetwork().to(self._device).eval()
        self._network.load_state_dict(Checkpoint.load(path).network)

    def logits(self, windows: Sequence[Window]) -> list[NDArray[np.float32]]:
        import torch

        from training.tensors import Inputs

        inputs = Inputs.of(windows, self._device)
        with torch.inference_mode():
            found = self._network(inputs.ids, inputs.real).cpu().numpy()
        return [row[: len(window.ids)] for row, window in zip(found, windows, strict=True)]


def load(path: Path) -> Model:
    """By the name: `.onnx` is an exported model, everything else a checkpoint."""
    return ExportedModel(path) if path.suffix == ".onnx" else TrainedModel(path)
