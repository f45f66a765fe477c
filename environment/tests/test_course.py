"""Hand-ins graded by nbgrader under the real kernel. Needs course.py --setup-only.

DDPM_HAND_INS says which: `all`; all of one assignment, such as `2-posterior`; without it, one right
and three wrong ones of each.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from grading import command, sandbox, sheet
from labkit import library, notebooks, packages, places
from solutions import source_of

READY = packages.python_in(command.VENV).exists()
PROTECTED = sandbox.version() > 0
ASSIGNMENTS = notebooks.choose([], places.NOTEBOOKS / "assignments")
KEPT = places.ROOT / "src" / "test" / "resources" / "ddpm" / "course"
CHOSEN = os.environ.get("DDPM_HAND_INS", "some")
LIMIT = 10  # seconds for a cell
QUICK = {
    "1-schedules": ("another-route", "mistakes-1", "exit", "disk"),
    "2-posterior": ("another-route", "mistakes-2", "memory", "edited-test"),
    "3-bound": ("another-route", "mistakes-1", "own-claim", "exit-elsewhere"),
    "4-samplers": ("another-route", "mistakes-3", "forever", "hard-coded"),
    "5-budget": ("another-route", "mistakes-1", "first-recipe", "too-dear"),
}


def setUpModule():
    if not PROTECTED:
        print("\n*** NOT TESTED: that hand-ins cannot read the hidden tests. This system has no "
              "Landlock (Linux 5.13 or newer). ***", file=sys.stderr, flush=True)


def code_cell(text, name=""):
    return {"cell_type": "code", "execution_count": None, "id": name or "own", "metadata": {},
            "outputs": [], "source": text}


class HandIn:
    """A hand-in, the tasks that must lose their points, and what the reasons must say."""

    def __init__(self, solution):
        self.notebook = json.loads(json.dumps(solution))
        self.cells = {cell["id"]: cell for cell in self.notebook["cells"]}
        graded = [c for c in self.notebook["cells"] if sheet.has(c, "grade")]
        self.points = {c["id"]: c["metadata"]["nbgrader"]["points"] for c in graded}
        self.first = next(c["id"] for c in self.notebook["cells"] if sheet.has(c, "solution"))
        self.loses, self.marks = {}, {}

    def replaced(self, recipe):
        """Applies a recipe of the assignment's own file."""
        for name, text in recipe["cells"].items():
            self.cells[name]["source"] = text.strip()
        self.loses = dict.fromkeys(recipe["loses"], recipe.get("says", ""))
        self.marks = recipe.get("marks", {})
        return self

    def made(self, recipe, names):
        """Applies a recipe of every.toml."""
        tested = [c for c in self.points if c in (f"{self.first}-test", "far-test")]
        if "body" in recipe:
            head = source_of(self.cells[self.first]).split("\n")[0]
            self.cells[self.first]["source"] = f"{head}\n{recipe['body']}\n}}"
        if "test" in recipe:
            self.cells[tested[0]]["source"] = recipe["test"]
            self.cells[tested[0]]["metadata"]["nbgrader"]["points"] = recipe["points"]
        cells = self.notebook["cells"]
        if "before" in recipe:
            text = recipe["before"]
            for name, value in names.items():
                text = text.replace("{" + name + "}", str(value))
            cells.insert(0, code_cell(text.strip()))
        if recipe.get("delete"):
            cells[:] = [c for c in cells if c["id"] not in (self.first, tested[0])]
        self.loses = dict.fromkeys(tested if recipe["loses"] else [], recipe.get("says", ""))
        return self

    def mistaken(self, number):
        """The known mistake of this number in every task that has so many."""
        latest = ""
        for cell in list(self.notebook["cells"]):
            if sheet.has(cell, "solution"):
                latest = cell["id"]
            elif sheet.has(cell, "grade"):
                known = sheet.test(source_of(cell)).mistakes
                if number <= len(known):
                    title, text = known[number - 1]
                    self.cells[latest]["source"] = text
                    self.loses[cell["id"]] = re.escape(title)
                    if latest == "eps":  # it fails far away too, by the same function
                        self.loses["far-test"] = ""
        return self


def hand_ins(path, names):
    """All hand-ins of an assignment by name."""
    import tomllib

    solution = notebooks.read(path)
    made = {}
    for name, recipe in tomllib.loads((KEPT / f"{path.stem}.toml").read_text("utf-8")).items():
        made[name] = HandIn(solution).replaced(recipe)
    every = tomllib.loads((KEPT / "every.toml").read_text("utf-8"))
    for name, recipe in every.items():
        made[name] = HandIn(solution).made(recipe, names)
    for number in range(1, 5):
        wrong = HandIn(solution).mistaken(number)
        if wrong.loses:
            made[f"mistakes-{number}"] = wrong
    return made


