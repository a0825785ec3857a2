"""Marks and notes: in the order of the sound, one's own to take back, each in the audit."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.office.identity.directory import Organisation
from cti.office.identity.models import AuditRow
from cti.office.identity.service import Identity
from cti.store.engine import Store
from cti.store.recordings import Recording
from recorder import notes as module
from recorder.notes import NewNote, Notes
from tests.office import BOSS, EAST, cheap_passwords
from tests.recorder.rooms import an_archive


async def test_marks_of_a_recording(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = VirtualClock()
    await an_archive(sqlite_store, tmp_path / "recordings", clock)
    city = Organisation("city", "市", "320400", None)
    identity = await Identity.open(sqlite_store, Bus(), clock, city, passwords=cheap_passwords())
    notes = Notes(sqlite_store, identity.audit, clock)
    row = Recording("r", "c", "city", "320400", "1001", "", "", clock.wall(), "stored", seconds=60.0)
    late = await notes.add(BOSS, row, NewNote(second=42.04, text=" 态度 "))
    await notes.add(EAST, row, NewNote(second=3))
    assert [(one.second, one.text, one.own) for one in await notes.of(BOSS, "r")] == [
        (3.0, "", False),
        (42.0, "态度", True),
    ]
    with pytest.raises(Invalid):
        await notes.add(BOSS, row, NewNote(second=61))
    with pytest.raises(NotFound):
        await notes.remove(EAST, "r", late.id)
    with pytest.raises(NotFound):
        await notes.remove(BOSS, "other", late.id)
    await notes.remove(BOSS, "r", late.id)
    assert [one.second for one in await notes.of(BOSS, "r")] == [3.0]
    monkeypatch.setattr(module, "MOST", 1)
    with pytest.raises(Conflict):
        await notes.add(BOSS, row, NewNote(second=1))
    async with sqlite_store.reading() as session:
        actions = list(await session.scalars(select(AuditRow.action).order_by(AuditRow.sequence)))
    assert actions == ["recording.marked", "recording.marked", "recording.unmarked"]
    identity.close()


async def test_two_at_once_have_both_their_marks_and_one_is_taken_back_once(store: Store, tmp_path: Path) -> None:
    clock = VirtualClock()
    await an_archive(store, tmp_path / "recordings", clock)
    city = Organisation("city", "市", "320400", None)
    identity = await Identity.open(store, Bus(), clock, city, passwords=cheap_passwords())
    notes = Notes(store, identity.audit, clock)
    row = Recording("r", "c", "city", "320400", "1001", "", "", clock.wall(), "stored", seconds=60.0)
    mine, others = await asyncio.gather(
        notes.add(BOSS, row, NewNote(second=5, text="一")), notes.add(EAST, row, NewNote(second=5, text="二"))
    )
    assert {one.text for one in await notes.of(BOSS, "r")} == {"一", "二"}
    done = await asyncio.gather(*[notes.remove(BOSS, "r", mine.id) for _ in range(2)], return_exceptions=True)
    assert [type(one) for one in done if one is not None] == [NotFound]
    assert [one.id for one in await notes.of(BOSS, "r")] == [others.id]
    async with store.reading() as session:
        actions = list(await session.scalars(select(AuditRow.action).order_by(AuditRow.sequence)))
    assert actions.count("recording.unmarked") == 1
    identity.close()
