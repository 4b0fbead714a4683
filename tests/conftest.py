"""What holds for every test: figures are drawn without a screen, and hypothesis tries the same examples every time."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["MPLBACKEND"] = "Agg"
settings.register_profile("facts", derandomize=True, database=None, deadline=None)
settings.load_profile("facts")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
