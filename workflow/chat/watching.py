"""Talks whose agent is gone or does not answer go back to the queue, and the citizen is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from cti.base.clock import Clock
from workflow.chat.book import Book
from workflow.chat.occasions import SayingsAtHand
from workflow.chat.offers import BACK, Offers, Talk
from workflow.chat.settings import ChatSettings

log = structlog.get_logger(__name__)

EVERY = 5.0


class Watching:
    """`is_there` tells whether an agent has the console open."""

    def __init__(
        self,
        book: Book,
        offers: Offers,
        clock: Clock,
        settings: ChatSettings,
        is_there: Callable[[str], bool],
        sayings: SayingsAtHand,
    ) -> None:
        self._book, self._offers, self._clock = book, offers, clock
        self._settings, self._is_there, self._sayings = settings, is_there, sayings
        self._gone: dict[str, float] = {}
        """Since which second of the clock an agent is gone."""

    async def run(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(EVERY)
            await self.look()

    async def look(self) -> None:
        """Once."""
        now = self._clock.now()
        for talk in self._offers.talks:
            if self._is_there(talk.agent):
                self._gone.pop(talk.agent, None)
            else:
                self._gone.setdefault(talk.agent, now)
            if not talk.over.done() and self._is_left(talk, now):
                await self._back(talk)

    def _is_left(self, talk: Talk, now: float) -> bool:
        waits = talk.chat.unanswered_since
        if waits is None:
            return False
        gone = self._gone.get(talk.agent)
        if gone is not None and now - gone >= self._settings.gone:
            return True
        return (self._clock.wall() - waits).total_seconds() >= self._settings.unanswered

    async def _back(self, talk: Talk) -> None:
        log.info("a chat goes back to the queue", chat=talk.chat.id, agent=talk.agent)
        try:
            text = self._sayings.text("seat_silent", talk.chat)
            await self._book.write(talk.chat, "house", text, turn=talk.chat.turn)
        except Exception:
            log.exception("a citizen is not told that his agent is gone", chat=talk.chat.id)
        talk.end(BACK)
