"""Starts the knowledge base."""

from __future__ import annotations

from cti.base.expressions.types import BOOLEAN, NUMBER, TEXT, record
from cti.office.messages import Messages
from cti.office.processes.room import ProcessRoom
from cti.office.records import Office
from cti.office.timers.service import Timers
from cti.plugins import Host
from cti.web.host import Web
from workflow.knowledge.api import routes
from workflow.knowledge.categories import Categories, Industries
from workflow.knowledge.confirming import Confirming, Policies
from workflow.knowledge.editions import Editions
from workflow.knowledge.grants import Grants
from workflow.knowledge.notices import Notices
from workflow.knowledge.published import Published
from workflow.knowledge.publishing import KIND, Publishing
from workflow.knowledge.service import Articles, ArticleSubjects
from workflow.knowledge.telling import Telling, offer
from workflow.knowledge.types import Types

RECORD = record(
    {
        "number": TEXT, "edition": NUMBER, "state": TEXT, "missing": TEXT, "valid": BOOLEAN, "audience": TEXT,
        "type": TEXT,
    }
)  # fmt: skip
"""What expressions of processes read of an article: `Articles.facts`."""


async def setup(host: Host) -> None:
    """Offer Articles and Published."""
    office, room, messages = host.need(Office), host.need(ProcessRoom), host.need(Messages)
    room.reads(KIND, RECORD)
    host.on_stop(offer(messages))
    telling, types = Telling(messages), Types(room.forms)
    publishing = Publishing(office, host.need(Timers), telling)
    host.on_stop(publishing.close)
    categories, industries = Categories(office), Industries(office)
    articles = Articles(office, room.cases, types, publishing, telling)
    published = Published(office, types, publishing)
    for service in (articles, published):
        host.provide(type(service), service)
    host.on_stop(room.cases.about(KIND, articles.facts, articles.hear))
    host.on_stop(room.cases.watching.describe(KIND, ArticleSubjects()))
    grants, policies = Grants(office, articles, categories), Policies(office)
    confirming = Confirming(office, policies, publishing, telling)
    host.task(confirming.run(), "set when articles are to be confirmed")
    editions, notices = Editions(office, articles), Notices(office)
    made = routes(articles, published, categories, industries, editions, notices, grants, policies)
    host.on_stop(host.need(Web).add(made))
