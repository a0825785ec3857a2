"""Acts with many records on each database: looked at before, each on its own, taken back, in the background."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.bus import Bus
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor, system
from cti.office.bulk import looking, runs
from cti.office.bulk.api import run_routes
from cti.office.bulk.models import BulkRecordRow, BulkRunRow
from cti.office.bulk.runs import BulkRuns
from cti.office.identity.people import PersonData
from cti.office.identity.permissions import Reach
from cti.office.identity.roles import RoleData
from cti.office.identity.service import Identity
from cti.office.jobs.models import JobRow
from cti.office.jobs.service import Jobs
from cti.office.parts import Tags
from cti.office.records import record_routes
from cti.office.records.service import Records
from cti.office.tags.service import TagFields, TagList
from cti.web import Web
from tests.cti.office.boxes import EAST, WEST, Boxes, BoxFields, BoxRow, Depot, depot
from tests.office import CITY_TOP, cheap_passwords

__all__ = ["depot"]

KEEPER = replace(EAST, permissions=EAST.permissions | {"tags.edit"})


class Crates(Boxes):
    """One that is called 重 cannot be removed."""

    kind: ClassVar[str] = "crate"
    parts: ClassVar = (Tags(),)
    searched: ClassVar[tuple[str, ...]] = ()

    async def check_removed(self, session: AsyncSession, row: BoxRow) -> None:
        if row.title == "重":
            raise Conflict("heavy", "太重，不能删除")


@dataclass
class Yard:
    depot: Depot
    crates: Crates
    browse: Any

    async def ask(self, method: str, path: str, who: str = "east", **more: Any) -> tuple[int, Any]:
        answer = await self.browse(method, path, who, **more)
        return answer.status, await answer.json() if answer.content_type.endswith("json") else None

    async def crate(self, title: str = "甲", who: Visitor = EAST) -> str:
        return (await self.crates.create(who, BoxFields(title=title))).id

    async def here(self) -> int:
        return int((await self.ask("GET", "/api/crates?size=1"))[1]["total"])


@pytest.fixture
async def yard(depot: Depot) -> AsyncIterator[Yard]:
    crates = Crates(depot.office)
    web = Web(depot.sessions)
    web.add([*record_routes(crates, "/api/crates"), *run_routes(BulkRuns.of(depot.office))])
    await web.start("127.0.0.1", 0)
    yield Yard(depot, crates, type(depot.browse)(depot.browse.client, f"http://127.0.0.1:{web.port}"))
    await web.stop()


async def test_what_would_happen_is_told_for_each_and_happens(yard: Yard) -> None:
    good, heavy, gone = await yard.crate("甲"), await yard.crate("重"), await yard.crate("乙")
    theirs = await yard.crate("西", WEST)
    await yard.crates.remove(EAST, gone)
    ids = [good, heavy, gone, theirs, good]
    status, told = await yard.ask("POST", "/api/crates/bulk/remove/preview", json={"ids": ids})
    assert status == 200 and {one["id"]: (one["sort"], one["words"]) for one in told["rows"]} == {
        good: ("good", "删除，以后可以恢复"), heavy: ("refused", "太重，不能删除"),
        gone: ("same", "已是如此，不需处理"), theirs: ("refused", looking.GONE),
    }  # fmt: skip
    assert [one["sort"] for one in told["rows"]] == ["refused", "refused", "good", "same"]
    assert await yard.here() == 2, "nothing has happened"
    status, said = await yard.ask("POST", "/api/crates/bulk/remove", json={"ids": ids, "seen": told["seen"]})
    assert (said["done"], said["same"], said["refused"], said["undoable"]) == (1, 1, 2, True)
    assert {one["id"]: one["detail"] for one in said["failed"]} == {heavy: "太重，不能删除", theirs: "箱子不存在"}
    assert await yard.here() == 1

    other = await yard.ask("GET", f"/api/bulk/{said['run']}", "west")
    assert other[0] == 404, "others' acts are nobody's business"
    for verb in ("undo", "retry"):
        assert (await yard.ask("POST", f"/api/bulk/{said['run']}/{verb}", "city"))[0] == 404
    status, back = await yard.ask("POST", f"/api/bulk/{said['run']}/undo", json={})
    assert (status, back["state"], back["undone"], back["same"]) == (200, "undone", 1, 1)
    assert await yard.here() == 2, "what had been removed before stays removed"
    assert (await yard.ask("POST", f"/api/bulk/{said['run']}/undo", json={}))[1]["code"] == "undone"


async def test_what_was_changed_since_the_preview_is_left_alone(yard: Yard) -> None:
    one, two = await yard.crate("甲"), await yard.crate("乙")
    seen = (await yard.ask("POST", "/api/crates/bulk/remove/preview", json={"ids": [one, two]}))[1]["seen"]
    await yard.crates.edit(EAST, two, 1, BoxFields(title="要紧"))
    said = (await yard.ask("POST", "/api/crates/bulk/remove", json={"ids": [one, two], "seen": seen}))[1]
    assert (said["done"], [(row["id"], row["detail"][:7]) for row in said["failed"]]) == (1, [(two, "预览之后已被修")])
    again = (await yard.ask("POST", f"/api/bulk/{said['run']}/retry", json={}))[1]
    assert (again["done"], again["refused"], await yard.here()) == (2, 0, 0)


async def test_all_that_a_filter_gives(yard: Yard) -> None:
    for title in "甲乙丙":
        await yard.crate(title)
    await yard.crate("西", WEST)
    body: dict[str, Any] = {"query": {"organisation": "east", "search": ""}}
    assert (await yard.ask("POST", "/api/crates/bulk/remove", json=body))[1]["done"] == 3
    status, said = await yard.ask("POST", "/api/crates/bulk/remove", json=body)
    assert (status, said["code"]) == (422, "none")
    assert (await yard.ask("POST", "/api/crates/bulk/remove", json={"query": {"size": "x"}}))[1]["field"] == "query"
    assert (await yard.ask("POST", "/api/crates/bulk/remove", "looker", json=body))[0] == 403


async def test_tags_are_put_on_many_and_taken_off_again_where_they_were_not_before(yard: Yard) -> None:
    tags = TagList(yard.depot.office)
    mark = await tags.create(KEEPER, TagFields(title="加急"))
    one, two = await yard.crate("甲"), await yard.crate("乙")
    sessions: Any = yard.depot.sessions
    sessions.visitors["keeper"] = KEEPER
    await yard.ask("PUT", f"/api/crates/{one}/tags", "keeper", json={"tags": [mark.id], "version": 0})
    body = {"ids": [one, two], "tags": [mark.id]}
    told = (await yard.ask("POST", "/api/crates/bulk/tag/preview", json=body))[1]
    assert [(row["id"], row["words"]) for row in told["rows"]] == [(two, "添加：加急"), (one, "已是如此，不需处理")]
    said = (await yard.ask("POST", "/api/crates/bulk/tag", json=body))[1]
    assert (said["done"], said["same"]) == (1, 1)
    await yard.ask("POST", f"/api/bulk/{said['run']}/undo", json={})
    listed = (await yard.ask("GET", f"/api/crates?tag={mark.id}"))[1]["items"]
    assert [row["id"] for row in listed] == [one]
    assert (await yard.ask("POST", "/api/crates/bulk/tag", json={"ids": [one], "tags": []}))[1]["field"] == "tags"


async def test_many_are_done_in_the_background_as_who_asked_may_then(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that ends in the middle goes on where it was, and whose rights are gone does no more."""
    monkeypatch.setattr(runs, "AT_ONCE", 2)
    office, bus = yard.depot.office, Bus()
    identity = await Identity.open(
        office.store, bus, office.clock, CITY_TOP, {"boxes.see": "看", "boxes.edit": "改"}, cheap_passwords()
    )
    role = RoleData(title="看箱子", permissions=["boxes.see", "boxes.edit"], reach=Reach.SUBTREE)
    await identity.roles.add(system("test"), "packers", role)
    data = PersonData(login="east", name="李强", agent_no=None, organisation="east", roles=["packers"])
    person = (await identity.people.add_unchecked(system("test"), data, "nur-zum-probieren-7"))[0]
    sessions: Any = yard.depot.sessions
    sessions.visitors["east"] = replace(EAST, person=person.id)
    jobs = Jobs(office.store, office.clock, bus)
    office.foundations[BulkRuns] = BulkRuns(office, jobs)
    ids = [await yard.crate(title) for title in "甲乙丙丁重"]
    said = (await yard.ask("POST", "/api/crates/bulk/remove", json={"ids": ids}))[1]
    assert (said["state"], said["done"], said["total"]) == ("running", 0, 5)
    assert (await yard.ask("POST", f"/api/bulk/{said['run']}/undo", json={}))[0] == 409
    made, plain = [0], Records.remove

    async def dies(self: Any, visitor: Visitor, id: str) -> bool:
        made[0] += 1
        if made[0] == 3:
            raise ConnectionError("the engine ends")
        return await plain(self, visitor, id)

    monkeypatch.setattr(Records, "remove", dies)
    work = jobs.kinds["bulk"].work
    with pytest.raises(ConnectionError):
        await work({"run": said["run"]})
    await work({"run": said["run"]})
    told = (await yard.ask("GET", f"/api/bulk/{said['run']}"))[1]
    assert (told["state"], told["done"] + told["same"], told["refused"]) == ("done", 4, 1)
    assert await yard.here() == 1
    identity.close()


