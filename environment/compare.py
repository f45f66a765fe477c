#!/usr/bin/env python3
"""One command: trains this library and two of Python for the same minutes, and scores them."""
import sys

import lab  # which an old Python can read

if __name__ == "__main__":
    sys.exit(lab.main("peers.command"))
