"""Monitoring points (监察点): records by which time limits turn yellow and red, and people are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.processes.room import ProcessRoom
from cti.office.processes.watching import Limit, Marks
from cti.office.records import Office, RecordQuery, Records
from cti.office.screens import Choice
from cti.office.sharing import Shared
from workflow.supervision.models import PointRow
from workflow.supervision.rules import POINTS
from workflow.supervision.views import PointFields, PointView

KEYS = ("kind", "clock", "urgency", "process", "part")


@dataclass(frozen=True, slots=True)
class Point:
    """One that is in use. `yellow` and `red` are percents; empty keys fit anything."""

    id: str
    organisation: str
    kind: str
    clock: str
    urgency: str
    process: str
    part: str
    yellow: int
    red: int
    yellow_to: tuple[str, ...] = ("handler", "leader")
    red_to: tuple[str, ...] = ("handler", "leader")
    after: int = 0
    times: int = 1
    above: tuple[str, ...] = ("inspector",)

    def fits(self, limit: Limit) -> bool:
        """Whether it is about this time limit."""
        urgency = "urgent" if limit.urgent else "normal"
        asked = (limit.about, limit.clock, urgency, limit.process, limit.part or "")
        return all(mine in ("", found) for mine, found in zip(self.keys, asked, strict=True))

    @property
    def keys(self) -> tuple[str, ...]:
        """What it says, in the order of KEYS."""
        return (self.kind, self.clock, self.urgency, self.process, self.part)


USUAL = Point("", "", "", "", "", "", "", 0, 100)
"""Where no point fits: marks of the process; the handler and his leader are told."""


def best(points: Iterable[Point], limit: Limit, house: str) -> Point:
    """The point that counts for a time limit: its organisation's before the house's, then the one that says most."""
    found = [one for one in points if one.organisation in (limit.organisation, house) and one.fits(limit)]
    order = sorted(found, key=lambda one: (one.organisation == limit.organisation, len([k for k in one.keys if k])))
    return order[-1] if order else USUAL


class Points(Records[PointRow, PointFields, PointView, RecordQuery]):
    """The service. Those of the house count for all; a county may have its own before them."""

    table, fields, view, query = PointRow, PointFields, PointView, RecordQuery
    kind: ClassVar[str] = "monitoring_point"
    title: ClassVar[str] = "监察点"
    see: ClassVar[str] = POINTS
    edit_permission: ClassVar[str] = POINTS
    export_permission: ClassVar[str] = POINTS
    sharing: ClassVar[Shared] = Shared(own=(), house=True)

    def __init__(self, office: Office, room: ProcessRoom) -> None:
        super().__init__(office)
        self._room = room
        self.current: Sequence[Point] = ()
        """Those in use, as `read` last found them."""
        self.on_change(self._read_anew)

    async def read(self) -> None:
        """Read those in use."""
        wanted = select(PointRow).where(PointRow.removed_at.is_(None), PointRow.used.is_(True)).order_by(PointRow.id)
        async with self.office.store.reading() as session:
            rows = (await session.scalars(wanted)).all()
        self.current = [
            Point(
                row.id, row.organisation, row.kind, row.clock, row.urgency, row.process, row.part, row.yellow, row.red,
                tuple(row.yellow_to), tuple(row.red_to), row.after, row.times, tuple(row.above),
            )
            for row in rows
        ]  # fmt: skip

    async def _read_anew(self, _: Sequence[str]) -> None:
        await self.read()
        self._room.cases.watching.again()

    def of(self, limit: Limit) -> Point:
        """The point of a time limit."""
        return best(self.current, limit, self.office.organisation)

    def marks(self, limit: Limit) -> Marks | None:
        """Its marks; None for those of the process."""
        found = self.of(limit)
        return Marks(found.yellow / 100, found.red / 100) if found.id else None

    def limits(self, visitor: Visitor, query: RecordQuery) -> list[ColumnElement[bool]]:
        """By a part of the name."""
        return [PointRow.title.contains(query.search, autoescape=True)] if query.search else []

    async def values(
        self, session: AsyncSession, body: PointFields, row: PointRow | None, organisation: str
    ) -> dict[str, Any]:
        """Two points of an organisation never say the same."""
        said = body.model_dump(include=set(PointFields.model_fields))
        same = [getattr(PointRow, key) == said[key] for key in KEYS]
        if await self.taken(session, row, *same, PointRow.organisation == organisation):
            raise Conflict("taken", "已有相同业务、时限、紧急程度、处办类型和角色的监察点", "title")
        return said

    def words(self, visitor: Visitor, row: PointRow) -> dict[str, Any]:
        """Titles of what it is about."""
        clocks = dict(self._clocks())
        process = self._room.processes.files.get(row.process)
        return {
            "kind_title": self._room.cases.watching.kinds.get(row.kind, row.kind),
            "clock_title": clocks.get(row.clock, row.clock),
            "process_title": process.title if process is not None else row.process,
        }

    # ── what there is to watch ───────────────────────────────────────────────────────────────────────────────────

    def kinds(self) -> list[Choice]:
        """Kinds of records whose time is watched."""
        return [Choice(value=kind, title=title) for kind, title in self._room.cases.watching.kinds.items()]

    def clocks(self) -> list[Choice]:
        """Time limits of all processes that are published; one name may stand in several of them."""
        return [Choice(value=name, title=title) for name, title in self._clocks()]

    def processes(self) -> list[Choice]:
        """Processes with time limits."""
        found = self._room.processes.files
        return [Choice(value=name, title=one.title) for name, one in found.items() if one.head.clocks]

    def _clocks(self) -> list[tuple[str, str]]:
        titles: dict[str, dict[str, None]] = {}
        for one in self._room.processes.files.values():
            for name, rule in one.head.clocks.items():
                titles.setdefault(name, {})[rule.title] = None
        return [(name, "、".join(words)) for name, words in sorted(titles.items())]
