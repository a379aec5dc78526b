"""Where are the people, the stops and the streets between them? One town, in one plane."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.access import NetworkWalks, Places, StraightWalks, Walks
from analytics.gate import cell_reasons
from analytics.grading import TextArray
from analytics.plane import to_plane, utm_epsg
from analytics.streets import WalkNetwork
from analytics.supply import Supply


@dataclass(frozen=True, slots=True)
class Town:
    """What was read, with the walks between people and stops; `points` are the rows of `people`."""

    supply: Supply
    people: pd.DataFrame
    points: Places
    stops: Places
    network: WalkNetwork | None
    straight: StraightWalks
    along_streets: NetworkWalks | None

    def walks(self, straight: bool) -> Walks:
        """Return the walks as the crow flies, or along the streets."""
        if straight:
            return self.straight
        if self.along_streets is None:
            raise LookupError("a town without streets has only straight walks")
        return self.along_streets

    def cell_reasons(self) -> TextArray:
        """Return for every point why "not covered" cannot be said there, or None; without streets
        nothing is known against it."""
        reasons = np.full(len(self.points), None, dtype=object)
        if self.network is not None and self.along_streets is not None:
            reasons[:] = cell_reasons(self.network, self.along_streets, self.points, self.stops)
        return reasons


def connect(supply: Supply, people: pd.DataFrame, network: WalkNetwork | None) -> Town:
    """Return the town of these stops, people and streets."""
    lon, lat = people["lon"].to_numpy(), people["lat"].to_numpy()
    epsg = network.plane if network else utm_epsg(float(np.median(lon)), float(np.median(lat)))
    points = Places(*to_plane(lon, lat, epsg))
    stops = Places(*to_plane(supply.stops["lon"].to_numpy(), supply.stops["lat"].to_numpy(), epsg))
    along = NetworkWalks(network, points, stops) if network else None
    return Town(supply, people, points, stops, network, StraightWalks(points, stops), along)
