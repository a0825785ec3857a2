"""Somebody shows that a telephone outside is his: it rings, he answers, and types the four digits on his screen.

So nobody lets a stranger's telephone ring for citizens; a landline can be confirmed as well as a mobile, without SMS.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import structlog

from cti.base.call import Party
from cti.base.ids import new_id
from cti.base.numbers.number import Number, NumberKind
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.telephony.calls import Calls
from cti.telephony.switch.port import CallSession, DialResult, SwitchUnavailable
from cti.telephony.trunks import Trunks
from cti.telephony.ways_out import WayOut, WaysOut
from softphone.own_phones.keeping import OWN_PHONE, OwnPhones

log = structlog.get_logger(__name__)

RING = 40.0
TYPE, BETWEEN, TRIES = 30.0, 10.0, 3
"""Seconds in which the first digit is typed, and each further one; how often they may be wrong."""
HOURLY, HOUR = 5, 3600.0
"""Telephones that one person may let ring for this in an hour: they may be a stranger's."""
KINDS = (NumberKind.MOBILE, NumberKind.LANDLINE)


State = Literal["ringing", "typing", "confirmed", "wrong", "unreached"]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One under way or just over. `wrong` are the digits that were typed."""

    number: str
    code: str
    state: State = "ringing"

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return self.state not in ("ringing", "typing")


class Confirming:
    """Makes those calls. `told` is called with the person whose has changed."""

    def __init__(self, calls: Calls, ways: WaysOut, trunks: Trunks, phones: OwnPhones) -> None:
        self._calls, self._ways, self._trunks, self._phones = calls, ways, trunks, phones
        self._now: dict[str, Confirmation] = {}
        self._past: dict[str, deque[float]] = {}
        self.told: Callable[[str], object] = lambda person: None

    def of(self, person: str) -> Confirmation | None:
        """That of a person."""
        return self._now.get(person)

    def begin(self, visitor: Visitor, said: str) -> None:
        """Ring a number as it was typed. Invalid, NotAllowed and Conflict as dialling refuses, and too often."""
        visitor.need(OWN_PHONE)
        visitor.need_session()
        number = self._ways.number(said)
        if number.kind not in KINDS or number.is_emergency:
            raise Invalid("number", "请填写手机号码，或带区号的固定电话", "number")
        found = self._now.get(visitor.person)
        if found is not None and not found.is_over:
            raise Conflict("busy", "正在核验，请接听您的电话")
        ways = self._ways.find(number, who=visitor, organisation=visitor.organisation)
        past, at = self._past.setdefault(visitor.person, deque()), self._calls.clock.now()
        while past and at - past[0] >= HOUR:
            past.popleft()
        if len(past) >= HOURLY:
            raise Conflict("too_often", f"一小时内最多核验 {HOURLY} 次，请稍后再试")
        past.append(at)
        self._set(visitor.person, Confirmation(number.masked, f"{secrets.randbelow(10_000):04}"))
        self._calls.background(self._confirm(visitor, number, ways[0]), "confirm an own telephone")

    async def _confirm(self, visitor: Visitor, number: Number, way: WayOut) -> None:
        key, person = new_id(), visitor.person
        typed: list[bool] = []

        over = asyncio.Event()

        async def listen(session: CallSession) -> None:
            self._set(person, replace(self._now[person], state="typing"))
            code = self._now[person].code
            try:
                for _ in range(TRIES):
                    heard = await session.collect([], longest=len(code), first=TYPE, between=BETWEEN)
                    if heard.digits == code:
                        typed.append(True)
                        return
            finally:
                over.set()

        done = self._calls.sessions.attend(key, listen)
        trunk = way.address.trunk
        self._trunks.began(trunk)
        try:
            result = await self._calls.switch.originate(
                way.address, call=key, party=Party.OUTSIDE, agent="", caller=way.shown, timeout=RING
            )
            if result is DialResult.ANSWERED:
                await over.wait()
        except SwitchUnavailable as error:
            log.warning("own telephone not rung", reason=str(error))
            result = DialResult.FAILED
        finally:
            self._trunks.ended(trunk)
            done()
        if typed:
            await self._phones.confirmed(visitor, number)
        state: State = "confirmed" if typed else "wrong" if result is DialResult.ANSWERED else "unreached"
        self._set(person, replace(self._now[person], state=state, code=""))

    def _set(self, person: str, now: Confirmation) -> None:
        self._now[person] = now
        self.told(person)
