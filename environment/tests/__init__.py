"""Tests of the set-up, by Python alone: python3 -m unittest discover -s environment."""
