"""Tickets are called about by plans: who is dialled when, what comes into the ticket, deaths of the engine."""

from __future__ import annotations

import random
from collections import Counter, deque
from types import SimpleNamespace
from typing import Any

import pytest

from cti.base.refusal import Conflict, NotFound
from cti.store.engine import Store
from cti.telephony.redialling import ANSWERED
from cti.telephony.switch.port import DialResult
from ivr.telephone.taking_over import TakingOver
from tests.office import EAST
from tests.workflow.revisit.revisit_place import BAD, BOSS, GOOD, RevisitPlace, place_on
from tests.workflow.tickets.ticket_town import LEADER, VISITOR
from workflow.revisit.calling import Over
from workflow.revisit.live import Live
from workflow.revisit.results import Heard
from workflow.revisit.rules import OPEN, WAYS, is_for_human, rate_of, why_of
from workflow.revisit.spoken import Said, address_of, services
from workflow.revisit.views import RevisitView, ToHuman, Verified

A, B = "13800000001", "13800000002"
E164 = {one: f"+86{one}" for one in (A, B)}


@pytest.fixture
async def place(store: Store) -> RevisitPlace:
    return await place_on(store)


async def test_who_is_content_closes_his_ticket_and_nobody_calls_him_again(place: RevisitPlace) -> None:
    ticket = await place.ticket(A)
    plan = await place.plan(begin=False)
    outlook = await place.plans.outlook(BOSS, plan.id)
    (sample,) = await place.plans.sample(BOSS, plan.id)
    assert (outlook.total, sample.id) == (1, ticket)
    await place.turn()
    assert place.telephone.dialled == [], "it has not begun"
    await place.plans.step(BOSS, plan.id, "start")
    await place.turn()
    assert place.telephone.dialled == [E164[A]]
    assert (await place.of(ticket)).state == "talking"
    place.minutes = {one: [{"side": "citizen", "text": "满意", "at": 0.0}] for one in place.telephone.here}
    await place.says(E164[A], GOOD)
    found = await place.of(ticket)
    assert (found.state, found.satisfaction, "市民：满意" in found.said) == ("accepted", "satisfied", True)
    row = await place.town.get(LEADER, ticket)
    assert (row.stage, row.satisfaction) == ("archived", "satisfied")
    place.clock.advance(7 * 86400)
    await place.turn()
    assert len(place.telephone.dialled) == 1
    shown = await place.plans.get(BOSS, plan.id)
    assert (shown.total, shown.accepted, shown.left) == (1, 1, 0)


async def test_who_is_not_content_is_verified_and_the_ticket_goes_its_own_way(place: RevisitPlace) -> None:
    ticket = await place.ticket(A)
    await place.plan()
    await place.turn()
    await place.says(E164[A], BAD)
    found = await place.of(ticket)
    assert (found.state, found.why) == ("proposed", "untrue")
    assert (await place.town.get(LEADER, ticket)).stage == "revisit", "nothing is in it before somebody looked"
    said = Verified(satisfaction="unsatisfied", hotline="satisfied", solved="no", why="slow", note="录音中说太慢")
    found = await place.revisits.verify(BOSS, found.id, said)
    assert (found.state, found.why, found.verified_by) == ("accepted", "slow", BOSS.name)
    assert (await place.town.get(LEADER, ticket)).stage == "judged"
    with pytest.raises(Conflict):
        await place.revisits.accept(BOSS, found.id)


async def test_a_result_is_taken_once_and_only_for_a_ticket_that_waits(place: RevisitPlace) -> None:
    ticket = await place.ticket(A)
    await place.plan(accepts="verify")
    await place.turn()
    call = await place.says(E164[A], GOOD)
    assert not await place.results.heard(call, BAD), "the call is over"
    await place.results.talk_over(call)
    found = await place.of(ticket)
    assert (found.state, found.satisfaction) == ("proposed", "satisfied")
    await place.town.act(VISITOR, ticket, "revisit", satisfaction="basically", hotline="satisfied", solved=True)
    with pytest.raises(Conflict):
        await place.revisits.accept(BOSS, found.id)
    await place.turn()
    assert (await place.of(ticket)).state == "elsewhere"
    assert (await place.town.get(LEADER, ticket)).satisfaction == "basically"


