"""Where things lie, and the stamps that say what a step was last done for."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import Iterable, Optional

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / "environment"
NOTEBOOKS = ROOT / "notebooks"
TARGET = ROOT / "target"
LAB = ROOT / ".lab"
# Where JupyterLab is installed: an environment of our own, or one that exists, as on Binder.
GIVEN = os.environ.get("DDPM_PREFIX", "")
VENV = Path(GIVEN) if GIVEN else LAB / "venv"
LIB = LAB / "lib"
ENGINE = LAB / "engine"
GPU = LAB / "gpu"
ARCHIVE = LAB / "classes.jsa"
PROGRAMS_ARCHIVE = LAB / "programs.jsa"
DIGITS = ROOT / "src" / "main" / "resources" / "ddpm" / "pretrained" / "digits.safetensors"
LOG = LAB / "setup.log"

WINDOWS = sys.platform == "win32"
AGAIN = ("py" if WINDOWS else "python3") + " environment/lab.py"
VENV_BIN = VENV / ("Scripts" if WINDOWS else "bin")
VENV_PYTHON = VENV_BIN / ("python.exe" if WINDOWS else "python")
PYTORCH = LAB / "pytorch"
SHARE = VENV / "share" / "jupyter"
KERNEL = SHARE / "kernels" / "java"


def write(path: Path, text: str) -> None:
    """Writes a file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.write_text(text, encoding="utf-8", newline="\n")
    os.replace(draft, path)


def digest(files: Iterable[Path], *facts: object) -> str:
    """A digest of names and contents of files, and of any other facts a step depends on."""
    total = hashlib.sha256()
    for path in sorted(files):
        name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        total.update(f"{name.as_posix()}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    total.update(repr(facts).encode())
    return total.hexdigest()


def files_below(folder: Path) -> list[Path]:
    """All files in a folder and its folders."""
    return [path for path in folder.rglob("*") if path.is_file()]


def stamp(name: str) -> Optional[str]:
    """What a step was last done for; None if it was never completed."""
    try:
        return (LAB / f"{name}.stamp").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def set_stamp(name: str, value: str) -> None:
    """Notes that a step is complete. Only ever called after the step's last write."""
    write(LAB / f"{name}.stamp", value)


def clear_stamp(name: str) -> None:
    """Notes that a step has to be done again, before it begins."""
    (LAB / f"{name}.stamp").unlink(missing_ok=True)