async def test_many_that_are_given_up_say_so_and_can_be_tried_again(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled under 后台任务 it was at work for ever."""
    monkeypatch.setattr(runs, "AT_ONCE", 2)
    office = yard.depot.office
    jobs = Jobs(office.store, office.clock, Bus())
    office.foundations[BulkRuns] = BulkRuns(office, jobs)
    ids = [await yard.crate(title) for title in "甲乙丙"]
    run = (await yard.ask("POST", "/api/crates/bulk/remove", json={"ids": ids}))[1]["run"]
    async with office.store.writing() as session:
        (id,) = await session.scalars(select(JobRow.id))
        assert await jobs.cancel(session, id)
    told = (await yard.ask("GET", f"/api/bulk/{run}"))[1]
    assert (told["state"], told["done"], told["refused"]) == ("done", 0, 3)
    assert {one["detail"] for one in told["failed"]} == {"后台任务已被取消"} and await yard.here() == 3
    again = (await yard.ask("POST", f"/api/bulk/{run}/retry", json={}))[1]
    assert (again["state"], again["done"], await yard.here()) == ("done", 3, 0)


async def test_old_acts_are_let_go(yard: Yard) -> None:
    await yard.ask("POST", "/api/crates/bulk/remove", json={"ids": [await yard.crate()]})
    office = yard.depot.office
    async with office.store.writing() as session:
        await BulkRuns.of(office).sweep(session, office.clock.wall() + runs.KEPT)
    async with office.store.writing() as session:
        assert await session.scalar(select(func.count()).select_from(BulkRunRow)) == 1
        await BulkRuns.of(office).sweep(session, office.clock.wall() + 2 * runs.KEPT)
    async with office.store.reading() as session:
        for table in (BulkRunRow, BulkRecordRow):
            assert await session.scalar(select(func.count()).select_from(table)) == 0
