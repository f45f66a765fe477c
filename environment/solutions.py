"""The exercises of a notebook, solved: that each can be done, and is not done from the start.

solutions/NN.json maps the id of an exercise cell to what replaces its placeholder, the one line
that holds `// your`; a list is several lines. The solved cells run after the last cell, in the same
kernel, and leave nothing in the notebook.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from labkit import notebooks, places

FOLDER = places.ROOT / "src" / "test" / "resources" / "ddpm" / "notebook" / "solutions"
CALL = "Exercise.check("
PLACEHOLDER = "// your"
RIGHT = "✓ "
OPEN = "not yet"


@dataclass
class Solved:
    """An exercise cell and its solved copy."""

    open: Any
    cell: Any

    def fault(self) -> str:
        """What is wrong with the outputs of the two; empty if nothing is."""
        name = self.open["id"]
        if OPEN not in printed(self.open):
            return f'exercise {name} does not print "{OPEN}" before it is solved'
        text = printed(self.cell)
        if OPEN in text or RIGHT not in text:
            return f"exercise {name} prints for its solution: {text.strip() or 'nothing'}"
        return ""


def solved(path: Path, notebook: dict[str, Any], folder: Path = FOLDER) -> list[Solved]:
    """The exercises that are still open and have a solution: a reader's own answer stays."""
    known = read(path, folder)
    pairs = []
    for cell in exercises(notebook):
        source = solve(source_of(cell), known.get(cell["id"]))
        if source is not None:
            other = copy.deepcopy(cell)
            other.update(id=cell["id"] + "-solved", source=source)
            pairs.append(Solved(cell, other))
    return pairs


def read(path: Path, folder: Path = FOLDER) -> dict[str, Any]:
    """The solutions of a notebook; none if there is no file."""
    file = folder / f"{path.stem.partition('-')[0]}.json"
    return notebooks.read(file) if file.exists() else {}


def exercises(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells that check an exercise."""
    return [cell for cell in notebooks.code_cells(notebook) if CALL in source_of(cell)]


def solve(source: str, answer: Optional[Any]) -> Optional[str]:
    """The source with its placeholder replaced; None without an answer or without placeholder."""
    lines = source.split("\n")
    found = [n for n, line in enumerate(lines) if PLACEHOLDER in line]
    if answer is None or len(found) != 1:
        return None
    lines[found[0]] = answer if isinstance(answer, str) else "\n".join(answer)
    return "\n".join(lines)


def check(folder: Path = places.NOTEBOOKS, answers: Path = FOLDER) -> list[str]:
    """One sentence for each exercise without a solution and each solution without an exercise."""
    faults = []
    for path in notebooks.choose([], folder):
        notebook = notebooks.read(path)
        wanted = {cell["id"] for cell in exercises(notebook)}
        found = {pair.open["id"] for pair in solved(path, notebook, answers)}
        unsolved, unused = wanted - found, read(path, answers).keys() - found
        faults += [f"{path.name}: exercise {name} has no solution" for name in sorted(unsolved)]
        faults += [f"{path.name}: solution {name} has no exercise" for name in sorted(unused)]
    return faults


def source_of(cell: dict[str, Any]) -> str:
    """The source of a cell as one text."""
    return "".join(cell["source"])


def printed(cell: dict[str, Any]) -> str:
    """What a cell printed."""
    streams = [output for output in cell["outputs"] if output["output_type"] == "stream"]
    return "".join("".join(stream["text"]) for stream in streams)
