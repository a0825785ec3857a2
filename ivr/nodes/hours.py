"""`hours`: go by the business calendar of the call's region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from cti.base.files.parts import Name
from ivr.nodes.node import FAILED, Node, Target, Turn
from ivr.nodes.walk import Walk


class Hours(Node):
    """`open` or `closed` by the calendar; closed on a holiday goes `holiday` where that is named."""

    KIND: ClassVar[str] = "hours"
    SPEAKS: ClassVar[bool] = False
    FAILS: ClassVar[tuple[str, ...]] = (FAILED,)
    INSTEAD: ClassVar[Mapping[str, str]] = {"holiday": "closed"}

    hours: Name
    open: Target
    closed: Target
    holiday: Target | None = None
    failed: Target | None = None

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        now, region = walk.surroundings.now(), walk.conversation.facts.region
        state = walk.surroundings.calendars.state(self.hours, now, region)
        if state.is_open:
            return "open"
        return "holiday" if state.holiday else "closed"
