"""The kernel as the set-up installs it. Needs a finished set-up (lab.py --setup-only)."""

import subprocess
import unittest

from labkit import java, kernel, packages, places

READY = places.VENV_PYTHON.exists() and (places.KERNEL / "kernel.json").exists()


@unittest.skipUnless(READY, "the set-up is not finished")
class Kernel(unittest.TestCase):
    def passes(self, module):
        """Runs tests that need packages of the environment, by its Python."""
        done = subprocess.run(
            [places.VENV_PYTHON, "-m", "unittest", module], cwd=places.ENVIRONMENT,
            env=packages.environment(), capture_output=True, encoding="utf-8", timeout=300,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_it_does_what_a_notebook_needs(self):
        self.passes("tests.in_kernel")

    def test_classes_come_from_the_archives(self):
        words, env = kernel.program(["ddpm.pretrained.DrawDigits"])  # says what it needs, and ends
        at = words.index(kernel.PROGRAMS_ARCHIVE)
        for archive in kernel.ARCHIVE, kernel.PROGRAMS_ARCHIVE:
            with self.subTest(archive=archive):
                words[at] = archive
                done = subprocess.run([words[0], "-Xlog:class+load", *words[1:]], env=env,
                                      timeout=100, capture_output=True, encoding="utf-8",
                                      check=False)
                self.assertRegex(done.stdout, r"\bddpm\.Check source: shared objects file \(top\)")

    def test_the_launcher_compiles_without_warnings(self):
        command = [java.find_jdk().javac, "-Xlint:all", "-Werror", "--release", "17", "-cp",
                   places.KERNEL / "jjava.jar", "-d", places.TARGET / "launcher",
                   *(places.ENVIRONMENT / "kernel").glob("*.java")]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        self.assertEqual(done.stderr + done.stdout, "")


if __name__ == "__main__":
    unittest.main()
