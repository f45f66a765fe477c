"""Every exercise has a solution; test_run.py runs some under the real kernel."""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

import solutions

OPEN = "int f() {\n    return 0; // your formula\n}\nExercise.check(\"f\", 1, () -> f(), 0);"


def code(name, source, text=""):
    outputs = [{"output_type": "stream", "name": "stdout", "text": [text]}] if text else []
    return {"cell_type": "code", "id": name, "source": [source], "outputs": outputs}


class Solutions(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.path = self.folder / "07-x.ipynb"

    def write(self, answers, *cells):
        """Writes a notebook and its solutions; returns the faults."""
        (self.folder / "07.json").write_text(json.dumps(answers), encoding="utf-8")
        self.path.write_text(json.dumps({"cells": cells, "metadata": {}}), encoding="utf-8")
        return solutions.check(self.folder, self.folder)

    def test_the_committed_notebooks(self):
        self.assertEqual(solutions.check(), [])

    def test_the_placeholder_is_replaced_and_nothing_else(self):
        self.assertEqual(self.write({"a": "    return 1;"}, code("a", OPEN)), [])
        [pair] = solutions.solved(self.path, {"cells": [code("a", OPEN)]}, self.folder)
        replaced = OPEN.replace("    return 0; // your formula", "    return 1;")
        self.assertEqual(pair.cell["source"], replaced)
        self.assertEqual(solutions.solve(OPEN, ["a", "b"]).split("\n")[1:3], ["a", "b"])

    def test_an_exercise_without_a_solution_is_found(self):
        faults = self.write({}, code("a", OPEN))
        self.assertEqual(faults, ["07-x.ipynb: exercise a has no solution"])

    def test_a_solution_without_an_exercise_is_found(self):
        faults = self.write({"b": "x"}, code("b", "int other;"))
        self.assertEqual(faults, ["07-x.ipynb: solution b has no exercise"])

    def test_a_readers_own_answer_stays(self):
        self.write({"a": "return 1;"}, code("a", OPEN))
        answered = code("a", OPEN.replace("return 0; // your formula", "return 2;"))
        self.assertEqual(solutions.solved(self.path, {"cells": [answered]}, self.folder), [])

    def test_the_outputs_of_both_cells_are_read(self):
        open_, right = "not yet, f: got 0, want 1\n", "✓ f: got 1\n"
        pairs = {(open_, right): "", (right, right): 'does not print "not yet"',
                 (open_, open_): "prints for its solution: not yet, f",
                 (open_, ""): "prints for its solution: nothing"}
        for (before, after), fault in pairs.items():
            pair = solutions.Solved(code("a", OPEN, before), code("a-solved", OPEN, after))
            self.assertIn(fault, pair.fault())
            self.assertEqual(bool(fault), bool(pair.fault()))


if __name__ == "__main__":
    unittest.main()
