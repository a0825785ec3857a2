"""The duty log: read by all of the organisation, changed by its author and by who leads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cti.base.refusal import Invalid, NotAllowed, NotFound
from cti.store.engine import Store
from tests.workflow.roster.roster_town import roster_town
from workflow.roster.duty_log import DutyLog, DutyLogFields

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)


def entry(hours: float = 8.5, situation: str = "话务平稳") -> DutyLogFields:
    return DutyLogFields(title="早班", begins_at=BEGIN, ends_at=BEGIN + timedelta(hours=hours), situation=situation)


async def test_the_next_shift_reads_it_and_its_author_changes_it(sqlite_store: Store, tmp_path: Path) -> None:
    town = await roster_town(sqlite_store, tmp_path / "types")
    log = DutyLog(town.office)
    made = await log.create(town.agents[0], entry())
    read = await log.get(town.agents[1], made.id)
    assert (read.situation, read.acts) == ("话务平稳", [])
    with pytest.raises(NotAllowed):
        await log.edit(town.agents[1], made.id, made.version, entry())
    with pytest.raises(NotAllowed):
        await log.remove(town.agents[1], made.id)
    changed = await log.edit(town.agents[0], made.id, made.version, entry(situation="停电十分钟"))
    assert changed.acts == ["edit", "remove"]
    assert (await log.edit(town.leader, made.id, changed.version, entry())).person == town.agents[0].person
    found = await log.find(town.agents[1], log.query(search="话务"))
    assert [one.id for one in found.items] == [made.id]
    with pytest.raises(NotFound):
        await log.get(town.foreign, made.id)
    with pytest.raises(Invalid):
        await log.create(town.agents[0], entry(hours=40))
