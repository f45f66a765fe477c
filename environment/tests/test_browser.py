"""Where there is no browser its tests are skipped with one line, and fail where they must run."""

import contextlib
import io
import os
import unittest
from unittest import mock

from browser import command


def run(**env):
    """Exit code, stdout and stderr of browser_tests.py on a machine without a browser."""
    out, err = io.StringIO(), io.StringIO()
    there = {name: value for name, value in os.environ.items() if name not in ("CI", "DDPM_BROWSER")}
    with mock.patch.dict(os.environ, {**there, "PATH": "", **env}, clear=True), \
            mock.patch.object(command, "USUAL", ()), \
            contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        return command.main([]), out.getvalue(), err.getvalue()


class WithoutBrowser(unittest.TestCase):
    def test_they_are_skipped_with_one_line(self):
        code, out, err = run()
        self.assertEqual((code, err), (0, ""))
        self.assertTrue(out.startswith("browser tests skipped: there is no Chromium"), out)
        self.assertEqual(out.count("\n"), 1)

    def test_with_ci_that_is_a_failure(self):
        code, out, err = run(CI="true")
        self.assertEqual((code, out), (1, ""))
        self.assertIn("browser tests need Chromium", err)

    def test_a_browser_that_is_named_must_be_there(self):
        code, _, err = run(DDPM_BROWSER="/no/such")
        self.assertEqual(code, 1)
        self.assertIn("DDPM_BROWSER must name a program, got /no/such", err)


if __name__ == "__main__":
    unittest.main()
