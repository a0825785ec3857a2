"""What an agent may do from his desk: his state, and the verbs of his own call (A13)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from acd.service import Acd, RequestRefused
from cti.base.call import Call
from cti.base.numbers.number import EMERGENCY, Number
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.telephony.calls import Calls
from cti.telephony.conference import MOST, Conferences
from cti.telephony.consult import Consultations
from cti.telephony.emergency import DEPARTMENT, Emergencies
from cti.telephony.engagement import Role
from cti.telephony.handover import Handover
from cti.telephony.interruption import Interruptions
from cti.telephony.switch.address import Address
from cti.telephony.talk import Talks
from cti.telephony.ways_out import WaysOut
from ivr.definition.flow import Flow
from ivr.workshop.library import FlowLibrary
from softphone.messages import TargetFlow

WORK = "agent.work"
SURVEY = "survey"
"""The flow by which a caller rates the talk, as the house's flow leads into it."""
SAYINGS = {
    "not_talking": "当前没有通话",
    "not_consulting": "当前没有已接通的咨询",
    "not_held": "来电未保持",
    "away": "来电已保持或正在咨询",
    "already": "紧急电话正在呼叫或已接通",
    "there": "正在呼叫对方，或对方已在通话中",
    "in_emergency": "正在呼叫紧急号码、部门专线或与其三方通话，市民不能离开",
    "no_phone": "没有在线的话机",
    "oneself": "不能转接或咨询自己",
    "engaged": "对方正在通话，暂时不能转接或咨询",
    "in_conference": "通话中还有其他人（或正在呼叫他们），不能进行此操作，请先请出对方或退出",
    "no_conference": "对方不在通话中，或只有您与市民在通话",
    "full": f"通话中已有 {MOST} 人，不能再加人",
    "not_yours": "您是被咨询的一方，只能挂断退出",
}
OTHER_CALL = "这是上一通电话的操作，当前已是另一通电话，没有执行"
"""Why nothing is done that was asked of a call which is no longer the agent's."""
APART = frozenset({"hold", "transfer", "consult", "to_flow", "survey"})
"""What takes the citizen away from whom he talks with: not while an emergency line is called or talks with him."""
ASKED = frozenset({"hangup", "leave", "digits", "reconnect", "interrupted", "move"})
"""What somebody may do in a call whose talk is a colleague's: he was asked, or is in their conference."""


