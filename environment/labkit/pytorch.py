"""PyTorch for Python and two diffusion libraries, in .lab/pytorch: what is compared with."""

from __future__ import annotations

import os
import shutil
import sys

from . import machine, packages, places, progress
from .trouble import Remedy, Trouble

PINNED = places.ENVIRONMENT / "pytorch-requirements.txt"
PYTHON = packages.python_in(places.PYTORCH)
DOWNLOADS = places.LAB / "pytorch-downloads"  # removed at the end
NEEDED_MB = 12_000  # at the most: downloaded, unpacked and kept for another try
KEPT_GB = 6
OLDEST, NEWEST = (3, 11), (3, 13)  # diffusers needs the one, and PyTorch 2.7.1 knows the other


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


def check_python(version: tuple[int, int] = sys.version_info[:2]) -> None:
    """Raises Trouble if the packages of the list do not exist for this Python."""
    if not OLDEST <= version <= NEWEST:
        raise Trouble(
            f"The comparison needs Python {name(OLDEST)} to {name(NEWEST)}; this is Python "
            f"{name(version)} ({sys.executable}). Start it with another one.",
            Remedy(
                debian="python3.12 environment/compare.py",
                macos="brew install python@3.12 && python3.12 environment/compare.py",
                windows="py -3.12 environment/compare.py",
                conda="conda create -y -n compare python=3.12 && conda activate compare",
            ),
        )


def name(version: tuple[int, int]) -> str:
    """Such as 3.12."""
    return ".".join(map(str, version))


def environment() -> dict[str, str]:
    """What the libraries find: no network, no progress bars."""
    env = {
        **os.environ,
        "TQDM_DISABLE": "1",
        "HF_HUB_OFFLINE": "1",
        "PYTHONPATH": str(places.ENVIRONMENT),
        "PYTHONUTF8": "1",
    }
    env.pop("PYTHONHOME", None)
    return env
