"""What people do with flows: permissions, audit, drafts, try-outs, publishing, the picture."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from cti.bus import Bus
from cti.clock import LoopClock
from cti.identity.audit import Audit
from cti.identity.models import AuditRow
from cti.identity.visitor import Visitor
from cti.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.store.engine import Store
from cti.store.migration import migrate
from ivr.calendars import Calendars
from ivr.library import FlowLibrary
from ivr.lint import Known
from ivr.service import EDIT, PUBLISH, READ, FlowService
from ivr.statistics import FlowStatistics
from ivr.trials import Trial
from tests.ivr.engine_deaths import run
from tests.ivr.trying import WORDS

ROOT = Path(__file__).parents[2]
GOOD = "flow: small\nstart: a\ndefault: b\nnodes:\n  a: {say: m, note: 问候, next: b}\n  b: {end: first}\n"
NEXT = GOOD.replace("first", "second")
BAD = GOOD.replace("next: b}", "next: c}")


def person(*permissions: str) -> Visitor:
    return Visitor("1", "wang", "王", None, "city", "320400", permissions=frozenset(permissions))


ADMIN = person(READ, EDIT, PUBLISH)
READER = person(READ)
NOBODY = person()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    found = await Store.open(None, tmp_path)
    await migrate(found, [ROOT / "cti" / "identity"])
    yield found
    await found.close()


@pytest.fixture
def statistics() -> FlowStatistics:
    return FlowStatistics()


@pytest.fixture
def library(tmp_path: Path) -> FlowLibrary:
    shipped = tmp_path / "none"
    shipped.mkdir()
    return FlowLibrary(tmp_path / "flows", known=lambda flows: Known(flows=flows), texts=WORDS, shipped=shipped)


@pytest.fixture
async def service(library: FlowLibrary, statistics: FlowStatistics, store: Store) -> FlowService:
    return FlowService(library, statistics, WORDS, Calendars(), store, Audit(store, LoopClock()))


async def test_published_and_audited(service: FlowService, store: Store) -> None:
    revision = await service.publish(ADMIN, "small", GOOD, "第一版")
    assert (revision.revision, revision.author, revision.message) == (1, "wang", "第一版")
    assert service.flows(READER)[0].title == "" and service.flows(READER)[0].revision == 1
    assert service.text(READER, "small") == GOOD
    await service.publish(ADMIN, "small", NEXT, "第二版", base=1)
    again = await service.roll_back(ADMIN, "small", 1, "改回")
    assert [one.revision for one in service.history(READER, "small")] == [3, 2, 1]
    assert again.restores == 1
    lines, changes = service.diff(READER, "small", 1, 2)
    assert "+  b: {end: second}" in lines and changes.changed == ("b",)
    async with store.reading() as session:
        rows = (await session.scalars(select(AuditRow).order_by(AuditRow.sequence))).all()
    assert [(row.action, row.subject, row.login) for row in rows] == [
        ("flow.publish", "flow:small", "wang"), ("flow.publish", "flow:small", "wang"),
        ("flow.roll_back", "flow:small", "wang"),
    ]  # fmt: skip


async def test_refusals(service: FlowService) -> None:
    await service.publish(ADMIN, "small", GOOD, "")
    with pytest.raises(Invalid, match="does not exist"):
        await service.publish(ADMIN, "small", BAD, "")
    with pytest.raises(Conflict):
        await service.publish(ADMIN, "small", NEXT, "", base=0)
    with pytest.raises(Invalid, match="bad_name"):
        await service.publish(ADMIN, "../x", GOOD, "")
    with pytest.raises(NotFound):
        service.text(READER, "small", 9)
    with pytest.raises(NotFound):
        service.history(READER, "other")
    with pytest.raises(NotFound):
        await service.roll_back(ADMIN, "small", 9)


async def test_permissions(service: FlowService) -> None:
    for work in (
        lambda: service.flows(NOBODY),
        lambda: service.lint(NOBODY, GOOD),
        lambda: service.text(NOBODY, "small"),
        lambda: service.graph(NOBODY, "small", since=date.min, until=date.max),
        lambda: service.uses_of_prompt(NOBODY, "m"),
    ):
        with pytest.raises(NotAllowed):
            work()
    with pytest.raises(NotAllowed):
        await service.publish(READER, "small", GOOD, "")
    with pytest.raises(NotAllowed):
        await service.save_draft(READER, "small", GOOD)
    with pytest.raises(NotAllowed):
        await service.roll_back(person(READ, EDIT), "small", 1)


async def test_drafts(service: FlowService) -> None:
    findings = await service.save_draft(ADMIN, "small", BAD)
    assert [one.line for one in findings] == [5]
    assert service.draft(READER, "small") == BAD
    await service.publish(ADMIN, "small", GOOD, "")
    assert service.draft(READER, "small") is None
    assert not service.flows(READER)[0].has_draft


async def test_try_out(service: FlowService) -> None:
    report = await service.try_out(READER, GOOD, Trial(name="t"))
    assert (report.outcome, report.nodes) == ("first", ["a", "b"])
    with pytest.raises(Invalid, match="bad_flow"):
        await service.try_out(READER, BAD, Trial(name="t"))
    with pytest.raises(Invalid, match="bad_trial"):
        await service.try_out(READER, GOOD, Trial(name="t", do="jump"))
    with pytest.raises(Invalid, match="bad_trial"):
        await service.try_out(READER, GOOD, Trial(name="t", at="soon"))


async def test_the_picture_has_counts(service: FlowService, library: FlowLibrary, statistics: FlowStatistics) -> None:
    await service.publish(ADMIN, "small", GOOD, "")
    bus = Bus()
    statistics.listen(bus)
    # A call on virtual time has a loop of its own.
    for event in (await asyncio.to_thread(run, library, "small")).kept.events:
        bus.publish(event)
    graph = service.graph(READER, "small", since=date(2026, 3, 3), until=date(2026, 3, 3))
    assert [(node.name, node.kind, node.note, node.line, node.entered) for node in graph.nodes] == [
        ("a", "say", "问候", 5, 1), ("b", "end", "", 6, 1),
    ]  # fmt: skip
    assert [(edge.source, edge.target, edge.way, edge.count, edge.is_default) for edge in graph.edges] == [
        ("a", "b", "next", 1, False), ("a", "b", "failed", 0, True),
    ]  # fmt: skip


async def test_where_a_prompt_is_used(service: FlowService) -> None:
    await service.publish(ADMIN, "small", GOOD, "")
    assert service.uses_of_prompt(READER, "m") == [("small", "a")]
    assert service.uses_of_prompt(READER, "n") == []
