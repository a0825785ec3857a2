"""The services of the knowledge base on a database of their own: those of a running house, without its web."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.database import opened
from cti.base.bus import Bus
from cti.base.clock import LoopClock
from cti.base.files import documents
from cti.base.scope import EVERYTHING
from cti.base.settings import MessageSettings
from cti.base.times.calendars import SEEDED, Calendars
from cti.base.visitor import Visitor
from cti.office.files.service import Files
from cti.office.forms.library import FormLibrary
from cti.office.identity.directory import Organisation
from cti.office.identity.models import OrganisationRow, PersonRow, RoleRow
from cti.office.identity.service import Identity
from cti.office.jobs.service import Jobs
from cti.office.messages import Messages
from cti.office.processes.definition import Process
from cti.office.processes.service import Cases
from cti.office.records import Office
from cti.office.timers.service import Timers
from cti.store.engine import Store
from cti.store.migration import migrate
from workflow.knowledge.categories import Categories
from workflow.knowledge.hotlines.imports import HotlineImports
from workflow.knowledge.hotlines.service import Hotlines
from workflow.knowledge.publishing import KIND, Publishing
from workflow.knowledge.service import Articles
from workflow.knowledge.telling import Telling, offer
from workflow.knowledge.types import Types

FOLDER = Path(__file__).resolve().parents[3] / "workflow" / "knowledge"
RIGHTS = tuple(f"knowledge.{one}" for one in ("see", "drafts", "write", "review", "manage", "export"))
UNITS = 300
"""Organisations of a city."""
REGION = "320400"


def person(name: str) -> Visitor:
    """Somebody of the city who may do everything with articles."""
    return Visitor(name, name, name, None, "city", REGION, permissions=frozenset(RIGHTS), scope=EVERYTHING)


EDITOR, REVIEWER = person("01EDITOR"), person("01REVIEWER")


class _Delivered:
    """The process of articles as it is delivered."""

    def __init__(self) -> None:
        files = sorted((FOLDER / "processes").glob("*.yaml"))
        self._known = {path.stem: documents.load(path).validate(Process) for path in files}

    def current(self, process: str, region: str) -> tuple[Process, int]:
        """There is one."""
        return self._known[process], 1

    def revision(self, process: str, revision: int) -> Process:
        """The same."""
        return self._known[process]


class House:
    """The services."""

    def __init__(self, office: Office, jobs: Jobs, bus: Bus) -> None:
        self.office, self.jobs, self.bus = office, jobs, bus
        store, clock = office.store, office.clock
        timers, calendars = Timers(store, clock, bus), Calendars.load(SEEDED)
        forms = FormLibrary(None, shipped=[FOLDER / "forms"])
        self.cases = Cases(store, clock, office.audit, timers, _Delivered(), calendars.working_time, forms)
        messages = Messages(store, clock, timers, MessageSettings())
        offer(messages)
        telling, self.types = Telling(messages), Types(forms)
        self.publishing = Publishing(office, timers, telling)
        self.categories = Categories(office)
        self.articles = Articles(office, self.cases, self.types, self.publishing, telling)
        self.cases.about(KIND, self.articles.facts, self.articles.hear)
        self.hotlines = Hotlines(office)
        self.imports = HotlineImports(office, self.articles, self.categories, jobs)
        jobs.register(self.imports.job)


@asynccontextmanager
async def opened_house(url: str | None, data: Path, *, empty: bool = True) -> AsyncIterator[House]:
    """The services on an `empty` database, SQLite in the folder or where `url` leads, in a city of many units."""
    store, clock, bus = await opened(url, data), LoopClock(), Bus()
    try:
        await migrate(store, [FOLDER])
        identity = await Identity.open(store, bus, clock, Organisation("city", "市热线", REGION, None))
        if empty:
            await _people(store, clock)
        store.publish = bus.publish
        office = Office(store, clock, identity.audit, "city", REGION, identity.lookups)
        office.foundations[Files] = Files(store, clock)
        jobs = Jobs(store, clock, bus)
        house = House(office, jobs, bus)
        await jobs.start()
        yield house
        await jobs.stop()
        identity.close()
    finally:
        await store.close()


async def _people(store: Store, clock: LoopClock) -> None:
    async with store.writing() as session:
        session.add_all(
            OrganisationRow(name=f"unit{at}", title=f"第{at}单位", region=REGION, parent="city") for at in range(UNITS)
        )
        session.add(RoleRow(name="knows", title="知识", permissions=list(RIGHTS), reach="all", level="any", note=""))
        session.add_all(
            PersonRow(
                id=one.person, login=one.login.lower(), name=one.name, organisation="city", roles=["knows"],
                password_hash="", version=1, created_at=clock.wall(),
            )
            for one in (EDITOR, REVIEWER)
        )  # fmt: skip
