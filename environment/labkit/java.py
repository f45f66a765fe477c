"""Finds a JDK and Maven; says what is wrong with those found if none will do."""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Union

from . import places
from .trouble import JDK, MAVEN, Trouble

OLDEST_JAVA = 17
OLDEST_MAVEN = (3, 8)
EXE = ".exe" if places.WINDOWS else ""

USUAL_HOMES = (
    "/usr/lib/jvm/*",
    "/opt/java/*",
    "~/.sdkman/candidates/java/*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
    "/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
    "$CONDA_PREFIX/lib/jvm",
    "$CONDA_PREFIX/Library",
    "$ProgramFiles/Eclipse Adoptium/jdk*",
    "$ProgramFiles/Java/jdk*",
    "$ProgramFiles/Microsoft/jdk*",
)


@dataclass(frozen=True)
class Jdk:
    """A JDK that can build the library and run the kernel."""

    home: Path
    version: int

    @property
    def java(self) -> Path:
        """The launcher."""
        return self.home / "bin" / f"java{EXE}"

    @property
    def javac(self) -> Path:
        """The compiler."""
        return self.home / "bin" / f"javac{EXE}"

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """An environment in which Maven uses this JDK."""
        return {**base, "JAVA_HOME": str(self.home)}


def find_jdk(
    env: Mapping[str, str] = os.environ, homes: Sequence[str] = USUAL_HOMES
) -> Jdk:
    """JAVA_HOME if it will do, else the java on the PATH, else one in the usual places."""
    first_fault = None
    for launcher in launchers(env, homes):
        found = examine(launcher)
        if isinstance(found, Jdk):
            return found
        first_fault = first_fault or found
    fault = first_fault or "No Java was found."
    raise Trouble(f"{fault} A JDK of version {OLDEST_JAVA} or newer is needed.", JDK)


def launchers(env: Mapping[str, str], homes: Iterable[str]) -> Iterator[Path]:
    """The java programs to try, best first."""
    if env.get("JAVA_HOME"):
        yield Path(env["JAVA_HOME"], "bin", f"java{EXE}")
    on_path = shutil.which("java", path=env.get("PATH", ""))
    if on_path:
        yield Path(on_path)
    for pattern in homes:
        for home in sorted(glob.glob(os.path.expanduser(os.path.expandvars(pattern)))):
            yield Path(home, "bin", f"java{EXE}")


def examine(launcher: Path) -> Union[Jdk, str, None]:
    """The JDK behind a launcher, or what is wrong with it, or None if there is no Java."""
    text = output_of([str(launcher), "-XshowSettings:properties", "-version"])
    home = re.search(r"^\s*java\.home = (.+?)\s*$", text, re.MULTILINE)
    version = re.search(r"^\s*java\.specification\.version = (?:1\.)?(\d+)", text, re.MULTILINE)
    if not home or not version:
        return None
    jdk = Jdk(Path(home[1]), int(version[1]))
    if jdk.version < OLDEST_JAVA:
        return f"Java {jdk.version} is too old ({launcher})."
    if not jdk.javac.exists():
        return f"{launcher} is a JRE: it has no compiler."
    return jdk if has_jshell(jdk) else f"{launcher} has no module jdk.jshell."


def has_jshell(jdk: Jdk) -> bool:
    """Whether this JDK was built with the module that runs the cells."""
    release = jdk.home / "release"
    text = release.read_text(encoding="utf-8", errors="replace") if release.exists() else ""
    if "MODULES=" not in text:
        text = output_of([str(jdk.java), "--list-modules"])
    return "jdk.jshell" in text


def find_maven(jdk: Optional[Jdk], env: Mapping[str, str] = os.environ) -> str:
    """The path of mvn, 3.8 or newer; without a JDK it cannot be asked for its version."""
    mvn = shutil.which("mvn", path=env.get("PATH", ""))
    if not mvn:
        raise Trouble("No Maven was found (mvn). Version 3.8 or newer is needed.", MAVEN)
    if jdk is None:
        return mvn
    text = output_of([mvn, "-version"], jdk.environment(env))
    found = re.search(r"Apache Maven (\d+)\.(\d+)\S*", text)
    if not found:
        raise Trouble(f"{mvn} -version does not say which Maven it is.", MAVEN)
    if (int(found[1]), int(found[2])) < OLDEST_MAVEN:
        raise Trouble(f"{found[0]} is too old ({mvn}). Version 3.8 or newer is needed.", MAVEN)
    return mvn


def output_of(command: Sequence[str], env: Optional[Mapping[str, str]] = None) -> str:
    """What a small command prints, both streams; empty if it cannot be started."""
    try:
        done = subprocess.run(
            command,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace")
