"""Runs the command that mends a trouble, for users who said --yes."""

from __future__ import annotations

import importlib
import shutil
import subprocess

from . import places, progress, trouble
from .trouble import Remedy, Trouble


def mend(remedy: Remedy, tried: set[str]) -> bool:
    """Runs the remedy's command once. False if there is none that may be run."""
    system = trouble.this_system()
    command = remedy.command(system) if remedy.installs else ""
    if not command or command in tried:
        return False
    tried.add(command)
    if system == "debian" and not trouble.is_root() and not shutil.which("sudo"):
        progress.say("--yes needs root or sudo to install packages.")
        return False
    progress.say(f"--yes: {command}")
    if system == "debian":
        try:
            return install(remedy.apt)
        except Trouble as failed:
            if failed.remedy == Remedy():  # such as a password that nobody is there to type
                failed.remedy = remedy
            raise
    return subprocess.run(command, shell=True, check=False).returncode == 0


def install(packages: tuple[str, ...]) -> bool:
    """Installs packages by apt, as root or by sudo."""
    apt = [*([] if trouble.is_root() else ["sudo"]), "env", "DEBIAN_FRONTEND=noninteractive",
           "apt-get"]
    with progress.part("System packages"):
        updated = progress.run_logged([*apt, "update"], "apt-get update")
        names = [trouble.apt_name(package) for package in packages]
        try:
            progress.run_logged(
                [*apt, "install", "-y", "--no-install-recommends", *names], "apt-get install"
            )
        except Trouble as failed:  # apt-get update ends with 0 also where it reached no server
            if progress.tells_of_no_network(updated):
                raise progress.no_network("apt-get update", places.LOG) from failed
            raise
    importlib.invalidate_caches()
    return True
