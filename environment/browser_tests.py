#!/usr/bin/env python3
"""One command: tests the notebooks in a real JupyterLab in a real browser."""
import sys

import lab  # which an old Python can read

if __name__ == "__main__":
    sys.exit(lab.main("browser.command"))
