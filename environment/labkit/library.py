"""Builds the library when its sources changed; .lab/lib gets its jar and all it depends on."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Optional

from . import java, places, progress
from .trouble import Trouble

GPU_ONLY = "jna-"  # looks for CUDA: each start on a CPU takes 20 ms longer with it
JAR = re.compile(r"ddpm-notebooks-\d[^/]*(?<!-sources)(?<!-javadoc)(?<!-tests)\.jar")
POM = places.ROOT / "pom.xml"


def ensure(jdk: java.Jdk, jars: Optional[Path]) -> None:
    """Brings .lab/lib up to date: from `jars` if given, else by Maven if sources changed."""
    wanted = sources_digest()
    if jars is not None:
        jars_in(jars)  # a wrong folder leaves what is there alone
        places.clear_stamp("library")
        copy_jars(jars)
        places.set_stamp("library", wanted if jars.resolve() == places.TARGET else "jars")
    elif not is_ready(jars):
        mvn = java.find_maven(jdk)
        with progress.part("Library"):
            build(mvn, jdk)
            places.clear_stamp("library")
            copy_jars(places.TARGET)
            places.set_stamp("library", wanted)


def is_ready(jars: Optional[Path]) -> bool:
    """Whether Maven has nothing to do."""
    built = places.stamp("library") == sources_digest() and any(places.LIB.glob("*.jar"))
    return built or jars is not None


def sources_digest() -> str:
    """A digest of all that the library's jar is made of."""
    return places.digest([POM, *places.files_below(places.ROOT / "src" / "main")])


def build(mvn: str, jdk: java.Jdk) -> None:
    """Runs Maven; without the network if it was run with this pom.xml before."""
    command = [mvn, "-q", "-B", "-DskipTests", "-Drelaxed", "package"]
    env = jdk.environment(os.environ)
    pom = places.digest([POM], str(jdk.home))
    if places.stamp("maven") == pom:
        try:
            progress.run_logged([*command, "-o"], "The build of the library", env)
            return
        except Trouble as trouble:
            if "offline" not in str(trouble).lower():
                raise
    progress.run_logged(command, "The build of the library", env)
    places.set_stamp("maven", pom)


def jars_in(folder: Path) -> dict[str, Path]:
    """The library's jar and its dependencies, by name, as Maven leaves them in a folder."""
    own = [path for path in folder.glob("*.jar") if JAR.fullmatch(path.name)]
    others = list((folder / "lib").glob("*.jar"))
    if not own or not others:
        raise Trouble(f"No built library in {folder}: need ddpm-notebooks-….jar and lib/*.jar.")
    newest = max(own, key=lambda path: path.stat().st_mtime)
    return {path.name: path for path in [newest, *others]}


def copy_jars(source: Path, lib: Path = places.LIB) -> None:
    """Makes lib hold exactly the jars of source; lib/gpu has what only a GPU needs.

    A file is replaced as a whole or not at all.
    """
    wanted = {lib / ("gpu" if name.startswith(GPU_ONLY) else "") / name: path
              for name, path in jars_in(source).items()}
    try:
        for target, path in wanted.items():
            if not same_file(path, target):
                target.parent.mkdir(parents=True, exist_ok=True)
                draft = target.with_name(f"{target.name}.new")
                shutil.copy2(path, draft)
                os.replace(draft, target)
        for stranger in places.files_below(lib):
            if stranger not in wanted:
                stranger.unlink()
    except PermissionError as error:  # Windows locks the jars of a running kernel
        raise Trouble(
            f"A running notebook holds {error.filename}. Shut its kernel down, then run it again."
        ) from error


def same_file(one: Path, other: Path) -> bool:
    """Whether a copy is up to date, by size and time."""
    if not other.exists():
        return False
    a, b = one.stat(), other.stat()
    return a.st_size == b.st_size and abs(a.st_mtime - b.st_mtime) < 0.001
