"""
The CUDA build of the engine, for Linux and Windows with an NVIDIA GPU. Not tested on one yet.

DJL 0.36.0 publishes no CUDA natives of PyTorch 2.7.1 on Maven Central, but its JNI jar carries
the glue for CUDA 12. PyPI's PyTorch wheel of the same version holds the libraries themselves;
PYTORCH_LIBRARY_PATH makes the engine load them.
"""

from __future__ import annotations

import shutil
import sys

from . import java, machine, places, progress
from .trouble import Trouble

PYTORCH = "2.7.1"
FLAVOR = "cu128"  # the only CUDA flavour that the JNI jar carries
WHEEL_INDEX = ["--index-url", "https://download.pytorch.org/whl/cu128"]  # PyPI's is CPU there
NEEDED_MB = 9000


def usable() -> bool:
    """Whether a GPU can be used; says in one line why not."""
    reason = missing()
    if reason:
        progress.say(f"No usable GPU ({reason}): the kernel runs on the CPU.")
    return not reason


def missing() -> str:
    """What is missing for the GPU; empty if nothing is."""
    if sys.platform == "darwin":
        return "CUDA does not exist on macOS"
    if "GPU 0" not in java.output_of(["nvidia-smi", "-L"]):
        return "nvidia-smi finds none"
    return ""


def ensure() -> None:
    """Installs the CUDA libraries, some gigabytes, if they are not there."""
    wanted = f"{PYTORCH} {FLAVOR} {sys.version_info[:2]}"
    if places.stamp("gpu") == wanted:
        return
    machine.check_space(places.ROOT, NEEDED_MB)
    with progress.part("CUDA libraries (some gigabytes)"):
        places.clear_stamp("gpu")
        shutil.rmtree(places.GPU, ignore_errors=True)
        index = WHEEL_INDEX if places.WINDOWS else []
        progress.run_logged(
            [places.VENV_PYTHON, "-m", "pip", "install", "--progress-bar=off",
             "--target", places.GPU, *index, f"torch=={PYTORCH}"],
            "The download of the CUDA libraries",
        )
        if not (places.GPU / "torch" / "lib").exists():
            raise Trouble(f"The PyTorch package has no libraries in {places.GPU}.")
        # DJL puts its glue here and does not make the folder.
        classifier = "win-x86_64" if places.WINDOWS else "linux-x86_64"
        glue = places.ENGINE / "pytorch" / f"{PYTORCH}-{FLAVOR}-{classifier}"
        glue.mkdir(parents=True, exist_ok=True)
        places.set_stamp("gpu", wanted)


def environment() -> dict[str, str]:
    """Makes the engine load these libraries instead of its own."""
    return {
        "PYTORCH_LIBRARY_PATH": str(places.GPU / "torch" / "lib"),
        "PYTORCH_VERSION": PYTORCH,
        "PYTORCH_FLAVOR": FLAVOR,
    }
