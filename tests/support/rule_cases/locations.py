"""Cases for gtfs/rules/locations.py."""

from tests.support.rule_cases import Case
from tests.support.rule_cases.flex import square, zones

FILE = "locations.geojson"
TRIANGLE = '"geometry":{"type":"Polygon","coordinates":[[[141,42],[142,42],[142,43],[141,42]]]}'
BOW_TIE = (
    '"geometry":{"type":"Polygon","coordinates":[[[141,42],[142,43],[142,42],[141,43],[141,42]]]}'
)

CASES = [
    Case("malformed_json", {FILE: '{"type":'}, [(FILE, None, None, None)]),
    Case(
        "geo_json_duplicated_element",
        {FILE: '{"type":"FeatureCollection","type":"FeatureCollection","features":[]}'},
        [(FILE, None, None, "type")],
    ),
    Case(
        "unsupported_geo_json_type", {FILE: square("z", 141.0)}, [(FILE, None, "type", "Feature")]
    ),
    Case("unsupported_geo_json_type", {FILE: "[]"}, [(FILE, None, "type", None)]),
    Case(
        "unsupported_feature_type",
        {FILE: zones(f'{{"type":"Zone","id":"z","properties":{{}},{TRIANGLE}}}')},
        [(FILE, None, "type", "Zone")],
    ),
    Case(
        "missing_required_element",
        {FILE: zones(f'{{"type":"Feature","id":"z",{TRIANGLE}}}')},
        [(FILE, None, "properties", None)],
    ),
    Case(
        "missing_required_element",
        {FILE: zones('{"type":"Feature","id":"z","properties":{},"geometry":{"type":"Polygon"}}')},
        [(FILE, None, "geometry.coordinates", None)],
    ),
    Case(
        "unsupported_geometry_type",
        {
            FILE: zones(
                '{"type":"Feature","id":"z","properties":{},'
                '"geometry":{"type":"Point","coordinates":[141,42]}}'
            )
        },
        [(FILE, None, "geometry.type", "Point")],
    ),
    Case(
        "invalid_geometry",
        {FILE: zones(f'{{"type":"Feature","id":"z","properties":{{}},{BOW_TIE}}}')},
        [(FILE, None, "geometry", "z")],
    ),
    Case(
        "invalid_geometry",
        {
            FILE: zones(
                '{"type":"Feature","id":"z","properties":{},'
                '"geometry":{"type":"Polygon","coordinates":"here"}}'
            )
        },
        [(FILE, None, "geometry", "z")],
    ),
    Case(
        "duplicate_geo_json_key",
        {FILE: zones(square("z", 141.0), square("z", 141.5))},
        [(FILE, None, "id", "z")],
    ),
]
