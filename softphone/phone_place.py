"""Where each agent's browser phone is: one browser has it, the newest that asked, and the others show where it went.

Two of them would take each other's registration away in turn. Kept in memory: after a new start of the engine each page
that had the phone asks anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from cti.base.call import Call, Leg, LegState
from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.telephony.calls import Calls
from cti.telephony.switch.address import WEB


@dataclass(frozen=True, slots=True)
class PhonePlace:
    """The browser that has an agent's phone, by the name it gave itself; `address` is its IP address."""

    browser: str
    address: str
    since: datetime


class PhonePlaces:
    """Who has which phone. `tell` is called with the agent whose phone has moved."""

    def __init__(self, calls: Calls, tell: Callable[[str], None]) -> None:
        self._calls = calls
        self._tell = tell
        self._places: dict[str, PhonePlace] = {}

    def of(self, agent: str) -> PhonePlace | None:
        """Where an agent's browser phone is; None when no page has said so."""
        return self._places.get(agent)

    def take(self, visitor: Visitor, browser: str, *, moving: bool) -> PhonePlace:
        """The phone is here from now on. Conflict `sound_elsewhere` while its talk has its sound in another browser,
        unless it is `moving`.
        """
        agent = visitor.agent_no
        if agent is None:
            raise NotFound("no_agent", "您没有工号，没有话机")
        found = self._places.get(agent)
        if found is not None and found.browser == browser:
            return found
        call = self._calls.of_agent(agent)
        if found is not None and not moving and call is not None and any(browser_legs(call, agent)):
            raise Conflict("sound_elsewhere", f"您正在另一台电脑（{found.address}）上通话")
        place = self._places[agent] = PhonePlace(browser, visitor.address, self._calls.clock.wall())
        self._tell(agent)
        return place


def browser_legs(call: Call, agent: str) -> Iterable[Leg]:
    """The agent's legs in a call that ring or talk in a browser."""
    legs = call.legs.values()
    return (leg for leg in legs if leg.agent == agent and leg.state is not LegState.ENDED and leg.address.endswith(WEB))
