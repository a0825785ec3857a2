"""Every leg that leaves the house: whether it may be dialled, over which trunks, and which number is shown.

Whoever dials outside (an agent's click, consultation or transfer, a callback, a flow, an emergency) asks here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from cti.base.numbers.number import Number, NumberKind
from cti.base.refusal import Conflict, Invalid, NotAllowed
from cti.telephony.switch.address import TrunkAddress
from cti.telephony.trunks import Trunks

INTERNATIONAL = "calls.international"
"""The permission to dial abroad, where no other rule says who may."""


class DialClass(StrEnum):
    """How far a number is."""

    INTERNAL = "internal"
    LOCAL = "local"
    NATIONAL = "national"
    INTERNATIONAL = "international"
    EMERGENCY = "emergency"


CLASS_TITLES = {
    DialClass.INTERNAL: "内部号码",
    DialClass.LOCAL: "本地号码",
    DialClass.NATIONAL: "国内长途",
    DialClass.INTERNATIONAL: "国际长途",
    DialClass.EMERGENCY: "紧急号码",
}


def class_of(number: Number, area: str) -> DialClass:
    """The class of a number for a house in `area` (`0519`): mobiles and service lines are local."""
    if number.is_emergency:
        return DialClass.EMERGENCY
    match number.kind:
        case NumberKind.EXTENSION:
            return DialClass.INTERNAL
        case NumberKind.LANDLINE if number.area_code != area:
            return DialClass.NATIONAL
        case NumberKind.LANDLINE | NumberKind.MOBILE | NumberKind.SERVICE:
            return DialClass.LOCAL
    return DialClass.INTERNATIONAL


class Dialler(Protocol):
    """Who dials: a person, such as a `Visitor`, or the house."""

    @property
    def agent_no(self) -> str | None:
        """His agent number; None for who has none."""

    @property
    def organisation(self) -> str:
        """Whose person he is."""

    @property
    def roles(self) -> Sequence[str]:
        """The names of his roles."""

    def may(self, permission: str) -> bool:
        """Whether he has a permission."""


@dataclass(frozen=True, slots=True)
class House:
    """The house itself: a flow or a callback, whose number a caller may have typed."""

    agent_no: str | None = None
    organisation: str = ""
    roles: Sequence[str] = ()

    def may(self, permission: str) -> bool:
        """It has no permissions of its own."""
        return False


HOUSE = House()


class DialRule(Protocol):
    """Who may dial what; emergency numbers are never asked about."""

    def may_dial(self, who: Dialler, kind: DialClass, number: Number) -> str | None:
        """Why he may not, in Chinese; None: he may."""


Refused = Callable[[Dialler, Number, str], None]
"""Hears who was refused which number, and why."""


class FirstRule:
    """Where nobody has said otherwise: everything in the country, and abroad with the permission."""

    def may_dial(self, who: Dialler, kind: DialClass, number: Number) -> str | None:
        """See `DialRule`."""
        if kind is not DialClass.INTERNATIONAL or who.may(INTERNATIONAL):
            return None
        return "没有拨打国际长途的权限"


@dataclass(frozen=True, slots=True)
class WayOut:
    """Where to dial, and what the other side is shown; a `shown` without digits leaves it to the carrier."""

    address: TrunkAddress
    shown: Number


class WaysOut:
    """Finds them. `find` knows the person of an agent number."""

    def __init__(
        self, trunks: Trunks, area: str, find: Callable[[str], Awaitable[Dialler | None]] | None = None
    ) -> None:
        self._trunks = trunks
        self._area = area
        self._find = find
        self._rule: DialRule = FirstRule()
        self._forbidding: list[DialRule] = []
        self._hearing: list[Refused] = []

    def go_by(self, rule: DialRule) -> Callable[[], None]:
        """This rule says who may dial what from now on; returns the undo."""
        before, self._rule = self._rule, rule

        def undo() -> None:
            if self._rule is rule:
                self._rule = before

        return undo

    def forbid_by(self, rule: DialRule) -> Callable[[], None]:
        """This rule too must have nothing against a number; returns the undo."""
        self._forbidding.append(rule)
        return lambda: self._forbidding.remove(rule)

    def hear_refusals(self, tell: Refused) -> Callable[[], None]:
        """Call this whenever somebody was refused a number that he wanted to dial; returns the undo."""
        self._hearing.append(tell)
        return lambda: self._hearing.remove(tell)

    def number(self, said: str) -> Number:
        """A number as somebody here typed it: a local one is completed."""
        return Number.parse(said, area=self._area)

    async def agent(self, number: str) -> Dialler:
        """The person of an agent number; the house, who may least, for one whom nobody knows."""
        found = await self._find(number) if number and self._find is not None else None
        return found or HOUSE

    def refusal(self, who: Dialler, number: Number) -> str | None:
        """Why this number may not be dialled, in Chinese; None: it may. 110 and its like always may."""
        kind = class_of(number, self._area)
        if kind is DialClass.EMERGENCY:
            return None
        found = (rule.may_dial(who, kind, number) for rule in (self._rule, *self._forbidding))
        return next((reason for reason in found if reason is not None), None)

    def need(self, who: Dialler, number: Number) -> None:
        """Raise NotAllowed for a number that he wants to dial and may not; it is told."""
        if (reason := self.refusal(who, number)) is not None:
            for tell in self._hearing:
                tell(who, number, reason)
            raise NotAllowed("dial_class", reason)

    def can_dial(self, who: Dialler, number: Number) -> bool:
        """Whether he may, and there is a trunk for such numbers at all, be it dead or full now."""
        return self._trunks.serves(number) and self.refusal(who, number) is None

    def permitted(self, organisation: str) -> list[str]:
        """The numbers that an organisation may show, its usual ones first."""
        return self._trunks.permitted(organisation)

    def find(
        self, number: Number, *, who: Dialler, organisation: str, citizen: Number | None = None, show: str = ""
    ) -> list[WayOut]:
        """The ways to a number now, best first.

        `organisation` is whose call it is, `citizen` the number of the one whom it is about; `show` is shown by trunks
        that let the organisation. Raises Invalid for what cannot be dialled, NotAllowed for what he may not dial,
        Conflict when no trunk takes it now.
        """
        try:
            addresses = self._trunks.routes(number)
        except ValueError:
            raise Invalid("not_a_number", "不是可以拨打的号码", "to") from None
        # A call that nobody dials by hand is dialled for its organisation.
        self.need(House(organisation=organisation) if who is HOUSE else who, number)
        if not addresses:
            raise Conflict("no_trunk", "没有可用的外线中继")
        return [WayOut(one, self._shown(number, one.trunk, organisation, citizen, show)) for one in addresses]

    def _shown(self, number: Number, trunk: str, organisation: str, citizen: Number | None, show: str) -> Number:
        """Whom 110 hears of is the citizen; all others see what the trunk lets the organisation show."""
        if number.is_emergency and citizen is not None and citizen.digits:
            return citizen
        digits = self._trunks.caller_id(trunk, organisation, show)
        # As it stands in the settings: the canonical form of 0519 12345 would be 12345.
        return Number(digits, NumberKind.SERVICE, digits) if digits else Number.parse("")
