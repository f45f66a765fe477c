#!/usr/bin/env python3
"""Runs the steps of binder/ as Binder does, in a clean Debian, and then its notebooks.

Needs root, debootstrap and the network. The image is built with the network; the server and the
notebooks run without it, as a normal user. Prints the time to the first cell, and for each
notebook its time and the largest memory of all processes together, the server's included.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from labkit import command, machine, notebooks, places
from labkit.trouble import Trouble

SUITE = "bookworm"
USER = "jovyan"
HOME = f"/home/{USER}"
PREFIX = "/srv/conda/envs/notebook"
# What Binder's images have before binder/ adds to it, from repo2docker 2026.4.0.
BASE = ("jupyterlab==4.4.9", "notebook==7.4.7", "jupyterhub==5.4.0", "jupyter-server==2.17.0",
        "jupyter-resource-usage==1.2.0", "jupyter-offlinenotebook==0.3.2", "ipywidgets==8.1.7")
MOST_MB = 1800
MOST_FIRST_CELL = 10.0  # seconds
MOST_FIRST_NOTEBOOK = 12 * 60.0  # seconds, on one core
INTERVAL = 0.5  # seconds between two looks at the memory
CLIENT = "labkit.binder_client"


class Image:
    """A root file system with a user, a Python environment and a copy of this repository."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def call(self, command: str, user: str = USER) -> None:
        """Runs a shell command inside; an error ends the check."""
        subprocess.run(self.command(command, user), check=True)

    def command(self, command: str, user: str = USER, network: bool = True) -> list[str]:
        """The words that run a shell command inside, with the variables of Binder's images."""
        env = {
            "HOME": HOME if user == USER else "/root",
            "USER": user,
            "LANG": "C.UTF-8",
            "SHELL": "/bin/bash",
            "DEBIAN_FRONTEND": "noninteractive",
            "NB_PYTHON_PREFIX": PREFIX,
            "REPO_DIR": HOME,
            "PATH": f"{PREFIX}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        }
        words = [f"{name}={value}" for name, value in env.items()]
        switch = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
        inside = f"cd {env['HOME']} && {command}"
        return [*self.namespaces(network), "chroot", str(self.root), *switch, "env", "-i", *words,
                "bash", "-c", inside]

    def namespaces(self, network: bool) -> list[str]:
        """The words that mount what a container has, and that take the network away."""
        mounts = (f"mount -t proc proc {self.root}/proc && mount --rbind /dev {self.root}/dev && "
                  f"mount --rbind /sys {self.root}/sys")
        words = ["unshare", "--mount", "--", "sh", "-c", f'{mounts} && exec "$@"', "sh"]
        if not network:
            words += ["unshare", "--net", "--", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
        return words

    def bootstrap(self) -> None:
        """Installs the system, and what Binder's images have in it."""
        if not (self.root / "etc/debian_version").exists():
            packages = "--include=ca-certificates,python3,python3-venv"
            subprocess.run(["debootstrap", "--variant=minbase", packages, SUITE, self.root],
                           check=True, stdout=subprocess.DEVNULL)
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        for certificate in Path("/usr/local/share/ca-certificates").glob("*.crt"):
            shutil.copy(certificate, self.root / "usr/local/share/ca-certificates")
        self.call("update-ca-certificates >/dev/null", "root")
        if not (self.root / HOME[1:]).exists():
            self.call(f"useradd --uid 1000 --create-home --shell /bin/bash {USER}", "root")
            self.call(f"install -d -o {USER} -g {USER} {PREFIX}", "root")
            self.call(f"python3 -m venv {PREFIX} && pip install -q {shlex.join(BASE)}")

    def copy_repository(self) -> None:
        """Copies what git knows, so that nothing that was built here comes along."""
        files = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(files, cwd=places.ROOT, check=True, capture_output=True).stdout
        packed = subprocess.run(["tar", "-c", "--null", "-T", "-"], cwd=places.ROOT, input=listed,
                                check=True, capture_output=True).stdout
        subprocess.run(self.command("tar -x"), input=packed, check=True)

    def build(self) -> None:
        """The steps of repo2docker."""
        text = (places.ROOT / "binder/apt.txt").read_text(encoding="utf-8")
        names = [line for line in text.splitlines() if line and not line.startswith("#")]
        self.call("apt-get -qq update && apt-get -qq install --yes --no-install-recommends "
                  f"{shlex.join(names)} >/dev/null", "root")
        self.copy_repository()
        self.call("pip install -q --no-cache-dir -r binder/requirements.txt")
        self.call("./binder/postBuild")


class Memory:
    """The memory of all processes of a network namespace, in proportional shares (PSS)."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self.peak = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def take_peak(self) -> int:
        """The largest since the last call, in megabytes of 10^6 bytes."""
        peak, self.peak = self.peak, 0
        return round(peak / 1e6)

    def stop(self) -> None:
        """Looks no more."""
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(INTERVAL):
            now = sum(map(machine.proportional_bytes, processes(self.namespace)))
            self.peak = max(self.peak, now)  # read after the sum, or take_peak's zero is lost


def processes(namespace: str) -> Iterator[int]:
    """The processes of a network namespace; the client stands for a browser elsewhere."""
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and os.readlink(f"/proc/{entry}/ns/net") == namespace:
                if CLIENT not in Path(f"/proc/{entry}/cmdline").read_text(errors="replace"):
                    yield int(entry)
        except OSError:  # it has just ended
            continue


def check(image: Image, names: list[str]) -> list[str]:
    """Runs the notebooks in an image without the network. Returns what is over a limit."""
    inside = f"PYTHONPATH=environment python3 -m {CLIENT} {shlex.join(names)}"
    client = subprocess.Popen(image.command(inside, network=False), stdout=subprocess.PIPE,
                              text=True)
    faults, memory = [], None
    for line in client.stdout:
        row = json.loads(line)
        if memory is None:
            memory = Memory(os.readlink(f"/proc/{client.pid}/ns/net"))
        if "notebook" in row:
            row["peak_mb"] = memory.take_peak()
        print(json.dumps(row), flush=True)
        faults += over(row)
    memory.stop()
    return faults if client.wait() == 0 else [*faults, f"the client ended with {client.returncode}"]


def over(row: dict) -> list[str]:
    """What in a row is over a limit."""
    limits = {"peak_mb": MOST_MB, "first_cell_seconds": MOST_FIRST_CELL}
    if row.get("notebook", "").startswith("00"):
        limits["seconds"] = MOST_FIRST_NOTEBOOK
    found = [f"{row['notebook']}: {name} {row[name]}, at most {limit}"
             for name, limit in limits.items() if row.get(name, 0) > limit]
    return found + ([f"{row['notebook']}: {row['error']}"] if row.get("error") else [])


def main() -> int:
    """Builds the image, if it is not there or --build is given, and runs the notebooks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("root", type=Path, help="the folder for the image, about 4 GB")
    parser.add_argument("notebooks", nargs="*", help="the beginnings of their names; all without")
    parser.add_argument("--keep", action="store_true", help="take the image as it is there")
    parser.add_argument("--cores", type=int, default=1, help="how many the notebooks get (1)")
    options = parser.parse_args()
    if os.geteuid() != 0:
        raise Trouble("The check needs root, for chroot.")
    chosen = [path.name for path in notebooks.choose(options.notebooks)]
    image = Image(options.root.resolve())
    if not options.keep:
        start = time.monotonic()
        image.bootstrap()
        image.build()
        print(json.dumps({"build_seconds": round(time.monotonic() - start)}), flush=True)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-options.cores:])
    faults = check(image, chosen)
    for fault in faults:
        print(f"binder_check: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(command.guarded(main))
