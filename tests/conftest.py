"""What holds for every test: figures are drawn without a screen, and hypothesis tries the same examples every time."""

import os

from hypothesis import settings

os.environ["MPLBACKEND"] = "Agg"
settings.register_profile("facts", derandomize=True, database=None, deadline=None)
settings.load_profile("facts")
