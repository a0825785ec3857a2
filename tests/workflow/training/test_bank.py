"""The question bank: by hand and by Excel, whose faults name the cell; ticked questions go into a paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cti.base.refusal import Conflict, Invalid, NotFound
from cti.office.files.models import UploadRow
from cti.office.files.service import Files
from cti.office.records import importing
from cti.store.engine import Store
from tests.office import BOSS, EAST, ROOT, WEST
from tests.workflow.training.training_place import TrainingPlace, place_on
from workflow.training.bank.views import QuestionFields
from workflow.training.content.loading import PICTURE, PICTURES, Loading, read
from workflow.training.courses.materials import Materials
from workflow.training.courses.views import MINE
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
    (made,) = (await place.materials.find(BOSS, place.materials.query())).items
    opened, files = await place.learning.open(await place.person("张敏"), made.id), place.office.need(Files)
    async with place.office.store.reading() as session:
        kept = {one.id for one in await files.of(session, Materials.kind, made.id)}
        waiting = await session.scalar(select(func.count()).select_from(UploadRow))
    at = f'src="{MINE}/materials/{made.id}/files/'
    shown = [one.partition('"')[0] for one in opened.about.split(at)[1:]]
    assert sorted(shown) == sorted(kept), "each picture where who learns can see it"
    assert opened.about.count("<img") == len(PICTURE.findall(read().text)) == len(shown)
    assert opened.files == [], "pictures of the text are no attachments beside it"
    assert waiting == 0, "what came to nothing the second time is not kept"


def test_the_course_for_agents_has_small_pictures_with_words_for_who_cannot_see_them() -> None:
    names = PICTURE.findall(read().text)
    sizes = {name: (PICTURES / name).stat().st_size for name in names}
    assert sorted(sizes) == sorted(one.name for one in PICTURES.iterdir())
    assert max(sizes.values()) <= 40_000 and sum(sizes.values()) <= 500_000
    assert len(re.findall(r'<img src="[a-z]+\.webp" alt="[^"]{10,}">', read().text)) == len(names) >= 8


def test_the_course_for_agents_names_the_keys_of_the_desk() -> None:
    """Each key that its text names is one of the desk's, a card's, or a page's."""
    keys = (ROOT / "softphone/web/src/desk/keys/shortcuts.ts").read_text("utf-8")
    signs = {"Slash": "/", "Semicolon": ";", "Comma": ",", "Period": "."}
    codes = re.findall(r"\['(\w+)', '\w+'\]", keys)
    there = {one if one.startswith("F") else f"Alt+{signs.get(one) or one.removeprefix('Key')}" for one in codes} | {
        "Alt+J",
        "Alt+Z",
        "Ctrl+Enter",
    }
    said = set(re.findall(r"(?:Alt|Ctrl)\+(?:Enter|[A-Z/;,.])|\bF\d\b", read().text))
    assert len(said) >= 25 and said <= there
