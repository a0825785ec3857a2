"""An agent calls somebody: one click rings his own phone, and once he has picked up, the other's.

In the matching he is occupied from the click on, so that nobody else is put through to him meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

import pydantic
import structlog

from acd.service import Acd
from cti.base.call import Call
from cti.base.http.routes import Body, Route
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.telephony.calls import Calls
from cti.telephony.outgoing import Outgoing
from cti.telephony.switch.port import DialResult
from cti.telephony.ways_out import WaysOut
from softphone.messages import NotReached

log = structlog.get_logger(__name__)

FLOW = "outgoing"
RING_AGENT, RING_OTHER = 20.0, 45.0
BUSY = ("reserved", "ringing", "talking")
PHONE_BACK, LOOK_EVERY = 5.0, 0.25
"""Seconds in which a phone comes back that was on its way from one page to another when it was to ring."""
NOT_RUNG = (DialResult.UNREACHABLE, DialResult.FAILED, DialResult.CANCELLED)
Ended = Callable[[str, Literal["agent", "other"], DialResult], Awaitable[None]]
"""Hears of a call that came to nothing: its id, whose phone was not reached, and why."""
OwnCall = Callable[[Visitor, str], Awaitable[Call]]
"""A call in which somebody has talked; NotFound for all others."""


class DialOut:
    """Makes the calls that agents dial; `own` finds a call that an agent has had."""

    def __init__(self, acd: Acd, calls: Calls, outgoing: Outgoing, ways: WaysOut, own: OwnCall) -> None:
        self._acd = acd
        self._calls = calls
        self._outgoing = outgoing
        self._ways = ways
        self._own = own
        self._not_reached: dict[str, NotReached] = {}

    def not_reached(self, agent: str) -> NotReached | None:
        """What became of the call that he began last, if it came to nothing."""
        return self._not_reached.get(agent)

    async def dial_again(self, visitor: Visitor, id: str) -> str:
        """Go on with a call of his that broke off: the citizen is dialled, and the new call knows the first.

        NotFound for a call that was not the visitor's; Invalid, Conflict.
        """
        first = await self._own(visitor, id)
        if not first.caller.digits:
            raise Invalid("anonymous", "来电未显示号码，无法回拨")
        if not first.is_over:
            raise Conflict("not_over", "这通电话还没有结束")
        return self.dial(visitor, first.caller.national, follows=first.id)

    def dial(self, visitor: Visitor, said: str, tell: Ended | None = None, *, show: str = "", follows: str = "") -> str:
        """Begin to call a number as it was typed; returns the call's id. Invalid, Conflict.

        `tell` hears of a call that came to nothing. `show` is the number of the visitor's organisation that is shown,
        where it may show it, if not its usual one.
        """
        number = self._ways.number(said)
        if not number.digits:
            raise Invalid("number", "不是可以拨打的号码", "number")
        agent = visitor.agent_no or ""
        state = self._acd.agent(agent).state if agent else ""
        if state in ("", "signed_out"):
            raise Conflict("signed_out", "请先签入，再拨打电话")
        if state in BUSY or self._calls.engagements.on_the_phone(agent) is not None:
            raise Conflict("busy", "您正在通话，不能同时拨打")
        if not self._calls.registrar.addresses(agent):
            raise Conflict("no_phone", "没有在线的话机")
        self._ways.find(number, who=visitor, organisation=visitor.organisation)
        call = self._outgoing.begin(
            new_id(),
            number,
            organisation=visitor.organisation,
            region=visitor.region,
            flow=FLOW,
            show=show,
            follows=follows,
        )
        self._not_reached.pop(agent, None)
        self._acd.occupied(agent, call.id)
        self._calls.background(self._dial(call, agent, visitor, tell), "dial out")
        return call.id

    async def _dial(self, call: Call, agent: str, visitor: Visitor, tell: Ended | None) -> None:
        who: Literal["agent", "other"] = "agent"
        result = DialResult.FAILED
        try:
            result = await self._ring(call, agent)
            if result is DialResult.ANSWERED:
                who = "other"
                result = await self._outgoing.dial_citizen(call, RING_OTHER, visitor)
                if result is DialResult.ANSWERED:
                    return
            log.info("not dialled through", call=call.id, agent=agent, result=result.value)
        except Exception:
            log.exception("dialling out failed", call=call.id)
        if result is not DialResult.ANSWERED:
            self._not_reached[agent] = {"call": call.id, "who": who, "result": result}
        await self._outgoing.stop(call)
        self._outgoing.over(call)
        self._acd.talk_ended(agent, call.id)
        if tell is not None and result is not DialResult.ANSWERED:
            await tell(call.id, who, result)

    async def _ring(self, call: Call, agent: str) -> DialResult:
        """Ring the agent; once more where the page that he dials from was loaded a moment ago.

        What stood as his phone was that of the page before: it was gone before it rang.
        """
        rang: list[bool] = []
        clock = self._calls.clock
        until = clock.now() + PHONE_BACK
        while True:
            result = await self._outgoing.ring_agent(call, agent, RING_AGENT, on_ringing=lambda: rang.append(True))
            if result not in NOT_RUNG or rang or self._outgoing.is_stopped(call):
                return result
            await asyncio.sleep(LOOK_EVERY)
            while not self._calls.registrar.addresses(agent) and clock.now() < until:
                await asyncio.sleep(LOOK_EVERY)
            if clock.now() >= until or self._outgoing.is_stopped(call):
                return result
            log.info("the agent is rung once more", call=call.id, agent=agent, result=result.value)


class DialBody(Body):
    """A number as it was typed, or one's own call that broke off and is to be gone on with."""

    number: str = pydantic.Field(default="", max_length=32)
    follows: str = pydantic.Field(default="", max_length=26)


class Dialled(pydantic.BaseModel):
    """The call that was begun."""

    call: str


def routes(out: DialOut) -> list[Route]:
    """All routes: path, handler and permission of each."""

    async def dial(visitor: Visitor, body: DialBody) -> Dialled:
        if body.follows:
            return Dialled(call=await out.dial_again(visitor, body.follows))
        return Dialled(call=out.dial(visitor, body.number))

    return [Route("POST", "/api/agent/dial", dial, "agent.work", "拨打电话")]
