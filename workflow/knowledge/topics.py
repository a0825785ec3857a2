"""What pages that show articles hear live."""

from __future__ import annotations

from typing import TypedDict

from cti.base.http.topics import LiveTopic, Nothing
from workflow.knowledge.rules import SEE


class ArticleChanged(TypedDict):
    """What readers see of an article is another `edition` now; 0 when they see it no more. No word of what it says.

    Without an `article` there is another board of hot ones.
    """

    article: str
    edition: int


ARTICLES_LIVE = LiveTopic("knowledge", SEE, Nothing, ArticleChanged)

TOPICS = (ARTICLES_LIVE,)
