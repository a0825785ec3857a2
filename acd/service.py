"""The room's service: queues and agents, live. Found by type (`host.need(Acd)`); everything is told as events."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Protocol

from acd.callbacks.callback import CALLED_IN, Callback, CallbackDialler
from acd.callbacks.callbacks import Callbacks
from acd.figures.figures import AgentFigures, QueueFigures
from acd.figures.statistics import Statistics
from acd.live.place import Offer, Overflow, Place, PlaceOver
from acd.live.snapshots import agent_data, restore_agent
from acd.live.telling import AGENT, Telling
from acd.live.views import AgentView, QueueView, WaitingView, agent_view, queue_view, waiting_view
from acd.matching.agents import Agent
from acd.matching.decisions import Decision
from acd.matching.index import Matcher
from acd.matching.matching import Matching, UnknownQueue
from acd.matching.roster import RequestRefused
from acd.matching.states import UNANSWERED, AgentState, Lane, Medium, WorkState
from acd.matching.work import WorkItem
from acd.settings.answering import Answering, answering
from acd.settings.schema import AcdSettings, AgentSettings
from cti.base.bus import Unsubscribe
from cti.base.call import EndReason
from cti.base.clock import Clock
from cti.base.events import Event
from cti.base.ids import new_id
from cti.base.numbers.number import Number

__all__ = [
    "Acd",
    "AgentFigures",
    "AgentView",
    "Callback",
    "CallbackDialler",
    "Offer",
    "Overflow",
    "Place",
    "PlaceOver",
    "QueueFigures",
    "QueueView",
    "RequestRefused",
    "UnknownQueue",
    "WaitingView",
    "WorkItem",
]

Hook = Callable[[str, str, "dict[str, Any] | None"], None]
"""Told of what must be kept: kind (`agent`, `callback`, `past`), id, and its data as JSON, None when it is no more.