async def test_who_does_not_answer_is_dialled_by_the_rule_and_is_never_satisfied(place: RevisitPlace) -> None:
    ticket = await place.ticket(A)
    await place.plan(attempts=3, busy_minutes=15, no_answer_minutes=120)
    place.telephone.next[E164[A]] = deque([DialResult.BUSY, DialResult.NO_ANSWER, DialResult.NO_ANSWER])
    for seconds, expected in ((0, 1), (14 * 60, 1), (60, 2), (119 * 60, 2), (60, 3), (86400, 3)):
        place.clock.advance(seconds)
        await place.turn()
        assert len(place.telephone.dialled) == expected
    found = await place.of(ticket)
    assert (found.state, found.satisfaction) == ("human", "")
    assert (await place.town.get(LEADER, ticket)).satisfaction == ""


async def test_a_ticket_is_told_that_nobody_was_reached_where_the_strategy_says_so(place: RevisitPlace) -> None:
    ticket = await place.ticket(A)
    await place.plan(attempts=1, unreached="register")
    place.telephone.next[E164[A]] = deque([DialResult.NO_ANSWER])
    await place.turn()
    assert (await place.of(ticket)).state == "failed"
    assert (await place.town.get(LEADER, ticket)).stage == "later"


@pytest.mark.parametrize(
    ("heard", "state"),
    [
        (Heard("human"), "human"), (Heard("wrong_person"), "human"), (Heard("refused"), "failed"),
        (Heard("machine"), "waiting"), (Heard("later"), "waiting"), (None, "waiting"),
    ],
)  # fmt: skip
async def test_what_is_no_result_comes_into_no_ticket(place: RevisitPlace, heard: Heard | None, state: str) -> None:
    ticket = await place.ticket(A)
    await place.plan()
    await place.turn()
    await place.says(E164[A], heard)
    found = await place.of(ticket)
    assert (found.state, found.satisfaction) == (state, "")
    assert (await place.town.get(LEADER, ticket)).satisfaction == ""


async def test_an_appointment_is_kept(place: RevisitPlace) -> None:
    await place.ticket(A)
    await place.plan(attempts=1)
    await place.turn()
    today = place.clock.wall().date()
    await place.says(E164[A], Heard("later", day=str(today), time="15:30"))
    place.clock.advance(5 * 3600 + 29 * 60)
    await place.turn()
    assert len(place.telephone.dialled) == 1
    place.clock.advance(60)
    await place.turn()
    assert len(place.telephone.dialled) == 2, "he was promised a call: one more than the rule says"


async def test_lines_minutes_and_pauses_hold(place: RevisitPlace) -> None:
    for at in range(6):
        await place.ticket(f"1380000001{at}")
    plan = await place.plan(lines=3, a_minute=4)
    place.lines = 2
    await place.turn()
    assert len(place.telephone.dialled) == 2, "the others are for those who call"
    place.lines = 100
    await place.turn()
    assert len(place.telephone.dialled) == 3
    for number in list(place.telephone.here.values()):
        await place.says(number, GOOD)
    await place.turn()
    assert len(place.telephone.dialled) == 4, "four a minute"
    await place.plans.step(BOSS, plan.id, "pause")
    place.clock.advance(3600)
    await place.turn()
    assert len(place.telephone.dialled) == 4
    await place.plans.step(BOSS, plan.id, "finish")
    assert Counter([one.state for one in await everything(place)])["stopped"] == 2


async def test_a_share_is_left_to_people(place: RevisitPlace) -> None:
    tickets = [await place.ticket(f"1380000002{at}") for at in range(4)]
    await place.plan(human_share=50, lines=50, a_minute=100)
    await place.turn()
    meant = [one for one in tickets if is_for_human(one, 50)]
    assert [one for one in tickets if (await place.of(one)).state == "human"] == meant
    assert len(place.telephone.dialled) == len(tickets) - len(meant)


async def test_who_gave_the_answer_does_not_verify_it_and_other_counties_see_nothing(place: RevisitPlace) -> None:
    ticket = await place.ticket(A)
    await place.plan(accepts="verify")
    await place.turn()
    await place.says(E164[A], GOOD)
    found = await place.of(ticket)
    with pytest.raises(NotFound):
        await place.revisits.get(EAST, found.id)
    with pytest.raises(NotFound):
        await place.revisits.accept(EAST, found.id)
    moved = await place.revisits.to_human(BOSS, found.id, ToHuman(note="与录音不符"))
    assert moved.state == "human"


async def test_who_looks_on_sees_those_on_the_line_within_his_reach(place: RevisitPlace) -> None:
    await place.ticket(A)
    await place.plan()
    await place.turn()
    (call,) = place.telephone.here
    calls: Any = SimpleNamespace(find=lambda id: None)
    acd: Any = SimpleNamespace(agent=lambda number: SimpleNamespace(state="break"))
    live = Live(place.revisits, calls, acd, TakingOver())
    (one,) = (await live.now(BOSS)).items
    assert (one.call, one.said, one.agent) == (call, [], "")
    assert (await live.now(EAST)).items == []
    with pytest.raises(NotFound):
        await live.take(EAST, one.id)
    with pytest.raises(Conflict, match="就绪"):
        await live.take(BOSS, one.id)


