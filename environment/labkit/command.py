"""The command line of lab.py and the order of its steps."""

from __future__ import annotations

import argparse
import errno
import getpass
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from . import (
    gpu,
    java,
    kernel,
    library,
    machine,
    notebooks,
    packages,
    places,
    progress,
    site,
    system,
    trouble,
)
from .trouble import Remedy, Trouble

ROOT_DIR = "--ServerApp.root_dir"
HELP = """\
Sets up everything below .lab/ and opens JupyterLab on notebooks/. The first time takes a
minute or two and needs the network; after that it takes seconds and needs none.
Arguments after -- go to JupyterLab. Windows and macOS: written for, not tested."""


def parser() -> argparse.ArgumentParser:
    """The options."""
    p = argparse.ArgumentParser(prog="lab.py", description=HELP)
    what = p.add_mutually_exclusive_group()
    what.add_argument("--run", nargs="*", metavar="NOTEBOOK",
                      help="execute notebooks without a browser, into target/notebooks/")
    what.add_argument("--save", nargs="*", metavar="NOTEBOOK",
                      help="execute on the full budget and keep the outputs in notebooks/")
    what.add_argument("--check-saved", action="store_true",
                      help="only compare saved outputs with their sources")
    what.add_argument("--site", action="store_true",
                      help="make a web site of the notebooks as they are saved, in target/site/")
    what.add_argument("--setup-only", action="store_true", help="set up and open nothing")
    what.add_argument("--java", nargs=argparse.REMAINDER, metavar="CLASS",
                      help="start a program of the library as the kernel would: all words after "
                           "it are the class and its arguments")
    p.add_argument("--budget", choices=("small", "full", "gpu"),
                   help="how long the long cells work (small with --run, else full)")
    p.add_argument("--gpu", action="store_true",
                   help="use an NVIDIA GPU if there is one (not tested on one yet)")
    p.add_argument("--yes", action="store_true", help="install missing system packages")
    p.add_argument("--jars", type=Path, metavar="DIR",
                   help="take the built library from DIR, and do not start Maven")
    p.add_argument("--port", type=int, help="the port for JupyterLab")
    return p


def main(argv: Sequence[str]) -> int:
    """Runs the command."""
    return guarded(lambda: work(parse(argv)))


def guarded(job: Callable[[], int]) -> int:
    """Runs a command's work; each trouble is one message and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # signs like ✓ also where the console has others
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        return job()
    except Trouble as found:
        return complain(str(found))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            return complain(str(progress.no_space("The set-up")))
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return complain(str(not_ours(error)))
        raise
    except KeyboardInterrupt:
        complain("Stopped. Run the same command again to go on.")
        return 130


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The options, with everything after -- kept for JupyterLab."""
    own = list(argv)
    extra = []
    if "--" in own:
        cut = own.index("--")
        own, extra = own[:cut], own[cut + 1:]
    options = parser().parse_args(own)
    options.jupyter = extra
    return options


def complain(text: str) -> int:
    """Prints one message on stderr."""
    print(f"lab: {text}", file=sys.stderr, flush=True)
    return 1


def require(options: argparse.Namespace) -> java.Jdk:
    """The JDK. All that this machine lacks for the steps to do is one trouble, one command."""
    found = []

    def seek(check, *arguments):
        try:
            return check(*arguments)
        except Trouble as lack:
            return found.append(lack)

    jdk = seek(java.find_jdk)
    if not packages.are_ready():
        seek(packages.check_venv_module)
    if not library.is_ready(options.jars):
        seek(java.find_maven, jdk)
    if found:
        raise trouble.together(found)
    return jdk


