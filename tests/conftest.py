"""What holds for every test: figures are drawn without a screen, and hypothesis tries the same examples every time."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import do

os.environ["MPLBACKEND"] = "Agg"
settings.register_profile("facts", derandomize=True, database=None, deadline=None)
settings.load_profile("facts")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Tests in a real browser are not collected where there is none; `do.py test` says so in its last line."""
    return True if collection_path.name.startswith("test_app_browser") and not do.browser() else None


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The Chromium of this machine."""
    from browser_for_tests import chromium

    with chromium() as browser:
        yield browser


@pytest.fixture
def window(browser: Any) -> Iterator[Any]:
    """A visitor, to whom nothing that must not happen has happened in the end."""
    from browser_for_tests import Window

    window = Window(browser)
    yield window
    window.close()
    assert window.troubles == []


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the small program's page on a USB stick."""
    from browser_for_tests import written

    return written(tmp_path_factory.mktemp("stick"))
