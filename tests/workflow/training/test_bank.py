"""The question bank: by hand and by Excel, whose faults name the cell; ticked questions go into a paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from cti.base.refusal import Conflict, Invalid, NotFound
from cti.office.records import importing
from cti.store.engine import Store
from tests.office import BOSS, EAST, WEST
from tests.workflow.training.training_place import TrainingPlace, place_on
from workflow.training.bank.views import QuestionFields
from workflow.training.content.loading import Loading
from workflow.training.exams.into_paper import Into, IntoPaper
from workflow.training.exams.views import PaperFields

HEAD = "类别,题型,题干,选项A,选项B,选项C,答案,难度\n"
ROWS = (
    "派单,单选,哪个单位主办？,城管,交通,,A,2\n"
    "派单,多选,哪些要回访？,求助,咨询,投诉,A，C,3\n"
    "派单,单选,答案没有选项,甲,乙,,E,3\n"
    "派单,判断,先派后办,,,,正确,1\n"
    "没有,判断,类别不存在,,,,对,1\n"
    "派单,判断,难度不对,,,,对,9\n"
)


@pytest.fixture
async def place(sqlite_store: Store) -> TrainingPlace:
    return await place_on(sqlite_store)


async def test_an_excel_is_taken_in_and_what_is_wrong_is_named_by_its_cell(
    place: TrainingPlace, tmp_path: Path
) -> None:
    await place.bank(1)
    file = tmp_path / "题库.csv"
    file.write_text(HEAD + ROWS, encoding="utf-8")
    seen = await importing.preview(place.questions, BOSS, file)
    assert (seen.good, seen.bad) == (3, 3)
    assert [(one.row, one.field) for one in seen.errors] == [(4, "答案"), (6, "类别"), (7, "难度")]
    assert seen.errors[0].detail == "没有选项E"
    assert (await importing.take_in(place.questions, BOSS, file)).added == 3
    found = (await place.questions.find(BOSS, place.questions.query(search="回访"))).items
    assert [(one.kind, one.answer, one.stars) for one in found] == [("multiple", "AC", 3)]


async def test_a_question_stands_once_and_names_each_fault(place: TrainingPlace) -> None:
    await place.bank(1)
    said = {
        "category": "派单",
        "kind": "single",
        "text": "派单第0题",
        "option_a": "甲",
        "option_b": "乙",
        "option_c": "丙",
    }
    with pytest.raises(Conflict, match="已有这道题"):
        await place.questions.create(BOSS, QuestionFields.model_validate({**said, "answer": "B"}))
    with pytest.raises(Invalid) as found:
        await place.questions.create(BOSS, QuestionFields.model_validate({**said, "text": "新题", "answer": "F"}))
    assert found.value.field == "answer"


async def test_a_county_uses_the_citys_questions_and_hides_its_own(place: TrainingPlace) -> None:
    (city,) = await place.bank(1)
    assert (await place.questions.get(EAST, city)).text == "派单第0题"
    own = QuestionFields.model_validate({"category": "派单", "kind": "judge", "text": "东区题", "answer": "对"})
    made = await place.questions.create(EAST, own)
    with pytest.raises(NotFound):
        await place.questions.get(WEST, made.id)
    with pytest.raises(NotFound):
        await place.questions.edit(EAST, city, 1, own)


async def test_ticked_questions_go_into_a_paper_and_out_again(place: TrainingPlace) -> None:
    first, second = await place.bank(2)
    picked = {"title": "手动卷", "way": "picked", "picked": [{"question": first, "points": 2}]}
    paper = await place.papers.create(BOSS, PaperFields.model_validate(picked))
    act, body = IntoPaper(place.papers), Into(paper=paper.id, points=3)
    back = await act.do(place.questions, BOSS, second, body)
    assert await act.do(place.questions, BOSS, second, body) is None and back is not None
    assert (await place.papers.get(BOSS, paper.id)).points == 5
    await act.undo(place.questions, BOSS, second, back)
    assert (await place.papers.get(BOSS, paper.id)).count == 1


async def test_the_course_for_agents_is_loaded_once(place: TrainingPlace) -> None:
    loading = Loading(place.categories, place.questions, place.materials, place.papers)
    assert "60 道题" in (await loading.load(BOSS)).words
    assert "已经在" in (await loading.load(BOSS)).words
    assert (await place.questions.find(BOSS, place.questions.query())).total == 60
    (paper,) = (await place.papers.find(BOSS, place.papers.query())).items
    assert (paper.count, paper.points) == (30, 70)
