"""The files of binder/ are what Binder expects, and name nothing that environment/ does not."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from labkit import places

BINDER = places.ROOT / "binder"
REPO2DOCKER = importlib.util.find_spec("repo2docker")


def words(path):
    """The lines of a list, without comments."""
    lines = (line.partition("#")[0].strip() for line in path.read_text().splitlines())
    return [line for line in lines if line]


class Files(unittest.TestCase):
    def test_versions_stand_in_the_one_list(self):
        lines = words(BINDER / "requirements.txt")
        self.assertIn("-r ../environment/requirements.txt", lines)
        self.assertFalse([line for line in lines if "=" in line])
        self.assertTrue((BINDER / "../environment/requirements.txt").exists())

    def test_system_packages_are_some_of_the_list(self):
        wanted = set(words(places.ENVIRONMENT / "apt.txt"))
        names = words(BINDER / "apt.txt")
        self.assertLessEqual(set(names), wanted)
        self.assertIn("openjdk-17-jdk-headless", names)

    def test_the_python_is_one_that_the_list_is_for(self):
        version = (BINDER / "runtime.txt").read_text().strip()
        self.assertRegex(version, r"^python-3\.1[0-3]$")

    @unittest.skipIf(places.WINDOWS, "Windows has no such bit")
    def test_the_scripts_can_be_started(self):
        for name in ("postBuild", "start"):
            self.assertTrue(os.access(BINDER / name, os.X_OK), name)

    @unittest.skipIf(places.WINDOWS, "a shell script")
    def test_the_server_starts_also_where_the_kernel_cannot_be_registered_again(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(BINDER, Path(folder, "binder"))
            done = subprocess.run([Path(folder, "binder", "start"), "sh", "-c",
                                   "echo server $DDPM_BUDGET"], capture_output=True, text=True,
                                  env={"PATH": os.environ["PATH"], "NB_PYTHON_PREFIX": folder},
                                  check=False)
        self.assertEqual((done.returncode, done.stdout), (0, "server small\n"))


@unittest.skipUnless(REPO2DOCKER, "Python has no package jupyter-repo2docker")
class Repo2docker(unittest.TestCase):
    def test_it_accepts_the_folder(self):
        done = subprocess.run(
            [sys.executable, "-m", "repo2docker", "--no-build", "--debug", places.ROOT],
            capture_output=True, text=True, check=False)
        steps = done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, steps[-2000:])
        order = [r"apt-get install .*openjdk-17", r'pip install .*-r "binder/requirements\.txt"',
                 r"RUN \./binder/postBuild", r'R2D_ENTRYPOINT=".*binder/start"']
        found = [re.search(step, steps) for step in order]
        self.assertTrue(all(found), dict(zip(order, found)))
        self.assertEqual(found, sorted(found, key=lambda match: match.start()))


if __name__ == "__main__":
    unittest.main()
