"""How many calls the house may begin by itself now, so that those who call it always find a line."""

from __future__ import annotations

import math
from collections import Counter

from cti.telephony.calls import Calls
from cti.telephony.trunks import Trunks


class LinesLeft:
    """Counts them: the channels of the trunks that answer, less those in use either way, less those kept free."""

    def __init__(self, trunks: Trunks, calls: Calls) -> None:
        self._trunks, self._calls = trunks, calls

    def now(self, kept_free: float) -> int:
        """With a share of each trunk's channels (0 to 1, rounded up) kept free for calls that come in."""
        coming = Counter(call.trunk for call in self._calls.open if not call.outgoing)
        left = 0
        for name in self._trunks.names:
            state = self._trunks.state(name)
            if state is not None and state.reachable:
                taken = state.busy + coming[name] + math.ceil(state.channels * kept_free)
                left += max(state.channels - taken, 0)
        return left
