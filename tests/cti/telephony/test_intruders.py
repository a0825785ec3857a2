"""Who guesses phones' passwords is refused for a time; no phone that people work with is shut out by him."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti.base.bus import Bus
from cti.base.clock import LoopClock, run_virtual
from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.settings import SwitchSettings
from cti.telephony import guesses, intruders
from cti.telephony.guesses import FIRST, FORGOTTEN, FREE, PAUSE
from cti.telephony.intruders import ALARM, Intruders
from cti.telephony.switch.phone import Blocked
from cti.telephony.switch.port import PhoneReachable, PhoneRefused, SwitchUnavailable
from tests.engine_without_switch import engine_without_switch

TRIES, WITHIN, BLOCK = 10, 60, 300
STRANGER = "203.0.113.9"


class Floor:
    """A switch with phones, and what it was told to refuse."""

    def __init__(self, carriers: set[str] | None = None) -> None:
        self.addresses: dict[str, str] = {}
        self.dead = False
        self.told: list[Blocked] = []
        self.asked = 0
        self.alarms: list[AlarmRaised | AlarmCleared] = []
        bus = Bus()
        bus.subscribe(AlarmRaised, self.alarms.append)
        bus.subscribe(AlarmCleared, self.alarms.append)
        found = SwitchSettings(register_tries=TRIES, register_within=WITHIN, register_block=BLOCK)
        peers = carriers or set()
        self.intruders = Intruders(found, cast(Any, self), self.told.append, lambda: peers, bus, LoopClock())

    async def phone_addresses(self) -> Mapping[str, str]:
        self.asked += 1
        if self.dead:
            raise SwitchUnavailable("no answer")
        return self.addresses

    async def fail(self, times: int = TRIES, address: str = STRANGER, phone: str = "1001") -> None:
        for _ in range(times):
            self.intruders.hear(PhoneRefused(phone, address))
        for _ in range(4):
            await asyncio.sleep(0)

    @property
    def blocked(self) -> dict[str, frozenset[str]]:
        return dict(self.told[-1].networks) if self.told else {}

    @property
    def slowed(self) -> dict[str, frozenset[str]]:
        return dict(self.told[-1].phones) if self.told else {}


def test_forty_wrong_passwords_are_answered_by_a_refusal_and_an_alarm() -> None:
    """Forty in 0.08 seconds had no consequence at all."""

    async def tale() -> None:
        floor = Floor()
        await floor.fail(40)
        assert floor.blocked == {f"{STRANGER}/32": frozenset()}
        (alarm,) = floor.alarms
        assert isinstance(alarm, AlarmRaised)
        assert alarm.name == ALARM
        assert "1 个地址" in alarm.text
        assert STRANGER not in alarm.text
        await asyncio.sleep(BLOCK + 1)
        assert floor.blocked == {}
        assert isinstance(floor.alarms[-1], AlarmCleared)

    run_virtual(tale())


def test_a_phone_that_is_registered_from_there_is_spared() -> None:
    """Else anybody behind the same router could shut out the people of an office."""

    async def tale() -> None:
        floor = Floor()
        floor.addresses = {"1001": STRANGER, "1002": "203.0.113.10", "1001-web": f"::ffff:{STRANGER}"}
        await floor.fail()
        assert floor.blocked == {f"{STRANGER}/32": frozenset({"1001", "1001-web"})}

    run_virtual(tale())


def test_each_time_it_lasts_twice_as_long_up_to_a_day_and_a_quiet_day_makes_it_good() -> None:
    async def tale() -> None:
        floor = Floor()
        lengths = []
        for _ in range(11):
            began = asyncio.get_running_loop().time()
            await floor.fail()
            while floor.blocked:
                await asyncio.sleep(1)
            lengths.append(round(asyncio.get_running_loop().time() - began))
        assert [round(one / BLOCK) for one in lengths[:4]] == [1, 2, 4, 8]
        assert lengths[-1] <= intruders.LONGEST + 1
        await asyncio.sleep(intruders.LONGEST + 1)
        await floor.fail()
        await asyncio.sleep(BLOCK + 1)
        assert floor.blocked == {}

    run_virtual(tale())


def test_a_phone_that_errs_now_and_then_is_not_refused() -> None:
    async def tale() -> None:
        floor = Floor()
        for _ in range(3):
            await floor.fail(TRIES - 1)
            await asyncio.sleep(WITHIN)
        assert floor.blocked == {}
        await floor.fail(TRIES - 1)
        await asyncio.sleep(WITHIN - 1)
        await floor.fail(1)
        assert floor.blocked == {f"{STRANGER}/32": frozenset()}

    run_virtual(tale())


def test_carriers_and_proxies_are_never_refused() -> None:
    """Behind a proxy all browsers have its address, and a carrier's calls are the citizens'."""

    async def tale() -> None:
        floor = Floor({"203.0.113.0/28", "localhost"})
        for address in (STRANGER, "127.0.0.1", "::1", "::ffff:127.0.0.1", "no address"):
            await floor.fail(40, address)
        await asyncio.sleep(1)
        assert floor.told == []

    run_virtual(tale())


def test_a_network_of_ipv6_counts_as_one_and_nobody_else_is_refused_with_it() -> None:
    async def tale() -> None:
        floor = Floor()
        for last in range(TRIES):
            await floor.fail(1, f"2001:db8:0:1::{last:x}")
        assert floor.blocked == {"2001:db8:0:1::/64": frozenset()}

    run_virtual(tale())


def test_without_an_answer_of_the_switch_nobody_is_refused_blindly() -> None:
    async def tale() -> None:
        floor = Floor()
        floor.dead = True
        await floor.fail()
        await asyncio.sleep(PAUSE)
        assert floor.told == []
        floor.dead = False
        await floor.fail()
        assert floor.blocked == {f"{STRANGER}/32": frozenset()}

    run_virtual(tale())


def test_what_is_kept_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strangers have as many addresses as they like."""
    monkeypatch.setattr(intruders, "MOST_BLOCKED", 3)
    monkeypatch.setattr(intruders, "MOST_KNOWN", 5)

    async def tale() -> None:
        floor = Floor()
        for last in range(20):
            await floor.fail(address=f"203.0.113.{last}")
            await asyncio.sleep(1)
        assert len(floor.blocked) == 3
        assert len(floor.intruders._strangers) == 5
        await asyncio.sleep(BLOCK + 1)
        assert floor.blocked == {}

    run_virtual(tale())


