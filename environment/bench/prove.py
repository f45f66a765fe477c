"""Computes what ddpm.benchmark.SharedCase wrote down, and says how far the two are apart."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch

from . import modes, steps


def main() -> None:
    """`FOLDER LOSS GRADIENT_NORM STEP...`: the last line is JSON with the differences."""
    folder, loss, norm = Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    visited = [int(word) for word in sys.argv[4:]]
    before = steps.Saved.read(folder / "before.safetensors")
    after = steps.Saved.read(folder / "after.safetensors")
    unet = before.network()
    x0, eps, output, rounded, sampled = (
        images(folder, name, before.config)
        for name in ("x0", "eps", "output", "rounded", "sampled"))
    t = numbers(folder, "t").long()
    with torch.inference_mode():
        xt = steps.noisy(x0, t, eps)
        own_rounded = modes.autocast(unet)(xt, t)
        found = {
            "output": largest(unet(xt, t) - output),
            "output in bfloat16": ((own_rounded - rounded).norm() / output.norm()).item(),
            "rounding": ((rounded - output).norm() / output.norm()).item(),
            "sample": largest(steps.ddim(unet, eps, visited) - sampled),
        }
    training = resumed(unet, before)
    own_loss, own_norm = training.step(x0, t, eps)
    found["loss"] = abs(own_loss / loss - 1)
    found["gradient norm"] = abs(own_norm / norm - 1)
    found.update(changes(before, after, training))
    found["parameters"] = sum(p.numel() for p in training.parameters)
    found["size of the output"] = largest(output)
    print(json.dumps(found))


def numbers(folder: Path, name: str) -> torch.Tensor:
    """The numbers of a file."""
    data = bytearray((folder / f"{name}.f32").read_bytes())
    return torch.frombuffer(data, dtype=torch.float32)


def images(folder: Path, name: str, config: dict) -> torch.Tensor:
    """The same as images."""
    size = config["imageSize"]
    return numbers(folder, name).reshape(-1, config["imageChannels"], size, size)


def largest(x: torch.Tensor) -> float:
    """The largest magnitude."""
    return x.abs().max().item()


def resumed(unet: torch.nn.Module, saved: steps.Saved) -> steps.Training:
    """A training that goes on where a saved one stood."""
    training = steps.Training(unet)
    names = [name for name, _ in unet.named_parameters()]
    training.average = [saved.tensors[steps.AVERAGE + name].clone() for name in names]
    first, second = moments(saved, "adamw.first"), moments(saved, "adamw.second")
    count = saved.tensors["adamw.count"]
    training.updates = int(count)
    for name, p in unet.named_parameters():
        training.adam.state[p] = {
            "step": count.clone(), "exp_avg": first[name], "exp_avg_sq": second[name]}
    return training


def moments(saved: steps.Saved, name: str) -> dict[str, torch.Tensor]:
    """One of AdamW's moments, which is one flat tensor in the file, by parameter."""
    weights = saved.weights()
    flat = saved.tensors[name].split([x.numel() for x in weights.values()])
    return {key: part.clone().reshape(x.shape)
            for (key, x), part in zip(weights.items(), flat, strict=True)}


def changes(
    before: steps.Saved, after: steps.Saved, training: steps.Training
) -> dict[str, float]:
    """How far the changes that the step made are apart, as a share of their length.

    The gradient, after it was shortened, is what the step added to AdamW's first moment.
    """
    names = list(before.weights())
    own = dict(zip((n for n, _ in training.unet.named_parameters()),
                   zip(training.parameters, training.average)))
    found = {
        "weights": apart(
            [(before.tensors[n], after.tensors[n], own[n][0].detach()) for n in names]),
        "average": apart(
            [(before.tensors[steps.AVERAGE + n], after.tensors[steps.AVERAGE + n], own[n][1])
             for n in names]),
    }
    own_first = {n: training.adam.state[p]["exp_avg"]
                 for n, p in training.unet.named_parameters()}
    old, new = moments(before, "adamw.first"), moments(after, "adamw.first")
    found["gradient"] = apart([(0.9 * old[n], new[n], own_first[n]) for n in names])
    return found


def apart(triples: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]) -> float:
    """‖own - theirs‖ / ‖theirs - before‖ over all triples (before, theirs, own)."""
    difference = sum((own - theirs).double().square().sum() for _, theirs, own in triples)
    change = sum((theirs - old).double().square().sum() for old, theirs, _ in triples)
    return (difference / change).sqrt().item()


if __name__ == "__main__":
    main()
