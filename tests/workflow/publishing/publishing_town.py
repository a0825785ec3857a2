"""What the hotline publishes on a database: the ticket town's organisations, its editors and reviewers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Self

from sqlalchemy import func, select

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.settings import MessageSettings
from cti.base.visitor import Visitor, system
from cti.office.files.service import Files
from cti.office.forms.library import FormLibrary
from cti.office.identity.permissions import Reach
from cti.office.messages import Messages
from cti.office.processes.service import Cases
from cti.office.records import Office
from cti.office.timers.models import TimerRow
from cti.office.timers.service import Timers
from cti.store.engine import Store
from cti.testing.tables import migrated
from tests.cti.base.times.test_working_time import MONDAY, at
from tests.office import ROOT
from tests.workflow.tickets.delivered import Delivered
from tests.workflow.tickets.ticket_desk import TIME
from tests.workflow.tickets.ticket_town import ORGANISATIONS, identity_on, who
from workflow.publishing.cases import GoodCases
from workflow.publishing.outside import ItemsQuery, PublicPublications
from workflow.publishing.service import Publications
from workflow.publishing.showing import Showing
from workflow.publishing.shown import Shown
from workflow.publishing.telling import Telling, offer
from workflow.publishing.views import PublicationFields, PublicationView

FOLDER = ROOT / "workflow" / "publishing"
ALL = ("publishing.see", "publishing.write", "publishing.review", "publishing.manage", "publishing.export")


def may(name: str, organisation: str, *rights: str, reach: Reach = Reach.REGION) -> Visitor:
    """Somebody with these rights."""
    return who(name, organisation, reach=reach, more=rights)


EDITOR = may("editor", "city", *ALL, reach=Reach.ALL)
REVIEWER = replace(EDITOR, person="01reviewer", login="reviewer", name="reviewer")
WRITER = may("writer", "city", "publishing.see", "publishing.write")
EAST = may("east", "east", *ALL)
EAST_REVIEWER = replace(EAST, person="01east_reviewer", login="east_reviewer", name="east_reviewer")
WEST = may("west", "west", *ALL)


class PublishingTown:
    """All services of the plugin."""

    def __init__(self, office: Office, clock: VirtualClock) -> None:
        self.office, self.clock = office, clock
        self.timers = Timers(office.store, clock, Bus())
        processes, forms = Delivered(FOLDER / "processes"), FormLibrary(None, shipped=[FOLDER / "forms"])
        cases = Cases(office.store, clock, office.audit, self.timers, processes, lambda *_: TIME, forms)
        self.messages = Messages(office.store, clock, self.timers, MessageSettings())
        offer(self.messages)
        self.showing = Showing(office, self.timers)
        self.publications = Publications(office, cases, self.showing, Telling(self.messages))
        cases.about(self.publications.kind, self.publications.facts, self.publications.hear)
        self.shown, self.good = Shown(office, self.showing), GoodCases(self.publications)
        self.public = PublicPublications(office, self.shown)

    @classmethod
    async def on(cls, store: Store) -> Self:
        await migrated(store, [FOLDER])
        clock = VirtualClock(at(MONDAY, "10:00"))
        identity = await identity_on(store, clock, *ALL)
        identity.close()
        for one in ORGANISATIONS.values():
            if one.parent is not None:
                await identity.organisations.add(system("test"), one)
        office = Office(store, clock, identity.audit, "city", "320400", identity.lookups)
        office.foundations[Files] = Files(store, clock)
        return cls(office, clock)

    async def write(self, visitor: Visitor = EDITOR, **said: Any) -> PublicationView:
        """A draft."""
        filled = {"title": "十月话务情况", "body": "<p>十月受理诉求三万件。</p>", **said}
        return await self.publications.create(visitor, PublicationFields.model_validate(filled))

    async def edit(self, visitor: Visitor, id: str, **said: Any) -> PublicationView:
        """Change some fields of a draft."""
        now = await self.publications.get(visitor, id)
        filled = {key: getattr(now, key) for key in PublicationFields.model_fields}
        body = PublicationFields.model_validate({**filled, **said})
        return await self.publications.edit(visitor, id, now.version, body)

    async def act(self, visitor: Visitor, id: str, action: str, **form: Any) -> PublicationView:
        return await self.publications.act(visitor, id, action, form)

    async def publish(self, visitor: Visitor = EDITOR, by: Visitor = REVIEWER, **said: Any) -> PublicationView:
        """Written by one, approved by another."""
        made = await self.write(visitor, **said)
        await self.act(visitor, made.id, "submit")
        return await self.act(by, made.id, "approve")

    async def titles(self, **asked: Any) -> list[str]:
        """What the public sees, in its order."""
        return [one.title for one in (await self.public.find(ItemsQuery.model_validate(asked))).items]

    async def wait(self, time: timedelta) -> None:
        """Let time pass, and all that is due go off in its order."""
        end = self.clock.wall() + time
        while True:
            while (kind := await self.timers._first_due()) is not None:
                await self.timers._go_off(kind)
            async with self.office.store.reading() as session:
                due = await session.scalar(select(func.min(TimerRow.due_at)))
            if due is None or due > end:
                break
            self.clock.advance((due - self.clock.wall()).total_seconds())
        self.clock.advance((end - self.clock.wall()).total_seconds())
