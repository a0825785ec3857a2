"""Holding recordings, one and many: within one's reach, each in the audit, by two people at once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.refusal import NotFound
from cti.base.scope import EVERYTHING
from cti.office.identity.directory import Organisation
from cti.office.identity.models import AuditRow
from cti.office.identity.service import Identity
from cti.store.engine import Store
from cti.store.recording_search import RecordingFilter, RecordingSearch
from cti.store.recordings import HELD, Recording, RecordingStore
from recorder.holding_api import Hold, HoldMany, ManyRecordings, routes
from tests.office import BOSS, EAST, cheap_passwords
from tests.recorder.rooms import an_archive


async def test_many_are_held_and_each_that_is_not_is_told(store: Store, tmp_path: Path) -> None:
    clock = VirtualClock()
    await an_archive(store, tmp_path / "recordings", clock)
    city = Organisation("city", "市", "320400", None)
    identity = await Identity.open(store, Bus(), clock, city, passwords=cheap_passwords())
    rows = RecordingStore(store)
    for id, organisation, state in ("a", "east", "stored"), ("b", "city", "stored"), ("c", "east", "removed"):
        await rows.add(Recording(id, "c", organisation, "320400", "1001", "", "", clock.wall(), state, seconds=60.0))
    does: dict[str, Any] = {f"{one.method} {one.path}": one.handler for one in routes(store, identity.audit)}
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
    async with store.reading() as session:
        wanted = select(AuditRow).where(AuditRow.action.like("recording.%")).order_by(AuditRow.sequence)
        entries = [(one.action, one.subject, one.before, one.after) for one in await session.scalars(wanted)]
    assert [one[:2] for one in entries] == [
        ("recording.held", "recording:a"), ("recording.held", "recording:b"), ("recording.held", "recording:b"),
        ("recording.released", "recording:a"),
    ]  # fmt: skip
    # Who came second replaced what the first had written, and the audit says so.
    (last,) = [one.held for one in await rows.of_ids(["b"])]
    assert last in entries[2][3] and {"信访", "审计"} - {last} <= {
        one for one in ("信访", "审计") if one in entries[2][2]
    }
    identity.close()
