"""No row of any kind of training is found by another county, in a list or by its id."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cti.base.ids import new_id
from cti.base.refusal import NotFound
from cti.office.records import Records
from cti.store.engine import Store
from tests.office import BOSS, EAST, WEST
from tests.workflow.training.training_place import TrainingPlace, place_on
from workflow.training.bank.models import CategoryRow, QuestionRow
from workflow.training.courses.models import CertificateRow, CourseRow, EnrolmentRow, MaterialRow, StudyRow
from workflow.training.exams.models import AppealRow, ExamRow, PaperRow, SittingRow


def rows_of(place: TrainingPlace) -> dict[Records[Any, Any, Any, Any], Any]:
    """A row of each kind that belongs to the county east."""
    at = place.clock.wall()
    ids = {one: new_id() for one in "abcdefghijk"}
    kept: dict[str, Any] = {
        "organisation": "east", "region": "320404", "created_at": at, "updated_at": at, "version": 1,
        "created_by": "01李强",
    }  # fmt: skip
    chosen: dict[str, Any] = {"organisations": ["east"], "roles": [], "people": []}
    options = {f"option_{one}": "" for one in "abcdef"}
    return {
        place.categories: CategoryRow(
            id=ids["a"], parent=None, place=10, name="东", initials="d", path="东", line="", off=False, **kept
        ),
        place.questions: QuestionRow(
            id=ids["b"], category=ids["a"], kind="judge", text="东区题", content="x", answer="对",
            explanation="", stars=1,
            keywords=[], used_for="both", **options, **kept,
        ),
        place.papers: PaperRow(
            id=ids["c"], title="东区卷", way="picked", picked=[], drawn=[], points=0, count=0, note="", **kept
        ),
        place.exams: ExamRow(
            id=ids["d"], purpose="exam", title="东区考试", paper=ids["c"], each=False, seed=1, begins_at=at,
            ends_at=at + timedelta(hours=1), minutes=10, attempts=1, shuffled=False, pass_percent=60, tells="at_once",
            full_screen=False, leaves=0, difference=20, appeal_days=3, items=[], state="draft", **chosen, **kept,
        ),
        place.sittings: SittingRow(
            id=ids["e"], exam=ids["d"], purpose="exam", person="01李强", person_name="李强",
            attempt=1, state="waiting",
            items=[], seed=1, ended_by="", of=0, leaves=0, away=0, **kept,
        ),
        place.appeals: AppealRow(
            id=ids["f"], exam=ids["d"], sitting=ids["e"], place=1, person="01李强",
            question="题", said="", answer="对",
            reason="东区", before=0, of=2, reply="", decided_by="", state="open", **kept,
        ),
        place.materials: MaterialRow(
            id=ids["g"], medium="reading", title="东区资料", category=ids["a"], keywords=[],
            about="", seconds=0, minutes=1,
            speed=1, credits=1, state="open", **kept,
        ),
        place.studies: StudyRow(
            id=ids["h"], person="01李强", material=ids["g"], medium="reading", position=0,
            spans=[], seconds=0, percent=0,
            times=1, credits=0, token="", beat_at=at, **kept,
        ),
        place.courses: CourseRow(
            id=ids["i"], title="东区课程", category=ids["a"], keywords=[], about="", materials=[],
            exam="", certificate=False,
            months=0, state="open", **chosen, **kept,
        ),
        place.enrolments: EnrolmentRow(id=ids["j"], course=ids["i"], person="01李强", state="learning", **kept),
        place.certificates: CertificateRow(
            id=ids["k"], number="PX1", course=ids["i"], course_title="东区课程", person="01李强", person_name="李强",
            issued_at=at, **kept,
        ),
    }  # fmt: skip


async def test_another_county_finds_no_row_of_any_kind(sqlite_store: Store) -> None:
    place = await place_on(sqlite_store)
    rows = rows_of(place)
    async with place.office.store.writing() as session:
        session.add_all(rows.values())
    ids = {service: row.id for service, row in rows.items()}
    for service, id in ids.items():
        for who in (BOSS, EAST):
            assert (await service.get(who, id)).id == id, service.kind
            assert [one.id for one in (await service.find(who, service.query())).items] == [id], service.kind
        with pytest.raises(NotFound):
            await service.get(WEST, id)
        assert (await service.find(WEST, service.query())).items == [], service.kind
        with pytest.raises(NotFound):
            await service.remove(WEST, id)
