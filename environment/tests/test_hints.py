"""Every exercise and every task of an assignment has a hint, and no hint is left over."""

import json
import re
import unittest

import solutions
from grading import sheet
from labkit import notebooks, places

HINTS = places.ROOT / "src" / "main" / "resources" / "ddpm" / "notebook" / "hints.json"


def exercises():
    """The checks of each exercise cell, as its saved output names them: (name, want)."""
    for path in notebooks.choose([], places.NOTEBOOKS):
        for cell in solutions.exercises(notebooks.read(path)):
            text = solutions.printed(cell)
            yield f"{path.stem}/{cell['id']}", re.findall(r"not yet, (.*): got .*, want (.*)", text)


def tasks():
    """The claims of each graded cell."""
    for path in notebooks.choose([], places.NOTEBOOKS / "assignments"):
        for cell in notebooks.code_cells(notebooks.read(path)):
            if sheet.has(cell, "grade"):
                visible = sheet.test(solutions.source_of(cell)).visible
                names = re.findall(r'Claim\.\w+\(\s*"([^"]+)"', visible)
                yield f"{path.stem}/{sheet.name(cell)}", names


class Hints(unittest.TestCase):
    def test_they_are_those_of_the_notebooks(self):
        found, checks = dict(exercises()), [check for _, all in exercises() for check in all]
        names = [name for name, _ in checks]
        wanted = {place: [name if names.count(name) == 1 else f"{name}, want {want}"
                          for name, want in all] for place, all in found.items()}
        wanted.update(tasks())
        hints = json.loads(HINTS.read_text("utf-8"))
        self.maxDiff = None
        self.assertEqual({place: entry["checks"] for place, entry in hints.items()}, wanted)
        self.assertNotIn([], wanted.values())
        every = [check for entry in hints.values() for check in entry["checks"]]
        self.assertEqual(len(every), len(set(every)), "two cells share the name of a check")

    def test_each_is_a_sentence(self):
        for place, entry in json.loads(HINTS.read_text("utf-8")).items():
            with self.subTest(place):
                self.assertRegex(entry["hint"], r"^[^\s].{20,}[.?…]$")


if __name__ == "__main__":
    unittest.main()
