#!/usr/bin/env python3
"""Writes the repository's address, which pom.xml names once (scm, url), into the README."""

from __future__ import annotations

import re
import sys

from labkit import notebooks, places

README = places.ROOT / "README.md"
ADDRESS = re.compile(r"<scm>\s*<url>(https://github\.com/([\w.-]+/[\w.-]+))</url>")
CLONE = re.compile(r"git clone \S+ ddpm")
BINDER = re.compile(r"https://mybinder\.org/v2/gh/[^/\s]+/[^/\s]+/HEAD")


def address() -> tuple[str, str]:
    """The repository's address, and its name as OWNER/NAME."""
    found = ADDRESS.search((places.ROOT / "pom.xml").read_text(encoding="utf-8"))
    if not found:
        sys.exit("badges: pom.xml needs <scm><url>https://github.com/OWNER/NAME</url></scm>.")
    return found[1], found[2]


def written(readme: str) -> str:
    """The README with the address of pom.xml in its badges and its first command."""
    url, name = address()
    readme = CLONE.sub(f"git clone {url} ddpm", readme)
    return BINDER.sub(f"https://mybinder.org/v2/gh/{name}/HEAD", readme)


def links() -> list[str]:
    """The link of each notebook's badge: JupyterLab, with that notebook open."""
    return [f"https://mybinder.org/v2/gh/{address()[1]}/HEAD?urlpath=lab/tree/notebooks/{path.name}"
            for path in notebooks.choose([])]


if __name__ == "__main__":
    places.write(README, written(README.read_text(encoding="utf-8")))
