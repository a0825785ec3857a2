"""How a reservation ends that comes to nothing because the work is over; the agent is free again."""

from __future__ import annotations

from collections.abc import Callable

from acd.matching.room import Room
from acd.matching.roster import Roster
from acd.matching.states import Consequence
from acd.matching.work import Owner, Reservation


def close(reservation: Reservation) -> None:
    """Nothing said of it counts any longer."""
    reservation.over = True
    reservation.work.reservation = None
    if reservation.timer is not None:
        reservation.timer.cancel()


def cancel(room: Room, roster: Roster, reservation: Reservation, why: str) -> None:
    """The work is over; free the agent and tell the owner to stop dialling."""
    agent = room.agents[reservation.agent]
    close(reservation)
    room.say(reservation.work, "cancelled", agent=agent.number, why=why)
    room.steps.say(taken_back(reservation, reservation.work.owner, why))
    roster.release(agent, Consequence.NONE, "", why)


def taken_back(reservation: Reservation, owner: Owner | None, why: str) -> Callable[[], None]:
    """What tells the owner to stop dialling."""
    return lambda: None if owner is None else owner.taken_back(reservation, why)