async def _delay(floor: Floor) -> float:
    """Seconds for which one more failure has the phone refused."""
    await asyncio.sleep(PAUSE)
    await floor.fail(1)
    began = asyncio.get_running_loop().time()
    while floor.slowed:
        await asyncio.sleep(0.5)
    return asyncio.get_running_loop().time() - began


def test_each_wrong_password_makes_the_next_try_wait_for_longer() -> None:
    """Nine a minute for ever, from as many networks as one likes, cost nothing."""

    async def tale() -> None:
        floor = Floor()
        assert [await _delay(floor) for _ in range(FREE)] == [0.0] * FREE, "people mistype"
        delays = [await _delay(floor) for _ in range(8)]
        assert all(
            min(FIRST * 2**number, BLOCK) <= delay <= min(FIRST * 2**number, BLOCK) + PAUSE + 0.5
            for number, delay in enumerate(delays)
        ), delays
        assert floor.blocked == {}
        await asyncio.sleep(FORGOTTEN + 1)
        assert await _delay(floor) == 0.0

    run_virtual(tale())


def test_only_that_phone_waits_and_only_there() -> None:
    async def tale() -> None:
        floor = Floor()
        await floor.fail(FREE + 1)
        await floor.fail(FREE, "203.0.113.10")
        await floor.fail(FREE, phone="1002")
        assert floor.slowed == {"1001": frozenset({f"{STRANGER}/32"})}
        assert floor.alarms == [], "somebody mistyped"

    run_virtual(tale())


