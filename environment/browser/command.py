"""The command line of browser_tests.py."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from labkit import command, machine, packages, places, progress, trouble
from labkit.trouble import Trouble

PINNED = places.ENVIRONMENT / "browser-requirements.txt"
VENV = places.LAB / "browser"
SCREENSHOTS = places.TARGET / "browser"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "microsoft-edge")
USUAL = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
         "/Applications/Chromium.app/Contents/MacOS/Chromium",
         os.path.expandvars("$ProgramFiles/Google/Chrome/Application/chrome.exe"))
HELP = """\
Tests the notebooks in a real JupyterLab in a real browser, without a window. Screenshots are left
in target/browser/. The browser is the system's: Chromium, Chrome or Edge, or the program that
DDPM_BROWSER names. Where there is none the tests are skipped; with CI=true that is a failure."""


def main(argv: Sequence[str]) -> int:
    """Runs the command."""
    parser = argparse.ArgumentParser(prog="browser_tests.py", description=HELP)
    parser.add_argument("tests", nargs="*", help="such as browser.checks.Reader; all without")
    options = parser.parse_args(argv)
    return command.guarded(lambda: work(options.tests or ["browser.checks"]))


def work(tests: Sequence[str]) -> int:
    """Sets up and runs the tests."""
    browser = find()
    if not browser:
        return without(bool(os.environ.get("CI")))
    command.set_up(command.parse(["--setup-only"]))
    with machine.lock(places.LAB / "lock"):
        packages.ensure_more(VENV, PINNED, "Browser driver", 300)
    shutil.rmtree(SCREENSHOTS, ignore_errors=True)
    SCREENSHOTS.mkdir(parents=True)
    env = {**os.environ, "DDPM_BROWSER": browser, "PYTHONUTF8": "1",
           "PYTHONPATH": str(places.ENVIRONMENT)}
    words = [packages.python_in(VENV), "-m", "unittest", "--verbose", *tests]
    return command.call(words, env)


def find() -> str:
    """The path of a browser, or an empty string."""
    named = os.environ.get("DDPM_BROWSER")
    if named and not shutil.which(named):
        raise Trouble(f"DDPM_BROWSER must name a program, got {named}.")
    on_path = (shutil.which(name) for name in ([named] if named else NAMES))
    usual = (path for path in USUAL if Path(path).exists())
    return next(filter(None, on_path), None) or next(usual, "")


def without(must: bool) -> int:
    """There is no browser: a failure where the tests must run, else one line."""
    if must:
        raise Trouble("The browser tests need Chromium, Chrome or Edge, and CI is set.",
                      trouble.BROWSER)
    progress.say("browser tests skipped: there is no Chromium, Chrome or Edge "
                 "(DDPM_BROWSER may name one)")
    return 0
