"""Who must be called back is work of the queue in which he waited: it is offered to whoever becomes free.

So it is where the settings say `offered`; else agents fetch the next themselves.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from sqlalchemy import select

from acd.callbacks.callback import CALLED_IN, Callback, CallbackState
from acd.feeding import BEHIND, LATER, PAUSED, Feeding
from acd.service import Acd
from cti.base.ids import new_id
from cti.telephony.redialling import ANSWERED, result_of
from workflow.missed.models import MissedRow
from workflow.missed.working import HOUSE, Working

WhoIs = Callable[[str], Awaitable[tuple[str, str]]]
"""The id and the name of the person with an agent number."""
_C = CallbackState


class Offering(Feeding):
    """Offers them; a part of the list are those of a queue. `was_dialled` says whether the books have a call."""

    what: ClassVar[str] = "missed callers"

    def __init__(
        self, working: Working, acd: Acd, who_is: WhoIs, was_dialled: Callable[[str], Awaitable[bool]]
    ) -> None:
        super().__init__(acd)
        self._working, self._missed = working, working.missed
        self._office = working.missed.office
        self._who_is, self._was_dialled = who_is, was_dialled

    # ── what became of them ──────────────────────────────────────────────────────────────────────────────────────

    async def take_up(self) -> None:
        """What the last engine left: those whom the queue knows go on; of the others the calls tell what happened."""
        wanted = select(MissedRow.attempt, MissedRow.queue).where(MissedRow.state == "offered")
        async with self._office.store.reading() as session:
            left = (await session.execute(wanted)).tuples().all()
        for attempt, queue in left:
            if not self._goes_on(attempt, queue or self._working.settings.queue):
                await self._ended(attempt, "unknown" if await self._was_dialled(attempt) else "")

    async def _take_in(self, attempt: str, state: CallbackState, why: str, callback: Callback) -> None:
        if state in (_C.TALKING, _C.DONE):
            await self._ended(attempt, ANSWERED, call=callback.visit or attempt, agent=callback.agent)
        elif callback.attempts:
            await self._ended(attempt, result_of(callback.result), call=callback.visit)
        else:
            await self._ended(attempt, "", soon=why in (PAUSED, CALLED_IN))

    async def _ended(self, attempt: str, result: str, *, call: str = "", agent: str = "", soon: bool = True) -> None:
        """An offer ended so, if it is the one under way; told twice it counts once.

        Without a result he was not dialled: it is no attempt, and he waits again, to be called `soon` or later.
        """
        person, name = await self._who_is(agent) if agent else ("", "")
        working, now = self._working, self._office.clock.wall()
        async with self._missed.changing() as session:
            row = await session.scalar(
                select(MissedRow).where(MissedRow.attempt == attempt).with_for_update(of=MissedRow)
            )
            if row is None or row.state != "offered":
                return
            before, values = self._missed.told(row), {"called_back": call, "dialled_at": now}
            if not result:
                await working.apply(session, row, "open", {"due_at": now if soon else now + LATER})
            elif result == ANSWERED:
                said = {**values, "attempts": row.attempts + 1, "last_result": result}
                await working.apply(session, row, "talked", {**said, "taken_by": person, "taken_name": name})
            else:
                await working.not_reached(session, row, row.attempts + 1, result, values)
            if result:
                await self._missed.audit(session, HOUSE, "rung", row.id, before, self._missed.told(row))
            id = row.id
        await self._missed.changed([id])

    # ── who is next ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _feed_all(self) -> None:
        settings = self._working.settings
        self._feeds = settings.offered
        queues = {one.queue for one in self._acd.queues()} if settings.offered else set()
        self._hold(queues)
        for queue in sorted(queues):
            room = self._room(queue, queue, settings.ahead)
            if room > 0:
                await self._offer(queue, room)

    async def _offer(self, queue: str, most: int) -> None:
        """An offer stands on disk before the queue has it."""
        of = (queue, "") if queue == self._working.settings.queue else (queue,)
        async with self._missed.changing() as session:
            rows = await self._working.due(session, (), of, most)
            for row in rows:
                await self._working.apply(session, row, "offered", {"attempt": new_id(), "last_result": ""})
            owed = [
                Callback(
                    row.attempt, row.number, queue, self._office.clock.wall().timestamp(), BEHIND,
                    organisation=row.organisation, region=row.region, most=1,
                )
                for row in rows
            ]  # fmt: skip
        for callback in owed:
            self._give(queue, callback)
        if rows:
            await self._missed.changed([row.id for row in rows])
