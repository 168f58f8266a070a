"""Trains the reader on prepared examples, and goes on where an earlier run into the same folder stopped.

    python -m training.train EXAMPLES.jsonl.gz FOLDER [--minutes M] [--epochs N] [--seed S]

`FOLDER` gets `checkpoint.pt` and `log.jsonl`. The rate falls over all epochs: a run that `--minutes` ends is not
finished, and goes on when it is started again. A GPU is used if there is one.
"""

import argparse
import math
import random
from pathlib import Path

import torch

from training.examples import read_examples
from training.targets import targets
from training.trainer import Recipe, Trainer
from training.windows import Windowing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("examples", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=math.inf)
    parser.add_argument("--save-every", type=float, default=5.0, help="minutes between checkpoints")
    parser.add_argument("--threads", type=int, default=0, help="on the CPU; 0 for torch's own choice")
    parser.add_argument("--limit", type=int, help="this many examples only, drawn with the seed")
    for name in ("epochs", "seed", "tokens"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Recipe(), name))
    for name in ("nulls", "rate", "dropout"):
        parser.add_argument(f"--{name}", type=float, default=getattr(Recipe(), name))
    parser.add_argument("--bf16", action=argparse.BooleanOptionalAction, help="by default on a GPU only")
    train(parser.parse_args())


def train(arguments: argparse.Namespace) -> None:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    examples = read_examples(arguments.examples)
    if arguments.limit is not None:
        examples = random.Random(arguments.seed).sample(examples, min(arguments.limit, len(examples)))
    named = {name: getattr(arguments, name) for name in ("epochs", "seed", "tokens", "nulls", "rate", "dropout")}
    recipe = Recipe(**named, bf16=device == "cuda" if arguments.bf16 is None else arguments.bf16)
    trainer = Trainer(list(targets(examples, Windowing())), recipe, arguments.folder, device)
    resumed = trainer.resume()
    print(f"{'going on at' if resumed else 'beginning with'} step {trainer.step} on {device}", flush=True)
    trainer.run(arguments.minutes, save_every=arguments.save_every)
    print("finished" if trainer.finished else f"stopped at step {trainer.step}: start it again to go on")


if __name__ == "__main__":
    main()
