"""Tests of the set-up, with Python's standard library: python3 -m unittest discover -s environment."""
