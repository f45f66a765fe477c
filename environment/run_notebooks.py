"""Executes notebooks under the kernel `java`; lab.py runs it with the environment's Python."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from labkit import notebooks, places
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

import report
import solutions
from measure import PeakMemory

# A cell that works longer than this is stuck. Seconds.
LIMIT = {"small": 15 * 60, "full": 6 * 3600, "gpu": 6 * 3600}
LARGEST_SAVED_MB = 1.0


@dataclass
class Failure:
    """Where a notebook failed and why."""

    cell: int
    error: str


class Screen:
    """Shows which cell is running: in place on a terminal, one line per cell elsewhere."""

    def __init__(self, name: str, cells: int) -> None:
        self.name, self.cells, self.start = name, cells, time.monotonic()
        self.in_place = sys.stdout.isatty()

    def cell(self, number: int, source: str) -> None:
        """A cell begins."""
        first = next((line.strip() for line in source.splitlines() if line.strip()), "")
        text = f"{self.name} [{number}/{self.cells}] {first[:50]}"
        self._print(text, end="" if self.in_place else "\n")

    def done(self, failure: Optional[Failure]) -> None:
        """The notebook is done."""
        seconds = time.monotonic() - self.start
        self._print(f"{self.name} {'FAILED' if failure else 'done'} in {seconds:.0f} s", end="\n")

    def _print(self, text: str, end: str) -> None:
        print(f"\r\033[K{text}" if self.in_place else text, end=end, flush=True)


def execute(
    path: Path, notebook: nbformat.NotebookNode, budget: str, answers: Path = solutions.FOLDER
) -> report.Row:
    """Executes a notebook in its folder; the outputs are left in it, also after a failure.

    Its exercises are solved after it, in the same kernel.
    """
    solved = solutions.solved(path, notebook, answers)
    code = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    numbers = {index: number for number, index in enumerate(code, start=1)}
    cells = notebooks.code_cells(notebook)
    for index, pair in enumerate(solved, start=len(notebook.cells)):
        numbers[index] = cells.index(pair.open) + 1
    screen = Screen(path.stem, len(code))
    current = 0

    def begin(cell: nbformat.NotebookNode, cell_index: int) -> None:
        nonlocal current
        current = numbers.get(cell_index, current)
        screen.cell(current, cell.source)

    whole = nbformat.NotebookNode(notebook, cells=notebook.cells + [s.cell for s in solved])
    client = NotebookClient(
        whole,
        kernel_name="java",
        timeout=LIMIT[budget],
        startup_timeout=120,
        coalesce_streams=True,
        record_timing=False,
        shutdown_kernel="immediate",  # asked politely, JJava's idle threads keep it for a minute
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_execute=begin,
    )
    failure = None
    start = time.monotonic()
    with tempfile.TemporaryFile() as stderr, PeakMemory() as memory:
        try:
            client.execute(stderr=stderr)
        except CellExecutionError as error:
            failure = Failure(current, f"{error.ename}: {error.evalue}".strip())
        except CellTimeoutError:
            failure = Failure(current, f"no end after {LIMIT[budget]} seconds")
        except (DeadKernelError, RuntimeError) as error:
            failure = Failure(current, f"the kernel ended: {error}")
        else:
            failure = solution_failure(notebook, solved)
        stderr.seek(0)
        raw = stderr.read().decode("utf-8", "replace")
    seconds = time.monotonic() - start
    screen.done(failure)
    return report.row(path, notebook, seconds, memory, raw, failure)


def solution_failure(
    notebook: nbformat.NotebookNode, solved: Sequence[solutions.Solved]
) -> Optional[Failure]:
    """The first exercise whose outputs are not as they should be."""
    cells = notebooks.code_cells(notebook)
    faults = ((cells.index(pair.open) + 1, pair.fault()) for pair in solved)
    return next((Failure(cell, text) for cell, text in faults if text), None)


def clean(notebook: nbformat.NotebookNode) -> None:
    """Takes out what tells of this machine and of an earlier run."""
    notebook.metadata.pop(notebooks.MARK, None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)


def save(path: Path, notebook: nbformat.NotebookNode, row: report.Row, budget: str) -> str:
    """Writes the outputs into the committed notebook. Returns why not, or an empty string."""
    if row.failure:
        return "it failed"
    if row.stderr_lines:
        return "it wrote to stderr"
    as_on_disk = notebooks.plain(nbformat.writes(notebook))
    notebook.metadata[notebooks.MARK] = notebooks.mark(as_on_disk, budget)
    text = nbformat.writes(notebook) + "\n"
    size = len(text.encode()) / 1e6
    if size > LARGEST_SAVED_MB:
        return f"it has {size:.1f} MB, more than {LARGEST_SAVED_MB:.0f}"
    places.write(path, text)
    return ""


def check_kernel() -> None:
    """A kernel of the same name elsewhere on Jupyter's path would be taken without a word."""
    found = Path(KernelSpecManager().get_kernel_spec("java").resource_dir)
    if found.resolve() != places.KERNEL.resolve():
        sys.exit(f"lab: the kernel `java` is taken from {found}; unset JUPYTER_PATH.")


def main() -> int:
    """Executes the notebooks one after the other; a failure does not stop the next."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--budget", required=True, choices=LIMIT)
    parser.add_argument("--save", action="store_true")
    parser.add_argument("--out", type=Path, default=places.TARGET / "notebooks")
    parser.add_argument("--solutions", type=Path, default=solutions.FOLDER)
    parser.add_argument("notebooks", nargs="+", type=Path)
    options = parser.parse_args()
    os.environ["DDPM_BUDGET"] = options.budget
    check_kernel()
    rows, unsaved = [], []
    for path in options.notebooks:
        notebook = nbformat.read(path, as_version=4)
        clean(notebook)
        row = execute(path, notebook, options.budget, options.solutions)
        clean(notebook)
        rows.append(row)
        places.write(options.out / path.name, nbformat.writes(notebook) + "\n")
        if options.save:
            reason = save(path, notebook, row, options.budget)
            unsaved += [f"{path.name} is not saved: {reason}"] if reason else []
        report.write_summary(options.out / "summary.json", options.budget, rows)
    for path in options.notebooks:
        report.write_page(options.out / path.name)
    print(report.table(rows))
    problems = [row.problem() for row in rows if row.failure] + unsaved
    for problem in problems:
        print(f"lab: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
