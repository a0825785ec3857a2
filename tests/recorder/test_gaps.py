"""Gaps of a recording on a real store: each has its place, in whatever order things end."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from cti.base.events import RecordingFinished, RecordingPaused, RecordingResumed, RecordingStarted
from cti.store.engine import Store
from cti.store.recordings.recordings import Recording, RecordingStore
from recorder.gaps import ALARM, GAPS, Gaps

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
ABOUT = {"at": AT, "call": "c", "organisation": "city", "region": "320400", "recording": "r"}


async def test_each_gap_has_its_place_and_one_that_is_open_ends_with_the_talk(sqlite_store: Store) -> None:
    store, length = RecordingStore(sqlite_store), iter([2.0, 5.5, 7.25])

    async def kept() -> None:
        # The row comes with the first commit, after the pause was told.
        if not await store.of_ids(["r"]):
            row = Recording("r", "c", "city", "320400", "1001", "", "", AT, "recording", detail={"other": 1})
            await store.add(row)

    said = dict[str, str]()
    gaps = Gaps(store, kept, lambda recording: next(length), said.__setitem__)
    gaps.on_paused(RecordingPaused(**ABOUT, reason="手动", by="1001"))
    gaps.on_resumed(RecordingResumed(**ABOUT, by="1001"))
    gaps.on_paused(RecordingPaused(**ABOUT, reason="表单", by=""))
    gaps.on_finished(RecordingFinished(**ABOUT, seconds=9.0, bytes=1, repaired=False))
    await gaps.settled()
    (row,) = await store.of_ids(["r"])
    assert row.detail == {
        "other": 1,
        GAPS: [
            {"since": 2.0, "until": 5.5, "reason": "手动", "by": "1001"},
            {"since": 7.25, "until": 9.0, "reason": "表单", "by": ""},
        ],
    }
    assert said == {ALARM: ""}


async def test_one_that_cannot_be_written_is_told_and_written_when_it_can_be(sqlite_store: Store) -> None:
    """It was logged, and nothing said that something is missing that nobody was to hear."""
    store, told, away = RecordingStore(sqlite_store), list[str](), [True]
    await store.add(Recording("r", "c", "city", "320400", "1001", "", "", AT, "recording"))

    async def kept() -> None:
        if away[0]:
            raise OSError("the database is away")

    length = iter([2.0, 5.5])
    gaps = Gaps(store, kept, lambda _: next(length), lambda _, text: told.append(text), again_seconds=0.01)
    gaps.on_paused(RecordingPaused(**ABOUT, reason="手动", by="1001"))
    gaps.on_resumed(RecordingResumed(**ABOUT, by="1001"))
    async with asyncio.timeout(5):
        while len(told) < 3:
            await asyncio.sleep(0.01)
    assert set(told) == {"录音的暂停区间暂时无法保存，将自动重试"}
    away[0] = False
    await gaps.settled()
    (row,) = await store.of_ids(["r"])
    assert row.detail == {GAPS: [{"since": 2.0, "until": 5.5, "reason": "手动", "by": "1001"}]}
    assert told[-1] == ""


async def test_a_recording_that_was_not_paused_asks_for_no_commit_and_no_row(sqlite_store: Store) -> None:
    commits = []

    async def kept() -> None:
        commits.append("commit")

    store = RecordingStore(sqlite_store)
    gaps = Gaps(store, kept, lambda _: 1.0, lambda *_: None)
    started = RecordingStarted(**ABOUT, agent="1001")
    finished = RecordingFinished(**ABOUT, seconds=9.0, bytes=1, repaired=False)
    gaps.on_started(started)
    gaps.on_finished(finished)
    await gaps.settled()
    assert commits == []
    # One that another engine saw begin may have been paused under it.
    gaps.on_finished(finished)
    await gaps.settled()
    assert commits == ["commit"]
    await store.add(Recording("r", "c", "city", "320400", "1001", "", "", AT, "recording"))
    gaps.on_started(started)
    gaps.on_paused(RecordingPaused(**ABOUT, reason="手动", by="1001"))
    gaps.on_finished(finished)
    await gaps.settled()
    (row,) = await store.of_ids(["r"])
    assert row.detail[GAPS] == [{"since": 1.0, "until": 9.0, "reason": "手动", "by": "1001"}]
