"""Starts the two programs, and lets them take turns."""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from labkit import kernel, places, progress, pytorch
from labkit.trouble import Trouble
from peers import contest

from . import load, ratios
from .programs import Program

JAVA, PYTORCH = "this library", "PyTorch"
MAKER, SERVER = "ddpm.benchmark.SharedCase", "ddpm.benchmark.StepServer"
NETWORKS = ("small", "wide", "colour")
BATCH, SAMPLING_STEPS, PRECISION = 64, 50, "float32"  # of both programs

ROUNDS = 6  # the fewest that give an interval
PAIRS = 4  # of each kind in a round, so that there are at least 20
MOST_ROUNDS = 2  # times as many as wanted, if other programs disturb
WARM_UP = 10  # steps
TURN = 0.5  # seconds at least: the system counts the work of others in hundredths
PAUSE = 0.05  # seconds before a turn: the threads of the other one are at rest then

# How far the two may be apart. Images in their own unit, the rest as a share.
LIMITS = {"output": 1e-4, "sample": 1e-4, "loss": 1e-5, "gradient norm": 1e-3, "gradient": 1e-3,
          "weights": 1e-3, "average": 1e-3}
LEAST_OUTPUT = 0.1  # else an equal output would say little
LEAST_GRADIENT = 1.0  # else it is not shortened, and an equal step does not show how


@dataclass
class Cell:
    """One network on some threads, and the pairs of measurements found for it."""

    network: str
    threads: int
    case: dict[str, Any]  # what was proved before
    pairs: dict[str, list[ratios.Pair]] = field(default_factory=dict)

    def wanted(self, kind: str, rounds: int) -> int:
        """How many pairs of a kind there must be."""
        return rounds * PAIRS * 5 // 6 if kind in ("train", "denoise") else rounds

    def is_complete(self, rounds: int) -> bool:
        """Whether enough pairs of each kind were quiet."""
        return all(ratios.enough(pairs, self.wanted(kind, rounds), rounds)
                   for kind, pairs in self.pairs.items())

    def json(self, rounds: int) -> dict[str, Any]:
        """What the pairs say, and the pairs themselves."""
        return {
            "network": self.network,
            "threads": self.threads,
            **self.case,
            "estimates": {kind: vars(ratios.Estimate.of(pairs, self.wanted(kind, rounds)))
                          for kind, pairs in self.pairs.items()},
            "pairs": {kind: [vars(pair) for pair in pairs]
                      for kind, pairs in self.pairs.items()},
        }


def prove(network: str, out: Path) -> dict[str, Any]:
    """Lets both compute the same case, and raises Trouble if they do not agree."""
    folder = out / network
    folder.mkdir(parents=True, exist_ok=True)
    java, env = kernel.program([MAKER, network, str(folder)])
    made = contest.run(java, {**os.environ, **env}, f"{network} network: write down a case", out)
    case = made.result
    words = [pytorch.PYTHON, "-m", "bench.prove", folder, case["loss"], case["gradientNorm"],
             *reversed(case["visited"])]
    done = contest.run(words, peers_environment(env["OMP_NUM_THREADS"]),
                       f"{network} network: compare PyTorch with it", out)
    check(network, case, done.result)
    return {"parameters": case["parameters"], "differences": done.result}


def check(network: str, case: dict[str, Any], found: dict[str, float]) -> None:
    """Raises Trouble if the two do not compute the same."""
    faults = [f"{name} {found[name]:.3g}, at most {limit:g}" for name, limit in LIMITS.items()
              if not found[name] <= limit]
    if found["parameters"] != case["parameters"]:
        faults.append(f"{found['parameters']:,} parameters, not {case['parameters']:,}")
    if not found["size of the output"] >= LEAST_OUTPUT:
        faults.append(f"an output of {found['size of the output']:.3g}, at least {LEAST_OUTPUT}")
    if not case["gradientNorm"] > LEAST_GRADIENT:
        faults.append(f"a gradient of {case['gradientNorm']:.3g}, more than {LEAST_GRADIENT:g}")
    if faults:
        raise Trouble(f"PyTorch does not compute what the library does for the {network} network, "
                      f"so nothing is timed: {'; '.join(faults)}.")


