"""Pause a recording and let it go on, over HTTP: for the desk's button and for programs."""

from __future__ import annotations

import pydantic

from cti.base.call import Call
from cti.base.http.routes import Body, Route
from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.telephony.calls import Calls
from cti.telephony.pauses import LONGEST_SECONDS, Pauses, reasons_of
from cti.telephony.switch.port import SwitchUnavailable

PAUSE = "recordings.pause"
BY_HAND = "手动"
"""The reason of the desk's button."""


class PauseRequest(Body):
    """Why, and for how many seconds at most."""

    reason: str = pydantic.Field(default=BY_HAND, min_length=1, max_length=40, title="原因")
    seconds: float = pydantic.Field(default=LONGEST_SECONDS, gt=0, le=LONGEST_SECONDS, title="最长秒数")


class ResumeRequest(Body):
    """Which reason is over."""

    reason: str = pydantic.Field(default=BY_HAND, min_length=1, max_length=40, title="原因")


class PauseView(pydantic.BaseModel):
    """Why the recording of a call is paused now; empty when it goes on."""

    reasons: list[str]


def routes(calls: Calls, pauses: Pauses, audit: Audit) -> list[Route]:
    """The routes; each pause and each end of one stands in the audit."""

    def find(visitor: Visitor, id: str) -> Call:
        call, scope = calls.find(id), visitor.reach(PAUSE)
        if call is None or not scope.covers(call.organisation, call.region):
            raise NotFound("no_such_call", "没有这通电话")
        if scope.agent is not None and (call.talk is None or call.talk.agent != scope.agent):
            raise NotFound("no_such_call", "没有这通电话")
        return call

    def who(visitor: Visitor) -> str:
        return visitor.agent_no or visitor.login

    async def pause(visitor: Visitor, call: str, body: PauseRequest) -> PauseView:
        found = find(visitor, call)
        try:
            await pauses.pause(found, body.reason, by=who(visitor), seconds=body.seconds)
        except LookupError:
            raise Conflict("not_recording", "当前没有正在进行的录音") from None
        except SwitchUnavailable:
            raise Conflict("switch", "交换机暂时无法暂停录音，录音仍在继续") from None
        await audit.note(visitor, "recording.paused", f"call:{call}", {"reason": body.reason})
        return PauseView(reasons=reasons_of(found))

    async def resume(visitor: Visitor, call: str, body: ResumeRequest) -> PauseView:
        found = find(visitor, call)
        try:
            await pauses.resume(found, body.reason, by=who(visitor))
        except SwitchUnavailable:
            raise Conflict("switch", "交换机暂时无法恢复录音，请再试一次") from None
        await audit.note(visitor, "recording.resumed", f"call:{call}", {"reason": body.reason})
        return PauseView(reasons=reasons_of(found))

    return [
        Route("POST", "/api/calls/{call}/recording/pause", pause, PAUSE, "暂停录音"),
        Route("POST", "/api/calls/{call}/recording/resume", resume, PAUSE, "恢复录音"),
    ]
