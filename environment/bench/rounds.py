"""Starts the two programs, and lets them take turns."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from labkit import kernel, progress, pytorch
from labkit.trouble import Trouble

from . import load, ratios
from .programs import Program

JAVA, PYTORCH = "this library", "PyTorch"
SERVER = "ddpm.benchmark.StepServer"
NETWORKS = ("small", "wide", "colour")
EAGER, COMPILED, TRACED, FROZEN = "eager", "compiled", "traced", "frozen"  # ways to use PyTorch
AUTOCAST, PURE, FROZEN_PURE = "autocast", "bfloat16", "bfloat16, frozen"
ROUNDED_MODES = (AUTOCAST, PURE, FROZEN_PURE)
BATCH, SAMPLING_STEPS = 64, 50  # of both programs
FLOAT32, BFLOAT16 = "float32", "bfloat16"

ROUNDS = 6  # the fewest that give an interval
PAIRS = 4  # of training steps in a round, and as many of denoising steps
LEAST_PAIRS = 20  # of these, quiet, in so many rounds
MOST_ROUNDS = 1.5  # times as many as wanted, if other programs disturb
SETTLING = 1.2  # seconds of steps before the first that count: Java compiles while it runs
WARM_UP = 6  # steps at least, also before the first training step that counts
TURN = 0.5  # seconds at least: the system counts the work of others in hundredths
PAUSE = 0.05  # seconds before a turn: the threads of the other one are at rest then


@dataclass
class Cell:
    """One network on some threads beside PyTorch, and the pairs of measurements found for it."""

    network: str
    threads: int
    case: dict[str, Any]  # what was proved before
    mode: str = EAGER
    precision: str = FLOAT32  # of this library
    whole_runs: bool = True  # of sampling; they show little that the steps do not
    pairs: dict[str, list[ratios.Pair]] = field(default_factory=dict)

    @property
    def trains(self) -> bool:
        """Whether PyTorch can train in this mode."""
        return self.mode in (EAGER, COMPILED, AUTOCAST, PURE)

    def precision_of(self, name: str) -> str:
        """The precision of one of the two programs."""
        if name == JAVA:
            return self.precision
        return BFLOAT16 if self.mode in ROUNDED_MODES else FLOAT32

    def wanted(self, kind: str, rounds: int) -> int:
        """How many pairs of a kind there must be."""
        if kind in ("train", "denoise"):
            return math.ceil(rounds * LEAST_PAIRS / ROUNDS)
        return rounds

    def is_complete(self, rounds: int) -> bool:
        """Whether enough pairs of each kind were quiet."""
        return all(ratios.enough(pairs, self.wanted(kind, rounds), rounds)
                   for kind, pairs in self.pairs.items())

    def json(self, rounds: int) -> dict[str, Any]:
        """What the pairs say, and the pairs themselves."""
        return {
            "network": self.network,
            "threads": self.threads,
            "mode": self.mode,
            "precision": self.precision,
            **self.case,
            "estimates": {kind: vars(ratios.Estimate.of(pairs, self.wanted(kind, rounds)))
                          for kind, pairs in self.pairs.items()},
            "pairs": {kind: [vars(pair) for pair in pairs]
                      for kind, pairs in self.pairs.items()},
        }


def measure(cell: Cell, rounds: int, out: Path) -> None:
    """Holds rounds until there are enough quiet pairs."""
    for number in range(1, math.ceil(MOST_ROUNDS * rounds) + 1):
        of = f"of {rounds}" if number <= rounds else "because others disturbed"
        what = (f"{cell.network} network, {cell.threads} thread(s), {cell.precision} beside "
                f"PyTorch {cell.mode}: round {number} {of}")
        with progress.part(what):
            Round(cell, number, out).hold()
        if number >= rounds and cell.is_complete(rounds):
            return


def warm_up(program: Program, work: str, settling: float) -> float:
    """Takes steps that do not count, for some seconds; the seconds that one takes then."""
    spent = 0.0
    while True:
        step = program.seconds(work, WARM_UP)
        spent += WARM_UP * step
        if spent >= settling:
            return step


class Round:
    """Two fresh processes that take turns at everything."""

    def __init__(self, cell: Cell, number: int, out: Path) -> None:
        self._cell = cell
        self._number = number
        self._out = out
        self._programs: dict[str, Program] = {}
        self._idle: dict[str, Optional[float]] = {}
        self._stack = contextlib.ExitStack()

    def hold(self) -> None:
        """Starts both, samples, trains, and ends them. Memory only grows: so in this order."""
        with self._stack:
            self._note("start", 0, self._start)
            self._memory("idle_memory", self._idle)
            self._turns("denoise", SETTLING)
            if self._cell.whole_runs:
                self._note("sample", 0, lambda name: self._programs[name].seconds("sample", 1))
            self._memory("sampling_memory", self._peaks())
            if self._cell.trains:
                self._turns("train")
                self._memory("memory", self._peaks())

    def _start(self, name: str) -> float:
        """The seconds from the start of a program to its first denoised batch."""
        begin = time.perf_counter()
        program = self._stack.enter_context(open_program(name, self._cell, self._out))
        self._programs[name] = program
        facts = program.ask("facts")
        self._idle[name] = program.peak_mb()
        program.ask("denoise 1")
        seconds = time.perf_counter() - begin
        check_facts(self._cell, name, facts)
        return seconds

    def _turns(self, work: str, settling: float = 0) -> None:
        """Warms up, and takes the turns of one kind of step."""
        programs = self._programs
        fastest = min(warm_up(program, work, settling) for program in programs.values())
        steps = math.ceil(TURN / fastest)
        for pair in range(PAIRS):
            self._note(work, pair, lambda name: programs[name].seconds(work, steps))

    def _note(self, kind: str, pair: int, of: Callable[[str], float]) -> None:
        """Both in turn; who begins changes from pair to pair and from round to round."""
        names = [JAVA, PYTORCH] if (self._number + pair) % 2 else [PYTORCH, JAVA]
        before = load.look()
        values = {}
        for name in names:
            time.sleep(PAUSE)
            values[name] = of(name)
        others = load.others(before, load.look())
        self._add(kind, ratios.Pair(self._number, values[JAVA], values[PYTORCH], others))

    def _memory(self, kind: str, peaks: dict[str, Optional[float]]) -> None:
        """The largest memory so far; no other program disturbs it."""
        if None not in peaks.values():
            self._add(kind, ratios.Pair(self._number, peaks[JAVA], peaks[PYTORCH]))

    def _peaks(self) -> dict[str, Optional[float]]:
        return {name: program.peak_mb() for name, program in self._programs.items()}

    def _add(self, kind: str, pair: ratios.Pair) -> None:
        self._cell.pairs.setdefault(kind, []).append(pair)


def open_program(name: str, cell: Cell, out: Path) -> Program:
    """Starts one of the two."""
    weights = out / cell.network / "weights.safetensors"
    threads = str(cell.threads)
    if name == JAVA:
        words, env = kernel.program([SERVER, str(weights), cell.precision])
        env = {**env, "OMP_NUM_THREADS": threads}
    else:
        words = [pytorch.PYTHON, "-m", "bench.server", weights, cell.mode]
        env = pytorch.environment(threads)
    return Program(name, words, env, out / "log.txt")


def check_facts(cell: Cell, name: str, found: dict[str, Any]) -> None:
    """Checks that a program has the cell's network, precision and threads."""
    wanted = {"parameters": cell.case["parameters"], "precision": cell.precision_of(name),
              "threads": cell.threads}
    if found != wanted:
        raise Trouble(f"{name} works with {found}, not with {wanted}.")
