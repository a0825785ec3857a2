"""Callbacks: agent or citizen first, hours, another attempt, and no second dial after a restart."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from acd.callbacks.callback import CALLBACK_WAYS, Attempt, CallbackOrder, CallbackState
from cti.base.clock import run_virtual
from cti.base.numbers.number import Number
from cti.telephony.switch.port import DialResult
from tests.acd.live import MOBILE, Live, offered

NUMBER = Number.parse("13800000001")


class Dialler:
    """Keeps what it is asked to dial."""

    def __init__(self) -> None:
        self.orders: list[CallbackOrder] = []
        self.attempts: list[Attempt] = []
        self.given_up: list[str] = []

    def can_dial(self, number: Number) -> bool:
        return True

    def call_back(self, order: CallbackOrder, attempt: Attempt) -> None:
        self.orders.append(order)
        self.attempts.append(attempt)

    def give_up(self, order: CallbackOrder) -> None:
        self.given_up.append(order.id)


async def owed(**settings: Any) -> tuple[Live, Dialler]:
    live, dialler = Live(**settings), Dialler()
    live.acd.callbacks.find_dialler = lambda: dialler
    assert await live.acd.request_callback("general", NUMBER, call="c1")
    return live, dialler


def state(live: Live) -> list[str]:
    return [callback.state.value for callback in live.acd.callbacks.all.values()]


def test_every_state_but_the_last_ones_can_be_left() -> None:
    ends = {one for one in CallbackState if not CALLBACK_WAYS[one]}
    assert ends == {CallbackState.DONE, CallbackState.FAILED, CallbackState.CANCELLED}


def test_it_cannot_be_promised_when_nobody_dials() -> None:
    async def story() -> None:
        live = Live()
        assert not await live.acd.request_callback("general", NUMBER)
        dialler = Dialler()
        live.acd.callbacks.find_dialler = lambda: dialler
        assert not await live.acd.request_callback("nowhere", NUMBER)
        assert not await live.acd.request_callback("general", Number.parse("anonymous"))

    run_virtual(story())


def test_an_agent_who_does_not_answer_costs_no_attempt() -> None:
    async def story() -> None:
        live, dialler = await owed()
        live.acd.sign_in("8001")
        dialler.attempts[0].agent_rings()
        dialler.attempts[0].agent_failed(DialResult.NO_ANSWER)
        assert state(live) == ["waiting"] and live.state("8001") == ("break", "ring_no_answer", "")
        live.acd.sign_in("8002")
        assert dialler.orders[1].agent == "8002"
        assert live.acd.callbacks.owed_to(MOBILE).attempts == 0  # type: ignore[union-attr]
        # What the first reports now is of no account.
        assert dialler.attempts[0].citizen_dialled() is False and dialler.attempts[0].connected() is False
        dialler.attempts[0].citizen_failed(DialResult.BUSY)
        assert state(live) == ["reserved"]

    run_virtual(story())


def test_a_citizen_who_is_not_reached_is_tried_again_and_then_no_more() -> None:
    async def story() -> None:
        live, dialler = await owed(queues={"general": {"callback": {"attempts": 2, "delay": 600}}})
        live.acd.sign_in("8001")
        for attempt in range(2):
            assert dialler.attempts[attempt].citizen_dialled()
            dialler.attempts[attempt].citizen_failed(DialResult.NO_ANSWER)
            assert live.state("8001")[0] == "ready"
            await asyncio.sleep(601)
        assert len(dialler.orders) == 2 and state(live) == []
        assert live.acd.callbacks.owed_to(MOBILE) is None
        assert all(data is None for (kind, _), data in live.kept.items() if kind == "callback")

    run_virtual(story())


def test_it_is_dialled_within_its_hours() -> None:
    async def story() -> None:
        hours = {"days": {"2026-01-01": ["08:00-09:00", "14:00-15:00"]}, "week": {}}  # virtual time begins at 08:00
        live, dialler = await owed(
            queues={"general": {"callback": {"hours": "day", "delay": 3600, "attempts": 2}}}, calendars={"day": hours}
        )
        live.acd.sign_in("8001")
        dialler.attempts[0].citizen_dialled()
        dialler.attempts[0].citizen_failed(DialResult.BUSY)
        await asyncio.sleep(3601)
        assert state(live) == ["later"]
        await asyncio.sleep(5 * 3600)
        assert state(live) == ["reserved"]

    run_virtual(story())


def test_a_citizen_who_calls_himself_and_is_served_is_owed_nothing_more() -> None:
    async def story() -> None:
        live, dialler = await owed()
        place = live.call("c2", caller=MOBILE, priority=1.0)
        assert place.position == 1
        live.acd.sign_in("8001")
        (await offered(place)).answered()
        assert state(live) == []
        live.acd.sign_in("8002")
        assert dialler.orders == []

    run_virtual(story())


def test_a_withdrawn_callback_frees_the_agent_and_stops_the_dial() -> None:
    async def story() -> None:
        live, dialler = await owed()
        live.acd.sign_in("8001")
        id = dialler.orders[0].id
        assert live.acd.callbacks.cancel(id, "not wanted")
        assert not live.acd.callbacks.cancel(id, "not wanted")
        assert dialler.given_up == [id]
        assert live.state("8001")[0] == "ready"
        assert dialler.attempts[0].citizen_dialled() is False

    run_virtual(story())


def test_a_dialler_that_falls_silent_costs_the_attempt_but_not_the_agent() -> None:
    async def story() -> None:
        live, dialler = await owed(queues={"general": {"callback": {"ring": 30, "attempts": 2, "delay": 60}}})
        live.acd.sign_in("8001")
        dialler.attempts[0].agent_rings()
        dialler.attempts[0].citizen_dialled()
        await asyncio.sleep(56)
        assert dialler.given_up == [dialler.orders[0].id]
        assert state(live) == ["later"]
        assert live.state("8001")[0] in ("ready", "break")

    run_virtual(story())


def test_one_that_was_promised_an_agent_goes_on_when_the_session_was_silent() -> None:
    async def story() -> None:
        live, dialler = await owed()
        live.acd.sign_in("8001")
        await asyncio.sleep(56)
        assert dialler.given_up == [dialler.orders[0].id]
        assert len(dialler.orders) == 2 and state(live) == ["reserved"]

    run_virtual(story())


def test_when_they_talk_it_is_done_whoever_says_so() -> None:
    async def story() -> None:
        live, dialler = await owed()
        live.acd.sign_in("8001")
        attempt = dialler.attempts[0]
        assert attempt.agent_rings() and attempt.citizen_dialled() and attempt.connected()
        assert live.state("8001")[0] == "talking"
        assert not live.acd.callbacks.cancel(attempt.order.id, "too late")
        live.acd.talk_ended("8001", attempt.order.id)
        attempt.ended()
        assert state(live) == [] and live.state("8001")[0] == "wrapup"

    run_virtual(story())


@pytest.mark.parametrize(
    ("reported", "after", "orders"),
    [((), "reserved", 1), (("citizen_dialled",), "later", 0), (("citizen_dialled", "connected"), None, 0)],
)
def test_over_a_restart(reported: tuple[str, ...], after: str | None, orders: int) -> None:
    async def story() -> None:
        live, dialler = await owed()
        live.acd.sign_in("8001")
        for word in reported:
            assert getattr(dialler.attempts[0], word)()
        data = json.loads(json.dumps(live.acd.snapshot()["callbacks"]))
        again, other = Live(), Dialler()
        again.acd.callbacks.find_dialler = lambda: other
        again.acd.restore_snapshot({"callbacks": data})
        again.acd.sign_in("8001")
        assert len(other.orders) == orders
        assert state(again) == ([after] if after else [])

    run_virtual(story())


def test_a_restart_in_the_last_attempt_dials_no_more() -> None:
    async def story() -> None:
        live, dialler = await owed(queues={"general": {"callback": {"attempts": 1}}})
        live.acd.sign_in("8001")
        dialler.attempts[0].citizen_dialled()
        again = Live(queues={"general": {"callback": {"attempts": 1}}})
        again.acd.restore_snapshot({"callbacks": json.loads(json.dumps(live.acd.snapshot()["callbacks"]))})
        other = Dialler()
        again.acd.callbacks.find_dialler = lambda: other
        again.acd.sign_in("8001")
        assert state(again) == ["later"], "his telephone may still ring"
        await asyncio.sleep(1000)
        assert state(again) == [] and other.orders == []
        assert [data for (kind, _), data in again.kept.items() if kind == "callback"] == [None]
        assert [one.state.value for one in again.acd.callbacks.past.values()] == ["failed"]

    run_virtual(story())
