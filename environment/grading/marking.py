"""nbgrader's step that executes a notebook, done by our own driver."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor

from . import sheet, trial
from .sessions import Session

judges: dict[str, trial.Judge] = {}  # by assignment
kernels: Callable[[str], Path]  # the folder of an assignment's two registrations
settings: dict[str, Any] = {"limit": 30.0, "seed": None}


def judge(assignment: str, source: Callable[[], Any]) -> trial.Judge:
    """The judge of an assignment; its kernel is shared by all hand-ins."""
    if assignment not in judges:
        session = Session(kernels(assignment) / "solution", limit=600)
        judges[assignment] = trial.Judge(source(), session)
    return judges[assignment]


class Mark(NbGraderPreprocessor):
    """Runs a hand-in and leaves outputs from which nbgrader reads the marks.

    A graded cell that lost its points ends with an error output that says why; another has none.
    The hidden questions do not stay in the notebook: feedback would give them away.
    """

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Runs all and writes the verdicts."""
        assignment = resources["nbgrader"]["assignment"]
        seed = settings["seed"] if settings["seed"] is not None else secrets.randbits(62)
        cells = trial.code_cells(nb)
        spoiled = settings.get("spoiled")
        if spoiled:
            reasons = {sheet.name(cell): spoiled for cell in cells}
        else:
            session = Session(kernels(assignment) / "hand-ins", settings["limit"])
            reasons = trial.run(cells, session, judges[assignment], seed)
        for cell in cells:
            if sheet.has(cell, "grade"):
                verdict(cell, reasons.get(sheet.name(cell)), seed)
        return nb, resources


def verdict(cell: Any, reason: Optional[str], seed: int) -> None:
    """Replaces what could be read as a mark by the mark."""
    cell["outputs"] = [harmless(output) for output in cell["outputs"]]
    if reason is None:
        return  # judged by a person
    cell["source"] = sheet.test(cell["source"]).visible + \
        f"\n// Hidden tests: questions with random numbers, seed {seed}."
    if reason:
        points = cell["metadata"]["nbgrader"]["points"]
        cell["outputs"].append(new_output(
            "error", ename=f"0 of {points:g} points", evalue=reason,
            traceback=[f"0 of {points:g}: {reason}"]))


def harmless(output: NotebookNode) -> NotebookNode:
    """An output as text: errors and values of a visible test are no marks."""
    if output.output_type == "error":
        return new_output("stream", text=sheet.plain(output.evalue) + "\n")
    if output.output_type == "execute_result":
        return new_output("display_data", data=output.data)
    return output
