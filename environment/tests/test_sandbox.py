"""What a program in the sandbox can reach. Linux with Landlock."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from grading import sandbox

PYTHON = os.path.realpath(sys.executable)
HOME = [word for path in (sys.prefix, sys.base_prefix) for word in ("--run", path)]


@unittest.skipUnless(sandbox.version(), "this system has no Landlock")
class Sandbox(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.inside, self.outside = Path(place.name, "in"), Path(place.name, "out")
        for folder in (self.inside, self.outside):
            folder.mkdir()
            (folder / "file").write_text("secret", encoding="utf-8")

    def ends(self, code, *words):
        """The exit code and the errors of Python code in the sandbox."""
        system = [word for path in sandbox.SYSTEM for word in ("--read", path)]
        loaders = [word for path in sandbox.LOADERS for word in ("--run", path)]
        done = subprocess.run(
            [sys.executable, sandbox.__file__, *system, *loaders, *HOME, *words, "--", PYTHON,
             "-c", code], cwd=self.inside, capture_output=True, encoding="utf-8", timeout=60,
            check=False)
        return done.returncode, done.stderr

    def refused(self, code, *words):
        code, said = self.ends(code, *words)
        self.assertEqual(code, 1)
        self.assertIn("PermissionError", said)

    def test_it_reads_only_what_it_is_given(self):
        read = f"open({str(self.outside / 'file')!r}).read()"
        self.refused(read)
        self.assertEqual(self.ends(read, "--read", str(self.outside)), (0, ""))
        self.refused(f"import os; os.listdir({str(self.outside)!r})")

    def test_it_writes_only_where_it_may(self):
        inside = "open('new', 'w').write('x')"
        self.refused(inside)
        self.assertEqual(self.ends(inside, "--write", "."), (0, ""))
        outside = f"open({str(self.outside / 'file')!r}, 'w')"
        self.refused(outside, "--write", ".")
        self.refused(outside, "--read", str(self.outside))
        self.refused(f"import os; os.remove({str(self.outside / 'file')!r})", "--write", ".")
        self.assertEqual((self.outside / "file").read_text("utf-8"), "secret")

    def test_it_starts_only_what_it_may(self):
        program = shutil.copy("/usr/bin/id", self.outside)
        start = f"import subprocess; subprocess.run([{program!r}], check=True)"
        self.refused(start, "--read", str(self.outside))
        self.assertEqual(self.ends(start, "--run", str(self.outside)), (0, ""))

    @unittest.skipUnless(sandbox.version() >= 4, "Linux 6.7 or newer")
    def test_it_connects_to_nobody(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            self.refused(f"import socket; socket.create_connection(('127.0.0.1', {port}))")

    @unittest.skipUnless(sandbox.version() >= 6, "Linux 6.12 or newer")
    def test_it_signals_nobody_outside(self):
        self.refused(f"import os; os.kill({os.getpid()}, 0)")


@unittest.skipUnless(sandbox.LIBC, "needs Linux")
class Parents(unittest.TestCase):
    def test_a_program_dies_with_a_killed_parent(self):
        code = ("import subprocess, sys, time; from grading import sandbox; "
                "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], "
                "preexec_fn=sandbox.die_with_parent); print(child.pid, flush=True); "
                "time.sleep(60)")
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE,
                              cwd=Path(__file__).parents[1], encoding="utf-8") as parent:
            child = int(parent.stdout.readline())
            parent.send_signal(signal.SIGKILL)
        end = time.monotonic() + 20
        while is_running(child) and time.monotonic() < end:
            time.sleep(0.1)
        self.assertFalse(is_running(child))


def is_running(pid):
    """Whether there is a process that is more than a zombie."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return False


if __name__ == "__main__":
    unittest.main()
