"""The command line of course.py, and its set-up."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from labkit import command, machine, packages, places
from labkit.trouble import Remedy, Trouble

from . import sandbox

HELP = """\
Student versions of the assignments, grading by nbgrader with the notebooks' own kernel, marks and
feedback. All files lie below target/course/. The first time takes some minutes and needs the
network; after that it needs none."""
VENV = places.LAB / "course"
PINNED = places.ENVIRONMENT / "course-requirements.txt"
OLDEST = (3, 11)
CONTAINER = ("docker run --rm --network none --memory 3g --pids-limit 400 --cpus 2 "
             "-v \"$PWD\":/course -w /course IMAGE python3 environment/course.py grade FOLDER")


def parser() -> argparse.ArgumentParser:
    """The options."""
    p = argparse.ArgumentParser(prog="course.py", description=HELP)
    p.add_argument("--setup-only", action="store_true", help="set up and do nothing")
    p.add_argument("--yes", action="store_true", help="install missing system packages")
    p.add_argument("--jars", type=Path, metavar="DIR",
                   help="take the built library from DIR, and do not start Maven")
    p.add_argument("--root", type=Path, default=places.TARGET / "course",
                   help="the folder for everything (target/course)")
    p.add_argument("--assignments", type=Path, default=places.NOTEBOOKS / "assignments",
                   help="the folder of the assignments (notebooks/assignments)")
    what = p.add_subparsers(dest="what", metavar="release | grade | report")
    one = what.add_parser("release", help="write the student versions")
    one.add_argument("names", nargs="*", metavar="ASSIGNMENT", help="such as 2-posterior")
    two = what.add_parser("grade", help="grade FOLDER/STUDENT/…/ASSIGNMENT.ipynb")
    two.add_argument("folder", type=Path, metavar="FOLDER")
    two.add_argument("--limit", type=float, default=30, help="seconds for a cell (30)")
    two.add_argument("--seed", type=int, help="the same hidden numbers for all; else random")
    two.add_argument("--unprotected", action="store_true",
                     help="let hand-ins read all files, where the system cannot prevent it")
    what.add_parser("report", help="marks.csv, reasons.csv, and where the feedback lies")
    return p


def main(argv: Sequence[str]) -> int:
    """Runs the command."""
    return command.guarded(lambda: work(parser().parse_args(argv)))


def work(options: argparse.Namespace) -> int:
    """Checks the words, sets up, and does the work in the course's environment."""
    if not options.what and not options.setup_only:
        raise Trouble("Say what to do: release, grade FOLDER, or report.")
    words = check(options)
    set_up(options)
    if options.setup_only:
        return 0
    env = {**packages.environment(), "PYTHONPATH": str(places.ENVIRONMENT),
           "PATH": os.pathsep.join([str(packages.python_in(VENV).parent), os.environ["PATH"]]),
           "VIRTUAL_ENV": str(VENV)}
    where = ["--root", options.root.resolve(), "--assignments", options.assignments.resolve()]
    worker = [packages.python_in(VENV), "-W", "ignore", "-m", "grading.worker"]
    return command.call([*worker, *where, options.what, *words], env)


def check(options: argparse.Namespace) -> list[object]:
    """The words for the worker; Trouble for those that cannot work."""
    if options.what == "release":
        for name in options.names:
            if not (options.assignments / f"{name}.ipynb").exists():
                known = sorted(path.stem for path in options.assignments.glob("*.ipynb"))
                raise Trouble(f"There is no assignment {name}. There are: {', '.join(known)}.")
        return options.names
    if options.what != "grade":
        return []
    if not options.folder.is_dir():
        raise Trouble(f"{options.folder} is not a folder.")
    if not 0 < options.limit < float("inf"):
        raise Trouble(f"--limit must be positive, got {options.limit}.")
    if not options.unprotected and not sandbox.version():
        raise Trouble("This system cannot keep a hand-in from reading the hidden tests (that "
                      "needs Linux 5.13 or newer with Landlock). Grade in a container, or add "
                      "--unprotected.", Remedy.everywhere(CONTAINER))
    words: list[object] = [options.folder.resolve(), "--limit", options.limit]
    if options.seed is not None:
        words += ["--seed", options.seed]
    return words + (["--unprotected"] if options.unprotected else [])


def set_up(options: argparse.Namespace) -> None:
    """Sets up the library and its kernel as lab.py does, then the environment with nbgrader."""
    if sys.version_info < OLDEST:
        raise Trouble(f"nbgrader needs Python 3.11 or newer; this is {sys.version.split()[0]}.",
                      Remedy(debian="python3.12 environment/course.py",
                             macos="brew install python@3.12",
                             windows="py -3.12 environment/course.py",
                             conda="conda create -y -n course python=3.12"))
    words = ["--setup-only", *(["--yes"] if options.yes else [])]
    command.set_up(command.parse(words + (["--jars", str(options.jars)] if options.jars else [])))
    with machine.lock(places.LAB / "lock"):
        packages.ensure_more(VENV, PINNED, "nbgrader", 600)
