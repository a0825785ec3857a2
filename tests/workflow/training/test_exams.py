"""Exams on both databases: sat anywhere, saved at each answer, over by the server's clock, marked once."""

from __future__ import annotations

import pytest

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.store.engine import Store
from tests.office import BOSS, EAST, WEST, visitor
from tests.workflow.training.training_place import TrainingPlace, place_on
from workflow.training.bank.views import QuestionFields
from workflow.training.exams.appeals import Refused, Upheld
from workflow.training.exams.essay_marking import Given
from workflow.training.exams.sitting_views import Appealed, Left
from workflow.training.exams.views import PaperFields

MARKER, OTHER, THIRD = (visitor(name, "city") for name in ("阅卷甲", "阅卷乙", "阅卷丙"))


@pytest.fixture
async def place(store: Store) -> TrainingPlace:
    return await place_on(store)


async def test_an_exam_is_sat_saved_gone_on_with_after_a_death_and_marked_at_once(place: TrainingPlace) -> None:
    zhang = await place.person("张敏")
    exam = await place.exam(await place.bank(3), [zhang], tells="at_once")
    page = await place.sitting.begin(zhang, exam.id)
    assert [one.said for one in page.questions] == ["", "", ""] and page.left == 1800
    assert all("answer" not in one.model_dump() for one in page.questions)
    await place.answer(zhang, page, "B", "A")
    place.die()
    again = await place.sitting.begin(zhang, exam.id)
    assert again.id == page.id and [one.said for one in again.questions] == ["B", "A", ""]
    assert [one.text for one in again.questions] == [one.text for one in page.questions]
    assert [one.options for one in again.questions] == [one.options for one in page.questions]
    await place.sitting.submit(zhang, page.id)
    await place.sitting.submit(zhang, page.id)
    result = await place.results.of_own(zhang, page.id)
    assert (result.points, result.of, result.passed, result.ended) == (2, 6, False, "主动交卷")
    assert [one.got for one in result.questions] == [2, 0, 0]
    with pytest.raises(Conflict, match="已交卷"):
        await place.sitting.save(zhang, page.id, 3, "B")
    with pytest.raises(Conflict, match="已交卷"):
        await place.sitting.begin(zhang, exam.id)


async def test_time_over_closes_it_by_the_house_whatever_browsers_say(place: TrainingPlace) -> None:
    zhang, li = await place.person("张敏"), await place.person("李静")
    exam = await place.exam(await place.bank(2), [zhang, li])
    page = await place.sitting.begin(zhang, exam.id)
    await place.answer(zhang, page, "B")
    place.clock.advance(1800)
    with pytest.raises(Conflict):  # the timer has not gone off yet: the clock alone says no
        await place.sitting.save(zhang, page.id, 2, "B")
    await place.later(0)
    row = await place.row(page.id)
    assert (row.state, row.points, row.ended_by) == ("marked", 2, "time")
    late = await place.sitting.begin(li, exam.id)
    await place.later(5400)
    assert (await place.row(late.id)).ended_by in ("time", "stopped")
    assert (await place.exams.get(BOSS, exam.id)).state == "closed"


async def test_who_never_came_is_absent_and_nobody_else_gets_in(place: TrainingPlace) -> None:
    zhang, li = await place.person("张敏"), await place.person("李静")
    exam = await place.exam(await place.bank(2), [zhang])
    with pytest.raises(NotFound):
        await place.sitting.begin(li, exam.id)
    await place.later(7200)
    (mine,) = await place.results.mine(zhang, "exam")
    assert (mine.words, mine.can) == ("缺考", "")
    with pytest.raises(Conflict):
        await place.sitting.begin(zhang, exam.id)


async def test_a_sitting_keeps_its_edition_while_the_paper_changes(place: TrainingPlace) -> None:
    zhang, li = await place.person("张敏"), await place.person("李静")
    bank = await place.bank(2)
    exam = await place.exam(bank, [zhang, li], shuffled=False)
    page = await place.sitting.begin(zhang, exam.id)
    question = await place.questions.get(BOSS, bank[0])
    said = question.model_dump(include=set(QuestionFields.model_fields))
    body = QuestionFields.model_validate({**said, "text": "改过的题", "answer": "C"})
    await place.questions.edit(BOSS, bank[0], question.version, body)
    await place.exams.redraw(BOSS, exam.id)
    assert (await place.sitting.page(zhang, page.id)).questions[0].text == "派单第0题"
    assert (await place.sitting.begin(li, exam.id)).questions[0].text == "改过的题"
    await place.answer(zhang, page, "B", "B")
    await place.sitting.submit(zhang, page.id)
    assert (await place.row(page.id)).points == 4


