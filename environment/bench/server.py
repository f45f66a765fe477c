"""Works on demand with PyTorch: the protocol and the settings of ddpm.benchmark.StepServer."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from . import modes, steps

BATCH = 64
SAMPLING_STEPS = 50
SYNTHETIC = 5000  # images, where none ship with the library


class Server:
    """A network that trains and samples."""

    def __init__(self, weights: Path, mode: str) -> None:
        saved = steps.Saved.read(weights)
        self._config = saved.config
        self._unet = saved.network()
        self._shape = (BATCH, self._config["imageChannels"], *2 * [self._config["imageSize"]])
        self._run = modes.prepare(self._unet, mode, self._shape)
        self._mode = mode
        self._training: tuple[steps.Training, torch.Tensor] | None = None

    def answer(self, words: list[str]) -> dict[str, Any]:
        """The answer to a line."""
        if words == ["facts"]:
            return self.facts()
        work: Callable[[int], float] = getattr(self, words[0])
        return {"seconds": work(int(words[1]))}

    def facts(self) -> dict[str, Any]:
        """What must be equal on both sides."""
        parameters = list(self._unet.parameters())
        precision = str(parameters[0].dtype).removeprefix("torch.")
        return {
            "parameters": sum(p.numel() for p in parameters),
            # Autocast leaves the parameters as they are; that it rounds was checked before.
            "precision": "bfloat16" if self._mode == modes.AUTOCAST else precision,
            "threads": torch.get_num_threads(),
        }

    def train(self, count: int) -> float:
        """Steps of Algorithm 1."""
        if self._training is None:
            self._training = steps.Training(self._unet, self._run), self._images()
        training, images = self._training
        start = time.perf_counter()
        for _ in range(count):
            x0 = images[torch.randint(len(images), (BATCH,))].float() / 127.5 - 1
            t = torch.randint(1, steps.STEPS + 1, (BATCH,))
            training.step(x0, t, torch.randn_like(x0))
        return time.perf_counter() - start

    def denoise(self, count: int) -> float:
        """Steps of the sampler, from noise that is there."""
        x = torch.randn(self._shape)
        times = steps.uniform(count)
        start = time.perf_counter()
        steps.ddim(self._run, x, times)
        return time.perf_counter() - start

    def sample(self, runs: int) -> float:
        """Whole sampling runs, from the first noise on."""
        start = time.perf_counter()
        for _ in range(runs):
            steps.ddim(self._run, torch.randn(self._shape), steps.uniform(SAMPLING_STEPS))
        return time.perf_counter() - start

    def _images(self) -> torch.Tensor:
        """MNIST where it fits, else images of noise: their content changes no time."""
        if self._shape[1:] == (1, 28, 28):
            from peers import idx  # here, so that the start does not wait for it

            size, data = idx.mnist("train-images")
            return torch.frombuffer(bytearray(data), dtype=torch.uint8).reshape(
                size[0], 1, *size[1:])
        return torch.randint(256, (SYNTHETIC, *self._shape[1:]), dtype=torch.uint8)


def main() -> None:
    """`WEIGHTS MODE`: serves until the input ends."""
    server = Server(Path(sys.argv[1]), sys.argv[2])
    for line in sys.stdin:
        print(json.dumps(server.answer(line.split())), flush=True)


if __name__ == "__main__":
    main()