async def everything(place: RevisitPlace) -> list[RevisitView]:
    return (await place.revisits.find(BOSS, place.revisits.query(size=500))).items


async def test_random_days_with_deaths_dial_nobody_twice_for_an_attempt(store: Store) -> None:
    """Whatever dies when: attempts written are at least dials made, results stand once, states follow the table."""
    rng, place = random.Random(16), await place_on(store)
    tickets = {f"1380000003{at}": await place.ticket(f"1380000003{at}") for at in range(4)}
    await place.plan(lines=3, a_minute=50, attempts=3, accepts="good")
    over = Over(None, None, place.results, place.office.store)  # type: ignore[arg-type]  # only its own two are asked
    before: dict[str, str] = {}
    for _ in range(40):
        match rng.randrange(6):
            case 0:
                place.clock.advance(rng.choice([60, 1800, 7200]))
            case 1:
                await place.calling.turn()
                place.die()
                place.start()
                for attempt, _call in await over.under_way():
                    if attempt not in place.telephone.here:
                        await over.was_over(attempt, "unknown", attempt)
            case 2 if place.telephone.here:
                number = rng.choice(list(place.telephone.here.values()))
                await place.says(number, rng.choice([GOOD, BAD, None, Heard("later"), Heard("human")]))
            case 3:
                number = f"+86{rng.choice(list(tickets))}"
                place.telephone.next[number] = deque([rng.choice([DialResult.BUSY, DialResult.NO_ANSWER])])
            case 4 if place.telephone.here:
                attempt = rng.choice(list(place.telephone.here))
                del place.telephone.here[attempt]
                await over.was_over(attempt, ANSWERED, attempt)
                await over.was_over(attempt, ANSWERED, attempt)
            case _:
                await place.turn()
        rows = await everything(place)
        for row in rows:
            was = before.get(row.id, row.state)
            assert was == row.state or _leads(was, row.state), f"{was} → {row.state}"
            before[row.id] = row.state
        by_ticket = Counter(row.ticket for row in rows if row.state in OPEN)
        assert not by_ticket or max(by_ticket.values()) == 1
        written = await place.attempts()
        dialled = Counter(place.telephone.dialled)
        assert all(count <= written[number] for number, count in dialled.items()), "each dial was on disk before"
    for row in await everything(place):
        if row.state == "accepted":
            assert (await place.town.get(LEADER, row.ticket)).satisfaction == row.satisfaction != ""


def _leads(first: str, last: str) -> bool:
    """Whether the table has a way from one state to another, over any others."""
    seen, todo = set(), [first]
    while todo:
        for one in WAYS[todo.pop()]:  # type: ignore[index]  # a state of the table
            if one not in seen:
                seen.add(one)
                todo.append(one)
    return last in seen


def test_names_are_told_without_what_others_need_not_hear() -> None:
    said = [address_of(*one) for one in (("王小明", "male"), ("欧阳娜", "female"), ("李", ""), ("", "male"))]
    assert said == ["王先生", "欧阳女士", "李先生或女士", ""]


def test_reasons_are_filed_by_words() -> None:
    assert [why_of(one, "no") for one in ("根本没人来", "态度很差", "拖了两个月", "还是漏水", "不知道")] == [
        "untrue", "attitude", "slow", "not_solved", "not_solved",
    ]  # fmt: skip
    assert why_of("说不清", "yes") == "other"


def test_a_rate_stands_beside_the_share_that_it_is_of() -> None:
    assert rate_of({"satisfied": 3, "basically": 1, "unsatisfied": 1}, 20) == "80.0%（4/5），答复 25.0%（5/20）"
    assert rate_of({}, 20) == ""


async def test_flows_can_hold_what_they_ask_and_tell(sqlite_store: Store) -> None:
    place = await place_on(sqlite_store)
    about, heard = services(place.revisits, place.results)
    assert set(heard.shape.takes) == {
        "outcome", "solved", "satisfaction", "hotline", "reason", "why", "day", "time",
    }  # fmt: skip
    assert heard.effect and heard.shape.requires == {"outcome"} and not about.effect and about.shape.takes == {}


def test_a_half_result_is_none() -> None:
    with pytest.raises(ValueError, match="a result says"):
        Said(outcome="result", satisfaction="satisfied")
