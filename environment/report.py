"""What a run of the notebooks found: the table, summary.json and the HTML pages."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Optional

from labkit import places

CLAIM = "✓ "
KERNEL_LOG = re.compile(r"\[I \d{4}-")  # JJava notes its own start and end there


@dataclass(frozen=True)
class Row:
    """One executed notebook."""

    notebook: str
    seconds: float
    peak_memory_mb: int
    memory_kind: str
    claims: int
    pictures: int
    stderr_lines: int
    stderr_first: str
    failure: Optional[dict[str, Any]]

    def problem(self) -> str:
        """One line that names notebook, cell and error."""
        assert self.failure
        return f"{self.notebook}, code cell {self.failure['cell']}: {self.failure['error']}"


def row(path: Path, notebook: Any, seconds: float, memory: Any, raw: str, failure: Any) -> Row:
    """Counts what the outputs hold; `raw` is what the kernel's process wrote to its stderr."""
    outputs = [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs]
    streams = [o for o in outputs if o.output_type == "stream"]
    stdout = "".join(o.text for o in streams if o.name == "stdout")
    stderr = "".join(o.text for o in streams if o.name == "stderr") + raw
    lines = [line for line in stderr.splitlines() if line.strip() and not KERNEL_LOG.match(line)]
    return Row(
        notebook=path.name,
        seconds=round(seconds, 1),
        peak_memory_mb=memory.peak_mb,
        memory_kind=memory.kind,
        claims=sum(line.startswith(CLAIM) for line in stdout.splitlines()),
        pictures=sum(is_picture(o.get("data", {})) for o in outputs),
        stderr_lines=len(lines),
        stderr_first=lines[0][:200] if lines else "",
        failure=asdict(failure) if failure else None,
    )


def is_picture(data: dict[str, Any]) -> bool:
    """Whether an output shows a picture."""
    return any(kind.startswith("image/") for kind in data) or (
        "data:image/" in data.get("text/html", "")
    )


def table(rows: Sequence[Row]) -> str:
    """The rows for the terminal."""
    width = max([len("notebook"), *(len(r.notebook) for r in rows)])
    lines = [f"{'notebook':<{width}}  seconds  peak MB  claims  pictures  stderr"]
    for r in rows:
        lines.append(
            f"{r.notebook:<{width}}  {r.seconds:7.1f}  {r.peak_memory_mb:7d}  {r.claims:6d}"
            f"  {r.pictures:8d}  {r.stderr_lines:6d}{'  FAILED' if r.failure else ''}"
        )
        if r.stderr_first:
            lines.append(f"{'':<{width}}  stderr: {r.stderr_first}")
    return "\n".join(lines)


def write_summary(path: Path, budget: str, rows: Sequence[Row]) -> None:
    """The rows for programs."""
    content = {"budget": budget, "notebooks": [asdict(r) for r in rows]}
    places.write(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def write_page(path: Path) -> None:
    """Writes NAME.html beside an executed notebook, with its pictures inside."""
    from nbconvert import HTMLExporter

    logging.getLogger("traitlets").setLevel(logging.ERROR)
    page, _ = HTMLExporter(embed_images=True).from_filename(str(path))
    places.write(path.with_suffix(".html"), page)
