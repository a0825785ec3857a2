"""Starts the knowledge base."""

from __future__ import annotations

from cti.base.expressions.types import BOOLEAN, NUMBER, TEXT, record
from cti.base.http.topics import Nothing
from cti.office.citing.service import Citing
from cti.office.files.service import Files
from cti.office.forms.describing import Source
from cti.office.messages import Messages
from cti.office.processes.room import ProcessRoom
from cti.office.records import Office
from cti.office.timers.service import Timers
from cti.plugins import Host, Teardown
from cti.web.host import Web
from ivr.recognition.expected import ExpectedWords
from workflow.knowledge.api import routes
from workflow.knowledge.article_subjects import ArticleSubjects
from workflow.knowledge.asking.api import routes as asking_routes
from workflow.knowledge.asking.corrections import CORRECTION, Corrections
from workflow.knowledge.asking.questions import QUESTION, Questions
from workflow.knowledge.asking.subjects import CaseSubjects
from workflow.knowledge.beside import Beside
from workflow.knowledge.categories import UNITS, Categories, Industries, LifeEvents
from workflow.knowledge.citing import SOURCE, CitableArticles
from workflow.knowledge.documents.drafts import Documents
from workflow.knowledge.drafting.hot_events import HotEvents
from workflow.knowledge.drafting.hot_events import routes as hot_events_routes
from workflow.knowledge.drafting.sourced import Sourced
from workflow.knowledge.drafting.sourced_api import routes as sourced_routes
from workflow.knowledge.drafting.templates import Templates
from workflow.knowledge.editions import Editions
from workflow.knowledge.events import ArticlePublished, ArticleWithdrawn
from workflow.knowledge.expected_words import expected_words
from workflow.knowledge.finding.boards import Desks, HotBoards
from workflow.knowledge.finding.room import begin
from workflow.knowledge.grants import Grants
from workflow.knowledge.helpful.api import routes as helpful_routes
from workflow.knowledge.helpful.service import HelpfulArticles
from workflow.knowledge.helpful.votes import Votes
from workflow.knowledge.hotlines.room import begin as begin_hotlines
from workflow.knowledge.in_bulk.many_at_once import acts
from workflow.knowledge.in_bulk.refiling import Refile
from workflow.knowledge.industries import IndustryPages
from workflow.knowledge.industries import routes as industry_routes
from workflow.knowledge.notices import Notices
from workflow.knowledge.outside.room import begin as begin_outside
from workflow.knowledge.published import Published
from workflow.knowledge.publishing import KIND, Publishing
from workflow.knowledge.reviewing.alike import AlikeArticles
from workflow.knowledge.reviewing.confirming import Confirming, Policies
from workflow.knowledge.scenarios.room import begin as begin_scenarios
from workflow.knowledge.service import Articles
from workflow.knowledge.statistics.room import begin as begin_statistics
from workflow.knowledge.telling import Telling, offer
from workflow.knowledge.topics import ARTICLES_LIVE
from workflow.knowledge.types import Types
from workflow.tickets.desk.known_events import KnownEvents
from workflow.tickets.service import Tickets

RECORD = record(
    {
        "number": TEXT, "edition": NUMBER, "state": TEXT, "missing": TEXT, "valid": BOOLEAN, "audience": TEXT,
        "type": TEXT, "unit": TEXT,
    }
)  # fmt: skip
"""What expressions of processes read of an article: `Articles.facts`."""
ASKED = record({"number": TEXT, "unit": TEXT, "urgent": BOOLEAN, "asker": TEXT})
CORRECTED = record({"number": TEXT, "unit": TEXT, "edition": NUMBER, "newer": BOOLEAN})
"""The same of questions and corrections."""


