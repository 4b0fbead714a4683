"""Where the configurations are: beside the package in a checkout, inside it when installed from a wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
RECORD = "record.json"  # in every folder of results


def configs(package: Path = PACKAGE) -> Path:
    """The folder that holds `config.yaml`, its groups, the sentences and `evidence.csv`."""
    places = package.parent / "configs", package / "_configs"
    for folder in places:
        if (folder / "config.yaml").is_file():
            return folder
    raise FileNotFoundError(f"no configurations at {places[0]} or {places[1]}")
