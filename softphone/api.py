"""The desk, supervision, the board and the call log over HTTP; see `/api/openapi.json`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

import pydantic
from aiohttp import web

from acd.settings.schema import BreakSettings
from cti.base.http.guard import bracketed, hostname_of, is_https
from cti.base.http.routes import SIGNED_IN, Body, Exchange, Route
from cti.base.refusal import Conflict, NotFound
from cti.base.settings import SwitchSettings
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.identity.calls_asked import CallsAsked
from cti.office.identity.masking import REVEAL
from cti.office.identity.people import People
from cti.office.records.routes import file_answer
from cti.store.engine import Store
from cti.telephony.provisioning import Provisioning, desk6_phone, desk_phone, web_phone
from cti.telephony.supervise import Mode, Supervision
from cti.telephony.switch.phone import REALM, digest_of
from cti.telephony.switch.port import DialResult
from softphone.call_log import EXPORT, CallerNumber, CallList, CallLog, CallStory
from softphone.desk import WORK, Desk
from softphone.live import Live
from softphone.messages import (
    AgentSnapshot,
    AgentToday,
    BoardSnapshot,
    BreakReason,
    CallsToday,
    PhoneAt,
    PhoneSettings,
    Targets,
)

JOIN, CONTROL = "supervision.join", "supervision.control"
SUPERVISING = {
    "not_talking": "座席没有在通话，或这通电话已不在他那里",
    "apart": "座席正在咨询，或市民暂时不在通话中，请稍后再试",
    "oneself": "不能监控自己的通话",
    "engaged": "您正在通话，不能同时监控",
    "no_phone": "您没有在线的话机",
}
"""Why a supervisor cannot be in a talk now."""
PROVISION_SECONDS = 5.0
"""How long a phone of somebody just hired may wait for the switch to know it."""


class StateRequest(Body):
    """A state that an agent, or a supervisor for him, asks for."""

    state: Literal["ready", "break", "signed_out"]
    reason: str | None = pydantic.Field(default=None, max_length=40)


Named = Annotated[str, pydantic.Field(max_length=40)]
"""The call on the screen when somebody asked; empty: whichever it is now. For another it is refused."""


class ConsultAction(Body):
    """In whose talk the colleague was asked."""

    call: Named = ""


class Extension(Body):
    """How many seconds of wrap-up somebody wants besides."""

    seconds: float = pydantic.Field(gt=0, le=3600)


class CallAction(Body):
    """The target or the keys of a verb."""

    call: Named = ""
    to: str = pydantic.Field(default="", max_length=64)
    digits: str = pydantic.Field(default="", max_length=32)


class AnswerMode(Body):
    """Whether one's phone answers by itself."""

    auto: bool


class PhonePlaceRequest(Body):
    """The browser that wants the phone, by a name of its own; `moving`: a talk moves along."""

    browser: str = pydantic.Field(min_length=8, max_length=40)
    moving: bool = False


class PhoneSecret(pydantic.BaseModel):
    """What a desk phone registers with."""

    secret: str


