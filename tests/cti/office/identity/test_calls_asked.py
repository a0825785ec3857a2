"""Numbers that are looked for in lists of calls and recordings: however people write them, they are the caller's."""

from __future__ import annotations

import pytest

from cti.base.clock import VirtualClock
from cti.base.numbers.number import Number
from cti.office.identity.audit.trail import Audit
from cti.office.identity.calls_asked import CallsAsked
from cti.office.identity.lookups import Lookups
from cti.store.engine import Store
from tests.office import BOSS

JINAN = "0531"


@pytest.mark.parametrize(
    ("said", "came_as"),
    [
        ("053188990011", "88990011"),
        ("88990011", "053188990011"),
        ("8899 0011", "+8653188990011"),
        ("0531-8899 0011", "88990011"),
        ("+86 531 8899 0011", "88990011"),
        ("(0531)88990011", "008653188990011"),
        ("138 0000 0001", "013800000001"),
        ("+86 138-0000-0001", "13800000001"),
        ("86 13800000001", "13800000001"),
        ("0138 0000 0001", "+8613800000001"),
        (" 12345 ", "053112345"),
    ],
)
async def test_a_number_is_found_however_it_is_written(sqlite_store: Store, said: str, came_as: str) -> None:
    clock = VirtualClock()
    lookups = Lookups(Audit(sqlite_store, clock), clock)
    lookups.area = JINAN
    asked = await CallsAsked(number=said).digits(BOSS, "call", lookups)
    assert asked == Number.parse(came_as, area=JINAN).digits


async def test_four_digits_are_the_last_ones(sqlite_store: Store) -> None:
    clock = VirtualClock()
    lookups = Lookups(Audit(sqlite_store, clock), clock)
    assert await CallsAsked(number="0011").digits(BOSS, "call", lookups) == "0011"
