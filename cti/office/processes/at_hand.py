"""Cases to look at: what somebody may do with one now, its step, its time limits, all that happened to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.refusal import Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.directory import known_organisations
from cti.office.processes.brought import Brought, brought_here
from cti.office.processes.case import Case
from cti.office.processes.deadlines import About
from cti.office.processes.definition import Process, Step
from cti.office.processes.engine import Engine, Offer
from cti.office.processes.families import CaseEventLine, Families, Stored
from cti.office.processes.house import Calendars
from cti.office.processes.playing import form_facts
from cti.office.processes.rights import Definitions, Forms, VisitorsHouse, actor_of
from cti.office.processes.time_limits import TimeLimit, time_limits
from cti.office.screens.description import Field
from cti.store.engine import Store

Facts = Callable[[AsyncSession, str], Awaitable[Mapping[str, Any]]]
"""What expressions may read of a record, by its id."""


class CasesAtHand:
    """What the service of cases reads, before it changes anything and for those who look."""

    def __init__(
        self, store: Store, clock: Clock, definitions: Definitions, calendars: Calendars, forms: Forms | None
    ) -> None:
        self._clock, self._definitions, self._calendars, self._forms = clock, definitions, calendars, forms
        self._families = Families(store.cipher)
        self._facts: dict[str, Facts] = {}

    async def offers(self, session: AsyncSession, visitor: Visitor, case: str) -> dict[str, tuple[Offer, ...]]:
        """What the visitor may do now with the case and each of its tasks; those with nothing for him are left out."""
        house, family = await self.loaded(session, visitor, case)
        found = {one: await self.offers_of(session, house, family, visitor, one) for one in family.cases}
        return {one: offers for one, offers in found.items() if offers}

    async def form(self, session: AsyncSession, visitor: Visitor, case: str, action: str) -> tuple[Field, ...]:
        """What is asked for an action of a case, for the console's form; NotFound without such an action or form."""
        _, family = await self.loaded(session, visitor, case)
        wanted = self.step_of(family.cases[case]).actions.get(action)
        form = self._forms.form(wanted.form) if self._forms is not None and wanted is not None and wanted.form else None
        if self._forms is None or form is None:
            raise NotFound("no_form", "没有这个表单")
        facts = await self._facts[family.about](session, family.record)
        return self._forms.fields(form, form_facts(facts, actor_of(visitor), self._clock.wall()))

    async def family(self, session: AsyncSession, case: str) -> Stored:
        """A case with all its tasks. NotFound."""
        found = await self._families.load_of(session, case)
        if found is None:
            raise NotFound("no_case", "流程实例不存在")
        return found

    def step_of(self, case: Case) -> Step:
        """The step at which a case stands, as the revision that it keeps has it."""
        return self._definitions.revision(case.process, case.revision).steps[case.step]

    def step(self, process: str, revision: int, step: str) -> Step | None:
        """A step of a process; None when this house does not know it any more."""
        try:
            return self._definitions.revision(process, revision).steps.get(step)
        except KeyError:
            return None

    def process_of(self, case: Case) -> Process:
        """The process by which a case goes."""
        return self._definitions.revision(case.process, case.revision)

    async def deadlines(self, session: AsyncSession, case: str) -> list[TimeLimit]:
        """The time limits of a case and all its tasks, those that ended too, in the order in which they began."""
        root = await self._families.root_of(session, case)
        return await time_limits(session, root) if root is not None else []

    async def events(self, session: AsyncSession, root: str) -> list[CaseEventLine]:
        """All that happened to a case and its tasks, in order."""
        return await self._families.events(session, root)

    async def brought_here(self, session: AsyncSession, cases: Collection[str]) -> dict[str, Brought]:
        """Which act, and with which reason, brought each of these cases to its step; without a reason, none."""
        return await brought_here(session, cases)

    async def values_of(self, session: AsyncSession, cases: Collection[str]) -> dict[str, Mapping[str, Any]]:
        """The values that each of these cases has now."""
        return await self._families.values_of(session, cases)

    def act_title(self, act: Brought) -> str:
        """What stands on the button of an act; its name when this house does not know it any more."""
        step = self.step(act.process, act.revision, act.step)
        action = step.actions.get(act.action) if step is not None else None
        return action.title if action is not None else act.action

    async def broken(self, session: AsyncSession, root: str) -> str:
        """What does not fit in a case's chain of events; empty when it is whole."""
        return await self._families.broken(session, root)

    async def about_of(self, session: AsyncSession, family: Stored) -> About:
        """What a family is about, as its time limits go by it; nothing is known of a kind whose module does not run."""
        facts = self._facts.get(family.about)
        return About(family.about, await facts(session, family.record) if facts is not None else {})

    def filled_in(
        self, case: Case, action: str, form: Mapping[str, Any], facts: Mapping[str, Any], visitor: Visitor
    ) -> Mapping[str, Any]:
        """What somebody filled in, as the action's form has it. Invalid names each field that is wrong."""
        wanted = self.step_of(case).actions.get(action)
        if self._forms is None or wanted is None or wanted.form is None:
            return form
        known = form_facts(facts, actor_of(visitor), self._clock.wall())
        checked = self._forms.check_values(wanted.form, form, known)
        if checked.errors:
            first = next(iter(checked.errors))
            raise Invalid("form", checked.words, first, more={"errors": checked.errors})
        return checked.values

    async def house(self, session: AsyncSession, visitor: Visitor) -> VisitorsHouse:
        """The house as the visitor may act in it."""
        return VisitorsHouse(self._definitions, self._calendars, visitor, await known_organisations(session))

    async def loaded(
        self, session: AsyncSession, visitor: Visitor, case: str, *, lock: bool = False
    ) -> tuple[VisitorsHouse, Stored]:
        """The house, and a case with all its tasks; NotFound also when the module of its record does not run."""
        found = await self._families.load_of(session, case, lock=lock)
        if found is None or found.about not in self._facts:
            raise NotFound("no_case", "流程实例不存在")
        return await self.house(session, visitor), found

    async def offers_of(
        self, session: AsyncSession, house: VisitorsHouse, family: Stored, visitor: Visitor, case: str
    ) -> tuple[Offer, ...]:
        """What he may do with one of a family that is loaded."""
        facts = await self._facts[family.about](session, family.record)
        return Engine(house).offers(family.cases, case, actor_of(visitor), facts, self._clock.wall())
