"""The rules of the floor's alarms: each organisation has its own, and those of the house hold for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.settings.owners import Owners, reaches
from cti.base.ids import new_id
from cti.base.refusal import Faults, Invalid
from cti.base.visitor import Visitor
from cti.office.records import Office, Records
from cti.office.screens import Choice
from workflow.floor.models import RuleRow
from workflow.floor.views import OF_QUEUES, SHARES, RuleFields, RuleQuery, RuleView
from workflow.floor.watch import Bounds

RULES = "floor.rules"
FIRST: tuple[dict[str, Any], ...] = (
    {"title": "等待超过 60 秒", "kind": "wait", "threshold": 60, "back": 30, "level": "yellow"},
    {"title": "等待超过 180 秒", "kind": "wait", "threshold": 180, "back": 60, "level": "red", "sound": True},
    {"title": "放弃率过高", "kind": "abandoned", "threshold": 10, "back": 8, "lasting": 60, "level": "yellow"},
    {"title": "服务水平过低", "kind": "service_level", "threshold": 80, "back": 82, "lasting": 60, "level": "yellow"},
    {"title": "无人就绪", "kind": "nobody_ready", "threshold": 120, "level": "yellow"},
    {"title": "中继中断", "kind": "trunk_down", "threshold": 10, "level": "red", "sound": True, "tells": True},
    {"title": "通话超过 20 分钟", "kind": "talk", "threshold": 1200, "level": "yellow"},
    {"title": "小休超过 30 分钟", "kind": "break", "threshold": 1800, "level": "yellow"},
    {"title": "话后超过 5 分钟", "kind": "wrapup", "threshold": 300, "level": "yellow"},
    {"title": "求助无人响应", "kind": "hand", "threshold": 30, "level": "red", "sound": True, "tells": True},
)
"""Those of a new house."""


class Rules(Records[RuleRow, RuleFields, RuleView, RuleQuery]):
    """The service."""

    table, fields, view, query = RuleRow, RuleFields, RuleView, RuleQuery
    kind: ClassVar[str] = "floor_rule"
    title: ClassVar[str] = "现场预警规则"
    see: ClassVar[str] = RULES
    edit_permission: ClassVar[str] = RULES
    export_permission: ClassVar[str] = RULES
    few: ClassVar[bool] = True

    def __init__(self, office: Office, queues: Callable[[], Mapping[str, tuple[str, Owners]]]) -> None:
        """`queues` tells the title of each queue and whose it is."""
        super().__init__(office)
        self._queues = queues

    async def values(
        self, session: AsyncSession, body: RuleFields, row: RuleRow | None, organisation: str
    ) -> dict[str, Any]:
        """What fits together."""
        faults, falls = Faults(), body.kind == "service_level"
        with faults.gathered():
            if body.queue and (body.kind not in OF_QUEUES or body.queue not in self._queues()):
                raise Invalid("queue", "这项监测不按队列，或没有这个队列", "queue")
        with faults.gathered():
            if body.kind in SHARES and body.threshold > 100:
                raise Invalid("threshold", "百分比应在 0 至 100 之间", "threshold")
        with faults.gathered():
            if body.back is not None and (body.back < body.threshold if falls else body.back > body.threshold):
                raise Invalid("back", "恢复值应在阈值正常的一侧", "back")
        faults.refuse()
        return body.model_dump(include=set(RuleFields.model_fields))

    def words(self, visitor: Visitor, row: RuleRow) -> dict[str, Any]:
        """The queue by its title."""
        title, _ = self._queues().get(row.queue, (row.queue, frozenset()))
        return {**super().words(visitor, row), "titles": {"queue": title} if row.queue else {}}

    async def deliver(self) -> None:
        """Begin with the first ones; what somebody removed does not come back."""
        async with self.office.store.writing() as session:
            if await session.scalar(select(func.count()).select_from(RuleRow)):
                return
            now = self.office.clock.wall()
            for one in FIRST:
                filled = RuleFields.model_validate(one).model_dump()
                session.add(
                    RuleRow(
                        id=new_id(), organisation=self.office.organisation, region=self.office.region,
                        created_at=now, updated_at=now, **filled,
                    )
                )  # fmt: skip

    async def active(self, session: AsyncSession) -> list[RuleRow]:
        """Those that hold."""
        wanted = select(RuleRow).where(RuleRow.active, RuleRow.removed_at.is_(None)).order_by(RuleRow.id)
        return list(await session.scalars(wanted))

    async def choices(self, visitor: Visitor) -> list[Choice]:
        """The queues within reach, to choose from."""
        scope = visitor.reach(RULES)
        found = [(name, title) for name, (title, owners) in self._queues().items() if reaches(scope, owners)]
        return [Choice(value=name, title=title) for name, title in found]


def bounds_of(row: RuleRow) -> Bounds:
    """As the watch knows them: where there is no number but a state, its seconds are how long it lasts."""
    if row.kind in ("nobody_ready", "trunk_down"):
        return Bounds(1.0, 1.0, max(row.threshold, row.lasting))
    back = row.threshold if row.back is None else row.back
    return Bounds(row.threshold, back, row.lasting, falls=row.kind == "service_level")
