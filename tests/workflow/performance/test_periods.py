"""Periods: the same figures as everywhere, exactly their rows, published, appealed, corrected; what asks the database
more than once on each of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cti.base.http.routes import Route
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.office.screens import lint
from cti.office.timers.kinds import Due
from cti.store.engine import Store
from cti.testing.sessions import GivenSessions
from cti.web.host import Web
from tests.workflow.performance.performance_place import (
    AGENT,
    BOSS,
    EAST,
    FEBRUARY,
    OTHER,
    SCHEME,
    SCORED_BOSS,
    PerformancePlace,
    performance_on,
)
from workflow.performance import screens
from workflow.performance.adjustments import GivenPoints, Opinion
from workflow.performance.api import OWN, routes
from workflow.performance.appeals import Appealed, Granted
from workflow.performance.exclusions import AskedExclusion
from workflow.performance.scoring import ABSENT
from workflow.performance.views import PeriodFields, RowsQuery, ScoreQuery, ScoreView, Withdrawn


def routes_of(place: PerformancePlace) -> list[Route]:
    return routes(place.periods, place.scores, place.adjustments, place.exclusions, place.appeals)


async def a_month(store: Store, folder: Path) -> PerformancePlace:
    """February: 1001 talked four times and was rated thrice, 1002 talked ten times, 1003 left; one in east."""
    place = await performance_on(store, folder)
    await place.talked("1001", "125 ")
    await place.talked("1002", "1111111111")
    await place.talked("1003", "12")
    await place.talked("2001", "15")
    await place.talked("1001", "555", FEBRUARY.replace(month=1))
    await place.signed_in("1001", 2.0)
    await place.signed_in("1002", 0.0)
    return place


async def test_a_score_is_made_of_the_figures_of_boards_and_has_exactly_their_rows(
    store: Store, tmp_path: Path
) -> None:
    place = await a_month(store, tmp_path)
    period = await place.counted(BOSS)
    assert (period.state, period.scored, period.unscored, period.title) == ("ready", 4, 0, "2026年2月 座席")
    found = await place.scored(BOSS, period.id)
    assert set(found) == {"1001", "1002", "1003", "2001"}
    assert {one.name for one in found.values()} >= {"座席1003"}, "who has left in mid-month is scored, too"
    lines = {one["kpi"]: one for one in (await place.row(found["1001"].id)).lines}
    assert lines["talks"]["value"] == await place.value("1001", "agent_talks") == 4
    assert lines["rated"]["value"] == await place.value("1001", "agent_satisfaction") == pytest.approx(100 * 2 / 3)
    assert lines["busy"]["value"] == 2
    assert found["1001"].score == round((40 * 40 + 40 * 200 / 3 + 20 * 20) / 100, 2)
    assert found["1001"].worst == "−24.0 通话量"
    busy = next(one for one in (await place.row(found["1002"].id)).lines if one["kpi"] == "busy")
    assert busy["value"] is None and busy["points"] is None and "除以零" in busy["why"]
    assert (found["1002"].score, found["1002"].rank, found["1002"].counted) == (100, 1, 80)
    assert [found[one].rank for one in ("1003", "2001")] == [2, 4]
    await each_number_has_its_rows(place, found)


async def each_number_has_its_rows(place: PerformancePlace, found: dict[str, ScoreView]) -> None:
    """Exactly those, behind each count of each score."""
    for score in found.values():
        for line in (await place.row(score.id)).lines:
            for part in line["parts"]:
                counts = {"numerator": part["numerator"], "denominator": part["denominator"]}
                if part["figure"] == "agent_signed_in":
                    continue
                for count, told in counts.items():
                    if told is None:
                        continue
                    query: Any = {"kpi": line["kpi"], "part": part["name"], "count": count}
                    rows = await place.scores.rows(BOSS, score.id, RowsQuery(**query))
                    assert rows.total == told, (score.agent, line["kpi"], count)
    mine = found["1001"]
    lost = await place.scores.rows(BOSS, mine.id, RowsQuery(kpi="rated", part="value", count="lost"))
    assert [one["rating"] for one in lost.items] == ["非常不满意"]
    with pytest.raises(NotFound):
        await place.scores.rows(BOSS, mine.id, RowsQuery(kpi="talks", part="value", count="lost"))


async def test_a_county_scores_and_sees_its_own_alone(store: Store, tmp_path: Path) -> None:
    place = await a_month(store, tmp_path)
    period = await place.counted(BOSS)
    with pytest.raises(NotFound):
        await place.periods.get(EAST, period.id)
    assert await place.scored(EAST) == {}
    own = await place.counted(EAST)
    assert set(await place.scored(EAST)) == {"2001"}
    assert (await place.scored(EAST))["2001"].rank == 1
    assert set(await place.scored(BOSS, own.id)) == {"2001"}
    await place.periods.step(BOSS, period.id, "publish")
    assert {one.period for one in (await place.scores.find(EAST, place.scores.query())).items} == {period.id, own.id}
    city = (await place.scored(BOSS, period.id))["1001"]
    with pytest.raises(NotFound):
        await place.scores.sheet(EAST, city.id)
    (call,) = (await place.scores.rows(
        BOSS, city.id, RowsQuery(kpi="rated", part="value", count="lost"))).items  # fmt: skip
    left_out = AskedExclusion(
        kpi="rated", part="value", record=str(call["record"]), code="wrong", reason="市民按错了键，录音为证"
    )
    exclusion = await place.exclusions.ask(BOSS, city.id, left_out)
    appeal = await place.appeals.ask(AGENT, city.id, Appealed(reason="请复核我的得分，谢谢"))
    given = await place.adjustments.create(
        BOSS, place.adjustments.fields(score=city.id, points=1, reason="热心帮助同事")
    )
    services: Any = ((place.exclusions, exclusion.id), (place.appeals, appeal.id), (place.adjustments, given.id))
    for service, id in services:
        assert (await service.find(EAST, service.query())).total == 0
        assert [one.id for one in (await service.find(BOSS, service.query())).items] == [id]
        with pytest.raises(NotFound):
            await service.get(EAST, id)
    with pytest.raises(NotFound):
        await place.exclusions.act(EAST, exclusion.id, "grant", {"opinion": "属实"})
    for service, id in services[1:]:
        with pytest.raises(NotFound):
            await service.step(EAST, id, "refuse", Opinion(opinion="不同意"))
    more = place.adjustments.fields(score=city.id, points=1, reason="别的县的得分")
    for outside in (
        place.appeals.ask(EAST, city.id, Appealed(reason="不是我的得分")),
        place.adjustments.create(EAST, more),
        place.exclusions.ask(EAST, city.id, left_out),
    ):
        with pytest.raises((NotFound, NotAllowed, Invalid)):
            await outside


async def test_an_agent_sees_his_own_score_once_it_is_published(sqlite_store: Store, tmp_path: Path) -> None:
    place = await a_month(sqlite_store, tmp_path)
    period = await place.counted(BOSS)
    assert await place.scored(AGENT) == {}
    await place.periods.step(BOSS, period.id, "publish")
    (mine,) = (await place.scored(AGENT)).values()
    assert (mine.agent, mine.rank, mine.ranked, mine.acts) == ("1001", 3, 4, ["appeal"])
    own = next(one for one in routes_of(place) if one.path == OWN)
    assert [one.id for one in (await own.handler(AGENT, ScoreQuery())).items] == [mine.id]
    assert (await own.handler(BOSS, ScoreQuery())).items == [], "nobody's but his own, whatever he manages"
    sheet = await place.scores.sheet(AGENT, mine.id)
    assert [(one.title, one.here) for one in sheet.trend] == [("2026年2月", True)]
    rows = await place.scores.rows(AGENT, mine.id, RowsQuery(kpi="rated", part="value"))
    assert rows.total == 3, "the list behind his own number, whatever else he may count"
    other = (await place.scored(BOSS, period.id))["1002"]
    with pytest.raises(NotFound):
        await place.scores.rows(AGENT, other.id, RowsQuery(kpi="rated", part="value"))


async def test_what_does_not_count_is_judged_and_stands_beside_the_rate(store: Store, tmp_path: Path) -> None:
    place = await a_month(store, tmp_path)
    (call,) = await place.talked("1001", "5")
    period = await place.counted(BOSS)
    mine = (await place.scored(BOSS, period.id))["1001"]
    asked = AskedExclusion(kpi="rated", part="value", record=call, code="wrong", reason="市民按错了键，录音为证")
    made = await place.exclusions.ask(SCORED_BOSS, mine.id, asked)
    assert (made.stage, made.subject_name) == ("asked", "座席1001")
    assert [one.name for one in await place.exclusions.offers(SCORED_BOSS, made.id)] == ["withdraw"]
    with pytest.raises(NotAllowed):
        await place.exclusions.act(SCORED_BOSS, made.id, "grant", {"opinion": "属实"})
    with pytest.raises(Conflict):
        await place.exclusions.ask(BOSS, mine.id, asked)
    with pytest.raises(Invalid):
        await place.exclusions.ask(BOSS, mine.id, asked.model_copy(update={"record": "01NOTTHERE"}))
    await place.exclusions.act(OTHER, made.id, "grant", {"opinion": "属实，不计"})
    assert "重新计算" in (await place.periods.get(BOSS, period.id)).newer or place.clock.wall() == period.counted_at
    period = await place.recounted(BOSS, period.id)
    line = next(one for one in (await place.row(mine.id)).lines if one["kpi"] == "rated")
    part = line["parts"][0]
    assert (part["denominator"], part["excluded"]) == (3, 1)
    assert line["value"] == pytest.approx(200 / 3)
    assert part["raw"] == await place.value("1001", "agent_satisfaction") == 50, "the board's figure is not changed"
    left_out = await place.scores.rows(BOSS, mine.id, RowsQuery(kpi="rated", part="value", count="excluded"))
    assert [one["record"] for one in left_out.items] == [call]
    kept = await place.scores.rows(BOSS, mine.id, RowsQuery(kpi="rated", part="value"))
    assert kept.total == 3
    assert period.excluded == 1, "one talk, in however many figures"


async def test_points_by_hand_want_proof_and_another(sqlite_store: Store, tmp_path: Path) -> None:
    place = await a_month(sqlite_store, tmp_path)
    period = await place.counted(BOSS)
    mine = (await place.scored(BOSS, period.id))["1001"]
    with pytest.raises(ValueError, match="files"):
        GivenPoints(points=3, reason="市长热线表扬一次", files=[])
    fields: Any = place.adjustments.fields
    body = fields(score=mine.id, points=40, reason="市长热线表扬一次")
    with pytest.raises(NotAllowed):
        await place.adjustments.create(SCORED_BOSS, body)
    made = await place.adjustments.create(BOSS, body)
    assert (await place.adjustments.get(BOSS, made.id)).acts == []
    for who in (BOSS, SCORED_BOSS):
        with pytest.raises(NotAllowed):
            await place.adjustments.step(who, made.id, "grant", Opinion(opinion="同意"))
    await place.adjustments.step(OTHER, made.id, "grant", Opinion(opinion="同意"))
    found = await place.scored(BOSS, period.id)
    assert (found["1001"].adjusted, found["1001"].total) == (40, round((mine.score or 0) + 40, 2))
    assert found["1001"].rank == 2 and found["1003"].rank == 3
    await place.recounted(BOSS, period.id)
    assert (await place.scored(BOSS, period.id))["1001"].adjusted == 40, "they stay when it is counted anew"


async def test_an_appeal_corrects_with_its_trail_and_ranks_follow(store: Store, tmp_path: Path) -> None:
    place = await a_month(store, tmp_path)
    period = await place.counted(BOSS)
    mine = (await place.scored(BOSS, period.id))["1001"]
    asked = Appealed(kpi="talks", reason="二月有两天系统故障，通话没有计入")
    with pytest.raises(Conflict):
        await place.appeals.ask(SCORED_BOSS, mine.id, asked)
    await place.periods.step(BOSS, period.id, "publish")
    assert [one.name for one in await place.appeals.offers(AGENT, mine.id)] == ["appeal"]
    with pytest.raises(NotAllowed):
        await place.appeals.ask(BOSS, mine.id, asked)
    made = await place.appeals.ask(AGENT, mine.id, asked)
    with pytest.raises(Conflict):
        await place.appeals.ask(AGENT, mine.id, asked)
    granted = Granted(how="points", points=100, opinion="属实，按满分计")
    with pytest.raises(NotAllowed):
        await place.appeals.step(SCORED_BOSS, made.id, "grant", granted)
    decided = await place.appeals.step(BOSS, made.id, "grant", granted)
    assert (decided.state, decided.before) == ("granted", mine.total)
    found = (await place.scored(BOSS, period.id))["1001"]
    assert decided.after == found.total == round(40 + 40 * 2 / 3 + 20 * 0.2, 2)
    assert found.corrected and (mine.rank, found.rank) == (3, 2)
    line = next(one for one in (await place.row(mine.id)).lines if one["kpi"] == "talks")
    assert (line["points"], line["corrected"]["before"], line["corrected"]["why"]) == (100, 40, "属实，按满分计")
    sheet = await place.scores.sheet(AGENT, mine.id)
    assert [(one.before, one.after) for one in sheet.appeals] == [(mine.total, found.total)]
    # An appeal that comes later counts anew; what was corrected stays.
    (call,) = [one["record"] for one in (await place.scores.rows(
        BOSS, mine.id, RowsQuery(kpi="rated", part="value", count="lost"))).items]  # fmt: skip
    left_out = AskedExclusion(kpi="rated", part="value", record=call, code="wrong", reason="市民按错了键，录音为证")
    exclusion = await place.exclusions.ask(AGENT, mine.id, left_out)
    await place.exclusions.act(OTHER, exclusion.id, "grant", {"opinion": "属实，不计"})
    again = await place.appeals.ask(AGENT, mine.id, Appealed(kpi="rated", reason="不计考核已经认定，请重新计算"))
    decided = await place.appeals.step(BOSS, again.id, "grant", Granted(how="recount", opinion="重新计算"))
    assert decided.after is not None and decided.after > (decided.before or 0)
    lines = {one["kpi"]: one for one in (await place.row(mine.id)).lines}
    assert (lines["talks"]["points"], lines["rated"]["value"]) == (100, 100)


async def test_what_was_published_is_taken_back_and_keeps_what_appeals_corrected(
    sqlite_store: Store, tmp_path: Path
) -> None:
    place = await a_month(sqlite_store, tmp_path)
    period = await place.counted(BOSS)
    await place.periods.step(BOSS, period.id, "publish")
    mine = (await place.scored(AGENT))["1001"]
    made = await place.appeals.ask(AGENT, mine.id, Appealed(kpi="talks", reason="二月有两天系统故障，通话没有计入"))
    why = Withdrawn(reason="满意率的统计口径有误")
    with pytest.raises(Conflict, match="申诉"):
        await place.periods.step(BOSS, period.id, "withdraw", why)
    await place.appeals.step(BOSS, made.id, "grant", Granted(how="points", points=100, opinion="属实，按满分计"))
    back = await place.periods.step(BOSS, period.id, "withdraw", why)
    assert (back.state, back.published_at, back.appeal_until) == ("ready", None, None)
    assert await place.scored(AGENT) == {}, "nobody sees his score any more"
    with pytest.raises(Conflict):
        await place.appeals.ask(AGENT, mine.id, Appealed(kpi="rated", reason="有一次评价是市民按错"))
    place.clock.advance(timedelta(days=6).total_seconds())
    await place.timers._work()
    assert (await place.periods.get(BOSS, period.id)).state == "ready", "the days of the first publication are no more"
    await place.recounted(BOSS, period.id)
    lines = {one["kpi"]: one for one in (await place.row(mine.id)).lines}
    assert (lines["talks"]["points"], lines["talks"]["corrected"]["after"]) == (100, 100)
    await place.periods.step(BOSS, period.id, "publish")
    assert (await place.scored(AGENT))["1001"].corrected


async def test_who_asked_takes_it_back_and_who_judged_revokes_it(sqlite_store: Store, tmp_path: Path) -> None:
    place = await a_month(sqlite_store, tmp_path)
    (call,) = await place.talked("1001", "5")
    period = await place.counted(BOSS)
    mine = (await place.scored(BOSS, period.id))["1001"]
    asked = AskedExclusion(kpi="rated", part="value", record=call, code="wrong", reason="市民按错了键，录音为证")
    first = await place.exclusions.ask(SCORED_BOSS, mine.id, asked)
    with pytest.raises(Conflict):
        await place.exclusions.act(OTHER, first.id, "withdraw", {})
    await place.exclusions.act(SCORED_BOSS, first.id, "withdraw", {})
    assert (await place.exclusions.get(BOSS, first.id)).stage == "withdrawn"
    again = await place.exclusions.ask(SCORED_BOSS, mine.id, asked)
    await place.exclusions.act(OTHER, again.id, "grant", {"opinion": "属实，不计"})
    await place.recounted(BOSS, period.id)
    with pytest.raises(NotAllowed):
        await place.exclusions.act(SCORED_BOSS, again.id, "revoke", {"opinion": "记录核对有误"})
    place.clock.advance(60)
    await place.exclusions.act(OTHER, again.id, "revoke", {"opinion": "记录核对有误"})
    assert "重新计算" in (await place.periods.get(BOSS, period.id)).newer
    period = await place.recounted(BOSS, period.id)
    assert period.excluded == 0, "it counts again"


async def test_days_over_the_score_is_final(sqlite_store: Store, tmp_path: Path) -> None:
    place = await a_month(sqlite_store, tmp_path)
    period = await place.counted(BOSS)
    period = await place.periods.step(BOSS, period.id, "publish")
    assert period.appeal_until is not None
    place.clock.advance(5 * 86400 + 1)
    mine = (await place.scored(AGENT))["1001"]
    assert mine.acts == []
    with pytest.raises(Conflict):
        await place.appeals.ask(AGENT, mine.id, Appealed(reason="来不及了，请复核"))
    async with sqlite_store.writing() as session:
        await place.periods.over.go_off(session, [Due(period.id, period.appeal_until, {})])
    assert (await place.periods.get(BOSS, period.id)).state == "final"
    assert (await place.scored(AGENT))["1001"].state == "final"
    with pytest.raises(Conflict):
        await place.periods.calculate(BOSS, period.id)


async def test_a_period_keeps_its_revision_until_one_takes_the_new_one(sqlite_store: Store, tmp_path: Path) -> None:
    place = await a_month(sqlite_store, tmp_path)
    period = await place.counted(BOSS)
    before = (await place.scored(BOSS, period.id))["1001"].score
    place.publish(SCHEME.replace("zero: 0, full: 10}", "zero: 0, full: 5}"))
    told = await place.periods.get(BOSS, period.id)
    assert told.newer == "考核方案已发布第 2 版，本期仍按第 1 版" and "renew" in told.acts
    period = await place.recounted(BOSS, period.id)
    assert (period.revision, (await place.scored(BOSS, period.id))["1001"].score) == (1, before)
    period = await place.recounted(BOSS, period.id, renew=True)
    assert (period.revision, period.newer) == (2, "")
    assert (await place.scored(BOSS, period.id))["1001"].score == round((before or 0) + 16, 2)


async def test_a_figure_that_is_not_there_is_told(sqlite_store: Store, tmp_path: Path) -> None:
    place = await a_month(sqlite_store, tmp_path)
    text = SCHEME.replace("scheme: agents", "scheme: later").replace("agent_satisfaction", "agent_exams")
    found, findings = place.schemes.check(text, "later")
    assert found is not None
    assert [(one.line, one.severity, one.code) for one in findings] == [(8, "warning", "kpi-unknown")]
    split = place.schemes.check(text.replace("agent_exams", "queue_level"), "later")[1]
    assert [(one.line, one.severity, one.code) for one in split] == [(8, "error", "kpi-split")]
    place.publish(text)
    period = await place.counted(BOSS, "later")
    mine = (await place.scored(BOSS, period.id))["1001"]
    line = next(one for one in (await place.row(mine.id)).lines if one["kpi"] == "rated")
    assert (line["value"], line["points"], line["why"]) == (None, None, ABSENT)
    assert (mine.counted, mine.score) == (60, round((40 * 40 + 20 * 20) / 60, 2))


async def test_a_scheme_is_tried_on_the_last_three_periods(sqlite_store: Store, tmp_path: Path) -> None:
    place = await a_month(sqlite_store, tmp_path)
    tried = await place.periods.preview(BOSS, place.schemes.current("agents").head)
    assert [(period.title, len(found)) for period, found, _ in tried] == [
        ("2025年12月", 0), ("2026年1月", 1), ("2026年2月", 4),
    ]  # fmt: skip
    assert (await place.periods.find(BOSS, place.periods.query())).total == 0


async def test_what_may_not_be(sqlite_store: Store, tmp_path: Path) -> None:
    place = await a_month(sqlite_store, tmp_path)
    await place.periods.create(BOSS, PeriodFields(scheme="agents", month="2026-02"))
    for scheme, month, refusal in (
        ("agents", "2026-02", Conflict),
        ("x", "2026-02", Invalid),
        ("agents", "2026-04", Invalid),
    ):
        with pytest.raises(refusal):
            await place.periods.create(BOSS, PeriodFields(scheme=scheme, month=month))
    running = await place.counted(BOSS, month="2026-03")
    assert "还没有结束" in running.newer
    with pytest.raises(Conflict, match="结束后"):
        await place.periods.step(BOSS, running.id, "publish")
    await place.periods.remove(BOSS, running.id)
    assert set(await place.scored(BOSS, running.id)) == set()


async def test_screens_fit_routes(sqlite_store: Store, tmp_path: Path) -> None:
    place, web = await performance_on(sqlite_store, tmp_path), Web(GivenSessions())
    web.add(routes_of(place))
    brought = ("performance/ScoreTab",)
    assert lint.problems(screens.SCREENS, web.endpoints, tiles=screens.TILES, components=brought) == []
