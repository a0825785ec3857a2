"""Statistics, estimates, formulas, and a whole day."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import statistics
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import inf, pi, sin, sqrt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acd.commands import add_commands
from acd.figures.figures import QueueFigures
from acd.figures.statistics import Statistics
from acd.matching.estimates import time_to_drain
from acd.settings.schema import AcdSettings
from acd.simulator.day import ArrivalsError, Day, Foretold, Interval, Outcome, People, read_arrivals
from acd.staffing.erlang import ErlangA, agents_needed, erlang_b, erlang_c, erlang_c_level, erlang_c_wait
from acd.staffing.forecast import Goal, Share, check, forecast, typical_day
from acd.staffing.shifts import NotCovered, Shift, cover, there
from cti.base.clock import run_virtual
from cti.telephony.switch.port import DialResult
from tests.acd.live import Live, offered

DATA = Path(__file__).resolve().parents[4] / "shared/data/bank_calls_2003_5min.csv.gz"
SETTINGS = AcdSettings.model_validate({"queues": {"q": {"wrapup": 10, "place_kept": 0}}})


def test_both_formulas_of_the_service_level() -> None:
    figures = QueueFigures(entered=100, answered=80, answered_in_time=60, abandoned=15, abandoned_in_time=5)
    figures.short_abandoned = 5
    assert figures.service_level == 60 / 80
    assert figures.service_level_with_abandons == 65 / 95
    assert figures.connect_rate == 80 / 95
    assert QueueFigures().service_level is None and QueueFigures().service_level_with_abandons is None


def test_figures_by_interval_and_day() -> None:
    async def story() -> None:
        live = Live(queues={"general": {"threshold": 15, "short_abandon": 5, "wrapup": 10}}, interval=1800)
        await asyncio.sleep(1795)
        first, second = live.call("c1"), live.call("c2")
        await asyncio.sleep(4)
        first.withdraw("abandoned")
        await asyncio.sleep(6)
        third = live.call("c3")
        live.acd.sign_in("8001")
        offer = await live.talk(second)
        await asyncio.sleep(20)
        third.withdraw("abandoned")
        live.call("c4").withdraw("key")
        offer.talk_ended()
        intervals = list(live.acd.statistics.intervals("general").values())
        early, late = intervals
        assert (early.entered, early.short_abandoned, early.answered, early.answered_in_time) == (2, 1, 1, 1)
        assert (early.average_wait, early.longest_wait, early.average_talk) == (10, 10, 20)
        assert (late.entered, late.abandoned, late.abandoned_in_time, late.left) == (2, 1, 0, 1)
        day = live.acd.statistics.day("general", date(2026, 1, 1))
        assert (day.entered, day.answered, day.waiting) == (4, 1, 0)
        assert day.as_data()["service_level"] == 1.0

    run_virtual(story())


def test_messages_that_callers_leave_are_counted_with_their_queue() -> None:
    """A queue's figures said nothing of the messages left after it. One is counted in the interval in which it was
    left, is no part of the sum of those who entered, and one that is found when its day lies in the archive counts
    today."""

    async def story() -> None:
        live = Live(queues={"general": {"threshold": 15, "wrapup": 10}}, interval=1800)
        await asyncio.sleep(1795)
        live.call("c1").withdraw("key")
        await asyncio.sleep(10)
        live.acd.message_left("c1", "general", 12.5)
        live.acd.message_left("c0", "general", 3.0, ago=600)
        live.acd.message_left("c2", "", 4.0)
        early, late = live.acd.statistics.intervals("general").values()
        assert (early.entered, early.left, early.messages, early.waiting) == (1, 1, 1, 0)
        assert (late.entered, late.messages, late.waiting) == (0, 1, 0)
        assert live.acd.statistics.day("general", date(2026, 1, 1)).messages == 2
        live.acd.message_left("c3", "general", 5.0, ago=10 * 86400)
        assert live.acd.statistics.day("general", date(2026, 1, 1)).messages == 3
        assert not live.acd.statistics.changed()[1], "nothing that would replace what the archive has"

    run_virtual(story())


def test_an_agents_day_is_cut_at_midnight_and_his_calls_are_counted_anew() -> None:
    async def story() -> None:
        live = Live()
        await asyncio.sleep(15 * 3600)  # 23:00 in Shanghai
        live.acd.sign_in("8001")
        await asyncio.sleep(1800)
        talk = await live.talk(live.call("c1"))
        assert live.acd.agent("8001").calls_today == 1
        await asyncio.sleep(2700)
        talk.talk_ended()
        await asyncio.sleep(900)
        now = asyncio.get_running_loop().time()
        before = live.acd.statistics.agent_day("8001", date(2026, 1, 1), now)
        after = live.acd.statistics.agent_day("8001", date(2026, 1, 2), now)
        assert (before.states["ready"], before.states["talking"]) == (1800, 1800)
        assert (after.states["talking"], after.states["wrapup"], after.states["ready"]) == (900, 10, 890)
        assert before.occupancy == 0.5 and after.occupancy == 910 / 1800
        assert live.acd.agent("8001").calls_today == 0

    run_virtual(story())


def test_failed_offers_are_counted_for_the_agent() -> None:
    async def story() -> None:
        live = Live()
        live.acd.sign_in("8001")
        (await offered(live.call("c1"))).failed(DialResult.NO_ANSWER)
        found = live.acd.statistics.agent_day("8001", date(2026, 1, 1), 0.0)
        assert (found.offered, found.not_answered, found.answered) == (1, 1, 0)

    run_virtual(story())


def test_figures_outlive_a_restart_and_old_ones_are_forgotten() -> None:
    async def story() -> None:
        live = Live()
        live.acd.sign_in("8001")
        await live.talk(live.call("c1"))
        changed, dropped = live.acd.statistics.changed()
        assert dropped == {} and len(changed) == 2
        assert live.acd.statistics.changed() == ({}, {})
        again = Statistics(lambda: live.settings, live.acd.matching.wall)
        again.restore(json.loads(json.dumps(changed)))
        assert again.day("general", date(2026, 1, 1)).answered == 1
        assert again.snapshot() == json.loads(json.dumps(live.acd.statistics.snapshot()))
        await asyncio.sleep(5 * 86400)
        live.call("c2")
        old = live.acd.statistics.changed()[1]
        assert [(key.split()[0], data["answered"]) for key, data in sorted(old.items())] == [("agent", 1), ("queue", 1)]
        assert live.acd.statistics.day("general", date(2026, 1, 1)).entered == 0

    run_virtual(story())


@pytest.mark.parametrize(("ahead", "rate", "step"), [(0, 0.5, 0.0), (10, 0.5, 0.0), (10, 0.5, 0.01), (200, 0.9, 0.005)])
def test_a_line_drains_as_the_sum_over_its_places(ahead: int, rate: float, step: float) -> None:
    exact = sum(1 / (rate + at * step) for at in range(ahead + 1))
    assert time_to_drain(ahead, rate, step, []) == pytest.approx(exact, rel=0.005)


def test_newcomers_who_go_before_lengthen_the_wait() -> None:
    assert time_to_drain(9, 0.5, 0.0, [(inf, 0.3)]) == pytest.approx(50)
    assert time_to_drain(9, 0.5, 0.0, [(20.0, 0.3)]) == pytest.approx(20 + 6 / 0.5), "only for 20 seconds"
    assert time_to_drain(9, 0.5, 0.0, [(inf, 0.6)]) == pytest.approx(400), "more than are taken: long, never endless"


def test_an_estimate_needs_somebody_who_serves() -> None:
    async def story() -> None:
        live = Live(queues={"general": {"need": "mandarin", "wrapup": 0}})
        assert live.acd.queues()[0].estimate is None
        live.acd.sign_in("8001")
        assert live.acd.queues()[0].estimate == 0.0
        for at in range(300):
            talk = await live.talk(live.call(f"c{at}"))
            await asyncio.sleep(100)
            talk.talk_ended()
        await live.talk(live.call("last"))
        waits = [live.call(f"w{at}") for at in range(3)]
        assert [one.estimate for one in waits] == pytest.approx([100, 200, 300], rel=0.02)
        low, high = waits[2].estimate_range or (0.0, 0.0)
        assert 100 < low < 200 and 400 < high < 600

    run_virtual(story())


@dataclass
class Half:
    """A queue's half hour: callers who waited, mean told and mean waited."""

    callers: int
    told: float
    waited: float
    spread: float

    @property
    def is_good(self) -> bool:
        """Within 15 %, or within what chance makes of so few callers who waited one behind the other."""
        chance = 2.5 * self.spread / sqrt(self.callers / 4)
        return abs(self.told - self.waited) <= max(0.15 * self.waited, chance)


