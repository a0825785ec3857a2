"""Marks and notes: in the order of the sound, one's own to take back, each in the audit."""

from __future__ import annotations

import asyncio

import pytest

from cti.base.refusal import Conflict, Invalid, NotFound
from cti.store.recordings.recordings import Recording
from recorder import notes as module
from recorder.notes import NewNote, Notes
from tests.office import BOSS, EAST
from tests.recorder.rooms import RecordingHouse


async def test_marks_of_a_recording(recording_house: RecordingHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = recording_house.clock
    notes = Notes(recording_house.store, recording_house.identity.audit, clock)
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
    actions = [one.action for one in await recording_house.audited()]
    assert actions == ["recording.marked", "recording.marked", "recording.unmarked"]


async def test_two_at_once_have_both_their_marks_and_one_is_taken_back_once(recording_house: RecordingHouse) -> None:
    clock = recording_house.clock
    notes = Notes(recording_house.store, recording_house.identity.audit, clock)
    row = Recording("r", "c", "city", "320400", "1001", "", "", clock.wall(), "stored", seconds=60.0)
    mine, others = await asyncio.gather(
        notes.add(BOSS, row, NewNote(second=5, text="一")), notes.add(EAST, row, NewNote(second=5, text="二"))
    )
    assert {one.text for one in await notes.of(BOSS, "r")} == {"一", "二"}
    done = await asyncio.gather(*[notes.remove(BOSS, "r", mine.id) for _ in range(2)], return_exceptions=True)
    assert [type(one) for one in done if one is not None] == [NotFound]
    assert [one.id for one in await notes.of(BOSS, "r")] == [others.id]
    actions = [one.action for one in await recording_house.audited()]
    assert actions.count("recording.unmarked") == 1
