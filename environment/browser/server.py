"""A JupyterLab of its own, started by lab.py as a reader starts it, on copies of notebooks."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from labkit import notebooks, places

STARTED_WITHIN = 180.0  # seconds
ENDED_WITHIN = 15.0
SETTINGS = {
    # All cells are in the page, not only those in the window: a test can ask for each.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    # Else completions that come after a second, as on a busy machine, are not shown.
    "@jupyterlab/completer-extension/manager": {"providerTimeout": 60_000},
}


class Server:
    """Runs while its block runs. The reader's own settings and notebooks are left alone."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp())
        self.folder = self.home / "notebooks"
        self.folder.mkdir()
        self.port = free_port()
        for name, values in SETTINGS.items():
            path = self.home / f"config/lab/user-settings/{name}.jupyterlab-settings"
            places.write(path, json.dumps(values))

    def __enter__(self) -> Server:
        env = {**os.environ, "JUPYTER_CONFIG_DIR": str(self.home / "config"),
               "JUPYTER_RUNTIME_DIR": str(self.home / "runtime")}
        command = [sys.executable, places.ENVIRONMENT / "lab.py", "--budget", "small",
                   f"--port={self.port}", "--", "--no-browser", "--allow-root",
                   "--IdentityProvider.token=", f"--ServerApp.root_dir={self.folder}"]
        self.log = (self.home / "server.log").open("wb")
        self.process = subprocess.Popen(command, env=env, stdout=self.log, stderr=self.log,
                                        start_new_session=True)
        self._wait()
        return self

    def __exit__(self, *exception: object) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(ENDED_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def url(self, name: str) -> str:
        """The address of a notebook, in a workspace that has nothing open."""
        return f"http://127.0.0.1:{self.port}/lab/tree/{name}?reset"

    def add(self, name: str, cells: Sequence[str]) -> str:
        """A notebook with these code cells. Returns its name."""
        code = [{"id": f"c{number}", "cell_type": "code", "metadata": {}, "source": text,
                 "execution_count": None, "outputs": []} for number, text in enumerate(cells)]
        kernel = {"display_name": "Java", "language": "java", "name": "java"}
        content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel},
                   "cells": code}
        (self.folder / name).write_text(json.dumps(content), encoding="utf-8")
        return name

    def copy(self, beginning: str, changes: dict[str, str]) -> str:
        """A committed notebook without its outputs and with changes. Returns its name."""
        path = notebooks.choose([beginning])[0]
        content = notebooks.read(path)
        cells = notebooks.code_cells(content)
        for cell in cells:
            cell["outputs"], cell["execution_count"] = [], None
            cell["source"] = "".join(cell["source"])
        for old, new in changes.items():
            found = [cell for cell in cells if old in cell["source"]]
            if len(found) != 1:
                raise ValueError(f"{path.name} has {old!r} in {len(found)} cells, not in one")
            found[0]["source"] = found[0]["source"].replace(old, new)
        (self.folder / path.name).write_text(json.dumps(content), encoding="utf-8")
        return path.name

    def _wait(self) -> None:
        end = time.monotonic() + STARTED_WITHIN
        while time.monotonic() < end and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api", timeout=5).close()
                return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
        text = Path(self.log.name).read_text(encoding="utf-8", errors="replace")
        self.__exit__()
        raise RuntimeError(f"JupyterLab does not answer on port {self.port}:\n{text[-2000:]}")


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
