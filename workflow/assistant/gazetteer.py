"""Names of places out of tickets' addresses: the next caller need not say 小区 for his to be one, nor clearly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from sqlalchemy import delete, insert, select

from cti.store.engine import Store
from workflow.assistant.models import PlaceRow
from workflow.assistant.understanding.addresses import runs_of, sounded_in
from workflow.assistant.understanding.numerals import NUMERAL
from workflow.assistant.understanding.places import KNOWN_FROM, LONGEST, SHORTEST, Places

MOST = 20_000
_HOUSE = re.compile(rf"(?P<name>[一-龥]{{3,12}}?)(?=[{NUMERAL}A-Za-z]{{1,4}}(?:号楼|号院|栋|幢|座|单元|期))")


def names_of(address: str, plain: Places) -> Iterator[str]:
    """The names in an address: those that rules take for places, since they may be misheard, and others that stand
    before a house's number.
    """
    yield from (name for name in sounded_in(address) if len(name) <= LONGEST)
    for found in _HOUSE.finditer(address):
        name = found["name"]
        known = runs_of(name, plain)
        # Of 人民路盛世豪庭 what comes after the road.
        name = name[known[-1].end :] if known else name
        if SHORTEST < len(name) <= LONGEST and not any(one in NUMERAL for one in name):
            yield name


class Gazetteer:
    """Kept in a table, made anew by each training."""

    def __init__(self, store: Store, city: str) -> None:
        self._store, self._city = store, city
        self.places = Places(city)

    async def read(self) -> None:
        """Take what the table has."""
        self.places = Places(self._city, await self.names())

    async def names(self) -> list[str]:
        """All names: words that a recogniser should expect."""
        async with self._store.reading() as session:
            return list(await session.scalars(select(PlaceRow.name)))

    async def replace(self, times: Counter[str]) -> None:
        """Keep the names of which enough tickets tell, the most frequent."""
        rows = [{"name": name, "times": count} for name, count in times.most_common(MOST) if count >= KNOWN_FROM]
        async with self._store.writing() as session:
            await session.execute(delete(PlaceRow))
            if rows:
                await session.execute(insert(PlaceRow), rows)
        await self.read()
