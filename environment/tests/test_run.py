"""Notebooks under the real kernel. Needs a finished set-up (lab.py --setup-only)."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from labkit import kernel, notebooks, packages, places

READY = places.VENV_PYTHON.exists() and (places.KERNEL / "kernel.json").exists()

GOOD = (
    'System.out.println("✓ ᾱ_0 = 1");\nSystem.out.println("no claim ✓ here");\n'
    'System.out.println("✓ budget " + System.getenv("DDPM_BUDGET"));',
    "import java.awt.image.BufferedImage;\n"
    "new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB)",
)
BAD = (
    "int x = 1;",
    'System.err.println("red");\nthrow new IllegalStateException("got " + x);',
    "int never = 1;",
)
EXERCISE = (
    'int f() {\n    return 0; // your number\n}\n'
    'System.out.println(f() == 1 ? "✓ f" : "not yet, f"); // Exercise.check(',
)
BALLAST_MB = 300


def notebook(cells):
    """The text of a notebook whose first cell is a heading."""
    code = [{"id": f"c{n}", "cell_type": "code", "metadata": {}, "execution_count": None,
             "outputs": [], "source": text} for n, text in enumerate(cells)]
    head = {"id": "head", "cell_type": "markdown", "metadata": {}, "source": "# Title"}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [head, *code]})


@unittest.skipUnless(READY, "the set-up is not finished")
class Run(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def run_them(self, *options, **cells):
        """Runs notebooks given by name and cells; returns the process and the summary's rows."""
        paths = []
        for name, sources in cells.items():
            path = self.folder / f"{name}.ipynb"
            path.write_text(notebook(sources), encoding="utf-8")
            paths.append(path)
        runner = places.ENVIRONMENT / "run_notebooks.py"
        done = subprocess.run(
            [places.VENV_PYTHON, runner, "--budget", "small", "--out", self.folder / "out",
             *options, *paths],
            env=packages.environment(), capture_output=True, encoding="utf-8", timeout=120,
            check=False,
        )
        summary = json.loads((self.folder / "out" / "summary.json").read_text(encoding="utf-8"))
        return done, summary["notebooks"]

    def test_a_failure_names_notebook_cell_and_error_and_the_others_still_run(self):
        done, rows = self.run_them(bad=BAD, good=GOOD)
        self.assertEqual(done.returncode, 1)
        self.assertIn("bad.ipynb, code cell 2: ", done.stderr)
        self.assertIn("got 1", done.stderr)
        self.assertIn("bad [2/3] System.err", done.stdout)
        self.assertEqual([rows[0]["stderr_lines"], rows[0]["stderr_first"]], [1, "red"])
        good = rows[1]
        self.assertIsNone(good["failure"])
        counts = [good["claims"], good["pictures"], good["stderr_lines"]]
        self.assertEqual(counts, [2, 1, 0])
        page = (self.folder / "out" / "good.html").read_text(encoding="utf-8")
        self.assertIn("✓ budget small", page)
        self.assertIn("data:image/png;base64", page)

    def test_saved_outputs_belong_to_their_sources(self):
        done, _ = self.run_them("--save", good=GOOD)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        saved = notebooks.read(self.folder / "good.ipynb")
        self.assertEqual(notebooks.fault(saved), "")
        counts = [cell["execution_count"] for cell in notebooks.code_cells(saved)]
        self.assertEqual(counts, [1, 2])
        saved["cells"][1]["source"] = ["int other;"]
        self.assertIn("changed after", notebooks.fault(saved))

    def test_what_writes_to_stderr_is_not_saved(self):
        done, _ = self.run_them("--save", red=('System.err.println("red");',))
        self.assertEqual(done.returncode, 1)
        self.assertIn("red.ipynb is not saved: it wrote to stderr", done.stderr)
        self.assertNotIn(notebooks.MARK, notebooks.read(self.folder / "red.ipynb")["metadata"])


    def test_exercises_are_solved_after_the_notebook_and_leave_no_trace(self):
        answers = self.folder / "answers"
        answers.mkdir()
        for name, answer in {"one": "return 1;", "two": "return 2;", "bug": "return x;"}.items():
            (answers / f"{name}.json").write_text(json.dumps({"c0": answer}), encoding="utf-8")
        done, rows = self.run_them("--solutions", answers, one=EXERCISE, two=EXERCISE, bug=EXERCISE)
        self.assertIsNone(rows[0]["failure"])
        self.assertEqual(rows[0]["claims"], 0)
        executed = notebooks.read(self.folder / "out" / "one.ipynb")
        self.assertEqual(len(executed["cells"]), 2)
        wrong = "two.ipynb, code cell 1: exercise c0 prints for its solution: not yet, f"
        self.assertIn(wrong, done.stderr)
        self.assertEqual(rows[2]["failure"]["cell"], 1)


@unittest.skipUnless(READY, "the set-up is not finished")
class Program(unittest.TestCase):
    def test_it_runs_with_the_engine_of_the_kernel_and_gives_its_exit_code(self):
        command, env = kernel.program(["ddpm.pretrained.TrainDigits"])
        done = subprocess.run(command, env=env, capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("need the file to write, got 0 words", done.stderr)
        self.assertEqual(env["DJL_CACHE_DIR"], str(places.ENGINE))


class Memory(unittest.TestCase):
    def test_the_peak_holds_the_memory_of_children_and_is_kept_after_their_end(self):
        child = f"import time; b = bytearray(b'x') * {BALLAST_MB * 1_000_000}; time.sleep(2)"
        code = (
            "import subprocess, sys\nfrom measure import PeakMemory\n"
            "with PeakMemory() as none: pass\n"
            f"with PeakMemory() as peak: subprocess.run([sys.executable, '-c', {child!r}])\n"
            "print(peak.peak_mb - none.peak_mb)"
        )
        done = subprocess.run(
            [places.VENV_PYTHON, "-c", code], cwd=places.ENVIRONMENT, capture_output=True,
            text=True, timeout=60, check=True,
        )
        self.assertAlmostEqual(int(done.stdout), BALLAST_MB, delta=40)


if __name__ == "__main__":
    unittest.main()
