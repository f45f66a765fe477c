"""Trains, draws and scores, one program at a time."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from labkit import kernel, progress, pytorch

LEAST_SAMPLES = 1000  # the scoring program refuses fewer: the Fréchet distance would be bias
MOST_SAMPLES = 5000  # half of the test images
SCORER = "ddpm.measure.ScoreDigits"
OURS = "this library"
PEERS = {"denoising-diffusion-pytorch": "lucidrains", "diffusers": "unet2d"}


@dataclass(frozen=True)
class Done:
    """What a program left: the JSON of its last line, all its lines, and its largest memory."""

    result: dict[str, Any]
    output: str
    peak_mb: Optional[int]


def hold(minutes: float, samples: int, out: Path) -> dict[str, Any]:
    """All trainings, one after the other, then all drawings."""
    java, env = kernel.program([])
    peers = pytorch.environment(env["OMP_NUM_THREADS"])
    found: dict[str, Any] = {
        "minutes": minutes, "samples": samples, "threads": int(env["OMP_NUM_THREADS"]),
        "machine": machine_name(), "load": load(), "libraries": {},
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
        done = run([*words, *size], around, f"{name}: train for {minutes:g} minutes", out)
        found["libraries"][name] = {**done.result, "peak_mb": done.peak_mb}
        size = size or [done.result["parameters"]]
    for name, (words, around) in draw.items():
        done = run(words, around, f"{name}: draw {samples:,} images", out)
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
    done = run([*java, *words], env, "score the images", out)
    lines = [json.loads(line) for line in done.output.splitlines() if line.startswith("{")]
    for line in lines:
        del line["name"]  # a path of this machine
    return dict(zip(["real, held back", "noise", *files], lines, strict=True))


def run(words: Sequence[object], env: Mapping[str, str], what: str, out: Path) -> Done:
    """Runs a program to its end; what it says goes to a log beside its results."""
    log = out / "log.txt"
    command = [str(word) for word in words]
    with progress.part(what), log.open("ab+") as lines:
        lines.write(f"\n$ {' '.join(command)}\n".encode())
        lines.flush()
        begin = lines.tell()
        process = subprocess.Popen(command, env=dict(env), stdin=subprocess.DEVNULL, stdout=lines,
                                   stderr=subprocess.STDOUT)
        try:
            code, peak_mb = wait(process)
        except BaseException:
            process.kill()
            process.wait()
            raise
        lines.seek(begin)
        output = lines.read().decode("utf-8", "replace")
        if code != 0:
            raise progress.failure(what, code, output, log)
        return Done(last_json(output), output, peak_mb)


def wait(process: subprocess.Popen) -> tuple[int, Optional[int]]:
    """The exit code, and the largest resident memory in megabytes of 10^6 bytes.

    The system counts it; nothing looks at the program while it works.
    """
    if not hasattr(os, "wait4"):  # Windows
        return process.wait(), None
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    return process.returncode, round(usage.ru_maxrss * unit / 1e6)


def last_json(output: str) -> dict[str, Any]:
    """The last line that is JSON."""
    lines = [line for line in output.splitlines() if line.startswith("{")]
    return json.loads(lines[-1])


def load() -> Optional[float]:
    """How many programs wanted a core over the last minute."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def machine_name() -> str:
    """The processor, as far as the system tells."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in text.splitlines()
             if line.startswith("model name")]
    return names[0] if names else platform.machine()
