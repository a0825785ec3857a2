"""The ticket town, with everything of the supervision beside it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from cti.base.visitor import Visitor
from cti.office.files.service import Files
from cti.office.forms.library import FormLibrary
from cti.office.identity.permissions import Reach
from cti.office.processes.definition import Process
from cti.office.processes.room import ProcessRoom
from cti.store.engine import Store
from cti.testing.tables import migrated
from tests.office import ROOT
from tests.workflow.tickets.delivered import Delivered
from tests.workflow.tickets.ticket_town import TicketTown, town_on, who
from workflow.supervision.cards import Cards
from workflow.supervision.giving import Giving
from workflow.supervision.manual import Supervisions, SupervisionSubjects
from workflow.supervision.points import Points
from workflow.supervision.telling import KIND, Telling, offer
from workflow.supervision.views import CardQuery, CardView, PointFields
from workflow.tickets.service import KIND as TICKET
from workflow.tickets.subjects import TicketSubjects

FOLDER = ROOT / "workflow" / "supervision"
RIGHTS = ("supervision.see", "supervision.answer")
INSPECTOR = who(
    "inspector", "city", "see", reach=Reach.ALL,
    more=("supervision.see", "supervision.inspect", "supervision.points", "supervision.answer"),
)  # fmt: skip
EAST_INSPECTOR = who("east_inspector", "east", "see", reach=Reach.REGION, more=(*RIGHTS, "supervision.inspect"))
UNIT = who("water_head", "water", "see", "handle", more=RIGHTS)
OTHER_UNIT = who("roads_head", "roads", "see", "handle", more=RIGHTS)
DESK = who("agent", "city", "see", reach=Reach.OWN, more=RIGHTS)


class Both:
    """The process files of both plugins."""

    def __init__(self) -> None:
        self._tickets, self._own = Delivered(), Delivered(FOLDER / "processes")

    def current(self, process: str, region: str) -> tuple[Process, int]:
        return self._of(process).current(process, region)

    def revision(self, process: str, revision: int) -> Process:
        return self._of(process).revision(process, revision)

    def _of(self, process: str) -> Delivered:
        return self._own if process in self._own.names else self._tickets


class SupervisedTown(TicketTown):
    """Its clocks are watched."""

    points: Points
    cards: Cards
    manual: Supervisions
    giving: Giving

    @classmethod
    async def on(cls, store: Store, **settings: Any) -> SupervisedTown:
        town = await town_on(store, **settings)
        town.__class__ = cls
        assert isinstance(town, cls)
        await migrated(store, [ROOT / "workflow" / "tickets", FOLDER])
        await town._watched()
        return town

    async def _watched(self) -> None:
        office = self.office
        office.foundations[Files] = Files(office.store, self.clock)
        cases = self.cases
        cases._definitions = Both()
        room = cast("ProcessRoom", SimpleNamespace(cases=cases, processes=SimpleNamespace(files={})))
        offer(self.messages)
        self.points = Points(office, room)
        telling = Telling(self.messages, self.timers, self.clock, self.points)
        self.cards = Cards(office, cases, telling)
        forms = FormLibrary(None, shipped=[FOLDER / "forms"])
        self.manual = Supervisions(office, cases, self.tickets, forms, telling)
        cases.about(KIND, self.manual.facts, self.manual.hear)
        cases.watching.describe(KIND, SupervisionSubjects())
        cases.watching.describe(TICKET, TicketSubjects(cases))
        cases.watching.use(self.points.marks)
        self.giving = Giving(cases, self.clock, self.points, telling)
        cases.watching.listen(self.giving.hear)

    async def point(self, **said: Any) -> None:
        await self.points.create(INSPECTOR, PointFields.model_validate({"title": "监察点", **said}))

    async def found(self, visitor: Visitor = INSPECTOR, **asked: Any) -> list[CardView]:
        return (await self.cards.find(visitor, cast("Any", self.cards.query).model_validate(asked))).items

    async def colours(self, visitor: Visitor = INSPECTOR, **asked: Any) -> list[tuple[str, str, str]]:
        """Colour, unit and time limit of cards, the first given first."""
        cards = await self.found(visitor, **asked)
        return [(one.colour, one.unit, one.clock_title) for one in reversed(cards)]


__all__ = ["CardQuery", "SupervisedTown"]
