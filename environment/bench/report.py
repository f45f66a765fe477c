"""The table of the benchmark, what a reader must know beside it, and the last line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from labkit import markdown

from . import agreement, ratios, rounds

HEAD = ["network, parameters", "threads", "library in", "PyTorch is", "", "this library", "PyTorch",
        "ratio", "95 % interval", "pairs counted", "dropped"]
NOTHING = "—"

# What is measured: its name, the unit, and how a number of seconds or megabytes is shown in it.
KINDS = {
    "train": ("training step", "ms", lambda x: f"{1e3 * x:.1f}"),
    "denoise": ("denoising step", "ms", lambda x: f"{1e3 * x:.1f}"),
    "sample": ("sampling run", "images/s", None),
    "memory": ("peak memory, training", "MB", lambda x: f"{x:,.0f}"),
    "sampling_memory": ("peak memory, sampling", "MB", lambda x: f"{x:,.0f}"),
    "idle_memory": ("memory before the first step", "MB", lambda x: f"{x:,.0f}"),
    "start": ("start to first denoised batch", "s", lambda x: f"{x:.2f}"),
}


def text(found: dict[str, Any]) -> str:
    """The table in Markdown and what a reader must know beside it."""
    table = markdown.table(HEAD, [row(cell, kind) for cell in found["cells"]
                                  for kind in KINDS if kind in cell["estimates"]])
    return "\n" + "\n\n".join([table, *warnings(found), conditions(found)]) + "\n"


def row(cell: dict[str, Any], kind: str) -> list[str]:
    """One row: medians, and in brackets the least and the largest."""
    name, unit, _ = KINDS[kind]
    estimate = cell["estimates"][kind]
    interval = estimate["interval"]
    return [
        f"{cell['network']}, {cell['parameters']:,}", str(cell["threads"]),
        cell["precision"], cell["mode"], f"{name}, {unit}",
        shown(kind, estimate["java"]), shown(kind, estimate["pytorch"]),
        f"{estimate['ratio']:.3f}",
        NOTHING if interval is None else f"{interval[0]:.3f} – {interval[1]:.3f}",
        str(estimate["counted"]), str(estimate["dropped"]),
    ]


def shown(kind: str, values: Sequence[float]) -> str:
    """A median with its range."""
    form = KINDS[kind][2]
    if form is None:  # a rate: the longest time is the least rate
        values = [rounds.BATCH / x for x in reversed(values)]
        form = "{:.1f}".format
    least, median, largest = map(form, values)
    return f"{median} ({least} – {largest})"


def warnings(found: dict[str, Any]) -> list[str]:
    """What was not as it should be."""
    said = []
    if any(estimate["disturbed"] for cell in found["cells"]
           for estimate in cell["estimates"].values()):
        said.append("**Other programs disturbed so many pairs that the quietest of these had to be "
                    "counted too: repeat this on a quiet machine.**")
    if not found["watched"]:
        said.append("**This system does not tell what other programs do: no pair was dropped.**")
    return said


def conditions(found: dict[str, Any]) -> str:
    """How the figures came about."""
    limits = ", ".join(f"{name} {limit:g}" for name, limit in agreement.LIMITS.items())
    lines = [
        f"{found['machine']}, load {found['load']} at the start. PyTorch {found['pytorch']} from "
        "PyPI. Eager is what a user gets who asks for nothing, in float32; compiled is "
        "torch.compile, traced and frozen are torch.jit.trace and torch.jit.freeze, which do not "
        "train. Autocast is torch.autocast to bfloat16, and bfloat16 is a network of which every "
        "parameter is that. Where that build holds CUDA's libraries, as on Linux, they are a large "
        "part of its memory before the first step.",
        f"On this machine the library picks {found['automatic']} by itself: the auto_… ratios in "
        "the last line are of that, over eager PyTorch. Ratios are of times and of memory: below 1 "
        "the library needs less.",
        "Before anything was timed, both computed the same output, the same sampling steps and "
        f"the same training step, within these limits: {limits} (images in their unit, the rest "
        "as a share).",
        f"A batch has {rounds.BATCH} images. A training step is batch, noise, loss, gradient, "
        "clipping, AdamW and moving average; a denoising step is the network and DDIM's update; a "
        f"sampling run has {rounds.SAMPLING_STEPS} of these.",
        "Both have the memory settings of our kernel for glibc. They take turns of at least "
        f"{rounds.TURN:g} s; two turns are a pair, and who begins changes. Pairs of one round are "
        "from the same two processes; each round starts new ones, and lets each take steps for "
        f"{rounds.SETTLING:g} s that do not count.",
        "Shown are medians over all counted pairs, with the least and the largest. The interval "
        "is over the medians of the rounds, by order statistics. A pair is dropped if other "
        f"programs and the hypervisor used more than {100 * ratios.DISTURBED:g} % of the time of "
        "our cores during it.",
        "Memory is the largest resident set: before the first step, after sampling, and at the "
        "end after training, in the same process.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def last_line(found: dict[str, Any]) -> str:
    """Everything but the single pairs as JSON; in front the small network on the most threads."""
    estimates = small(found, rounds.FLOAT32)
    known = {f"{kind}_ratio": estimates[kind] for kind in KINDS if kind in estimates}
    automatic = small(found, found["automatic"])
    known |= {f"auto_{kind}_ratio": automatic[kind] for kind in ("train", "denoise")
              if kind in automatic}
    cells = [{key: value for key, value in c.items() if key != "pairs"} for c in found["cells"]]
    return json.dumps(rounded({
        **{name: estimate["ratio"] for name, estimate in known.items()},
        "intervals": {name: estimate["interval"] for name, estimate in known.items()},
        **found,
        "cells": cells,
    }), ensure_ascii=False)


def small(found: dict[str, Any], precision: str) -> dict[str, Any]:
    """The estimates of the small network on the most threads beside eager PyTorch."""
    wanted = ("small", rounds.EAGER, precision)
    return max((c for c in found["cells"] if (c["network"], c["mode"], c["precision"]) == wanted),
               key=lambda c: c["threads"])["estimates"]


def rounded(value: Any) -> Any:
    """The same with five digits of each number."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(item) for item in value]
    return value
