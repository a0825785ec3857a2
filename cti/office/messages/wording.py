"""Templates as a city words them: every module's with its own words where it has some, and those of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.messages.models import TemplateRow
from cti.office.messages.rights import MANAGE, need_house
from cti.office.messages.templates import OWN, VARIABLE, Template, Templates, as_kept, problems_of
from cti.store.edits import edit, locked
from cti.store.engine import Store

WORDS = ("title", "subject", "text", "sms")


class Wording:
    """Reads and changes them. Versions count from 0: a module's own words."""

    def __init__(self, store: Store, clock: Clock, audit: Audit, templates: Templates) -> None:
        self._store = store
        self._clock = clock
        self._audit = audit
        self._templates = templates

    async def all(self, visitor: Visitor) -> list[tuple[Template, int]]:
        """Every template with its version, by kind and name."""
        visitor.need(MANAGE)
        async with self._store.reading() as session:
            rows = {row.name: row for row in await session.scalars(select(TemplateRow))}
        brought = self._templates.all
        found = [self._of(name, rows.get(name)) for name in {**brought, **rows}]
        return sorted(found, key=lambda one: (one[0].kind == OWN, one[0].kind, one[0].name))

    async def get(self, visitor: Visitor, name: str) -> tuple[Template, int]:
        """A template and its version, for who may manage messages. NotFound."""
        visitor.need(MANAGE)
        async with self._store.reading() as session:
            row = await session.get(TemplateRow, name)
        if row is None and name not in self._templates.all:
            raise NotFound("no_template", "模板不存在")
        return self._of(name, row)

    async def add(self, visitor: Visitor, name: str, words: Mapping[str, str]) -> tuple[Template, int]:
        """A template of the city's own, whose variables are those that its text names."""
        need_house(visitor)
        _check(words, None)
        async with self._store.writing() as session:
            if name in self._templates.all or await session.get(TemplateRow, name) is not None:
                raise Conflict("taken", "已有同名的模板", "name")
            row = TemplateRow(name=name, updated_at=self._clock.wall(), **words)
            session.add(row)
            await session.flush()
            await self._note(session, visitor, "added", name, after=dict(words))
            return self._of(name, row)

    async def change(self, visitor: Visitor, name: str, version: int, words: Mapping[str, str]) -> tuple[Template, int]:
        """Other words. Invalid for variables that the template has not, Conflict when somebody was quicker."""
        need_house(visitor)
        brought = self._templates.all.get(name)
        _check(words, brought)
        async with self._store.writing() as session:
            row = await locked(session, TemplateRow, name)
            if row is None:
                if brought is None:
                    raise NotFound("no_template", "模板不存在")
                if version != 0:
                    raise Conflict("changed", "该模板已被他人恢复，请刷新后重试")
                row = TemplateRow(name=name, updated_at=self._clock.wall(), **{**words, "title": brought.title})
                session.add(row)
                await session.flush()
                before = {key: getattr(brought, key) for key in WORDS}
            else:
                before = {key: getattr(row, key) for key in WORDS}
                given = words if brought is None else {**words, "title": brought.title}
                await edit(session, row, version, given, visitor, self._clock.wall())
                row.updated_at = self._clock.wall()
            after = {key: getattr(row, key) for key in WORDS}
            if before != after:
                await self._note(session, visitor, "edited", name, before, after)
            return self._of(name, row)

    async def reset(self, visitor: Visitor, name: str) -> None:
        """Take the city's words away: a module's are back, one of the city's own is gone."""
        need_house(visitor)
        async with self._store.writing() as session:
            row = await locked(session, TemplateRow, name)
            if row is None:
                raise NotFound("no_template", "该模板没有修改过")
            await self._note(session, visitor, "removed", name, {key: getattr(row, key) for key in WORDS})
            await session.delete(row)

    def _of(self, name: str, row: TemplateRow | None) -> tuple[Template, int]:
        brought = self._templates.all.get(name)
        if row is None:
            assert brought is not None, "it is one or the other"
            return brought, 0
        return as_kept(row, brought), row.version

    async def _note(
        self, session: AsyncSession, visitor: Visitor, verb: str, name: str,
        before: dict[str, Any] | None = None, after: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        await self._audit.write(session, visitor, f"template.{verb}", f"template:{name}", before, after)


def _check(words: Mapping[str, str], brought: Template | None) -> None:
    for key in ("subject", "text", "sms"):
        used = {name.strip(): "" for name in VARIABLE.findall(words[key])}
        if wrong := problems_of(words[key], used if brought is None else brought.variables):
            raise Invalid("template", "；".join(wrong), key)
