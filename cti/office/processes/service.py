"""The service of cases: acts are checked, done and written as a whole, with their audit, deadlines and listeners.

A kind of record says by `about` what its cases may read of it, and hears by `listen` what becomes of them, in the same
transaction. What people may do with a case now comes with `offers`; no screen decides it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.refusal import Conflict, NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit, Entry
from cti.office.processes import other_revision
from cti.office.processes.at_hand import CasesAtHand, Facts
from cti.office.processes.case import Begun, Case, Moved, StepReleased, StepTaken
from cti.office.processes.deadlines import DUE, WARN, About, CaseDeadlines
from cti.office.processes.engine import Change, Engine, Offer
from cti.office.processes.families import Stored
from cti.office.processes.gone import without_the_gone
from cti.office.processes.house import Calendars
from cti.office.processes.models import CaseRow
from cti.office.processes.refused import Refused, refusal_of
from cti.office.processes.rights import Definitions, Forms, VisitorsHouse, actor_of
from cti.office.processes.turning import Ahead, Listener, Turning
from cti.office.processes.watching import Watching
from cti.office.timers.kinds import TimerKind
from cti.office.timers.service import Timers
from cti.store.engine import Store

NOBODY = Visitor("", "", "", None, "", "")


class Cases(CasesAtHand):
    """Opens cases and takes actions in them."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        audit: Audit,
        timers: Timers,
        definitions: Definitions,
        calendars: Calendars,
        forms: Forms | None = None,
    ) -> None:
        super().__init__(store, clock, definitions, calendars, forms)
        self._audit, self._timers = audit, timers
        self._listeners: dict[str, Listener] = {}
        self._ahead: dict[str, Ahead] = {}
        self.watching = Watching()
        turning = Turning(
            self._families, clock, self.watching, self.process_of, self._by_itself, self._listeners, self._ahead
        )
        self._undo = [
            timers.register(TimerKind(kind, title, partial(turning.went_off, kind)))
            for kind, title in ((WARN, "时限预警"), (DUE, "时限到期"))
        ]

    def close(self) -> None:
        """Let time limits wait for the next one who serves them."""
        for undo in self._undo:
            undo()

    def about(self, kind: str, facts: Facts, listener: Listener, ahead: Ahead | None = None) -> Callable[[], None]:
        """Serve cases of a kind of record from now on; returns the undo.

        `ahead` reads the rows of many records before the listener hears of each, and writes them together after.
        """
        self._facts[kind], self._listeners[kind] = facts, listener
        if ahead is not None:
            self._ahead[kind] = ahead

        def undo() -> None:
            for served in (self._facts, self._listeners, self._ahead):
                served.pop(kind, None)

        return undo

    # ── acts ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def open(
        self,
        session: AsyncSession,
        visitor: Visitor,
        process: str,
        about: str,
        record: str,
        *,
        organisation: str,
        region: str,
        values: Mapping[str, Any] | None = None,
    ) -> Moved:
        """A new case of a record, in the record's own transaction; call `done` once that is over."""
        house = await self.house(session, visitor)
        facts = await self._facts[about](session, record)
        now, actor = self._clock.wall(), actor_of(visitor)
        try:
            change = Engine(house).open(
                process, facts, actor, now, organisation=organisation, region=region, values=values
            )
        except Refused as refused:
            raise refusal_of(refused) from refused
        root = next(iter(change.cases))
        return await self._write(session, visitor, house, Stored(root, about, record, {}), change, "opened", facts)

    async def open_quietly(
        self, session: AsyncSession, visitor: Visitor, process: str, about: str, records: Sequence[Begun]
    ) -> list[Moved]:
        """Cases of many records that come from elsewhere: nobody is told of them and nothing is due.

        Their rows, as many as there are records, go with the session's next flush, and the caller brings his own into
        line. ValueError for a process that begins with time limits, KeyError when there is none.
        """
        engine, now, actor = Engine(await self.house(session, visitor)), self._clock.wall(), actor_of(visitor)
        found, entries = [], []
        for one in records:
            change = engine.open(
                process, one.facts, actor, now, organisation=one.organisation, region=one.region, values=one.values
            )
            if any(case.clocks for case in change.cases.values()):
                raise ValueError(f"the process {process} begins with time limits")
            root = next(iter(change.cases))
            family = Stored(root, about, one.record, {})
            top = self._families.add(session, family, change.cases, change.events)
            found.append(Moved(root, one.record, change.cases, change.cases, change.events, (), {}))
            entries.append(_entry(family, "opened", top))
        await self._audit.write_all(session, visitor, entries)
        return found

    async def beginning(
        self, session: AsyncSession, visitor: Visitor, process: str, facts: Mapping[str, Any], *, organisation: str,
        region: str,
    ) -> tuple[Offer, ...]:  # fmt: skip
        """What the visitor could do at once with a new case of such a record; nothing is opened. KeyError."""
        engine, now, actor = Engine(await self.house(session, visitor)), self._clock.wall(), actor_of(visitor)
        try:
            change = engine.open(process, facts, actor, now, organisation=organisation, region=region)
        except Refused as refused:
            raise refusal_of(refused) from refused
        return engine.offers(change.cases, next(iter(change.cases)), actor, facts, now)

    async def act(
        self, session: AsyncSession, visitor: Visitor, case: str, action: str, form: Mapping[str, Any], *,
        root: str = "",
    ) -> Moved:  # fmt: skip
        """Take an action of a case or task, which must be one of `root` if that is said; call `done` afterwards.

        NotFound, NotAllowed, Invalid, Conflict: nothing has changed then.
        """
        house, family = await self.loaded(session, visitor, root or case, lock=True)
        if case not in family.cases:
            raise NotFound("no_task", "任务不存在")
        facts = await self._facts[family.about](session, family.record)
        form = self.filled_in(family.cases[case], action, form, facts, visitor)
        actor = actor_of(visitor, family.cases[case].person)
        try:
            change = Engine(house).act(family.cases, case, actor, action, form, facts, self._clock.wall())
        except Refused as refused:
            raise refusal_of(refused) from refused
        return await self._write(session, visitor, house, family, change, action, facts)

    async def take(self, session: AsyncSession, visitor: Visitor, case: str) -> Moved:
        """Claim a case at its step: who is second is told who has it."""
        house, family = await self.loaded(session, visitor, case, lock=True)
        found = family.cases[case]
        if not await self.offers_of(session, house, family, visitor, case):
            raise NotAllowed("not_yours", "您不能办理该任务")
        if found.person and not visitor.is_for(found.person):
            raise Conflict("taken", "该任务已被他人领取，请刷新")
        taken = replace(found, person=visitor.person)
        event = StepTaken(self._clock.wall(), case, actor_of(visitor, found.person), found.step)
        return await self._write(session, visitor, house, family, Change({case: taken}, (event,)), "taken")

    async def release(self, session: AsyncSession, visitor: Visitor, case: str) -> Moved:
        """Give back what one has claimed, so that others may take it."""
        family = await self.family(session, case)
        if not visitor.person or family.cases[case].person != visitor.person:
            raise Conflict("not_yours", "该任务不在您手中")
        return await self.set_free(session, visitor, case)

    async def set_free(self, session: AsyncSession, visitor: Visitor, case: str) -> Moved:
        """Take a case from whoever has claimed it."""
        house, family = await self.loaded(session, visitor, case, lock=True)
        found = family.cases[case]
        event = StepReleased(self._clock.wall(), case, actor_of(visitor), found.step)
        change = Change({case: replace(found, person="")}, (event,))
        return await self._write(session, visitor, house, family, change, "released")

    async def edited(self, session: AsyncSession, visitor: Visitor, root: str) -> Moved | None:
        """A record was changed: time limits that depend on it follow. None when none do; call `done` afterwards."""
        house, family = await self.loaded(session, visitor, root, lock=True)
        facts = await self._facts[family.about](session, family.record)
        change = Engine(house).edited(family.cases, actor_of(visitor), facts, self._clock.wall())
        # Marks go by the record, too: also those of limits that stay as long as they were.
        cases, about = {**family.cases, **change.cases}, About(family.about, facts)
        deadlines = CaseDeadlines(house, self._timers, self.watching)
        await deadlines.follow(session, family.root, cases, self._clock.wall(), about)
        if not change.events:
            return None
        return await self._write(session, visitor, house, family, change, "edited", facts)

    async def change(
        self, session: AsyncSession, visitor: Visitor, case: str, action: str, make: Callable[[Case], Change]
    ) -> Moved:
        """Change a case otherwise than by an action of its process, as `make` says; call `done` afterwards.

        The audit has it as `case.<action>`. What `make` raises changes nothing.
        """
        house, family = await self.loaded(session, visitor, case, lock=True)
        return await self._write(session, visitor, house, family, make(family.cases[case]), action)

    async def would_offer(self, session: AsyncSession, visitor: Visitor, case: Case) -> tuple[Offer, ...]:
        """What the visitor could do with a case if it were so."""
        house, family = await self.loaded(session, visitor, case.id)
        changed = replace(family, cases={**family.cases, case.id: case})
        return await self.offers_of(session, house, changed, visitor, case.id)

    async def to_revision(
        self, session: AsyncSession, visitor: Visitor, case: str, revision: int, *, dry: bool = False
    ) -> tuple[str, ...]:
        """Let an open case go by another revision of its process; returns why it does not fit, which changes nothing.

        KeyError when there is no such revision; call `done` afterwards.
        """
        house, family = await self.loaded(session, visitor, case, lock=not dry)
        found = family.cases[case]
        after = self._definitions.revision(found.process, revision)
        why = other_revision.misfits(found, self.process_of(found), after)
        if not why and not dry:
            change = other_revision.move(found, after, revision, actor_of(visitor), self._clock.wall())
            await self._write(session, visitor, house, family, change, "revision")
        return why

    async def lock(self, session: AsyncSession, root: str) -> None:
        """Let nobody else change a case before the transaction is over."""
        await self._families.lock(session, root)

    async def lock_all(self, session: AsyncSession, roots: Select[tuple[str]]) -> None:
        """The same for all that are selected."""
        await self._families.lock_all(session, roots)

    async def forget(self, session: AsyncSession, root: str) -> None:
        """Remove a case, its tasks, time limits and events: for a record that goes as if it had never been."""
        family = await self._families.load(session, root, lock=True)
        if family is not None:
            house = await self.house(session, NOBODY)
            await CaseDeadlines(house, self._timers, self.watching).forget(session, root)
            await self._families.forget(session, root)

    def done(self) -> None:
        """The transaction of an act is over: timers may go off."""
        self._timers.look()

    async def _by_itself(self, session: AsyncSession, case: str, action: str) -> None:
        """An action that the house takes."""
        await self.act(session, NOBODY, case, action, {})

    async def _write(
        self,
        session: AsyncSession,
        visitor: Visitor,
        house: VisitorsHouse,
        family: Stored,
        change: Change,
        action: str,
        facts: Mapping[str, Any] | None = None,
    ) -> Moved:
        change = await without_the_gone(session, visitor, family.cases, change)
        top = await self._families.write(session, family, change.cases, change.events)
        deadlines = CaseDeadlines(house, self._timers, self.watching)
        about = About(family.about, facts) if facts is not None else await self.about_of(session, family)
        limits = await deadlines.follow(session, family.root, change.cases, self._clock.wall(), about, family.cases)
        cases = {**family.cases, **change.cases}
        moved = Moved(family.root, family.record, cases, change.cases, change.events, limits, family.cases)
        await self._listeners[family.about](session, moved, actor_of(visitor))
        await self.watching.tell(session, family.about, moved)
        await self._audit.write_all(session, visitor, [_entry(family, action, top)])
        return moved


def _entry(family: Stored, action: str, top: CaseRow) -> Entry:
    """It carries the end of the chain: who forges what happened must forge the audit, too."""
    said = {"action": action, "events": top.events, "head": top.head}
    return Entry(f"case.{action}", f"{family.about}:{family.record}", after=said)
