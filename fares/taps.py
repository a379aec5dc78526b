"""What can a rider do at a reader?"""

from enum import StrEnum


class TapAction(StrEnum):
    """What a rider does at a reader, or an operator's system for a booked ride (`hold`)."""

    TAP_ON = "tap_on"
    TAP_OFF = "tap_off"
    GATE_IN = "gate_in"
    GATE_OUT = "gate_out"
    HOLD = "hold"

    @property
    def opens(self) -> bool:
        """Whether this begins a ride."""
        return self in {TapAction.TAP_ON, TapAction.GATE_IN, TapAction.HOLD}
