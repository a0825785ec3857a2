"""Routes of whether articles helped."""

from __future__ import annotations

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from cti.office.records import record_routes
from cti.office.records.routes import without_changes
from workflow.knowledge.helpful.service import HelpfulArticles
from workflow.knowledge.helpful.views import HELPFUL, ONE, Helped, VoteFields
from workflow.knowledge.helpful.votes import Votes
from workflow.knowledge.rules import SEE


def routes(helpful: HelpfulArticles, votes: Votes) -> list[Route]:
    """What a reader says of an article, and the list of what readers say."""

    async def standing(visitor: Visitor, id: str) -> Helped:
        return await votes.standing(visitor, id)

    async def vote(visitor: Visitor, id: str, body: VoteFields) -> Helped:
        return await votes.vote(visitor, id, body)

    return [
        Route("GET", ONE, standing, SEE, "知识是否有帮助"),
        Route("PUT", ONE, vote, SEE, "评价知识是否有帮助"),
        *without_changes(record_routes(helpful, HELPFUL, imports=False), HELPFUL),
    ]
