"""A kernel that runs somebody's cells: with limits, and with a word for each way to end it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any, Optional

import psutil
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from labkit.trouble import Trouble
from nbformat import NotebookNode, from_dict

from . import sandbox

POLL = 0.25  # seconds between looks at the process
PATIENCE = 4  # a cell that waits, or has to share the machine, may last this many limits
START_LIMIT = 120  # seconds
OUT_OF_MEMORY = b"Terminating due to java.lang.OutOfMemoryError"  # -XX:+ExitOnOutOfMemoryError
MOST_MEMORY = 2_000_000_000  # bytes of the process, heap and all
MOST_TEXT = 20_000  # characters kept of what a cell prints
WARNING = "⚠ "  # how the kernel begins a line about a definition
PASSED_ON = ("PATH", "DDPM_BUDGET")  # of the environment


@dataclass
class Outcome:
    """What became of a cell. `ended` says how it took the kernel with it; mostly it is empty."""

    outputs: list[NotebookNode] = field(default_factory=list)
    error: str = ""
    ended: str = ""

    def value(self) -> Optional[str]:
        """The text of the cell's value."""
        found = [output.data.get("text/plain") for output in self.outputs
                 if output.output_type == "execute_result"]
        return found[-1] if found else None

    def warning(self) -> str:
        """What the kernel says of names that nothing defines; empty if it says nothing."""
        lines = [line for output in self.outputs if output.output_type == "stream"
                 for line in output.text.splitlines()]
        return next((line[len(WARNING):] for line in lines if line.startswith(WARNING)), "")


class Session:
    """One kernel of a folder of registrations, which `run` starts when it is needed."""

    def __init__(self, kernels: Path, limit: float) -> None:
        self.kernels, self.limit = kernels, limit  # seconds of computing, for a cell
        self.manager: Optional[KernelManager] = None
        self.client: Any = None
        self.folder: Optional[str] = None

    def start(self) -> None:
        """Starts the kernel in an empty folder."""
        self.folder = tempfile.mkdtemp(prefix="hand-in-")
        specs = KernelSpecManager(kernel_dirs=[str(self.kernels)], ensure_native_kernel=False)
        self.manager = KernelManager(kernel_name="java", kernel_spec_manager=specs)
        env = {"HOME": self.folder, "WORK": self.folder, "LANG": "C.UTF-8",
               **{name: os.environ[name] for name in PASSED_ON if name in os.environ}}
        with self.log().open("wb") as file:
            self.manager.start_kernel(cwd=self.folder, env=env, stdout=file, stderr=file,
                                      preexec_fn=sandbox.die_with_parent)
        self.client = self.manager.client()
        self.client.start_channels()
        try:
            self.client.wait_for_ready(timeout=START_LIMIT)
        except RuntimeError as error:
            said = self.log().read_text(encoding="utf-8", errors="replace").strip()[-2000:]
            raise Trouble(f"The kernel does not start: {error}\n{said}") from error
        with contextlib.suppress(OSError):  # it holds the key to the kernel's messages
            os.unlink(self.manager.connection_file)

    def log(self) -> Path:
        """What the program itself writes, beside all cells."""
        return Path(str(self.folder)) / ".kernel.log"

    def stop(self) -> None:
        """Ends the kernel and what it has started, and removes its folder."""
        if self.client:
            self.client.stop_channels()
        if self.manager and self.manager.has_kernel:
            with contextlib.suppress(psutil.Error):
                for child in psutil.Process(self.pid()).children(recursive=True):
                    child.kill()
            self.manager.shutdown_kernel(now=True)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.manager = self.client = self.folder = None

    def run(self, source: str) -> Outcome:
        """Runs a cell. After one that ended the kernel, the next call starts another."""
        if not self.manager:
            self.start()
        outcome = Outcome()
        clock = Clock(self.limit, self.pid())
        request = self.client.execute(source, store_history=True, stop_on_error=False)
        for message in self.messages(request, clock, outcome):
            take(message, outcome)
        if outcome.ended:
            self.stop()
        return outcome

    def pid(self) -> int:
        """The kernel's process."""
        return self.manager.provisioner.process.pid

    def messages(self, request: str, clock: Clock, outcome: Outcome) -> Iterator[dict[str, Any]]:
        """What the kernel says about a request, until it is done or ended."""
        while True:
            outcome.ended = self.fate(clock)
            if outcome.ended:
                return
            try:
                message = self.client.get_iopub_msg(timeout=POLL)
            except Empty:
                continue
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return
            yield message

    def fate(self, clock: Clock) -> str:
        """How the kernel ended or has to be ended; empty while it may go on."""
        if self.manager.provisioner.process.poll() is not None:
            full = OUT_OF_MEMORY in self.log().read_bytes()
            return "ran out of memory" if full else "ended the program"
        if clock.is_over():
            return f"ran over {self.limit:g} s"
        with contextlib.suppress(psutil.Error):
            if psutil.Process(self.pid()).memory_info().rss > MOST_MEMORY:
                return "ran out of memory"
        return ""


class Clock:
    """Counts the seconds that a process computes, so that a busy machine is nobody's fault."""

    def __init__(self, limit: float, pid: int) -> None:
        self.limit, self.pid = limit, pid
        self.start, self.computed = time.monotonic(), self.computing()

    def computing(self) -> float:
        """Seconds on all cores since the process started; 0 if it is gone."""
        try:
            times = psutil.Process(self.pid).cpu_times()
            return times.user + times.system
        except psutil.Error:
            return 0

    def is_over(self) -> bool:
        """Whether a cell has had its time."""
        return (self.computing() - self.computed > self.limit
                or time.monotonic() - self.start > PATIENCE * self.limit)


def take(message: dict[str, Any], outcome: Outcome) -> None:
    """Keeps what a message shows. Both streams count as stdout: red text costs no points."""
    kind, content = message["msg_type"], message["content"]
    if kind == "stream":
        last = outcome.outputs[-1] if outcome.outputs else None
        if not last or last.output_type != "stream":
            last = from_dict({"output_type": "stream", "name": "stdout", "text": ""})
            outcome.outputs.append(last)
        last.text = (last.text + content["text"])[:MOST_TEXT]
        return
    kept = {"display_data": ("data", "metadata"),
            "execute_result": ("data", "metadata", "execution_count"),
            "error": ("ename", "evalue", "traceback")}.get(kind)
    if kept:
        outcome.outputs.append(from_dict(
            {"output_type": kind, **{key: content[key] for key in kept}}))
    if kind == "error":
        outcome.error = content["evalue"] or content["ename"]


def specification(registered: dict[str, Any], **changes: Any) -> str:
    """The text of kernel.json."""
    return json.dumps({**registered, **changes}, indent=2) + "\n"
