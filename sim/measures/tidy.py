"""Arrays as tidy tables."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd


def unfold(axes: Sequence[Mapping[str, Any]], columns: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Arrays of one shape as a tidy table: a row for each place in them, labelled along each axis."""
    shape = [len(next(iter(labels.values()))) for labels in axes]
    frame: dict[str, Any] = {}
    for labels, place in zip(axes, np.indices(shape).reshape(len(shape), -1), strict=True):
        for label, names in labels.items():
            text = len(names) and isinstance(names[0], str)
            known = pd.Categorical(names, list(dict.fromkeys(names))) if text else np.asarray(names, np.int32)
            frame[label] = known[place]
    values = {name: part.astype(np.int32) if part.dtype.kind in "iu" else part for name, part in columns.items()}
    return pd.DataFrame(frame | {name: np.ascontiguousarray(part).ravel() for name, part in values.items()})
