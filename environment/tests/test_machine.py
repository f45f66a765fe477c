"""Cores, stamps, jars and the lock."""

import math
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from labkit import library, machine, places


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def put(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


class Cores(Folder):
    def test_two_threads_of_a_core_are_one_core(self):
        for cpu, core in enumerate((0, 0, 1, 1)):
            self.put(f"cpu{cpu}/topology/physical_package_id", "0\n")
            self.put(f"cpu{cpu}/topology/core_id", f"{core}\n")
        self.assertEqual(machine.physical_cores({0, 1, 2, 3}, self.folder), 2)
        self.assertEqual(machine.physical_cores({0, 1}, self.folder), 1)

    def test_cpus_without_topology_count_each(self):
        self.assertEqual(machine.physical_cores({0, 3}, self.folder), 2)

    def test_a_container_may_have_less(self):
        self.put("cpu.max", "150000 100000\n")
        self.assertEqual(machine.cgroup_cpus(self.folder), 1.5)
        self.put("cpu.max", "max 100000\n")
        self.assertEqual(machine.cgroup_cpus(self.folder), math.inf)

    def test_an_older_container(self):
        self.put("cpu/cpu.cfs_quota_us", "200000\n")
        self.put("cpu/cpu.cfs_period_us", "100000\n")
        self.assertEqual(machine.cgroup_cpus(self.folder), 2)
        self.put("cpu/cpu.cfs_quota_us", "-1\n")
        self.assertEqual(machine.cgroup_cpus(self.folder), math.inf)

    def test_there_is_at_least_one(self):
        self.assertGreaterEqual(machine.usable_cores(), 1)


class Jars(Folder):
    def built(self, version="0.1.0"):
        self.put(f"target/ddpm-notebooks-{version}.jar", version)
        self.put("target/ddpm-notebooks-0.1.0-sources.jar", "not this one")
        self.put("target/lib/api.jar", "a")
        self.put("target/lib/jna-5.jar", "finds CUDA")
        return self.folder / "target"

    def test_the_library_and_its_dependencies_are_copied_and_nothing_else_stays(self):
        lib = self.folder / "lib"
        self.put("lib/old.jar", "old")
        self.put("lib/api.jar.new", "half a cop")
        self.put("lib/jna-5.jar", "where it was")
        library.copy_jars(self.built(), lib)
        names = sorted(path.relative_to(lib).as_posix() for path in places.files_below(lib))
        self.assertEqual(names, ["api.jar", "ddpm-notebooks-0.1.0.jar", "gpu/jna-5.jar"])

    def test_a_replaced_jar_leaves_the_open_one_alone(self):
        lib = self.folder / "lib"
        library.copy_jars(self.built(), lib)
        with (lib / "api.jar").open() as running:
            os.utime(self.put("target/lib/api.jar", "b"), (1, 1))
            if not places.WINDOWS:
                library.copy_jars(self.folder / "target", lib)
                self.assertEqual(running.read(), "a")
        self.assertEqual((lib / "ddpm-notebooks-0.1.0.jar").read_text(), "0.1.0")


class Stamps(Folder):
    def test_a_digest_sees_contents_names_and_facts(self):
        path = self.put("a", "1")
        first = places.digest([path], "x")
        self.assertEqual(first, places.digest([path], "x"))
        self.assertNotEqual(first, places.digest([path], "y"))
        self.put("a", "2")
        self.assertNotEqual(first, places.digest([path], "x"))
        self.assertNotEqual(first, places.digest([self.put("b", "1")], "x"))


class Lock(Folder):
    def test_a_second_process_waits(self):
        code = (
            f"import sys; sys.path.insert(0, {str(places.ENVIRONMENT)!r})\n"
            "from pathlib import Path\nfrom labkit import machine\n"
            f"with machine.lock(Path({str(self.folder / 'lock')!r})): print('in')"
        )
        with machine.lock(self.folder / "lock"):
            other = subprocess.Popen(
                [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
            )
            self.assertIn("waiting", other.stdout.readline())
        self.assertEqual(other.communicate(timeout=20)[0].strip(), "in")


if __name__ == "__main__":
    unittest.main()
