"""The committed notebooks' outputs are those of their sources."""

import copy
import unittest

from labkit import notebooks


def notebook():
    return {
        "metadata": {},
        "cells": [
            {"cell_type": "markdown", "source": ["# Title"]},
            {"cell_type": "code", "source": ["int x = 1;\n", "x"], "outputs": [
                {"output_type": "stream", "name": "stdout", "text": ["✓ one\n", "two"]}]},
        ],
    }


def saved():
    made = notebook()
    made["metadata"][notebooks.MARK] = notebooks.mark(made, "full")
    return made


class Saved(unittest.TestCase):
    def test_the_committed_notebooks(self):
        self.assertEqual(notebooks.check_saved(), [])

    def test_a_saved_notebook_is_good(self):
        self.assertEqual(notebooks.fault(saved()), "")

    def test_lines_may_be_split_otherwise(self):
        other = saved()
        other["cells"][1]["source"] = "int x = 1;\nx"
        other["cells"][1]["outputs"][0]["text"] = "✓ one\ntwo"
        self.assertEqual(notebooks.fault(other), "")

    def test_text_cells_may_change(self):
        other = saved()
        other["cells"][0]["source"] = ["# Better title"]
        self.assertEqual(notebooks.fault(other), "")

    def test_a_changed_code_cell_is_found(self):
        other = saved()
        other["cells"][1]["source"][0] = "int x = 2;\n"
        self.assertIn("changed after", notebooks.fault(other))

    def test_a_removed_code_cell_is_found(self):
        other = saved()
        other["cells"].append(copy.deepcopy(other["cells"][1]))
        self.assertIn("changed after", notebooks.fault(other))

    def test_other_outputs_are_found(self):
        other = saved()
        other["cells"][1]["outputs"] = []
        self.assertIn("other outputs", notebooks.fault(other))

    def test_outputs_from_elsewhere_are_found_and_none_are_fine(self):
        other = notebook()
        self.assertIn("did not write", notebooks.fault(other))
        other["cells"][1]["outputs"] = []
        self.assertEqual(notebooks.fault(other), "")


if __name__ == "__main__":
    unittest.main()
