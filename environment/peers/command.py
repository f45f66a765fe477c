"""The command line of compare.py, and its set-up."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from labkit import command, machine, places, pytorch
from labkit.trouble import Trouble

from . import contest, report

HELP = f"""\
Trains this library, denoising-diffusion-pytorch and diffusers on MNIST for the same minutes, one
after the other, draws images with each, and scores them by the same measures. The first time it
downloads 3 GB and keeps {pytorch.KEPT_GB} GB in .lab/. Nothing else should run beside it."""


def parser() -> argparse.ArgumentParser:
    """The options."""
    p = argparse.ArgumentParser(prog="compare.py", description=HELP)
    p.add_argument("--minutes", type=float, default=10, help="for each training (10)")
    p.add_argument("--samples", type=int, default=2000, help="images that each draws (2000)")
    p.add_argument("--score-only", action="store_true",
                   help="score again what an earlier run left in the folder")
    pytorch.add_options(p, "compare")
    return p


def main(argv: Sequence[str]) -> int:
    """Runs the command."""
    return command.guarded(lambda: work(parser().parse_args(argv)))


def work(options: argparse.Namespace) -> int:
    """Sets up, holds the contest and prints its table."""
    check(options)
    pytorch.set_up("environment/compare.py", options.yes)
    if options.setup_only:
        return 0
    out = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    results = out / "results.json"
    if options.score_only:
        found = read(results)
    else:
        machine.warn_if_busy()
        found = contest.hold(options.minutes, options.samples, out)
        places.write(results, json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    found["scores"] = contest.score(found["samples"], out)
    print(report.text(found))
    print(report.last_line(found))
    return 0


def check(options: argparse.Namespace) -> None:
    """Refuses what cannot work before an hour is spent."""
    if not 0 < options.minutes < float("inf"):
        raise Trouble(f"--minutes must be positive, got {options.minutes}.")
    if not 1 <= options.samples <= contest.MOST_SAMPLES:
        raise Trouble(f"--samples must be in [1, {contest.MOST_SAMPLES}], got {options.samples}: "
                      "there are not more real images to compare with.")


def read(results: Path) -> dict:
    """What an earlier run found."""
    try:
        return json.loads(results.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Trouble(f"There is no {results}: run compare.py without --score-only.") from None
