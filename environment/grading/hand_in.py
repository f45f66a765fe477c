"""Turns what a student handed in into a notebook with the cells that the assignment gave out."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import nbformat

from . import sheet

MISSING = "// This cell was missing.\n"


class NotReadable(Exception):
    """The file is no notebook; the message says why."""


def read(path: Path) -> Any:
    """The notebook in a file, in nbformat 4."""
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:  # of many kinds: JSON, encoding, schema, version
        first = str(error).strip().splitlines()
        raise NotReadable(f"{path.name} is not a notebook: {first[0][:200] if first else error}. "
                          "Save it in JupyterLab and hand it in again.") from error
    return notebook


def restored(given: Any, released: Any) -> Any:
    """The student's cells in their order; cells that were locked or graded as they were released.

    A cell that is gone comes back behind the one that it stood behind.
    """
    known = {sheet.name(cell): cell for cell in released.cells if sheet.name(cell)}
    cells, found = [], set()
    for cell in given.cells:
        name = known_name(cell, known)
        if name and name not in found:
            found.add(name)
            cells.append(merged(cell, known[name]))
        elif not name or sheet.has(known[name], "solution"):
            cells.append(stripped(cell))
    before = ""
    for cell in released.cells:
        name = sheet.name(cell)
        if not name:
            continue
        if name not in found:
            lost = copy.deepcopy(cell)
            if cell.cell_type == "code":
                lost.source = MISSING + cell.source if sheet.has(cell, "solution") else cell.source
            cells.insert(place(cells, before), lost)
        before = name
    notebook = copy.deepcopy(released)
    notebook.cells = cells
    number(notebook)
    return notebook


def known_name(cell: Any, known: dict[str, Any]) -> str:
    """The released cell that this one is, by nbgrader's name or else by the cell's own id."""
    name = str(sheet.name(cell))
    return name if name in known else cell.get("id", "") if cell.get("id") in known else ""


def merged(cell: Any, original: Any) -> Any:
    """The released cell, with the student's text if it was there to be written."""
    result = copy.deepcopy(original)
    if sheet.has(original, "solution"):
        result.source = cell.source
    return result


def stripped(cell: Any) -> Any:
    """A cell of the student's own."""
    result = copy.deepcopy(cell)
    result.metadata = nbformat.NotebookNode()
    if result.cell_type == "code":
        result.outputs, result.execution_count = [], None
    return result


def place(cells: list[Any], before: str) -> int:
    """The index behind a named cell; 0 without one."""
    return next((i + 1 for i, cell in enumerate(cells) if sheet.name(cell) == before), 0)


def number(notebook: Any) -> None:
    """Gives every cell an id of its own."""
    for index, cell in enumerate(notebook.cells):
        cell["id"] = sheet.name(cell) or f"cell-{index}"
