"""nbgrader's step that executes a notebook, done by our own driver."""

from __future__ import annotations

import secrets
import textwrap
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
MEASURING = 3600.0  # seconds of computing for a cell of the solution, which may train
LINE = 90  # characters of a line of the feedback, which is not wrapped there
SPOILED = "spoiled"  # in the metadata of a notebook that stands for a file that is none: why


def judge(assignment: str, source: Callable[[], Any]) -> trial.Judge:
    """The judge of an assignment; its kernel is shared by all hand-ins."""
    if assignment not in judges:
        session = Session(kernels(assignment) / "solution", limit=MEASURING)
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
        spoiled = nb.metadata.get(SPOILED)
        if spoiled:
            verdicts = {sheet.name(cell): sheet.Verdict(spoiled) for cell in cells}
        else:
            session = Session(kernels(assignment) / "hand-ins", settings["limit"])
            verdicts = trial.run(cells, session, judges[assignment], seed)
        for cell in cells:
            if sheet.has(cell, "grade"):
                show(cell, verdicts.get(sheet.name(cell)), seed)
        return nb, resources


def show(cell: Any, verdict: Optional[sheet.Verdict], seed: int) -> None:
    """Replaces what could be read as a mark by the mark."""
    cell["outputs"] = [harmless(output) for output in cell["outputs"]]
    if verdict is None:
        return  # judged by a person
    test, most = sheet.test(cell["source"]), cell["metadata"]["nbgrader"]["points"]
    asked = "your answer, measured" if test.measure else "questions with random numbers"
    cell["source"] = f"{test.visible}\n// Hidden tests: {asked}, seed {seed}."
    points = 0.0 if verdict.points is None else min(max(verdict.points, 0.0), most)
    if not verdict.reason:
        return
    told = textwrap.fill(f"{points:g} of {most:g}: {verdict.reason}", LINE)
    if points < most:
        cell["metadata"]["reason"] = verdict.reason
    if points:
        cell["outputs"] += [new_output("stream", text=told + "\n"), new_output(
            "execute_result", data={"text/plain": f"{points:g}"}, execution_count=1)]
    else:
        cell["outputs"].append(new_output(
            "error", ename=f"0 of {most:g} points", evalue=verdict.reason, traceback=[told]))


def harmless(output: NotebookNode) -> NotebookNode:
    """An output as text: errors and values of a visible test are no marks."""
    if output.output_type == "error":
        return new_output("stream", text=sheet.plain(output.evalue) + "\n")
    if output.output_type == "execute_result":
        return new_output("display_data", data=output.data)
    return output
