"""Checks too long for every run: `python3 do.py trust` does them, and keeps each result with its record."""
