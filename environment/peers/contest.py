"""Trains, draws and scores, one program at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from labkit import kernel, machine, measured, progress, pytorch

LEAST_SAMPLES = 1000  # the scoring program refuses fewer: the Fréchet distance would be bias
MOST_SAMPLES = 5000  # half of the test images
SCORER = "ddpm.measure.ScoreDigits"
OURS = "this library"
PEERS = {"denoising-diffusion-pytorch": "lucidrains", "diffusers": "unet2d"}


def hold(minutes: float, samples: int, out: Path) -> dict[str, Any]:
    """All trainings, one after the other, then all drawings."""
    java, env = kernel.program([])
    peers = pytorch.environment(env["OMP_NUM_THREADS"])
    found: dict[str, Any] = {
        "minutes": minutes, "samples": samples, "threads": int(env["OMP_NUM_THREADS"]),
        "machine": machine.name(), "load": machine.load(), "libraries": {},
    }
    weights = out / "ours.safetensors"
    weights.unlink(missing_ok=True)
    train = {OURS: ([*java, "ddpm.pretrained.TrainDigits", weights, minutes], env)}
    draw = {OURS: ([*java, "ddpm.pretrained.DrawDigits", weights, samples, out / "ours.idx"], env)}
    for name, module in PEERS.items():
        python = [pytorch.PYTHON, "-m", f"peers.{module}"]
        train[name] = ([*python, "train", out / f"{module}.pt", minutes], peers)
        draw[name] = ([*python, "draw", out / f"{module}.pt", samples, out / f"{module}.idx"],
                      peers)
    size: list[int] = []  # the parameters of ours, once they are known
    for name, (words, around) in train.items():
        done = measured.run([*words, *size], around, f"{name}: train for {minutes:g} minutes", out)
        found["libraries"][name] = {**done.result, "peak_mb": done.peak_mb}
        size = size or [done.result["parameters"]]
    for name, (words, around) in draw.items():
        done = measured.run(words, around, f"{name}: draw {samples:,} images", out)
        found["libraries"][name].update(
            sampler=done.result["sampler"], sampling_seconds=done.result["seconds"],
            sampling_peak_mb=done.peak_mb)
    return found


def score(samples: int, out: Path) -> dict[str, Any]:
    """The scores of the drawn images, of real ones and of noise, by name."""
    if samples < LEAST_SAMPLES:
        progress.say(f"{samples} images are too few to score: {LEAST_SAMPLES:,} are needed.")
        return {}
    java, env = kernel.program([SCORER])
    files = {OURS: "ours", **PEERS}
    words = ["--floor", samples, "--noise", samples, *(out / f"{f}.idx" for f in files.values())]
    done = measured.run([*java, *words], env, "score the images", out)
    lines = [json.loads(line) for line in done.output.splitlines() if line.startswith("{")]
    for line in lines:
        del line["name"]  # a path of this machine
    return dict(zip(["real, held back", "noise", *files], lines, strict=True))
