"""Numbers that may not be dialled: the rules, asked before each dial, and what is kept of those who were refused."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.times.business_time import ZONE
from cti.base.times.calendars import Calendars, UnknownCalendar
from cti.base.visitor import Visitor
from cti.office.identity.directory import line_of, load_organisations
from cti.office.records import Office, Records
from cti.office.records.expiring import check_until, is_expired, of_validity
from cti.office.records.number_patterns import NumberPattern
from cti.office.sharing import Shared
from cti.telephony.ways_out import DialClass, Dialler
from workflow.forbidden.extensions import Extensions
from workflow.forbidden.models import ForbiddenRow
from workflow.forbidden.rules import Rule, RuleIndex
from workflow.forbidden.views import ForbiddenFields, ForbiddenQuery, ForbiddenView, Tried, TryBody

CHUNK = 500
TREE_SECONDS = 60.0
"""How long a change of the tree of organisations may go unnoticed."""


class Forbidden(Records[ForbiddenRow, ForbiddenFields, ForbiddenView, ForbiddenQuery]):
    """The service, and a rule of the core: all rules are in memory, so that no dial waits for the database."""

    table, fields, view, query = ForbiddenRow, ForbiddenFields, ForbiddenView, ForbiddenQuery
    kind: ClassVar[str] = "forbidden_number"
    sharing: ClassVar[Shared] = Shared(own=())
    title: ClassVar[str] = "禁拨号码"
    see: ClassVar[str] = "forbidden.see"
    edit_permission: ClassVar[str] = "forbidden.edit"
    orders: ClassVar[tuple[str, ...]] = ("refused", "last_refused_at", "until")
    few: ClassVar[bool] = True
    masked: ClassVar[tuple[str, ...]] = ("pattern",)
    asked_openly: ClassVar[tuple[str, ...]] = ("refused",)

    def __init__(self, office: Office, calendars: Calendars, area: str) -> None:
        super().__init__(office)
        self.area = area
        self._calendars = calendars
        self._pattern = NumberPattern("pattern", area)
        self._above: dict[str, frozenset[str]] = {}
        self.index = RuleIndex(self.above, self._is_open)
        self.on_change(self._refresh)

    # ── what may be a rule ───────────────────────────────────────────────────────────────────────────────────────

    def limits(self, visitor: Visitor, query: ForbiddenQuery) -> list[ColumnElement[bool]]:
        """By effect, state, number or reason."""
        found: list[ColumnElement[bool]] = []
        if query.effect is not None:
            found.append(ForbiddenRow.effect == query.effect)
        found += of_validity(ForbiddenRow, query.state, self.office.clock.wall())
        if query.search:
            by_number = self._pattern.condition(ForbiddenRow, query.search)
            found.append(
                ForbiddenRow.reason.contains(query.search, autoescape=True) if by_number is None else by_number
            )
        return found

    async def check_search(self, visitor: Visitor, query: ForbiddenQuery) -> None:
        """A number is looked for by who may see it; others with a reason, not often."""
        await self.check_number(visitor, query.search, query.purpose)

    async def check_number(self, visitor: Visitor, text: str, purpose: str) -> None:
        """The same for a number, or its last four digits, in another question."""
        await self.office.lookups.number(visitor, self.kind, self._pattern.sought(text), purpose)

    async def values(
        self, session: AsyncSession, body: ForbiddenFields, row: ForbiddenRow | None, organisation: str
    ) -> dict[str, Any]:
        """One rule of an organisation for a number, an effect and the same extensions. Invalid, Conflict."""
        faults = Faults()
        found: dict[str, Any] = {"effect": body.effect, "reason": body.reason, "until": body.until}
        found["hours"], found["calendar"] = body.hours, "" if body.hours == "always" else body.calendar
        with faults.gathered():
            found["pattern"] = self._pattern.filled(body.pattern, row)
        with faults.gathered():
            found["extensions"] = _extensions(body.extensions)
        with faults.gathered():
            if found["calendar"] and found["calendar"] not in self._calendars.names:
                raise Invalid("calendar", "没有这个日历", "calendar")
        with faults.gathered():
            check_until(body.until, row, self.office.clock.wall())
        faults.refuse()
        if await self.taken(session, row, *_same(found, organisation)):
            raise Conflict("taken", "该号码已有同样的规则，请直接修改", "pattern")
        return found

    def derived(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The index that a rule is found by."""
        return self._pattern.derived(values)

    def words(self, visitor: Visitor, row: ForbiddenRow) -> dict[str, Any]:
        """Whole numbers are masked by right."""
        return {
            **self._pattern.words(visitor, row),
            "expired": is_expired(row, self.office.clock.wall()),
            "refused": row.refused or 0,
            "titles": {"calendar": self._calendars.titles.get(row.calendar, row.calendar)} if row.calendar else {},
        }

    async def check_restored(self, session: AsyncSession, row: ForbiddenRow) -> None:
        """Not beside its like."""
        like = {"pattern": row.pattern, "effect": row.effect, "extensions": row.extensions}
        if await self.taken(session, row, *_same(like, row.organisation)):
            raise Conflict("taken", "该号码已有同样的规则")

    # ── in memory ────────────────────────────────────────────────────────────────────────────────────────────────

    async def load(self) -> None:
        """Read all rules, and the tree of organisations."""
        await self.read_tree()
        wanted = select(ForbiddenRow).where(ForbiddenRow.removed_at.is_(None))
        async with self.office.store.reading() as session:
            rows = await session.stream_scalars(wanted.execution_options(yield_per=CHUNK))
            async for chunk in rows.partitions(CHUNK):
                for row in chunk:
                    self.index.put(_rule(row))
                await asyncio.sleep(0)

    async def follow_tree(self) -> None:
        """Read the tree again and again, until cancelled."""
        while True:
            await asyncio.sleep(TREE_SECONDS)
            await self.read_tree()

    async def read_tree(self) -> None:
        """Which organisations stand above which."""
        async with self.office.store.reading() as session:
            tree = await load_organisations(session)
        self._above = {name: line_of(tree, name) for name in tree}

    async def _refresh(self, ids: Sequence[str]) -> None:
        await self.read_tree()
        async with self.office.store.reading() as session:
            rows = (await session.scalars(select(ForbiddenRow).where(ForbiddenRow.id.in_(ids)))).all()
        for row in rows:
            if row.removed_at is None:
                self.index.put(_rule(row))
            else:
                self.index.drop(row.id)

    def above(self, organisation: str) -> frozenset[str]:
        """An organisation and all above it; of one that nobody knows yet the rules of all count, rather than none."""
        known = self._above.get(organisation or self.office.organisation)
        return known if known is not None else frozenset((organisation, *self._above))

    def _is_open(self, calendar: str, now: Any) -> bool:
        try:
            return self._calendars.state(calendar, now.astimezone(ZONE)).is_open
        except UnknownCalendar:
            # Somebody removed the calendar: the rule says "not now", and a page tells that it has none.
            return False

    # ── before each dial ─────────────────────────────────────────────────────────────────────────────────────────

    def forbidding(self, who: Dialler, number: Number) -> Rule | None:
        """The rule that keeps somebody from dialling a number now."""
        return self.index.forbids(number, who.agent_no or "", who.organisation, self.office.clock.wall())

    def may_dial(self, who: Dialler, kind: DialClass, number: Number) -> str | None:
        """See `cti.telephony.ways_out.DialRule`."""
        rule = self.forbidding(who, number)
        return None if rule is None else f"禁拨号码：{rule.reason}"

    async def attempt(self, visitor: Visitor, body: TryBody) -> Tried:
        """What would come of a dial now; nothing is dialled, counted or kept. Invalid."""
        visitor.need(self.see)
        number = Number.parse(body.number, area=self.area)
        if not number.digits:
            raise Invalid("number", "不是有效的电话号码", "number")
        if number.is_emergency:
            return Tried(allowed=True, words="紧急号码，任何人都可以拨打")
        organisation = visitor.organisation or self.office.organisation
        rule = self.index.forbids(number, body.extension, organisation, self.office.clock.wall())
        if rule is None:
            return Tried(allowed=True, words="没有禁拨规则，可以拨打（拨打权限另计）")
        async with self.office.store.reading() as session:
            row = await session.scalar(select(ForbiddenRow).where(ForbiddenRow.id == rule.id, *self.readable(visitor)))
        named = f"（规则“{self.shown(visitor, row).pattern}”）" if row is not None else "（上级机构的规则）"
        return Tried(allowed=False, words=f"禁止拨打：{rule.reason}{named}", rule=rule.id if row is not None else "")


def _extensions(text: str) -> str:
    try:
        return str(Extensions.parse(text))
    except ValueError as error:
        raise Invalid("extensions", str(error), "extensions") from None


def _same(values: Mapping[str, Any], organisation: str) -> list[ColumnElement[bool]]:
    return [
        ForbiddenRow.organisation == organisation,
        ForbiddenRow.pattern_index == values["pattern"],
        ForbiddenRow.effect == values["effect"],
        ForbiddenRow.extensions == values["extensions"],
    ]


def _rule(row: ForbiddenRow) -> Rule:
    return Rule(
        row.id, row.effect, row.pattern, row.organisation, Extensions.parse(row.extensions),
        row.hours, row.calendar, row.until, row.reason,  # type: ignore[arg-type]
    )  # fmt: skip
