"""Calls and citizens: who calls is known before the answer, stays right while he talks, and is counted afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from cti.base.call import Call
from cti.base.events import CallEnded, CallerRecognised
from cti.telephony.calls import Calls
from cti.telephony.doorway import CITIZEN, LISTED, PLACE, VIP, facts_of
from workflow.citizens.service import Citizens


class CallsOfCitizens:
    """Follows the open calls."""

    def __init__(self, citizens: Citizens, calls: Calls) -> None:
        self._citizens = citizens
        self._calls = calls
        self._callers = {call.id: str(facts_of(call).get(CITIZEN, "")) for call in calls.open}

    async def refresh(self, ids: Sequence[str]) -> None:
        """Records changed: their callers' calls know it, and so do the desks that show them."""
        numbers = await self._citizens.numbers(ids) if self._calls.open else set()
        for call in self._calls.open:
            if call.caller.digits in numbers or facts_of(call).get(CITIZEN) in ids:
                await self._refresh(call)

    async def _refresh(self, call: Call) -> None:
        said = await self._citizens.keep(call)
        # What others told at the door, such as the white list, stays.
        facts = {LISTED: facts_of(call)[LISTED]} if LISTED in facts_of(call) else {}
        facts |= said.facts if said is not None else {}
        if facts == facts_of(call) or call.is_over:
            return
        call.progress[PLACE] = facts
        self._calls.save(call)
        citizen, vip, listed = facts.get(CITIZEN, ""), bool(facts.get(VIP)), bool(facts.get(LISTED))
        self._calls.tell(CallerRecognised, call, citizen=citizen, vip=vip, listed=listed)

    def recognised(self, event: CallerRecognised) -> None:
        """Remember whose call it is."""
        self._callers[event.call] = event.citizen

    def ended(self, event: CallEnded) -> None:
        """The citizen has called once more."""
        if citizen := self._callers.pop(event.call, ""):
            self._citizens.called(citizen, event.at)
