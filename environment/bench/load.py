"""How busy other programs keep the cores. Linux tells; elsewhere nobody is watched."""

from __future__ import annotations

import os
import time
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from labkit import machine

PROC = Path("/proc")
IDLE = (4, 5)  # the words of idle and of waiting for the disk in a line of /proc/stat
GUEST = 9  # from here on the words count again what stands before


@dataclass(frozen=True)
class Look:
    """Seconds so far: of the clock, of work on our cores, and of work of our programs."""

    clock: float
    busy: float
    own: float
    cores: int


def look(proc: Path = PROC) -> Optional[Look]:
    """A look at the cores that we may use, and at this program and all that it started."""
    try:
        cpus = os.sched_getaffinity(0)
        own = family_ticks(os.getpid(), proc)
        busy = busy_ticks((proc / "stat").read_text(), cpus)
    except (AttributeError, OSError):
        return None
    return Look(time.monotonic(), busy / machine.TICKS, own / machine.TICKS, len(cpus))


def busy_ticks(text: str, cpus: Set[int]) -> int:
    """The work on some cores, from /proc/stat; time that the hypervisor took counts as work."""
    total = 0
    for line in text.splitlines():
        words = line.split()
        if words and words[0] in {f"cpu{cpu}" for cpu in cpus}:
            total += sum(int(word) for i, word in enumerate(words[1:GUEST], start=1)
                         if i not in IDLE)
    return total


def family_ticks(pid: int, proc: Path) -> int:
    """The work of a program, of those that it started, of those that these started, and so on.

    Compilers of PyTorch's are among them.
    """
    parents, ticks = {}, {}
    for path in proc.glob("[0-9]*/stat"):
        try:
            text = path.read_text()
        except OSError:
            continue  # it has just ended, or the system hides what is not ours
        number = int(path.parent.name)
        parents[number], ticks[number] = machine.parent_and_work(text)
    family, size = {pid}, 0
    while len(family) > size:
        size = len(family)
        family |= {number for number, parent in parents.items() if parent in family}
    return sum(work for number, work in ticks.items() if number in family)


def others(before: Optional[Look], after: Optional[Look]) -> Optional[float]:
    """The share of the cores' time that others used between two looks; None if nobody knows."""
    if before is None or after is None:
        return None
    work = (after.busy - before.busy) - (after.own - before.own)
    return max(0.0, work / (after.cores * (after.clock - before.clock)))