class SoftphoneApi:
    """What an agent, who supervises and the board ask; the rules are in the services."""

    def __init__(
        self,
        desk: Desk,
        live: Live,
        log: CallLog,
        supervision: Supervision,
        people: People,
        provisioning: Provisioning,
        audit: Audit,
        store: Store,
        switch: SwitchSettings,
        breaks: Callable[[], Mapping[str, BreakSettings]],
    ) -> None:
        self._desk = desk
        self._live = live
        self._log = log
        self._supervision = supervision
        self._people = people
        self._provisioning = provisioning
        self._audit = audit
        self._store = store
        self._switch = switch
        self._breaks = breaks

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [
            Route("GET", "/api/phone", self.phone, WORK, "本人话机的注册信息"),
            Route("POST", "/api/phone/secret", self.phone_secret, WORK, "更换本人话机的密码"),
            Route("PUT", "/api/phone/place", self.phone_place, WORK, "在此处使用本人话机"),
            Route("GET", "/api/agent", self.agent, WORK, "本人工作台"),
            Route("PUT", "/api/agent/state", self.state, WORK, "切换状态"),
            Route("GET", "/api/agent/reasons", self.reasons, SIGNED_IN, "小休类型"),
            Route("GET", "/api/agent/targets", self.targets, WORK, "可以转接的座席、队列和流程"),
            Route("POST", "/api/agent/wrapup/end", self.end_wrapup, WORK, "结束话后处理"),
            Route("POST", "/api/agent/wrapup/extend", self.extend_wrapup, WORK, "延长话后处理"),
            Route("PUT", "/api/agent/answer_mode", self.answer_mode, WORK, "应答方式"),
            Route("POST", "/api/agent/call/{verb}", self.act, WORK, "通话操作"),
            Route("POST", "/api/agent/call/consult/{verb}", self.consult, WORK, "咨询操作"),
            Route("POST", "/api/supervision/{agent}/{mode}", self.supervise, JOIN, "监听、密语、强插、拦截"),
            Route("POST", "/api/supervision/{agent}/hangup", self.force_hangup, CONTROL, "强拆"),
            Route("PUT", "/api/supervision/{agent}/state", self.force_state, CONTROL, "强制座席状态"),
            Route("GET", "/api/board", self.board, "board.see", "实时监控"),
            Route("GET", "/api/board/today", self.today, "board.see", "今日来电"),
            Route("GET", "/api/agent/today", self.agent_today, WORK, "本人今日话务"),
            Route("GET", "/api/calls", self.calls, "calls.see", "通话记录"),
            Route("GET", "/api/calls/export", self.export, EXPORT, "导出通话记录"),
            Route("GET", "/api/calls/{call}", self.call, "calls.see", "一通电话的全过程"),
            Route("POST", "/api/calls/{call}/number", self.number, REVEAL, "查看完整来电号码"),
        ]

    # ── one's own desk ───────────────────────────────────────────────────────────────────────────────────────────

    async def phone(self, visitor: Visitor, exchange: Exchange) -> PhoneSettings:
        """How one's phones register, told when the switch knows them: a refused phone does not soon try again.

        A browser gets the digest of its secret, good for registering and nothing else.
        """
        if visitor.agent_no is None:
            raise NotFound("no_agent", "您没有工号，没有话机")
        await self._provisioning.told(PROVISION_SECONDS)
        secret, switch = await self._people.web_secret(visitor), self._switch
        listens_everywhere = switch.bind in ("0.0.0.0", "::")  # noqa: S104 # compared, not bound
        asked, secure = hostname_of(exchange.request), is_https(exchange.request)
        host = asked if listens_everywhere else bracketed(switch.bind)
        # A page that came by TLS may open TLS sockets only: its proxy, or the switch itself, speaks TLS there.
        ws_host = asked if secure else host
        return {
            "endpoint": desk_phone(visitor.agent_no),
            "server": f"{host}:{switch.sip_port}",
            "endpoint6": desk6_phone(visitor.agent_no) if switch.both_families else None,
            "server6": f"[{switch.bind6}]:{switch.sip_port}" if switch.both_families else None,
            "web": {
                "endpoint": web_phone(visitor.agent_no),
                "realm": REALM,
                "ha1": digest_of(web_phone(visitor.agent_no), secret),
                "host": host,
                "port": switch.ws_port,
                "ws_url": switch.ws_url or f"{'wss' if secure else 'ws'}://{ws_host}:{switch.ws_port}/ws",
            },
        }

    async def phone_secret(self, visitor: Visitor) -> PhoneSecret:
        """A new secret for one's desk phone, shown this once; the old one registers no more."""
        visitor.need_session()
        secret = await self._people.new_phone_secret(visitor)
        await self._provisioning.told(PROVISION_SECONDS)
        return PhoneSecret(secret=secret)

    async def phone_place(self, visitor: Visitor, body: PhonePlaceRequest) -> PhoneAt:
        """One's phone is in this browser from now on, and no longer where it was."""
        visitor.need_session()
        place = self._live.places.take(visitor, body.browser, moving=body.moving)
        return {"browser": place.browser, "address": place.address, "since": place.since.isoformat()}

    async def agent(self, visitor: Visitor) -> AgentSnapshot:
        """The desk as it is now."""
        return self._live.desk(visitor)

    async def state(self, visitor: Visitor, body: StateRequest) -> AgentSnapshot:
        """Ask for a state."""
        self._desk.request_state(visitor, body.state, body.reason or "")
        return self._live.desk(visitor)

    async def reasons(self) -> list[BreakReason]:
        """The types of break."""
        return [
            {"id": name, "title": one.title or name, "limit_minutes": round(one.limit / 60) if one.limit else None}
            for name, one in self._breaks().items()
        ]

    async def targets(self, visitor: Visitor) -> Targets:
        """Whom and what a call can be handed to."""
        flows = [
            flow
            for organisation, flow in self._desk.flows()
            if not organisation or await self._live.is_near(visitor, organisation)
        ]
        return {**await self._live.targets(visitor), "flows": flows}

    async def end_wrapup(self, visitor: Visitor) -> AgentSnapshot:
        """The agent is done with the call and ready for the next."""
        self._desk.end_wrapup(visitor)
        return self._live.desk(visitor)

    async def extend_wrapup(self, visitor: Visitor, body: Extension) -> AgentSnapshot:
        """The agent needs more time after the call."""
        self._desk.extend_wrapup(visitor, body.seconds)
        return self._live.desk(visitor)

    async def answer_mode(self, visitor: Visitor, body: AnswerMode) -> None:
        """Automatic or by hand."""
        await self._people.set_auto_answer(visitor, body.auto)

    async def act(self, visitor: Visitor, verb: str, body: CallAction) -> AgentSnapshot:
        """A verb of one's own call."""
        await self._desk.act(visitor, verb, body.to, body.digits, named=body.call)
        return self._live.desk(visitor)

    async def consult(self, visitor: Visitor, verb: str, body: ConsultAction) -> AgentSnapshot:
        """Complete or cancel a consultation."""
        await self._desk.act(visitor, f"consult/{verb}", named=body.call)
        return self._live.desk(visitor)

    # ── supervision ──────────────────────────────────────────────────────────────────────────────────────────────

    async def supervise(self, visitor: Visitor, agent: str, mode: str) -> dict[str, Any]:
        """Ring the supervisor's phone into an agent's talk."""
        await self._find(visitor, JOIN, agent)
        if mode not in set(Mode) or visitor.agent_no is None:
            raise NotFound("no_such_mode", "没有这种监控方式，或您没有工号")
        await self._note(visitor, f"supervision.{mode}", agent)
        try:
            result = await self._supervision.join(agent, visitor.agent_no, Mode(mode))
        except LookupError as error:
            code = str(error.args[0])
            raise Conflict(code, SUPERVISING[code]) from None
        if result is not DialResult.ANSWERED:
            raise Conflict("phone_not_answered", "您的话机没有接听")
        return {"result": result.value}

    async def force_hangup(self, visitor: Visitor, agent: str) -> None:
        """End an agent's talk; the caller's visit goes on."""
        await self._find(visitor, CONTROL, agent)
        await self._note(visitor, "supervision.hangup", agent)
        try:
            await self._supervision.hang_up(agent)
        except LookupError:
            raise Conflict("not_talking", "对方没有在通话") from None

    async def force_state(self, visitor: Visitor, agent: str, body: StateRequest) -> None:
        """Set an agent's state."""
        await self._find(visitor, CONTROL, agent)
        await self._note(visitor, f"supervision.state.{body.state}", agent)
        self._desk.set_state(agent, body.state, body.reason or "", by=visitor.agent_no or visitor.login)

    async def _find(self, visitor: Visitor, permission: str, agent: str) -> None:
        if await self._people.agent_within(visitor, permission, agent) is None:
            raise NotFound("no_such_agent", "没有这个座席")

    async def _note(self, visitor: Visitor, action: str, agent: str) -> None:
        async with self._store.writing() as session:
            await self._audit.write(session, visitor, action, f"agent:{agent}")

    # ── looking ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def board(self, visitor: Visitor) -> BoardSnapshot:
        """Seats, queues and calls now."""
        return self._live.board(visitor)

    async def today(self, visitor: Visitor) -> CallsToday:
        """The calls of today."""
        return self._live.today(visitor)

    async def agent_today(self, visitor: Visitor) -> AgentToday:
        """One's own figures of today."""
        return self._live.desk(visitor)["today"]

    async def calls(self, visitor: Visitor, query: CallsAsked) -> CallList:
        """A page of calls."""
        return await self._log.search(query, visitor)

    async def export(self, visitor: Visitor, query: CallsAsked) -> web.Response:
        """All calls of the present filters as a spreadsheet."""
        return file_answer("通话记录.xlsx", await self._log.exported(query, visitor))

    async def call(self, visitor: Visitor, call: str) -> CallStory:
        """All that happened in a call, as far as the visitor may see it."""
        return await self._log.story(call, visitor)

    async def number(self, visitor: Visitor, call: str) -> CallerNumber:
        """A caller's whole number."""
        return await self._log.number(call, visitor)
