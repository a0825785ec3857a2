"""Records that go through a few states: each step is a line that says from where, to where and who may.

For what has several actors, clocks and versions there are processes as files (`cti.office.processes`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import pydantic
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body, Route
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.records.routes import typed
from cti.office.records.rules import F, Q, R, V
from cti.office.records.service import Records
from cti.office.screens.description import Action
from cti.office.screens.forms import fields_of


@dataclass(frozen=True, slots=True)
class Step:
    """`name` is the verb in paths and in the audit, `title` its word; `body` is the form that it takes."""

    name: str
    title: str
    states: tuple[str, ...]
    to: str
    permission: str
    body: type[Body] | None = None
    tone: Literal["primary", "danger"] | None = None


class SteppedRecords(Records[R, F, V, Q]):
    """Records whose column `state` changes by steps alone; who may take one need not be who may edit the record."""

    steps: ClassVar[tuple[Step, ...]]
    states: ClassVar[Mapping[str, str]]
    """The words of the states."""

    def offered(self, row: R, writes: bool) -> list[str]:
        """Beside the usual acts the steps from this state; whose they are says the permission of each.

        A step that is an edit is offered to who may edit this record: not with what is another's and shown to all.
        """
        now = [
            one.name
            for one in self.steps
            if self.state_of(row) in one.states
            and row.removed_at is None
            and (writes or one.permission != self.edit_permission)
        ]
        return [*super().offered(row, writes), *now]

    @staticmethod
    def state_of(row: R) -> str:
        """In which state a record is."""
        return str(row.state)  # type: ignore[attr-defined] # every table of such records has it

    async def stepped(self, session: AsyncSession, visitor: Visitor, row: R, step: Step, body: Any) -> dict[str, Any]:
        """What else changes with a step, in its transaction; refuses what the state alone does not."""
        return {}

    async def step(self, visitor: Visitor, id: str, name: str, body: Body | None = None) -> V:
        """Take a step. NotAllowed, NotFound; Conflict in the wrong state, or when somebody was quicker."""
        step = next(one for one in self.steps if one.name == name)
        visitor.need(step.permission)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True, permission=step.permission)
            if row.removed_at is not None:
                raise Conflict("removed", f"该{self.title}已删除，请先恢复")
            if self.state_of(row) not in step.states:
                state = self.states.get(self.state_of(row), self.state_of(row))
                raise Conflict("state", f"{self.title}“{state}”，不能{step.title}")
            before = self.told(row)
            values = {**await self.stepped(session, visitor, row, step, body), "state": step.to}
            await self.apply(session, visitor, row, row.version, values)
            await self.audit(session, visitor, step.name, id, before, self.told(row))
            (found,) = await self.shown_all(session, visitor, [row])
        await self.changed([id])
        return found

    def own_routes(self, base: str) -> list[Route]:
        """`POST BASE/{id}/NAME` for each step."""
        return [
            Route(
                "POST", f"{base}/{{id}}/{one.name}", _handler(self, one), one.permission, f"{one.title}{self.title}"
            )
            for one in self.steps
        ]  # fmt: skip

    @classmethod
    def own_actions(cls, base: str) -> tuple[Action, ...]:
        """The buttons of the steps, where the record's state offers them."""
        return tuple(
            Action(
                name=one.name, title=one.title, permission=one.permission, path=f"{base}/{{id}}/{one.name}", told=True,
                kind="form" if one.body else "confirm", form=fields_of(one.body) if one.body else (),
                confirm=None if one.body else f"{one.title}该{cls.title}？", tone=one.tone, done=f"已{one.title}",
            )
            for one in cls.steps
        )  # fmt: skip


def _handler(service: SteppedRecords[Any, Any, Any, Any], one: Step) -> Callable[..., Any]:
    async def plain(visitor: Visitor, id: str) -> Any:
        return await service.step(visitor, id, one.name)

    async def filled(visitor: Visitor, id: str, body: pydantic.BaseModel) -> Any:
        return await service.step(visitor, id, one.name, body)  # type: ignore[arg-type] # of the step's own model

    if one.body is None:
        return typed(plain, service.view)
    return typed(filled, service.view, body=one.body)
