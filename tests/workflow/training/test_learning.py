"""Practice, courses and certificates: what counts is what the server saw."""

from __future__ import annotations

from typing import Any

import pytest

from cti.base.refusal import Conflict, NotFound
from cti.store.engine import Store
from tests.office import BOSS, EAST
from tests.workflow.training.training_place import TrainingPlace, place_on
from workflow.training.courses.learning import LibraryQuery
from workflow.training.courses.views import Beat, CourseFields, MaterialFields
from workflow.training.practice.service import Tried, Wanted
from workflow.training.statistics.service import Period

DAY = 86400


@pytest.fixture
async def place(store: Store) -> TrainingPlace:
    return await place_on(store)


async def material(place: TrainingPlace, **more: Any) -> str:
    """A material that is open."""
    said = {"medium": "video", "title": "接听规范", "category": "派单", "seconds": 100, "credits": 2, **more}
    made = await place.materials.create(BOSS, MaterialFields.model_validate(said))
    await place.materials.step(BOSS, made.id, "open")
    return made.id


async def test_what_was_wrong_comes_again_until_it_is_learnt(place: TrainingPlace) -> None:
    zhang = await place.person("张敏")
    await place.bank(3)
    questions = await place.practice.draw(zhang, Wanted(count=3))
    assert len(questions) == 3 and all(one.said == "" for one in questions)
    told = await place.practice.answer(zhang, questions[0].id, Tried(said="A"))
    assert (told.right, told.answer, told.box) == (False, "B", 1)
    await place.practice.answer(zhang, questions[1].id, Tried(said="B"))
    standing = await place.practice.standing(zhang)
    assert (standing.today, standing.today_right, standing.book, standing.due) == (2, 1, 1, 0)
    assert await place.practice.draw(zhang, Wanted(book=True)) == []
    await place.later(DAY)
    (again,) = await place.practice.draw(zhang, Wanted(book=True))
    assert again.id == questions[0].id
    assert (await place.practice.answer(zhang, again.id, Tried(said="B"))).box == 2
    assert (await place.practice.standing(zhang)).due == 0


async def test_a_county_may_not_take_away_what_the_city_offers_to_all(place: TrainingPlace) -> None:
    await place.bank(1)
    id = await material(place)
    assert (await place.materials.get(EAST, id)).acts == []
    assert "shut" in (await place.materials.get(BOSS, id)).acts
    with pytest.raises(NotFound):
        await place.materials.step(EAST, id, "shut")


async def test_a_video_counts_what_was_played_and_no_second_page(place: TrainingPlace) -> None:
    zhang = await place.person("张敏")
    await place.bank(1)
    id = await material(place)
    page = await place.learning.open(zhang, id)
    place.clock.advance(10)
    counted = await place.learning.count(zhang, id, Beat(token=page.token, position=95))
    assert counted.percent == 0  # skipped
    for at in (0, *range(10, 101, 10)):
        place.clock.advance(10)
        counted = await place.learning.count(zhang, id, Beat(token=page.token, position=at))
    assert counted.done and counted.percent == 100
    second = await place.learning.open(zhang, id)
    assert second.position == 100 and second.done
    with pytest.raises(Conflict, match="其他页面"):
        await place.learning.count(zhang, id, Beat(token=page.token, position=50))
    (mine,) = (await place.learning.library(zhang, LibraryQuery())).items
    assert (mine.done, mine.times) == (True, 2)
    shown = await place.materials.get(BOSS, id)
    assert (shown.viewers, shown.views, shown.finished) == (1, 2, 1)


async def test_a_course_ends_with_its_exam_and_gives_a_certificate_and_reminds(place: TrainingPlace) -> None:
    zhang = await place.person("张敏")
    bank = await place.bank(1)
    reading = await material(place, medium="reading", title="制度", seconds=0, minutes=1)
    now = place.clock.wall()
    exam = await place.exam(bank, [zhang], tells="at_once")
    said = {
        "title": "上岗培训", "category": "派单", "materials": [reading], "exam": exam.id, "certificate": True,
        "months": 12, "people": [zhang.person], "due_at": now.replace(day=now.day + 2),
    }  # fmt: skip
    course = await place.courses.create(BOSS, CourseFields.model_validate(said))
    await place.courses.step(BOSS, course.id, "open")
    async with place.office.store.writing() as session:
        await place.reminding.remind(session, now)
        await place.reminding.remind(session, now)
    page = await place.learning.open(zhang, reading)
    place.clock.advance(59)
    assert not (await place.learning.count(zhang, reading, Beat(token=page.token))).done
    place.clock.advance(10)
    assert (await place.learning.count(zhang, reading, Beat(token=page.token))).done
    (mine,) = await place.finishing.mine(zhang)
    assert (mine.state, mine.percent, mine.passed) == ("learning", 50, False)
    sitting = await place.sitting.begin(zhang, exam.id)
    await place.answer(zhang, sitting, "B")
    await place.sitting.submit(zhang, sitting.id)
    (mine,) = await place.finishing.mine(zhang)
    assert (mine.state, mine.percent, mine.is_late) == ("done", 100, False)
    (certificate,) = await place.finishing.certificates(zhang)
    assert certificate.number == mine.certificate and certificate.is_valid
    mine_totals = await place.statistics.mine(zhang, Period())
    assert (mine_totals.exams, mine_totals.pass_rate, mine_totals.readings, mine_totals.credits) == (1, 100, 1, 2)
    assert (await place.statistics.all(BOSS, Period())).courses_done == 1
    assert [one.unit for one in await place.statistics.units(BOSS, Period())] == ["市热线"]
    assert [one.percent for one in await place.statistics.exams(zhang, Period())] == [100]
    assert len(await place.finishing.mine(zhang)) == 1 and len(await place.finishing.certificates(zhang)) == 1


async def test_who_may_not_learn_from_it_does_not_find_it(place: TrainingPlace) -> None:
    west = await place.person("钱进", "west")
    await place.bank(1)
    said = {"medium": "reading", "title": "东区内部", "category": "派单", "minutes": 1}
    made = await place.materials.create(EAST, MaterialFields.model_validate(said))
    await place.materials.step(EAST, made.id, "open")
    assert (await place.learning.library(west, LibraryQuery())).items == []
    with pytest.raises(NotFound):
        await place.learning.open(west, made.id)
