"""Where the configurations are: beside the package in a checkout, inside it when installed from a wheel."""

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


@cache
def configs(package: Path = PACKAGE) -> Path:
    """The folder that holds `config.yaml`, its groups, the sentences and `evidence.csv`."""
    checkout, wheel = package.parent / "configs", package / "_configs"
    for folder in (checkout, wheel):
        if (folder / "config.yaml").is_file():
            return folder
    raise FileNotFoundError(f"no configurations at {checkout} or {wheel}")
