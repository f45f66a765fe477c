"""Each thing that can be missing is said in one clear message with the command that mends it."""

import errno
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from labkit import (
    command,
    gpu,
    java,
    library,
    machine,
    packages,
    places,
    progress,
    system,
    trouble,
)
from labkit.trouble import Remedy, Trouble

POSIX = unittest.skipIf(places.WINDOWS, "the stubs are shell scripts")
ALL_SYSTEMS = ("Debian/Ubuntu", "macOS", "Windows", "conda")


class Missing(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def stub(self, path, output):
        """A program that only prints."""
        path = self.folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\ncat <<'END'\n{output}\nEND\n")
        path.chmod(0o755)
        return path

    def java_stub(self, version):
        home = self.folder / "jdk"
        return self.stub(
            "jdk/bin/java",
            f"    java.home = {home}\n    java.specification.version = {version}",
        )

    def message(self, function, *arguments):
        with self.assertRaises(Trouble) as caught:
            function(*arguments)
        return str(caught.exception)

    def path_only(self):
        """An environment whose PATH has nothing but the stubs and the shell."""
        return {"PATH": f"{self.folder / 'jdk' / 'bin'}{os.pathsep}{self.folder / 'bin'}"}

    def test_no_java_names_the_command_for_every_system(self):
        text = self.message(java.find_jdk, self.path_only(), ())
        self.assertIn("No Java was found", text)
        for name in ALL_SYSTEMS:
            self.assertIn(name, text)

    @POSIX
    def test_java_8_and_11_are_too_old(self):
        for version, number in (("1.8", 8), ("11", 11)):
            self.java_stub(version)
            text = self.message(java.find_jdk, self.path_only(), ())
            self.assertIn(f"Java {number} is too old", text)

    @POSIX
    def test_a_jre_is_told_from_a_jdk(self):
        self.java_stub("17")
        self.assertIn("is a JRE", self.message(java.find_jdk, self.path_only(), ()))

    @POSIX
    def test_a_jdk_without_jshell_will_not_do(self):
        self.java_stub("17")
        self.stub("jdk/bin/javac", "")
        self.stub("jdk/release", 'MODULES="java.base jdk.compiler"')
        self.assertIn("no module jdk.jshell", self.message(java.find_jdk, self.path_only(), ()))

    @POSIX
    def test_a_good_jdk_in_a_usual_place_is_taken_when_the_path_has_an_old_one(self):
        self.java_stub("11")
        shutil.copytree(self.folder / "jdk", self.folder / "new")
        home = self.folder / "new"
        self.stub("new/bin/java", f"    java.home = {home}\n    java.specification.version = 21")
        self.stub("new/bin/javac", "")
        self.stub("new/release", 'MODULES="java.base jdk.jshell"')
        self.assertEqual(java.find_jdk(self.path_only(), [str(home)]), java.Jdk(home, 21))

    def test_no_maven(self):
        jdk = java.Jdk(self.folder, 17)
        text = self.message(java.find_maven, jdk, self.path_only())
        self.assertIn("No Maven was found", text)
        self.assertIn("maven", text.splitlines()[1])

    @POSIX
    def test_an_old_maven(self):
        self.stub("bin/mvn", "Apache Maven 3.6.3 (cecedd34)")
        env = {"PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}  # for cat
        text = self.message(java.find_maven, java.Jdk(self.folder, 17), env)
        self.assertIn("Apache Maven 3.6.3 is too old", text)

    def test_python_without_venv(self):
        with mock.patch("importlib.util.find_spec", lambda name: None):
            self.assertIn("no module venv", self.message(packages.check_venv_module))

    def test_a_given_environment_without_python(self):
        text = self.message(packages.check_given, self.folder)
        self.assertIn("DDPM_PREFIX must name the folder of a Python environment", text)
        self.assertIn(str(self.folder), text)

    def test_an_old_python_is_told_so_and_nothing_else_is_read(self):
        code = (
            "import sys, runpy; sys.version_info = (3, 8, 10);"
            "sys.argv = ['lab.py']; runpy.run_path(sys.orig_argv[-1], run_name='__main__')"
        )
        lab = places.ENVIRONMENT / "lab.py"
        done = subprocess.run(
            [sys.executable, "-c", code, lab], capture_output=True, text=True, check=False
        )
        self.assertEqual(done.returncode, 2)
        self.assertIn("Python 3.10 or newer is needed; this is Python 3.8.10", done.stderr)

    def test_no_disk_space(self):
        text = self.message(machine.check_space, self.folder, 10**9)
        self.assertIn("no space is left", text)

    def test_a_full_disk_during_a_command(self):
        found = progress.failure("pip", 1, "OSError: [Errno 28] No space left on device", "log")
        self.assertIn("no space is left", str(found))

    def test_a_port_in_use_names_a_free_one(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            text = self.message(machine.check_port, port)
        self.assertIn(f"Port {port} is in use", text)
        self.assertIn("lab.py --port", text)

    def test_no_network(self):
        log = "pip._vendor.urllib3: Failed to establish a new connection: [Errno -3]"
        text = str(progress.failure("pip install", 1, log, "log"))
        self.assertIn("could not be reached", text)

    def test_another_failure_shows_the_end_of_the_log(self):
        text = str(progress.failure("mvn", 1, "first\n" + "x\n" * 50 + "last", "LOG"))
        self.assertIn("| last", text)
        self.assertNotIn("first", text)

    def test_jars_from_an_empty_folder(self):
        self.assertIn("No built library", self.message(library.jars_in, self.folder))

    def test_no_gpu_is_one_line_and_no_trouble(self):
        with mock.patch.object(java, "output_of", lambda words: ""), \
                mock.patch.object(progress, "say") as say:
            self.assertFalse(gpu.usable())
        self.assertIn("runs on the CPU", say.call_args.args[0])


class Together(unittest.TestCase):
    def test_all_that_a_bare_machine_lacks_is_one_message_with_one_command(self):
        with mock.patch.object(java, "launchers", lambda env, homes: []), \
                mock.patch("importlib.util.find_spec", lambda name: None), \
                mock.patch("shutil.which", lambda name, path=None: None), \
                mock.patch.object(places, "stamp", lambda name: None), \
                self.assertRaises(Trouble) as caught:
            command.require(command.parse(["--setup-only"]))
        for words in ("No Java was found", "no module venv", "No Maven was found"):
            self.assertIn(words, str(caught.exception))
        remedy = caught.exception.remedy
        self.assertEqual(remedy.apt, ("openjdk-17-jdk-headless", "python3-venv", "maven"))
        self.assertEqual(remedy.macos.count(" && "), 2)
        self.assertTrue(remedy.installs)

    def test_maven_is_not_needed_for_jars_that_are_built(self):
        with mock.patch.object(java, "find_jdk", lambda: java.Jdk(Path("jdk"), 17)), \
                mock.patch.object(packages, "are_ready", lambda: True), \
                mock.patch.object(java, "find_maven", side_effect=Trouble("no Maven")):
            options = command.parse(["--setup-only", "--jars", "somewhere"])
            self.assertEqual(command.require(options).version, 17)


class Accounts(unittest.TestCase):
    def complaint(self, *arguments, root=False, **work):
        """What lab.py says; `work` replaces its set-up."""
        self.addCleanup(mock.patch.stopall)
        mock.patch.object(trouble, "is_root", lambda: root).start()
        mock.patch("shutil.which", lambda name: f"/usr/bin/{name}").start()
        set_up = mock.patch.object(command, "set_up", **work).start()
        complain = mock.patch.object(command, "complain", return_value=1).start()
        self.assertEqual(command.main(arguments), 1)
        return complain.call_args.args[0], set_up

    def test_root_is_refused_before_the_set_up_leaves_files_of_root(self):
        text, set_up = self.complaint(root=True)
        self.assertIn("does not start as root", text)
        set_up.assert_not_called()

    @POSIX
    def test_files_of_another_account_are_taken_over(self):
        error = PermissionError(errno.EACCES, "Permission denied", "/clone/.lab/lock")
        with mock.patch.object(places, "LAB", places.ENVIRONMENT):  # a folder that is there
            text, _ = self.complaint("--setup-only", side_effect=error)
        self.assertIn("/clone/.lab/lock", text)
        self.assertIn("→ sudo chown -R", text)

    def test_a_clone_that_cannot_be_written_is_no_place(self):
        error = OSError(errno.EROFS, "Read-only file system", "/clone/.lab")
        with mock.patch.object(places, "LAB", Path("/no/.lab")), \
                mock.patch.object(places, "TARGET", Path("/no/target")):
            text, _ = self.complaint("--setup-only", side_effect=error)
        self.assertIn("a folder of your own", text)


class Mending(unittest.TestCase):
    def test_yes_runs_a_command_that_installs_once(self):
        remedy = Remedy(installs=True, macos="true")
        with mock.patch.object(trouble, "this_system", lambda: "macos"), \
                mock.patch("subprocess.run") as run, mock.patch.object(progress, "say"):
            run.return_value.returncode = 0
            tried = set()
            self.assertTrue(system.mend(remedy, tried))
            self.assertFalse(system.mend(remedy, tried))
            self.assertEqual(run.call_count, 1)

    def test_apt_without_the_network_is_told_so(self):
        def apt_get(words, what):
            if "update" in words:
                return "W: Failed to fetch http://…  Temporary failure resolving 'deb.debian.org'"
            raise Trouble("E: Unable to locate package maven")

        with mock.patch.object(progress, "run_logged", apt_get), \
                mock.patch.object(trouble, "is_root", lambda: True), \
                mock.patch("builtins.print"), self.assertRaises(Trouble) as caught:
            system.install(("maven",))
        self.assertIn("could not be reached", str(caught.exception))

    def test_a_password_that_nobody_can_type_leaves_the_command(self):
        remedy = Remedy(installs=True, apt=("maven",))
        refused = Trouble("apt-get update failed: sudo: a password is required")
        with mock.patch.object(trouble, "this_system", lambda: "debian"), \
                mock.patch.object(trouble, "is_root", lambda: False), \
                mock.patch("shutil.which", lambda name: f"/usr/bin/{name}"), \
                mock.patch.object(progress, "run_logged", side_effect=refused), \
                mock.patch("builtins.print"):
            with self.assertRaises(Trouble) as caught:
                system.mend(remedy, set())
            text = str(caught.exception)
        self.assertIn("a password is required", text)
        self.assertIn("sudo apt-get install -y maven", text)

    def test_without_sudo_the_command_is_by_su_and_yes_does_not_run_it(self):
        remedy = Remedy(installs=True, apt=("maven",))
        with mock.patch.object(trouble, "this_system", lambda: "debian"), \
                mock.patch.object(trouble, "is_root", lambda: False), \
                mock.patch("shutil.which", lambda name: None), \
                mock.patch.object(progress, "say"):
            wanted = "su -c 'apt-get update && apt-get install -y maven'"
            self.assertEqual(remedy.command("debian"), wanted)
            self.assertFalse(system.mend(remedy, set()))

    def test_yes_never_runs_what_does_not_install(self):
        self.assertFalse(system.mend(Remedy.everywhere("rm -r /"), set()))

    def test_the_apt_list_names_all_packages_of_the_remedies(self):
        lines = (places.ENVIRONMENT / "apt.txt").read_text().splitlines()
        for remedy in (trouble.JDK, trouble.MAVEN, trouble.VENV, trouble.FONTS, trouble.BROWSER):
            self.assertLessEqual(set(remedy.apt), set(lines))


if __name__ == "__main__":
    unittest.main()
