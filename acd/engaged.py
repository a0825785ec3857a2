"""Who is busy with whom, between the telephone and the matching.

The matching writes its offers, wrap-ups and chats into the one model (`cti.telephony.engagement`), and reads there who
is taken by a call: from the moment his phone rings, as talker, asked colleague or supervisor, until he has no part in
it any longer.
"""

from __future__ import annotations

from acd.live.telling import AGENT, FAILED
from acd.matching.decisions import Decision
from acd.matching.states import AgentState, Lane, Medium
from acd.service import Acd
from cti.base.bus import Unsubscribe
from cti.base.call import Call
from cti.telephony.engagement import Change, Engagement, Engagements, Role


class Engaged:
    """Follows both; `stop` ends it."""

    def __init__(self, acd: Acd, engagements: Engagements) -> None:
        self._acd = acd
        self._model = engagements
        for agent in acd.matching.roster.agents.values():
            for one in agent.engaged.values():
                if one.lane is Lane.CHAT:
                    engagements.write(agent.number, one.work, Role.CHAT, queue=one.queue, chat=True)
            if agent.state is AgentState.WRAPUP and agent.wrapup_of is not None:
                engagements.write(agent.number, "", Role.WRAPUP, queue=agent.wrapup_of.name)
        # Calls that outlived an engine: whose phone still rings for one, or who talks, is asked for nothing else, long
        # before the switch is there to say so. What ended meanwhile ends here when the calls hear of it.
        for part in engagements.in_calls():
            self._take(part)
        self._unsubscribe: tuple[Unsubscribe, ...] = (
            engagements.listen(self._changed),
            acd.on_decision(self._decided),
        )

    def stop(self) -> None:
        """Follow neither any more."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()

    # ── the matching's part ──────────────────────────────────────────────────────────────────────────────────────

    def _decided(self, told: Decision) -> None:
        chat = told.medium == Medium.CHAT
        if told.event == "offered":
            self._model.write(told.agent, told.work, Role.OFFERED, queue=told.queue, chat=chat)
        elif told.event == "ringing":
            self._model.write(told.agent, told.work, Role.RINGING, queue=told.queue, chat=chat)
        elif told.event == "answered" and chat:
            self._model.write(told.agent, told.work, Role.CHAT, queue=told.queue, chat=True)
        elif told.event in FAILED or told.event in ("answered", "ended", "freed"):
            # What an answered call is, the telephone knows.
            self._model.erase(told.agent, told.work)
        elif told.event in AGENT:
            self._wrap_up(told)

    def _wrap_up(self, told: Decision) -> None:
        for one in self._model.written(told.agent):
            if one.role is Role.WRAPUP:
                self._model.erase(told.agent, one.work)
        found = self._acd.matching.agent(told.agent)
        if found.state is AgentState.WRAPUP and found.wrapup_of is not None:
            self._model.write(told.agent, told.work, Role.WRAPUP, queue=found.wrapup_of.name)

    # ── the telephone's part ─────────────────────────────────────────────────────────────────────────────────────

    def _changed(self, call: Call, change: Change) -> None:
        if change.after is None:
            self._acd.talk_ended(change.now.agent, call.id)
            return
        self._take(change.after)

    def _take(self, part: Engagement) -> None:
        if part.owner and part.role is not Role.RETURNING:
            since = part.talks_since or part.since
            ago = max((self._model.clock.wall() - since).total_seconds(), 0.0)
            self._acd.talk_started(part.agent, part.work, part.queue, ago)
        elif not self._is_our_offer(part.agent, part.work):
            self._acd.occupied(part.agent, part.work)

    def _is_our_offer(self, agent: str, call: str) -> bool:
        held = self._acd.matching.agent(agent).reservation
        return held is not None and held.work.item.id == call