async def test_an_essay_has_two_markers_and_a_third_when_they_differ(place: TrainingPlace) -> None:
    zhang = await place.person("张敏")
    exam = await place.exam([await place.essay()], [zhang], difference=20)
    page = await place.sitting.begin(zhang, exam.id)
    await place.answer(zhang, page, "先听他说完")
    await place.sitting.submit(zhang, page.id)
    (waiting,) = await place.essays.waiting(MARKER)
    essay = await place.essays.next(MARKER, exam.id)
    assert essay is not None and (waiting.waiting, essay.round, essay.said) == (1, 1, "先听他说完")
    await place.essays.give(MARKER, page.id, 1, Given(points=2))
    with pytest.raises(Conflict, match="已评过"):
        await place.essays.give(MARKER, page.id, 1, Given(points=2))
    assert await place.essays.next(MARKER, exam.id) is None
    with pytest.raises(Invalid):
        await place.essays.give(OTHER, page.id, 1, Given(points=3))
    await place.essays.give(OTHER, page.id, 1, Given(points=0.5))
    assert (await place.row(page.id)).state == "submitted"
    await place.exams.step(BOSS, exam.id, "close")
    with pytest.raises(Conflict, match="没有阅完"):
        await place.exams.step(BOSS, exam.id, "release")
    await place.essays.give(THIRD, page.id, 1, Given(points=1.5))
    row = await place.row(page.id)
    assert (row.state, row.points) == ("marked", 1.75)
    assert await place.essays.waiting(BOSS) == []


async def test_results_are_hidden_until_published_then_appealed_and_corrected(place: TrainingPlace) -> None:
    zhang = await place.person("张敏")
    exam = await place.exam(await place.bank(2), [zhang], shuffled=False)
    page = await place.sitting.begin(zhang, exam.id)
    await place.answer(zhang, page, "B", "C")
    await place.sitting.submit(zhang, page.id)
    hidden = await place.results.of_own(zhang, page.id)
    assert (hidden.known, hidden.points, hidden.questions) == (False, None, [])
    with pytest.raises(Conflict):
        await place.appeals.appeal(zhang, page.id, Appealed(place=2, reason="答案有误"))
    await place.exams.step(BOSS, exam.id, "close")
    await place.exams.step(BOSS, exam.id, "release")
    result = await place.results.of_own(zhang, page.id)
    assert (result.points, [one.can_appeal for one in result.questions]) == (2, [False, True])
    await place.appeals.appeal(zhang, page.id, Appealed(place=2, reason="丙也说得通"))
    (open_one,) = (await place.appeals.find(BOSS, place.appeals.query())).items
    own = visitor("张敏", "city")
    with pytest.raises(NotAllowed):
        await place.appeals.step(own, open_one.id, "refuse", Refused(reply="不改"))
    await place.appeals.step(BOSS, open_one.id, "uphold", Upheld(points=1, reply="丙部分正确"))
    result = await place.results.of_own(zhang, page.id)
    assert (result.points, result.passed) == (3, True)
    with pytest.raises(Conflict, match="已经申诉"):
        await place.appeals.appeal(zhang, page.id, Appealed(place=2, reason="再申诉一次"))


async def test_leaving_too_often_ends_it(place: TrainingPlace) -> None:
    zhang = await place.person("张敏")
    exam = await place.exam(await place.bank(2), [zhang], leaves=1)
    page = await place.sitting.begin(zhang, exam.id)
    assert not (await place.sitting.left(zhang, page.id, Left(seconds=5))).over
    assert (await place.sitting.left(zhang, page.id, Left(seconds=7))).over
    row = await place.row(page.id)
    assert (row.state, row.ended_by, row.leaves, row.away) == ("marked", "left", 2, 12)


async def test_each_draws_his_own_from_a_seed_and_practice_is_sat_again(place: TrainingPlace) -> None:
    people = [await place.person(name) for name in ("张敏", "李静", "王磊")]
    await place.bank(30)
    drawn = {"title": "抽题", "drawn": [{"kind": "single", "count": 5, "points": 2}]}
    paper = await place.papers.create(BOSS, PaperFields.model_validate(drawn))
    more = {"each": True, "purpose": "practice", "attempts": 2, "tells": "at_once"}
    exam = await place.announced(paper.id, people, **more)
    papers = {frozenset(one.text for one in (await place.sitting.begin(who, exam.id)).questions) for who in people}
    assert len(papers) == 3
    (mine,) = await place.results.mine(people[0], "practice")
    await place.sitting.submit(people[0], mine.sitting)
    assert (await place.results.mine(people[0], "practice"))[0].can == "begin"
    second = await place.sitting.begin(people[0], exam.id)
    await place.sitting.submit(people[0], second.id)
    with pytest.raises(Conflict):
        await place.sitting.begin(people[0], exam.id)
    few = {"title": "太多", "drawn": [{"kind": "single", "count": 31, "points": 2}]}
    with pytest.raises(Invalid, match="要抽 31 题，题库中只有 30 题可用"):
        await place.papers.create(BOSS, PaperFields.model_validate(few))


async def test_another_county_sees_nothing_of_it(place: TrainingPlace) -> None:
    zhang = await place.person("张敏", "east")
    bank = await place.bank(2)
    picked = [{"question": one, "points": 2} for one in bank]
    body = PaperFields.model_validate({"title": "东区卷", "way": "picked", "picked": picked})
    paper = await place.papers.create(EAST, body)
    with pytest.raises(NotFound):
        await place.papers.get(WEST, paper.id)
    exam = await place.announced(paper.id, [zhang])
    page = await place.sitting.begin(zhang, exam.id)
    with pytest.raises(NotFound):
        await place.results.of_any(WEST, page.id)
    with pytest.raises(NotFound):
        await place.exams.get(WEST, exam.id)
    assert (await place.sittings.find(WEST, place.sittings.query())).items == []
    with pytest.raises(NotFound):
        await place.sitting.save(WEST, page.id, 1, "A")
