"""Having all kept days counted again (重算统计), and how far that is; figures are right meanwhile, but slower."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from cti.office.figures.kept.keeper import Kept
from cti.office.figures.rights import EDIT, READ
from cti.office.identity.audit.trail import Audit
from cti.store.engine import Store

KEPT = "/api/figures_kept"


@dataclass(frozen=True, slots=True)
class KeptView:
    """Of how many questions days are kept; whether all are counted again, how far that is, how the last time ended."""

    cuts: int
    counting: bool
    done: int
    total: int
    began_at: datetime | None
    ended_at: datetime | None
    trouble: str


class Recounting:
    """What a person may have done with what is kept."""

    def __init__(self, kept: Kept, store: Store, audit: Audit) -> None:
        self._kept, self._store, self._audit = kept, store, audit

    def routes(self) -> list[Route]:
        """To see it, and to begin."""
        return [
            Route("GET", KEPT, self.view, READ, "已保存的统计结果"),
            Route("POST", f"{KEPT}/recount", self.begin, EDIT, "重算统计结果"),
        ]

    async def view(self) -> KeptView:
        """How it is now."""
        now = self._kept.rebuilding
        return KeptView(
            await self._kept.how_many(), now.is_on, now.done, now.total, now.began_at, now.ended_at, now.trouble
        )

    async def begin(self, visitor: Visitor) -> KeptView:
        """Begin, and return at once; nothing more happens where it goes on already."""
        visitor.need(EDIT)
        if not self._kept.rebuilding.is_on:
            async with self._store.writing() as session:
                await self._audit.write(session, visitor, "figure.recount", "figure:kept", {}, {})
            self._kept.count_again()
        return await self.view()