def course(*words):
    return subprocess.run([sys.executable, places.ENVIRONMENT / "course.py", *words],
                          capture_output=True, encoding="utf-8", timeout=7200, check=False,
                          env={**os.environ, "DDPM_BUDGET": "small"})


@unittest.skipUnless(READY, "course.py --setup-only was not run")
class Grading(unittest.TestCase):
    """One grading of all hand-ins."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp())
        cls.root = cls.folder / "course"
        cls.expected = {}
        own = next(p for p in places.LIB.glob("*.jar") if library.JAR.fullmatch(p.name))
        for path in ASSIGNMENTS:
            names = {"source": path, "root": cls.root, "jar": own, "port": 22}
            for name, hand_in in hand_ins(path, names).items():
                if name == "disk" and not PROTECTED:
                    continue
                if CHOSEN in ("all", path.stem) or CHOSEN == "some" and name in QUICK[path.stem]:
                    cls.expected[name, path.stem] = hand_in
                    target = cls.folder / "in" / name / path.name
                    places.write(target, json.dumps(hand_in.notebook))
        places.write(cls.folder / "in" / "spoiled" / ASSIGNMENTS[0].name, '{"cells": [')
        root = "--root", cls.root
        words = "--limit", str(LIMIT), *(() if PROTECTED else ["--unprotected"])
        cls.graded = course(*root, "grade", cls.folder / "in", *words)
        cls.reported = course(*root, "report")
        with (cls.root / "reasons.csv").open(encoding="utf-8", newline="") as file:
            cls.rows = list(csv.DictReader(file))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def test_every_hand_in_was_graded(self):
        self.assertEqual((self.graded.returncode, self.graded.stderr), (0, ""))
        self.assertEqual({(row["student"], row["assignment"]) for row in self.rows},
                         {*self.expected, ("spoiled", ASSIGNMENTS[0].stem)})

    def test_wrong_loses_its_own_points_with_a_reason_and_right_loses_none(self):
        for row in self.rows:
            name, assignment, task = row["student"], row["assignment"], row["task"]
            if name == "spoiled":
                continue
            with self.subTest(hand_in=name, assignment=assignment, task=task):
                hand_in = self.expected[name, assignment]
                lost = task in hand_in.loses
                self.assertEqual(float(row["of"]), hand_in.points[task])
                most = hand_in.marks.get(task, 0) if lost else float(row["of"])
                self.assertEqual(float(row["points"]), most, row["reason"])
                self.assertEqual(bool(row["reason"]), lost)
                self.assertTrue(re.search(hand_in.loses.get(task, ""), row["reason"]),
                                row["reason"])

    def test_what_is_no_notebook_gets_nothing_and_is_told(self):
        rows = [row for row in self.rows if row["student"] == "spoiled"]
        self.assertEqual({float(row["points"]) for row in rows}, {0})
        self.assertEqual({"is not a notebook" in row["reason"] for row in rows}, {True})

    def test_students_get_no_solution_and_no_hidden_test(self):
        graded = {assignment for _, assignment in self.expected}
        for path in (path for path in ASSIGNMENTS if path.stem in graded):
            text = (self.root / "release" / path.stem / path.name).read_text("utf-8")
            for secret in ("SOLUTION", "HIDDEN", "MISTAKE", "answers."):
                self.assertNotIn(secret, text)
            for cell in notebooks.read(path)["cells"]:
                if sheet.has(cell, "solution"):
                    lines = source_of(cell).split("\n")
                    inner = lines[2] if "BEGIN SOLUTION" in lines[1] else lines[0]
                    self.assertNotIn(json.dumps(inner.strip(), ensure_ascii=False)[1:-1], text)

    def test_feedback_shows_the_reason_and_no_hidden_question(self):
        for name, assignment in self.expected:
            page = self.root / "feedback" / name / assignment / f"{assignment}.html"
            text = page.read_text("utf-8")
            self.assertNotIn("HIDDEN TESTS", text)
            hand_in = self.expected[name, assignment]
            self.assertEqual("0 of " in text, bool(hand_in.loses.keys() - hand_in.marks.keys()))


class Sheets(unittest.TestCase):
    """What every assignment keeps to."""

    def test_a_test_declares_nothing_that_a_function_could_have_forgotten(self):
        for path in ASSIGNMENTS:
            cells = notebooks.read(path)["cells"]
            tests = [sheet.test(source_of(c)) for c in cells if sheet.has(c, "grade")]
            written = [source_of(c) for c in cells if sheet.has(c, "solution")]
            written += [text for test in tests for _, text in test.mistakes]
            own = {name for test in tests for name in declared(test.visible, "")}
            inner = {name for text in written for name in declared(text, " +")}
            self.assertEqual(own & inner, set(), path.name)

    def test_the_name_of_a_claim_says_which_one_failed(self):
        for path in ASSIGNMENTS:
            text = "".join(map(source_of, notebooks.read(path)["cells"]))
            names = re.findall(r'Claim\.\w+\(\s*"([^"]*)"', text)
            self.assertEqual((len(set(names)), bool(names)), (len(names), True), path.name)


def declared(code, indent):
    """The variables that lines with this indent declare."""
    lines = re.findall(rf"^{indent}(?:double|int|var)(?:\[\])? (\w.*);", code, re.MULTILINE)
    return {name for line in lines for name in re.findall(r"(?:^|, )(\w+) =", line)}


class Answers(unittest.TestCase):
    def answer(self, *values, fault="", relative=1e-6, absolute=1e-12):
        return sheet.Answer("f(1)", relative, absolute, values, fault)

    def test_numbers_are_compared_relative_to_their_size(self):
        right = [self.answer(1e-9, 2.0)]
        self.assertEqual(sheet.fault(right, [self.answer(1.0000001e-9, 2.0000001)]), "")
        for wrong in ((1.1e-9, 2), (1e-9,), (1e-9, float("nan")), ()):
            self.assertIn("f(1): got", sheet.fault(right, [self.answer(*wrong)]))
        self.assertIn("f(1): boom", sheet.fault(right, [self.answer(fault="boom")]))
        self.assertNotEqual(sheet.fault(right, []), "")

    def test_without_an_absolute_error_the_digits_of_small_numbers_count(self):
        want, got = self.answer(1e-14, absolute=0), self.answer(1.01e-14)
        self.assertNotEqual(sheet.fault([want], [got]), "")
        self.assertEqual(sheet.fault([self.answer(1e-14)], [got]), "")

    def test_two_numbers_are_shown_with_the_digits_in_which_they_differ(self):
        want, got = self.answer(2.579999712, relative=1e-11), self.answer(2.579999713)
        self.assertIn("got 2.579999713, want 2.579999712", sheet.fault([want], [got]))
        self.assertIn("got NaN, want 0.5",
                      sheet.fault([self.answer(0.5)], [self.answer(float("nan"))]))

    def test_the_hand_in_cannot_say_how_exact_it_has_to_be(self):
        got = [self.answer(7.0, relative=100)]
        self.assertNotEqual(sheet.fault([self.answer(1.0)], got), "")

    def test_what_is_no_list_of_answers_is_none(self):
        for text in (None, "", "20", "{}", "[1]", '[{"question": "f"}]'):
            self.assertEqual(sheet.answers(text), [])


class OpenTasks(unittest.TestCase):
    def test_a_cell_is_taken_apart(self):
        test = sheet.test("a\n/// BEGIN HIDDEN TESTS\nask\n/// MEASURE\nreturn got[0];\n"
                          "/// END HIDDEN TESTS\nb")
        self.assertEqual((test.visible, test.questions, test.measure), ("a\nb", "ask",
                                                                        "return got[0];"))
        self.assertEqual(test.mistakes, ())
        self.assertNotIn("got", test.asked(1))

    def test_the_answer_reaches_java_as_it_is(self):
        test = sheet.Test("", "", measure="return 1;")
        values = 1.0, 1e-300, float("nan"), float("-inf")
        self.assertIn("{1.0, 1e-300, Double.NaN, -1.0 / 0}", test.measured(values))


class Words(unittest.TestCase):
    def refused(self, *words):
        done = course(*words)
        self.assertEqual(done.returncode, 1)
        return done.stderr

    def test_what_cannot_work_is_said_before_the_set_up(self):
        self.assertIn("Say what to do", self.refused())
        self.assertIn("no assignment 7-none", self.refused("release", "7-none"))
        self.assertIn("is not a folder", self.refused("grade", "no-such-folder"))
        self.assertIn("--limit", self.refused("grade", str(KEPT), "--limit", "nan"))


if __name__ == "__main__":
    unittest.main()