`past` are callbacks that are over.
"""


class OpenChats(Protocol):
    """Offered by whoever brings chats into the queues: after a restart, chats that it does not name have ended."""

    def open_chats(self) -> Collection[str]:
        """The ids of the chats that go on."""


class Acd:
    """The matching with all that belongs to it. Everything happens on one thread; `publish` takes the events."""

    def __init__(
        self,
        clock: Clock,
        settings: AcdSettings,
        publish: Callable[[Event], None] | None = None,
        *,
        organisation: str = "city",
        index: Matcher | None = None,
    ) -> None:
        self.organisation = organisation
        """The house's own: what belongs to none in particular is its."""
        self._hooks: list[Hook] = []
        self._listeners: list[Callable[[Decision], None]] = []
        self.can_ring: Callable[[str], bool] | None = None
        """Whether a phone of an agent can ring now, asked when he signs in; None believes `phones_changed` only."""
        self.matching = Matching(clock, settings, self._hear, index)
        self.owner_of: Callable[[str], str] = lambda agent: ""
        """The organisation of an agent; where it is empty, he is taken for the house's."""
        self._telling = Telling(self.matching, publish, self._owner) if publish is not None else None
        self.callbacks = Callbacks(self.matching, self._keep)
        self.statistics = Statistics(lambda: self.matching.settings, self.matching.wall)

    def _owner(self, agent: str) -> str:
        return self.owner_of(agent) or self.organisation

    def _hear(self, decision: Decision) -> None:
        if self._telling is not None:
            self._telling.hear(decision)
        self.statistics.hear(decision)
        if decision.event in AGENT or decision.event == "skills":
            self._keep_agent(self.matching.agent(decision.agent))
        elif decision.event == "answered" and decision.medium == Medium.CALL:
            self._served(decision.work, decision.agent)
        elif decision.event == "ended":
            self.callbacks.talk_over(decision.work)
        for listener in self._listeners:
            listener(decision)

    def _served(self, call: str, agent: str) -> None:
        work = self.matching.works.get(call)
        if work is not None:
            self.matching.callers.served(work.item.caller, agent, self.matching.clock.now())
        owed = self.callbacks.owed_to(work.item.caller) if work is not None and work.item.caller else None
        if owed is not None:
            self.callbacks.cancel(owed.id, CALLED_IN)

    def _keep_agent(self, agent: Agent) -> None:
        self._keep("agent", agent.number, agent_data(self.matching, agent))

    def _keep(self, kind: str, id: str, data: dict[str, Any] | None) -> None:
        for hook in self._hooks:
            hook(kind, id, data)

    def on_change(self, hook: Hook) -> Unsubscribe:
        """Call `hook` whenever something changes that must outlive the engine."""
        self._hooks.append(hook)
        return lambda: self._hooks.remove(hook)

    def on_decision(self, listener: Callable[[Decision], None]) -> Unsubscribe:
        """Call `listener` with every decision."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def stop(self) -> None:
        """Tell nothing any more."""
        if self._telling is not None:
            self._telling.stop()

    # ── work ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def enqueue(self, item: WorkItem) -> Place:
        """A place for this work: a new one at the end, or the one that its id has. UnknownQueue."""
        place = Place(self.matching, item)
        place.take(self.matching.enqueue(item, place))
        return place

    def readmit(self, kept: Mapping[str, Any], item: WorkItem) -> Place:
        """The place that `Place.kept` told when this work was answered: its talk was cut off. UnknownQueue."""
        place = Place(self.matching, item)
        reasons = [(str(why), float(points)) for why, points in kept.get("reasons", ())]
        since = kept["since"] - self.matching.wall
        place.take(self.matching.readmit(item, place, since, kept["base"], reasons))
        return place

    def restore(self, kept: Mapping[str, Any], item: WorkItem) -> None:
        """Hold the place that `Place.kept` told for work of before the restart, until it is enqueued again."""
        if item.queue not in self.matching.queues or item.id in self.matching.works:
            return
        wall, item = self.matching.wall, replace(item, need=kept.get("need", ""))
        work = self.matching.restore(
            item, kept["since"] - wall, kept["order"], kept["base"], kept.get("entered", kept["since"]) - wall
        )
        work.visited = tuple(kept.get("visited", ()))
        work.reasons = tuple((str(why), float(points)) for why, points in kept.get("reasons", ()))

    def message_left(self, call: str, queue: str, seconds: float, ago: float = 0.0) -> None:
        """A caller of the queue left a message, `ago` seconds ago; nothing when he came from no queue."""
        if queue:
            at = self.matching.clock.now() - ago
            self._hear(Decision(at=at, event="message", work=call, queue=queue, seconds=seconds))

    def call_ended(self, call: str, ago: float = 0.0, reason: str = EndReason.ABANDONED) -> None:
        """The call is over, since `ago` seconds: its place, its reservation and its talk are, too.

        `reason` is the call's own: who waited gave up when it says so, and was cut off when the switch died.
        """
        work = self.matching.works.get(call)
        if not self.callbacks.call_ended(call) and work is not None:
            self.matching.withdraw(work, reason, ago)
        for agent in [one for one in self.matching.roster.agents.values() if call in one.engaged]:
            self.talk_ended(agent.number, call, ago)

    async def request_callback(
        self,
        queue: str,
        number: Number,
        *,
        call: str = "",
        organisation: str = "",
        region: str = "",
        kept: Mapping[str, Any] | None = None,
    ) -> bool:
        """Owe the number a callback at the call's place (`kept`, or where it waits or waited just now).

        False when it cannot be: no such queue, no number that somebody could dial.
        """
        dialler = self.callbacks.find_dialler()
        if not number.digits or dialler is None or not dialler.can_dial(number):
            return False
        callback = Callback(new_id(), number.digits, queue, 0.0, 0.0, call, organisation, region)
        return self.owe(callback, kept)

    def owe(self, callback: Callback, kept: Mapping[str, Any] | None = None) -> bool:
        """Owe this callback at the place of its call; False when there is no such queue."""
        matching = self.matching
        if callback.queue not in matching.settings.queues:
            return False
        work = matching.works.get(callback.call)
        callback.since = matching.clock.now() + matching.wall
        if work is not None and work.state is not WorkState.TALKING:
            callback.since, callback.base = work.since + matching.wall, work.ageing.base
            callback.need = work.item.need
            matching.withdraw(work, "callback")
        elif kept is not None:
            callback.since, callback.base = kept["since"], kept["base"]
            callback.need = kept.get("need", "")
        elif (place := matching.callers.place_of(callback.call)) is not None:
            callback.since, callback.base = place[0] + matching.wall, place[1]
        self.callbacks.add(callback)
        return True

    # ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────

    def sign_in(self, agent: str, state: str = "ready", reason: str = "") -> None:
        """The agent begins, ready or in a break; nothing happens when he is signed in already."""
        with self.matching.steps:
            self._look_for_phone(agent)
            self.matching.roster.sign_in(self.matching.agent(agent), AgentState(state), reason)

    def _look_for_phone(self, agent: str) -> None:
        if self.can_ring is not None:
            self.matching.roster.phones_changed(self.matching.agent(agent), self.can_ring(agent))

    def request_state(self, agent: str, state: str, reason: str = "", by: str = "") -> None:
        """Ask for ready, break or signed_out; during a talk it takes effect afterwards.

        `by` is the supervisor who forces it. RequestRefused says what speaks against it.
        """
        found = self.matching.agent(agent)
        if found.state is AgentState.SIGNED_OUT and state != AgentState.SIGNED_OUT:
            raise RequestRefused("not signed in")
        with self.matching.steps:
            self.matching.roster.ask(found, AgentState(state), reason, by)

    def end_wrapup(self, agent: str) -> None:
        """The agent has done; nothing when he does not wrap up."""
        with self.matching.steps:
            self.matching.roster.end_wrapup(self.matching.agent(agent))

    def extend_wrapup(self, agent: str, seconds: float) -> float:
        """Wrap up so much longer, within the queue's limit; returns the seconds left. RequestRefused."""
        with self.matching.steps:
            return self.matching.roster.extend_wrapup(self.matching.agent(agent), seconds)

    def phones_changed(self, agent: str, reachable: bool) -> None:
        """A phone of the agent can ring now, or none can."""
        with self.matching.steps:
            found = self.matching.agent(agent)
            self.matching.roster.phones_changed(found, reachable)
            held = found.reservation
            if not reachable and held is not None and held.work.item.medium == Medium.CALL:
                self.matching.offers.unreachable(held)

    def talk_started(self, agent: str, call: str, queue: str = "", ago: float = 0.0) -> None:
        """The agent talks since `ago` seconds, also outside the queues (outbound, consulted); nothing when it is known.

        `queue` is whose caller it is when he was handed over: his wrap-up goes by it. A caller who waits, and talks all
        the same, was answered unseen: his wait was over then.
        """
        if self.callbacks.talk_started(call, agent):
            return
        found, work = self.matching.agent(agent), self.matching.works.get(call)
        if work is not None and work.reservation is not None and work.reservation.agent == agent:
            self.matching.offers.answered(work.reservation)
        elif work is not None and work.item.medium == Medium.CALL and work.state in UNANSWERED:
            self.matching.offers.found_talking(work, found, ago)
        elif call not in found.engaged or not found.engaged[call].talks:
            with self.matching.steps:
                self.matching.roster.engage(found, call, Lane.VOICE, self.matching.queues.get(queue), ago=ago)

    def occupied(self, agent: str, call: str) -> None:
        """The agent is busy on the telephone without a talk of his own: dials, is rung, is asked, listens in."""
        found = self.matching.agent(agent)
        if call not in found.engaged:
            with self.matching.steps:
                self.matching.roster.engage(found, call, Lane.VOICE, None, talks=False)

    def talk_ended(self, agent: str, call: str, ago: float = 0.0) -> None:
        """The agent's talk of this call is over, since `ago` seconds; nothing when that is known."""
        self.matching.offers.end_talk(self.matching.agent(agent), call, ago)

    def reconcile(
        self, talks: Mapping[str, str], chats: Collection[str] | None = None, dialling: Mapping[str, str] | None = None
    ) -> None:
        """The switch says who talks: agent → call. Talks that do not exist end, unknown ones begin.

        `chats` are those that exist; None leaves chats as they are. `dialling` are agents who wait for a citizen.
        """
        busy = {**talks, **(dialling or {})}
        for agent in list(self.matching.roster.agents.values()):
            for one in list(agent.engaged.values()):
                is_chat = one.lane is Lane.CHAT
                exists = chats is None or one.work in chats if is_chat else busy.get(agent.number) == one.work
                if not exists:
                    self.talk_ended(agent.number, one.work)
        for number, call in talks.items():
            self.talk_started(number, call)
        for number, call in (dialling or {}).items():
            self.occupied(number, call)

    def tell_queues(self) -> None:
        """Tell all queues' figures anew: who follows them may still have those of another engine."""
        if self._telling is not None:
            self._telling.tell_all()

    def describe_agent(self, agent: str, settings: AgentSettings) -> None:
        """Give an agent other skills, groups, rank or capacity; it holds at once."""
        self.matching.describe(agent, settings)
        self._keep_agent(self.matching.agent(agent))

    def forget_description(self, agent: str) -> None:
        """What the settings say of him goes again before what `describe_agent` said; see `configure`."""
        self.matching.fitting.described.pop(agent, None)

    @property
    def settings(self) -> AcdSettings:
        """The settings that hold now."""
        return self.matching.settings

    def configure(self, settings: AcdSettings) -> None:
        """Use other settings from now on, also for those who wait already."""
        self.matching.configure(settings, self.tell_queues)

    def answering(self, agent: str, queue: str = "") -> Answering:
        """The rule by which an agent's phone answers a call of `queue` (none: any other call)."""
        return answering(self.settings, self.matching.agent(agent).settings, queue)

    @property
    def wanted(self) -> AcdSettings:
        """The settings that were asked for last: in a large house they hold a moment later."""
        return self.matching.wanted

    # ── to look at ───────────────────────────────────────────────────────────────────────────────────────────────

    def agent(self, number: str) -> AgentView:
        """How an agent is now."""
        return agent_view(self.matching, self.matching.agent(number))

    def agents(self, states: Collection[str] | None = None) -> tuple[AgentView, ...]:
        """Every agent who was ever named, or those in these states, by number."""
        found = sorted(self.matching.roster.agents.items())
        wanted = (agent for _, agent in found if states is None or agent.state in states)
        return tuple(agent_view(self.matching, agent) for agent in wanted)

    def queues(self) -> tuple[QueueView, ...]:
        """How every queue is now."""
        return tuple(queue_view(self.matching, queue) for queue in self.matching.queues.values())

    def waiting(self, queue: str) -> tuple[WaitingView, ...]:
        """Those who wait in a queue, next first."""
        works = self.matching.queues[queue].works.values()
        now = self.matching.clock.now()
        return tuple(waiting_view(self.matching, work) for work in sorted(works, key=lambda one: one.standing(now)))

    def queue_figures(self, queue: str, day: date | None = None) -> QueueFigures:
        """A queue's figures of a day in the house's time zone, today unless said."""
        return self.statistics.day(queue, day or self.statistics.today(self.matching.clock.now()))

    def agent_figures(self, agent: str, day: date | None = None) -> AgentFigures:
        """An agent's figures of a day, up to now."""
        now = self.matching.clock.now()
        return self.statistics.agent_day(agent, day or self.statistics.today(now), now)

    # ── over a restart ───────────────────────────────────────────────────────────────────────────────────────────

    def snapshot(self) -> dict[str, Any]:
        """Agents' states and what is remembered of callers, as JSON."""
        return {
            "agents": {number: agent_data(self.matching, one) for number, one in self.matching.roster.agents.items()},
            "callers": self.matching.callers.snapshot(self.matching.wall),
            "callbacks": self.callbacks.snapshot(),
            "statistics": self.statistics.snapshot(),
        }

    def restore_snapshot(self, data: Mapping[str, Any]) -> None:
        """Let everything stand as a snapshot has it. Call `reconcile` when the switch has told who talks."""
        self.matching.callers.restore(data.get("callers", {}), self.matching.wall)
        self.statistics.restore(data.get("statistics", {}))
        for number, found in data.get("agents", {}).items():
            self._look_for_phone(number)
            restore_agent(self.matching, number, found)
        for found in sorted(data.get("past", {}).values(), key=lambda one: float(one["ended"])):
            self.callbacks.restore_past(found)
        for found in data.get("callbacks", {}).values():
            self.callbacks.restore(found)
