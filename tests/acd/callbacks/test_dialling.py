"""Callbacks really dialled, in both orders, with bad luck at every moment. Nobody is rung twice for one promise."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from acd.callbacks.callback import Callback
from acd.callbacks.callback import CallbackState as State
from cti.base.clock import run_virtual
from cti.base.events import (
    CallAnswered,
    CallDialled,
    CallEnded,
    CallResumed,
    SatisfactionGiven,
    TalkEnded,
    TalkStarted,
)
from cti.base.ids import new_id
from cti.telephony.switch.port import LegSnapshot
from tests.acd.house import ALSO_SHOWN, CITIZEN, SHOWN, Callers, Town
from tests.core_house import check_story

Story = Callable[[Town], Coroutine[Any, Any, None]]


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Story], None]:
    """Play a story in a town of its own, on virtual time; afterwards no telephone is left off the hook."""

    async def whole(story: Story) -> None:
        town = Town(tmp_path)
        await story(town)
        await asyncio.sleep(120)
        assert town.exchange.legs == {}, "a telephone is left off the hook"

    return lambda story: run_virtual(whole(story))


async def quiet(house: Callers) -> None:
    """Everything has come to rest, and the story is whole."""
    await asyncio.sleep(60)
    assert house.core.calls.open == ()
    check_story(house.core.story)


def agent(house: Callers, number: str = "8001") -> tuple[str, str]:
    found = house.acd.agent(number)
    return found.state, found.reason


@pytest.mark.parametrize(("show", "seen"), [(ALSO_SHOWN, ALSO_SHOWN), ("051900000000", SHOWN)])
def test_another_number_is_shown_where_the_organisation_may(
    play: Callable[[Story], None], show: str, seen: str
) -> None:
    async def story(town: Town) -> None:
        async with town.engine(callback={"first": "citizen"}) as house:
            owed = Callback(
                new_id(), f"+86{CITIZEN}", "general", house.core.clock.wall().timestamp(), organisation="city",
                region="320400", show=show,
            )  # fmt: skip
            house.acd.callbacks.add(owed)
            house.acd.sign_in("8001")
            await asyncio.sleep(7)
            assert town.line().leg.caller.national == seen
            town.line().hang_up()
            await quiet(house)

    play(story)


@pytest.mark.parametrize("first", ["agent", "citizen"])
def test_both_talk_and_the_citizen_rates(play: Callable[[Story], None], first: str) -> None:
    async def story(town: Town) -> None:
        async with town.engine(callback={"first": first}) as house:
            await house.owe()
            house.acd.sign_in("8001")
            await asyncio.sleep(0.5)
            assert bool(town.citizen.lines) == (first == "citizen")
            await asyncio.sleep(7)
            assert town.line().hears == {"8001"} and town.line("8001").hears == {"citizen"}
            assert house.states() == [State.TALKING] and agent(house)[0] == "talking"
            (dialled,) = house.all(CallDialled)
            assert (dialled.caller.national, dialled.called.national, dialled.trunk) == (CITIZEN, SHOWN, "carrier")
            assert town.line().leg.caller.national == SHOWN
            assert town.line("8001").leg.caller.national == CITIZEN
            town.line("8001").hang_up()
            await asyncio.sleep(0.5)
            assert town.line().hears == {"survey"} and agent(house)[0] == "wrapup"
            await quiet(house)
            assert house.past() == [State.DONE] and agent(house)[0] == "ready" and town.rung == 1
            wanted = ["CallQueued", "CallOffered", "CallDialled", "CallAnswered", "TalkStarted", "CallLeftQueue"]
            wanted += ["TalkEnded", "CallEnded"]
            assert sorted(house.names()) == sorted(wanted)
            assert len({event.call for event in house.all(CallDialled, TalkStarted, TalkEnded, CallEnded)}) == 1
            (row,) = house.disk.calls.values()
            assert (row.outgoing, row.agents, row.queues, len(row.recordings)) == (True, ["8001"], ["general"], 1)
            assert row.reason == "completed" and house.all(CallResumed) == []

    play(story)


def test_an_agent_who_does_not_answer_costs_no_attempt_and_nobody_is_dialled(play: Callable[[Story], None]) -> None:
    async def story(town: Town) -> None:
        town.agents["8001"].answer_after = None
        async with town.engine() as house:
            await house.owe()
            house.acd.sign_in("8001")
            await asyncio.sleep(12)
            assert agent(house) == ("break", "ring_no_answer") and town.rung == 0
            assert house.all(CallDialled, CallEnded) == [] and town.disk.written == {}
            house.acd.sign_in("8002")
            await asyncio.sleep(6)
            assert town.line().hears == {"8002"}
            town.line().hang_up()
            await quiet(house)
            assert house.past() == [State.DONE] and town.rung == 1

    play(story)


@pytest.mark.parametrize("first", ["agent", "citizen"])
@pytest.mark.parametrize(("luck", "result"), [("deaf", "no_answer"), ("busy", "busy"), ("off", "unreachable")])
def test_a_citizen_who_is_not_reached_is_tried_again_by_rule(
    play: Callable[[Story], None], first: str, luck: str, result: str
) -> None:
    async def story(town: Town) -> None:
        town.citizen.answer_after = None
        town.citizen.refuses = 17 if luck == "busy" else 0
        town.citizen.registered = luck != "off"
        async with town.engine(callback={"first": first}) as house:
            await house.owe()
            house.acd.sign_in("8001")
            await asyncio.sleep(40)
            assert house.states() == [State.LATER] and agent(house) == ("ready", "")
            (ended,) = house.all(CallEnded)
            assert (ended.reason, ended.answered) == ("not_reached", False)
            await asyncio.sleep(300)
            await quiet(house)
            assert house.past() == [State.FAILED] and len(house.all(CallEnded)) == 2
            assert len({one.call for one in house.all(CallDialled)}) == 2
            (over,) = house.acd.callbacks.past.values()
            assert (over.attempts, over.result) == (2, result)

    play(story)


def test_the_agent_puts_down_while_the_citizen_is_rung(play: Callable[[Story], None]) -> None:
    async def story(town: Town) -> None:
        async with town.engine(rejected="break") as house:
            await house.owe()
            house.acd.sign_in("8001")
            await asyncio.sleep(2)
            town.line("8001").hang_up()
            await asyncio.sleep(0.5)
            assert town.line().is_over and agent(house) == ("break", "rejected")
            assert house.states() == [State.WAITING]
            house.acd.sign_in("8002")
            await asyncio.sleep(8)
            assert town.line().hears == {"8002"} and town.rung == 2
            town.line("8002").hang_up()
            await quiet(house)
            assert house.past() == [State.DONE]
            assert [one.reason for one in house.all(CallEnded)] == ["not_reached", "completed"]

    play(story)


def test_the_agent_puts_down_as_the_citizen_answers_and_another_takes_him(play: Callable[[Story], None]) -> None:
    async def story(town: Town) -> None:
        town.citizen.answer_after = None
        async with town.engine(rejected="break") as house:
            await house.owe()
            house.acd.sign_in("8001")
            house.acd.sign_in("8002")
            await asyncio.sleep(2)
            first = next(number for number, phone in town.agents.items() if phone.lines)
            town.line().answer()
            town.line(first).hang_up()
            await asyncio.sleep(5)
            assert not town.line().is_over and town.rung == 1
            other = ({*town.agents} - {first}).pop()
            assert town.line().hears == {other}
            town.line().hang_up()
            await quiet(house)
            assert house.past() == [State.DONE] and town.rung == 1

    play(story)


def test_citizen_first_waits_on_the_line_until_some_agent_answers(play: Callable[[Story], None]) -> None:
    async def story(town: Town) -> None:
        town.agents["8001"].answer_after = None
        async with town.engine(callback={"first": "citizen"}) as house:
            await house.owe()
            house.acd.sign_in("8001")
            await asyncio.sleep(15)
            assert town.line().hears == {"music"} and agent(house) == ("break", "ring_no_answer")
            assert house.states() == [State.WAITING]
            house.acd.sign_in("8002")
            await asyncio.sleep(3)
            assert town.line().hears == {"8002"} and town.rung == 1
            town.line("8002").hang_up()
            await quiet(house)
            assert house.past() == [State.DONE] and len(house.surveyed) == 1

    play(story)


def test_citizen_first_who_hangs_up_while_he_waits_is_called_again_later(play: Callable[[Story], None]) -> None:
    async def story(town: Town) -> None:
        town.agents["8001"].answer_after = None
        async with town.engine(callback={"first": "citizen"}) as house:
            await house.owe()
            house.acd.sign_in("8001")
            await asyncio.sleep(5)
            town.line().hang_up()
            await asyncio.sleep(0.5)
            assert house.states() == [State.LATER] and agent(house) == ("ready", "")
            assert town.line("8001").is_over
            (ended,) = house.all(CallEnded)
            assert ended.answered
            await asyncio.sleep(301)
            assert house.states() == [State.DIALLING] and town.rung == 2
            town.line().reject()
            await quiet(house)
            assert house.past() == [State.FAILED]

    play(story)


@pytest.mark.parametrize("first", ["agent", "citizen"])
@pytest.mark.parametrize("at", [step / 4 for step in range(1, 36)])
def test_the_engine_is_killed_at_any_moment(play: Callable[[Story], None], first: str, at: float) -> None:
    """Dialled once: whatever the citizen was told, another engine goes on with it, or tries when the time has come."""

    async def story(town: Town) -> None:
        async with town.engine(callback={"first": first, "attempts": 1}) as house:
            await house.owe()
            house.acd.sign_in("8001")
            await asyncio.sleep(at)
        await asyncio.sleep(1.6)
        async with town.engine(callback={"first": first, "attempts": 1}) as house:
            house.acd.sign_in("8001")
            await asyncio.sleep(20)
            talked = town.line().hears == {"8001"}
            assert town.rung == 1
            for line in town.exchange.lines:
                line.hang_up()
            await asyncio.sleep(400)
            assert town.rung == 1, "rung twice for one promise"
            assert house.acd.callbacks.all == {} and house.core.calls.open == ()
            assert agent(house)[0] == "ready"
            (over,) = house.acd.callbacks.past.values()
            assert over.state is (State.DONE if talked else State.FAILED)
            assert talked, "who answers is served, whichever engine is there"

    play(story)


def test_a_citizen_who_calls_himself_meanwhile_stops_the_dial(play: Callable[[Story], None]) -> None:
    async def story(town: Town) -> None:
        town.citizen.answer_after = None
        async with town.engine() as house:
            await house.owe()
            house.acd.sign_in("8001")
            await asyncio.sleep(3)
            assert house.states() == [State.DIALLING]
            (id,) = house.acd.callbacks.all
            assert house.acd.callbacks.cancel(id, "he called himself and was served")
            await asyncio.sleep(0.5)
            assert town.line().is_over and town.line("8001").is_over
            assert agent(house) == ("ready", "")
            await quiet(house)
            assert house.past() == [State.CANCELLED]

    play(story)


def test_cancelled_while_the_agents_phone_rings_it_falls_silent(play: Callable[[Story], None]) -> None:
    async def story(town: Town) -> None:
        town.agents["8001"].answer_after = None
        async with town.engine() as house:
            await house.owe()
            house.acd.sign_in("8001")
            await asyncio.sleep(1)
            assert house.acd.callbacks.cancel(next(iter(house.acd.callbacks.all)), "not wanted")
            await asyncio.sleep(0.5)
            assert town.line("8001").is_over and town.rung == 0 and agent(house) == ("ready", "")
            await quiet(house)

    play(story)


def test_without_a_line_outside_no_agent_is_rung(play: Callable[[Story], None]) -> None:
    async def story(town: Town) -> None:
        async with town.engine() as house:
            await house.owe()
            for _ in range(1000):
                house.dialling._outgoing._trunks.began("carrier")
            house.acd.sign_in("8001")
            await asyncio.sleep(1)
            assert town.agents["8001"].lines == [] and house.states() == [State.LATER]
            assert next(iter(house.acd.callbacks.all.values())).attempts == 0
            await quiet(house)

    play(story)


def test_the_control_connection_is_lost_while_the_citizen_is_rung(play: Callable[[Story], None]) -> None:
    async def story(town: Town) -> None:
        async with town.engine() as house:
            await house.owe()
            house.acd.sign_in("8001")
            await asyncio.sleep(2)
            house.core.switch.cut(1.0)  # type: ignore[attr-defined]
            await asyncio.sleep(6)
            assert town.rung == 1
            for line in town.exchange.lines:
                line.hang_up()
            await quiet(house)
            assert town.rung == 1 and agent(house)[0] == "ready"

    play(story)


def test_answers_are_told_when_the_citizen_answers(play: Callable[[Story], None]) -> None:
    async def story(town: Town) -> None:
        async with town.engine() as house:
            await house.owe()
            house.acd.sign_in("8001")
            await asyncio.sleep(8)
            (answered,), (started,) = house.all(CallAnswered), house.all(TalkStarted)
            assert answered.at <= started.at and house.all(SatisfactionGiven) == []
            legs: list[LegSnapshot] = list(await house.core.switch.legs())
            assert {leg.party.value for leg in legs} == {"caller", "agent"}
            town.line().hang_up()
            await quiet(house)
            (ended,) = house.all(TalkEnded)
            assert ended.ended_by == "caller"

    play(story)
