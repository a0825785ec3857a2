"""The hotline's figures, for everybody: numbers, the days, types and hot matters, drawn and as tables."""

from __future__ import annotations

from aiohttp import web

from cti.base.http.routes import PUBLIC, Exchange, Route
from workflow.portal.figures.drawing import HIGH, WIDE, bars_of, parts_of
from workflow.portal.figures.service import FiguresOfTheDay
from workflow.portal.menu import Entry
from workflow.portal.rendering import Pages

ENTRY = Entry("/figures", "热线数据", 45)


class FiguresPages:
    """The route."""

    def __init__(self, pages: Pages, figures: FiguresOfTheDay) -> None:
        self._pages, self._figures = pages, figures

    def routes(self) -> list[Route]:
        """Everybody reads."""
        return [Route("GET", ENTRY.path, self.show, PUBLIC, "公开的热线数据", outside=True, page=True)]

    async def show(self, exchange: Exchange) -> web.Response:
        """The figures of the day."""
        found = await self._figures.today()
        return self._pages.page(
            exchange, "portal/figures.html", ENTRY.title, found=found, chart=bars_of(found.trend), wide=WIDE,
            high=HIGH, types=parts_of(found.types), matters=parts_of(found.matters), least=self._figures.chosen.least,
        )  # fmt: skip
