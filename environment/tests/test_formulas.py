"""The formulas of the notebooks render where a Git host shows them."""

import re
import unittest

from labkit import notebooks

# GitHub leaves these out of MathJax: what defines, what links, and what could hide text.
REFUSED = {
    "operatorname", "DeclareMathOperator", "newcommand", "renewcommand", "newenvironment", "def",
    "let", "require", "href", "class", "cssId", "style", "data", "bbox", "mbox", "phantom",
    "hphantom", "vphantom", "colorbox", "fcolorbox", "definecolor",
}
MOST_COLOURS = 49  # in one formula
FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<!\$)\$([^$\n]+)\$(?!\$)", re.DOTALL)
MACRO = re.compile(r"\\([A-Za-z]+)")


def formulas(text):
    """What stands between dollar signs."""
    return [match[1] or match[2] for match in FORMULA.finditer(text)]


def faults(text):
    """What a Git host would not show."""
    found = []
    for formula in formulas(text):
        macros = MACRO.findall(formula)
        found += [f"\\{name} in {formula}" for name in sorted(REFUSED.intersection(macros))]
        if macros.count("color") > MOST_COLOURS:
            found.append(f"too many colours in {formula}")
    return found


class Formulas(unittest.TestCase):
    def test_the_notebooks(self):
        count = 0
        for path in notebooks.choose([]):
            for cell in notebooks.read(path)["cells"]:
                if cell["cell_type"] == "markdown":
                    text = "".join(cell["source"])
                    count += len(formulas(text))
                    self.assertEqual(faults(text), [], path.name)
        self.assertGreater(count, 300)

    def test_formulas_are_found(self):
        self.assertEqual(formulas("$a$ and\n$$\nb\n$$ cost $1"), ["a", "\nb\n"])

    def test_a_refused_macro_is_found(self):
        self.assertEqual(faults(r"$\operatorname{tr} C$"), [r"\operatorname in \operatorname{tr} C"])

    def test_too_many_colours_are_found(self):
        red = r"{\color{red} a}"
        self.assertEqual(faults(f"${red * 49}$"), [])
        self.assertEqual(len(faults(f"${red * 50}$")), 1)


if __name__ == "__main__":
    unittest.main()
