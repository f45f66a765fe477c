"""Runs a hand-in, asks its functions the hidden questions, and judges the answers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from labkit.trouble import Trouble

from . import sheet
from .sessions import Outcome, Session

UNRESOLVED = "SPIResolutionException"  # of a method that uses names which nothing defines
MOST_CELLS_AT_LIMIT = 20  # a hand-in may take as long as this many cells that reach the limit


class Judge:
    """The solution, in a kernel of its own that no hand-in can reach."""

    def __init__(self, notebook: Any, session: Session) -> None:
        self.notebook, self.session = notebook, session
        self.defined_by: dict[str, str] = {}  # graded cell → the solution before it
        self.found: dict[Any, sheet.Verdict] = {}  # what was measured
        latest = ""
        for cell in code_cells(notebook):
            if sheet.has(cell, "grade"):
                self.defined_by[sheet.name(cell)] = latest
            elif sheet.has(cell, "solution"):
                latest = sheet.name(cell)

    def prepare(self) -> None:
        """Runs the solution, once."""
        if self.session.manager:
            return
        for cell in code_cells(self.notebook):
            self.checked(sheet.test(cell["source"]).visible)

    def checked(self, source: str) -> Outcome:
        """Runs a cell that has to work."""
        outcome = self.session.run(source)
        if outcome.error or outcome.ended:
            self.session.stop()
            why = outcome.ended or sheet.plain(outcome.error)
            raise Trouble(f"The solution itself fails: {why}\n  | "
                          + "\n  | ".join(source.strip().splitlines()[:15]))
        return outcome

    def answers(self, test: sheet.Test, seed: int) -> list[sheet.Answer]:
        """The right answers."""
        self.prepare()
        found = sheet.answers(self.checked(test.asked(seed)).value())
        if not found:
            raise Trouble("These hidden tests ask nothing:\n" + test.questions)
        return found

    def mistake(self, name: str, test: sheet.Test, seed: int, got: list[sheet.Answer]) -> str:
        """The known mistake that gives just these answers; empty if there is none."""
        for title, wrong in test.mistakes:
            self.checked(wrong)
            theirs = self.answers(test, seed)
            solution = self.defined_by[name]
            self.checked(next(c["source"] for c in self.notebook.cells
                              if sheet.name(c) == solution))
            if not sheet.fault(theirs, got):
                return title
        return ""

    def measured(self, test: sheet.Test, got: list[sheet.Answer]) -> sheet.Verdict:
        """The points of an open task, measured in the solution's kernel. Equal answers share one.

        The measuring ends with the text `POINTS: REASON`; what it throws is told, for no points.
        """
        [answer] = got
        key = test.measure, answer.values
        if key not in self.found:
            self.prepare()
            outcome = self.session.run(test.measured(answer.values))
            if outcome.ended:
                raise Trouble(f"Measuring {answer.told()} {outcome.ended}.")
            if outcome.error:
                self.found[key] = sheet.Verdict(sheet.plain(outcome.error), 0)
            else:
                points, _, why = str(outcome.value()).partition(": ")
                self.found[key] = sheet.Verdict(why, float(points))
        return self.found[key]


class Trial:
    """One hand-in in its kernel. After a cell that ended it, the others run again."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.ran: list[str] = []
        self.last = time.monotonic() + MOST_CELLS_AT_LIMIT * session.limit

    def cell(self, source: str) -> Outcome:
        """Runs a cell; one that ends the kernel is forgotten, and the state before it is back."""
        outcome = self.ask(source)
        if not outcome.ended:
            self.ran.append(source)
        return outcome

    def ask(self, source: str) -> Outcome:
        """Runs a cell that no other cell needs."""
        if time.monotonic() > self.last:
            return Outcome(ended=f"ran over {MOST_CELLS_AT_LIMIT * self.session.limit:g} s in all")
        outcome = self.session.run(source)
        if outcome.ended:
            self.replay()
        return outcome

    def replay(self) -> None:
        """Runs again what ran before; what does not end well this time is left out."""
        before, self.ran = self.ran, []
        for source in before:
            if time.monotonic() > self.last:
                return
            if not self.session.run(source).ended:
                self.ran.append(source)


def run(cells: Sequence[Any], session: Session, judge: Judge,
        seed: int) -> dict[str, sheet.Verdict]:
    """Runs the code cells of a hand-in and writes their outputs; the verdict on each graded cell.
    """
    trial = Trial(session)
    outcomes: dict[str, Outcome] = {}
    try:
        for number, cell in enumerate(cells, start=1):
            outcome = trial.cell(sheet.test(cell["source"]).visible)
            cell["outputs"], cell["execution_count"] = outcome.outputs, number
            outcomes[sheet.name(cell) or f"cell {number}"] = outcome
        verdicts = {}
        for cell in cells:  # only now: nothing of the student's runs after a question is known
            if sheet.has(cell, "grade") and not sheet.has(cell, "solution"):
                verdicts[sheet.name(cell)] = verdict(cell, outcomes, trial, judge, seed)
        return verdicts
    finally:
        session.stop()


def verdict(cell: Any, outcomes: dict[str, Outcome], trial: Trial, judge: Judge,
            seed: int) -> sheet.Verdict:
    """What a graded cell gets, and why not more."""
    name, test = sheet.name(cell), sheet.test(cell["source"])
    shown = outcomes[name]
    if shown.ended:
        return sheet.Verdict(f"the tests {shown.ended}")
    if not test.questions:
        return sheet.Verdict(sheet.plain(shown.error))
    own = outcomes.get(judge.defined_by.get(name, ""), Outcome())
    asked = trial.ask(test.asked(seed))
    if asked.ended:
        return sheet.Verdict(f"your code {asked.ended}")
    if own.ended:
        return sheet.Verdict(f"the cell above {own.ended}")
    got = sheet.answers(asked.value())
    honest = bool(got) and not any(answer.fault for answer in got)
    if test.measure and honest and len(got) == 1:
        return judge.measured(test, got)
    wanted = judge.answers(test, seed)
    fault = sheet.fault(wanted, got)
    if not fault:
        return sheet.Verdict("")
    if own.error:
        return sheet.Verdict(f"the cell above failed: {sheet.plain(own.error)}")
    if asked.error:
        return sheet.Verdict(sheet.plain(asked.error))
    if UNRESOLVED in fault and own.warning():
        return sheet.Verdict(f"in the cell above, {own.warning()}")
    known = judge.mistake(name, test, seed, got) if honest else ""
    return sheet.Verdict(f"{known}. {fault}" if known else fault)


def code_cells(notebook: Any) -> list[Any]:
    """The cells that run."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
