"""How legs sounded: each counts once, bad ones are told, and everybody sees what is within his reach."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from cti.base.events import AlarmCleared, AlarmRaised, Event, LegMeasured
from cti.base.refusal import NotFound
from cti.base.scope import EVERYTHING
from cti.office.records import Office
from cti.store.calls import CallFilter, StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from tests.office import BOSS, a_call, office_on, visitor
from workflow.lines.quality.advice import Measured, advice
from workflow.lines.quality.books import QualityBooks, network_of
from workflow.lines.quality.service import Quality
from workflow.lines.quality.settings import QualitySettings
from workflow.lines.quality.views import LegsQuery, SumsQuery
from workflow.lines.quality.watch import QualityWatch

SETTINGS = QualitySettings(alarm_legs=5, alarm_percent=40)
EAST_SEES = visitor("东区班长", "east", "lines.quality")


@dataclass
class Desk:
    office: Office
    journal: Journal
    books: QualityBooks
    quality: Quality
    told: list[Event]

    def engine(self) -> QualityBooks:
        """Another engine's eyes, on the same store."""
        watch = QualityWatch(SETTINGS.alarm_legs, SETTINGS.alarm_percent / 100, self.told.append)
        return QualityBooks(StoredCalls(self.office.store), self.journal, self.office, SETTINGS, watch)

    async def has_call(self) -> str:
        """A call of the city's stands in the books."""
        call = a_call(self.office)
        self.journal.save(call)
        await self.journal.flushed()
        return call.id

    async def ends(self, leg: str, **more: Any) -> LegMeasured:
        """A leg ended, and it was stored how it sounded."""
        event = LegMeasured(**{
            "at": self.office.clock.wall(), "call": "01J", "organisation": "city", "region": "320400", "leg": leg,
            "party": "caller", "agent": "", "line": "carrier", "far": "192.0.2.7", "codec": "alaw", "packets": 900,
            "mos": 4.3, "loss": 0.0, "jitter": 0.001, "far_loss": None, "far_jitter": None, "round_trip": None,
            "silent": False, **more,
        })  # fmt: skip
        self.journal.append(event)
        await self.journal.flushed()
        await self.books.catch_up()
        return event


@pytest_asyncio.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    office, told = await office_on(store, "lines"), list[Event]()
    journal = Journal.start(store, lambda event: None)
    found = Desk(office, journal, None, Quality(office, StoredCalls(store), SETTINGS), told)  # type: ignore[arg-type] # set below
    found.books = found.engine()
    await found.books.begin()
    forget = journal.on_stored(found.books.stored)
    await journal.flushed()
    yield found
    forget()
    await journal.close()


async def test_by_line_agent_and_network_the_worst_first(desk: Desk) -> None:
    await desk.ends("good")
    await desk.ends("lossy", loss=0.1, mos=3.4)
    await desk.ends("desk", party="agent", agent="1001", line="1001", far="10.1.2.3", far_loss=0.05, mos=3.9)
    found = {(one.kind, one.name): one for one in await desk.quality.sums(BOSS, SumsQuery())}
    assert set(found) == {("line", "carrier"), ("agent", "1001"), ("network", "10.1.2.0/24")}
    carrier = found["line", "carrier"]
    assert (carrier.legs, carrier.bad, carrier.bad_percent, carrier.loss_percent) == (2, 1, 50.0, 5.0)
    assert "运营商" in carrier.advice and "座席" in found["agent", "1001"].advice
    assert next(iter(found)) in {("agent", "1001"), ("network", "10.1.2.0/24")}, "all of theirs was bad"
    assert [one.kind for one in await desk.quality.sums(BOSS, SumsQuery(kind="agent"))] == ["agent"]
    (lossy,) = (await desk.quality.legs(BOSS, LegsQuery(grade="bad", line="carrier"))).rows
    assert lossy.leg == "lossy"
    call, fine = await desk.has_call(), await desk.has_call()
    await desk.ends("well", call=fine)
    await desk.ends("mute", call=call, silent=True, mos=1.0)
    listed = await StoredCalls(desk.office.store).search(CallFilter(quality="bad"), EVERYTHING)
    assert [one.id for one in listed.items] == [call]
    assert [one.grade for one in await desk.quality.of_call(BOSS, call)] == ["silent"]


