"""A batch as tensors."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from training.targets import Target
from training.windows import Window


@dataclass(frozen=True, slots=True)
class Inputs:
    """`ids` and `real` (False: padding) are what the network reads; `allowed` is where an answer may start or end."""

    ids: torch.Tensor
    real: torch.Tensor
    allowed: torch.Tensor

    @classmethod
    def of(cls, windows: Sequence[Window], device: str) -> "Inputs":
        longest = max(len(window.ids) for window in windows)
        ids = torch.zeros(len(windows), longest, dtype=torch.long)
        real = torch.zeros(len(windows), longest, dtype=torch.bool)
        allowed = torch.zeros(len(windows), longest, dtype=torch.bool)
        for row, window in enumerate(windows):
            ids[row, : len(window.ids)] = torch.tensor(window.ids)
            real[row, : len(window.ids)] = True
            allowed[row, window.first : window.first + len(window.offsets)] = True
        allowed[:, 0] = True
        return cls(ids.to(device), real.to(device), allowed.to(device))


@dataclass(frozen=True, slots=True)
class Labels:
    """`spans` is `windows x spans x 2`; where `given` is False there is no further span."""

    spans: torch.Tensor
    given: torch.Tensor
    within: torch.Tensor
    weights: torch.Tensor

    @classmethod
    def of(cls, targets: Sequence[Target], device: str) -> "Labels":
        most = max(len(target.spans) for target in targets)
        spans = torch.zeros(len(targets), most, 2, dtype=torch.long)
        given = torch.zeros(len(targets), most, dtype=torch.bool)
        for row, target in enumerate(targets):
            spans[row, : len(target.spans)] = torch.tensor(target.spans)
            given[row, : len(target.spans)] = True
        within = torch.tensor([target.within for target in targets])
        weights = torch.tensor([target.weight for target in targets])
        return cls(spans.to(device), given.to(device), within.to(device), weights.to(device))
