"""Something is missing on this machine: what it is and the command that mends it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

SYSTEMS = {
    "debian": "Debian/Ubuntu",
    "macos": "macOS",
    "windows": "Windows",
    "conda": "conda",
}


@dataclass(frozen=True)
class Remedy:
    """The command that mends a trouble, for each kind of system. Empty: there is none."""

    apt: tuple[str, ...] = ()
    macos: str = ""
    windows: str = ""
    conda: str = ""
    debian: str = ""
    installs: bool = False  # whether --yes may run it

    def command(self, system: str) -> str:
        """The command line for one of the SYSTEMS, or an empty string."""
        if system == "debian" and self.apt:
            names = " ".join(map(apt_name, self.apt))
            return as_root("apt-get update", f"apt-get install -y {names}")
        return getattr(self, system, "")

    @staticmethod
    def everywhere(command: str) -> Remedy:
        """The same command on every system."""
        return Remedy(macos=command, windows=command, conda=command, debian=command)


@dataclass
class Trouble(Exception):
    """Stops the set-up with one message and, if there is one, the command that mends it."""

    message: str
    remedy: Remedy = field(default_factory=Remedy)

    def __str__(self) -> str:
        return "\n".join([self.message, *remedy_lines(self.remedy)])


def together(troubles: Sequence[Trouble]) -> Trouble:
    """Several troubles as one, whose remedy mends them all."""
    remedies = [trouble.remedy for trouble in troubles]

    def joined(system: str) -> str:
        return " && ".join(filter(None, (getattr(remedy, system) for remedy in remedies)))

    return Trouble("\n     ".join(trouble.message for trouble in troubles), Remedy(
        apt=tuple(name for remedy in remedies for name in remedy.apt),
        installs=all(remedy.installs for remedy in remedies),
        **{system: joined(system) for system in SYSTEMS},
    ))


def remedy_lines(remedy: Remedy) -> list[str]:
    """One line per system; the line for this machine comes first and has an arrow."""
    mine = this_system()
    commands = {system: remedy.command(system) for system in SYSTEMS}
    if len(set(commands.values())) == 1:
        command = commands["debian"]
        return [f"  → {command}"] if command else []
    order = sorted(SYSTEMS, key=lambda system: system != mine)
    return [
        f"  {'→' if system == mine else ' '} {SYSTEMS[system]:<14} {commands[system]}"
        for system in order
        if commands[system]
    ]


def this_system() -> str:
    """One of the SYSTEMS, or an empty string for a system that this project does not know."""
    if os.environ.get("CONDA_PREFIX") and shutil.which("conda"):
        return "conda"
    if sys.platform == "darwin":
        return "macos"
    if sys.platform == "win32":
        return "windows"
    return "debian" if shutil.which("apt-get") else ""


def apt_name(package: str) -> str:
    """The package, or the system's default JDK where JDK 17 is not offered (Debian 13)."""
    if package != "openjdk-17-jdk-headless" or _apt_knows(package):
        return package
    return "default-jdk-headless" if _apt_knows("default-jdk-headless") else package


def _apt_knows(package: str) -> bool:
    if not shutil.which("apt-cache"):
        return False
    done = subprocess.run(["apt-cache", "show", package], capture_output=True, check=False)
    return done.returncode == 0


def as_root(*commands: str) -> str:
    """One line for the commands, by sudo or su where this process is not root."""
    if not is_root() and not shutil.which("sudo"):
        return f"su -c '{' && '.join(commands)}'"
    return " && ".join(("" if is_root() else "sudo ") + command for command in commands)


def is_root() -> bool:
    """Whether this process may install packages without sudo."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


JDK = Remedy(
    installs=True,
    apt=("openjdk-17-jdk-headless",),
    macos="brew install openjdk@17",
    windows="winget install -e --id EclipseAdoptium.Temurin.17.JDK",
    conda="conda install -y -c conda-forge openjdk=17",
)
MAVEN = Remedy(
    installs=True,
    apt=("maven",),
    macos="brew install maven",
    windows="scoop install main/maven",
    conda="conda install -y -c conda-forge maven",
)
VENV = Remedy(
    installs=True,
    apt=("python3-venv",),
    macos="brew install python@3.12",
    windows="winget install -e --id Python.Python.3.12",
    conda="conda install -y python=3.12",
)
FONTS = Remedy(
    installs=True,
    apt=("fontconfig", "fonts-dejavu-core"),
    macos="brew install --cask font-dejavu",
    windows="winget install -e --id EclipseAdoptium.Temurin.17.JDK",
    conda="conda install -y -c conda-forge fontconfig font-ttf-dejavu-sans-mono",
)
BROWSER = Remedy(
    installs=True,
    apt=("chromium",),
    macos="brew install --cask google-chrome",
    windows="winget install -e --id Google.Chrome",
)
