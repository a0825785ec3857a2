"""Holding recordings, one and many: within one's reach, each in the audit, by two people at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cti.base.refusal import NotFound
from cti.base.scope import EVERYTHING
from cti.store.recordings.filter import RecordingFilter
from cti.store.recordings.recordings import HELD, Recording
from cti.store.recordings.search import RecordingSearch
from recorder.holding_api import Hold, HoldMany, ManyRecordings, routes
from tests.office import BOSS, EAST
from tests.recorder.rooms import RecordingHouse


async def test_many_are_held_and_each_that_is_not_is_told(recording_house: RecordingHouse) -> None:
    store, clock = recording_house.store, recording_house.clock
    audit, rows = recording_house.identity.audit, recording_house.rows
    for id, organisation, state in ("a", "east", "stored"), ("b", "city", "stored"), ("c", "east", "removed"):
        await rows.add(Recording(id, "c", organisation, "320400", "1001", "", "", clock.wall(), state, seconds=60.0))
    does: dict[str, Any] = {f"{one.method} {one.path}": one.handler for one in routes(store, audit)}
    answer = await does["POST /api/recordings/bulk/hold"](
        EAST, HoldMany(ids=["a", "b", "c", "a", "none"], reason="诉讼")
    )
    assert answer.done == 1
    assert {one.id: one.detail for one in answer.failed} == {
        "b": "没有这条录音", "c": "录音已按保存期限清理", "none": "没有这条录音",
    }  # fmt: skip
    assert {one.id: one.held for one in await rows.of_ids(["a", "b", "c"])} == {"a": "诉讼", "b": "", "c": ""}
    search = RecordingSearch(store)
    found = await search.page(RecordingFilter(facts={HELD: "1"}), EVERYTHING)
    assert [one.id for one in found.items] == ["a"]
    hold = does["POST /api/recordings/{recording}/hold"]
    await asyncio.gather(hold("b", BOSS, Hold(reason="信访")), hold("b", BOSS, Hold(reason="审计")))
    with pytest.raises(NotFound):
        await hold("b", EAST, Hold(reason="x"))
    assert (await does["POST /api/recordings/bulk/release"](BOSS, ManyRecordings(ids=["a"]))).done == 1
    found = await search.page(RecordingFilter(facts={HELD: "1"}), EVERYTHING)
    assert [one.id for one in found.items] == ["b"]
    entries = [
        (one.action, one.subject, one.before, one.after)
        for one in await recording_house.audited()
        if one.action.startswith("recording.")
    ]
    assert [one[:2] for one in entries] == [
        ("recording.held", "recording:a"), ("recording.held", "recording:b"), ("recording.held", "recording:b"),
        ("recording.released", "recording:a"),
    ]  # fmt: skip
    # Who came second replaced what the first had written, and the audit says so.
    (last,) = [one.held for one in await rows.of_ids(["b"])]
    assert last in entries[2][3] and {"信访", "审计"} - {last} <= {
        one for one in ("信访", "审计") if one in entries[2][2]
    }
