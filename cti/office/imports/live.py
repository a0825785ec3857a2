"""The topic `imports`: whoever looks at imports, or at one, hears that it has come further. Ids, and no more."""

from __future__ import annotations

from typing import Any

from cti.base.http.routes import SIGNED_IN
from cti.base.http.topics import Topic, Topics
from cti.base.visitor import Visitor

TOPIC = "imports"


class ImportsLive:
    """Tells pages of imports, for as long as the house runs."""

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self.close = topics.add(Topic(TOPIC, SIGNED_IN, _nothing, _may))

    def tell(self, id: str, permission: str) -> None:
        """That one has come further, to those with its permission."""
        self._topics.change(TOPIC, id, {"id": id}, about=permission)


def _nothing(_visitor: Visitor) -> dict[str, Any]:
    return {}


def _may(visitor: Visitor, _key: str, about: Any) -> bool:
    return visitor.may(about)
