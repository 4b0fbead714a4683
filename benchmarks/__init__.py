"""How fast the program is, and where its time goes: each module is one measurement, run by `python -m benchmarks.NAME`."""
