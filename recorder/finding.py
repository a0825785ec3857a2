"""What is known of calls becomes facts by which their recordings are found; plugins add columns of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from datetime import timedelta

import structlog

from cti.base.clock import Clock
from cti.store.calls import StoredCall, StoredCalls
from cti.store.recordings.recordings import HELD
from cti.store.recordings.search import LAST_FOUR, NUMBER, RecordingSearch
from recorder.importing.imported import OLD, OLD_TICKET, SOURCE

log = structlog.get_logger(__name__)

CALL = "call"
"""The key that each recording has once the facts of its call are said."""
BACK = timedelta(days=3)
AT_ONCE = 200
PAUSE_SECONDS = 10.0


class RecordingColumns:
    """The columns that plugins fill: `offer` one, and `say` what stands in it for a recording."""

    def __init__(self, search: RecordingSearch) -> None:
        self._search = search
        self.titles: dict[str, str] = {}

    def offer(self, key: str, title: str) -> None:
        """A column with its Chinese title; ValueError when there is one of that key, or the key is the house's."""
        if key in self.titles or key in OWN:
            raise ValueError(f"two columns {key} of recordings")
        self.titles[key] = title

    async def say(self, recording: str, facts: Mapping[str, str | Collection[str]]) -> None:
        """What stands in offered columns for a recording; KeyError for others."""
        for key in facts:
            self.titles[key]
        await self._search.say({recording: facts})


OWN = {
    NUMBER: "来电号码", LAST_FOUR: "号码后四位", "queue": "队列", "satisfaction": "满意度", "reason": "结束原因",
    "called": "拨打号码", CALL: "来电编号", HELD: "已保全",
    OLD: "原录音编号", OLD_TICKET: "原工单编号", SOURCE: "原平台",
}  # fmt: skip
"""What the house itself says of each recording."""


def facts_of(call: StoredCall) -> dict[str, str]:
    """What is known of a call."""
    return {
        CALL: call.id,
        NUMBER: call.caller.digits,
        LAST_FOUR: call.caller.digits if len(call.caller.digits) >= 4 else "",
        "queue": call.queue,
        "satisfaction": call.satisfaction,
        "reason": call.reason,
        "called": call.called,
    }


async def index(search: RecordingSearch, calls: StoredCalls, clock: Clock) -> int:
    """Say what is known of the ended calls of recordings of the last days; returns of how many."""
    rows = await search.without_facts(clock.wall() - BACK, CALL, AT_ONCE)
    found = await calls.some({one.call for one in rows})
    said = {
        one.id: facts_of(found[one.call]) for one in rows if one.call in found and found[one.call].ended_at is not None
    }
    if said:
        await search.say(said)
    return len(said)


async def index_again_and_again(search: RecordingSearch, calls: StoredCalls, clock: Clock) -> None:
    """Bring what is known of calls into the search of their recordings, until cancelled."""
    while True:
        try:
            while await index(search, calls, clock):
                await asyncio.sleep(0)
        except Exception:
            log.exception("recordings are not indexed")
        await asyncio.sleep(PAUSE_SECONDS)
