"""Numbers of other systems: read once a period when they are there, later when they were not, counted as figures."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select

from cti.base.clock import VirtualClock
from cti.base.files import documents
from cti.base.http.routes import Page
from cti.base.refusal import Conflict, NotAllowed, NotFound
from cti.base.scope import Scope
from cti.base.settings import ConnectorSettings
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.connectors.description import ConnectorDescription, checked
from cti.office.connectors.facts import reading_facts
from cti.office.connectors.http_side import HttpSide
from cti.office.connectors.models import ConnectorReadingRow
from cti.office.connectors.port import Answer, OtherSideFails, OtherSideRefuses, Request
from cti.office.connectors.readings import Readings
from cti.office.connectors.readings_api import ReadingsApi
from cti.office.connectors.rights import MANAGE
from cti.office.figures import Figures, Period
from cti.office.figures.library import FigureLibrary
from cti.office.figures.rights import FIGURES
from cti.office.identity.audit.trail import Audit
from cti.office.workshop.owning import Owning
from cti.store.engine import Store
from cti.store.migration import migrate
from tests.office import visitor

BEGIN = datetime(2026, 3, 4, 8, 0, tzinfo=ZONE)
BRAIN = """\
connector: brain
title: 省平台
organisation: east
url: "https://brain.example.gov.cn"
auth: {header: {name: X-Key, value: "0123456789"}}
verbs:
  rank: {method: GET, path: "/rank?day={day}"}
  total: {method: GET, path: /total}
readings:
  rank: {title: 排名, verb: rank, value: data.rank, at: "06:30"}
  total: {title: 总量, verb: total, value: "0.n", period: month}
"""
FIGURE = """\
figure: province_rank
title: 全省排名
unit: count
source: readings
at: at
only: "reading == 'rank'"
numerator: {average: value}
tests:
  - {name: 平均, rows: [{at: 2026-03-02, reading: rank, value: 3}], value: 3}
"""


class Brain:
    """Another system; what it knows, and what it was asked."""

    def __init__(self) -> None:
        self.described = documents.parse(BRAIN, "brain.yaml").validate(ConnectorDescription)
        self.answers: dict[str, Any] = {"rank": {"data": {"rank": 3}}, "total": [{"n": "1200.5"}]}
        self.asked: list[tuple[str, str]] = []
        self.allowed, self.fails = True, 0

    def reading(self) -> dict[str, ConnectorDescription]:
        return {"brain": self.described} if self.allowed else {}

    async def ask(self, connector: str, verb: str, fields: dict[str, Any]) -> Answer:
        if self.fails:
            self.fails -= 1
            raise OtherSideFails("HTTP 503")
        self.asked.append((verb, fields["day"]))
        return Answer(200, json.dumps(self.answers[verb]))


class House:
    """Reads on virtual time."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock, self.brain = store, VirtualClock(BEGIN), Brain()
        self.told: list[tuple[str, str]] = []
        self.begin()

    def begin(self) -> None:
        """A fresh engine's."""
        self.readings = Readings(
            self.brain, self.store, self.clock, ("city", "320400"), lambda _, key, words: self.told.append((key, words))
        )
        self.readings.start()

    async def wait(self, hours: float = 0, minutes: int = 30) -> None:
        """Let time go by, so many minutes at a time."""
        for _ in range(round(hours * 60 / minutes)):
            await self.settle()
            self.clock.advance(minutes * 60)
        await self.settle()

    async def settle(self) -> None:
        await asyncio.sleep(0)
        while self.readings.is_looking:
            await asyncio.sleep(0.001)

    async def kept(self, reading: str = "rank") -> list[tuple[str, float]]:
        async with self.store.reading() as session:
            wanted = select(ConnectorReadingRow).where(ConnectorReadingRow.reading == reading)
            rows = (await session.scalars(wanted.order_by(ConnectorReadingRow.day))).all()
        return [(row.day, row.value) for row in rows]


@pytest.fixture
async def house(store: Store) -> AsyncIterator[House]:
    await migrate(store)
    found = House(store)
    yield found
    await found.readings.stop()


async def test_each_period_is_read_once_when_the_other_side_knows_it(house: House) -> None:
    await house.wait()
    assert house.brain.asked == [("rank", "2026-03-03"), ("total", "2026-02-01")], "a new reading begins with the last"
    assert (await house.kept(), await house.kept("total")) == ([("2026-03-03", 3.0)], [("2026-02-01", 1200.5)])
    await house.wait(22)
    assert len(house.brain.asked) == 2, "06:00 is before 06:30"
    house.brain.answers["rank"] = {"data": {"rank": 5}}
    await house.wait(1)
    assert await house.kept() == [("2026-03-03", 3.0), ("2026-03-04", 5.0)]


async def test_what_was_missed_is_read_later_where_the_address_names_the_day(house: House) -> None:
    await house.wait()
    await house.readings.stop()
    house.clock.advance(timedelta(days=3).total_seconds())
    house.begin()
    await house.wait()
    assert [day for day, _ in await house.kept()] == ["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"]
    house.clock.advance(timedelta(days=70).total_seconds())
    await house.wait()
    assert [day for day, _ in await house.kept("total")] == ["2026-02-01", "2026-04-01"], "/total knows the last only"


async def test_it_is_tried_again_ever_later_and_an_alarm_is_raised(house: House) -> None:
    house.brain.fails = 11
    await house.wait(0.4, minutes=1)
    assert [(key, bool(words)) for key, words in house.told] == [("rank", True), ("total", True)]
    assert house.brain.fails == 1 and await house.kept() == []
    await house.wait(2, minutes=5)
    assert len(await house.kept()) == 1 and house.told[2:] == [("total", ""), ("rank", "")], "and cleared"


