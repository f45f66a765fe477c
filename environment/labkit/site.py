"""The static site of the executed notebooks, by Sphinx and MyST-NB; it needs no server."""

from __future__ import annotations

import shutil
import sys

from . import machine, notebooks, packages, places, progress
from .trouble import Remedy, Trouble

PINNED = places.ENVIRONMENT / "site-requirements.txt"
VENV = places.LAB / "site"
SETTINGS = places.ENVIRONMENT / "site"
SOURCES = places.TARGET / "site-sources"
SITE = places.TARGET / "site"
OLDEST_PYTHON = (3, 11)


def make() -> int:
    """Makes the site from the notebooks as they are saved."""
    if sys.version_info < OLDEST_PYTHON:
        raise Trouble("--site needs Python 3.11 or newer: start lab.py with that one.",
                      Remedy.everywhere("python3.12 environment/lab.py --site"))
    with machine.lock(places.LAB / "lock"):
        packages.ensure_more(VENV, PINNED, "Sphinx", 700)
        collect()
        with progress.part("Site"):
            shutil.rmtree(SITE, ignore_errors=True)
            progress.run_logged(
                [packages.python_in(VENV), "-m", "sphinx", "-q", "-W", "--keep-going",
                 "-d", places.TARGET / "site-cache", "-c", SETTINGS, SOURCES, SITE], "Sphinx")
    progress.say(f"{SITE / 'index.html'}")
    return 0


def collect() -> None:
    """Puts the pages together; what was there goes."""
    shutil.rmtree(SOURCES, ignore_errors=True)
    SOURCES.mkdir(parents=True)
    for path in [SETTINGS / "index.md", *notebooks.choose([])]:
        shutil.copy(path, SOURCES)
