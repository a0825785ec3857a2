"""Which phones of a person can ring now: the only source of an agent's dial addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.events import PhoneChanged
from cti.telephony.switch.address import PhoneAddress


@dataclass(frozen=True, slots=True)
class RegisteredPhone:
    """A phone that the switch knows: `endpoint` registers, `agent` (工号) is whose it is and how he answers."""

    endpoint: str
    agent: str
    organisation: str
    auto_answer: bool = False


AnswerRule = Callable[[str, str, bool], float | None]
"""Of an agent, a queue and whether he wishes it: after how many seconds his phones answer by themselves, or None."""


class Registrar:
    """Follows what the switch tells of phones and tells `PhoneChanged`."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._phones: dict[str, RegisteredPhone] = {}
        self._reachable: set[str] = set()
        self._by_agent: dict[str, tuple[str, ...]] = {}
        self._auto: frozenset[str] = frozenset()
        self._organisations: dict[str, str] = {}
        self.rule: AnswerRule = lambda agent, queue, wished: 0.0 if wished else None

    def provision(self, phones: Iterable[RegisteredPhone]) -> None:
        """Replace the list of phones that exist."""
        self._phones = {phone.endpoint: phone for phone in phones}
        self._organisations = {phone.agent: phone.organisation for phone in self._phones.values()}
        self._auto = frozenset(phone.agent for phone in self._phones.values() if phone.auto_answer)
        self._all_changed()

    def resync(self, endpoints: Iterable[str]) -> None:
        """Exactly these endpoints are reachable now."""
        self._reachable = set(endpoints)
        self._all_changed()

    def change(self, endpoint: str, reachable: bool) -> None:
        """One phone came or went."""
        if reachable:
            self._reachable.add(endpoint)
        else:
            self._reachable.discard(endpoint)
        if phone := self._phones.get(endpoint):
            others = [one for one in self._by_agent.get(phone.agent, ()) if one != endpoint]
            self._tell({phone.agent: tuple(sorted([*others, endpoint] if reachable else others))})

    def addresses(self, agent: str) -> tuple[PhoneAddress, ...]:
        """Where an agent can be dialled now; empty when no phone of his is registered."""
        return tuple(PhoneAddress(endpoint) for endpoint in self._by_agent.get(agent, ()))

    def organisation(self, agent: str) -> str:
        """Whose an agent is; empty for one who has no phone."""
        return self._organisations.get(agent, "")

    def answer_after(self, agent: str, queue: str = "") -> float | None:
        """After how many seconds an agent's phones answer a call of `queue` (none: any other) by themselves; None when
        he answers it.
        """
        return self.rule(agent, queue, agent in self._auto)

    def wishes_auto_answer(self, agent: str) -> bool:
        """Whether an agent has chosen that his phones answer by themselves."""
        return agent in self._auto

    def is_reachable(self, endpoint: str) -> bool:
        """Whether a phone is registered."""
        return endpoint in self._reachable

    def _all_changed(self) -> None:
        found: dict[str, tuple[str, ...]] = {}
        for endpoint in sorted(self._reachable):
            if phone := self._phones.get(endpoint):
                found[phone.agent] = (*found.get(phone.agent, ()), endpoint)
        self._tell({agent: found.get(agent, ()) for agent in sorted(self._by_agent.keys() | found.keys())})

    def _tell(self, after: Mapping[str, tuple[str, ...]]) -> None:
        changed = {agent: found for agent, found in after.items() if found != self._by_agent.get(agent, ())}
        self._by_agent |= changed
        for agent, found in changed.items():
            organisation = self.organisation(agent)
            self._bus.publish(
                PhoneChanged(at=self._clock.wall(), agent=agent, organisation=organisation, addresses=found)
            )
