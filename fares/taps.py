"""What can a rider do at a reader, and how soon again?"""

from datetime import timedelta
from enum import StrEnum
from typing import Final

# A phone handed back through the window shows a fresh code at the same reader.
PASS_BACK: Final = timedelta(minutes=3)


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
