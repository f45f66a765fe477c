"""The virtual environment: JupyterLab and the JJava kernel from the pinned list."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys

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
        places.clear_stamp("venv")
        if places.VENV.exists():
            shutil.rmtree(places.VENV)
        install()
        settings = places.SHARE / "lab" / "settings" / "overrides.json"
        places.write(settings, json.dumps(LAB_SETTINGS, indent=2) + "\n")
        places.set_stamp("venv", wanted())


def wanted() -> str:
    """A digest of what the environment is made of and where it is."""
    return places.digest([PINNED], sys.version_info[:2], sys.base_prefix, str(places.VENV))


def are_ready() -> bool:
    """Whether the environment is complete and its interpreter there (an upgrade may remove it)."""
    return places.stamp("venv") == wanted() and places.VENV_PYTHON.exists()


def check_venv_module() -> None:
    """Debian and Ubuntu ship Python without venv."""
    missing = [name for name in ("venv", "ensurepip") if not importlib.util.find_spec(name)]
    if missing:
        raise Trouble(f"This Python has no module {missing[0]} ({sys.executable}).", VENV)


def install() -> None:
    """Makes the environment and installs the list into it."""
    progress.run_logged([sys.executable, "-m", "venv", places.VENV], "python -m venv")
    pip = [places.VENV_PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    progress.run_logged(
        [*pip, "install", "--progress-bar=off", "--retries=2", "-r", PINNED], "pip install"
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
