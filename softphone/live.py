"""What the screens show live: each agent's own desk, and the board of seats, queues and calls.

Nothing is polled: an event says which agent, queue or call changed, and the new picture of just that goes out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from acd.matching.states import AgentState
from acd.service import Acd, AgentView, QueueView
from acd.settings.owners import SHARED, owners_of
from cti.base.call import Call, CallState, EndReason, LegState
from cti.base.events import (
    AgentEvent,
    AlarmCleared,
    AlarmRaised,
    CallEnded,
    CallEvent,
    CallLeftQueue,
    Event,
    PersonChanged,
    QueueChanged,
    Stored,
    SwitchDown,
    SwitchUp,
    TalkEnded,
    TalkStarted,
)
from cti.base.expressions import written
from cti.base.numbers.number import Number
from cti.base.refusal import NotFound
from cti.base.times.business_time import day_of
from cti.base.visitor import Visitor
from cti.office.identity.people import People
from cti.office.records.lines import Lines
from cti.process.health import Health
from cti.telephony.calls import Calls
from cti.telephony.conference import Conferences
from cti.telephony.doorway import facts_of
from cti.telephony.emergency import Emergencies, Need
from cti.telephony.engagement import Engagement, Role
from cti.telephony.pauses import reasons_of
from cti.telephony.switch.address import WEB
from cti.telephony.switch.registrar import Registrar
from cti.web.hub import Hub
from ivr.telephone.handed_over import Returned, handed
from softphone.call_log import event_view, live_row
from softphone.day_so_far import DaySoFar
from softphone.dropped import Broken
from softphone.figures import DayFigures, Waits
from softphone.in_talk import is_rung, together
from softphone.messages import (
    AgentCall,
    AgentSnapshot,
    Alarm,
    AlarmOver,
    BoardAgent,
    BoardChange,
    BoardQueue,
    BoardSnapshot,
    CallOver,
    CallsToday,
    DroppedTalk,
    EmergencyLine,
    KnownCaller,
    LiveEvent,
    NotReached,
    OpenCall,
    OwnAnswering,
    PhoneAt,
    QueueAnswering,
    Reachable,
    ReturnedFlow,
    Seat,
    TalkState,
    Told,
)
from softphone.phone_place import PhonePlace, PhonePlaces
from softphone.seeing import CallOwner, Everybody, Owner, QueueOwner, Seeing
from softphone.topics import AGENT, BOARD, SEE, STORY

SETTLE_SECONDS = 0.03
LOOKING = Visitor("", "board", "board", None, "", "")
"""The board's eyes: without the right to see whole numbers, since one picture goes to everybody."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the pictures are made from."""

    acd: Acd
    calls: Calls
    registrar: Registrar
    people: People
    health: Health
    hub: Hub
    lines: Lines
    emergencies: Emergencies
    conferences: Conferences


