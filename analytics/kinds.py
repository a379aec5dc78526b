"""What kind of service is a route, and what does the public call it?"""

import pandas as pd

from gtfs.feed import Feed
from gtfs.modes import DEMAND_RESPONSIVE_BUS

BUS, TRAM, RAIL, FERRY = "bus", "tram", "rail", "ferry"
KINDS = (BUS, TRAM, RAIL, FERRY)
# Standards tell trams from trains and know ferries, which the modes of a plan do not.
_KIND_OF_TYPE = {0: TRAM, 1: RAIL, 2: RAIL, 3: BUS, 4: FERRY, 5: TRAM, 6: TRAM, 7: TRAM}
_KIND_OF_TYPE |= {11: BUS, 12: RAIL}
_KIND_OF_HUNDRED = {1: RAIL, 2: BUS, 4: RAIL, 7: BUS, 8: BUS, 9: TRAM, 10: FERRY, 12: FERRY}
_KIND_OF_HUNDRED |= {13: TRAM, 14: TRAM}


def kind_of(route_type: int) -> str | None:
    """Return the kind of service of a GTFS route type (basic or extended), None when it is not a
    fixed service to walk to."""
    if route_type == DEMAND_RESPONSIVE_BUS:
        return None
    return _KIND_OF_TYPE.get(route_type) or _KIND_OF_HUNDRED.get(route_type // 100)


def route_lines(feed: Feed) -> pd.DataFrame:
    """Return line and kind by route_id. A line is what the public calls it: a route published
    under two ids is one line, so that a feed merged with itself offers no more than before."""
    routes = feed.routes.set_index("route_id")
    types = pd.to_numeric(feed.tables["routes"]["route_type"], errors="coerce").fillna(-1)
    kind = [kind_of(int(number)) for number in types]
    short, long = routes["short_name"].fillna(""), routes["long_name"].fillna("")
    unnamed = (short + long) == ""
    named = routes["agency_id"].fillna("") + "\n" + short + "\n" + long
    line = named.where(~unnamed, routes.index.to_series())
    return pd.DataFrame({"line": line.astype(str), "kind": pd.Series(kind, index=routes.index)})
