"""The table of the contest, the settings behind it, and the last line for programs."""

from __future__ import annotations

import json
from typing import Any, Optional

from labkit import markdown

from . import contest

HEAD = ["", "parameters", "steps", "minutes", "Fréchet distance", "kernel distance", "recognised",
        "seconds per 100 images", "peak memory, MB"]
NOTHING = "—"


def text(found: dict[str, Any]) -> str:
    """The table in Markdown and what a reader must know beside it."""
    rows = [row(name, found["libraries"].get(name), found["scores"].get(name), found["samples"])
            for name in names(found)]
    table = markdown.table(HEAD, rows)
    return "\n" + "\n\n".join([table, conditions(found), settings(found)]) + "\n"


def names(found: dict[str, Any]) -> list[str]:
    """The rows in their order: ours, the others, then what is no library."""
    return [*found["libraries"], *(n for n in found["scores"] if n not in found["libraries"])]


def row(
    name: str, library: Optional[dict[str, Any]], score: Optional[dict[str, Any]], samples: int
) -> list[str]:
    """One row; a dash where there is nothing to say."""
    cells = [name]
    if library is None:
        cells += [NOTHING] * 3
    else:
        cells += [f"{library['parameters']:,}", f"{library['steps']:,}",
                  f"{library['seconds'] / 60:.1f}"]
    if score is None:
        cells += [NOTHING] * 3
    else:
        share = score["sure"]
        cells += [estimate(score["frechet"]), estimate(score["kernel"]),
                  f"{100 * share['value']:.1f} ± {100 * share['halfWidth']:.1f} %"]
    if library is None:
        cells += [NOTHING] * 2
    else:
        peak = library["peak_mb"]
        cells += [f"{100 * library['sampling_seconds'] / samples:.1f}",
                  NOTHING if peak is None else f"{peak:,}"]
    return cells


def estimate(pair: dict[str, float]) -> str:
    """A value and half the width of its 95 % interval, both to two digits of the latter."""
    value, half = pair["value"], pair["halfWidth"]
    if half <= 0:
        return f"{value:.3g}"
    places = 0
    while half * 10**places < 10 and places < 12:
        places += 1
    return f"{value:,.{places}f} ± {half:,.{places}f}"


def conditions(found: dict[str, Any]) -> str:
    """How the figures came about."""
    return (
        f"{found['machine']}, {found['threads']} thread(s), load {found['load']} at the start; one "
        "seed. Ours trains in the precision that its settings name, the others in float32, their "
        "default. The minutes hold the reading of the data and some steps that measure the speed; "
        "they begin when the program has started. All libraries have glibc's memory settings of "
        "our kernel. MNIST is in [-1, 1] and not padded. Intervals are of 95 % and over the "
        f"{found['samples']:,} images alone: another training has another score. Recognised: "
        "images of which the classifier is sure. Seconds are those of drawing, the start of the "
        "program left out; memory is the largest resident set in training."
    )


def settings(found: dict[str, Any]) -> str:
    """What each library was told."""
    return "\n".join(f"- {name}: {library['settings']}; {library['sampler']}."
                     for name, library in found["libraries"].items())


def last_line(found: dict[str, Any]) -> str:
    """Everything as JSON, with our Fréchet distance as a share of each other library's."""
    scores = found["scores"]
    ratios = {}
    if contest.OURS in scores:
        ours = scores[contest.OURS]["frechet"]["value"]
        ratios = {name: round(ours / scores[name]["frechet"]["value"], 3)
                  for name in contest.PEERS}
    return json.dumps({**found, "frechet_ratio": ratios}, ensure_ascii=False)
