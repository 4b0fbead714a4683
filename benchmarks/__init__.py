"""How fast the program is and where its time goes: a module is a measurement, run by `python -m benchmarks.NAME`."""
