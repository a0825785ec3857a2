"""Tickets that come one after another, and who says which of them are alike: those whose titles begin alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cti.base.bus import Bus
from cti.base.settings import MessageSettings
from cti.base.times.calendars import Calendars
from cti.office.messages import Messages
from cti.office.records import Office
from cti.office.timers.service import Timers
from cti.store.engine import Store
from cti.testing.office import office_on
from workflow.tickets.desk.alike import Asked, Likely
from workflow.tickets.texts import TicketWords
from workflow.trends.gathering import Gathering
from workflow.trends.rises import KIND, Rises
from workflow.trends.service import Trends

SAME_CHARACTERS = 4


class Texts:
    """The tickets' stream of changes."""

    def __init__(self) -> None:
        self.words: dict[str, TicketWords] = {}
        self.ready = True

    async def changed(self, since: datetime | None, after: str, most: int) -> Sequence[TicketWords]:
        found = sorted(self.words.values(), key=lambda one: (one.changed_at, one.id))
        if since is None:
            return found[-most:]
        return [one for one in found if (one.changed_at, one.id) > (since, after)][:most]

    async def categories(self) -> Mapping[str, str]:
        return {"water": "城建 / 供水", "road": "城建 / 道路"}

    async def rank(self, asked: Asked, most: int) -> Sequence[Likely] | None:
        if not self.ready:
            return None
        alike = [
            one
            for one in self.words.values()
            if one.id != asked.but and one.title[:SAME_CHARACTERS] == asked.title[:SAME_CHARACTERS]
        ]
        return [Likely(one.id, 0.5, "") for one in alike[-most:]] + [Likely("of nobody", 0.3, "")]


class TrendTown:
    """The plugin's services on a database."""

    def __init__(self, office: Office) -> None:
        self.office, self.texts, self.ranks = office, Texts(), self
        self.messages = Messages(
            office.store, office.clock, Timers(office.store, office.clock, Bus()), MessageSettings()
        )
        self.messages.templates.add_kind(KIND, "热点发现")
        alike: Any = self
        texts: Any = self.texts
        self.ranks = texts
        self.gathering = Gathering(office.store, office.clock, texts, alike)
        self.trends = Trends(office)
        self.rises = Rises(office, self.messages, Calendars(), self.texts.categories)

    @classmethod
    async def on(cls, store: Store) -> TrendTown:
        return cls(await office_on(store, "tickets", "trends"))

    @property
    def clock(self) -> Any:
        """Virtual time."""
        return self.office.clock

    def tell(self, id: str, title: str, organisation: str = "city", **more: Any) -> None:
        """A ticket is registered, or changed, now."""
        held = self.texts.words.get(id)
        now = self.clock.wall()
        said: dict[str, Any] = {
            "content": title, "place": "320404", "address": "", "gone": False, "number": f"GD{id}",
            "region": "320404" if organisation == "east" else "320400", "category": "", "confidential": False,
        }  # fmt: skip
        self.texts.words[id] = TicketWords(
            id=id, title=title, created_at=held.created_at if held else now, changed_at=now,
            organisation=organisation, **(said | more),
        )  # fmt: skip

    async def gather(self) -> None:
        await self.gathering.gather()
