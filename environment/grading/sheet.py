"""What stands in the cells of an assignment: visible text, hidden questions, known mistakes."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any, Optional

BEGIN, END = "/// BEGIN HIDDEN TESTS", "/// END HIDDEN TESTS"
MEASURE = "/// MEASURE\n"
MISTAKE = "/// MISTAKE "
SHORT = 300  # characters of a reason
FEW_DIGITS, ALL_DIGITS = 8, 17  # of a number; the second tells all doubles apart


@dataclass(frozen=True)
class Test:
    """A graded cell: what the student sees, what is asked, and wrong functions with their names.

    An open task has no right answer. Its `measure` turns the answer `got` into points and a reason.
    """

    visible: str
    questions: str
    mistakes: tuple[tuple[str, str], ...] = ()
    measure: str = ""

    def asked(self, seed: int, name: str = "askedByTheGrader") -> str:
        """A cell whose value is the answers. It leaves nothing but one method behind."""
        return (f"String {name}() {{\n    var answers = new ddpm.notebook.Answers({seed}L);\n"
                f"{self.questions}\n    return answers.toString();\n}}\n{name}()")

    def measured(self, got: tuple[float, ...], name: str = "measuredByTheGrader") -> str:
        """A cell for the solution's kernel, whose value is the points and the reason."""
        numbers = ", ".join(java_number(value) for value in got)
        return (f"String {name}() {{\n    double[] got = {{{numbers}}};\n"
                f"{self.measure}\n}}\n{name}()")


def test(source: str) -> Test:
    """Takes the source of a graded cell apart."""
    if BEGIN not in source:
        return Test(source, "")
    before, rest = source.split(BEGIN, 1)
    hidden, after = rest.split(END, 1)
    asked, *mistakes = hidden.split(MISTAKE)
    questions, _, measure = asked.partition(MEASURE)
    named = tuple(tuple(part.strip() for part in text.split("\n", 1)) for text in mistakes)
    visible = (before.rstrip() + "\n" + after.strip()).strip()
    return Test(visible, questions.strip(), named, measure.strip())


def java_number(value: float) -> str:
    """A number as Java reads it."""
    if math.isfinite(value):
        return repr(float(value))
    return "Double.NaN" if math.isnan(value) else f"{'-' if value < 0 else ''}1.0 / 0"


@dataclass(frozen=True)
class Verdict:
    """Why a graded cell loses points; empty if it does not. An open task says how many it gets."""

    reason: str
    points: Optional[float] = None


@dataclass(frozen=True)
class Answer:
    """One question and what was answered."""

    question: str
    relative: float
    absolute: float
    values: tuple[float, ...]
    fault: str

    def told(self, digits: int = FEW_DIGITS) -> str:
        """The answer in words."""
        if self.fault:
            return plain(self.fault)
        texts = [f"{value:.{digits}g}".replace("nan", "NaN").replace("inf", "Infinity")
                 for value in self.values[:6]] + ["…"] * (len(self.values) > 6)
        return texts[0] if len(self.values) == 1 else "{" + ", ".join(texts) + "}"


def answers(text: Optional[str]) -> list[Answer]:
    """Reads what Answers.toString wrote; empty if it is no such text."""
    try:
        rows = json.loads(text or "")
        return [Answer(row["question"], float(row["relative"]), float(row["absolute"]),
                       tuple(float(value) for value in row["values"]), row["fault"])
                for row in rows]
    except (ValueError, TypeError, KeyError):
        return []


def same(want: Answer, got: Answer) -> bool:
    """Whether an answer is right; the wanted one says how exact it has to be."""
    return (want.question == got.question and not got.fault
            and len(want.values) == len(got.values)
            and all(near(w, g, want) for w, g in zip(want.values, got.values)))


def near(want: float, got: float, allowed: Answer) -> bool:
    """Whether a number is right. NaN never is, unless it is wanted."""
    if math.isnan(want) or math.isinf(want):
        return repr(want) == repr(got)
    return abs(got - want) <= allowed.relative * abs(want) + allowed.absolute


def fault(wanted: list[Answer], got: list[Answer]) -> str:
    """The first answer that is wrong, and how many are; empty if none is."""
    if len(got) != len(wanted):
        return "the answers could not be read: does a cell print or change what it should not?"
    wrong = [(w, g) for w, g in zip(wanted, got) if not same(w, g)]
    if not wrong:
        return ""
    want, answer = wrong[0]
    count = f" ({len(wrong)} of {len(wanted)} questions are wrong)" if len(wanted) > 1 else ""
    if answer.fault:
        return f"{want.question}: {answer.told()}{count}"
    digits = FEW_DIGITS
    while answer.told(digits) == want.told(digits) and digits < ALL_DIGITS:
        digits += 1
    return f"{want.question}: got {answer.told(digits)}, want {want.told(digits)}{count}"


def plain(error: str) -> str:
    """An error as a student should read it: without colours, names of packages, long tails."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", error)
    text = re.sub(r"\b(?:[a-z]+\.)+([A-Z]\w*(?:Exception|Error))\b", r"\1", text)
    text = re.sub(r"REPL\.\$JShell\$\w+\$?", "", text)
    return " ".join(text.split())[:SHORT]


def name(cell: Any) -> str:
    """The nbgrader name of a cell; empty if it has none."""
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def has(cell: Any, role: str) -> bool:
    """Whether nbgrader's metadata of a cell say `grade`, `solution` or `locked`."""
    return bool(cell["metadata"].get("nbgrader", {}).get(role))
