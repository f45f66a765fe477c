"""PyTorch for Python and two diffusion libraries, in .lab/pytorch: what is compared with."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from pathlib import Path

from . import command, kernel, machine, packages, places, progress
from .trouble import Remedy, Trouble

PINNED = places.ENVIRONMENT / "pytorch-requirements.txt"
PYTHON = packages.python_in(places.PYTORCH)
DOWNLOADS = places.LAB / "pytorch-downloads"  # removed at the end
NEEDED_MB = 12_000  # at the most: downloaded, unpacked and kept for another try
KEPT_GB = 6
OLDEST, NEWEST = (3, 11), (3, 13)  # diffusers needs the one, and PyTorch 2.7.1 knows the other


def add_options(parser: argparse.ArgumentParser, name: str) -> None:
    """The options that the scripts with this environment share; the name is that of a folder."""
    parser.add_argument("--out", type=Path, default=places.TARGET / name,
                        help=f"the folder for weights, results and logs (target/{name})")
    parser.add_argument("--setup-only", action="store_true", help="set up and measure nothing")
    parser.add_argument("--yes", action="store_true", help="install missing system packages")


def set_up(script: str, install: bool) -> None:
    """Sets up the library, its kernel and this environment, for a script that needs them all."""
    check_python(script)
    set_up_library(install)
    with machine.lock(places.LAB / "lock"):
        ensure()


def set_up_library(install: bool) -> None:
    """Sets up the library and its kernel alone."""
    command.set_up(command.parse(["--setup-only", *(["--yes"] if install else [])]))


def ensure() -> None:
    """Makes the environment if it is missing, unfinished, or of another list."""
    if packages.are_ready(places.PYTORCH, PINNED):
        return
    places.LAB.mkdir(parents=True, exist_ok=True)
    machine.check_space(places.LAB, NEEDED_MB, f"PyTorch ({KEPT_GB} GB of it stay)")
    with progress.part("PyTorch for Python (some gigabytes)"):
        DOWNLOADS.mkdir(exist_ok=True)
        here = {"PIP_CACHE_DIR": str(DOWNLOADS), "TMPDIR": str(DOWNLOADS)}
        packages.renew(places.PYTORCH, PINNED, {**os.environ, **here})
        packages.complete(places.PYTORCH, PINNED)
        shutil.rmtree(DOWNLOADS)


def check_python(script: str, version: tuple[int, int] = sys.version_info[:2]) -> None:
    """Raises Trouble if the packages of the list do not exist for this Python."""
    if not OLDEST <= version <= NEWEST:
        raise Trouble(
            f"PyTorch needs Python {name(OLDEST)} to {name(NEWEST)}; this is Python "
            f"{name(version)} ({sys.executable}). Start the script with another one.",
            Remedy(
                debian=f"python3.12 {script}",
                macos=f"brew install python@3.12 && python3.12 {script}",
                windows=f"py -3.12 {script}",
                conda="conda create -y -n compare python=3.12 && conda activate compare",
            ),
        )


def name(version: tuple[int, int]) -> str:
    """Such as 3.12."""
    return ".".join(map(str, version))


def version() -> str:
    """The version of PyTorch in the list."""
    return re.search(r"^torch==(.+)$", PINNED.read_text(encoding="utf-8"), re.MULTILINE)[1]


def environment(threads: str) -> dict[str, str]:
    """What the libraries find: the memory settings of the kernel, no network, no progress bars."""
    env = {
        **os.environ,
        **kernel.MALLOC,
        "OMP_NUM_THREADS": threads,
        "TQDM_DISABLE": "1",
        "HF_HUB_OFFLINE": "1",
        "PYTHONPATH": str(places.ENVIRONMENT),
        "PYTHONUTF8": "1",
    }
    env.pop("PYTHONHOME", None)
    return env
