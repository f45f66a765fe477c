"""A program that works on demand: a line to it says what to do, a line of JSON answers."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Optional

from labkit import progress

PATIENCE = 30  # seconds for the end of a program that was told to end


class Program:
    """A running program; what it says beside its answers goes to a log."""

    def __init__(
        self, name: str, words: Sequence[object], env: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self._log = log
        with log.open("ab") as lines:
            lines.write(f"\n$ {' '.join(map(str, words))}\n".encode())
            lines.flush()
            self._begin = lines.tell()
            self._process = subprocess.Popen(
                [str(word) for word in words], env=dict(env), stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=lines, encoding="utf-8", bufsize=1)

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *exception: object) -> None:
        """Ends it with its input; a program that does not end is killed."""
        try:
            self._process.stdin.close()
            self._process.wait(PATIENCE)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    def ask(self, line: str) -> dict[str, Any]:
        """The answer to a line."""
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except OSError:
            pass  # it has ended: so does its output, which is read now
        for answer in self._process.stdout:
            if answer.startswith("{"):
                return json.loads(answer)
        code = self._process.wait()
        output = self._log.read_bytes()[self._begin:].decode("utf-8", "replace")
        raise progress.failure(f"{self.name} ({line})", code, output, self._log)

    def seconds(self, work: str, times: int) -> float:
        """The seconds that each of some repetitions takes."""
        return self.ask(f"{work} {times}")["seconds"] / times

    def peak_mb(self) -> Optional[float]:
        """The largest resident memory so far, in megabytes of 10^6 bytes; None if nobody tells."""
        try:
            text = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        except OSError:
            return None
        return peak_mb(text)


def peak_mb(status: str) -> Optional[float]:
    """The same from the text of /proc/PID/status."""
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) * 1024 / 1e6 if lines else None
