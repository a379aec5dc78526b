"""Which of our modes is a GTFS route type? Basic types 0-12 and the extended ones."""

from fares.modes import Mode

_BASIC = {
    0: Mode.RAIL,  # tram, light rail
    1: Mode.RAIL,  # underground
    2: Mode.RAIL,
    3: Mode.BUS,
    5: Mode.RAIL,  # cable tram
    7: Mode.RAIL,  # funicular
    11: Mode.BUS,  # trolleybus
    12: Mode.RAIL,  # monorail
}
# Ferries (4, 1000, 1200), air (1100), aerial lifts (6, 1300) and the rest are no mode that a
# plan can name today.
_EXTENDED_HUNDREDS = {
    1: Mode.RAIL,  # railway
    2: Mode.BUS,  # coach
    4: Mode.RAIL,  # urban railway, metro, monorail
    7: Mode.BUS,
    8: Mode.BUS,  # trolleybus
    9: Mode.RAIL,  # tram
    14: Mode.RAIL,  # funicular
    15: Mode.TAXI,
}
DEMAND_RESPONSIVE_BUS = 715


def mode_of(route_type: int) -> Mode | None:
    """Return the mode of a GTFS `route_type`, None for one that no plan covers."""
    if route_type == DEMAND_RESPONSIVE_BUS:
        return Mode.ON_DEMAND
    if route_type < 100:
        return _BASIC.get(route_type)
    return _EXTENDED_HUNDREDS.get(route_type // 100)


def is_route_type(number: int) -> bool:
    """Tell whether a number is a route type at all, basic or extended."""
    return number in _BASIC or number in {4, 6} or 100 <= number <= 1702