class Live:
    """Makes pictures and sends those that changed."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._names: dict[str, str] = {}
        self._units: dict[str, str] = {}
        self._seeing = Seeing(parts.acd.organisation)
        self.figures = DayFigures()
        self._due_agents: set[str] = set()
        self._due_calls: dict[str, CallOwner] = {}
        self._gave_up: set[str] = set()
        """Calls of `_due_calls` whose caller gave up waiting."""
        self._waits = Waits()
        self.not_reached: Callable[[str], NotReached | None] = lambda agent: None
        self.home_of: Callable[[Number], str] = lambda number: ""
        """What became of the call that an agent began by one click, if it came to nothing."""
        self.dropped: Callable[[str, datetime], Broken | None] = lambda agent, now: None
        """The talk that broke off on an agent a moment ago."""
        self.places = PhonePlaces(parts.calls, self._tell_agent)

    async def load(self) -> None:
        """Read the agents' names, and whose they are."""
        agents = await self._parts.people.agents()
        self._names = {one.agent_no: one.name for one in agents}
        self._seeing.know((one.agent_no, one.organisation) for one in agents)
        self._units = await self._parts.lines.titles()

    def recall(self, call: str, waited: float) -> None:
        """A call that was there before: so long it waited, as the books say."""
        self._waits.know(call, waited)

    async def count_day(self, so_far: DaySoFar) -> None:
        """Let the figures be those of the whole day, what happened before this engine too."""
        await so_far.count(self._parts.calls.clock.wall())
        for view in self._parts.acd.queues():
            self._tell_queue(view.queue)
        for agent in self._names:
            self._tell_agent(agent)

    def said(self, call: Call) -> None:
        """It is about something else now: the seats of those in it show it."""
        for part in self._parts.calls.engagements.with_call(call.id):
            self._tell_agent(part.agent)
        self._soon()
        self._due_calls.setdefault(call.id, CallOwner.of(call))

    # ── pictures ─────────────────────────────────────────────────────────────────────────────────────────────────

    def desk(self, visitor: Visitor) -> AgentSnapshot:
        """An agent's own desk; NotFound for people without an agent number."""
        if visitor.agent_no is None:
            raise NotFound("no_agent", "您没有工号，不能使用话务工作台")
        return self.desk_of(visitor.agent_no)

    def desk_of(self, agent: str) -> AgentSnapshot:
        """The desk of an agent number."""
        view = self._parts.acd.agent(agent)
        call = self._parts.calls.of_agent(agent)
        part = self._parts.calls.engagements.in_call(agent)
        figures = self.figures.agent(agent)
        return {
            **self._seat(view),
            # Who listens in has no call of his own.
            "call": self._own_call(call, part) if call and part and part.role is not Role.SUPERVISING else None,
            "phones": [str(address) for address in self._parts.registrar.addresses(agent)],
            "phone_at": _at(self.places.of(agent)),
            "wrapup_until": view.wrapup_until.isoformat() if view.wrapup_until else None,
            "not_reached": self.not_reached(agent),
            "answering": self._answering(view),
            "dropped": _dropped(self.dropped(agent, self._parts.calls.clock.wall())),
            "today": {"answered": figures.answered, "talk_seconds": round(figures.talk_seconds, 1)},
        }

    def _answering(self, view: AgentView) -> OwnAnswering:
        acd = self._parts.acd
        own, queues = acd.answering(view.agent), list[QueueAnswering]()
        for queue in view.queues:
            if (rule := acd.answering(view.agent, queue)) != own:
                title = acd.settings.queues[queue].title or queue
                queues.append({"title": title, "mode": rule.mode, "delay": rule.delay})
        return {"mode": own.mode, "delay": own.delay, "queues": queues}

    def today(self, visitor: Visitor) -> CallsToday:
        """The calls of today within the visitor's reach."""
        return self.figures.today(visitor.reach(SEE))

    def board(self, visitor: Visitor) -> BoardSnapshot:
        """What the board shows of the rows within the visitor's reach."""
        parts, scope, seeing = self._parts, visitor.reach(SEE), self._seeing
        seats = {view.agent: view for view in parts.acd.agents()}
        seen = [agent for agent in sorted({*self._names, *seats}) if seeing.seat(agent).is_seen(scope)]
        calls = [call for call in parts.calls.open if CallOwner.of(call).is_seen(scope)]
        return {
            "agents": [self._on_board(seats.get(agent) or parts.acd.agent(agent)) for agent in seen],
            "queues": [self._queue(view) for view in parts.acd.queues() if self._owner(view.queue).is_seen(scope)],
            "calls": {"open": [live_row(call, LOOKING) for call in calls], "today": self.figures.today(scope)},
            "switch": {"name": parts.calls.switch.name, "up": parts.calls.switch.is_up},
            "alarms": [self._alarm(one) for one in parts.health.alarms.values()] if seeing.house.is_seen(scope) else [],
        }

    @staticmethod
    def sees(visitor: Visitor, _key: str, owner: Owner) -> bool:
        """Whether a change of the board or of the story lies within the visitor's reach."""
        return owner.is_seen(visitor.reach(SEE))

    @staticmethod
    def sees_desk(visitor: Visitor, _key: str, desk: AgentSnapshot) -> bool:
        """A desk is its agent's alone."""
        return desk["agent"] == visitor.agent_no

    def _owner(self, queue: str) -> QueueOwner:
        return QueueOwner(owners_of(self._parts.acd.settings, queue, self._parts.acd.organisation))

    async def targets(self, visitor: Visitor) -> Reachable:
        """Agents who are signed in and queues, as somebody who hands a call over chooses from them.

        Calls are handed over along the line of the tree: to agents and queues of one's own organisation, of those above
        and of those below it. What the counties beside do is none of one's business.
        """
        agents = [
            view
            for view in self._parts.acd.agents()
            if view.state != "signed_out" and await self.is_near(visitor, self._seeing.seat(view.agent).organisation)
        ]
        queues = [
            queue
            for queue in self._parts.acd.queues()
            if any([await self.is_near(visitor, owner) for owner in self._owner(queue.queue).owners])
        ]
        return {
            "agents": [
                {
                    "agent": one.agent,
                    "name": self._names.get(one.agent, ""),
                    "state": AgentState(one.state),
                    "reachable": one.reachable,
                    "engaged": self._engaged(one.agent),
                }
                for one in agents
            ],
            "queues": [
                {"queue": one.queue, "title": one.title, "waiting": one.waiting, "ready": one.ready} for one in queues
            ],
        }

    async def is_near(self, visitor: Visitor, organisation: str) -> bool:
        """Whether an organisation is the visitor's own, above it or below it."""
        if not organisation or not visitor.organisation:
            return False
        above = self._parts.lines.above
        near = organisation in await above(visitor.organisation) or visitor.organisation in await above(organisation)
        return organisation == SHARED or near

    def _on_board(self, view: AgentView) -> BoardAgent:
        call = self._parts.calls.of_agent(view.agent)
        return {
            **self._seat(view),
            "call": live_row(call, LOOKING) if call else None,
            "unit": self._units.get(self._seeing.seat(view.agent).organisation, ""),
            "groups": self._groups(view),
        }

    def _seat(self, view: AgentView) -> Seat:
        return {
            "engaged": self._engaged(view.agent),
            "agent": view.agent,
            "name": self._names.get(view.agent, ""),
            "state": AgentState(view.state),
            "reason": view.reason,
            "requested": view.requested,
            "since": view.since.isoformat(),
            "reachable": bool(self._parts.registrar.addresses(view.agent)),
        }

    def _groups(self, view: AgentView) -> list[str]:
        known = self._parts.acd.settings.groups
        return [known[one].title or one if one in known else one for one in view.groups]

    def _engaged(self, agent: str) -> Role | Literal[""]:
        part = self._parts.calls.engagements.on_the_phone(agent)
        return part.role if part is not None else ""

    def _own_call(self, call: Call, part: Engagement) -> AgentCall:
        talk = call.talk
        assert talk is not None
        began = talk.began_at or talk.answered_at or talk.offered_at or call.arrived_at
        since = began if talk.agent == part.agent else part.since
        other = call.legs.get(talk.consulted_leg)
        state = _state_for(call, part, asked_rings=other is None)
        given = handed(call.progress)
        with_other = other is not None and other.state is not LegState.ENDED
        title = next((one.title for one in self._parts.acd.queues() if one.queue == talk.queue), talk.queue)
        return {
            "id": call.id,
            "caller": str(call.caller),
            "called": str(call.called),
            "known": cast("KnownCaller", facts_of(call)),
            "home": self.home_of(call.caller),
            "queue": talk.queue,
            "queue_title": title,
            "state": state,
            "since": since.isoformat(),
            "waited": round(self._waits.of(call.id), 1),
            "browser": any(
                leg.agent == part.agent and leg.state is LegState.UP and leg.address.endswith(WEB)
                for leg in call.legs.values()
            ),
            "other": part.other,
            "owner": talk.agent == part.agent,
            "follows": call.follows,
            "consulted": talk.consulted if talk.away == "consult" or with_other else "",
            "consulted_answered": with_other,
            "recording": talk.recording,
            "paused": reasons_of(call),
            "emergency": _emergency(self._parts.emergencies.need(call)),
            "together": together(call, self._parts.conferences.missed(call), self._names),
            "told": [{"title": title, "value": written(value)} for title, value in given.data.items()],
            "returned": _returned(given.returned),
        }

    def _queue(self, view: QueueView) -> BoardQueue:
        figures = self.figures.queue(view.queue)
        return {
            "queue": view.queue,
            "title": view.title,
            "waiting": view.waiting,
            "longest_wait_since": view.longest_wait_since.isoformat() if view.longest_wait_since else None,
            "ready": view.ready,
            "talking": view.talking,
            "signed_in": view.signed_in,
            "estimate": view.estimate,
            "answered_today": figures.answered,
            "abandoned_today": figures.abandoned,
            "service_level": figures.service_level,
        }

    @staticmethod
    def _alarm(event: AlarmRaised) -> Alarm:
        return {"name": event.name, "text": event.text, "at": event.at.isoformat()}

    # ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────

    def hear(self, event: Event) -> None:
        """Send what the event changed."""
        self.figures.hear(event, day_of(event.at))
        self._waits.hear(event)
        if isinstance(event, PersonChanged):
            self._parts.calls.background(self.load(), "names")
        if not self._parts.hub.clients:
            return
        match event:
            case AgentEvent(agent=agent):
                self._tell_agent(agent)
            case CallEvent():
                self._tell_call(event)
            case QueueChanged(queue=queue):
                self._tell_queue(queue)
            case AlarmRaised():
                self._change("alarm:" + event.name, {"alarm": self._alarm(event)}, self._seeing.house)
            case AlarmCleared(name=name):
                over: AlarmOver = {"name": name, "cleared": True}
                self._change("alarm:" + name, {"alarm": over}, self._seeing.house)
            case SwitchUp() | SwitchDown():
                up = isinstance(event, SwitchUp)
                self._change("switch", {"switch": {"name": event.switch, "up": up}}, Everybody())

    def _tell_call(self, event: CallEvent) -> None:
        call = self._parts.calls.find(event.call)
        agents = {getattr(event, "agent", "")} - {""}
        agents.update(part.agent for part in self._parts.calls.engagements.with_call(event.call))
        for agent in agents:
            self._tell_agent(agent)
        if isinstance(event, TalkStarted | TalkEnded | CallLeftQueue):
            for queue in {getattr(event, "queue", ""), call.queues[-1] if call and call.queues else ""} - {""}:
                self._tell_queue(queue)
        self._soon()
        if isinstance(event, CallEnded) and event.reason == EndReason.ABANDONED:
            self._gave_up.add(event.call)
        self._due_calls[event.call] = CallOwner(event.organisation, event.region, frozenset(agents))

    def _tell_agent(self, agent: str) -> None:
        if agent.isdecimal():
            self._soon()
            self._due_agents.add(agent)

    def _soon(self) -> None:
        """Send pictures in a moment: others who hear the event may still be changing what these show."""
        if not self._due_agents and not self._due_calls:
            self._parts.calls.clock.call_later(SETTLE_SECONDS, self._tell_due)

    def _tell_due(self) -> None:
        agents, self._due_agents = self._due_agents, set()
        calls, self._due_calls = self._due_calls, {}
        for name, owner in calls.items():
            call = self._parts.calls.find(name)
            row: OpenCall | CallOver
            if call is None or call.is_over:
                row = {"id": name, "ended": True, "abandoned": name in self._gave_up}
                self._gave_up.discard(name)
            else:
                row = live_row(call, LOOKING)
            self._change("call:" + name, {"call": row}, owner if call is None else CallOwner.of(call))
        for agent in agents:
            AGENT.tell(self._parts.hub, "desk", self.desk_of(agent), person=agent)
            seat = self._on_board(self._parts.acd.agent(agent))
            self._change("agent:" + agent, {"agent": seat}, self._seeing.seat(agent))

    def _tell_queue(self, queue: str) -> None:
        for view in self._parts.acd.queues():
            if view.queue == queue:
                self._change("queue:" + queue, {"queue": self._queue(view)}, self._owner(queue))

    def _change(self, key: str, data: BoardChange, owner: Owner) -> None:
        BOARD.tell(self._parts.hub, key, data, about=owner)

    def tell_story(self, stored: list[Stored]) -> None:
        """Send stored events to those who follow the story."""
        if not self._parts.hub.clients:
            return
        queues = {name: self._owner(name).owners for name in self._parts.acd.settings.queues}
        for one in stored:
            view = event_view(one, LOOKING)
            call = getattr(one.event, "call", "")
            event: LiveEvent = {
                "sequence": view.sequence,
                "at": view.at.isoformat(),
                "type": view.type,
                "call": call,
                "details": view.model_dump(mode="json")["details"],
            }
            owner = self._seeing.event(one.event, queues)
            STORY.tell(self._parts.hub, str(one.sequence), event, about=owner)


