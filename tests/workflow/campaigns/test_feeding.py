"""Campaigns that call as agents become free: how often each is dialled, pauses, deaths of the engine, random days."""

from __future__ import annotations

import random
from collections import Counter, deque
from datetime import datetime
from typing import Any

import pytest

from cti.base.refusal import Conflict, Invalid, NotFound
from cti.office.records import RecordQuery
from cti.store.engine import Store
from tests.office import BOSS, EAST
from tests.workflow.campaigns.campaign_place import AGENT, CALENDARS, CampaignPlace, place_on
from workflow.campaigns.settings import CampaignsSettings
from workflow.campaigns.views import (
    CampaignFields,
    DoNotCallFields,
    TargetDone,
    TargetFields,
)

A, B, C = "13800000001", "13800000002", "13800000003"
E164 = {one: f"+86{one}" for one in (A, B, C)}


@pytest.fixture
async def place(store: Store) -> CampaignPlace:
    return await place_on(store)


def outcomes(place: CampaignPlace, number: str, *said: str) -> None:
    place.dialler.next[E164[number]] = deque(said)


async def test_each_is_called_as_the_agent_becomes_free_and_once_is_enough(place: CampaignPlace) -> None:
    await place.campaign("满意度调查", A, B)
    await place.turns()
    assert place.dialler.dialled == [], "nobody is on duty"
    place.ready()
    await place.turns()
    assert place.dialler.dialled == [E164[A]]
    assert (await place.states())["01"] == ("talked", 1, "answered")
    place.hang_up()
    place.ready()
    await place.turns()
    assert place.dialler.dialled == [E164[A], E164[B]]
    place.hang_up()
    place.later(7 * 86400)
    await place.turns()
    assert Counter(place.dialler.dialled).most_common(1)[0][1] == 1
    one = (await place.targets.of_call(BOSS, (await place.all())[-1].call))[0]
    done = await place.working.done(BOSS, one.id, TargetDone(code="reached", note="满意"))
    assert (done.state, done.code, done.agent_name) == ("done", "reached", BOSS.name)
    (campaign,) = (await place.campaigns.find(BOSS, place.campaigns.query())).items
    assert (campaign.total, campaign.left, campaign.reached, campaign.failed) == (2, 0, 2, 0)


async def test_who_is_busy_or_does_not_answer_is_called_again_after_as_long_as_the_campaign_says(
    place: CampaignPlace,
) -> None:
    await place.campaign("调查", A, attempts=3, busy_minutes=15, no_answer_minutes=120)
    outcomes(place, A, "busy", "no_answer", "no_answer")
    place.ready()
    for seconds, expected in ((0, 1), (14 * 60, 1), (60, 2), (119 * 60, 2), (60, 3), (86400, 3)):
        place.later(seconds)
        place.ready()
        await place.turns()
        assert len(place.dialler.dialled) == expected
    assert (await place.states())["01"] == ("failed", 3, "no_answer")
    assert place.acd.agent(AGENT).state == "ready"
    (one,) = await place.all()
    await place.working.again(BOSS, one.id)
    await place.turns()
    assert (await place.states())["01"] == ("talked", 1, "answered")


async def test_an_agent_who_does_not_answer_is_no_attempt(place: CampaignPlace) -> None:
    await place.campaign("调查", A)
    outcomes(place, A, "agent")
    place.ready()
    await place.turns()
    assert place.dialler.dialled == [] and (await place.states())["01"][:2] == ("given", 0)
    place.later(60)
    place.ready()
    await place.turns()
    assert (await place.states())["01"] == ("talked", 1, "answered")


async def test_a_ring_that_takes_too_long_is_an_attempt_whatever_the_queue_calls_it(place: CampaignPlace) -> None:
    """The queue's own words for it were longer than the column: on PostgreSQL nobody was called any more."""
    await place.campaign("调查", A, B)
    outcomes(place, A, "rings")
    place.ready()
    await place.turns()
    place.later(600)
    await place.turns()
    assert (await place.states())["01"] == ("waiting", 1, "unknown")
    place.ready()
    await place.turns()
    assert place.dialler.dialled[:2] == [E164[A], E164[B]]