def shared_day(queues: dict[str, dict[str, object]], shares: dict[str, float], seed: int) -> Outcome:
    """Four hours of 50 agents whom all queues share, with about as much work as they can do."""
    usual = {"wrapup": 10, "place_kept": 0, "short_abandon": 0}
    configured = AcdSettings.model_validate({"queues": {name: {**usual, **one} for name, one in queues.items()}})
    begin = datetime(2026, 1, 5, tzinfo=UTC)
    arrivals = [
        Interval(begin + timedelta(hours=at), 3600 * 50 / 162 * load) for at, load in enumerate((1, 1.05, 1, 1.05))
    ]
    return Day(arrivals, {0.0: 50}, People(150, 180), configured, seed=seed, poisson=True, shares=shares).run()


def halves(outcome: Outcome, queue: str) -> list[Half]:
    """A queue's half hours in which at least 30 callers waited; the first is for learning."""
    found: defaultdict[int, list[Foretold]] = defaultdict(list)
    for one in outcome.foretold:
        if one.queue == queue and one.at >= 1800:
            found[int(one.at // 1800)].append(one)
    return [
        Half(
            len(them),
            statistics.mean(one.told for one in them),
            statistics.mean(one.waited for one in them),
            statistics.pstdev(one.waited for one in them),
        )
        for them in found.values()
        if len(them) >= 30
    ]


@pytest.mark.parametrize(
    ("queues", "shares"),
    [
        ({"big": {}, "small": {}}, {"big": 0.9, "small": 0.1}),
        ({"low": {}, "high": {"priority": {"base": 60}}}, {"low": 0.7, "high": 0.3}),
    ],
)
def test_the_wait_is_foretold_also_where_queues_share_their_agents(
    queues: dict[str, dict[str, object]], shares: dict[str, float]
) -> None:
    """A queue with a tenth of the calls was told 64 s and waited 23; one below a preferred queue was wrong by 46 %.

    Only agents busy with the queue itself and its own callers were counted, and nobody who comes later and goes before.
    """
    outcome = shared_day(queues, shares, seed=1)
    for queue in queues:
        them = [one for one in outcome.foretold if one.queue == queue and one.at >= 1800]
        told, waited = statistics.mean(one.told for one in them), statistics.mean(one.waited for one in them)
        assert told == pytest.approx(waited, rel=0.1), queue
        inside = sum(one.low <= one.waited <= one.high for one in them) / len(them)
        assert inside == pytest.approx(0.8, abs=0.06), queue
        assert all(half.is_good for half in halves(outcome, queue)), (queue, halves(outcome, queue))


def test_a_limit_on_the_estimated_wait_sends_away_the_callers_of_small_and_big_queues_alike() -> None:
    """With a limit of 60 s a small queue lost 31 % of its callers and the big one, with the same agents, none."""
    limit = {"overflow": {"estimated_wait": {"limit": 60, "to": "voicemail"}}}
    outcome = shared_day({"big": limit, "small": limit}, {"big": 0.9, "small": 0.1}, seed=1)
    assert outcome.overflowed["big"] < 0.04 * 0.9 * outcome.calls
    assert outcome.overflowed["small"] < 0.04 * 0.1 * outcome.calls


def test_the_formulas_give_the_published_figures() -> None:
    assert erlang_b(10, 7.0) == pytest.approx(0.0787, abs=1e-4)
    assert erlang_c(10, 7.0) == pytest.approx(0.2217, abs=1e-4)
    # Gans, Koole, Mandelbaum 2003, table in 4.2.2: 50 agents, 48 calls a minute of 1 minute, patience 2 minutes.
    assert erlang_c_wait(50, 0.8, 60) == pytest.approx(20.8, abs=0.05)
    queue = ErlangA(0.8, 60, 120, 50)
    assert queue.average_wait() == pytest.approx(3.7, abs=0.05)
    assert queue.abandoning() == pytest.approx(0.031, abs=0.0005)
    assert queue.occupancy() == pytest.approx(0.93, abs=0.005)
    assert erlang_c(5, 7.0) == 1.0 and erlang_c_level(5, 7 / 60, 60, 20) == 0.0


def test_erlang_a_with_endless_patience_is_erlang_c_and_with_none_is_erlang_b() -> None:
    patient = ErlangA(7 / 60, 60, 1e6, 10)
    assert patient.level(20) == pytest.approx(erlang_c_level(10, 7 / 60, 60, 20), abs=1e-4)
    assert ErlangA(7 / 60, 60, 1e-3, 10).abandoning() == pytest.approx(erlang_b(10, 7.0), abs=1e-3)
    assert patient.level(1e3) == pytest.approx(1.0, abs=1e-3)


def test_the_fewest_agents_are_found() -> None:
    needed = agents_needed(0.5, 160, 180, 0.8, 15)
    assert ErlangA(0.5, 160, 180, needed).level(15) >= 0.8 > ErlangA(0.5, 160, 180, needed - 1).level(15)
    assert agents_needed(0, 160, 180, 0.8, 15) == 0
    with pytest.raises(ValueError, match="more than"):
        agents_needed(1e4, 160, 180, 0.8, 15)


def test_the_simulator_agrees_with_erlang_a() -> None:
    configured = AcdSettings.model_validate({"queues": {"q": {"wrapup": 0, "place_kept": 0}}})
    begin = datetime(2026, 1, 5, tzinfo=UTC)
    arrivals = [Interval(begin + timedelta(hours=hour), 1200) for hour in range(8)]
    played = Day(arrivals, {0.0: 18}, People(60, 60, "after 0"), configured, seed=3, poisson=True).run()
    queue = ErlangA(played.calls / 28800, played.drawn_talk / played.calls, 60, 18)
    assert played.calls == pytest.approx(9600, rel=0.05)
    assert played.abandoned / played.calls == pytest.approx(queue.abandoning(), rel=0.1)
    assert played.waited / played.calls == pytest.approx(queue.waiting(), rel=0.1)


@pytest.mark.skipif(not DATA.exists(), reason="the public figures are not beside the checkout")
def test_the_wait_is_foretold_better_than_by_a_constant_in_the_busiest_hours_of_a_real_day() -> None:
    arrivals = read_arrivals(DATA)
    day = [one for one in arrivals if one.begin.date() == arrivals[0].begin.date() and 9 <= one.begin.hour < 11]
    plan = {at * 300.0: max(1, round(one.calls / 300 * 162 * 0.93)) for at, one in enumerate(day)}
    played = Day(day, plan, People(150, 180), SETTINGS).run()
    errors = [abs(one.told - one.waited) / one.waited for one in played.foretold]
    waits = [one.waited for one in played.foretold]
    constant = min(statistics.median(abs(one - was) / was for was in waits) for one in range(1, 60))
    assert len(errors) > 1000
    assert statistics.median(errors) <= 0.25 < constant


def write(folder: Path, text: str) -> Path:
    path = folder / "arrivals.csv"
    path.write_text(text, "utf-8")
    return path


def test_the_typical_day_is_the_average_of_the_days(tmp_path: Path) -> None:
    rows = ["when,calls", "2026-01-05T09:00:00Z,10", "2026-01-05T09:30:00Z,4", "2026-01-06T09:00:00Z,30"]
    found = typical_day(read_arrivals(write(tmp_path, "\n".join(rows))), 1800)
    assert [(begin.strftime("%H:%M"), calls) for begin, calls in found] == [("09:00", 20), ("09:30", 2)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("when,calls\nyesterday,3\n", "arrivals.csv:2: a time and a count are expected"),
        ("when,calls\n2026-01-05T09:00:00Z\n", "arrivals.csv:2:"),
        ("when,calls\n2026-01-05T09:00:00Z,3\n", "at least two"),
    ],
)
def test_arrivals_that_cannot_be_read_are_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ArrivalsError, match=message):
        read_arrivals(write(tmp_path, text))


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    arguments = parser.parse_args(["acd", "forecast", *words])
    return int(arguments.run(arguments))


