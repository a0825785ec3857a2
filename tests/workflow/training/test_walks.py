"""Random walks over sittings: nobody is marked twice, no answer counts after the end, none is open for ever."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import func, select

from cti.base.refusal import Refusal
from cti.store.engine import Store
from tests.office import BOSS
from tests.workflow.training.training_place import TrainingPlace, place_on
from workflow.training.exams.models import AnswerRow, MarkRow, SittingRow
from workflow.training.exams.sitting_rules import OVER, may_move
from workflow.training.exams.sitting_views import Left

PEOPLE, STEPS = 4, 90


@pytest.mark.parametrize("seed", range(3))
async def test_a_walk(sqlite_store: Store, seed: int) -> None:
    place, rng = await place_on(sqlite_store), random.Random(seed)
    people = [await place.person(f"员工{at}") for at in range(PEOPLE)]
    exam = await place.exam(await place.bank(4), people, attempts=2, leaves=3, tells="at_once")
    known: dict[str, tuple[str, float | None]] = {}
    saved: dict[str, set[int]] = {}
    for _ in range(STEPS):
        who = rng.choice(people)
        mine = await place.results.mine(who, "exam")
        id = mine[0].sitting
        try:
            match rng.choice(("begin", "save", "save", "save", "submit", "left", "later", "die", "close")):
                case "begin":
                    await place.sitting.begin(who, exam.id)
                case "save":
                    now, place_of = place.clock.wall(), rng.randint(1, 4)
                    await place.sitting.save(who, id, place_of, rng.choice("ABC"))
                    row = await place.row(id)
                    assert row.state == "sitting" and row.due_at is not None and now < row.due_at
                    saved.setdefault(id, set()).add(place_of)
                case "submit":
                    await place.sitting.submit(who, id)
                case "left":
                    await place.sitting.left(who, id, Left(seconds=1))
                case "later":
                    await place.later(rng.choice((60, 400)))
                case "die":
                    place.die()
                case "close" if rng.random() < 0.05:
                    await place.exams.step(BOSS, exam.id, "close")
        except Refusal:
            pass
        known = await _checked(place, known)
    await place.later(3 * 3600)
    await place.later(60)
    known = await _checked(place, known)
    assert all(state not in ("waiting", "sitting") for state, _ in known.values())
    async with place.office.store.reading() as session:
        kept = (await session.execute(select(AnswerRow.sitting, AnswerRow.place))).tuples()
        assert {(sitting, one) for sitting, places in saved.items() for one in places} == set(kept)


async def _checked(
    place: TrainingPlace, known: dict[str, tuple[str, float | None]]
) -> dict[str, tuple[str, float | None]]:
    async with place.office.store.reading() as session:
        rows = (await session.scalars(select(SittingRow))).all()
        counted = select(MarkRow.sitting, func.count()).group_by(MarkRow.sitting)
        marks = dict((await session.execute(counted)).tuples().all())
    for row in rows:
        before = known.get(row.id)
        if before is not None and before[0] != row.state:
            assert may_move(before[0], row.state), (before, row.state)
        if before is not None and before[0] == "marked":
            assert row.points == before[1], "marked twice"
        assert marks.get(row.id, 0) == (len(row.items) if row.state in OVER else 0)
    return {row.id: (row.state, row.points) for row in rows}