async def test_what_cannot_be_written_holds_up_nobody_else_and_is_tried_again(
    place: CampaignPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    await place.campaign("调查", A, B)
    outcomes(place, A, "busy")
    ended, refused = place.attempts.ended, []

    async def refuses(attempt: str, result: str, **more: Any) -> None:
        if result == "busy":
            refused.append(attempt)
            raise OSError("the disk is full")
        await ended(attempt, result, **more)

    monkeypatch.setattr(place.attempts, "ended", refuses)
    place.ready()
    await place.turns()
    place.ready()
    await place.turns()
    states = await place.states()
    assert refused and (states["01"][0], states["02"][0]) == ("given", "talked")
    monkeypatch.setattr(place.attempts, "ended", ended)
    await place.turns()
    assert (await place.states())["01"] == ("waiting", 1, "busy")


async def test_a_pause_holds_at_once_and_takes_back_whoever_rings(place: CampaignPlace) -> None:
    made = await place.campaign("调查", A, B, C)
    outcomes(place, A, "rings")
    place.ready()
    await place.turns()
    assert place.dialler.dialled == [E164[A]]
    await place.campaigns.step(BOSS, made.id, "pause")
    await place.turns()
    assert place.dialler.given_up == [E164[A]]
    place.later(3600)
    place.ready()
    await place.turns()
    states = await place.states()
    assert place.dialler.dialled == [E164[A]], "nobody is dialled while it is paused"
    assert {state for state, _, _ in states.values()} == {"waiting"} and states["01"][1] == 1, "he was rung"
    await place.campaigns.step(BOSS, made.id, "start")
    for _ in range(3):
        place.later(3600)
        place.ready()
        await place.turns()
        place.hang_up()
    assert sorted(place.dialler.dialled[1:]) == [E164[A], E164[B], E164[C]]


async def test_who_wants_no_calls_is_forbidden_or_was_called_by_another_campaign_is_not_dialled(
    place: CampaignPlace,
) -> None:
    class NotB:
        def may_dial(self, who: object, kind: object, number: object) -> str | None:
            return "禁拨" if str(number) == B else None

    await place.campaign("甲活动", A, B, C)
    # What is forbidden since they came on the list.
    place.ways.forbid_by(NotB())
    await place.targets.do_not_call.create(BOSS, DoNotCallFields(number=A))
    place.ready()
    await place.turns()
    states = await place.states()
    assert (states["01"], states["02"]) == (("stopped", 0, "do_not_call"), ("stopped", 0, "forbidden"))
    assert place.dialler.dialled == [E164[C]]
    place.hang_up()
    await place.campaign("乙活动", C)
    place.ready()
    for hours, expected in ((0, 1), (23, 1), (2, 2)):
        place.later(hours * 3600)
        place.ready()
        await place.turns()
        assert len(place.dialler.dialled) == expected, "apart by a day"


async def test_only_in_the_hours_of_its_calendar(place: CampaignPlace) -> None:
    await place.campaign("调查", A, calendar="office")  # New Year's Day
    place.ready()
    for _ in range(40):
        await place.turns(1)
        place.later(1800)
    assert place.dialler.dialled == []
    for _ in range(5 * 48):
        await place.turns(1)
        place.later(1800)
    assert place.dialler.dialled == [E164[A]]


async def test_without_a_campaign_nobody_asks_the_database_when_an_agent_is_ready(place: CampaignPlace) -> None:
    made = await place.campaign("调查", A)
    await place.campaigns.step(BOSS, made.id, "pause")
    await place.feeding.turn()
    place.feeding._wake.clear()
    place.ready()
    assert not place.feeding._wake.is_set()
    await place.campaigns.step(BOSS, made.id, "start")
    place.feeding.look()
    assert place.feeding._wake.is_set()
    await place.turns()
    assert place.dialler.dialled == [E164[A]]


async def test_a_death_of_the_engine_dials_nobody_twice(place: CampaignPlace) -> None:
    await place.campaign("调查", A, B, C, attempts=1)
    outcomes(place, A, "rings")
    place.ready()
    await place.turns()
    assert place.dialler.dialled == [E164[A]]
    await place.restart()
    for _ in range(6):
        place.ready()
        await place.turns()
        place.hang_up()
        place.later(1800)
    assert sorted(place.dialler.dialled) == [E164[A], E164[B], E164[C]]
    states = await place.states()
    assert states["01"][:2] == ("failed", 1), "he may have been rung: that was his attempt"
    assert states["02"][0] == states["03"][0] == "talked"


async def test_what_stood_in_the_table_alone_waits_again(place: CampaignPlace) -> None:
    """The engine died after the attempt was written, and before the queue owed it."""
    await place.campaign("调查", A)
    place.ready()
    place.feeding._owe = lambda *_: None  # type: ignore[method-assign]
    await place.feeding.turn()
    assert (await place.states())["01"][0] == "given"
    await place.restart()
    assert (await place.states())["01"] == ("waiting", 0, "")
    place.ready()
    await place.turns()
    assert place.dialler.dialled == [E164[A]]


async def test_what_is_no_campaign_is_told(place: CampaignPlace) -> None:
    empty = await place.campaign("空名单")
    with pytest.raises(Conflict, match="名单为空"):
        await place.campaigns.step(BOSS, empty.id, "start")
    for field, value in (("queue", "nobody"), ("calendar", "never")):
        with pytest.raises(Invalid) as caught:
            await place.campaign("别的", **{field: value})
        assert caught.value.field == field
    with pytest.raises(Conflict, match="同名"):
        await place.campaign("空名单")
    await place.targets.create(BOSS, TargetFields(campaign=empty.id, number=A))
    with pytest.raises(Conflict, match="已在此活动"):
        await place.targets.create(BOSS, TargetFields(campaign=empty.id, number="+86 138 0000 0001"))
    assert (await place.targets.find(EAST, place.targets.query())).total == 0
    await place.campaigns.step(BOSS, empty.id, "finish")
    with pytest.raises(Conflict, match="已结束"):
        await place.targets.create(BOSS, TargetFields(campaign=empty.id, number=C))
    said = CampaignFields(title="县活动", queue="general", calendar="always")
    await place.campaigns.create(EAST, said)
    assert (await place.campaigns.find(EAST, place.campaigns.query())).total == 1


@pytest.mark.parametrize("seed", range(12))
async def test_random_days_dial_nobody_too_often_and_lose_nobody(sqlite_store: Store, seed: int) -> None:
    chance = random.Random(seed)
    place = await place_on(sqlite_store)
    place.settings = CampaignsSettings(apart=0)
    place.feeding.settings = place.settings
    numbers = [f"1380000{one:04}" for one in range(1, 9)]
    made = await place.campaign("随机", *numbers, attempts=2, busy_minutes=10, no_answer_minutes=20, other_minutes=15)
    for number in numbers:
        said = chance.choices(["answered", "busy", "no_answer", "agent", "rings", "failed"], k=6)
        place.dialler.next[f"+86{number}"] = deque(said)
    for _ in range(60):
        match chance.choice(["ready", "turn", "later", "hang_up", "restart", "pause", "rings_out", "turn", "ready"]):
            case "ready":
                place.ready()
            case "turn":
                await place.turns(1)
            case "later":
                place.later(chance.choice([30, 600, 1200]))
            case "hang_up":
                place.hang_up()
            case "restart":
                await place.restart()
            case "pause":
                await place.campaigns.step(BOSS, made.id, "pause")
                await place.turns(chance.randint(0, 2))
                await place.campaigns.step(BOSS, made.id, "start")
            case "rings_out":
                place.later(45)
        most = Counter(place.dialler.dialled).most_common(1)
        assert not most or most[0][1] <= 2, "two attempts, and no third"
    for number in numbers:
        place.dialler.next[f"+86{number}"] = deque(["no_answer"] * 9)
    for _ in range(40):
        place.hang_up()
        place.later(1800)
        place.ready()
        await place.turns(2)
    states = await place.states()
    assert {state for state, _, _ in states.values()} <= {"talked", "failed"}, states
    counted = Counter(one[-2:] for one in place.dialler.dialled)
    for ending, (state, attempts, _) in states.items():
        assert counted[ending] <= 2 and attempts <= 2
        assert state != "failed" or attempts == 2, (ending, states)
        assert attempts >= counted[ending], "no dial without its attempt"


async def test_the_number_that_is_shown_is_chosen_among_those_that_the_organisation_may_show(
    place: CampaignPlace,
) -> None:
    said = {"title": "调查", "mode": "progressive", "queue": "general", "calendar": "always"}
    with pytest.raises(Invalid) as refused:
        await place.campaigns.create(BOSS, CampaignFields.model_validate({**said, "shown": "051900000000"}))
    assert refused.value.field == "shown"
    with pytest.raises(Invalid):
        await place.campaigns.create(EAST, CampaignFields.model_validate({**said, "shown": "051988880000"}))
    made = await place.campaign("调查", A, shown="051988880000")
    place.ready()
    await place.turns()
    assert [one.order.show for one in place.dialler.talking] == ["051988880000"]
    place.campaigns.permitted = lambda organisation: []
    body = CampaignFields.model_validate({**said, "shown": "051988880000", "attempts": 5})
    kept = await place.campaigns.edit(BOSS, made.id, made.version, body)
    assert kept.shown == "051988880000", "what was allowed before stays, and the usual one is shown meanwhile"


@pytest.mark.parametrize("code", ["reached", "not_reached", "do_not_call"])
async def test_who_is_over_in_whatever_way_can_be_called_once_more(place: CampaignPlace, code: str) -> None:
    await place.campaign("调查", A, mode="preview")
    one = await place.working.next(BOSS, ["general"])
    await place.working.done(BOSS, one.id, TargetDone.model_validate({"code": code}))
    await place.working.again(BOSS, one.id)
    assert (await place.states())["01"][:2] == ("waiting", 0)


async def test_a_script_is_asked_of_whom_was_reached_and_its_answers_stay_with_him(place: CampaignPlace) -> None:
    said = {"title": "问卷", "mode": "preview", "queue": "general", "calendar": "always"}
    for wrong in ("nothing", "campaign_nothing"):
        with pytest.raises(Invalid) as refused:
            await place.campaigns.create(BOSS, CampaignFields.model_validate({**said, "form": wrong}))
        assert refused.value.field == "form"
    await place.campaign("调查", A, B, mode="preview", form="campaign_satisfaction")
    one = await place.working.next(BOSS, ["general"])
    assert "fill" in one.acts and "done" not in one.acts
    asked = place.targets.scripts.fields(await place.targets.script_of(BOSS, one.id))
    assert [field.key for field in asked] == ["overall", "why", "known", "advice"]
    assert asked[0].when is not None and asked[0].when.key == "code"
    reached = TargetDone(code="reached")
    for answers in ({}, {"overall": "unsatisfied"}, {"overall": "very", "other": "x"}):
        with pytest.raises(Invalid):
            await place.working.done(BOSS, one.id, reached, answers)
    done = await place.working.done(
        BOSS, one.id, reached, {"overall": "unsatisfied", "why": "太慢", "known": ["media"]}
    )
    assert done.answers == "总体满意度：不满意\n不满意的原因：太慢\n从哪里了解到12345：报刊电视"
    other = await place.working.next(BOSS, ["general"])
    refused_ = await place.working.done(BOSS, other.id, TargetDone(code="refused"), {"overall": "very"})
    assert refused_.answers == "", "who was not reached was not asked"
    again = await place.targets.get(BOSS, one.id)
    assert again.answers == done.answers


async def test_an_agent_who_looks_first_is_bound_by_the_same_hours_lists_and_distances(place: CampaignPlace) -> None:
    """Only the dialler asked for them: an agent's click called whoever wanted no calls that day."""
    for title, number in (("甲调查", A), ("乙调查", A)):
        await place.campaign(title, number, mode="preview")
    first = await place.working.next(BOSS, ["general"])
    assert await place.working.dialling(BOSS, first.id) == A
    await place.working.done(BOSS, first.id, TargetDone(code="reached"))
    with pytest.raises(NotFound):
        await place.working.next(BOSS, ["general"])
    (second,) = [one for one in await place.all() if one.id != first.id]
    assert second.state == "waiting" and second.due_at > place.office.clock.wall(), "he comes later by himself"
    await place.working.take(BOSS, second.id)
    with pytest.raises(Conflict, match="另一外呼活动刚拨打过"):
        await place.working.dialling(BOSS, second.id)
    place.later(24 * 3600 + 1)
    assert await place.working.dialling(BOSS, second.id) == A


async def test_the_hours_are_those_of_the_region_where_somebody_lives(
    place: CampaignPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def is_open(name: str, at: datetime, region: str = "", organisation: str = "") -> bool:
        asked.append(region)
        return region == "320404"

    monkeypatch.setattr(CALENDARS, "is_open", is_open)
    made = await place.campaign("调查", mode="preview")
    for number, where in ((A, ""), (B, "320404")):
        await place.targets.create(BOSS, TargetFields(campaign=made.id, number=number, place=where))
    await place.campaigns.step(BOSS, made.id, "start")
    assert (await place.working.next(BOSS, ["general"])).number == B
    assert asked == ["320400", "320404"]


@pytest.mark.parametrize("state", ["signed_out", "break"])
async def test_nobody_is_dialled_when_all_agents_have_left(place: CampaignPlace, state: str) -> None:
    """Diallers of others went on calling people whom nobody could talk to."""
    await place.campaign("调查", A, B)
    place.ready()
    await place.turns()
    assert place.dialler.dialled == [E164[A]]
    place.acd.request_state(AGENT, state, "吃饭" if state == "break" else "")
    place.hang_up()
    for _ in range(10):
        place.later(3600)
        await place.turns()
    assert place.dialler.dialled == [E164[A]]
    if state == "signed_out":
        place.acd.sign_in(AGENT)
    else:
        place.acd.request_state(AGENT, "ready")
    await place.turns()
    assert place.dialler.dialled == [E164[A], E164[B]]


async def test_whoever_asked_for_no_more_calls_gets_none_whatever_is_said_of_him_later(place: CampaignPlace) -> None:
    """A later result overwrote the wish in others' lists."""
    await place.campaign("甲调查", A, mode="preview")
    await place.campaign("丙调查", A, C)
    one = await place.working.next(BOSS, ["general"])
    await place.working.done(BOSS, one.id, TargetDone(code="do_not_call"))
    assert [row.number for row in (await place.targets.do_not_call.find(BOSS, RecordQuery())).items] == [A]
    await place.working.again(BOSS, one.id)
    await place.working.take(BOSS, one.id)
    with pytest.raises(Conflict, match="免打扰"):
        await place.working.dialling(BOSS, one.id)
    await place.working.done(BOSS, one.id, TargetDone(code="reached"))
    await place.campaign("乙调查", B)
    for _ in range(4):
        place.ready()
        await place.turns()
        place.hang_up()
        place.later(3600)
    assert E164[A] not in place.dialler.dialled
    assert [row.number for row in (await place.targets.do_not_call.find(BOSS, RecordQuery())).items] == [A]
