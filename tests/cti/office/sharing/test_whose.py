"""Who reads and changes what: lists, single records, counts, exports and changes agree with a predicate written apart.

Random people of each reach look at random records, some of which were shared; what the house says is compared with
`reads` and `writes` below, which know nothing of SQL or of the rule's own code.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import pydantic
import pytest
from openpyxl import load_workbook
from sqlalchemy import String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from cti.base.http.routes import Body, Page
from cti.base.refusal import Invalid, NotAllowed, NotFound
from cti.base.scope import EVERYTHING, Scope
from cti.base.visitor import Visitor, system
from cti.office.records import Record, RecordQuery, Records, RecordView
from cti.office.records.exporting import exported
from cti.office.records.routes import record_routes
from cti.office.records.sharing import ShareFields, WhomQuery
from cti.office.sharing import Shared
from cti.office.sharing.service import share, take_back
from cti.office.timeline.entries import TimelineQuery
from cti.store.columns import UtcDateTime
from cti.store.engine import Store
from tests.office import office_on

REGIONS = {"city": "320400", "east": "320404", "west": "320411", "village": "320404"}
PEOPLE, GROUPS, ROLES = [f"p{number}" for number in range(6)], ["g1", "g2"], ["agent", "clerk", "leader"]
RIGHTS = ["papers.see", "papers.edit", "papers.export"]


class Own(DeclarativeBase):
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012


class PaperRow(Record, Own):
    """A paper."""

    __tablename__ = "papers"
    title: Mapped[str] = mapped_column(String(40), doc="标题")
    handler: Mapped[str] = mapped_column(String(26), doc="经办人")
    group: Mapped[str] = mapped_column(String(26), doc="班组")


class PaperFields(Body):
    title: str = pydantic.Field(title="标题")
    organisation: str | None = pydantic.Field(default=None, title="机构")


class PaperView(RecordView):
    title: str = pydantic.Field(title="标题")


class Papers(Records[PaperRow, PaperFields, PaperView, RecordQuery]):
    table, fields, view, query = PaperRow, PaperFields, PaperView, RecordQuery
    kind: ClassVar[str] = "paper"
    title: ClassVar[str] = "文件"
    see: ClassVar[str] = "papers.see"
    edit_permission: ClassVar[str] = "papers.edit"
    sharing: ClassVar[Shared] = Shared(own=("created_by", "handler"), group="group", given=True)

    async def values(
        self, session: AsyncSession, body: PaperFields, row: PaperRow | None, organisation: str
    ) -> dict[str, Any]:
        return {"title": body.title, "handler": row.handler if row else "", "group": row.group if row else ""}


class SilentPapers(Papers):
    """A module that says nothing of sharing."""

    sharing: ClassVar[Shared] = Shared()


@dataclass(frozen=True)
class Given:
    record: str
    sort: str
    whom: str
    writes: bool


@pytest.fixture
async def papers(store: Store) -> Papers:
    office = await office_on(store)
    async with store.engine.begin() as connection:
        await connection.run_sync(Own.metadata.create_all)
    return Papers(office)


async def rows(papers: Papers, dice: random.Random, count: int) -> list[PaperRow]:
    made = []
    for number in range(count):
        place = dice.choice([*REGIONS])
        now = papers.office.clock.wall()
        made.append(
            PaperRow(
                id=f"paper{number:03}", organisation=place, region=REGIONS[place],
                created_by=dice.choice(["", *PEOPLE]), created_at=now, updated_at=now,
                title=f"t{number}", handler=dice.choice(["", "", *PEOPLE]),
                group=dice.choice(["", *GROUPS]), version=1,
            )
        )  # fmt: skip
    async with papers.office.store.writing() as session:
        session.add_all(made)
    return made


async def shares(papers: Papers, dice: random.Random, made: list[PaperRow], count: int) -> set[Given]:
    whom = {"person": PEOPLE, "organisation": [*REGIONS], "role": ROLES, "group": GROUPS}
    found: dict[tuple[str, str, str], Given] = {}
    async with papers.office.store.writing() as session:
        for _ in range(count):
            sort = dice.choice([*whom])
            one = Given(dice.choice(made).id, sort, dice.choice(whom[sort]), dice.random() < 0.4)
            at = papers.office.clock.wall()
            await share(session, "paper", one.record, sort, one.whom, writes=one.writes, by=system("test"), at=at)
            found[one.record, sort, one.whom] = one
    return set(found.values())


def scope(dice: random.Random, place: str, number: str) -> Scope:
    regions = {REGIONS[place]}
    return dice.choice(
        [
            EVERYTHING,
            Scope(regions=frozenset(regions), inside=frozenset(n for n, r in REGIONS.items() if r in regions)),
            Scope(organisations=frozenset({place, "village"})),
            Scope(organisations=frozenset({place})),
            Scope(organisations=frozenset({place}), agent=number),
            Scope(organisations=frozenset({place}), agent=number),
        ]
    )


def somebody(dice: random.Random) -> Visitor:
    place, person = dice.choice([*REGIONS]), dice.choice(["", *PEOPLE])
    given = frozenset(dice.sample(RIGHTS, dice.choice([2, 3, 3, 3])))
    return Visitor(
        person, "login", "名", "1001", place, REGIONS[place], roles=tuple(dice.sample(ROLES, 1)), permissions=given,
        reaches={one: scope(dice, place, "1001") for one in given},
        groups=frozenset(dice.sample(GROUPS, dice.choice([0, 0, 1]))),
    )  # fmt: skip


def reads(visitor: Visitor, row: PaperRow, given: set[Given], permission: str, *, writes: bool = False) -> bool:
    """The rule, said anew in plain Python."""
    if permission not in visitor.permissions:
        return False
    reach = visitor.reaches[permission]
    inside = reach.organisations is None or row.organisation in reach.organisations
    inside = inside and (reach.regions is None or row.region in reach.regions)
    if inside and reach.agent is not None:
        his = visitor.person != "" and visitor.person in (row.created_by, row.handler)
        inside = his or row.group in visitor.groups
    if inside:
        return True
    for one in given:
        if one.record != row.id or (writes and not one.writes):
            continue
        if one.sort == "person" and one.whom == visitor.person:
            return True
        if one.sort == "role" and one.whom in visitor.roles:
            return True
        if one.sort == "group" and one.whom in visitor.groups:
            return True
        covered = visitor.organisation == one.whom
        covered |= reach.organisations is not None and one.whom in reach.organisations
        covered |= reach.organisations is None and one.whom in reach.inside
        if one.sort == "organisation" and covered:
            return True
    return False


async def pages(papers: Papers, visitor: Visitor) -> tuple[set[str], int]:
    """All pages of the list, and the total that the first one told."""
    found: list[str] = []
    page = 1
    while (answer := await papers.find(visitor, RecordQuery(page=page, size=7, sort="created_at"))).items:
        total = answer.total
        found += [one.id for one in answer.items]
        page += 1
    assert len(found) == len(set(found))
    return set(found), total if found else 0


async def in_file(papers: Papers, visitor: Visitor) -> set[str]:
    sheet = load_workbook(io.BytesIO(await exported(papers, visitor, RecordQuery())))
    heading, *lines = sheet.active.values
    at = heading.index("标题")
    return {f"paper{int(line[at][1:]):03}" for line in lines}


@pytest.mark.parametrize("many", [2000, 3], ids=["few shared", "many shared"])
async def test_all_ways_to_a_record_agree_with_the_rule(
    papers: Papers, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cti.office.sharing.service.MANY", many)
    dice = random.Random(f"whose {many}")
    made = await rows(papers, dice, 40)
    given = await shares(papers, dice, made, 50)
    told = 0
    for _ in range(25):
        visitor = somebody(dice)
        may_see = "papers.see" in visitor.permissions
        right = {row.id for row in made if reads(visitor, row, given, "papers.see")}
        told += len(right)
        if may_see:
            assert await pages(papers, visitor) == (right, len(right)), visitor
            async with papers.office.store.reading() as session:
                assert await papers.readable_of(session, visitor, [row.id for row in made]) == right
        if may_see and "papers.export" in visitor.permissions:
            out = {row.id for row in made if reads(visitor, row, given, "papers.export")}
            assert await in_file(papers, visitor) == right & out, visitor
        for row in dice.sample(made, 4):
            assert await seen(papers.get(visitor, row.id)) == (row.id in right), (visitor, row.id)
            assert await seen(papers.timeline(visitor, row.id, TimelineQuery())) == (row.id in right)
            changes = reads(visitor, row, given, "papers.edit", writes=True)
            version = row.version
            assert await seen(papers.edit(visitor, row.id, version, PaperFields(title=row.title))) == changes, visitor
    assert told > 150


async def seen(work: Any) -> bool:
    try:
        await work
    except (NotFound, NotAllowed):
        return False
    return True


async def test_a_module_that_says_nothing_shows_his_own_only_to_who_reaches_his_own(papers: Papers) -> None:
    silent = SilentPapers(papers.office)
    made = await rows(papers, random.Random(3), 150)
    reach = Scope(organisations=frozenset({"east"}), agent="1001")
    given = frozenset(RIGHTS)
    visitor = Visitor("p1", "p1", "p1", "1001", "east", "320404", permissions=given, scope=reach)
    his = {row.id for row in made if row.organisation == "east" and row.created_by == "p1"}
    assert his and (await pages(silent, visitor))[0] == his
    nobody = Visitor("", "house", "", None, "east", "320404", permissions=given, scope=reach)
    assert (await pages(silent, nobody))[0] == set(), "an empty name is nobody's, not everybody's"


async def test_a_share_that_is_taken_back_counts_no_more(papers: Papers) -> None:
    made = await papers.create(system("test"), PaperFields(title="t1"))
    scoped = Scope(organisations=frozenset({"west"}))
    west = Visitor("p2", "p2", "p2", None, "west", "320411", permissions=frozenset(RIGHTS), scope=scoped)
    assert not await seen(papers.get(west, made.id))
    async with papers.changing() as session:
        at = papers.office.clock.wall()
        await share(session, "paper", made.id, "organisation", "west", writes=False, by=system("test"), at=at)
    assert await seen(papers.get(west, made.id))
    assert not await seen(papers.edit(west, made.id, 1, PaperFields(title="t2")))
    async with papers.changing() as session:
        assert await take_back(session, "paper", made.id, "organisation", "west")
        assert not await take_back(session, "paper", made.id, "organisation", "west")
    assert not await seen(papers.get(west, made.id))


async def test_a_record_is_shared_and_taken_back_by_its_routes(papers: Papers) -> None:
    routes = {f"{one.method} {one.path}": one.handler for one in record_routes(papers, "/api/papers")}
    boss, made = system("test"), await papers.create(system("test"), PaperFields(title="t1"))
    offered: Any = await routes["GET /api/papers/shares/options"](boss, WhomQuery(search="west"))
    assert [(one.value, one.title) for one in offered] == [("organisation:west", "west（机构）")]
    add, ended = routes["POST /api/papers/{id}/shares"], routes["DELETE /api/papers/{id}/shares/{whom}"]
    await add(boss, made.id, ShareFields(whom="organisation:west", writes=True))
    scoped = Scope(organisations=frozenset({"west"}))
    west = Visitor("p2", "p2", "p2", None, "west", "320411", permissions=frozenset(RIGHTS), scope=scoped)
    told: Any = await routes["GET /api/papers/{id}/shares"](west, made.id, Page())
    assert [(one.title, one.sort, one.writes, one.by) for one in told.items] == [("west", "organisation", True, "test")]
    assert await seen(papers.edit(west, made.id, 1, PaperFields(title="t2")))
    with pytest.raises(Invalid):
        await add(boss, made.id, ShareFields(whom="organisation:nowhere"))
    await ended(west, made.id, "organisation:west")
    for work in (
        routes["GET /api/papers/{id}/shares"](west, made.id, Page()),
        add(west, made.id, ShareFields(whom="role:x")),
    ):
        with pytest.raises(NotFound):
            await work
