#!/usr/bin/env python3
"""One command: sets up everything below .lab/ and opens JupyterLab on notebooks/."""
# This file must also be readable by an old Python 3, so that it can say what is missing.
import sys

OLDEST_PYTHON = (3, 10)

TOO_OLD = """\
lab: Python %d.%d or newer is needed; this is Python %s (%s).
    Debian/Ubuntu  sudo apt-get install -y python3 python3-venv   (Debian 12, Ubuntu 22.04 or newer)
    macOS          brew install python@3.12
    Windows        winget install -e --id Python.Python.3.12
    conda          conda create -y -n lab python=3.12 && conda activate lab"""


def main(module="labkit.command"):
    """Checks the Python that runs this file; the rest, in the module, needs a recent one."""
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(str(n) for n in sys.version_info[:3])
        sys.stderr.write(TOO_OLD % (OLDEST_PYTHON + (found, sys.executable)) + "\n")
        return 2
    import importlib

    return importlib.import_module(module).main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
