"""A test call: one number over one trunk, ended as soon as it is answered, told in words."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress

import pydantic

from cti.base.call import Party
from cti.base.http.routes import Body
from cti.base.ids import new_id
from cti.base.numbers.number import Number, NumberKind
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.screens import form
from cti.telephony.calls import Calls
from cti.telephony.switch.address import TrunkAddress
from cti.telephony.switch.port import CallSession, DialResult, SwitchUnavailable
from cti.telephony.trunks import Trunks
from cti.telephony.ways_out import WaysOut
from workflow.lines.trunks import TrunkRecords

RING_SECONDS = 20.0
ANSWERED_SECONDS = 5.0
"""How long the answered leg may take to come in its session."""

WORDS: Mapping[DialResult, str] = {
    DialResult.ANSWERED: "接通",
    DialResult.BUSY: "对方忙，线路正常",
    DialResult.REJECTED: "对方拒接，线路正常",
    DialResult.NO_ANSWER: f"振铃 {RING_SECONDS:.0f} 秒无人接听，线路正常",
    DialResult.UNREACHABLE: "没有路由或对端无应答",
    DialResult.FAILED: "呼叫失败",
    DialResult.CANCELLED: "已取消",
}


class TestBody(Body):
    """Whom to call to try a trunk."""

    number: str = pydantic.Field(
        min_length=2, max_length=32, title="测试号码",
        json_schema_extra=form(kind="phone", help="接通后立即挂断，对方会看到一次来电；不能是紧急号码"),
    )  # fmt: skip


class TestResult(pydantic.BaseModel):
    """How it went; `words` are for people."""

    result: str
    seconds: float
    words: str


class TrunkTests:
    """Makes calls that try a trunk, and tells how they went."""

    def __init__(self, records: TrunkRecords, calls: Calls, trunks: Trunks, ways: WaysOut) -> None:
        self._records = records
        self._calls = calls
        self._trunks = trunks
        self._ways = ways

    async def call(self, visitor: Visitor, id: str, said: str) -> TestResult:
        """Call a number over the trunk. Invalid, Conflict, NotAllowed; the audit knows who tried."""
        visitor.need(self._records.edit_permission)
        trunk = await self._records.get(visitor, id)
        number = self._ways.number(said)
        if not number.digits or number.is_emergency or number.kind is NumberKind.EXTENSION:
            raise Invalid("number", "不是可以用来测试的号码", "number")
        self._ways.need(visitor, number)
        if trunk.state in ("off", "incoming"):
            raise Conflict("no_host", "该中继没有启用，或只接来电", "number")
        if not self._trunks.reserve(trunk.name):
            raise Conflict("full", "该中继的通道已满，请稍后再试", "number")
        try:
            async with self._records.office.store.writing() as session:
                await self._records.audit(session, visitor, "tested", id, after={"number": number.masked})
            return await self._try(TrunkAddress(trunk.name, trunk.prefix + number.national), self._shown(trunk.name))
        finally:
            self._trunks.ended(trunk.name)

    def _shown(self, trunk: str) -> Number:
        return Number.parse(self._trunks.caller_id(trunk, self._records.office.organisation) or "")

    async def _try(self, address: TrunkAddress, shown: Number) -> TestResult:
        key, came, loop = new_id(), asyncio.Event(), asyncio.get_running_loop()

        async def answered(session: CallSession) -> None:
            # Left at once: whoever attends a leg and returns has it hung up.
            came.set()

        unattend, began = self._calls.sessions.attend(key, answered), loop.time()
        try:
            result = await self._calls.switch.originate(
                address, call=key, party=Party.OUTSIDE, agent="", caller=shown, timeout=RING_SECONDS
            )
            seconds = loop.time() - began
            if result is DialResult.ANSWERED:
                with suppress(TimeoutError):
                    async with asyncio.timeout(ANSWERED_SECONDS):
                        await came.wait()
        except SwitchUnavailable:
            raise Conflict("no_switch", "话务交换机没有应答，请稍后再试", "number") from None
        finally:
            unattend()
        return TestResult(result=result.value, seconds=round(seconds, 1), words=f"{WORDS[result]}（{seconds:.1f} 秒）")
