"""Routes outside: order, health, limits, and emergency numbers that always have one."""

import pytest

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.events import AlarmCleared, AlarmRaised, Event
from cti.base.numbers.number import Number
from cti.base.settings import TrunkSettings
from cti.telephony.trunks import Trunks, TrunkState

MOBILE = Number.parse("13900000009")


def settings(**changes: object) -> TrunkSettings:
    return TrunkSettings.model_validate({"host": "10.0.0.1", **changes})


class House:
    def __init__(self, **trunks: TrunkSettings) -> None:
        self.clock, self.bus = VirtualClock(), Bus()
        self.told: list[Event] = []
        self.bus.subscribe(Event, self.told.append)
        self.trunks = Trunks(trunks, self.bus, self.clock)

    def names(self, number: Number = MOBILE) -> list[str]:
        return [route.trunk for route in self.trunks.routes(number)]


def test_routes_by_order_with_prefix_and_only_where_we_can_send() -> None:
    house = House(b=settings(order=1), a=settings(order=2, prefix="9"), inbound=TrunkSettings())
    assert [str(route) for route in house.trunks.routes(MOBILE)] == ["13900000009@b", "913900000009@a"]


def test_a_dead_trunk_is_passed_over_and_told_once() -> None:
    house = House(a=settings(), b=settings(order=2))
    house.trunks.change("a", False)
    house.trunks.change("a", False)
    assert house.names() == ["b"]
    house.trunks.change("a", True)
    assert house.names() == ["a", "b"]
    assert [type(event) for event in house.told] == [AlarmRaised, AlarmCleared]


def test_channels_are_limited() -> None:
    house = House(a=settings(channels=1))
    house.trunks.began("a")
    assert house.names() == []
    house.clock.advance(2)
    house.trunks.ended("a")
    assert house.names() == ["a"]


def test_calls_a_second_are_limited() -> None:
    house = House(a=settings(per_second=2))
    house.trunks.began("a")
    house.trunks.began("a")
    assert house.names() == []
    house.clock.advance(1.0)
    assert house.names() == ["a"]


def test_emergency_numbers_always_have_a_route() -> None:
    police = Number.parse("110")
    house = House(a=settings(channels=1, emergency=False), b=settings(order=2))
    assert house.names(police) == ["b"]
    house.trunks.change("b", False)
    assert house.names(police) == ["a"]
    house.trunks.change("a", False)
    assert house.names(police) == ["a", "b"]
    assert house.names() == []
    assert all(way.urgent for way in house.trunks.routes(police)), "the switch lets them out beyond its limits"


@pytest.mark.parametrize("text", ["", "anonymous", "1001", "x"])
def test_what_cannot_be_dialled_outside(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be dialled"):
        House(a=settings()).trunks.routes(Number.parse(text))


def test_caller_numbers_by_organisation() -> None:
    house = House(a=settings(caller_ids={"city": "051912345"}))
    assert house.trunks.caller_id("a", "city") == "051912345"
    assert house.trunks.caller_id("a", "water") is None


def test_an_organisation_shows_another_number_where_it_may_else_its_usual_one() -> None:
    more = {"city": ("051988880000",), "water": ("051988880001",)}
    house = House(a=settings(caller_ids={"city": "051912345"}, more_caller_ids=more), b=settings(order=2))
    assert house.trunks.caller_id("a", "city", "051988880000") == "051988880000"
    assert house.trunks.caller_id("a", "city", "051988880001") == "051912345", "another's"
    assert house.trunks.caller_id("b", "city", "051988880000") is None
    assert house.trunks.caller_id("a", "water") is None and house.trunks.caller_id("a", "water", "051988880001")
    assert house.trunks.permitted("city") == ["051912345", "051988880000"]
    assert house.trunks.permitted("water") == ["051988880001"] and house.trunks.permitted("east") == []


def test_exchanged_trunks_keep_their_health_and_calls_and_one_that_goes_takes_its_alarm_along() -> None:
    house = House(a=settings(channels=1), b=settings(order=2))
    house.trunks.began("a")
    house.trunks.change("b", False)
    house.trunks.replace({"a": settings(channels=2), "c": settings(order=3)})
    assert house.names() == ["a", "c"]
    assert house.trunks.state("a") == TrunkState(reachable=True, busy=1, channels=2)
    assert [type(event) for event in house.told] == [AlarmRaised, AlarmCleared]
    assert house.trunks.state("b") is None
    house.trunks.ended("b")
    assert house.trunks.reserve("a") and not house.trunks.reserve("a")