class Desk:
    """What an agent does with his phone and his calls."""

    def __init__(
        self,
        acd: Acd,
        calls: Calls,
        talks: Talks,
        handover: Handover,
        consultations: Consultations,
        ways: WaysOut,
        flows: FlowLibrary,
        interruptions: Interruptions,
        emergencies: Emergencies,
        conferences: Conferences,
    ) -> None:
        self._acd = acd
        self._calls = calls
        self._talks = talks
        self._handover = handover
        self._consultations = consultations
        self._ways = ways
        self._flows = flows
        self._interruptions = interruptions
        self._emergencies = emergencies
        self._conferences = conferences

    # ── state ────────────────────────────────────────────────────────────────────────────────────────────────────

    def request_state(self, visitor: Visitor, state: str, reason: str) -> None:
        """Ask for ready, break or signed_out; during a talk it takes effect afterwards."""
        self.set_state(_number(visitor), state, reason)

    def set_state(self, agent: str, state: str, reason: str, by: str = "") -> None:
        """The same for any agent; `by` is the supervisor who forces it."""
        try:
            if self._acd.agent(agent).state == "signed_out" and state != "signed_out":
                self._acd.sign_in(agent, state, reason)
            else:
                self._acd.request_state(agent, state, reason, by)
        except RequestRefused as error:
            raise Conflict("state_refused", f"不能切换状态：{error}") from None

    def end_wrapup(self, visitor: Visitor) -> None:
        """Done with the wrap-up."""
        self._acd.end_wrapup(_number(visitor))

    def extend_wrapup(self, visitor: Visitor, seconds: float) -> None:
        """Some more time for the wrap-up."""
        try:
            self._acd.extend_wrapup(_number(visitor), seconds)
        except RequestRefused as error:
            raise Conflict("state_refused", f"不能延长话后时间：{error}") from None

    # ── the call ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def act(self, visitor: Visitor, verb: str, to: str = "", digits: str = "", *, named: str = "") -> None:
        """Carry out a verb on the agent's own call. Conflict when it does not fit, Invalid for a wrong target.

        `named` is the call that the agent saw when he asked: Conflict `other_call` when he has another by now.
        """
        call, agent = self._own_call(visitor), _number(visitor)
        if named not in ("", call.id):
            raise Conflict("other_call", OTHER_CALL)
        owns = call.talk is not None and call.talk.agent == agent
        try:
            if not owns and verb not in ASKED:
                raise LookupError("not_yours")
            if verb in ("consult", "transfer", "invite") and (line := self._emergency_line(to)):
                # Whichever way he dials it: the citizen is neither put on hold nor left alone with a ringing line.
                verb, to = "emergency", line
            if verb in APART and self._emergencies.is_under_way(call):
                raise LookupError("in_emergency")
            match verb:
                case "leave" if owns and self._emergencies.is_connected(call):
                    await self._talks.hang_up(call)
                case "hangup" if owns:
                    await self._talks.hang_up(call)
                case "reconnect" if owns:
                    await self._interruptions.interrupt(call, "reload")
                case "interrupted" if owns:
                    await self._interruptions.interrupt(call, "reload", anew=True)
                case "move" if owns:
                    await self._interruptions.interrupt(call, "moved", anew=True)
                case "hangup" | "leave" | "reconnect" | "interrupted" | "move":
                    # Whose talk it is not is not waited for.
                    if not await self._conferences.leave(call, agent):
                        await self._consultations.leave(call, agent)
                case "put_out":
                    await self._put_out(call, to)
                case "invite":
                    self._invite(visitor, call, to)
                case "hold":
                    await self._handover.hold(call)
                case "retrieve":
                    await self._handover.retrieve(call)
                case "transfer":
                    await self._handover.transfer(call, self._target(visitor, to))
                case "survey":
                    await self._handover.to_survey(call, self._survey(call))
                case "consult":
                    addresses, shown = self._dialled(visitor, to)
                    kind, _, number = to.partition(":")
                    await self._consultations.consult(call, number, addresses, outside=kind == "outside", shown=shown)
                case "consult/complete":
                    await self._consultations.complete(call)
                case "consult/cancel":
                    await self._consultations.cancel(call)
                case "conference":
                    await self._consultations.conference(call)
                case "emergency":
                    await self._emergency(call, agent, to)
                case "digits":
                    await self._send(call, digits)
                case "to_flow":
                    await self._handover.to_flow(call, self._flow(to))
                case _:
                    raise NotFound("no_such_verb", "没有这个操作")
        except LookupError as error:
            code = str(error.args[0]) if error.args else "conflict"
            raise Conflict(code, SAYINGS.get(code, "当前状态不能进行此操作")) from None

    def is_talking(self, visitor: Visitor) -> bool:
        """Whether the agent has a part in a call now."""
        return visitor.agent_no is not None and self._calls.of_agent(visitor.agent_no) is not None

    def _own_call(self, visitor: Visitor) -> Call:
        agent = _number(visitor)
        part = self._calls.engagements.in_call(agent)
        call = self._calls.of_agent(agent)
        if call is None or part is None or part.role is Role.SUPERVISING:
            raise Conflict("no_call", "当前没有通话")
        return call

    def _emergency_line(self, to: str) -> str:
        """The emergency line that a target `outside:110` is; empty for any other."""
        kind, _, value = to.partition(":")
        number = self._ways.number(value)
        return number.digits if kind == "outside" and number.is_emergency else ""

    async def _emergency(self, call: Call, agent: str, line: str) -> None:
        """110, 119, 120, 122 or a department's line into the talk; a citizen who is on hold hears it too."""
        if line.startswith(DEPARTMENT):
            if self._emergencies.department(line) is None:
                raise Invalid("no_such_line", "没有这条部门专线，或已停用", "to")
        elif line not in EMERGENCY:
            raise Invalid("no_such_line", "只能呼叫 110、119、120、122 或部门专线", "to")
        talk = self._talks.talking(call)
        if talk.away == "hold":
            await self._handover.retrieve(call)
        elif talk.away:
            raise LookupError("away")
        self._emergencies.call(call, line, agent)

    async def _send(self, call: Call, digits: str) -> None:
        if not re.fullmatch(r"[0-9*#]{1,32}", digits):
            raise Invalid("digits", "按键只能是数字、* 和 #", "digits")
        await self._calls.switch.send_digits(call.caller_leg, digits)

    def flows(self) -> list[tuple[str, TargetFlow]]:
        """The flows that a call can go to, each with its organisation (empty: the house)."""
        fit = [flow for name in self._flows.names if _unfit(flow := self._flows.current(name)) is None]
        return [(one.head.organisation, {"flow": one.name, "title": one.head.title or one.name}) for one in fit]

    def _invite(self, visitor: Visitor, call: Call, to: str) -> None:
        """A colleague or a number outside into the talk: citizen and agent talk on until he answers."""
        addresses, shown = self._dialled(visitor, to)
        kind, _, number = to.partition(":")
        outside = kind == "outside"
        digits = self._ways.number(number).national if outside else number
        self._conferences.invite(call, digits, addresses[0], outside=outside, shown=shown)

    async def _put_out(self, call: Call, leg: str) -> None:
        """One of those in the talk: whom the agent had consulted, or a guest by his leg."""
        talk = self._talks.talking(call)
        if talk.conference and leg in ("", talk.consulted_leg):
            await self._consultations.put_out(call)
        else:
            await self._conferences.put_out(call, leg)

    def _survey(self, call: Call) -> str:
        """The flow by which callers rate a talk; who has done so is not asked again."""
        if call.satisfaction:
            raise Conflict("rated", "市民已经评价过了")
        return self._flow(SURVEY)

    def _flow(self, to: str) -> str:
        name = to.removeprefix("flow:")
        if name not in self._flows.names:
            raise Invalid("no_such_flow", "没有这个流程", "to")
        if (reason := _unfit(self._flows.current(name))) is not None:
            raise Conflict("flow_unfit", reason)
        return name

    def _target(self, visitor: Visitor, to: str) -> str:
        """`queue:x`, `flow:x`, `agent:1002` or `outside:138…`, checked: nobody is sent where nothing takes him."""
        kind, _, value = to.partition(":")
        if kind == "queue" and any(one.queue == value for one in self._acd.queues()):
            return to
        if kind == "flow":
            return f"flow:{self._flow(value)}"
        self._dialled(visitor, to)
        return to

    def _dialled(self, visitor: Visitor, to: str) -> tuple[Sequence[Address], Number | None]:
        """The addresses of `agent:1002` or `outside:138…`, and what is shown there."""
        kind, _, value = to.partition(":")
        if kind == "agent" and re.fullmatch(r"[0-9]{2,8}", value):
            self._ways.need(visitor, Number.extension(value))
            if not (addresses := self._calls.registrar.addresses(value)):
                raise Conflict("no_phone", "对方没有在线的话机")
            return addresses, None
        if kind == "outside":
            call = self._own_call(visitor)
            number = self._ways.number(value)
            way = self._ways.find(number, who=visitor, organisation=call.organisation, citizen=call.caller)[0]
            return (way.address,), way.shown
        raise Invalid("no_such_target", "没有这个转接目标", "to")


def _unfit(flow: Flow) -> str | None:
    """Why no caller can be sent to a flow."""
    if missing := flow.missing(()):
        return f"流程“{flow.head.title or flow.name}”需要参数 {'、'.join(missing)}，不能作为转接目标"
    return f"流程“{flow.head.title or flow.name}”对来电不起作用" if flow.is_silent else None


def _number(visitor: Visitor) -> str:
    if visitor.agent_no is None:
        raise NotFound("no_agent", "您没有工号，不能使用话务工作台")
    return visitor.agent_no
