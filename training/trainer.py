"""The loop: batch after batch, until the epochs or the minutes are over."""

import json
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from training.batches import Plan
from training.bundled_weights import read_weights
from training.checkpoint import Checkpoint
from training.loss import span_loss
from training.network import ReaderNetwork
from training.schedule import Schedule
from training.targets import Target
from training.tensors import Inputs, Labels

LOGGED = 20  # steps between two lines of the log


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides the result. A checkpoint goes on only under the recipe that it was made with."""

    epochs: int = 3
    seed: int = 1
    tokens: int = 4096
    nulls: float = 1.0
    rate: float = 8e-5
    decay: float = 0.01
    dropout: float = 0.1
    clip: float = 1.0
    bf16: bool = False


class Trainer:
    """Trains on `targets`; `folder` gets `checkpoint.pt` and `log.jsonl`, and is where an earlier run goes on from."""

    def __init__(self, targets: Sequence[Target], recipe: Recipe, folder: Path, device: str = "cpu") -> None:
        self.recipe, self.device, self.folder = recipe, device, folder
        self._targets = targets
        self._plan = Plan(recipe.tokens, recipe.nulls, recipe.seed)
        torch.manual_seed(recipe.seed)
        self.network = ReaderNetwork(recipe.dropout)
        self.network.load_bundled(read_weights())
        self.network.to(device)
        self._optimiser = torch.optim.AdamW(self.network.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
        steps = sum(len(self._plan.epoch(epoch, targets)) for epoch in range(recipe.epochs))
        self._schedule = Schedule(recipe.rate, steps)
        self.epoch = self.batch = self.step = 0

    @property
    def finished(self) -> bool:
        return self.step >= self._schedule.steps

    def resume(self) -> bool:
        """Goes on from the folder's checkpoint; False without one. Raises ValueError if its recipe was another."""
        path = self.folder / "checkpoint.pt"
        if not path.exists():
            return False
        kept = Checkpoint.load(path)
        if kept.recipe != self._identity():
            raise ValueError(f"{path} was made with another recipe or other examples: {kept.recipe}")
        self.network.load_state_dict(kept.network)
        self._optimiser.load_state_dict(kept.optimiser)
        self.epoch, self.batch, self.step = kept.epoch, kept.batch, kept.step
        torch.set_rng_state(kept.randomness)
        if kept.device_randomness:
            torch.cuda.set_rng_state_all(kept.device_randomness)
        return True

    def run(self, minutes: float = math.inf, steps: float = math.inf, save_every: float = 5.0) -> None:
        """Until the end, or for so many minutes or steps of this run; saves in between, and when it stops."""
        self.network.train()
        began = saved = noted = time.monotonic()
        losses, tokens = [], 0
        for done, batch in enumerate(self._remaining(), start=1):
            losses.append(self._learn(batch))
            tokens += sum(len(target.window.ids) for target in batch)
            now = time.monotonic()
            if len(losses) == LOGGED:
                self._log(loss=sum(losses) / LOGGED, tokens_per_second=tokens / (now - noted))
                losses, tokens, noted = [], 0, now
            if now - saved >= 60 * save_every:
                self.save()
                saved = now
            if done >= steps or now - began >= 60 * minutes:
                break
        self.save()

    def save(self) -> None:
        Checkpoint(
            recipe=self._identity(),
            network=self.network.state_dict(),
            optimiser=self._optimiser.state_dict(),
            epoch=self.epoch,
            batch=self.batch,
            step=self.step,
            randomness=torch.get_rng_state(),
            device_randomness=torch.cuda.get_rng_state_all() if self.device.startswith("cuda") else [],
        ).save(self.folder / "checkpoint.pt")

    def _remaining(self) -> Iterator[list[Target]]:
        """The position is moved before a batch is handed out, so that what is saved after it names the next one."""
        while self.epoch < self.recipe.epochs:
            batches = self._plan.epoch(self.epoch, self._targets)
            while self.batch < len(batches):
                self.batch += 1
                yield batches[self.batch - 1]
            self.epoch, self.batch = self.epoch + 1, 0

    def _learn(self, batch: Sequence[Target]) -> float:
        for group in self._optimiser.param_groups:
            group["lr"] = self._schedule.rate(self.step)
        inputs = Inputs.of([target.window for target in batch], self.device)
        with torch.autocast(self.device.partition(":")[0], torch.bfloat16, enabled=self.recipe.bf16):
            logits = self.network(inputs.ids, inputs.real)
        loss = span_loss(logits, inputs.allowed, Labels.of(batch, self.device))
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.recipe.clip)
        self._optimiser.step()
        self.step += 1
        return float(loss.detach())

    def _identity(self) -> dict[str, Any]:
        return asdict(self.recipe) | {"targets": len(self._targets)}

    def _log(self, **values: float) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        rate = self._schedule.rate(self.step - 1)
        row = {"step": self.step, "of": self._schedule.steps, "epoch": self.epoch, "rate": rate} | values
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
