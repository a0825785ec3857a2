"""Numbers that other systems know, read when they have them and kept for each period: figures are counted of these.

```yaml
verbs:
  rank: {method: GET, path: "/ranking?day={day}"}
readings:
  province_rank: {title: 全省排名, verb: rank, value: data.rank, period: day, at: "06:30"}
```

The period before is read from `at` o'clock on its next day; what could not be read is tried again, and periods that
were missed are read later where the address names the period.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec
import structlog
from sqlalchemy import func, select

from cti.base.clock import Clock
from cti.base.lookout import Lookout
from cti.base.times.business_time import ZONE
from cti.office.connectors.description import PLACE, ConnectorDescription, Reading
from cti.office.connectors.models import ConnectorReadingRow
from cti.office.connectors.port import Answer, OtherSideFails, OtherSideRefuses
from cti.office.figures.periods import Period
from cti.office.messages.channels.http_gateway import value_at
from cti.store.engine import Store
from cti.store.upsert import insert_or_leave

log = structlog.get_logger(__name__)

LOOK_SECONDS = 60.0
FIRST, MOST = 60.0, 1800.0
BACK = 7
"""So many periods are read that were missed."""
FAILURES = 5
"""So many in a row raise an alarm."""
FAR = 1e15
"""Larger numbers are no figures."""


class Asks(Protocol):
    """Asks other systems; `cti.office.connectors.service.Connectors` does."""

    def reading(self) -> Mapping[str, ConnectorDescription]:
        """The connectors that may be asked now, by name."""
        ...

    async def ask(self, connector: str, verb: str, fields: dict[str, Any]) -> Answer:
        """The answer. OtherSideFails, OtherSideRefuses."""
        ...


@dataclass(frozen=True, slots=True)
class Failing:
    """A reading that could not be made: so many times in a row, tried again at `until`, for the reason in `words`."""

    tries: int
    until: float
    words: str


class Readings:
    """Reads what is due. `told` hears of a reading that fails again and again (its words), and of its next success."""

    def __init__(
        self, asks: Asks, store: Store, clock: Clock, house: tuple[str, str], told: Callable[[str, str, str], None]
    ) -> None:
        self._asks, self._store, self._clock, self._house, self._told = asks, store, clock, house, told
        self._failed: dict[tuple[str, str], Failing] = {}
        self._lookout = Lookout(clock, "readings", self._look, self._broken)

    def start(self) -> None:
        """Read from now on."""
        self._lookout.start()

    async def stop(self) -> None:
        """Read nothing more; what is due is read by the next engine."""
        await self._lookout.stop()

    @property
    def is_looking(self) -> bool:
        """Whether it reads right now."""
        return self._lookout.is_looking

    async def _look(self) -> None:
        self._lookout.come_back(LOOK_SECONDS)
        for name, described in self._asks.reading().items():
            for key, reading in described.readings.items():
                failing = self._failed.get((name, key))
                if failing is None or failing.until <= self._clock.now():
                    await self._read(name, described, key, reading, failing.tries if failing else 0)

    async def _read(self, name: str, described: ConnectorDescription, key: str, reading: Reading, tries: int) -> None:
        for period in await self._missing(name, described, key, reading):
            try:
                value = await self._asked(name, reading, period)
            except (OtherSideFails, OtherSideRefuses) as error:
                wait = min(FIRST * 2.0**tries, MOST)
                self._failed[name, key] = Failing(tries + 1, self._clock.now() + wait, str(error))
                log.warning("reading failed", connector=name, reading=key, reason=str(error))
                if tries + 1 == FAILURES:
                    self._told(name, key, f"“{described.title}”的“{reading.title}”连续读取失败：{error}"[:400])
                return
            await self._keep(name, described, key, period, value)
        self._works(name, key)

    def fault(self, connector: str, reading: str) -> str:
        """Why it could not be made last time; empty when it could."""
        failing = self._failed.get((connector, reading))
        return failing.words if failing is not None else ""

    async def read_now(self, connector: str, reading: str) -> tuple[Period, float, bool]:
        """Ask for the last period that is over: it, its value, and whether that is new: what was kept stays.

        OtherSideFails, OtherSideRefuses.
        """
        described = self._asks.reading()[connector]
        asked = described.readings[reading]
        period = _latest(asked, self._clock.wall().astimezone(ZONE))
        value = await self._asked(connector, asked, period)
        is_new = await self._keep(connector, described, reading, period, value)
        self._works(connector, reading)
        return period, value, is_new

    async def _asked(self, name: str, reading: Reading, period: Period) -> float:
        return _value(await self._asks.ask(name, reading.verb, _fields(period)), reading.value)

    def _works(self, name: str, key: str) -> None:
        if self._failed.pop((name, key), None) is not None:
            self._told(name, key, "")

    async def _missing(self, name: str, described: ConnectorDescription, key: str, reading: Reading) -> list[Period]:
        """The periods that are over and not read, the oldest first."""
        now = self._clock.wall().astimezone(ZONE)
        places = set(PLACE.findall(described.verbs[reading.verb].path))
        periods = list(_over(reading, now, BACK if places & set(_fields(_latest(reading, now))) else 1))
        mine = ConnectorReadingRow.connector == name, ConnectorReadingRow.reading == key
        async with self._store.reading() as session:
            last = await session.scalar(select(func.max(ConnectorReadingRow.day)).where(*mine))
        if last is None:
            # A new reading begins with the last period: the other side need not know what was before.
            return periods[:1]
        return [one for one in reversed(periods) if one.first.isoformat() > last]

    async def _keep(self, name: str, described: ConnectorDescription, key: str, period: Period, value: float) -> bool:
        """Whether the period had no value before."""
        values = {
            "connector": name, "reading": key, "day": period.first.isoformat(), "at": period.since, "value": value,
            "read_at": self._clock.wall(), "organisation": described.organisation or self._house[0],
            "region": self._house[1],
        }  # fmt: skip
        async with self._store.writing() as session:
            add = insert_or_leave(ConnectorReadingRow, "connector", "reading", "day", returning="day")
            return await session.scalar(add, values) is not None

    @staticmethod
    def _broken(error: Exception) -> None:
        log.error("nothing is read", reason=f"{type(error).__name__}: {error}")


def _latest(reading: Reading, now: datetime) -> Period:
    """The last period that is over, and of which the other side knows by now."""
    found = Period.around(reading.period, now.date()).before()
    hour, minute = map(int, reading.at.split(":"))
    begins = datetime.combine(found.last + timedelta(days=1), datetime.min.time(), ZONE)
    return found if begins + timedelta(hours=hour, minutes=minute) <= now else found.before()


def _over(reading: Reading, now: datetime, count: int) -> Iterator[Period]:
    found = _latest(reading, now)
    for _ in range(count):
        yield found
        found = found.before()


def _fields(period: Period) -> dict[str, Any]:
    """What an address may name of a period."""
    first, last = period.first.isoformat(), period.last.isoformat()
    return {"day": first, "month": first[:7], "first": first, "last": last}


def _value(answer: Answer, path: str) -> float:
    try:
        said = value_at(msgspec.json.decode(answer.text), path)
    except msgspec.DecodeError:
        raise OtherSideRefuses("应答不是 JSON", answer) from None
    try:
        found = float(said) if isinstance(said, str | int | float) and not isinstance(said, bool) else None
    except ValueError:
        found = None
    if found is None or not abs(found) < FAR:
        raise OtherSideRefuses(f"应答的 {path} 不是数字", answer)
    return found
