"""What stands in the cells of an assignment: visible text, hidden questions, known mistakes."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any, Optional

BEGIN, END = "/// BEGIN HIDDEN TESTS", "/// END HIDDEN TESTS"
MISTAKE = "/// MISTAKE "
SHORT = 300  # characters of a reason


@dataclass(frozen=True)
class Test:
    """A graded cell: what the student sees, what is asked, and wrong functions with their names."""

    visible: str
    questions: str
    mistakes: tuple[tuple[str, str], ...] = ()

    def asked(self, seed: int, name: str = "askedByTheGrader") -> str:
        """A cell whose value is the answers. It leaves nothing but one method behind."""
        return (f"String {name}() {{\n    var answers = new ddpm.notebook.Answers({seed}L);\n"
                f"{self.questions}\n    return answers.toString();\n}}\n{name}()")


def test(source: str) -> Test:
    """Takes the source of a graded cell apart."""
    if BEGIN not in source:
        return Test(source, "")
    before, rest = source.split(BEGIN, 1)
    hidden, after = rest.split(END, 1)
    questions, *mistakes = hidden.split(MISTAKE)
    named = tuple(tuple(part.strip() for part in text.split("\n", 1)) for text in mistakes)
    return Test((before.rstrip() + "\n" + after.strip()).strip(), questions.strip(), named)


@dataclass(frozen=True)
class Answer:
    """One question and what was answered."""

    question: str
    relative: float
    absolute: float
    values: tuple[float, ...]
    fault: str

    def told(self) -> str:
        """The answer in words."""
        if self.fault:
            return plain(self.fault)
        texts = [f"{value:.8g}" for value in self.values[:6]] + ["…"] * (len(self.values) > 6)
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
    return f"{want.question}: got {answer.told()}, want {want.told()}{count}"


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