def test_a_played_share_says_by_how_much_days_differ() -> None:
    """A half hour's share was 69.6 % when two days were played and 83.0 % with twelve, and nothing said so."""
    assert Share.of([]) is None and Share.of([(0, 0)]) is None
    one = Share.of([(100, 70)])
    assert one is not None and one.range() == [0.0, 1.0], "of one day nothing is known"
    rng = random.Random(3)
    held = 0
    for _ in range(300):
        # Days that differ, as they do when callers wait behind each other.
        days = [(40, sum(rng.random() < share for _ in range(40))) for share in rng.choices((0.6, 0.8, 1.0), k=4)]
        found = Share.of(days)
        assert found is not None
        held += abs(found.share - 0.8) <= found.error
    assert 0.88 <= held / 300 <= 1.0


def test_the_forecast_counts_those_who_give_up_while_the_phone_rings() -> None:
    """With ten seconds of ringing and a minute's patience one caller in six is gone before the agent answers."""
    begin = datetime(2026, 1, 5, 9, tzinfo=UTC)
    goal = Goal(level=0.7, within=30, answer=10, patience=60)
    rows = forecast([Interval(begin + timedelta(minutes=30 * at), 100) for at in range(6)], goal)
    _, gone = check(rows, goal, days=4)
    assert gone is not None
    told = statistics.mean(row.abandoning for row in rows)
    assert told > 1 - goal.stay > 0.15
    assert told == pytest.approx(gone.share, abs=0.03)
    with pytest.raises(ValueError, match="give up while a phone rings"):
        forecast(
            [Interval(begin, 100), Interval(begin + timedelta(minutes=30), 100)],
            Goal(level=0.9, answer=10, patience=60),
        )


