"""A plan draws, people score, agents appeal, others decide: on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.scope import Scope
from cti.office.jobs.models import JobRow
from cti.store.engine import Store
from tests.workflow.quality.quality_place import MONDAY, QualityPlace, place_on
from workflow.quality.events import GoodTalkFound, TalkScored
from workflow.quality.keeping import REASON
from workflow.quality.models import DrawRow, ItemScoreRow, PlanRow, ReviewRow
from workflow.quality.rules import SCORE
from workflow.quality.views import Appealed, CalibrationFields, Decided, HandedOver, ReviewQuery, Voided

FRIDAY = MONDAY - timedelta(days=2, hours=20)
DAY = date(2026, 3, 9)


@pytest.fixture
async def place(store: Store, tmp_path: Path) -> AsyncIterator[QualityPlace]:
    """On each database."""
    found = await place_on(store, tmp_path)
    yield found
    await found.journal.close()


@pytest.fixture
async def light(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[QualityPlace]:
    """On SQLite alone."""
    found = await place_on(sqlite_store, tmp_path)
    yield found
    await found.journal.close()


async def rows_of(place: QualityPlace) -> list[ReviewRow]:
    async with place.store.reading() as session:
        return list(await session.scalars(select(ReviewRow).order_by(ReviewRow.id)))


async def one_to_score(place: QualityPlace, agent: str = "1001", **said: object) -> ReviewRow:
    """A talk that was drawn and given."""
    await place.talked(agent, FRIDAY)
    await place.drawing.draw(await place.plan(**said), DAY)
    (row,) = await rows_of(place)
    return row


def inspector_of(place: QualityPlace, row: ReviewRow) -> str:
    return next(name for name, id in place.people.items() if id == row.inspector)


async def held(place: QualityPlace, recording: str) -> str:
    return (await place.recordings.of_ids([recording]))[0].held


async def test_a_daily_plan_draws_each_agents_share_once(place: QualityPlace) -> None:
    for agent in ("1001", "1002", "2001"):
        for hour in range(5):
            await place.talked(agent, FRIDAY + timedelta(hours=hour))
    plan = await place.plan(each=2)
    assert await place.drawing.draw(plan, DAY) == 6
    assert await place.drawing.draw(plan, DAY) == 0, "a day is drawn once"
    rows = await rows_of(place)
    assert Counter(one.agent for one in rows) == {"1001": 2, "1002": 2, "2001": 2}
    assert Counter(one.inspector for one in rows) == {place.people["li"]: 3, place.people["wang"]: 3}
    async with place.store.reading() as session:
        (draw,) = (await session.scalars(select(DrawRow))).all()
    assert (draw.found, draw.drawn, draw.ungiven) == (15, 6, 0)
    # Another plan takes what nobody has drawn.
    other = await place.plan(title="另一个", each=9)
    await place.drawing.draw(other, DAY)
    assert len({one.recording for one in await rows_of(place)}) == len(await rows_of(place)) == 15


async def test_weekends_are_drawn_on_monday_and_holidays_never(light: QualityPlace) -> None:
    plan = await light.plan()
    async with light.store.writing() as session:
        await light.drawing.due(session, MONDAY)
        await light.drawing.due(session, MONDAY - timedelta(days=1))
    async with light.store.reading() as session:
        assert [one.key for one in await session.scalars(select(JobRow))] == [f"{plan}:{DAY}"]


async def test_conditions_hold(light: QualityPlace) -> None:
    fits = await light.talked("1001", FRIDAY, 200, satisfaction="4")
    await light.talked("1001", FRIDAY, 30, satisfaction="4")
    await light.talked("1001", FRIDAY, 200, satisfaction="1")
    await light.talked("1001", FRIDAY, 200, satisfaction="4", queue="far")
    await light.talked("1001", FRIDAY + timedelta(hours=9), 200, satisfaction="4")
    await light.talked("2001", FRIDAY, 200, satisfaction="4")
    plan = await light.plan(
        groups=["day"], min_seconds=60, satisfactions=["4", "5"], queues=["general"], began_from="08:00",
        began_to="18:00", each=9,
    )  # fmt: skip
    await light.drawing.draw(plan, DAY)
    assert [one.recording for one in await rows_of(light)] == [fits]


async def test_silence_is_listened_for_no_longer_than_needed(light: QualityPlace) -> None:
    recordings = [await light.talked("1001", FRIDAY + timedelta(minutes=at)) for at in range(6)]
    light.sounds.silence = dict.fromkeys(recordings[:3], 40.0)
    await light.drawing.draw(await light.plan(silence=30, each=1), DAY)
    (row,) = await rows_of(light)
    assert row.recording in recordings[:3] and len(light.sounds.asked) <= 4


async def test_a_special_plan_draws_its_span_and_is_finished(light: QualityPlace) -> None:
    await light.talked("1001", FRIDAY - timedelta(days=20))
    await light.talked("1001", FRIDAY)
    span = {"since": FRIDAY - timedelta(days=30), "until": FRIDAY - timedelta(days=10)}
    plan = await light.plan(title="投诉专项", kind="special", **span)
    assert await light.drawing.draw(plan) == 1
    assert (await light.plans.get(light.visitor("boss"), plan)).state == "finished"
    assert await light.drawing.draw(plan) == 0


async def test_a_county_draws_its_own_talks(light: QualityPlace) -> None:
    await light.talked("1001", FRIDAY)
    mine = await light.talked("2001", FRIDAY)
    boss = light.visitor("boss")
    plan = (await light.plans.create(boss, light.fields())).id
    async with light.store.writing() as session:
        (await session.get_one(PlanRow, plan)).organisation = "east"
    await light.plans.step(boss, plan, "start")
    await light.drawing.draw(plan, DAY)
    assert [one.recording for one in await rows_of(light)] == [mine]


async def test_nobody_is_given_his_own_talk(light: QualityPlace) -> None:
    await light.talked("1002", FRIDAY)
    await light.talked("1001", FRIDAY)
    await light.drawing.draw(await light.plan(inspectors=[light.people["zhang"]]), DAY)
    whose = {one.agent: one.inspector for one in await rows_of(light)}
    assert whose == {"1001": light.people["zhang"], "1002": ""}
    own = next(one for one in await rows_of(light) if one.agent == "1002")
    with pytest.raises(Invalid, match="本人"):
        await light.reviews.hand_over(light.visitor("boss"), own.id, HandedOver(inspector=light.people["zhang"]))
    given = await light.reviews.hand_over(light.visitor("boss"), own.id, HandedOver(inspector=light.people["li"]))
    assert given.inspector == light.people["li"]


async def test_an_inspector_never_scores_himself(light: QualityPlace) -> None:
    row = await one_to_score(light, "1002")
    async with light.store.writing() as session:
        (await session.get_one(ReviewRow, row.id)).inspector = light.people["zhang"]
    zhang = light.visitor("zhang")
    with pytest.raises(Conflict, match="本人"):
        await light.reviews.score(zhang, row.id, await light.full(zhang, row.id))


async def test_people_who_may_not_score_are_given_nothing(light: QualityPlace) -> None:
    with pytest.raises(Invalid, match="没有质检评分的权限"):
        await light.plan(inspectors=[light.people["1001"]])


async def test_a_talk_is_scored_and_the_agent_sees_it(place: QualityPlace) -> None:
    row = await one_to_score(place)
    name = inspector_of(place, row)
    inspector, agent = place.visitor(name), place.visitor("1001")
    with pytest.raises(NotFound):
        await place.reviews.get(agent, row.id)
    stranger = place.visitor("wang" if name == "li" else "li", SCORE)
    with pytest.raises(NotFound):
        await place.reviews.score(stranger, row.id, await place.full(inspector, row.id))
    body = await place.full(inspector, row.id, opening=3.0, answer=None)
    found = await place.reviews.score(inspector, row.id, body.model_copy(update={"good": True, "coaching": "先问候"}))
    assert (found.score, found.passed, found.state, found.revision) == (97.5, True, "scored", 1)
    assert [type(one) for one in place.told if isinstance(one, (TalkScored, GoodTalkFound))] == [
        TalkScored,
        GoodTalkFound,
    ]
    async with place.store.reading() as session:
        items = (await session.scalars(select(ItemScoreRow))).all()
    assert {one.item for one in items} == {"opening", "attitude", "listening", "elements", "record", "closing"}
    assert await held(place, row.recording) == REASON
    seen = await place.reviews.get(agent, row.id)
    assert seen.coaching == "先问候" and set(seen.acts) == {"confirm", "appeal"}
    with pytest.raises(NotFound):
        await place.reviews.get(place.visitor("2001"), row.id)
    assert (await place.reviews.confirm(agent, row.id)).read_at is not None
    with pytest.raises(Conflict):
        await place.reviews.score(inspector, row.id, body)


async def test_a_score_keeps_its_revision(light: QualityPlace) -> None:
    row = await one_to_score(light)
    inspector = light.visitor(inspector_of(light, row))
    await light.reviews.score(inspector, row.id, await light.full(inspector, row.id))
    revisions = light.sheets.revisions
    assert revisions is not None
    text = (
        revisions.text("service", 1).replace("passing: 85", "passing: 90").replace("title: 结束语", "title: 结束用语")
    )
    light.sheets.publish(text, author="a", message="stricter")
    beside = await light.desk.of(inspector, row.id)
    assert (beside.passing, beside.review.revision) == (85, 1)
    assert "结束语" in [one.title for one in beside.items]


async def test_an_appeal_is_decided_by_another_and_the_recording_is_held(place: QualityPlace) -> None:
    row = await one_to_score(place)
    inspector, agent, boss = place.visitor(inspector_of(place, row)), place.visitor("1001"), place.visitor("boss")
    await place.reviews.score(inspector, row.id, await place.full(inspector, row.id, attitude=0.0))
    await place.reviews.appeal(agent, row.id, Appealed(appeal="当时线路不清，请听第 20 秒"))
    place.clock.advance(10 * 86400)
    await place.timers._work()
    assert (await rows_of(place))[0].state == "appealed" and await held(place, row.recording) == REASON
    with pytest.raises(Conflict, match="评分人以外"):
        await place.reviews.decide(inspector, row.id, Decided(granted="no", opinion="维持"))
    with pytest.raises(NotAllowed):
        await place.reviews.decide(agent, row.id, Decided(granted="yes", opinion="我同意"))
    anew = await place.full(boss, row.id, attitude=12.0)
    found = await place.reviews.decide(
        boss, row.id, Decided(granted="yes", opinion="确有杂音", answers=anew.answers, faults=[])
    )
    assert (found.score_before, found.score, found.state) == (80, 92, "final")
    assert await held(place, row.recording) == ""
    async with place.store.reading() as session:
        points = {one.item: one.points for one in await session.scalars(select(ItemScoreRow))}
    assert points["attitude"] == 12


async def test_who_does_not_appeal_in_time_cannot_any_more(light: QualityPlace) -> None:
    row = await one_to_score(light)
    inspector, agent = light.visitor(inspector_of(light, row)), light.visitor("1001")
    await light.reviews.score(inspector, row.id, await light.full(inspector, row.id))
    light.clock.advance(3 * 86400 + 1)
    with pytest.raises(Conflict, match="期限"):
        await light.reviews.appeal(agent, row.id, Appealed(appeal="我不同意这个评分"))
    await light.timers._work()
    assert (await rows_of(light))[0].state == "final" and await held(light, row.recording) == ""


async def test_a_hold_by_people_stays(light: QualityPlace) -> None:
    row = await one_to_score(light)
    inspector = light.visitor(inspector_of(light, row))
    async with light.store.writing() as session:
        await light.recordings.hold(session, row.recording, "纪委调取")
    await light.reviews.score(inspector, row.id, await light.full(inspector, row.id))
    light.clock.advance(4 * 86400)
    await light.timers._work()
    assert await held(light, row.recording) == "纪委调取"


async def test_what_is_no_talk_is_not_scored_and_not_drawn_again(light: QualityPlace) -> None:
    row = await one_to_score(light)
    inspector = light.visitor(inspector_of(light, row))
    await light.reviews.void(inspector, row.id, Voided(why="not_a_talk"))
    assert await light.drawing.draw(await light.plan(title="再抽"), DAY) == 0
    assert (await light.desk.next(inspector)) is None


async def test_a_county_sees_its_own(light: QualityPlace) -> None:
    row = await one_to_score(light)
    east = Scope(organisations=frozenset({"east"}))
    far = replace(light.visitor("far", "quality.see", "quality.decide"), scope=east)
    with pytest.raises(NotFound):
        await light.reviews.get(far, row.id)
    assert (await light.reviews.find(far, ReviewQuery())).total == 0


async def test_several_score_blind_and_agreement_is_shown(light: QualityPlace) -> None:
    recording = await light.talked("1001", FRIDAY)
    boss, li, wang = light.visitor("boss"), light.visitor("li"), light.visitor("wang", SCORE, "quality.see")
    whom = [light.people["li"], light.people["wang"]]
    one = await light.calibrations.create(
        boss, CalibrationFields(title="三月校准", recording=recording, sheet="service", inspectors=whom)
    )
    rows = {row.inspector: row for row in await rows_of(light)}
    mine, other = rows[li.person], rows[wang.person]
    with pytest.raises(NotFound):
        await light.reviews.get(wang, mine.id)
    assert (await light.reviews.find(boss, ReviewQuery())).total == 0
    await light.reviews.score(li, mine.id, await light.full(li, mine.id))
    await light.calibrations.scored(one.id)
    before = await light.calibrations.agreement(boss, one.id)
    assert (before.closed, [one.answers for one in before.raters]) == (False, [{}, {}])
    await light.reviews.score(wang, other.id, await light.full(wang, other.id, attitude=0.0))
    await light.calibrations.scored(one.id)
    found = await light.calibrations.get(boss, one.id)
    assert (found.state, found.average, found.spread, found.agreed) == ("closed", 90, 20, 90)
    assert found.kappa is not None and found.kappa_words
    assert (await light.reviews.find(boss, ReviewQuery())).total == 2
    # Nobody's figures know of it, nor does the agent.
    async with light.store.reading() as session:
        assert (await session.scalars(select(ItemScoreRow))).all() == []
    assert (await light.reviews.find(light.visitor("1001"), ReviewQuery(own=True))).total == 0


async def test_the_draw_told_is_in_the_inboxes_and_marks_stand_at_the_desk(light: QualityPlace) -> None:
    row = await one_to_score(light)
    light.sounds.silence[row.recording] = 25.0
    beside = await light.desk.of(light.visitor(inspector_of(light, row)), row.id)
    assert [(one.kind, one.second) for one in beside.marks] == [("silence", 1.0)]
    assert beside.trouble and beside.left == 0
