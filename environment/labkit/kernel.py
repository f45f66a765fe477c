"""Registers the kernel under the name `java` and starts its engine once."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from . import gpu, java, machine, packages, places, progress
from .trouble import FONTS, Trouble

MAIN_CLASS = "org.dflib.jjava.distro.Launcher"
LAUNCHER = places.ENVIRONMENT / "kernel"
LAUNCHER_JAR = places.KERNEL / "launcher.jar"
WARM_UP = places.ENVIRONMENT / "WarmUp.java"
FIRST_CELLS = places.ENVIRONMENT / "first_cells.py"
NO_FONTS = "no fonts"
THREADS = "OMP_NUM_THREADS"
ARCHIVE = f"-XX:SharedArchiveFile={places.ARCHIVE}"
PROGRAMS_ARCHIVE = f"-XX:SharedArchiveFile={places.PROGRAMS_ARCHIVE}"
PROGRAM = "ddpm.pretrained.DrawDigits"  # what a program does: reads weights, and samples

JVM_OPTIONS = (
    "-XX:+UseSerialGC",
    "-Xmx700m",
    # Else it is a share of the machine's memory, and fills up before anything is collected.
    "-Xmn32m",
    # Classes that are read and checked already; an archive that does not fit is passed over.
    ARCHIVE,
    "-Xlog:cds=off",
    "-Xlog:cds+dynamic=off",
    "-Djava.awt.headless=true",
    # The same outputs on every machine.
    "-Dfile.encoding=UTF-8",
    "-Duser.language=en",
    "-Duser.country=US",
    # Else the engine takes any libtorch that it finds in the system's folders.
    "-Djava.library.path=",
)

# Options that only keep newer JDKs quiet, and the first version that knows each.
QUIET_OPTIONS = {
    "--enable-native-access=ALL-UNNAMED": 22,
    "--sun-misc-unsafe-memory-access=allow": 23,
}

# Large blocks stay with the process instead of going back to Linux after every step.
MALLOC = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_TRIM_THRESHOLD_": "4294967296",
    "MALLOC_MMAP_THRESHOLD_": "33554432",
    "MALLOC_TOP_PAD_": "67108864",
}


def ensure(jdk: java.Jdk, with_gpu: bool) -> None:
    """Writes the kernel's registration if it changed, and starts the engine once if it is new.

    Compiles the launcher first, the few classes that correct JJava; archives classes last.
    """
    compile_launcher(jdk)
    options = jvm_options(jdk)
    env = environment(with_gpu)
    paths = class_path(with_gpu)
    spec = json.dumps(specification(jdk, options, paths, env), indent=2) + "\n"
    jars = [(path.name, path.stat().st_size) for path in sorted(places.LIB.glob("*.jar"))
            if not path.name.startswith("ddpm-notebooks-")]
    unpacked = {name: value for name, value in env.items() if name != THREADS}
    wanted = places.digest([WARM_UP], str(jdk.java), jdk.version, options, unpacked, jars)
    if places.stamp("engine") != wanted or not places.ENGINE.exists():
        with progress.part("Engine"):
            warm_up(jdk, options, paths, env)
            places.set_stamp("engine", wanted)
    path = places.KERNEL / "kernel.json"
    if not path.exists() or path.read_text(encoding="utf-8") != spec:
        places.write(path, spec)
    archive_classes(jdk, options, paths)


def archive_classes(jdk: java.Jdk, options: Iterable[str], paths: str) -> None:
    """Runs a few cells and a program, and archives the classes that each needed.

    Later starts are quicker. A program's own archive is small: all of it takes memory.
    """
    jars = [(path.name, path.stat().st_size, path.stat().st_mtime)
            for path in [*sorted(places.LIB.glob("*.jar")), LAUNCHER_JAR]]
    wanted = places.digest([FIRST_CELLS], PROGRAM, str(jdk.java), jdk.version, options, paths, jars)
    if places.stamp("archive") == wanted:
        return
    with progress.part("Archives of classes"), tempfile.TemporaryDirectory() as folder:
        places.ARCHIVE.unlink(missing_ok=True)
        places.PROGRAMS_ARCHIVE.unlink(missing_ok=True)
        words, env = program([PROGRAM, str(places.DIGITS), "2", str(Path(folder) / "drawn.idx")])
        at = words.index(PROGRAMS_ARCHIVE)
        words[at] = f"-XX:ArchiveClassesAtExit={places.PROGRAMS_ARCHIVE}"
        cells = [places.VENV_PYTHON, FIRST_CELLS, places.ARCHIVE]
        try:
            progress.run_logged(cells, "The kernel's archive", packages.environment())
            progress.run_logged(words, "The programs' archive", env)
        except Trouble:
            progress.say(f"No archive of classes ({places.LOG}): Java starts more slowly.")
        places.set_stamp("archive", wanted)


def compile_launcher(jdk: java.Jdk) -> None:
    """Compiles the launcher against the installed JJava if one of them is new."""
    sources = sorted(LAUNCHER.glob("*.java"))
    jjava = places.KERNEL / "jjava.jar"
    wanted = places.digest([*sources, jjava], jdk.version)
    if places.stamp("launcher") == wanted and LAUNCHER_JAR.exists():
        return
    with progress.part("Kernel"), tempfile.TemporaryDirectory() as classes:
        places.clear_stamp("launcher")
        javac = [jdk.javac, "--release", java.OLDEST_JAVA, "-encoding", "UTF-8", "-nowarn"]
        progress.run_logged([*javac, "-cp", jjava, "-d", classes, *sources], "javac")
        archive = shutil.make_archive(str(LAUNCHER_JAR), "zip", classes)
        os.replace(archive, LAUNCHER_JAR)
        places.set_stamp("launcher", wanted)


def jvm_options(jdk: java.Jdk) -> list[str]:
    """The options for this JDK: those that keep it quiet only where it knows them."""
    quiet = [option for option, since in QUIET_OPTIONS.items() if jdk.version >= since]
    return [*JVM_OPTIONS, *filter(lambda option: accepts(jdk, option), quiet)]


def accepts(jdk: java.Jdk, option: str) -> bool:
    """Whether the JVM starts with this option and says nothing about it."""
    text = java.output_of([str(jdk.java), option, "-version"]).lower()
    return " version " in text and "warning" not in text


def environment(with_gpu: bool) -> dict[str, str]:
    """What the engine reads from its environment. A thread count set by the user stays."""
    env = {
        "DJL_CACHE_DIR": str(places.ENGINE),
        "DJL_OFFLINE": "true",
        "OPT_OUT_TRACKING": "true",
        THREADS: os.environ.get(THREADS) or str(machine.usable_cores()),
    }
    if sys.platform.startswith("linux"):
        env.update(MALLOC)
    if with_gpu:
        env.update(gpu.environment())
    return env


def specification(
    jdk: java.Jdk, options: Iterable[str], paths: str, env: dict[str, str]
) -> dict[str, object]:
    """The content of kernel.json."""
    return {
        "argv": [
            str(jdk.java),
            *options,
            "--add-opens",
            "jdk.jshell/jdk.jshell=ALL-UNNAMED",
            "--add-exports",
            "jdk.compiler/jdk.internal.shellsupport.doc=ALL-UNNAMED",
            "-cp",
            paths,
            MAIN_CLASS,
            "{connection_file}",
        ],
        "display_name": "Java",
        "language": "java",
        "interrupt_mode": "message",
        # Where the kernel finds the library's documentation.
        "env": {**env, "JJAVA_SOURCES": str(places.ROOT / "src" / "main" / "java")},
    }


def program(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """A command that starts a class of the library as the registered kernel is started.

    With it comes the environment to start it in.
    """
    registered = json.loads((places.KERNEL / "kernel.json").read_text(encoding="utf-8"))
    argv = registered["argv"]
    start = [PROGRAMS_ARCHIVE if word == ARCHIVE else word
             for word in argv[: argv.index("--add-opens")]]
    return [*start, "-cp", argv[argv.index("-cp") + 1], *words], {**os.environ, **registered["env"]}


def class_path(with_gpu: bool) -> str:
    """The library, its dependencies and JJava; the JVM itself finds the jars behind the star.

    The same for all programs: the archive of classes serves no other one. It takes no folders.
    """
    gpu_only = [places.LIB / "gpu" / "*"] if with_gpu else []
    return os.pathsep.join(
        map(str, (places.LIB / "*", *gpu_only, places.KERNEL / "jjava.jar", LAUNCHER_JAR)))


def warm_up(jdk: java.Jdk, options: Iterable[str], paths: str, env: dict[str, str]) -> None:
    """Unpacks the native libraries, loads them, and draws a letter as the charts will."""
    for leftover in places.ENGINE.glob("*/tmp*"):  # of an interrupted start
        shutil.rmtree(leftover, ignore_errors=True)
    places.ENGINE.mkdir(parents=True, exist_ok=True)
    command = [jdk.java, *options, "-cp", paths, WARM_UP]
    try:
        progress.run_logged(command, "The start of the engine", {**os.environ, **env})
    except Trouble as trouble:
        if NO_FONTS in trouble.message:
            raise Trouble("Java finds no fonts, so it cannot draw charts.", FONTS) from trouble
        raise
