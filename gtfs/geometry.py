"""Where do the vehicles drive and stop, as shapes on a map? Through gtfs-kit."""

import geopandas as gpd
from gtfs_kit.shapes import geometrize_shapes

from gtfs.feed import Feed

WGS84 = "EPSG:4326"


def shape_lines(feed: Feed) -> gpd.GeoDataFrame:
    """Return one line for each shape: shape_id, geometry (degrees, longitude first). Shapes of a
    single point, which are no lines, are left out."""
    shapes = feed.kit.shapes
    if shapes is None:
        return gpd.GeoDataFrame({"shape_id": []}, geometry=[], crs=WGS84)
    usable = shapes.dropna(subset=["shape_pt_lat", "shape_pt_lon", "shape_pt_sequence"])
    return geometrize_shapes(usable[usable["shape_id"].duplicated(keep=False)])
