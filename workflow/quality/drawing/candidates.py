"""The talks among which a plan draws: stored recordings of a span whose talk fits the plan's conditions (F28)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from acd.service import Acd
from cti.base.refusal import Refusal
from cti.base.times.business_time import ZONE
from cti.store.calls import StoredCall, StoredCalls
from cti.store.recordings.recordings import Recording, RecordingStore
from cti.telephony.doorway import VIP, facts_of
from cti.telephony.home_places import HomePlaces
from recorder.outline import Outlines
from workflow.quality.drawing.draw import Orders
from workflow.quality.models import PlanRow
from workflow.quality.scoring.marks import measured_of

log = structlog.get_logger(__name__)

DAY, AT_ONCE = timedelta(days=1), 400


class Saying(Protocol):
    """Finds calls by what was said in them: the transcripts."""

    async def saying(self, words: str, calls: Collection[str]) -> set[str]:
        """Which of these calls have the words."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recorded talk, its call, and the seat group of its agent."""

    recording: Recording
    call: StoredCall
    group: str


class Candidates:
    """Finds them. `saying` is there while transcripts run, `places` while somebody knows where numbers are at home."""

    def __init__(self, recordings: RecordingStore, calls: StoredCalls, acd: Acd, outlines: Outlines) -> None:
        self._recordings, self._calls, self._acd, self._outlines = recordings, calls, acd, outlines
        self.saying: Saying | None = None
        self.places: HomePlaces | None = None

    async def find(
        self, plan: PlanRow, organisations: Collection[str], since: datetime, until: datetime
    ) -> list[Candidate]:
        """Those of calls from `since` to before `until`, but for what only the sound tells: see `silent`."""
        found: list[Candidate] = []
        begin = since
        while begin < until:
            end = min(begin + DAY, until)
            rows = await self._recordings.stored_between(begin, end)
            mine = [one for one in rows if _is_talk(one) and one.organisation in organisations]
            for at in range(0, len(mine), AT_ONCE):
                found += await self._fitting(plan, mine[at : at + AT_ONCE])
            begin = end
        return found

    async def _fitting(self, plan: PlanRow, rows: Sequence[Recording]) -> list[Candidate]:
        calls = await self._calls.some({one.call for one in rows})
        groups = {one.agent: self._acd.agent(one.agent).groups for one in rows}
        found = [
            Candidate(one, calls[one.call], next(iter(groups[one.agent]), ""))
            for one in rows
            if one.call in calls and fits(plan, one, calls[one.call], groups[one.agent])
        ]
        if plan.place:
            found = [one for one in found if self._place_of(one).startswith(plan.place)]
        if plan.level:
            whole = await self._calls.load_some({one.call.id for one in found})
            vips = {id for id, call in whole.items() if facts_of(call).get(VIP)}
            found = [one for one in found if (one.call.id in vips) == (plan.level == "vip")]
        if plan.words:
            said = await self.saying.saying(plan.words, {one.call.id for one in found}) if self.saying else set()
            found = [one for one in found if one.call.id in said]
        return found

    def _place_of(self, one: Candidate) -> str:
        return self.places.of(one.call.caller) if self.places is not None else ""

    async def silent(self, orders: Orders, recordings: Mapping[str, Recording], least: int, each: int) -> Orders:
        """Of each agent's talks in order the first so many with so long a silence: each is listened to by the house,
        so no more than needed."""
        found: Orders = {}
        for agent, ids in orders.items():
            found[agent] = []
            for id in ids:
                if len(found[agent]) >= each:
                    break
                if await self.longest_silence(recordings[id]) >= least:
                    found[agent].append(id)
        return found

    async def longest_silence(self, recording: Recording) -> float:
        """Seconds in which nobody speaks; 0 for what cannot be opened now."""
        try:
            return measured_of((await self._outlines.of(recording)).speech).longest_silence
        except (Refusal, OSError) as error:
            log.warning("a recording cannot be measured", recording=recording.id, reason=str(error))
            return 0.0


def fits(plan: PlanRow, recording: Recording, call: StoredCall, groups: Collection[str]) -> bool:
    """Whether a talk fits what its rows say."""
    seconds = recording.seconds or 0.0
    ended = call.ended_at or recording.started_at + timedelta(seconds=seconds)
    return (
        (not plan.groups or bool(set(plan.groups) & set(groups)))
        and (not plan.agents or recording.agent in plan.agents)
        and (not plan.queues or call.queue in plan.queues)
        and (plan.min_seconds is None or seconds >= plan.min_seconds)
        and (plan.max_seconds is None or seconds <= plan.max_seconds)
        and (not plan.satisfactions or (call.satisfaction or "none") in plan.satisfactions)
        and is_within(call.arrived_at, plan.began_from, plan.began_to)
        and is_within(ended, plan.ended_from, plan.ended_to)
    )


def is_within(at: datetime, begins: str, ends: str) -> bool:
    """Whether a moment lies between two times of day (`08:00`, the last one exclusive), perhaps over midnight."""
    now, begin, end = f"{at.astimezone(ZONE):%H:%M}", begins or "00:00", ends or "24:00"
    return begin <= now < end if begin < end else now >= begin or now < end


def _is_talk(one: Recording) -> bool:
    return one.kind == "talk" and bool(one.agent) and bool(one.call) and bool(one.seconds)
