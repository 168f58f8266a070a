"""All that a run needs to go on as if it had never stopped."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`epoch` and `batch` name the next batch; `recipe` is what must be the same for going on to be right."""

    recipe: dict[str, Any]
    network: dict[str, Any]
    optimiser: dict[str, Any]
    epoch: int
    batch: int
    step: int
    randomness: torch.Tensor
    device_randomness: list[torch.Tensor]

    def save(self, path: Path) -> None:
        """Whole or not at all: the old file stays until the new one is on the disk."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        with unfinished.open("wb") as file:
            torch.save({name: getattr(self, name) for name in self.__slots__}, file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Checkpoint":
        """On the CPU. Only tensors and plain values are read, never code."""
        return cls(**torch.load(path, map_location="cpu", weights_only=True))