async def test_a_browser_that_hears_badly_of_a_citizen_who_sounds_well_sits_in_a_bad_network(desk: Desk) -> None:
    for name, loss in (("well", 0.0), ("badly", 0.1)):
        call = await desk.has_call()
        await desk.ends(f"{name} citizen", call=call, loss=loss, mos=3.4 if loss else 4.4)
        await desk.ends(f"{name} agent", call=call, party="agent", agent="1001", line="1001-web")
        browser = {"party": "browser", "agent": "1001", "line": "1001-web", "far": "", "loss": 0.12, "mos": 3.1}
        await desk.ends(f"{name} agent/browser", call=call, **browser)
        told = {one.party: one.where for one in await desk.quality.of_call(BOSS, call)}
        assert told == {"caller": "", "agent": "", "browser": "" if loss else "网络在坐席侧"}
    rows = (await desk.quality.legs(BOSS, LegsQuery(agent="1001"))).rows
    shown = {row.leg: one.where for row, one in zip(rows, await desk.quality.shown(rows), strict=True)}
    assert [leg for leg, where in shown.items() if where] == ["well agent/browser"]
    (agent,) = await desk.quality.sums(BOSS, SumsQuery(kind="agent"))
    assert (agent.legs, agent.bad) == (2, 0), "it is the same leg, counted from its other end"


async def test_what_is_told_again_counts_once(desk: Desk) -> None:
    event = await desk.ends("lossy", loss=0.1, mos=3.4)
    again = desk.engine()
    await again.heard([event, event])
    (carrier,) = await desk.quality.sums(BOSS, SumsQuery())
    assert (carrier.legs, carrier.bad) == (1, 1)


async def test_nobody_sees_beyond_his_reach(desk: Desk) -> None:
    await desk.ends("city")
    await desk.ends("east", organisation="east", region="320402", line="east-line", call="01E")
    assert [one.name for one in await desk.quality.sums(EAST_SEES, SumsQuery())] == ["east-line"]
    assert [one.leg for one in (await desk.quality.legs(EAST_SEES, LegsQuery())).rows] == ["east"]
    with pytest.raises(NotFound):
        await desk.quality.of_call(EAST_SEES, await desk.has_call())


async def test_it_is_told_while_too_many_of_the_last_legs_are_bad(desk: Desk) -> None:
    for at in range(4):
        await desk.ends(f"bad {at}", silent=at == 0, mos=1.0 if at == 0 else 3.0)
    assert desk.told == [], "too few say nothing"
    await desk.ends("fifth")
    (raised,) = desk.told
    assert isinstance(raised, AlarmRaised) and raised.name == "quality.line.carrier" and "4 段" in raised.text
    for at in range(4):
        await desk.ends(f"good {at}")
    assert [type(one) for one in desk.told] == [AlarmRaised, AlarmCleared]


async def test_old_ones_are_removed(desk: Desk) -> None:
    old = timedelta(days=SETTINGS.quality_days + 1)
    await desk.ends("old", at=desk.office.clock.wall() - old)
    await desk.ends("new")
    async with desk.office.store.writing() as session:
        await desk.books.clean(session, desk.office.clock.wall())
    assert [one.leg for one in (await desk.quality.legs(BOSS, LegsQuery())).rows] == ["new"]


def test_networks() -> None:
    assert network_of("192.0.2.77") == "192.0.2.0/24"
    assert network_of("2001:db8::7") == "2001:db8::/64"
    assert network_of("") == network_of("carrier") == ""


@given(
    st.sampled_from(["line", "agent", "network"]), *[st.floats(0, 1)] * 3, st.floats(0, 2), st.floats(0, 2),
    st.floats(0.01, 1),
)  # fmt: skip
def test_whatever_is_bad_has_advice(
    kind: str, bad: float, silent: float, loss: float, jitter: float, late: float, share: float
) -> None:
    words = advice(Measured(kind, bad, silent, loss, jitter, late), share)
    assert bool(words) == (bad >= share or silent > 0)
