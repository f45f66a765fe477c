#!/usr/bin/env python3
"""One command: lets this library and PyTorch take steps in turn, and compares their times."""
import sys

import lab  # which an old Python can read

if __name__ == "__main__":
    sys.exit(lab.main("bench.command"))
