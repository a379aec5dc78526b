"""How does gtfs-kit get the feed that we have read?

Built from our reading, not from the file: gtfs-kit's own reader takes ids such as "NA" or "null"
for missing values and stops at the first number it cannot read.
"""

from collections.abc import Mapping

import gtfs_kit
import pandas as pd
from gtfs_kit.constants import DTYPES


def kit_feed(tables: Mapping[str, pd.DataFrame]) -> gtfs_kit.Feed:
    """Return gtfs-kit's feed of the tables it knows, cleaned: times of one width, its own column
    types. What is blank or cannot be read is missing."""
    known = {
        name: _typed(tables[name], kinds)
        for name, kinds in DTYPES.items()
        if name in tables and len(tables[name])
    }
    units = gtfs_kit.shapes.infer_dist_units(known.get("shapes"))
    return gtfs_kit.clean_times(gtfs_kit.Feed(dist_units=units, **known))


def _typed(frame: pd.DataFrame, kinds: Mapping[str, str]) -> pd.DataFrame:
    typed = {}
    for column in frame.columns:
        kind = kinds.get(column, "string")
        if kind == "string":
            typed[column] = frame[column].astype("string").where(frame[column] != "", pd.NA)
        else:
            numbers = pd.to_numeric(frame[column], errors="coerce")
            typed[column] = numbers.astype("Float64" if kind == "float" else "Int64")
    return pd.DataFrame(typed).reset_index(drop=True)
