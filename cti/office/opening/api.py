"""Routes of what a region lacks to open."""

from __future__ import annotations

from cti.base.http.routes import Page, Paged, Route
from cti.base.visitor import Visitor
from cti.office.opening.service import Lack, Opening


def routes(opening: Opening) -> list[Route]:
    """The list below a region's own path."""

    async def lacks(visitor: Visitor, region: str, query: Page) -> Paged[Lack]:
        return Paged[Lack].cut(await opening.lacks(visitor, region), query)

    return [Route("GET", "/api/regions/{region}/lacks", lacks, "people.see", "区域开通还缺什么")]