def not_ours(error: OSError) -> Trouble:
    """A file that this account may not write, mostly because root ran the set-up before."""
    folders = " ".join(shlex.quote(str(path)) for path in (places.LAB, places.TARGET)
                       if path.exists())
    if places.WINDOWS or not folders:
        return Trouble(f"This account may not write {error.filename}. Clone the repository into "
                       "a folder of your own.")
    own = trouble.as_root(f"chown -R {getpass.getuser()} {folders}")
    return Trouble(f"This account may not write {error.filename}; perhaps the set-up was run by "
                   "another account. Take it over:", Remedy.everywhere(own))


def work(options: argparse.Namespace) -> int:
    """What the options ask for."""
    if options.check_saved:
        faults = notebooks.check_saved()
        for fault in faults:
            complain(fault)
        return 1 if faults else 0
    if options.site:
        return site.make()
    if options.port:
        machine.check_port(options.port)
    names = options.save if options.save is not None else options.run
    if names is None and not options.setup_only and options.java is None:
        check_account(options)
    if options.java == []:
        raise Trouble("--java needs the name of a class, such as ddpm.pretrained.TrainDigits.")
    chosen = notebooks.choose(names) if names else []  # a wrong name is said before the set-up
    set_up(options)
    if options.setup_only:
        return 0
    if options.java:
        return call(*kernel.program(options.java))
    if names is None:
        return open_lab(options)
    return run(chosen or notebooks.choose([]), options)


def set_up(options: argparse.Namespace) -> None:
    """Does the steps that are needed; with --yes it installs what is missing and goes on."""
    tried: set[str] = set()
    while True:
        try:
            with machine.lock(places.LAB / "lock"):
                return steps(options)
        except Trouble as found:
            if not options.yes or not system.mend(found.remedy, tried):
                raise


def steps(options: argparse.Namespace) -> None:
    """The set-up in its order. A step that has nothing to do says nothing."""
    jdk = require(options)
    packages.ensure()
    library.ensure(jdk, options.jars)
    if options.gpu and gpu.usable():
        gpu.ensure()
        try:
            kernel.ensure(jdk, with_gpu=True)
            return
        except Trouble:
            progress.say(f"The engine does not start on the GPU ({places.LOG}): CPU instead.")
    kernel.ensure(jdk, with_gpu=False)


def check_account(options: argparse.Namespace) -> None:
    """JupyterLab refuses root: said before the set-up leaves files that a user cannot write."""
    if trouble.is_root() and "--allow-root" not in options.jupyter:
        raise Trouble("JupyterLab does not start as root. Use a normal account, or allow it:",
                      Remedy.everywhere(f"{places.AGAIN} -- --allow-root"))


def open_lab(options: argparse.Namespace) -> int:
    """Opens JupyterLab and stays until it ends."""
    env = packages.environment()
    if options.budget:
        env["DDPM_BUDGET"] = options.budget
    places.NOTEBOOKS.mkdir(exist_ok=True)
    command = [places.VENV_PYTHON, "-m", "jupyterlab"]
    if not any(word.startswith(ROOT_DIR) for word in options.jupyter):
        command.append(f"{ROOT_DIR}={places.NOTEBOOKS}")
    if options.port:
        command.append(f"--port={options.port}")
    return call([*command, *options.jupyter], env)


def run(chosen: Sequence[Path], options: argparse.Namespace) -> int:
    """Executes notebooks under the registered kernel."""
    if not chosen:
        raise Trouble(f"There are no notebooks in {places.NOTEBOOKS}.")
    save = options.save is not None
    budget = options.budget or ("full" if save else "small")
    if save and budget != "full":
        raise Trouble("--save uses the full budget.")
    command = [places.VENV_PYTHON, places.ENVIRONMENT / "run_notebooks.py", "--budget", budget]
    if save:
        command.append("--save")
    return call([*command, *chosen], {**packages.environment(), "DDPM_BUDGET": budget})


def call(command: Sequence[object], env: dict[str, str]) -> int:
    """Runs a program in the foreground. Ctrl-C reaches it too, and it decides."""
    process = subprocess.Popen([os.fspath(word) if isinstance(word, Path) else str(word)
                                for word in command], env=env)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
