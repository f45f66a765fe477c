#!/usr/bin/env python3
"""One command for a course: student versions of the assignments, grading, marks and feedback."""
import sys

import lab  # which an old Python can read

if __name__ == "__main__":
    sys.exit(lab.main("grading.command"))
