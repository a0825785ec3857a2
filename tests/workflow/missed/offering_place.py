"""Callers who must be called back as work of a queue: the real matching, telephones that do as they are told."""

from __future__ import annotations

from typing import Any

from acd.service import Acd
from acd.settings.schema import AcdSettings
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from tests.workflow.campaigns.campaign_place import AGENT, Dialler
from tests.workflow.missed.calling_place import CallingPlace, place_on
from workflow.missed.offering import Offering
from workflow.missed.settings import MissedSettings


class OfferingPlace:
    """All of it; `restart` is an engine's death with the next one on the same database."""

    def __init__(self, place: CallingPlace, **settings: Any) -> None:
        self.place = place
        place.settings = place.working.settings = MissedSettings(calendar="always", offered=True, **settings)
        self.dialler = Dialler()
        self.booked: set[str] = set()
        self._kept: dict[tuple[str, str], dict[str, Any] | None] = {}
        self.start()

    def start(self) -> None:
        """An engine, with what the last one kept."""
        data: dict[str, Any] = {"callbacks": {}, "past": {}}
        for (kind, id), one in self._kept.items():
            if kind in ("callback", "past") and one is not None:
                data["callbacks" if kind == "callback" else "past"][id] = one
        settings = AcdSettings.model_validate({"queues": {"general": {"wrapup": 0}}, "agents": {AGENT: {}}})
        self.acd = Acd(self.place.office.clock, settings)
        self.acd.on_change(self._keep)
        self.acd.callbacks.find_dialler = lambda: self.dialler
        self.acd.restore_snapshot(data)
        self.offering = Offering(self.place.working, self.acd, self._who, self._was_dialled)
        self.acd.on_decision(self.offering.hear)

    def _keep(self, kind: str, id: str, data: dict[str, Any] | None) -> None:
        self._kept[kind, id] = data

    async def _who(self, agent: str) -> tuple[str, str]:
        return f"01{agent}", f"座席{agent}"

    async def _was_dialled(self, call: str) -> bool:
        return call in self.booked

    async def restart(self, *, forgets: bool = False) -> None:
        """The engine dies; with `forgets` before the queue has kept anything of what it was given."""
        if forgets:
            self._kept.clear()
        self.dialler.talking.clear()
        self.start()
        await self.offering.take_up()

    def ready(self) -> None:
        """The agent comes, or is ready again."""
        if self.acd.agent(AGENT).state == "signed_out":
            self.acd.sign_in(AGENT)
        elif self.acd.agent(AGENT).state != "ready" and not self.acd.agent(AGENT).works:
            self.acd.request_state(AGENT, "ready")

    def hang_up(self) -> None:
        """All talks end."""
        for attempt in self.dialler.talking:
            attempt.ended()
        self.dialler.talking.clear()

    async def turns(self, count: int = 3) -> None:
        """Let what happened be taken in, and the next ones be offered."""
        for _ in range(count):
            await self.offering.turn()


async def offering_on(store: Store, journal: Journal, **settings: Any) -> OfferingPlace:
    """A place on this database."""
    return OfferingPlace(await place_on(store, journal), **settings)