def peers_environment(threads: str) -> dict[str, str]:
    """What PyTorch finds: the memory settings and the threads of the library."""
    return {**pytorch.environment(), **kernel.MALLOC, "OMP_NUM_THREADS": threads}


def measure(cell: Cell, rounds: int, out: Path) -> None:
    """Holds rounds until there are enough quiet pairs."""
    for number in range(1, MOST_ROUNDS * rounds + 1):
        what = f"{cell.network} network, {cell.threads} thread(s): round {number} of {rounds}"
        with progress.part(what):
            one_round(cell, number, out)
        if number >= rounds and cell.is_complete(rounds):
            return


def one_round(cell: Cell, number: int, out: Path) -> None:
    """Starts both programs, and lets them take turns at everything."""
    weights = out / cell.network / "weights.safetensors"
    with contextlib.ExitStack() as stack:
        programs: dict[str, Program] = {}

        def start(name: str) -> float:
            begin = time.perf_counter()
            programs[name] = stack.enter_context(open_program(name, weights, cell.threads, out))
            programs[name].ask("denoise 1")
            return time.perf_counter() - begin

        def note(kind: str, pair: int, of: Callable[[str], float]) -> None:
            """Both in turn; who begins changes from pair to pair and from round to round."""
            names = [JAVA, PYTORCH] if (number + pair) % 2 else [PYTORCH, JAVA]
            pids = [program.pid for program in programs.values()]
            before = load.look(pids)
            values = {}
            for name in names:
                time.sleep(PAUSE)
                values[name] = of(name)
            after = load.look([program.pid for program in programs.values()])
            cell.pairs.setdefault(kind, []).append(ratios.Pair(
                number, values[JAVA], values[PYTORCH], load.others(before, after)))

        note("start", 0, start)
        check_facts(cell, programs)
        turns(programs, "denoise", note)
        note("sample", 0, lambda name: programs[name].seconds("sample", 1))
        memory(cell, "sampling_memory", number, programs)
        turns(programs, "train", note)
        memory(cell, "memory", number, programs)


def open_program(name: str, weights: Path, threads: int, out: Path) -> Program:
    """Starts one of the two."""
    if name == JAVA:
        words, env = kernel.program([SERVER, str(weights)])
        env = {**os.environ, **env, "OMP_NUM_THREADS": str(threads)}
    else:
        words = [pytorch.PYTHON, "-m", "bench.server", weights]
        env = peers_environment(str(threads))
    return Program(name, words, env, out / "log.txt")


def check_facts(cell: Cell, programs: dict[str, Program]) -> None:
    """Checks that both have the same network, precision and threads."""
    wanted = {"parameters": cell.case["parameters"], "threads": cell.threads,
              "precision": PRECISION}
    for name, program in programs.items():
        found = program.ask("facts")
        if found != wanted:
            raise Trouble(f"{name} works with {found}, not with {wanted}.")


def turns(
    programs: dict[str, Program], work: str,
    note: Callable[[str, int, Callable[[str], float]], None],
) -> None:
    """Warms up, and takes the turns of one kind of step."""
    for program in programs.values():
        program.seconds(work, WARM_UP)
    fastest = min(program.seconds(work, WARM_UP // 2) for program in programs.values())
    steps = math.ceil(TURN / fastest)
    for pair in range(PAIRS):
        note(work, pair, lambda name: programs[name].seconds(work, steps))


def memory(cell: Cell, kind: str, number: int, programs: dict[str, Program]) -> None:
    """The largest memory so far: the programs sample first, then they train."""
    peaks: dict[str, Optional[float]] = {n: p.peak_mb() for n, p in programs.items()}
    if None not in peaks.values():
        cell.pairs.setdefault(kind, []).append(
            ratios.Pair(number, peaks[JAVA], peaks[PYTORCH]))
