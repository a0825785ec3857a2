"""Forbidden numbers on each database: what may be a rule, who is refused before the switch dials, and what is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from cti.base.bus import Bus
from cti.base.clock import LoopClock
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.settings import TrunkSettings
from cti.base.times.calendars import Calendars
from cti.office.identity.models import AuditRow
from cti.office.records import gathering
from cti.store.engine import Store
from cti.telephony.trunks import Trunks
from cti.telephony.ways_out import HOUSE, WaysOut
from tests.office import BOSS, EAST, WEST, office_on, visitor
from workflow.forbidden.refusals import Refusals
from workflow.forbidden.service import Forbidden
from workflow.forbidden.views import ForbiddenFields, ForbiddenQuery, RefusedDialQuery, TryBody

CITIZEN, OTHER = Number.parse("13800000001"), Number.parse("13900000001")
AGENT = replace(visitor("王芳", "city", "agent.work"), agent_no="8001")
MASKED = visitor("路人", "city", "forbidden.see", "forbidden.edit")


@dataclass
class Place:
    forbidden: Forbidden
    refusals: Refusals
    ways: WaysOut

    def refused(self, who: Any, number: Number, organisation: str = "city") -> str:
        """The words with which a dial is refused; empty where it may go on."""
        try:
            self.ways.find(number, who=who, organisation=organisation)
        except NotAllowed as refusal:
            return refusal.detail
        return ""


@pytest.fixture
async def place(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    monkeypatch.setattr(gathering, "SETTLE_SECONDS", 0.001)
    forbidden = Forbidden(await office_on(store, "forbidden"), Calendars(), "0519")
    await forbidden.load()
    refusals = Refusals(forbidden)
    ways = WaysOut(Trunks({"carrier": TrunkSettings(host="10.0.0.1")}, Bus(), LoopClock()), "0519")
    ways.forbid_by(forbidden)
    ways.hear_refusals(refusals.heard)
    yield Place(forbidden, refusals, ways)
    await refusals.flushed()


def fields(pattern: str, **more: Any) -> ForbiddenFields:
    return ForbiddenFields.model_validate({"pattern": pattern, "reason": "境外诈骗号段", **more})


async def test_a_forbidden_number_is_refused_before_the_switch_told_counted_and_in_the_audit(place: Place) -> None:
    made = await place.forbidden.create(BOSS, fields("138*"))
    assert place.refused(AGENT, CITIZEN) == "禁拨号码：境外诈骗号段"
    assert place.refused(HOUSE, CITIZEN) == "禁拨号码：境外诈骗号段", "a callback or a flow of the organisation"
    assert place.refused(AGENT, OTHER) == "" and place.refused(AGENT, Number.parse("110")) == ""
    await place.refusals.flushed()
    rule = await place.forbidden.get(BOSS, made.id)
    assert (rule.refused, rule.version, rule.last_refused_at) == (2, 1, place.forbidden.office.clock.wall())
    found = await place.refusals.find(BOSS, RefusedDialQuery())
    assert {(one.agent, one.name, one.number, one.rule) for one in found.items} == {
        ("8001", "王芳", "13800000001", made.id), ("", "", "13800000001", made.id),
    }  # fmt: skip
    assert (await place.refusals.find(BOSS, RefusedDialQuery(agent="8001"))).total == 1
    assert (await place.refusals.find(BOSS, RefusedDialQuery(number="0001", rule=made.id))).total == 2
    assert (await place.refusals.find(WEST, RefusedDialQuery())).total == 0
    assert (await place.refusals.find(MASKED, RefusedDialQuery())).items[0].number == "138****0001"
    async with place.forbidden.office.store.reading() as session:
        entries = (await session.scalars(select(AuditRow).where(AuditRow.action == "dial.refused"))).all()
    assert sorted(one.login for one in entries) == ["王芳", "系统外呼"]
    assert all("138****0001" in one.after and "13800000001" not in one.after for one in entries)


async def test_who_is_refused_by_his_class_of_dialling_stands_there_too(place: Place) -> None:
    assert place.refused(AGENT, Number.parse("0044123456789")) == "没有拨打国际长途的权限"
    await place.refusals.flushed()
    (one,) = (await place.refusals.find(BOSS, RefusedDialQuery())).items
    assert (one.rule, one.reason) == ("", "没有拨打国际长途的权限")


async def test_for_some_extensions_with_exceptions_from_the_next_dial_on(place: Place) -> None:
    made = await place.forbidden.create(BOSS, fields("138*", extensions="8001，8010-8012"))
    other = replace(visitor("李明", "city", "agent.work"), agent_no="8002")
    assert made.extensions == "8001, 8010-8012"
    assert place.refused(AGENT, CITIZEN) and not place.refused(other, CITIZEN) and not place.refused(HOUSE, CITIZEN)
    free = await place.forbidden.create(BOSS, fields("13800000001", effect="allow"))
    assert not place.refused(AGENT, CITIZEN) and place.refused(AGENT, Number.parse("13800000002"))
    await place.forbidden.remove(BOSS, free.id)
    assert place.refused(AGENT, CITIZEN)
    await place.forbidden.edit(BOSS, made.id, 1, fields("138*", extensions="8002"))
    assert not place.refused(AGENT, CITIZEN) and place.refused(other, CITIZEN)
    again = Forbidden(place.forbidden.office, Calendars(), "0519")
    await again.load()
    assert again.forbidding(other, CITIZEN) is not None, "another engine, or the next"


async def test_by_the_hours_of_a_calendar_and_until_a_day(place: Place) -> None:
    clock: Any = place.forbidden.office.clock
    until = clock.wall() + timedelta(days=40)
    (calendar, *_) = sorted(Calendars().names)
    await place.forbidden.create(BOSS, fields("138*", hours="open", calendar=calendar, until=until))
    seen = set()
    for _ in range(48):
        seen.add(bool(place.refused(AGENT, CITIZEN)))
        clock.advance(3600)
    assert seen == {True, False} or Calendars().state(calendar, clock.wall()).is_open
    clock.advance(39 * 86400)
    assert not place.refused(AGENT, CITIZEN)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"pattern": "13a*"}, "pattern"), ({"pattern": "110"}, "pattern"), ({"extensions": "王芳"}, "extensions"),
        ({"hours": "open", "calendar": "nowhere"}, "calendar"), ({"until": "2020-01-01T00:00:00Z"}, "until"),
    ],
)  # fmt: skip
async def test_what_is_no_rule_is_told_by_its_field(place: Place, said: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        await place.forbidden.create(BOSS, fields(**{"pattern": "138*", **said}))
    assert caught.value.field == field


async def test_each_organisation_has_its_own_rules_and_those_above_count_too(place: Place) -> None:
    city, east = await place.forbidden.create(BOSS, fields("138*")), await place.forbidden.create(EAST, fields("139*"))
    clerk, west = visitor("东", "village", "agent.work"), visitor("西", "west", "agent.work")
    assert place.refused(clerk, CITIZEN, "village") and place.refused(clerk, OTHER, "village")
    assert place.refused(west, CITIZEN, "west") and not place.refused(west, OTHER, "west")
    assert place.refused(HOUSE, OTHER, "east") and not place.refused(HOUSE, OTHER, "west")
    for stranger, id in ((WEST, east.id), (EAST, city.id)):
        for work in (place.forbidden.get(stranger, id), place.forbidden.remove(stranger, id)):
            with pytest.raises(NotFound):
                await work
    await place.forbidden.create(EAST, fields("13800000001", effect="allow"))
    assert place.refused(clerk, CITIZEN, "village"), "a county lifts no ban of the city"
    with pytest.raises(Conflict) as caught:
        await place.forbidden.create(EAST, fields("139 *"))
    assert caught.value.field == "pattern"
    unknown = visitor("新", "founded-a-moment-ago", "agent.work")
    assert place.refused(unknown, CITIZEN, "x") and place.refused(unknown, OTHER, "x"), "rather all rules than none"


async def test_a_number_can_be_tried_without_dialling_counting_or_keeping(place: Place) -> None:
    made = await place.forbidden.create(BOSS, fields("138*", extensions="8001"))
    for number, extension, allowed in (
        ("13800000001", "8001", False),
        ("13800000001", "8002", True),
        ("110", "", True),
    ):
        tried = await place.forbidden.attempt(BOSS, TryBody(number=number, extension=extension))
        assert (tried.allowed, tried.rule) == (allowed, "" if allowed else made.id)
    above = await place.forbidden.attempt(EAST, TryBody(number="13800000001", extension="8001"))
    assert not above.allowed and above.rule == "" and "上级" in above.words
    with pytest.raises(Invalid):
        await place.forbidden.attempt(BOSS, TryBody(number="转 801"))
    await place.refusals.flushed()
    assert (await place.refusals.find(BOSS, RefusedDialQuery())).total == 0
    assert (await place.forbidden.find(BOSS, ForbiddenQuery(search="138*"))).items[0].refused == 0
