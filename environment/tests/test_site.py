"""The web site of the notebooks. Installing Sphinx takes a minute, which the build of every change
does not pay: the test runs where `lab.py --site` was used before.
"""

import re
import unittest

from labkit import notebooks, packages, site


@unittest.skipUnless(packages.python_in(site.VENV).exists(), "lab.py --site was never used here")
class Site(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        assert site.make() == 0

    def test_each_notebook_has_a_page_with_its_pictures_and_no_script_from_elsewhere(self):
        for path in notebooks.choose([]):
            with self.subTest(path.name):
                page = (site.SITE / f"{path.stem}.html").read_text(encoding="utf-8")
                outputs = [output.get("data", {}) for cell in
                           notebooks.code_cells(notebooks.read(path)) for output in cell["outputs"]]
                saved = sum("image/png" in data for data in outputs)
                self.assertGreaterEqual(page.count("<img "), saved)
                self.assertNotRegex(page, r'<script[^>]* src="(https?:)?//')

    def test_formulas_are_set_by_the_copy_of_mathjax_that_comes_along(self):
        page = (site.SITE / "03-the-way-back.html").read_text(encoding="utf-8")
        self.assertGreater(page.count('class="math notranslate'), 100)
        script = re.search(r'src="(_static/mathjax/[^"?]+)', page)
        self.assertTrue((site.SITE / script[1]).exists())

    def test_the_search_knows_the_notebooks(self):
        index = (site.SITE / "searchindex.js").read_text(encoding="utf-8")
        for path in notebooks.choose([]):
            self.assertIn(f'"{path.stem}"', index)


if __name__ == "__main__":
    unittest.main()