async def setup(host: Host) -> Teardown:
    """Offer Articles, Published and Finding."""
    office, room, messages = host.need(Office), host.need(ProcessRoom), host.need(Messages)
    room.reads(KIND, RECORD)
    host.on_stop(offer(messages))
    host.on_stop(room.forms.offer("knowledge_units", Source(UNITS.choices, search=True)))
    telling, types = Telling(messages), Types(room.forms)
    publishing = Publishing(office, host.need(Timers), telling)
    host.on_stop(publishing.close)
    categories, industries, life_events = Categories(office), Industries(office), LifeEvents(office)
    articles = Articles(office, room.cases, types, publishing, telling)
    published = Published(office, types, publishing)
    held = host.need(Files).held
    held.append(published.holds)
    host.on_stop(lambda: held.remove(published.holds))
    for service in (articles, published):
        host.provide(type(service), service)
    host.on_stop(room.cases.about(KIND, articles.facts, articles.hear))
    host.on_stop(room.cases.watching.describe(KIND, ArticleSubjects()))
    grants, policies = Grants(office, articles, categories), Policies(office)
    confirming = Confirming(office, policies, publishing, telling)
    host.task(confirming.run(), "set when articles are to be confirmed")
    tell = host.live(ARTICLES_LIVE, lambda _: Nothing(), lambda visitor, key, about: True)
    host.listen(ArticlePublished, lambda one: tell(one.record, {"article": one.record, "edition": one.edition}))
    host.listen(ArticleWithdrawn, lambda one: tell(one.record, {"article": one.record, "edition": 0}))
    editions, notices, beside = (
        Editions(office, articles),
        Notices(office),
        Beside(office, published, host.need(Citing)),
    )
    alike = AlikeArticles(office, articles, published)
    articles.many = (*acts(articles), Refile(categories, publishing))
    citing = host.need(Citing)
    questions = Questions(office, room.cases, articles, citing, telling)
    host.provide(Questions, questions)
    corrections = Corrections(office, room.cases, published, publishing, telling)
    for kind, facts in ((QUESTION, ASKED), (CORRECTION, CORRECTED)):
        room.reads(kind, facts)
    for cased in (questions, corrections):
        host.on_stop(room.cases.about(cased.kind, cased.facts, cased.hear))
        host.on_stop(room.cases.watching.describe(cased.kind, CaseSubjects(cased)))
    host.on_stop(host.need(Web).add(asking_routes(questions, corrections)))
    votes = Votes(office, published, corrections, publishing)
    host.on_stop(host.need(Web).add(helpful_routes(HelpfulArticles(office), votes)))
    documents = Documents(office, articles, categories)
    # Their routes come before the others: a choice of an article begins like an article.
    finding = await begin(host, types, (categories, industries, life_events))
    desks = Desks(lambda: tell("", {"article": "", "edition": 0}))
    host.on_stop(host.need(HotBoards).offer(desks))
    host.on_stop(host.need(Citing).offer(SOURCE, CitableArticles(published, types, finding.ids)))
    spotting = begin_scenarios(host, articles, finding)
    visits = begin_statistics(host, articles, questions, corrections)
    published.visited = finding.asked.visited = visits.note
    await begin_outside(host, published, corrections, votes, finding, spotting, visits)
    host.when(ExpectedWords, lambda words: words.offer("知识标题和关键词", lambda: expected_words(office.store)))
    sourced = Sourced(articles)
    host.when(Tickets, sourced.use)
    host.on_stop(host.need(Web).add(sourced_routes(sourced)))
    begin_hotlines(host, articles, categories)
    host.on_stop(host.need(Web).add(industry_routes(IndustryPages(office, industries))))
    hot_events = HotEvents(articles)
    host.when(KnownEvents, hot_events.use)
    host.on_stop(host.need(Web).add(hot_events_routes(hot_events)))
    made = routes(
        articles, published, categories, industries, life_events, editions, notices, grants, policies, beside, alike,
        documents, Templates(office, articles),
    )  # fmt: skip
    host.on_stop(host.need(Web).add(made))
    return finding.stop
