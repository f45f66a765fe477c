"""What the README says of addresses, badges and programs is so."""

import re
import unittest

import badges
from labkit import places

README = badges.README.read_text(encoding="utf-8")
EXAMPLE = places.ROOT / "src/it/draw-digits/src/main/java/DrawDigits.java"


class Badges(unittest.TestCase):
    def test_the_address_is_that_of_the_pom(self):
        self.assertEqual(badges.written(README), README, "run python3 environment/badges.py")
        self.assertIn(f"git clone {badges.address()[0]} ddpm", README)

    def test_each_notebook_has_one(self):
        found = re.findall(r"\((https://mybinder\.org/v2/gh/[^)]+)\)", README)
        self.assertEqual(found, badges.links())

    def test_another_address_is_written(self):
        other = README.replace(badges.address()[1], "somebody/else")
        self.assertNotEqual(other, README)
        self.assertEqual(badges.written(other), README)


class Program(unittest.TestCase):
    def test_the_readme_shows_the_example_that_the_build_runs(self):
        self.assertIn(f"```java\n{EXAMPLE.read_text(encoding='utf-8')}```", README)


if __name__ == "__main__":
    unittest.main()
