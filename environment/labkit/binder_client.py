"""Runs inside an image of binder/: starts the server as Binder does, and runs notebooks on it.

Prints one line of JSON for the server and one for each notebook. binder_check.py reads them.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import requests
import websocket

from . import machine, notebooks, places

PORT = 8888
ADDRESS = f"http://127.0.0.1:{PORT}/"
TOKEN = "check"
LONGEST = 3600  # seconds for one cell
COMMAND = ("jupyter", "notebook", "--ip=127.0.0.1", f"--port={PORT}", "--no-browser",
           f"--IdentityProvider.token={TOKEN}")


class Kernel:
    """A kernel of the server, reached as a browser reaches it."""

    def __init__(self, notebook: Path) -> None:
        self.session = api("POST", "sessions", {
            "path": notebook.relative_to(places.ROOT).as_posix(), "name": notebook.name,
            "type": "notebook", "kernel": {"name": "java"}})
        address = ADDRESS.replace("http", "ws") + f"api/kernels/{self.session['kernel']['id']}"
        self.socket = websocket.create_connection(
            f"{address}/channels?token={TOKEN}", timeout=LONGEST)

    def execute(self, code: str) -> str:
        """Executes a cell. Returns its error, or an empty string."""
        request = uuid.uuid4().hex
        header = {"msg_id": request, "msg_type": "execute_request", "username": "", "session": "s",
                  "version": "5.3", "date": ""}
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {},
                   "allow_stdin": False, "stop_on_error": True}
        self.socket.send(json.dumps({"header": header, "parent_header": {}, "metadata": {},
                                     "content": content, "channel": "shell", "buffers": []}))
        while True:
            reply = json.loads(self.socket.recv())
            if reply["content"].get("execution_state") in ("restarting", "dead"):
                return "the kernel ended"
            mine = reply["parent_header"].get("msg_id") == request
            if mine and reply["msg_type"] == "execute_reply":
                content = reply["content"]
                return "" if content["status"] == "ok" else content.get("evalue", "aborted")

    def close(self) -> None:
        """Ends the kernel, as closing the notebook and shutting it down does."""
        self.socket.close()
        api("DELETE", f"sessions/{self.session['id']}")


def api(method: str, path: str, body: Any = None) -> Any:
    """Calls the server."""
    reply = requests.request(method, f"{ADDRESS}api/{path}", json=body, timeout=60,
                             headers={"Authorization": f"token {TOKEN}"})
    reply.raise_for_status()
    return reply.json() if reply.content else None


def start_server() -> subprocess.Popen:
    """Starts the server through binder/start and waits until it answers."""
    server = subprocess.Popen(["binder/start", *COMMAND], stdout=sys.stderr, stderr=sys.stderr)
    while True:
        try:
            api("GET", "status")
            return server
        except requests.ConnectionError:
            if server.poll() is not None:
                sys.exit(f"the server ended with {server.returncode}")
            time.sleep(0.1)


def cpu_seconds(pid: int) -> float:
    """The processor time of a process and of its children that have ended."""
    _, work = machine.parent_and_work(Path(f"/proc/{pid}/stat").read_text())
    return work / machine.TICKS


def run(path: Path, server: int) -> dict[str, Any]:
    """Runs a notebook until its end or its first error."""
    sources = ["".join(cell["source"]) for cell in notebooks.code_cells(notebooks.read(path))]
    start, cpu = time.monotonic(), cpu_seconds(server)
    kernel = Kernel(path)
    first, error = 0.0, ""
    for number, source in enumerate(sources, start=1):
        error = kernel.execute(source)
        first = first or time.monotonic() - start
        if error:
            error = f"code cell {number}: {error}"
            break
    seconds = time.monotonic() - start
    kernel.close()
    return {"notebook": path.name, "seconds": round(seconds, 1),
            "cpu_seconds": round(cpu_seconds(server) - cpu, 1),
            "first_cell_seconds": round(first, 1), "error": error}


def main(names: Sequence[str]) -> int:
    """Runs the notebooks whose names begin so; all without names."""
    chosen = notebooks.choose(names)
    start = time.monotonic()
    server = start_server()
    cores = len(os.sched_getaffinity(0))
    tell({"server_seconds": round(time.monotonic() - start, 1), "cores": cores})
    try:
        for path in chosen:
            tell(run(path, server.pid))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
    return 0


def tell(row: dict[str, Any]) -> None:
    """Prints one line at once."""
    print(json.dumps(row), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