def test_a_phone_never_waits_where_it_is_or_was_last_registered() -> None:
    """Else anybody behind the same router shuts out a phone that is being restarted."""

    async def tale() -> None:
        floor = Floor({"203.0.113.20"})
        floor.addresses = {"1001": STRANGER}
        await floor.fail(FREE + 3)
        await floor.fail(FREE + 3, "203.0.113.20")
        floor.intruders.hear(PhoneReachable("1002", True, STRANGER))
        floor.intruders.hear(PhoneReachable("1002", False))
        await asyncio.sleep(WITHIN)
        await floor.fail(FREE + 3, phone="1002")
        await asyncio.sleep(PAUSE)
        assert floor.told == []
        await asyncio.sleep(WITHIN)
        floor.addresses = {"1001": "203.0.113.10"}
        await floor.fail(TRIES, phone="1003")
        assert floor.blocked == {f"{STRANGER}/32": frozenset({"1002"})}

    run_virtual(tale())


def test_who_proves_to_be_the_phone_waits_no_longer_and_begins_anew() -> None:
    async def tale() -> None:
        floor = Floor()
        await floor.fail(FREE + 1)
        assert floor.slowed
        floor.intruders.hear(PhoneReachable("1001", True, STRANGER))
        await asyncio.sleep(PAUSE + 0.1)
        assert floor.slowed == {}
        floor.intruders.hear(PhoneReachable("1001", True, "203.0.113.10"))
        await floor.fail(FREE)
        await asyncio.sleep(PAUSE + 0.1)
        assert floor.slowed == {}

    run_virtual(tale())


def test_a_storm_of_guesses_is_looked_at_now_and_then_and_remembered_within_bounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each look has the switch read its phones anew: strangers must not be able to make it do so all the time."""
    monkeypatch.setattr(guesses, "MOST_KNOWN", 50)

    async def tale() -> None:
        floor = Floor()
        for number in range(2000):
            for _ in range(FREE + 1):
                floor.intruders.hear(PhoneRefused(f"1{number:03}", f"198.51.{number // 250}.{number % 250}"))
            await asyncio.sleep(0.01)
        assert floor.asked <= 2000 * 0.01 / PAUSE + 2
        assert len(floor.told) <= 2000 * 0.01 / PAUSE + 2
        assert len(floor.slowed) <= 50
        await asyncio.sleep(BLOCK)
        assert floor.slowed == {}

    run_virtual(tale())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.0, 0.0, 0.0, 0.0, 3.0, 29.5, 60.0, 301.0]),
            st.sampled_from(["203.0.113.1", "203.0.113.2"]),
        ),
        max_size=60,
    )
)
def test_refused_is_exactly_who_failed_often_within_the_time(steps: list[tuple[float, str]]) -> None:
    async def tale() -> None:
        floor, now = Floor(), 0.0
        lately: dict[str, list[float]] = {}
        until: dict[str, float] = {}
        times: dict[str, int] = {}
        for pause, address in steps:
            await asyncio.sleep(pause)
            now = asyncio.get_running_loop().time()
            if until.get(address, -1.0) <= now:
                kept = [one for one in lately.get(address, []) if now - one < WITHIN]
                lately[address] = [*kept, now]
                if len(lately[address]) >= TRIES:
                    times[address] = times.get(address, 0) + 1
                    until[address] = now + BLOCK * 2 ** (times[address] - 1)
                    lately[address] = []
            await floor.fail(1, address)
            assert set(floor.blocked) == {f"{one}/32" for one, end in until.items() if end > now}

    run_virtual(tale())


async def test_the_house_tells_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The alarm is raised by what the switch tells the engine, and stands where operators look."""
    async with engine_without_switch(tmp_path / "data", monkeypatch) as (house, _):
        for _ in range(TRIES):
            house.calls.switch_events.hear(PhoneRefused("1001", STRANGER))
        async with asyncio.timeout(5):
            while ALARM not in house.health.alarms:
                await asyncio.sleep(0.01)
