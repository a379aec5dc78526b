"""The streets as one small map layer, so that a page needs no tile server."""

from __future__ import annotations

import orjson
import shapely

from analytics.streets import WalkNetwork, street_lines

# About a metre: a backdrop shows no more, and every digit is paid for on the way to the page.
DECIMALS = 5


def streets_geojson(network: WalkNetwork) -> bytes:
    """A FeatureCollection with one MultiLineString for each class of street (`highway`)."""
    lines = street_lines(network)
    features = []
    for highway, shapes in lines.groupby("highway").geometry:
        merged = shapely.line_merge(shapely.multilinestrings(shapes.to_numpy()))
        parts = shapely.get_parts(merged)
        coordinates = [shapely.get_coordinates(part).round(DECIMALS).tolist() for part in parts]
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "MultiLineString", "coordinates": coordinates},
                "properties": {"highway": highway},
            }
        )
    return orjson.dumps({"type": "FeatureCollection", "features": features})
