"""Played calls, chats and citizens, and how played agents react to offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from acd.matching.states import WorkState
from acd.matching.work import Reservation, Work, WorkItem
from acd.service import Acd
from acd.simulator.scenario import seconds_of
from cti.base.clock import Clock, Timer
from cti.telephony.switch.port import DialResult

REJECT_AFTER = 1.0
"""Seconds until an agent who refuses has refused."""


class Stage(Protocol):
    """The world in which they are played (`World`)."""

    is_down: bool
    talking: dict[str, str]
    acd: Acd

    @property
    def clock(self) -> Clock:
        """The time by which the play goes."""

    def when_up(self, then: Callable[[], None]) -> None:
        """Do it when an engine runs."""

    def owe_callback(self, call: PlayedCall) -> None:
        """The call becomes a callback."""

    def reaction(self, agent: str) -> str:
        """How the agent reacts to offers."""


@dataclass(eq=False)
class PlayedCall:
    """A caller: how long he waits (None: for ever), how long he talks, how he reacts when called back."""

    world: Stage
    item: WorkItem
    patience: float | None = None
    talk: float = 120.0
    reaction: str = "after 5"
    gone: bool = False
    dialling: list[Timer] = field(default_factory=list)
    _impatience: Timer | None = None
    _talking: Timer | None = None
    _agent: str = ""

    def arrive(self) -> None:
        """The citizen calls now, and loses patience later."""
        if self.patience is not None:
            self._impatience = self.world.clock.call_later(self.patience, self._lose_patience)
        self.enqueue()

    def enqueue(self) -> None:
        """Enter the queue, or come back to the place there; while no engine runs, wait for one."""
        if self.world.is_down:
            self.world.when_up(self._enter_late)
            return
        self.world.acd.matching.enqueue(self.item, self)

    @property
    def work(self) -> Work | None:
        """The work as the matching has it; None when it has none."""
        return self.world.acd.matching.works.get(self.item.id)

    def _enter_late(self) -> None:
        if not self.gone:
            self.enqueue()

    @property
    def is_waiting(self) -> bool:
        """Whether the call waits in a queue."""
        work = self.work
        return not self.gone and work is not None and work.state in (WorkState.WAITING, WorkState.OFFERED)

    @property
    def is_chatting(self) -> bool:
        """Whether it is a chat that an agent has taken."""
        return self.item.medium == "chat" and bool(self._agent)

    def kept(self) -> dict[str, Any]:
        """The place as the store has it."""
        work = self.work
        assert work is not None
        return work.kept(self.world.acd.matching.wall)

    def _lose_patience(self) -> None:
        if not self._agent:
            self.hang_up()

    def hang_up(self) -> None:
        """The caller is gone."""
        self.gone = True
        self._stop_waiting()
        self.stop_dialling()
        if self._agent:
            self._end_talk()
        elif not self.world.is_down and (work := self.work) is not None:
            self.world.acd.matching.withdraw(work, "abandoned")

    def _stop_waiting(self) -> None:
        if self._impatience is not None:
            self._impatience.cancel()

    def stop_dialling(self) -> None:
        """Stop the phones that ring for it."""
        for timer in self.dialling:
            timer.cancel()
        self.dialling.clear()

    # ── what the matching says ───────────────────────────────────────────────────────────────────────────────────

    def offered(self, reservation: Reservation) -> None:
        """An agent was found: dial him."""
        offers = self.world.acd.matching.offers
        self.stop_dialling()

        def answer() -> None:
            if offers.answered(reservation):
                self.talk_with(reservation.agent)

        self.dialling += ring_agent(
            self.world,
            reservation,
            lambda: offers.ringing(reservation),
            answer,
            lambda result: offers.failed(reservation, result),
        )

    def overflowed(self, to: str, why: str) -> None:
        """Go where the queue sends it."""
        kind, _, name = to.partition(":")
        if kind == "queue":
            self.item = replace(self.item, queue=name)
            self.enqueue()
            return
        self._stop_waiting()
        self.gone = True
        if kind == "callback" and self.item.caller:
            self.world.owe_callback(self)

    def taken_back(self, reservation: Reservation, why: str) -> None:
        """The offer is over."""
        self.stop_dialling()

    def left(self) -> None:
        """Nothing more to wait for."""
        self.stop_dialling()

    # ── the talk ─────────────────────────────────────────────────────────────────────────────────────────────────

    def talk_with(self, agent: str) -> None:
        """Talk for as long as this caller talks."""
        self._stop_waiting()
        self._agent = agent
        if self.item.medium != "chat":
            self.world.talking[agent] = self.item.id
        self._talking = self.world.clock.call_later(self.talk, self._end_talk)

    def _end_talk(self) -> None:
        if not self._agent:
            return
        agent, self._agent, self.gone = self._agent, "", True
        if self._talking is not None:
            self._talking.cancel()
        if self.item.medium != "chat":
            self.world.talking.pop(agent, None)
        if not self.world.is_down:
            self.world.acd.talk_ended(agent, self.item.id)


def ring_agent(
    world: Stage,
    reservation: Reservation,
    rings: Callable[[], bool],
    answers: Callable[[], None],
    fails: Callable[[DialResult], None],
) -> list[Timer]:
    """Ring an agent's phone; he reacts as `World.reaction` says. Returns the timers of what he will do."""
    reaction, ring = world.reaction(reservation.agent), reservation.work.queue.settings.ring
    later = world.clock.call_later
    seconds = seconds_of(reaction)
    if reaction == "lost":

        def lost() -> None:
            world.acd.phones_changed(reservation.agent, False)
            fails(DialResult.UNREACHABLE)

        return [later(0, lost)]
    if reaction == "busy":
        return [later(0, lambda: fails(DialResult.BUSY))]

    def ring_now() -> None:
        rings()

    ringing = later(0, ring_now)
    if reaction == "reject":
        return [ringing, later(REJECT_AFTER, lambda: fails(DialResult.REJECTED))]
    if seconds is not None and seconds <= ring:
        return [ringing, later(seconds, answers)]
    return [ringing, later(ring, lambda: fails(DialResult.NO_ANSWER))]
