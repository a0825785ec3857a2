"""Counts the public figures at most once a day, and keeps what was published: all readers of a day read the same."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import date, timedelta

import msgspec
import structlog
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from cti.base.refusal import NotFound
from cti.base.times.business_time import ZONE
from cti.office.figures import Figures
from cti.office.records import Office
from workflow.portal.figures.counting import Published, counted_on
from workflow.portal.figures.settings import PublicFigures
from workflow.portal.models import PortalFiguresRow

log = structlog.get_logger(__name__)

KEPT = timedelta(days=31)
AGAIN_SECONDS = 60.0
"""After a count that failed, the day before's stand for so long."""


class FiguresOfTheDay:
    """The service."""

    def __init__(self, office: Office, figures: Figures, chosen: PublicFigures) -> None:
        self._office, self._store, self._figures, self.chosen = office, office.store, figures, chosen
        # Other choices are other figures, also on the same day.
        self._what = hashlib.sha256(chosen.model_dump_json().encode()).hexdigest()[:16]
        self._counting = asyncio.Lock()
        self._day: date | None = None
        self._found: Published | None = None
        self._not_before = 0.0

    async def today(self) -> Published:
        """What is public today. NotFound where nothing is."""
        if not self.chosen.anything:
            raise NotFound("not_found", "没有这个页面，可能已经移走")
        day = self._office.clock.wall().astimezone(ZONE).date()
        if self._day != day and (self._found is None or self._office.clock.now() >= self._not_before):
            async with self._counting:
                if self._day != day:
                    await self._renew(day)
        if self._found is None:
            raise NotFound("no_figures", "数据正在统计，请稍后再来")
        return self._found

    async def _renew(self, day: date) -> None:
        try:
            self._found, self._day = await self._published(day), day
        except Exception:
            # Whatever fails: the figures of the day before are better than none.
            log.exception("the figures of the public site are not counted", day=day.isoformat())
            self._not_before = self._office.clock.now() + AGAIN_SECONDS

    async def _published(self, day: date) -> Published:
        key = (day.isoformat(), self._what)
        async with self._store.reading() as session:
            row = await session.get(PortalFiguresRow, key)
        if row is not None:
            return msgspec.json.decode(row.body, type=Published)
        found = await counted_on(self._figures, self.chosen, day)
        body = msgspec.json.encode(found).decode()
        try:
            async with self._store.writing() as session:
                session.add(PortalFiguresRow(day=key[0], what=key[1], body=body, at=self._office.clock.wall()))
                old = (day - KEPT).isoformat()
                await session.execute(delete(PortalFiguresRow).where(PortalFiguresRow.day < old))
        except IntegrityError:
            log.info("another engine published the figures of the day", day=key[0])
        return found
