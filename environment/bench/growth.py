"""How the time of a step grows with the batch, the width and the size of the images."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from labkit import kernel, machine, markdown, measured

PROGRAM = "ddpm.benchmark.Growth"
AXES = {"batch": "images in a batch", "width": "channels at the first level",
        "size": "pixels along a side"}
STEPS = {"train": "training step", "denoise": "denoising step"}
TIMES = 15  # of which the least counts


def measure(out: Path) -> dict[str, Any]:
    """All axes, one program after the other."""
    java, env = kernel.program([PROGRAM])
    found: dict[str, Any] = {"machine": machine.name(), "load": machine.load(),
                             "threads": int(env["OMP_NUM_THREADS"]), "growth": {}}
    for axis, name in AXES.items():
        done = measured.run([*java, axis, TIMES], env, f"more {name}", out)
        found["growth"][axis] = [json.loads(line) for line in done.output.splitlines()
                                 if line.startswith("{")]
    return found


def exponents(rows: Sequence[dict[str, float]], step: str) -> tuple[float, float]:
    """p in seconds ~ value^p: over all rows by least squares of logarithms, and at the end."""
    x = [math.log(row["value"]) for row in rows]
    y = [math.log(row[step]) for row in rows]
    middle, level = sum(x) / len(x), sum(y) / len(y)
    slope = (sum((a - middle) * (b - level) for a, b in zip(x, y))
             / sum((a - middle) ** 2 for a in x))
    return slope, (y[-1] - y[-2]) / (x[-1] - x[-2])


def text(found: dict[str, Any]) -> str:
    """The tables in Markdown and what a reader must know beside them."""
    head = ["", "step", "milliseconds", "exponent", "in the last doubling"]
    rows = []
    for axis, values in found["growth"].items():
        for step, name in STEPS.items():
            times = ", ".join(f"{row['value']}: {1e3 * row[step]:.1f}" for row in values)
            over_all, last = exponents(values, step)
            rows.append([AXES[axis], name, times, f"{over_all:.2f}", f"{last:.2f}"])
    said = (f"{found['machine']}, {found['threads']} thread(s), load {found['load']} at the "
            f"start, float32. The least of {TIMES} steps each. What does not grow stays at 16 "
            "images of 32×32 and 16 channels. The arithmetic grows with exponent 1 in the batch, "
            "2 in the width of the convolutions and 2 in the side of an image, but for attention.")
    return f"\n{markdown.table(head, rows)}\n\n{said}\n"


def last_line(found: dict[str, Any]) -> str:
    """Everything as JSON, with the exponents over all values."""
    fitted = {axis: {step: round(exponents(rows, step)[0], 3) for step in STEPS}
              for axis, rows in found["growth"].items()}
    return json.dumps({"exponents": fitted, **found}, ensure_ascii=False)
