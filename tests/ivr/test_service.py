"""What people do with flows: permissions, audit, drafts, try-outs, publishing, the picture."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from cti.base.bus import Bus
from cti.base.clock import LoopClock
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.scope import Scope
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.identity.models import AuditRow
from cti.store.engine import Store
from cti.store.migration import migrate
from ivr.definition.trials import Trial
from ivr.figures.statistics import FlowStatistics
from ivr.lint import Known
from ivr.reach.surroundings import Surroundings
from ivr.rights import EDIT, PUBLISH, READ
from ivr.service import FlowService
from ivr.workshop.checking import FlowChecks
from ivr.workshop.library import FlowLibrary
from ivr.workshop.owning import Owning
from ivr.workshop.uses import FlowUses
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
def uses() -> FlowUses:
    return FlowUses()


@pytest.fixture
async def service(library: FlowLibrary, statistics: FlowStatistics, store: Store, uses: FlowUses) -> FlowService:
    clock = LoopClock()
    return FlowService(library, statistics, clock, store, Audit(store, clock), Owning("city", "320400"), uses)


@pytest.fixture
async def checks(library: FlowLibrary, statistics: FlowStatistics) -> FlowChecks:
    return FlowChecks(library, statistics, WORDS, Surroundings(LoopClock()))


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
    with pytest.raises(Invalid, match="不存在"):
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
    draft = await service.save_draft(ADMIN, "small", BAD, base=0, seen="")
    assert service.draft(READER, "small") == draft and draft.text == BAD
    assert [one.name for one in service.flows(READER)] == ["small"]
    await service.publish(ADMIN, "small", GOOD, "")
    assert service.draft(READER, "small") is None
    assert service.flows(READER)[0].draft_by == ""


async def test_two_who_edit_at_once(service: FlowService) -> None:
    first = await service.save_draft(ADMIN, "small", GOOD, seen="")
    with pytest.raises(Conflict, match="wang 已保存了另一份草稿"):
        await service.save_draft(ADMIN, "small", BAD, seen="")
    with pytest.raises(Conflict):
        await service.drop_draft(ADMIN, "small", seen="")
    second = await service.save_draft(ADMIN, "small", NEXT, seen=first.digest)
    await service.drop_draft(ADMIN, "small", seen=second.digest)
    with pytest.raises(Conflict, match="草稿已被他人发布或删除"):
        await service.save_draft(ADMIN, "small", BAD, seen=second.digest)


async def test_a_draft_without_its_facts_is_still_there(service: FlowService, tmp_path: Path) -> None:
    await service.save_draft(ADMIN, "small", GOOD)
    (tmp_path / "flows" / "small" / "draft.json").write_text("{", "utf-8")
    draft = service.draft(READER, "small")
    assert draft is not None and (draft.text, draft.author) == (GOOD, "")


async def test_whose_flow_it_is(service: FlowService) -> None:
    """A county's admin changes the county's flows only, and makes none for others."""
    rights = frozenset({READ, EDIT, PUBLISH})
    county = Visitor("2", "li", "李", None, "east", "320402", permissions=rights, scope=Scope(frozenset({"east"})))
    region = Visitor(
        "3", "he", "何", None, "west", "320404", permissions=rights, scope=Scope(None, frozenset({"320404"}))
    )
    await service.publish(ADMIN, "small", GOOD, "")
    with pytest.raises(NotAllowed):
        await service.publish(county, "small", NEXT, "")
    with pytest.raises(NotAllowed):
        await service.save_draft(county, "small", NEXT)
    with pytest.raises(NotAllowed):
        await service.roll_back(county, "small", 1)
    assert service.text(county, "small") == GOOD
    own = GOOD.replace("flow: small", "flow: local\norganisation: east")
    await service.publish(county, "local", own, "")
    for stranger in (region,):
        assert [one.name for one in service.flows(stranger)] == ["small"]
        with pytest.raises(NotFound):
            service.text(stranger, "local")
        with pytest.raises(NotFound):
            await service.publish(stranger, "local", own, "")
    with pytest.raises(NotAllowed):
        await service.publish(county, "mine", GOOD.replace("flow: small", "flow: mine\norganisation: west"), "")
    with pytest.raises(NotAllowed):
        # Nor is a flow given away, or taken from its owner, by a new text.
        await service.publish(county, "local", own.replace("east", "west"), "")
    await service.publish(region, "mine", GOOD.replace("flow: small", "flow: mine\norganisation: west"), "")
    assert [one.name for one in service.flows(ADMIN)] == ["local", "mine", "small"]


async def test_a_flow_is_withdrawn_and_comes_back(service: FlowService, library: FlowLibrary, store: Store) -> None:
    await service.publish(ADMIN, "small", GOOD, "")
    with pytest.raises(NotAllowed):
        await service.withdraw(person(READ, EDIT), "small", "不再使用")
    await service.withdraw(ADMIN, "small", "不再使用")
    assert "small" not in library.names
    (listed,) = service.flows(READER)
    assert (listed.revision, listed.nodes, listed.withdrawn_by, listed.withdrawn_why) == (1, 2, "wang", "不再使用")
    assert service.text(READER, "small") == GOOD and [one.revision for one in service.history(READER, "small")] == [1]
    with pytest.raises(Conflict, match="已经下架"):
        await service.withdraw(ADMIN, "small", "再次")
    assert (await service.publish(ADMIN, "small", GOOD, "恢复", base=1)).revision == 2
    assert service.flows(READER)[0].withdrawn_at == "" and library.current("small").revision == 2
    await service.withdraw(ADMIN, "small", "不再使用")
    assert (await service.roll_back(ADMIN, "small", 1)).restores == 1
    async with store.reading() as session:
        rows = (await session.scalars(select(AuditRow).order_by(AuditRow.sequence))).all()
    assert [row.action for row in rows] == [
        "flow.publish", "flow.withdraw", "flow.publish", "flow.withdraw", "flow.roll_back"
    ]  # fmt: skip


async def test_a_flow_that_is_gone_by_is_not_withdrawn(service: FlowService, uses: FlowUses) -> None:
    """Callers of a number whose flow is gone would go to a human, whatever they want."""

    async def number(name: str) -> list[str]:
        return ["接入号码 12345"] if name == "small" else []

    await service.publish(ADMIN, "small", GOOD, "")
    forget = uses.add(number)
    with pytest.raises(Conflict, match="还在使用，不能下架：接入号码 12345") as refused:
        await service.withdraw(ADMIN, "small", "不再使用")
    assert refused.value.more == {"uses": ["接入号码 12345"]} and service.flows(READER)[0].withdrawn_at == ""
    forget()
    await service.withdraw(ADMIN, "small", "不再使用")


async def test_a_withdrawn_flow_of_a_county_is_still_the_county_s(service: FlowService) -> None:
    rights = frozenset({READ, EDIT, PUBLISH})
    county = Visitor("2", "li", "李", None, "east", "320402", permissions=rights, scope=Scope(frozenset({"east"})))
    other = Visitor("3", "he", "何", None, "west", "320404", permissions=rights, scope=Scope(frozenset({"west"})))
    own = GOOD.replace("flow: small", "flow: local\norganisation: east")
    await service.publish(county, "local", own, "")
    with pytest.raises(NotFound):
        await service.withdraw(other, "local", "不再使用")
    await service.withdraw(county, "local", "不再使用")
    assert service.flows(other) == [] and [one.name for one in service.flows(county)] == ["local"]
    with pytest.raises(NotFound):
        await service.publish(other, "local", GOOD.replace("flow: small", "flow: local\norganisation: west"), "")


async def test_a_refusal_says_where(service: FlowService) -> None:
    with pytest.raises(Invalid) as told:
        await service.publish(ADMIN, "small", BAD, "")
    (finding,) = told.value.more["findings"]
    assert (finding["line"], finding["message"]) == (5, "节点 a 的去向 next 指向 c，而 c 不存在")


async def test_inspection(checks: FlowChecks) -> None:
    found = await checks.inspect(READER, BAD)
    assert [(one.line, one.column) for one in found.findings] == [(5, 25)]
    assert found.graph is not None and [one.name for one in found.graph.nodes] == ["a", "b"]
    assert (await checks.inspect(READER, "flow: [")).graph is None
    with pytest.raises(NotAllowed):
        await checks.inspect(NOBODY, GOOD)


async def test_own_tests(checks: FlowChecks) -> None:
    text = GOOD + "tests:\n  - {name: 好, ends: first}\n  - {name: 坏, ends: second}\n"
    proofs = await checks.prove(READER, text)
    assert [(one.name, one.line, one.failures) for one in proofs] == [
        ("好", 8, ()), ("坏", 9, ("ended first, not second",)),
    ]  # fmt: skip


async def test_try_out(checks: FlowChecks) -> None:
    report = await checks.try_out(READER, GOOD, Trial(name="t"))
    assert (report.outcome, report.nodes) == ("first", ["a", "b"])
    with pytest.raises(Invalid, match="不存在"):
        await checks.try_out(READER, BAD, Trial(name="t"))
    with pytest.raises(Invalid, match="bad_trial"):
        await checks.try_out(READER, GOOD, Trial(name="t", do="jump"))
    with pytest.raises(Invalid, match="bad_trial"):
        await checks.try_out(READER, GOOD, Trial(name="t", at="soon"))


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
