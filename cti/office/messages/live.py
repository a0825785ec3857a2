"""The bell in the console's head: what is told and how much is unread, without anybody asking again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import structlog

from cti.base.http.routes import SIGNED_IN
from cti.base.http.topics import Topic, Topics
from cti.base.visitor import Visitor
from cti.office.messages.inbox import Count, Inbox
from cti.office.messages.service import Messages, Told
from cti.store.engine import is_outage

log = structlog.get_logger(__name__)

TOPIC = "inbox"
AT_ONCE = 500
"""People whose unread messages are counted together: a few milliseconds."""


class InboxLive:
    """The topic `inbox`: the count as snapshot and as change under `unread`, each new message under `message`."""

    def __init__(self, messages: Messages, inbox: Inbox, topics: Topics) -> None:
        self._inbox = inbox
        self._topics = topics
        self._dirty: set[str] = set()
        self._counting: asyncio.Task[None] | None = None
        inbox.on_read = lambda person: self._count(person)
        self._undo: tuple[Callable[[], None], ...] = (
            topics.add(Topic(TOPIC, SIGNED_IN, self._snapshot, _is_his)),
            messages.on_told(self._told),
        )

    async def close(self) -> None:
        """Tell no page any more, and take the topic back."""
        for undo in self._undo:
            undo()
        if self._counting is not None:
            self._counting.cancel()
            await asyncio.gather(self._counting, return_exceptions=True)

    async def _snapshot(self, visitor: Visitor) -> dict[str, Any]:
        counts = await self._inbox.counts([visitor.person])
        return {"unread": _count_data(counts[visitor.person])}

    def _told(self, told: Told) -> None:
        if told.persons:
            data = {
                "id": told.message, "kind": told.said.kind, "title": told.said.title, "text": told.said.text,
                "link": told.link, "urgency": told.urgency.value, "at": told.at.isoformat(),
            }  # fmt: skip
            # One change for all: it is made, and looked through the clients for, once.
            self._topics.change(TOPIC, told.message, {"message": data}, about=frozenset(told.persons))
        self._count(*told.persons, *told.gone)

    def _count(self, *persons: str) -> None:
        self._dirty |= self._topics.people_at(TOPIC).intersection(persons)
        if self._dirty and self._counting is None:
            self._counting = asyncio.create_task(self._work(), name="inbox: counts")
            self._counting.add_done_callback(self._worked)

    def _worked(self, task: asyncio.Task[None]) -> None:
        self._counting = None
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("unread not counted", reason=f"{type(error).__name__}: {error}", outage=is_outage(error))

    async def _work(self) -> None:
        while self._dirty:
            some = [self._dirty.pop() for _ in range(min(AT_ONCE, len(self._dirty)))]
            for person, count in (await self._inbox.counts(some)).items():
                self._topics.change(TOPIC, "unread", {"unread": _count_data(count)}, person=person)


def _is_his(visitor: Visitor, _key: str, about: Any) -> bool:
    """A message is about those to whom it was told; a count is sent to one person only."""
    return not isinstance(about, frozenset) or visitor.person in about


def _count_data(count: Count) -> dict[str, int]:
    return {"all": count.unread, "urgent": count.urgent}
