"""A world for the matching on virtual time: agents who answer or do not, callers who wait, hang up, talk.

The matching in it is the live one; only the phones and the people are played.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from acd.callbacks.callback import Attempt, Callback, CallbackOrder
from acd.matching.decisions import Decision
from acd.matching.index import Matcher
from acd.matching.states import AgentState
from acd.service import Acd
from acd.settings.schema import AcdSettings
from acd.simulator.engine_clock import MortalClock
from acd.simulator.played import PlayedCall, ring_agent
from acd.simulator.scenario import seconds_of
from cti.base.clock import EPOCH, VirtualClock
from cti.base.numbers.number import Number
from cti.telephony.switch.port import DialResult

DEFAULT_REACTION = "after 2"


class World:
    """Everything outside the matching, played. `listener` hears each decision."""

    def __init__(
        self,
        settings: AcdSettings,
        listener: Callable[[Decision], None] = lambda decision: None,
        *,
        start: datetime = EPOCH,
        make_index: Callable[[], Matcher | None] = lambda: None,
    ) -> None:
        self.clock = VirtualClock(start)
        self.settings = settings
        self.calls: dict[str, PlayedCall] = {}
        self.reactions: dict[str, str] = {}
        self.talking: dict[str, str] = {}
        """Which agent talks in which call now: what the switch would say."""
        self._listener = listener
        self._make_index = make_index
        self._kept: dict[str, dict[str, Mapping[str, Any]]] = {}
        self._life = MortalClock(self.clock)
        self._when_up: list[Callable[[], None]] = []
        self.is_down = False
        """Whether no engine runs."""
        self.acd = self._make()

    def when_up(self, then: Callable[[], None]) -> None:
        """Do it when an engine runs: now, or once it is back."""
        if self.is_down:
            self._when_up.append(then)
        else:
            then()

    def _make(self) -> Acd:
        acd = Acd(self._life, self.settings, index=self._make_index())
        acd.on_decision(self._listener)
        acd.on_change(self._keep)
        acd.callbacks.find_dialler = lambda: self
        acd.callbacks.name_visit = lambda callback: callback.id
        return acd

    def _keep(self, kind: str, id: str, data: Mapping[str, Any] | None) -> None:
        kept = self._kept.setdefault(f"{kind}s", {})
        if data is None:
            kept.pop(id, None)
        else:
            kept[id] = data

    def configure(self, settings: AcdSettings) -> None:
        """Other settings hold from now on."""
        self.settings = settings
        self.acd.configure(settings)

    # ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────

    def agent_state(self, agent: str, state: str, reason: str = "", by: str = "") -> None:
        """The agent, or the supervisor `by`, asks for a state; it signs him in when he is not."""
        signed_out = self.acd.agent(agent).state == AgentState.SIGNED_OUT
        if signed_out and state != AgentState.SIGNED_OUT:
            self.acd.sign_in(agent, state, reason)
        else:
            self.acd.request_state(agent, state, reason, by)

    def agent_reacts(self, agent: str, reaction: str) -> None:
        """How the agent reacts to offers from now on; leaving `lost` brings his phone back."""
        before = self.reactions.get(agent)
        self.reactions[agent] = reaction
        if before == "lost" and reaction != "lost":
            self.acd.phones_changed(agent, True)

    def reaction(self, agent: str) -> str:
        """How the agent reacts to offers."""
        return self.reactions.get(agent, DEFAULT_REACTION)

    # ── callers ──────────────────────────────────────────────────────────────────────────────────────────────────

    def arrive(self, call: PlayedCall) -> None:
        """A call or chat arrives now."""
        self.calls[call.item.id] = call
        call.arrive()

    def hang_up(self, id: str) -> None:
        """The caller is gone, wherever he is; nothing when he is not there."""
        if id in self.calls:
            self.calls[id].hang_up()

    def owe_callback(self, call: PlayedCall, id: str = "") -> None:
        """The call becomes a callback, named like the call unless `id` says otherwise."""
        item = call.item
        callback = Callback(id or f"{item.id}.callback", item.caller, item.queue, 0.0, call=item.id)
        self.calls[callback.id] = replace(call, item=replace(item, id=callback.id, medium="callback"))
        self.acd.owe(callback)

    # ── the dialler of callbacks ─────────────────────────────────────────────────────────────────────────────────

    def can_dial(self, number: Number) -> bool:
        """Everybody has a telephone here."""
        return True

    def call_back(self, order: CallbackOrder, attempt: Attempt) -> None:
        """Dial agent and citizen in the order asked for."""
        call = self.calls[order.callback]
        call.stop_dialling()

        def talk() -> None:
            if attempt.connected():
                call.talk_with(order.agent)

        def dial_agent() -> None:
            then = dial_citizen if order.first == "agent" else talk
            call.dialling += ring_agent(self, attempt.reservation, attempt.agent_rings, then, attempt.agent_failed)

        def dial_citizen() -> None:
            if not attempt.citizen_dialled():
                return
            seconds = seconds_of(call.reaction)
            then = talk if order.first == "agent" else dial_agent
            if seconds is not None and seconds <= order.ring_citizen:
                call.dialling.append(self.clock.call_later(seconds, then))
                return
            result = DialResult.NO_ANSWER if seconds is not None or call.reaction == "never" else DialResult.BUSY
            wait = order.ring_citizen if result is DialResult.NO_ANSWER else 1.0
            call.dialling.append(self.clock.call_later(wait, lambda: attempt.citizen_failed(result)))

        if order.first == "agent":
            dial_agent()
        else:
            dial_citizen()

    def give_up(self, order: CallbackOrder) -> None:
        """Hang up what was dialled."""
        self.calls[order.callback].stop_dialling()

    # ── the engine dies ──────────────────────────────────────────────────────────────────────────────────────────

    def restart(self, seconds: float) -> None:
        """The engine dies now and is back after so many seconds, with nothing but what was kept."""
        waiting = [call for call in self.calls.values() if call.is_waiting and call.item.medium != "callback"]
        places = [(call, json.dumps(call.kept())) for call in waiting]
        callers = json.dumps(self.acd.matching.callers.snapshot(self.acd.matching.wall))
        self._life.die()
        self.is_down = True
        for call in self.calls.values():
            call.stop_dialling()
        self.clock.call_later(seconds, lambda: self._come_back(places, callers))

    def _come_back(self, places: list[tuple[PlayedCall, str]], callers: str) -> None:
        self._life, self.is_down = MortalClock(self.clock), False
        kept = json.loads(json.dumps(self._kept))
        self.acd = self._make()
        self.acd.restore_snapshot({**kept, "callers": json.loads(callers)})
        still = [(call, json.loads(place)) for call, place in places if not call.gone]
        for call, place in still:
            self.acd.restore(place, call.item)
        self.acd.reconcile(self.talking, [id for id, call in self.calls.items() if call.is_chatting])
        for call, _ in still:
            call.enqueue()
        late, self._when_up = self._when_up, []
        for then in late:
            then()
