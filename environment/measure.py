"""The largest memory, over time, of this process and all its children."""

from __future__ import annotations

import os
import sys
import threading
import time

import psutil
from labkit import machine

INTERVAL = 0.2  # seconds between two looks
SHARE = 0.05  # of the time may be spent looking


class PeakMemory:
    """
    Looks several times a second while its block runs.

    On Linux each process counts its proportional share of common pages (PSS); elsewhere its
    resident memory, so that common pages count twice.
    """

    kind = "PSS" if sys.platform.startswith("linux") else "RSS"

    def __init__(self) -> None:
        self.peak_bytes = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def peak_mb(self) -> int:
        """In megabytes of 10^6 bytes."""
        return round(self.peak_bytes / 1e6)

    def _watch(self) -> None:
        wait = 0.0
        while not self._stop.wait(wait):
            start = time.monotonic()
            self.peak_bytes = max(self.peak_bytes, family_bytes(os.getpid()))
            wait = max(INTERVAL, (time.monotonic() - start) / SHARE)


def family_bytes(pid: int) -> int:
    """The memory of a process and its children now."""
    try:
        root = psutil.Process(pid)
        return sum(own_bytes(process) for process in [root, *root.children(recursive=True)])
    except psutil.NoSuchProcess:
        return 0


def own_bytes(process: psutil.Process) -> int:
    """The memory of one process now; 0 if it has just ended."""
    try:
        return machine.proportional_bytes(process.pid) or process.memory_info().rss
    except psutil.Error:
        return 0
