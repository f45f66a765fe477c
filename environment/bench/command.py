"""The command line of benchmark.py, and its set-up."""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from labkit import command, kernel, machine, places, progress, pytorch
from labkit.trouble import Trouble

from . import agreement, growth, load, report, rounds

SCRIPT = "environment/benchmark.py"
HELP = f"""\
Times this library beside PyTorch: the same network, the same weights, the same libtorch, steps in
turn. The first time it downloads 3 GB and keeps {pytorch.KEPT_GB} GB in .lab/, which compare.py
uses too. Nothing else should run beside it."""


def parser() -> argparse.ArgumentParser:
    """The options."""
    p = argparse.ArgumentParser(prog="benchmark.py", description=HELP)
    p.add_argument("--quick", action="store_true",
                   help="only the small network, on all cores: some minutes")
    p.add_argument("--bfloat16", action="store_true",
                   help="with bfloat16 on a processor without it too, where it is slow")
    p.add_argument("--growth", action="store_true",
                   help="without PyTorch: how the time grows with batch, width and image size")
    p.add_argument("--rounds", type=int, default=rounds.ROUNDS,
                   help=f"pairs of fresh processes for each network ({rounds.ROUNDS}; fewer give "
                        "no interval)")
    pytorch.add_options(p, "benchmark")
    return p


def main(argv: Sequence[str]) -> int:
    """Runs the command."""
    return command.guarded(lambda: work(parser().parse_args(argv)))


def work(options: argparse.Namespace) -> int:
    """Sets up, measures and prints the table."""
    if options.rounds < 1:
        raise Trouble(f"--rounds must be at least 1, got {options.rounds}.")
    if options.growth:
        pytorch.set_up_library(options.yes)
    else:
        pytorch.set_up(SCRIPT, options.yes)
    if options.setup_only:
        return 0
    machine.warn_if_busy()
    out = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    if options.growth:
        show(growth.measure(out), growth, out / "growth.json")
    else:
        found = measure(options.quick, options.bfloat16, options.rounds, out)
        show(found, report, out / "results.json")
    return 0


def show(found: dict, told_by: ModuleType, results: Path) -> None:
    """Keeps what was found, and prints the table and the last line."""
    places.write(results, json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    print(told_by.text(found))
    print(told_by.last_line(found))


def measure(quick: bool, bfloat16: bool, number: int, out: Path) -> dict:
    """All cells, one after the other; nothing is timed before both compute the same."""
    most = int(kernel.program([])[1]["OMP_NUM_THREADS"])
    networks = rounds.NETWORKS[:1] if quick else rounds.NETWORKS
    threads = [most] if quick else sorted({1, most}, reverse=True)
    found = {"machine": machine.name(), "load": machine.load(),
             "watched": load.look() is not None, "pytorch": pytorch.version(),
             "rounds": number}
    cases = {network: agreement.prove(network, out) for network in networks}
    found["automatic"] = cases["small"]["automatic"]
    precisions = [rounds.FLOAT32]
    if bfloat16 or found["automatic"] == rounds.BFLOAT16:
        precisions.append(rounds.BFLOAT16)
    whole_runs = not quick or len(precisions) == 1  # else it would not be quick
    cells = [rounds.Cell(network, count, cases[network], precision=precision,
                         whole_runs=whole_runs)
             for network in networks for count in threads for precision in precisions]
    if not quick:
        modes = [rounds.TRACED, rounds.FROZEN]
        if shutil.which("c++"):
            modes.append(rounds.COMPILED)
        else:
            progress.say("There is no C++ compiler (c++), so compiled PyTorch is left out.")
        cells += [rounds.Cell("small", most, cases["small"], mode) for mode in modes]
        if rounds.BFLOAT16 in precisions:
            cells += [rounds.Cell("small", most, cases["small"], mode, rounds.BFLOAT16)
                      for mode in rounds.ROUNDED_MODES]
    for cell in cells:
        rounds.measure(cell, number, out)
    return {**found, "cells": [cell.json(number) for cell in cells]}
