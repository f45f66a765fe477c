"""One line per step on the terminal; what the tools print goes to .lab/setup.log."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Optional

from . import places
from .trouble import Remedy, Trouble, as_root

NETWORK_SIGNS = (
    "name resolution",
    "temporary failure resolving",
    "could not resolve host",
    "unknown host",
    "network is unreachable",
    "connection refused",
    "connection timed out",
    "connect timed out",
    "failed to establish a new connection",
    "getaddrinfo failed",
    "cannot connect to proxy",
    "no route to host",
)
LAST_LINES = 12


def say(text: str) -> None:
    """Prints one line at once."""
    print(text, flush=True)


@contextlib.contextmanager
def part(name: str) -> Iterator[None]:
    """Prints the name of a step, and its seconds when it is done."""
    print(f"{name} … ", end="", flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - start:.0f} s", flush=True)


def run_logged(
    command: Sequence[object], what: str, env: Optional[Mapping[str, str]] = None
) -> str:
    """
    Runs a command in the repository's root with its output in the log.

    Returns the output. Raises Trouble with its last lines if the command fails.
    """
    words = [str(word) for word in command]
    places.LAB.mkdir(parents=True, exist_ok=True)
    with places.LOG.open("ab") as log:
        log.write(f"\n$ {' '.join(words)}\n".encode())
        log.flush()
        begin = log.tell()
        done = subprocess.run(
            words,
            cwd=places.ROOT,
            env=dict(os.environ if env is None else env),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    with places.LOG.open("rb") as log:
        log.seek(begin)
        output = log.read().decode("utf-8", "replace")
    if done.returncode != 0:
        raise failure(what, done.returncode, output, places.LOG)
    return output


def failure(what: str, code: int, output: str, log: Path) -> Trouble:
    """The trouble that a failed command's output tells of."""
    if "no space left on device" in output.lower():
        return no_space(what)
    if tells_of_no_network(output):
        return no_network(what, log)
    tail = "\n".join(f"  | {line}" for line in output.strip().splitlines()[-LAST_LINES:])
    return Trouble(f"{what} failed (exit {code}). The end of {log}:\n{tail}")


def tells_of_no_network(output: str) -> bool:
    """Whether a tool's output says that it did not reach a server."""
    return any(sign in output.lower() for sign in NETWORK_SIGNS)


def no_network(what: str, log: Path) -> Trouble:
    """A server is out of reach."""
    return Trouble(
        f"{what}: a server could not be reached. The first set-up needs the network: go "
        "online, or tell pip, Maven and apt about your proxy (HTTPS_PROXY; settings.xml; "
        f"apt.conf). Then run it again. Details are in {log}.",
        Remedy.everywhere(places.AGAIN),
    )


def no_space(what: str, needed: str = "") -> Trouble:
    """The disk is full; `needed` says how much must be free where, if it is not the usual."""
    usual = (f"About 2 GB are needed in {places.ROOT}, 1 GB in the home folder and 0.3 GB in "
             f"{tempfile.gettempdir()}")
    return Trouble(
        f"{what}: no space is left on the disk. {needed or usual}. Make room, for example by "
        "emptying a cache; then run it again.",
        Remedy(
            debian=as_root("apt-get clean"),  # pip is not there before the environment is
            macos="brew cleanup && python3 -m pip cache purge",
            windows="py -m pip cache purge",
            conda="conda clean -y --all",
        ),
    )
