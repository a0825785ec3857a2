"""The knowledge base on a database: the ticket town's organisations, its editors, reviewers and readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Self

from sqlalchemy import func, select

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.settings import MessageSettings
from cti.base.visitor import Visitor, system
from cti.office.citing.service import Citing
from cti.office.files.service import Files
from cti.office.forms.library import FormLibrary
from cti.office.identity.models import PersonRow, RoleRow
from cti.office.identity.permissions import Reach
from cti.office.messages import Messages
from cti.office.messages.models import MessageRow
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
from workflow.knowledge.asking.corrections import Corrections
from workflow.knowledge.asking.questions import Questions
from workflow.knowledge.beside import Beside
from workflow.knowledge.categories import Categories, Industries, LifeEvents
from workflow.knowledge.citing import SOURCE, CitableArticles
from workflow.knowledge.editions import Editions
from workflow.knowledge.grants import Grants
from workflow.knowledge.helpful.service import HelpfulArticles
from workflow.knowledge.helpful.votes import Votes
from workflow.knowledge.in_bulk.refiling import Refile
from workflow.knowledge.models import PublishedRow
from workflow.knowledge.notices import Notices
from workflow.knowledge.published import Published
from workflow.knowledge.publishing import Publishing
from workflow.knowledge.reviewing.alike import AlikeArticles
from workflow.knowledge.reviewing.confirming import Confirming, Policies
from workflow.knowledge.service import Articles
from workflow.knowledge.telling import Telling, offer
from workflow.knowledge.types import Types
from workflow.knowledge.views import ArticleFields, ArticleView, PublishedQuery, PublishedView

FOLDER = ROOT / "workflow" / "knowledge"
MAKES = ("knowledge.see", "knowledge.drafts", "knowledge.write")
ALL = (*MAKES, "knowledge.review", "knowledge.manage", "knowledge.export", "knowledge.answer", "knowledge.ask")


def may(name: str, organisation: str, *rights: str, reach: Reach = Reach.SUBTREE) -> Visitor:
    """Somebody with these rights."""
    return who(name, organisation, reach=reach, more=rights)


EDITOR = may("editor", "city", *ALL, reach=Reach.ALL)
REVIEWER = replace(EDITOR, person="01reviewer", login="reviewer", name="reviewer")
AGENT = may("agent", "city", "knowledge.see", "knowledge.ask", reach=Reach.OWN)
WATER = may("water", "water", *MAKES, "knowledge.answer")
EAST = may("east", "east", *ALL, reach=Reach.REGION)
EAST_REVIEWER = replace(EAST, person="01east_reviewer", login="east_reviewer", name="east_reviewer")
EAST_AGENT = may("east_agent", "east", "knowledge.see", reach=Reach.OWN)
WEST = may("west", "west", *ALL, reach=Reach.REGION)
BODY = "<p>职工与单位解除劳动关系后，凭身份证到公积金中心办理提取。</p>"


class KnowledgeTown:
    """All services of the plugin."""

    def __init__(self, office: Office, clock: VirtualClock) -> None:
        self.office, self.clock = office, clock
        self.timers = Timers(office.store, clock, Bus())
        processes, self.forms = Delivered(FOLDER / "processes"), FormLibrary(None, shipped=[FOLDER / "forms"])
        self.cases = Cases(office.store, clock, office.audit, self.timers, processes, lambda *_: TIME, self.forms)
        self.messages = Messages(office.store, clock, self.timers, MessageSettings())
        offer(self.messages)
        telling, types = Telling(self.messages), Types(self.forms)
        self.publishing = Publishing(office, self.timers, telling)
        self.categories, self.industries = Categories(office), Industries(office)
        self.life_events = LifeEvents(office)
        self.articles = Articles(office, self.cases, types, self.publishing, telling)
        self.published = Published(office, types, self.publishing)
        self.editions = Editions(office, self.articles)
        self.grants, self.policies = Grants(office, self.articles, self.categories), Policies(office)
        self.confirming = Confirming(office, self.policies, self.publishing, telling)
        self.alike = AlikeArticles(office, self.articles, self.published)
        self.refile = Refile(self.categories, self.publishing)
        self.notices, self.citing = Notices(office), Citing(clock, self.forms)
        self.beside = Beside(office, self.published, self.citing)
        self.citing.offer(SOURCE, CitableArticles(self.published, types, self.ranked))
        self.questions = Questions(office, self.cases, self.articles, self.citing, telling)
        self.corrections = Corrections(office, self.cases, self.published, self.publishing, telling)
        self.votes = Votes(office, self.published, self.corrections, self.publishing)
        self.helpful = HelpfulArticles(office)
        for service in (self.articles, self.questions, self.corrections):
            self.cases.about(service.kind, service.facts, service.hear)

    async def ranked(self, visitor: Visitor, words: str, most: int) -> Sequence[str]:
        """The order in which articles are found; by their words alone, where the town has no index."""
        async with self.office.store.reading() as session:
            wanted = select(PublishedRow.id).where(self.published.found_by(words)).limit(most)
            return list(await session.scalars(wanted))

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
        town = cls(office, clock)
        await town._begin()
        return town

    async def _begin(self) -> None:
        async with self.office.store.writing() as session:
            session.add(
                RoleRow(name="knows", title="知识", permissions=list(ALL), reach="organisation", level="any", note="")
            )
            for name in ORGANISATIONS:
                session.add(
                    PersonRow(
                        id=f"01AT{name}", login=f"at_{name}", name=name, organisation=name, roles=["knows"],
                        password_hash="", version=1, created_at=self.clock.wall(),
                    )
                )  # fmt: skip
        made = await self.categories.create(EDITOR, self.categories.fields(name="社会保障"))
        self.category = made.id

    async def write(self, visitor: Visitor = EDITOR, **said: Any) -> ArticleView:
        """A draft."""
        filled = {"title": "公积金怎么提取", "body": BODY, "category": self.category, "audience": "public", **said}
        return await self.articles.create(visitor, ArticleFields.model_validate(filled))

    async def act(self, visitor: Visitor, id: str, action: str, **form: Any) -> ArticleView:
        return await self.articles.act(visitor, id, action, form)

    async def publish(self, visitor: Visitor = EDITOR, by: Visitor = REVIEWER, **said: Any) -> ArticleView:
        """Written by one, approved by another."""
        made = await self.write(visitor, **said)
        await self.act(visitor, made.id, "submit")
        return await self.act(by, made.id, "approve")

    async def edit(self, visitor: Visitor, id: str, **said: Any) -> ArticleView:
        """Change some fields of a draft."""
        now = await self.articles.get(visitor, id)
        filled = {key: getattr(now, key) for key in ArticleFields.model_fields}
        return await self.articles.edit(visitor, id, now.version, ArticleFields.model_validate({**filled, **said}))

    async def read(self, visitor: Visitor, **asked: Any) -> list[PublishedView]:
        """What the readers' list has."""
        query = self.published.query.model_validate(asked)
        assert isinstance(query, PublishedQuery)
        return (await self.published.find(visitor, query)).items

    async def titles(self, visitor: Visitor, **asked: Any) -> set[str]:
        return {one.title for one in await self.read(visitor, **asked)}

    async def told(self) -> list[str]:
        """Titles of all messages."""
        async with self.office.store.reading() as session:
            return [one.title for one in await session.scalars(select(MessageRow).order_by(MessageRow.id))]

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