@pytest.mark.parametrize(
    "answer", [{"data": {}}, {"data": {"rank": "第三"}}, {"data": {"rank": True}}, [1], {"data": {"rank": 1e300}}]
)
async def test_what_is_no_number_is_not_kept(house: House, answer: Any) -> None:
    house.brain.answers["rank"] = answer
    await house.wait(1)
    assert await house.kept() == [] and len(await house.kept("total")) == 1, "one reading harms no other"


async def test_nothing_is_asked_before_the_owner_lets_it(house: House) -> None:
    house.brain.allowed = False
    await house.wait(1)
    assert house.brain.asked == [] or len(house.brain.asked) == 2
    asked = len(house.brain.asked)
    await house.wait(30)
    assert len(house.brain.asked) == asked


async def test_a_figure_is_counted_of_it_within_reach(house: House) -> None:
    await house.wait()
    house.brain.answers["rank"] = {"data": {"rank": 6}}
    await house.wait(24)
    library = FigureLibrary(None)
    library.offer(reading_facts())
    file, findings = library.check(FIGURE, "province_rank.yaml")
    assert file is not None and findings == [] and not [one for one in library.prove(file) if one.failures]
    library.add(file)
    figures = Figures(house.store, house.clock, library, Owning("city", "320400", FIGURES), {})

    def of(*organisations: str) -> Visitor:
        scope = Scope(organisations=frozenset(organisations)) if organisations else Scope()
        return Visitor("v", "v", "v", "1", "city", "320400", permissions=frozenset({"reports.see"}), scope=scope)

    march = Period.around("month", BEGIN.date())
    assert (await figures.value(of(), "province_rank", march)).total.now.value == 4.5
    by_day = await figures.value(of("east"), "province_rank", march, ["day"])
    assert [(cell.by, cell.now.value) for cell in by_day.cells] == [(("2026-03-03",), 3), (("2026-03-04",), 6)]
    assert (await figures.value(of("west"), "province_rank", march)).total.now.value is None


async def test_it_is_asked_by_get_with_the_days_in_its_address() -> None:
    asked: list[tuple[str, str, bytes]] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append((request.method, request.path_qs, await request.read()))
        assert request.headers["X-Key"] == "0123456789"
        return web.json_response({"data": {"rank": 3}})

    app = web.Application()
    app.router.add_route("*", "/rank", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    described = Brain().described.model_copy(update={"url": f"http://127.0.0.1:{port}"})
    side = HttpSide(described, VirtualClock())
    found = await side.call(Request("1", "rank", {"day": "2026-03-03"}, {"day": "2026-03-03"}))
    with pytest.raises(OtherSideRefuses):
        await side.call(Request("1", "total", {}, {}))
    await side.close()
    await runner.cleanup()
    assert json.loads(found.text) == {"data": {"rank": 3}} and asked == [("GET", "/rank?day=2026-03-03", b"")]


@pytest.mark.parametrize(
    ("wrong", "instead", "line"),
    [("verb: rank,", "verb: none,", 10), ("method: GET, path: /total", "path: /total", 11)],
)
def test_a_reading_asks_by_a_verb_that_changes_nothing(tmp_path: Path, wrong: str, instead: str, line: int) -> None:
    document = documents.parse(BRAIN.replace(wrong, instead), "brain.yaml")
    found, problems = checked(document, tmp_path, (), "brain")
    errors = [one for one in problems if one.severity == "error"]
    assert found is not None and [one.line for one in errors] == [line], errors


async def test_the_page_tells_the_last_value_and_what_is_wrong_and_reads_at_once(house: House) -> None:
    settings = ConnectorSettings(allowed=True)
    connectors: Any = SimpleNamespace(
        all={"brain": SimpleNamespace(described=house.brain.described)}, settings=settings
    )
    audit = Audit(house.store, house.clock)
    page = ReadingsApi(connectors, house.readings, house.store, audit)
    chief = visitor("王芳", "city", MANAGE)
    house.brain.fails = 100
    await house.wait()
    rank, _ = (await page.readings(chief, Page())).items
    assert (rank.id, rank.state, rank.value, rank.fault) == ("brain:rank", "failing", None, "HTTP 503")
    with pytest.raises(Conflict, match="没有读到：HTTP 503"):
        await page.read(chief, "brain:rank")
    house.brain.fails = 0
    assert (await page.read(chief, "brain:rank")).words == "2026-03-03：3，已保存"
    house.brain.answers["rank"] = {"data": {"rank": 5}}
    assert (await page.read(chief, "brain:rank")).words == "2026-03-03：5，这一期已有数值，未改动"
    rank = await page.reading(chief, "brain:rank")
    assert (rank.state, rank.value, rank.of, rank.fault) == ("well", 3, "2026-03-03", "")
    assert [(one.of, one.value) for one in (await page.values(chief, "brain:rank", Page())).items] == [
        ("2026-03-03", 3)
    ]
    for call in (page.reading(chief, "brain:none"), page.values(chief, "other:rank", Page())):
        with pytest.raises(NotFound):
            await call
    connectors.settings = ConnectorSettings(allowed=False)
    assert (await page.reading(chief, "brain:rank")).state == "closed"
    with pytest.raises(Conflict, match="没有打开"):
        await page.read(chief, "brain:rank")
    county = replace(chief, reaches={MANAGE: Scope(organisations=frozenset({"east"}))})
    with pytest.raises(NotAllowed):
        await page.readings(county, Page())
