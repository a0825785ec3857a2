"""Reservations: one at most for each agent, with a deadline and an owner; every way out frees the agent."""

from __future__ import annotations

from functools import partial

from acd.matching.agents import Agent
from acd.matching.decisions import Decision
from acd.matching.reservations import cancel, close, taken_back
from acd.matching.room import Room
from acd.matching.roster import Roster
from acd.matching.states import FAILURE_REASONS, FAILURES, Consequence, WorkState
from acd.matching.waiting import Waiting
from acd.matching.work import Owner, Reservation, Work
from cti.telephony.switch.port import DialResult

_W = WorkState


class Offers:
    """Work that is offered to agents, until they talk or do not."""

    def __init__(self, room: Room, roster: Roster, waiting: Waiting) -> None:
        self._room = room
        self._roster = roster
        self._waiting = waiting

    def reserve(self, work: Work, agent: Agent, why: str) -> None:
        """Promise the agent to the work, and ask the owner to dial him."""
        room, settings, owner = self._room, work.queue.settings, work.owner
        assert owner is not None, "work that nobody speaks for is not matched"
        now = room.clock.now()
        room.step_out(work)
        work.move(_W.OFFERED)
        lasts = settings.ring + settings.answer_grace
        if work.item.medium == "callback":
            lasts += settings.callback.ring
        reservation = Reservation(work, agent.number, why, now, now + lasts)
        reservation.timer = room.later(lasts, partial(self._expire, reservation))
        work.reservation = reservation
        work.queue.cursor = agent.number
        room.say(work, "offered", agent=agent.number, why=why, seconds=now - work.entered)
        self._roster.reserve(agent, reservation)
        room.steps.say(partial(_offer, owner, reservation))

    def ringing(self, reservation: Reservation) -> bool:
        """The agent's phone rings. False when the reservation is over: stop dialling."""
        if reservation.over:
            return False
        with self._room.steps:
            reservation.rang = True
            self._room.say(reservation.work, "ringing", agent=reservation.agent)
            self._roster.rang(self._room.agents[reservation.agent])
        return True

    def answered(self, reservation: Reservation) -> bool:
        """Agent and caller are connected. False when the reservation is over: hang the agent up."""
        if reservation.over:
            return False
        room, work = self._room, reservation.work
        with room.steps:
            close(reservation)
            work.queue.estimator.answered(room.clock.now() - reservation.made, room.clock.now())
            if work.estimate is not None and work.estimate.raw:
                work.queue.estimator.judge(work.estimate, room.clock.now() - work.entered)
            self._talk(work, room.agents[reservation.agent])
        return True

    def found_talking(self, work: Work, agent: Agent, ago: float) -> None:
        """Agent and caller have been talking since `ago` seconds, and nobody here offered one to the other: an engine
        that is dead did. Whoever was promised to the work meanwhile is free."""
        room = self._room
        with room.steps:
            if work.reservation is not None:
                cancel(room, self._roster, work.reservation, "another talks with him")
            room.step_out(work)
            if work.state is _W.HELD:
                work.move(_W.WAITING)
            if work.state is _W.WAITING:
                work.move(_W.OFFERED)
            self._talk(work, agent, min(ago, max(room.clock.now() - work.entered, 0.0)))

    def _talk(self, work: Work, agent: Agent, ago: float = 0.0) -> None:
        room = self._room
        work.move(_W.TALKING)
        work.stop_timers()
        self._waiting.forget_binding(work)
        del work.queue.works[work.item.id]
        waited = room.clock.now() - ago - work.entered
        work.queue.estimator.left(waited, gave_up=False)
        work.talker = agent.number
        room.say(work, "answered", agent=agent.number, seconds=waited, ago=ago)
        self._roster.engage(agent, work.item.id, work.lane, work.queue, ago=ago)

    def failed(self, reservation: Reservation, result: DialResult, hold: bool = False) -> None:
        """The agent did not take it; what follows for him stands in `states.FAILURES`. The work waits again.

        With `hold` it keeps its place but is offered to nobody: its owner has something to do with it first.
        """
        if reservation.over:
            return
        settings = reservation.work.queue.settings
        consequence = FAILURES[result]
        if consequence is Consequence.SETTING:
            consequence = Consequence(settings.rejected if result is DialResult.REJECTED else settings.busy)
        with self._room.steps:
            self._fail(reservation, str(result), consequence, FAILURE_REASONS.get(result, str(result)), hold)

    def _expire(self, reservation: Reservation) -> None:
        if reservation.over:
            return
        # Before what follows: the next offer may be made in the same step.
        self._room.steps.say(taken_back(reservation, reservation.work.owner, "the deadline is over"))
        if reservation.rang:
            self._fail(reservation, "expired", Consequence.BREAK, "ring_no_answer")
        else:
            # Who said nothing at all until the deadline is probably gone: the place is held until he speaks again.
            self._fail(reservation, "expired", Consequence.NONE, "", hold=True)

    def _fail(
        self, reservation: Reservation, event: str, consequence: Consequence, reason: str, hold: bool = False
    ) -> None:
        room, work = self._room, reservation.work
        agent = room.agents[reservation.agent]
        close(reservation)
        if agent.engaged and consequence is Consequence.OFFLINE:
            # His chats show that he is there; only this work does not reach him.
            consequence = Consequence.SKIP
        room.say(
            work, event, agent=agent.number, why=f"agent: {consequence}", seconds=room.clock.now() - reservation.made
        )
        if consequence is Consequence.SKIP:
            self._waiting.skip(work, agent.number, room.clock.now() + work.queue.settings.skip)
        if hold:
            work.move(_W.HELD)
            self._waiting.hold(work)
        else:
            self._waiting.again(work)
        self._roster.release(agent, consequence, reason, event)

    def come_back(self, reservation: Reservation, owner: Owner) -> None:
        """The work's session is another one now: the old one's offer is void, and the work waits for the next."""
        self._room.steps.say(taken_back(reservation, reservation.work.owner, "the session came back"))
        reservation.work.owner = owner
        self._fail(reservation, "cancelled", Consequence.NONE, "")

    def unreachable(self, reservation: Reservation) -> None:
        """The agent's phone went away while he was called: the work waits for somebody else, and he is not blamed."""
        self._room.steps.say(taken_back(reservation, reservation.work.owner, "the phone is gone"))
        self._fail(reservation, "unreachable", FAILURES[DialResult.UNREACHABLE], "unreachable")

    def talk_ended(self, work: Work) -> None:
        """The talk is over; wrap-up follows. Nothing when there is none."""
        if work.state is _W.TALKING:
            self.end_talk(self._room.agents[work.talker], work.item.id)

    def end_talk(self, agent: Agent, id: str, ago: float = 0.0) -> None:
        """An agent's talk is over, also one of before a restart or outside the queues; nothing when he is not in it.

        It ended `ago` seconds ago, when nobody looked.
        """
        engagement, room = agent.engaged.get(id), self._room
        if engagement is None:
            return
        ended = max(room.clock.now() - ago, engagement.since)
        with room.steps:
            work = room.works.get(id)
            if work is not None and work.state is _W.TALKING and work.talker == agent.number:
                work.move(_W.OVER)
                del room.works[id]
            room.tell(
                Decision(
                    at=ended,
                    event="ended" if engagement.talks else "freed",
                    work=id,
                    medium=work.item.medium if work else "",
                    queue=engagement.queue,
                    agent=agent.number,
                    seconds=ended - engagement.since,
                )
            )
            self._roster.talk_over(agent, id, room.queues.get(engagement.queue))


def _offer(owner: Owner, reservation: Reservation) -> None:
    if not reservation.over:
        owner.offered(reservation)
