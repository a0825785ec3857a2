"""What people do with the settings: who may, whose agents, and what stands in the audit of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from acd.editing.bodies import Cell, field_of
from acd.editing.changes import Author, Change
from acd.editing.desk import AcdSettingsDesk, Wish
from acd.editing.items import DEFAULTS, Item, as_said
from acd.settings.schema import AcdSettings, AgentSettings
from acd.settings.skills import ExpressionError, parse
from cti.base.refusal import Invalid, NotFound
from cti.base.scope import EVERYTHING
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.identity.people import People
from cti.store.engine import Store

CONFIGURE = "acd.configure"
LEVELS = "acd.levels"
"""Agents' levels in skills alone: what supervisors change while the calls come in."""
AGENTS = "agents"


class SettingsService:
    """Every function first checks the visitor's permission; agents must be within his reach."""

    def __init__(self, desk: AcdSettingsDesk, people: People, store: Store, audit: Audit) -> None:
        self.desk = desk
        self._people = people
        self._store = store
        self._audit = audit

    @property
    def settings(self) -> AcdSettings:
        """The settings that hold."""
        return self.desk.settings

    # ── looking ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def agents(self, visitor: Visitor) -> list[tuple[str, str]]:
        """Number and name of all agents within the visitor's reach, by number."""
        visitor.need(CONFIGURE)
        return await self._people.agents_within(visitor, CONFIGURE)

    async def _within(self, visitor: Visitor, agent: str, permission: str = CONFIGURE) -> None:
        if await self._people.agent_within(visitor, permission, agent) is None:
            raise NotFound("no_such_agent", "没有这个座席")

    def version(self, item: Item) -> int:
        """The piece's version. An agent who is in no file yet has none."""
        return self.desk.changes.version(item) if item in self.desk.items else 0

    async def agent(self, visitor: Visitor, agent: str, permission: str = CONFIGURE) -> tuple[AgentSettings, int]:
        """One agent's settings and their version."""
        visitor.need(permission)
        await self._within(visitor, agent, permission)
        return self.settings.agent(agent), self.version(Item(AGENTS, agent))

    def history(self, visitor: Visitor) -> list[Change]:
        """All changes that are remembered, the newest first; agents' only to those whose reach is the whole house."""
        visitor.need(CONFIGURE)
        found = reversed(self.desk.changes.done.values())
        whole = visitor.reach(CONFIGURE) == EVERYTHING
        return [one for one in found if whole or Item.of(one.item).kind != AGENTS]

    def check_need(self, visitor: Visitor, need: str) -> tuple[ExpressionError | None, list[str]]:
        """What is wrong with an expression, or the known agents who meet it."""
        visitor.need(CONFIGURE)
        try:
            found = parse(need)
            found.refuse_unknown(self.settings.skills)
        except ExpressionError as error:
            return error, []
        return None, sorted(one for one, about in self.settings.agents.items() if found.holds(about.skills))

    # ── changing ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def put(self, visitor: Visitor, item: Item, version: int, value: Any) -> list[Change]:
        """Write one piece, or remove it with None."""
        value = as_said(self.desk.items.get(item), value, DEFAULTS.get(item.kind))
        return await self.put_all(visitor, [Wish(item, version, value)])

    async def put_all(self, visitor: Visitor, wishes: Sequence[Wish], undoes: int | None = None) -> list[Change]:
        """Write several pieces, all or none."""
        visitor.need(CONFIGURE)
        for wish in wishes:
            if wish.item.kind == AGENTS:
                await self._within(visitor, wish.item.name)
            elif visitor.reach(CONFIGURE) != EVERYTHING:
                raise NotFound("not_yours", "队列、技能等由热线统一维护，您只能维护本辖区的座席")
        return await self._change(visitor, wishes, undoes or 0)

    async def put_levels(self, visitor: Visitor, agent: str, version: int, levels: Mapping[str, int]) -> list[Change]:
        """Set one agent's skills, and leave what else is said of him."""
        visitor.need(LEVELS)
        await self._within(visitor, agent, LEVELS)
        about = {**self.described(agent), "skills": dict(levels)}
        return await self._change(visitor, [Wish(Item(AGENTS, agent), version, about)])

    async def _change(self, visitor: Visitor, wishes: Sequence[Wish], undoes: int = 0) -> list[Change]:
        try:
            return await self.desk.change(wishes, _author(visitor), self._noting(visitor), undoes)
        except Invalid as wrong:
            if len(wishes) > 1 or wrong.field is None:
                raise
            first, _, rest = wrong.field.partition(".")
            line = f"第 {int(rest.partition('.')[0]) + 1} 行，" if first == "steps" and rest[:1].isdigit() else ""
            raise Invalid(
                wrong.code, f"{line}{wrong.detail}", field_of(wishes[0].item.kind, wrong.field), wrong.more
            ) from None

    async def put_cells(self, visitor: Visitor, cells: Sequence[Cell]) -> list[Change]:
        """Set agents' levels in skills, all or none; 0 takes a skill away."""
        wishes: dict[str, Wish] = {}
        for cell in cells:
            item = Item(AGENTS, cell.agent)
            before = wishes.get(cell.agent)
            about = before.value if before else self.described(cell.agent)
            skills = {**about.get("skills", {}), cell.skill: cell.level}
            about = {**about, "skills": {name: level for name, level in skills.items() if level}}
            wishes[cell.agent] = Wish(item, cell.version, about)
        return await self.put_all(visitor, list(wishes.values()))

    def described(self, agent: str) -> dict[str, Any]:
        """An agent as he is written, or would be: everyone's settings when he is not listed."""
        found = self.desk.items.get(Item(AGENTS, agent))
        if found is None:
            found = self.settings.everyone.model_dump(mode="json", exclude_defaults=True)
        return dict(found)

    async def undo(self, visitor: Visitor, number: int) -> list[Change]:
        """Bring back what was before a change."""
        visitor.need(CONFIGURE)
        change = next((one for one in self.history(visitor) if one.number == number), None)
        if change is None:
            raise NotFound("no_change", "没有这次修改的记录")
        if Item.of(change.item).kind == AGENTS:
            await self._within(visitor, Item.of(change.item).name)
        return await self.desk.undo(number, _author(visitor), self._noting(visitor))

    def _noting(self, visitor: Visitor) -> Any:
        async def note(changes: Sequence[Change]) -> None:
            async with self._store.writing() as session:
                for one in changes:
                    verb = "removed" if one.after is None else "added" if one.before is None else "changed"
                    before, after = (
                        {"value": value} if value is not None else None for value in (one.before, one.after)
                    )
                    await self._audit.write(session, visitor, f"acd.{verb}", f"acd:{one.item}", before, after)

        return note


def _author(visitor: Visitor) -> Author:
    return Author(visitor.person, visitor.name)
