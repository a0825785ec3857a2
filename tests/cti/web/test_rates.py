import aiohttp
import pytest

from cti.base import rates
from cti.base.clock import VirtualClock
from cti.base.http.routes import SIGNED_IN, Route
from cti.base.refusal import TooMany
from cti.base.settings import HttpSettings
from cti.base.visitor import Visitor
from cti.web.host import Web
from tests.cti.web.conftest import Browser


def taken(rate: rates.Rate, key: str, times: int) -> int:
    granted = 0
    for _ in range(times):
        try:
            rate.take(key)
        except TooMany:
            continue
        granted += 1
    return granted


def test_a_burst_then_a_steady_rate_and_others_are_not_touched():
    clock = VirtualClock()
    rate = rates.Rate(clock, 2, 10)
    assert taken(rate, "a", 100) == 10
    assert taken(rate, "b", 5) == 5
    clock.advance(3)
    assert taken(rate, "a", 100) == 6
    with pytest.raises(TooMany) as caught:
        rate.take("a")
    assert caught.value.retry_after == pytest.approx(0.5)
    clock.advance(1000)
    assert taken(rate, "a", 100) == 10


def test_a_home_with_many_addresses_is_one_asker():
    rate = rates.AddressRate(VirtualClock(), 1, 10)
    assert sum(taken(rate, f"2001:db8:1:2::{one:x}", 1) for one in range(1, 51)) == 10, "one network of 64 bits"
    assert taken(rate, "2001:db8:1:3::1", 50) == 10, "another's"
    assert taken(rate, "203.0.113.7", 5) + taken(rate, "::ffff:203.0.113.7", 50) == 10, "the same, told as IPv6"
    assert taken(rate, "203.0.113.8", 50) == 10 and taken(rate, "", 50) == 10


def test_a_thousand_addresses_do_not_fill_the_memory():
    rate = rates.Rate(VirtualClock(), 1, 1)
    assert sum(taken(rate, str(number), 1) for number in range(rates.KEYS + 10)) == rates.KEYS + 10
    assert taken(rate, "0", 1) == 1, "forgotten, and so granted anew"
    assert taken(rate, str(rates.KEYS + 9), 1) == 0


async def mine(visitor: Visitor) -> dict[str, str]:
    return {"person": visitor.person}


async def test_a_person_and_an_address_that_ask_too_often_are_told_when_to_come_back(sessions):
    clock = VirtualClock()
    web = Web(sessions, settings=HttpSettings(person_per_second=2, address_per_second=1), clock=clock)
    await web.start("127.0.0.1", 0)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        browse = Browser(client, f"http://127.0.0.1:{web.port}")
        web.add([Route("GET", "/api/mine", mine, SIGNED_IN, "")])
        seen = [(await browse("GET", "/api/mine", "agent")).status for _ in range(21)]
        assert seen == [200] * 20 + [429]
        assert (await browse("GET", "/api/mine", "boss")).status == 200
        for number in range(11):
            response = await browse("GET", "/api/mine", f"guess{number}")
            assert response.status == (401 if number < 10 else 429)
        assert (await response.json())["code"] == "too_fast" and int(response.headers["Retry-After"]) >= 1
        elsewhere = await browse("GET", "/api/mine", "guess", headers={"X-Forwarded-For": "203.0.113.7"})
        assert elsewhere.status == 401
        assert (await browse("GET", "/healthz")).status == 200
        clock.advance(1)
        assert (await browse("GET", "/api/mine", "agent")).status == 200
    await web.stop()
