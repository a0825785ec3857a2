"""Looking for somebody by whole number or name without the right to see it: with a reason, slowly, and written down.

Masking would fall to whoever may ask for one number after the other, for one last digit more or one more letter of a
name. So who sees numbers or names masked finds them whole only, says why, and may do so some tens of times an hour. For
the caller whom one talks with, and the numbers in records that one works on, nobody asks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cti.base.clock import Clock
from cti.base.refusal import Invalid, NotAllowed
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.identity.masking import REVEAL, SEE_NUMBERS, SEE_PERSONAL
from cti.office.identity.signing_in.attempts import Attempts

HOUR = 3600.0
LAST_FOUR = 4
SHORTEST = 2
"""Characters of a reason."""

AtHand = Callable[[Visitor, str], Awaitable[bool]]
"""Whether a visitor has a canonical number before him now: on his line, in his cases."""


class Lookups:
    """Lets searches through, at most `an_hour` of one person without the right.

    `area` completes local numbers that are looked for, as it does those of callers.
    """

    area: str = ""

    def __init__(self, audit: Audit, clock: Clock, an_hour: int = 30) -> None:
        self._audit = audit
        self._tries = Attempts(clock, an_hour, HOUR)
        self._at_hand: list[AtHand] = []

    def free(self, at_hand: AtHand) -> Callable[[], None]:
        """Let everybody look freely for numbers that he has before him; returns what takes that back."""
        self._at_hand.append(at_hand)
        return lambda: self._at_hand.remove(at_hand)

    async def number(self, visitor: Visitor, kind: str, number: str, purpose: str = "") -> None:
        """Let a search for a number through: canonical, or its last four digits. NotAllowed, Invalid, TooMany."""
        if not number:
            return
        for at_hand in self._at_hand:
            if await at_hand(visitor, number):
                return
        if not visitor.may(SEE_NUMBERS):
            if len(number) == LAST_FOUR:
                raise NotAllowed("last_four", "没有查看完整号码的权限，不能按后四位查找")
            self._count(visitor, purpose)
        await self._note(visitor, "number.searched", kind, number, purpose)

    async def name(self, visitor: Visitor, kind: str, name: str, purpose: str = "") -> None:
        """Let a search for a name through, which without the right must be meant as a whole one."""
        if visitor.may(SEE_PERSONAL):
            return
        self._count(visitor, purpose)
        await self._note(visitor, "name.searched", kind, name, purpose)

    def _count(self, visitor: Visitor, purpose: str) -> None:
        visitor.need(REVEAL)
        if len(purpose) < SHORTEST:
            raise Invalid("purpose_needed", "您看到的号码和姓名是遮盖的：查找完整号码或姓名须写明查询事由", "purpose")
        self._tries.check(visitor.person)
        self._tries.failed(visitor.person)

    async def _note(self, visitor: Visitor, action: str, kind: str, what: str, purpose: str) -> None:
        after = {"hash": self._audit.digest(action, what), "purpose": purpose}
        await self._audit.note(visitor, action, f"{kind}:", after)
