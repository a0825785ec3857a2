"""What an agent's browser counts of the sound of his talk: told every few seconds, kept with the call at its end."""

from __future__ import annotations

from typing import Annotated

import pydantic

from cti.base.call import Leg, LegState
from cti.base.http.routes import Body, Route
from cti.base.visitor import Visitor
from cti.telephony.calls import Calls
from cti.telephony.quality import LegQuality
from cti.telephony.switch.address import WEB
from softphone.desk import WORK

Count = Annotated[int, pydantic.Field(ge=0, le=1_000_000_000)]
Seconds = Annotated[float, pydantic.Field(ge=0, le=60)]


class BrowserCounts(Body):
    """Since the talk's begin, by the browser's statistics (W3C WebRTC-stats). Packets; times in seconds.

    `received`, `lost` and `jitter` are of what came to it, `sent` went from it; `far_lost`, `far_jitter` and
    `round_trip` are what the switch reports of that by RTCP, none until it has.
    """

    codec: str = pydantic.Field(default="", max_length=16, pattern=r"^[A-Za-z0-9.-]*$")
    received: Count
    lost: Count
    sent: Count
    jitter: Seconds | None = None
    far_lost: Count | None = None
    far_jitter: Seconds | None = None
    round_trip: Seconds | None = None


class BrowserQuality:
    """Takes it."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def routes(self) -> list[Route]:
        """One's own talk alone; what comes when it is over is too late, and no fault."""
        return [Route("POST", "/api/phone/quality", self.take, WORK, "浏览器测得的通话质量")]

    async def take(self, visitor: Visitor, body: BrowserCounts) -> None:
        """How the sound of one's talk is at the browser."""
        leg = self._leg(visitor.agent_no)
        if leg is None:
            return
        counted = LegQuality(
            body.codec.lower(), body.received, body.lost, body.sent, body.jitter, body.far_lost, body.far_jitter,
            body.round_trip,
        )  # fmt: skip
        self._calls.measured.by_browser(leg.id, counted)

    def _leg(self, agent: str | None) -> Leg | None:
        call = self._calls.of_agent(agent) if agent else None
        legs = () if call is None else call.legs.values()
        his = (leg for leg in legs if leg.agent == agent and leg.state is LegState.UP and leg.address.endswith(WEB))
        return next(his, None)