@given(
    st.lists(st.integers(0, 3), min_size=4, max_size=4),
    st.lists(
        st.builds(Shift, st.sampled_from([0, 360, 720, 1080]), st.sampled_from([360, 720])), min_size=4, unique=True
    ),
)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_people_on_shifts_cover_the_need_in_hardly_more_hours_than_the_fewest(
    need: list[int], shifts: list[Shift]
) -> None:
    try:
        people = cover(need, 0, 360, shifts)
    except NotCovered:
        covered = {(shift.begin // 360 + at) % 4 for shift in shifts for at in range(shift.minutes // 360)}
        assert any(people and at not in covered for at, people in enumerate(need))
        return
    assert all(on >= wanted for on, wanted in zip(there(people, 360), need, strict=True))
    fewest = min(
        sum(shift.minutes * count for shift, count in zip(shifts, counts, strict=True))
        for counts in itertools.product(range(4), repeat=len(shifts))
        if all(
            on >= wanted for on, wanted in zip(there(dict(zip(shifts, counts, strict=True)), 360), need, strict=True)
        )
    )
    assert sum(shift.minutes * count for shift, count in people.items()) <= fewest + 720


def test_shifts_of_a_whole_day_cover_each_half_hour(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The forecast said how many are needed by half hour, and left it to the planner who comes when."""
    calls = [max(4, int(120 * sin(at / 48 * pi) ** 2)) for at in range(48)]
    rows = "\n".join(f"2026-01-05T{at // 2:02}:{at % 2 * 30:02}:00Z,{one}" for at, one in enumerate(calls))
    file = str(write(tmp_path, f"when,calls\n{rows}\n"))
    assert run(file, "--json", "--days", "0", "--shift-hours", "8", "4") == 0
    found = [json.loads(row) for row in capsys.readouterr().out.splitlines()]
    need = [row["scheduled"] for row in found if "scheduled" in row]
    on = [0] * 48
    hours = 0
    for row in found:
        if "shift" in row:
            begin, end = ((int(one[:2]) * 60 + int(one[3:])) // 30 for one in row["shift"].split("-"))
            length = (end - begin) % 48
            hours += length * row["people"]
            for at in range(length):
                on[(begin + at) % 48] += row["people"]
    assert all(one >= wanted for one, wanted in zip(on, need, strict=True))
    assert hours < 1.25 * sum(need)
    assert run(file, "--days", "0", "--shift-hours", "8", "--shift-starts", "08:00") == 2
    assert "no shift is on" in capsys.readouterr().err


def test_the_forecast_says_how_many_agents_and_plays_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "\n".join(f"2026-01-05T{9 + at // 2:02}:{at % 2 * 30:02}:00Z,{60 + 40 * at}" for at in range(4))
    file = str(write(tmp_path, f"when,calls\n{rows}\n"))
    assert run(file, "--json", "--days", "2", "--shrinkage", "0.3", "--within", "20") == 0
    found = [json.loads(row) for row in capsys.readouterr().out.splitlines()]
    goal = Goal(within=20)
    for row in found:
        assert row["agents"] == agents_needed(row["calls"] / 1800, goal.handling, 180, 0.8 / goal.stay, 18)
        assert row["scheduled"] >= row["agents"] / 0.7
        assert row["level"] >= 0.8 and 0.5 < row["simulated_level"] <= 1
        low, high = row["simulated_level_range"]
        assert 0 <= low <= row["simulated_level"] <= high <= 1 and high - low > 0.005
    assert run(file, "--days", "0") == 0
    assert "09:00" in capsys.readouterr().out
    assert run(str(tmp_path / "none.csv")) == 2
