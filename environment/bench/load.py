"""How busy other programs keep the cores. Linux tells; elsewhere nobody is watched."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

PROC = Path("/proc")
IDLE = (4, 5)  # the words of idle and of waiting for the disk in a line of /proc/stat
GUEST = 9  # from here on the words count again what stands before
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100  # in a second


@dataclass(frozen=True)
class Look:
    """Seconds so far: of the clock, of work on our cores, and of work of our programs."""

    clock: float
    busy: float
    own: float
    cores: int


def look(pids: Iterable[int], proc: Path = PROC) -> Optional[Look]:
    """A look at the cores that we may use, and at the given programs and this one."""
    try:
        cpus = os.sched_getaffinity(0)
        own = sum(program_ticks((proc / str(pid) / "stat").read_text())
                  for pid in (*pids, os.getpid()))
        busy = busy_ticks((proc / "stat").read_text(), cpus)
    except (AttributeError, OSError):
        return None
    return Look(time.monotonic(), busy / TICKS, own / TICKS, len(cpus))


def busy_ticks(text: str, cpus: Set[int]) -> int:
    """The work on some cores, from /proc/stat; time that the hypervisor took counts as work."""
    total = 0
    for line in text.splitlines():
        words = line.split()
        if words and words[0] in {f"cpu{cpu}" for cpu in cpus}:
            total += sum(int(word) for i, word in enumerate(words[1:GUEST], start=1)
                         if i not in IDLE)
    return total


def program_ticks(text: str) -> int:
    """The work of a program and all its threads, from /proc/PID/stat; its name may hold blanks."""
    words = text[text.rindex(")") + 1:].split()
    return int(words[11]) + int(words[12])


def others(before: Optional[Look], after: Optional[Look]) -> Optional[float]:
    """The share of the cores' time that others used between two looks; None if nobody knows."""
    if before is None or after is None:
        return None
    work = (after.busy - before.busy) - (after.own - before.own)
    return max(0.0, work / (after.cores * (after.clock - before.clock)))
