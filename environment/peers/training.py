"""What the two Python programs share: the data, the time limit and the command line."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch

from . import idx

BATCH = 64
RATE = 1e-3
AVERAGED = 12  # the moving average looks back over a twelfth of the steps, as ours does
DRAWN_AT_ONCE = 100
SAMPLING_STEPS = 50
SEED = 1
MOST_TRIALS, LEAST_TRIALS, SHARE_OF_TRIALS = 20, 3, 0.1


class Run(Protocol):
    """A training at work."""

    settings: str

    def step(self, images: torch.Tensor) -> None:
        """One step on images (N, 1, 28, 28), values in [-1, 1]."""

    def averaged(self) -> torch.nn.Module:
        """The network with the averaged weights."""


@dataclass(frozen=True)
class Library:
    """How one library is used."""

    widths: Iterable[int]
    network: Callable[[int], torch.nn.Module]  # of a width
    run: Callable[[torch.nn.Module, int], Run]  # for a number of steps
    draw: Callable[[torch.nn.Module, int], torch.Tensor]  # images (N, 1, 28, 28) in [-1, 1]
    sampler: str


def main(library: Library) -> None:
    """`train WEIGHTS MINUTES PARAMETERS` or `draw WEIGHTS COUNT FILE`; the last line is JSON."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    train_words = commands.add_parser("train")
    train_words.add_argument("weights", type=Path)
    train_words.add_argument("minutes", type=float)
    train_words.add_argument("parameters", type=int)
    draw_words = commands.add_parser("draw")
    draw_words.add_argument("weights", type=Path)
    draw_words.add_argument("count", type=int)
    draw_words.add_argument("file", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(SEED)
    if options.command == "train":
        result = train(library, options.weights, options.minutes, options.parameters)
    else:
        result = draw(library, options.weights, options.count, options.file)
    print(json.dumps({**result, "threads": torch.get_num_threads()}, ensure_ascii=False))


def train(library: Library, path: Path, minutes: float, parameters: int) -> dict[str, Any]:
    """Trains for some minutes, which begin now, and keeps the averaged weights."""
    start = time.perf_counter()
    images = mnist()
    width = nearest(library, parameters)
    seconds = seconds_of_a_step(
        library.run(library.network(width), 1000), batches(images), SHARE_OF_TRIALS * 60 * minutes)
    left = 60 * minutes - (time.perf_counter() - start)
    steps = max(1, int(left / seconds))
    run = library.run(library.network(width), steps)
    made = 0
    for batch in batches(images):  # as planned, unless the machine has become slower
        run.step(batch)
        made += 1
        left = 60 * minutes - (time.perf_counter() - start)
        if made == steps or left < seconds:
            break
    used = time.perf_counter() - start
    network = run.averaged()
    torch.save({"width": width, "weights": network.state_dict()}, path)
    return {
        "parameters": count(network),
        "steps": made,
        "seconds": round(used, 1),
        "settings": run.settings,
    }


def draw(library: Library, path: Path, number: int, file: Path) -> dict[str, Any]:
    """Draws images with the averaged weights and keeps them; the start of the program is free."""
    saved = torch.load(path, weights_only=True)
    network = library.network(saved["width"])
    network.load_state_dict(saved["weights"])
    network.eval()
    start = time.perf_counter()
    portions = [library.draw(network, min(DRAWN_AT_ONCE, number - done))
                for done in range(0, number, DRAWN_AT_ONCE)]
    used = time.perf_counter() - start
    images = torch.cat(portions)
    levels = ((images.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    idx.write(file, (number, *images.shape[2:]), levels.numpy().tobytes())
    return {"images": number, "seconds": round(used, 2), "sampler": library.sampler}


def nearest(library: Library, parameters: int) -> int:
    """The width whose network has the number of parameters that is nearest to the wanted one."""
    with torch.device("meta"):
        sizes = {width: count(library.network(width)) for width in library.widths}
    return min(sizes, key=lambda width: abs(sizes[width] - parameters))


def count(network: torch.nn.Module) -> int:
    """The number of parameters."""
    return sum(p.numel() for p in network.parameters())


def seconds_of_a_step(trial: Run, data: Iterator[torch.Tensor], limit: float) -> float:
    """The median of some steps on a training that is thrown away."""
    all_seconds: list[float] = []
    while len(all_seconds) < LEAST_TRIALS or (
        len(all_seconds) < MOST_TRIALS and sum(all_seconds) < limit
    ):
        start = time.perf_counter()
        trial.step(next(data))
        all_seconds.append(time.perf_counter() - start)
    return statistics.median(all_seconds)


def mnist() -> torch.Tensor:
    """The training images as (N, 1, 28, 28), bytes."""
    size, data = idx.mnist("train-images")
    return torch.frombuffer(bytearray(data), dtype=torch.uint8).reshape(size[0], 1, *size[1:])


def batches(images: torch.Tensor) -> Iterator[torch.Tensor]:
    """Batches without end, shuffled anew in every epoch; values in [-1, 1]."""
    while True:
        order = torch.randperm(len(images))
        for first in range(0, len(images) - BATCH + 1, BATCH):
            yield images[order[first:first + BATCH]].float() / 127.5 - 1