def _state_for(call: Call, part: Engagement, *, asked_rings: bool) -> TalkState:
    """The state of a call at the desk of one who has this part in it."""
    match part.role:
        case Role.CONSULTED:
            return "ringing" if asked_rings else "consulted"
        case Role.CONSULTING:
            return "consulting"
        case Role.CONFERENCE:
            return "ringing" if is_rung(call, part.agent) else "conference"
        case Role.RETURNING:
            return "returning"
        case Role.RINGING:
            return "ringing"
        case Role.WAITING if not part.owner:
            return "ringing"
    return "held" if call.state is CallState.HELD else "talking"


def _at(place: PhonePlace | None) -> PhoneAt | None:
    if place is None:
        return None
    return {"browser": place.browser, "address": place.address, "since": place.since.isoformat()}


def _emergency(need: Need | None) -> EmergencyLine | None:
    if need is None:
        return None
    return {"to": need.line, "title": need.title, "state": need.state, "result": need.result}


def _dropped(broken: Broken | None) -> DroppedTalk | None:
    return {"call": broken.call, "why": broken.why, "at": broken.at.isoformat()} if broken is not None else None


def _returned(one: Returned | None) -> ReturnedFlow | None:
    if one is None:
        return None
    results: list[Told] = [{"title": title, "value": written(value)} for title, value in one.results.items()]
    return {"flow": one.flow, "title": one.title or one.flow, "outcome": one.outcome, "results": results}
