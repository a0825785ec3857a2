"""Learning (视频学习、在线阅读): where somebody is, what counts, from the first page to the credits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pydantic
from sqlalchemy import ColumnElement, String, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Query
from cti.base.ids import new_id
from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.office.files.service import Files
from cti.office.tree.service import below
from workflow.training import rules
from workflow.training.bank.models import CategoryRow
from workflow.training.courses.materials import Materials
from workflow.training.courses.models import MaterialRow, StudyRow
from workflow.training.courses.views import (
    MATERIALS,
    MINE,
    Beat,
    Counted,
    LearnFile,
    MyMaterial,
    MyMaterials,
    Opened,
)
from workflow.training.courses.watching import BEAT, Watched, beat, is_whole, read

VIDEO = "video"
_PICTURE = re.compile(rf"{MATERIALS}/[0-9A-Z]{{26}}/files/([0-9A-Z]{{26}})/content\?inline=true")
"""A picture in a text, as who keeps the material has it; who learns has it by a path of his own."""


class LibraryQuery(Query):
    """What somebody looks for among the materials."""

    search: str = pydantic.Field(default="", max_length=60)
    category: str = pydantic.Field(default="", max_length=26)
    sort: str = pydantic.Field(default="", pattern="^(video|reading)?$")
    page: int = pydantic.Field(default=1, ge=1, le=1000)
    size: int = pydantic.Field(default=20, ge=1, le=100)


class Learning:
    """Everybody learns for himself, from what is open in his organisation and all above it."""

    def __init__(self, materials: Materials) -> None:
        self._materials = materials
        self.office = materials.office

    async def library(self, visitor: Visitor, query: LibraryQuery) -> MyMaterials:
        """A page of the open materials, the newest first, with one's own progress."""
        visitor.need(rules.LEARN)
        async with self.office.store.reading() as session:
            limits = await self._open(session, visitor)
            if query.search:
                words = cast(MaterialRow.keywords, String).contains(query.search, autoescape=True)
                limits.append(or_(MaterialRow.title.contains(query.search, autoescape=True), words))
            if query.sort:
                limits.append(MaterialRow.medium == query.sort)
            if query.category:
                inside = or_(CategoryRow.id == query.category, below(CategoryRow, query.category))
                limits.append(MaterialRow.category.in_(select(CategoryRow.id).where(inside)))
            total = await session.scalar(select(func.count()).select_from(MaterialRow).where(*limits)) or 0
            wanted = select(MaterialRow).where(*limits).order_by(MaterialRow.updated_at.desc(), MaterialRow.id.desc())
            rows = (await session.scalars(wanted.limit(query.size).offset((query.page - 1) * query.size))).all()
            items = await self.mine(session, visitor, rows)
        return MyMaterials(items=items, total=total)

    async def mine(self, session: AsyncSession, visitor: Visitor, rows: Sequence[MaterialRow]) -> list[MyMaterial]:
        """Materials with one's own progress, in two queries."""
        ids = [row.id for row in rows]
        mine = select(StudyRow).where(StudyRow.person == visitor.person, StudyRow.material.in_(ids))
        known: Mapping[str, StudyRow] = {one.material: one for one in await session.scalars(mine)}
        paths = await session.execute(
            select(CategoryRow.id, CategoryRow.path).where(CategoryRow.id.in_({row.category for row in rows}))
        )
        named = dict(paths.tuples().all())
        found = []
        for row in rows:
            study = known.get(row.id)
            found.append(
                MyMaterial(
                    id=row.id, title=row.title, sort=row.medium, category=named.get(row.category, ""),
                    keywords=row.keywords, credits=row.credits,
                    length=row.seconds if row.medium == VIDEO else row.minutes * 60,
                    percent=study.percent if study else 0, done=bool(study and study.done_at),
                    seconds=study.seconds if study else 0, times=study.times if study else 0,
                )
            )  # fmt: skip
        return found

    async def open(self, visitor: Visitor, id: str) -> Opened:
        """A page opens it: its beats count from now on, those of a page before no more. NotFound."""
        visitor.need(rules.LEARN)
        now = self.office.clock.wall()
        async with self._materials.changing() as session:
            row = await self._material(session, visitor, id)
            study = await self._study(session, visitor, id)
            if study is None:
                study = StudyRow(
                    id=new_id(), person=visitor.person, material=id, medium=row.medium, position=0.0, spans=[],
                    seconds=0.0,
                    percent=0, times=0, credits=0.0, done_at=None, token="", beat_at=now, created_by=visitor.person,
                    created_at=now, updated_at=now, organisation=visitor.organisation, region=visitor.region,
                )  # fmt: skip
                session.add(study)
            study.token, study.beat_at, study.updated_at, study.times = new_id(), now, now, study.times + 1
            await session.flush()
            files, shown = await self.office.need(Files).of(session, Materials.kind, id), _PICTURE.findall(row.about)
            return Opened(
                id=id, token=study.token, title=row.title, sort=row.medium,
                about=_PICTURE.sub(lambda found: f"{MINE}/materials/{id}/files/{found[1]}", row.about),
                files=[LearnFile(id=one.id, name=one.name, type=one.type) for one in files if one.id not in shown],
                length=row.seconds, speed=row.speed, position=study.position, percent=study.percent,
                seconds=study.seconds, needed=row.minutes * 60, credits=row.credits, done=study.done_at is not None,
                beat=BEAT,
            )  # fmt: skip

    async def count(self, visitor: Visitor, id: str, body: Beat) -> Counted:
        """A beat of a page. NotFound; Conflict once another page has taken over."""
        visitor.need(rules.LEARN)
        now = self.office.clock.wall()
        async with self._materials.changing() as session:
            row = await self._material(session, visitor, id)
            study = await self._study(session, visitor, id)
            if study is None or study.token != body.token:
                raise Conflict("elsewhere", "您在其他页面打开了这份资料，本页不再计时")
            elapsed = (now - study.beat_at).total_seconds()
            if row.medium == VIDEO:
                was = Watched(study.position, tuple((begin, end) for begin, end in study.spans), study.seconds)
                state = beat(was, body.position, elapsed if body.active else 0.0, row.speed, row.seconds)
                study.position, study.seconds = state.position, state.seconds
                study.spans = [[round(begin, 2), round(end, 2)] for begin, end in state.spans]
                whole = is_whole(state, row.seconds)
                study.percent = 100 if whole else min(99, int(state.covered * 100 / row.seconds)) if row.seconds else 0
            else:
                study.seconds = read(study.seconds, elapsed if body.active else 0.0)
                whole = study.seconds >= row.minutes * 60
                study.percent = 100 if whole else min(99, int(study.seconds * 100 / (row.minutes * 60)))
            study.beat_at = study.updated_at = now
            if whole and study.done_at is None:
                study.done_at, study.credits = now, row.credits
            if study.done_at is not None:
                study.percent = 100
            await session.flush()
            return Counted(percent=study.percent, seconds=study.seconds, done=study.done_at is not None)

    async def need_open(self, session: AsyncSession, visitor: Visitor, id: str) -> None:
        """NotFound unless the visitor may learn from it."""
        await self._material(session, visitor, id)

    async def _material(self, session: AsyncSession, visitor: Visitor, id: str) -> MaterialRow:
        limits = await self._open(session, visitor)
        row = await session.scalar(select(MaterialRow).where(MaterialRow.id == id, *limits))
        if row is None:
            raise NotFound("no_training_material", "没有这份学习资料，或已下架")
        return row

    @staticmethod
    async def _study(session: AsyncSession, visitor: Visitor, id: str) -> StudyRow | None:
        mine = StudyRow.person == visitor.person, StudyRow.material == id
        found: StudyRow | None = await session.scalar(select(StudyRow).where(*mine).with_for_update())
        return found

    @staticmethod
    async def _open(session: AsyncSession, visitor: Visitor) -> list[ColumnElement[bool]]:
        return [*await rules.learnable(session, visitor, MaterialRow), MaterialRow.state == "open"]
