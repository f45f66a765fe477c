"""Which notebooks there are, and whether their saved outputs belong to their sources."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import places
from .trouble import Trouble

PATTERN = "[0-9]*.ipynb"
MARK = "saved"  # the entry in a notebook's metadata


def choose(names: Sequence[str], folder: Path = places.NOTEBOOKS) -> list[Path]:
    """The notebooks named, by path or by the beginning of the file's name; all without names."""
    everything = sorted(folder.glob(PATTERN))
    chosen = []
    for name in names:
        path = Path(name)
        found = [path] if path.is_file() else [p for p in everything if p.name.startswith(name)]
        if not found:
            known = ", ".join(p.stem for p in everything) or "none"
            raise Trouble(f"There is no notebook {name}. There are: {known}.")
        chosen += [p.resolve() for p in found]
    return list(dict.fromkeys(chosen)) if names else everything


def read(path: Path) -> dict[str, Any]:
    """A notebook as it is on the disk."""
    return plain(path.read_text(encoding="utf-8"))


def plain(text: str) -> dict[str, Any]:
    """A notebook from its text."""
    return json.loads(text)


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells that make outputs."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def sources_digest(notebook: dict[str, Any]) -> str:
    """A digest of the sources of all code cells. Text cells make no outputs."""
    return _digest([_joined(cell["source"]) for cell in code_cells(notebook)])


def outputs_digest(notebook: dict[str, Any]) -> str:
    """A digest of all outputs."""
    return _digest([_joined(cell["outputs"]) for cell in code_cells(notebook)])


def mark(notebook: dict[str, Any], budget: str) -> dict[str, str]:
    """What --save writes into the metadata."""
    return {
        "budget": budget,
        "sources": sources_digest(notebook),
        "outputs": outputs_digest(notebook),
    }


def fault(notebook: dict[str, Any]) -> str:
    """What is wrong with a committed notebook's outputs; empty if nothing is."""
    saved = notebook["metadata"].get(MARK)
    if not saved:
        has_outputs = any(cell["outputs"] for cell in code_cells(notebook))
        return "has outputs that --save did not write" if has_outputs else ""
    if saved["sources"] != sources_digest(notebook):
        return "was changed after its outputs were made"
    if saved["outputs"] != outputs_digest(notebook):
        return "has other outputs than --save wrote"
    return ""


def check_saved(folder: Path = places.NOTEBOOKS) -> list[str]:
    """One sentence for each notebook whose outputs are not those of its sources."""
    faults = {path: fault(read(path)) for path in sorted(folder.glob(PATTERN))}
    return [
        f"{path.name} {text}: run `python3 environment/lab.py --save {path.stem}`"
        for path, text in faults.items()
        if text
    ]


def _joined(value: Any) -> Any:
    """The value with every list of lines joined: editors split texts differently."""
    if isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            return "".join(value)
        return [_joined(item) for item in value]
    if isinstance(value, dict):
        return {key: _joined(item) for key, item in value.items()}
    return value


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
