"""What this machine has: cores that may be used, disk space, ports; and the set-up's lock."""

from __future__ import annotations

import contextlib
import math
import os
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

from . import places, progress
from .trouble import Remedy, Trouble

FIRST_INSTALL_MB = 2000
BUSY = 0.5  # programs that want a core, besides ours
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100  # in a second


def usable_cores() -> int:
    """Physical cores that this process may use: affinity and container limits count."""
    if sys.platform == "darwin":
        return _mac_cores()
    if not hasattr(os, "sched_getaffinity"):
        return max(1, (os.cpu_count() or 2) // 2)  # Windows counts two threads a core
    cores = physical_cores(os.sched_getaffinity(0), Path("/sys/devices/system/cpu"))
    return int(max(1, min(cores, cgroup_cpus(Path("/sys/fs/cgroup")))))


def physical_cores(cpus: set[int], topology: Path) -> int:
    """How many cores the given logical CPUs are; each counts where Linux does not tell."""
    cores = set()
    for cpu in cpus:
        try:
            folder = topology / f"cpu{cpu}" / "topology"
            package = (folder / "physical_package_id").read_text()
            cores.add((package, (folder / "core_id").read_text()))
        except OSError:
            cores.add(("?", str(cpu)))
    return len(cores)


def cgroup_cpus(root: Path) -> float:
    """The CPU time a container may use, in CPUs; infinite without a limit."""
    with contextlib.suppress(OSError, ValueError):
        quota, period = (root / "cpu.max").read_text().split()
        return math.inf if quota == "max" else int(quota) / int(period)
    with contextlib.suppress(OSError, ValueError):
        quota = int((root / "cpu" / "cpu.cfs_quota_us").read_text())
        period = int((root / "cpu" / "cpu.cfs_period_us").read_text())
        return quota / period if quota > 0 else math.inf
    return math.inf


def _mac_cores() -> int:
    for name in ("hw.perflevel0.physicalcpu", "hw.physicalcpu"):
        done = subprocess.run(["sysctl", "-n", name], capture_output=True, text=True, check=False)
        if done.returncode == 0 and done.stdout.strip().isdigit():
            return int(done.stdout)
    return max(1, os.cpu_count() or 1)


def check_space(folder: Path, needed_mb: int = FIRST_INSTALL_MB, what: str = "The set-up") -> None:
    """Raises Trouble if an installation does not fit."""
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < needed_mb:
        needed = f"{needed_mb:,} MB are needed in {folder}, and {free_mb:,} MB are free"
        raise progress.no_space(what, needed)


def check_port(port: int) -> None:
    """Raises Trouble if another program listens on the port that the user asked for."""
    if port_is_free(port):
        return
    other = next((p for p in range(port + 1, min(port + 100, 65536)) if port_is_free(p)), 0)
    raise Trouble(
        f"Port {port} is in use; perhaps JupyterLab runs already. Take another port:",
        Remedy.everywhere(f"{places.AGAIN} --port {other}"),
    )


def port_is_free(port: int) -> bool:
    """Whether nothing listens on this port of localhost."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if not places.WINDOWS:  # there it would allow what is refused here
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextlib.contextmanager
def lock(path: Path) -> Iterator[None]:
    """Keeps a second set-up in the same clone waiting. The system ends it with the process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as handle:
        if not _try_lock(handle):
            progress.say("Another lab.py is setting up this clone: waiting for it.")
            _wait_lock(handle)
        yield


def _try_lock(handle) -> bool:
    try:
        if places.WINDOWS:
            import msvcrt

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _wait_lock(handle) -> None:
    import time

    while not _try_lock(handle):
        time.sleep(0.5)


def name() -> str:
    """The processor, as far as the system tells."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in text.splitlines()
             if line.startswith("model name")]
    return names[0] if names else platform.machine()


def proportional_bytes(pid: int) -> int:
    """The memory of a process in proportional shares (PSS); 0 where the system does not tell."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:  # not Linux, not ours, or it has just ended
        pass
    return 0


def load() -> Optional[float]:
    """How many programs wanted a core over the last minute."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def warn_if_busy() -> None:
    """Says so if other programs take time from what is measured."""
    if (load() or 0) > BUSY:
        progress.say(f"Other programs are running (load {load():.1f}): the figures will be worse "
                     "than on a quiet machine, and not the same for each library.")


def parent_and_work(stat: str) -> tuple[int, int]:
    """Who started a process, and the ticks that its threads and its ended children worked.

    The text is that of /proc/PID/stat; the name in it may hold blanks and brackets.
    """
    words = stat.rpartition(")")[2].split()
    return int(words[1]), sum(map(int, words[11:15]))
