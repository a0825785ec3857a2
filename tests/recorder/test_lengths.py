"""Recordings that are shorter than their talks: told once, kept with the recording, and nothing else is a fault."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest

from cti.base.clock import VirtualClock
from cti.base.events import CallHeld, CallRetrieved, Event, RecordingStarted, TalkEnded, TalkStarted
from cti.store.engine import Store
from cti.store.recordings.recordings import Recording, RecordingStore
from recorder.lengths import ALARM, SHORT, TOLD_SECONDS, Lengths

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def about(second: float) -> dict[str, object]:
    return {"at": AT + timedelta(seconds=second), "call": "c", "organisation": "city", "region": "320400"}


TALK: list[Event] = [
    TalkStarted(**about(0), agent="1001", leg="l", queue="", waited=0.0),  # type: ignore[arg-type]
    RecordingStarted(**about(0), recording="r", agent="1001"),  # type: ignore[arg-type]
]
HOLD: list[Event] = [
    CallHeld(**about(10), agent="1001"),  # type: ignore[arg-type]
    CallRetrieved(**about(40), agent="1001"),  # type: ignore[arg-type]
]
END: list[Event] = [TalkEnded(**about(60), agent="1001", seconds=60, ended_by="agent")]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("story", "seconds", "missing"),
    [
        ([*TALK, *END], 58.1, 0.0),
        ([*TALK, *END], 57.5, 2.5),
        ([*TALK, *END], 0.0, 60.0),
        ([*TALK, *HOLD, *END], 28.0, 0.0),
        ([*TALK, *HOLD, *END], 10.0, 20.0),
    ],
)
async def test_what_is_missing_is_told_and_stays_with_the_recording(
    sqlite_store: Store, story: list[Event], seconds: float, missing: float
) -> None:
    """It was a line in the log: after a failed consultation nobody knew that the rest was not recorded."""
    said, clock, store = dict[str, str](), VirtualClock(AT), RecordingStore(sqlite_store)
    row = Recording("r", "c", "city", "320400", "1001", "", "p", AT, "stored", seconds=seconds)
    await store.add(row)

    async def kept() -> None:
        """All is."""

    async def stories(calls: Collection[str], types: Collection[str]) -> dict[str, list[Event]]:
        return {"c": [one for one in story if type(one).__name__ in types]}

    lengths = Lengths(store, kept, stories, said.__setitem__, clock)
    assert await lengths.check(row, AT + timedelta(seconds=60)) == pytest.approx(missing)
    (found,) = await store.of_ids(["r"])
    assert found.fault == (SHORT if missing else "")
    if missing:
        assert said[ALARM] == f"1 条录音比通话短（最近一条缺 {missing:.0f} 秒），请检查磁盘和交换机"
        clock.advance(TOLD_SECONDS + 1)
        assert said[ALARM] == ""
    else:
        assert said == {}


async def test_a_clock_that_is_set_back_in_a_talk_is_no_fault(sqlite_store: Store) -> None:
    said, clock, store = dict[str, str](), VirtualClock(AT), RecordingStore(sqlite_store)
    row = Recording("r", "c", "city", "320400", "1001", "", "p", AT, "stored", seconds=60.0)
    await store.add(row)

    async def kept() -> None:
        """All is."""

    async def stories(calls: Collection[str], types: Collection[str]) -> dict[str, list[Event]]:
        back = TalkEnded(**about(-3000), agent="1001", seconds=0, ended_by="agent")  # type: ignore[arg-type]
        return {"c": [*TALK, back]}

    lengths = Lengths(store, kept, stories, said.__setitem__, clock)
    assert await lengths.check(row, AT - timedelta(seconds=3000)) == 0.0 and said == {}
