"""What citizens speak of, as people read it: topics with first and last time, growth and places, and their calls."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from cti.base.http.routes import Paged
from cti.base.visitor import Visitor
from cti.office.identity.regions import titles
from workflow.transcripts.service import Transcripts
from workflow.trends.models import MatterTalkRow
from workflow.trends.rules import limits_of
from workflow.trends.service import Matters
from workflow.trends.views import TopicTalkView


class TalkTopics(Matters):
    """Matters of talks, within what the visitor may read of these."""

    row, items = MatterTalkRow, "通"

    @property
    def item(self) -> Any:
        """A call."""
        return MatterTalkRow.call

    async def talks(self, visitor: Visitor, id: str, page: int, size: int) -> Paged[TopicTalkView]:
        """The talks about one, the newest first. NotFound."""
        found = await self._page(visitor, id, page, size)
        items = [
            TopicTalkView(
                call=row.call, title=row.title, account=row.account, at=row.at, agent=row.agent,
                place=titles().get(row.place, ""), by_hand=row.by_hand,
            )
            for row in found.rows
        ]  # fmt: skip
        return Paged(items=items, total=found.total, page=page, size=size, more=found.more)

    def _limits(self, visitor: Visitor, permission: str) -> list[ColumnElement[bool]]:
        return [*super()._limits(visitor, permission), *limits_of(visitor, Transcripts.see, self.row)]
