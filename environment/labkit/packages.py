"""The virtual environment: JupyterLab and the JJava kernel from the pinned list."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Optional

from . import machine, places, progress
from .trouble import VENV, Trouble

PINNED = places.ENVIRONMENT / "requirements.txt"

# No pop-up that asks about news, and no look for updates: both would need the network.
LAB_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    }
}


def ensure() -> None:
    """Makes the virtual environment if it is missing, unfinished, or of another list."""
    if are_ready():
        return
    machine.check_space(places.ROOT)
    with progress.part("Python packages"):
        if places.GIVEN:
            check_given(places.VENV)
            install(places.VENV, PINNED)
        else:
            renew(places.VENV, PINNED)
        settings = places.SHARE / "lab" / "settings" / "overrides.json"
        places.write(settings, json.dumps(LAB_SETTINGS, indent=2) + "\n")
        complete(places.VENV, PINNED)


def ensure_more(venv: Path, pinned: Path, what: str, needed_mb: int) -> None:
    """Makes another environment from a list of its own, likewise; `what` names it to the reader."""
    if are_ready(venv, pinned):
        return
    machine.check_space(places.ROOT, needed_mb, what)
    with progress.part(what):
        check_venv_module()
        renew(venv, pinned)
        complete(venv, pinned)


def wanted(venv: Path, pinned: Path) -> str:
    """A digest of what an environment is made of and where it is."""
    return places.digest(lists(pinned), sys.version_info[:2], sys.base_prefix, str(venv))


def lists(pinned: Path) -> list[Path]:
    """A list and those that it includes."""
    lines = pinned.read_text(encoding="utf-8").splitlines()
    return [pinned, *(pinned.parent / line[3:] for line in lines if line.startswith("-r "))]


def are_ready(venv: Path = places.VENV, pinned: Path = PINNED) -> bool:
    """Whether an environment is complete and its interpreter there (an upgrade may remove it)."""
    return places.stamp(venv.name) == wanted(venv, pinned) and python_in(venv).exists()


def complete(venv: Path, pinned: Path) -> None:
    """Notes that an environment is complete."""
    places.set_stamp(venv.name, wanted(venv, pinned))


def python_in(venv: Path) -> Path:
    """The interpreter of an environment."""
    return venv / places.VENV_PYTHON.relative_to(places.VENV)


def check_venv_module() -> None:
    """Debian and Ubuntu ship Python without venv."""
    missing = [name for name in ("venv", "ensurepip") if not importlib.util.find_spec(name)]
    if missing:
        raise Trouble(f"This Python has no module {missing[0]} ({sys.executable}).", VENV)


def check_given(venv: Path) -> None:
    """The user may name an environment that is to be used in place of an own one."""
    if not python_in(venv).exists():
        raise Trouble(f"DDPM_PREFIX must name the folder of a Python environment, and there is no "
                      f"{python_in(venv)}. Correct it, or unset it.")


def renew(venv: Path, pinned: Path, env: Optional[Mapping[str, str]] = None) -> None:
    """Makes an environment anew and installs a list into it; what was left of one goes."""
    places.clear_stamp(venv.name)
    if venv.exists():
        shutil.rmtree(venv)
    progress.run_logged([sys.executable, "-m", "venv", venv], "python -m venv")
    install(venv, pinned, env)


def install(venv: Path, pinned: Path, env: Optional[Mapping[str, str]] = None) -> None:
    """Installs a list into an environment."""
    pip = [python_in(venv), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    progress.run_logged(
        [*pip, "install", "--progress-bar=off", "--retries=2", "-r", pinned], "pip install", env
    )


def environment() -> dict[str, str]:
    """The environment for programs of the virtual environment: its kernels before all others."""
    path = os.pathsep.join([str(places.VENV_BIN), os.environ.get("PATH", "")])
    env = {
        **os.environ,
        "PATH": path,
        "VIRTUAL_ENV": str(places.VENV),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYTHONUTF8": "1",
    }
    env.pop("PYTHONHOME", None)
    env.pop("PYTHONPATH", None)
    return env
