"""From what is told of legs to rows: each once, and added to the day of its line, its agent and his network."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.events import Event, LegMeasured
from cti.base.ids import new_id
from cti.base.times.business_time import ZONE
from cti.office.records import Office
from cti.store.calls import BAD, QUALITY, StoredCalls
from cti.store.journal.following import Following
from cti.store.journal.journal import Journal
from cti.telephony.measured import BROWSER
from workflow.lines.models import MeasuredDayRow, MeasuredRow
from workflow.lines.quality.settings import QualitySettings
from workflow.lines.quality.watch import QualityWatch

NETWORK_BITS = {4: 24, 6: 64}
DayKey = tuple[str, str, date, str]


class QualityBooks(Following):
    """Writes down what is told of legs, and lets `watch` know."""

    kept: ClassVar[str] = "line_quality"
    types: ClassVar[tuple[type[Event], ...]] = (LegMeasured,)

    def __init__(
        self, calls: StoredCalls, journal: Journal, office: Office, settings: QualitySettings, watch: QualityWatch
    ) -> None:
        super().__init__(calls, journal)
        self._office, self._settings, self._watch = office, settings, watch

    async def heard(self, events: Sequence[Event]) -> None:
        """Legs ended. One that is told again is there already, and counts no more."""
        told = {(one.call, one.leg): one for one in events if isinstance(one, LegMeasured)}
        async with self._office.store.writing() as session:
            wanted = select(MeasuredRow.call, MeasuredRow.leg).where(MeasuredRow.call.in_({call for call, _ in told}))
            there = {(call, leg) for call, leg in (await session.execute(wanted)).all()}
            rows = [self._row(one) for key, one in told.items() if key not in there]
            session.add_all(rows)
            await _add_to_days(session, rows)
            await StoredCalls.mark(session, {row.call for row in rows if row.bad}, QUALITY, BAD)
        for row in rows:
            for kind, name in subjects(row):
                self._watch.heard(kind, name, row.bad, self._office.clock.wall())

    async def clean(self, session: AsyncSession, at: datetime) -> None:
        """Remove what is older than it is kept."""
        await session.execute(
            delete(MeasuredRow).where(MeasuredRow.at < at - timedelta(days=self._settings.quality_days))
        )

    def _row(self, one: LegMeasured) -> MeasuredRow:
        worst = max(one.loss, one.far_loss or 0.0)
        bad = one.silent or one.mos < self._settings.bad_mos or 100 * worst >= self._settings.bad_loss
        return MeasuredRow(
            id=new_id(), organisation=one.organisation, region=one.region, call=one.call, leg=one.leg, at=one.at,
            party=one.party, line=one.line, agent=one.agent, far=one.far, network=network_of(one.far), codec=one.codec,
            packets=one.packets, mos=one.mos, loss=one.loss, jitter=one.jitter, far_loss=one.far_loss,
            far_jitter=one.far_jitter, round_trip=one.round_trip, silent=one.silent, bad=bad,
        )  # fmt: skip


def network_of(address: str) -> str:
    """`192.0.2.77` → `192.0.2.0/24`; empty for what is no address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((found, NETWORK_BITS[found.version]), strict=False))


def subjects(row: MeasuredRow) -> Iterator[tuple[str, str]]:
    """What a leg says something about: an agent and the network that he sits in, or a carrier's line."""
    if row.party == BROWSER:
        # The same leg as the switch counts, from its other end.
        return
    if row.agent and row.party in ("agent", "consulted", "supervisor"):
        yield "agent", row.agent
        if row.network:
            yield "network", row.network
    elif row.line:
        yield "line", row.line


async def _add_to_days(session: AsyncSession, rows: Sequence[MeasuredRow]) -> None:
    told: dict[DayKey, list[MeasuredRow]] = {}
    for row in rows:
        day = row.at.astimezone(ZONE).date()
        for kind, name in subjects(row):
            told.setdefault((kind, name, day, row.organisation), []).append(row)
    table = MeasuredDayRow
    wanted = select(table).where(table.day.in_({key[2] for key in told}), table.name.in_({key[1] for key in told}))
    found = await session.scalars(wanted.with_for_update())
    there: dict[DayKey, MeasuredDayRow] = {(one.kind, one.name, one.day, one.organisation): one for one in found}
    # In one order for all writers.
    for key in sorted(told):
        kind, name, day, organisation = key
        sums = there.get(key)
        if sums is None:
            sums = table(
                id=new_id(), organisation=organisation, region=told[key][0].region, day=day, kind=kind, name=name,
                legs=0, bad=0, silent=0, mos=0.0, loss=0.0, jitter=0.0, round_trip=0.0,
            )  # fmt: skip
            session.add(sums)
        for row in told[key]:
            sums.legs += 1
            sums.bad += row.bad
            sums.silent += row.silent
            sums.mos += row.mos
            sums.loss += max(row.loss, row.far_loss or 0.0)
            sums.jitter = max(sums.jitter, row.jitter or 0.0, row.far_jitter or 0.0)
            sums.round_trip = max(sums.round_trip, row.round_trip or 0.0)
