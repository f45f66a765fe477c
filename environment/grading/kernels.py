"""The two registrations of the kernel: one for the solution, one for hand-ins."""

from __future__ import annotations

import glob
import json
import os
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from labkit import library, places

from . import sandbox
from .sessions import specification

# What ddpm.notebook needs, without which not even a claim can be checked.
ALWAYS = ("META-INF/", "ddpm/package-info", "ddpm/Check", "ddpm/Tensor", "ddpm/NoGradient",
          "ddpm/notebook/", "ddpm/doctor/Find", "ddpm/doctor/Fault")
SHORT_LIVED = ("-XX:TieredStopAtLevel=1",)  # half the work for a kernel that runs few cells
ARCHIVE = "-XX:SharedArchiveFile"  # of classes; it fits no other jar
LIMITS = ("-XX:+ExitOnOutOfMemoryError", "-XX:MaxDirectMemorySize=256m", "-XX:-UsePerfData",
          "-Djava.io.tmpdir=.")


def write_both(folder: Path, kept: Iterable[str], protected: bool) -> None:
    """Writes folder/solution and folder/hand-ins, and the jar that the latter is graded with.

    kept says what else of the library is on the class path for hand-ins, as beginnings of entries.
    """
    registered = json.loads((places.KERNEL / "kernel.json").read_text(encoding="utf-8"))
    registered["argv"][1:1] = SHORT_LIVED
    places.write(folder / "solution" / "java" / "kernel.json", specification(registered))
    own = next(path for path in places.LIB.glob("*.jar") if library.JAR.fullmatch(path.name))
    jar = folder / "library.jar"
    copy_jar(own, jar, (*ALWAYS, *kept))
    text = for_hand_ins(registered, own, jar, protected)
    places.write(folder / "hand-ins" / "java" / "kernel.json", text)


def copy_jar(source: Path, target: Path, kept: tuple[str, ...]) -> None:
    """Copies what begins with one of `kept`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            if entry.filename.startswith(kept):
                new.writestr(entry, old.read(entry))


def for_hand_ins(registered: dict[str, Any], own: Path, jar: Path, protected: bool) -> str:
    """The registration with the smaller jar, and out of reach of all other files."""
    argv = [word for word in registered["argv"] if not word.startswith(ARCHIVE)]
    at = argv.index("-cp") + 1
    paths = [path for entry in argv[at].split(os.pathsep)
             for path in (sorted(glob.glob(entry + ".jar")) if entry.endswith("*") else [entry])]
    paths = [str(jar) if Path(path) == own else path for path in paths]
    argv[at] = os.pathsep.join(paths)
    argv[1:1] = LIMITS
    if protected:
        home = Path(argv[0]).resolve().parents[1]
        readable = [*sandbox.SYSTEM, *paths, registered["env"]["DJL_CACHE_DIR"],
                    "{connection_file}"]
        runnable = [str(home), *sandbox.LOADERS]
        words = [word for path in readable for word in ("--read", path)]
        words += [word for path in runnable for word in ("--run", path)]
        argv = [sys.executable, sandbox.__file__, *words, "--write", ".", "--", *argv]
    return specification(registered, argv=argv)
