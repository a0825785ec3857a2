"""The books of all sides, read after a run: SIPp's logs, the engine's journal and figures, the switch's CDRs."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from cti.base.events import CallArrived, CallEvent, Event
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.models import CallRow, SwitchCdr
from cti.telephony.switch.asterisk.books import CdrFile, record_of
from cti.telephony.switch.port import SwitchRecord
from cti.telephony.switch.secrets import books_key

_LINE = re.compile(
    r"(?P<kind>CALLER|AGENT|PHONE) \S+\s+\S+\s+(?P<at>\d+\.\d+) (?P<id>\S+) (?P<who>\S*) (?P<whom>\S*) (?P<what>\w+)"
)


@dataclass(slots=True)
class Heard:
    """A call as a telephone had it: what it did, and when (seconds of the epoch).

    Of a caller `whom` is the number called; of an agent it is our call's id, as the switch told it.
    """

    id: str
    who: str
    whom: str
    steps: dict[str, float] = field(default_factory=dict)

    @property
    def begun(self) -> float:
        """When it began."""
        return min(self.steps.values())

    @property
    def answered(self) -> float | None:
        """When it was answered and confirmed."""
        return self.steps.get("answered")

    @property
    def over(self) -> tuple[str, float] | None:
        """How and when it ended; None when the telephone does not know."""
        names = ("leaves", "released", "cancelled", "declines", "busy", "silent", "nobody", "forgotten")
        found = [(name, self.steps[name]) for name in names if name in self.steps]
        return found[0] if found else None


@dataclass(slots=True)
class Told:
    """A call as the engine had it. `ended` is when, as seconds of the epoch: events of the past are told later."""

    id: str
    caller: str
    called: str
    ended: float = 0.0
    story: list[Event] = field(default_factory=list)

    def all(self, kind: type[Any]) -> list[Any]:
        """Its events of one type, in order."""
        return [event for event in self.story if isinstance(event, kind)]


@dataclass(frozen=True, slots=True)
class Books:
    """Everything. `figures` are the engine's own counts by queue, `records` the switch's."""

    callers: list[Heard]
    offers: list[Heard]
    calls: dict[str, Told]
    records: list[SwitchRecord]
    figures: dict[str, dict[str, float]]


def heard(lines: Iterable[str], kind: str) -> list[Heard]:
    """The calls in SIPp's log, in order of their beginning."""
    found: dict[str, Heard] = {}
    for line in lines:
        match = _LINE.match(line)
        if match is None or match["kind"] != kind:
            continue
        call = found.setdefault(match["id"], Heard(match["id"], match["who"], match["whom"]))
        call.steps.setdefault(match["what"], float(match["at"]))
    return sorted(found.values(), key=lambda call: call.begun)


def _lines(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from file


def read(folder: Path) -> Books:
    """The books of a run in this folder."""
    callers: list[Heard] = []
    for path in sorted((folder / "callers").glob("*.log")):
        # Each SIPp numbers its calls anew.
        callers += heard(_lines([path]), "CALLER")
    offers = heard(_lines([folder / "agents" / "agents.log"]), "AGENT")
    data = folder / "hotline"
    # What the engine has not read yet; the rest it keeps.
    late = CdrFile(data / "switch" / "log" / "cdr-custom" / "calls.csv", books_key(data)).read()
    calls, figures, records = asyncio.run(_engine(data))
    return Books(callers, offers, calls, [*records, *late], figures)


async def _engine(data: Path) -> tuple[dict[str, Told], dict[str, dict[str, float]], list[SwitchRecord]]:
    store = await Store.open(None, data)
    try:
        async with store.reading() as session:
            kept = (await session.scalars(select(SwitchCdr.data).order_by(SwitchCdr.started_at))).all()
        records = [record for one in kept if (record := record_of(json.loads(one)))]
        stored = StoredCalls(store)
        calls: dict[str, Told] = {}
        last = 0
        while page := await stored.events_after(last):
            last = page[-1].sequence
            for event in (one.event for one in page):
                if isinstance(event, CallArrived):
                    calls[event.call] = Told(event.call, event.caller.raw, event.called.raw)
                if isinstance(event, CallEvent) and event.call in calls:
                    calls[event.call].story.append(event)
        async with store.reading() as session:
            for id, ended in (await session.execute(select(CallRow.id, CallRow.ended_at))).all():
                if id in calls and ended is not None:
                    calls[id].ended = ended.timestamp()
        sums: dict[str, dict[str, float]] = {}
        for key, figures in (await stored.kept("acd_figures")).items():
            kind, _, who = key.split(" ", 2)
            if kind == "queue":
                whole = sums.setdefault(who, {})
                for name, value in figures.items():
                    whole[name] = whole.get(name, 0) + value
        return calls, sums, records
    finally:
        await store.close()
