"""Runs a program to its end: its result, its output, and the largest memory it needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from . import progress


@dataclass(frozen=True)
class Done:
    """What a program left: the JSON of its last line, all its lines, and its largest memory."""

    result: dict[str, Any]
    output: str
    peak_mb: Optional[int]


def run(words: Sequence[object], env: Mapping[str, str], what: str, out: Path) -> Done:
    """Runs a program to its end; what it says goes to a log beside its results."""
    log = out / "log.txt"
    command = [str(word) for word in words]
    with progress.part(what), log.open("ab+") as lines:
        lines.write(f"\n$ {' '.join(command)}\n".encode())
        lines.flush()
        begin = lines.tell()
        process = subprocess.Popen(command, env=dict(env), stdin=subprocess.DEVNULL, stdout=lines,
                                   stderr=subprocess.STDOUT)
        try:
            code, peak_mb = wait(process)
        except BaseException:
            process.kill()
            process.wait()
            raise
        lines.seek(begin)
        output = lines.read().decode("utf-8", "replace")
        if code != 0:
            raise progress.failure(what, code, output, log)
        return Done(last_json(output), output, peak_mb)


def wait(process: subprocess.Popen) -> tuple[int, Optional[int]]:
    """The exit code, and the largest resident memory in megabytes of 10^6 bytes.

    The system counts it; nothing looks at the program while it works.
    """
    if not hasattr(os, "wait4"):  # Windows
        return process.wait(), None
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    return process.returncode, round(usage.ru_maxrss * unit / 1e6)


def last_json(output: str) -> dict[str, Any]:
    """The last line that is JSON."""
    lines = [line for line in output.splitlines() if line.startswith("{")]
    return json.loads(lines[-1])
