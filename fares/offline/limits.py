"""How long things may take without network: one place for readers and for the reconciliation."""

from datetime import timedelta
from typing import Final

# Older than this, a status list or a clock is no ground for a metered ride; any other ride goes
# ahead at the operator's risk (the list) or marked (the clock).
MAX_LIST_AGE: Final = timedelta(hours=24)
MAX_CLOCK_AGE: Final = timedelta(hours=24)
# A record must be here this long after its ride; outcomes of a certificate are final this long
# after its end, when no record of it can be on time any more.
UPLOAD_WINDOW: Final = timedelta(hours=72)
# A reader can't hold a list from the future; clocks may differ by as much as for a code.
MAX_LIST_AHEAD: Final = timedelta(seconds=30)
