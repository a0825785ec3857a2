"""What the floor sees of the request in a talk: its category and title, while the form is filled in and afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.telephony.talk_about import TalkAbout
from workflow.tickets.models import TicketRow
from workflow.tickets.pages.titles import Titles
from workflow.tickets.views import TYPES

CONFIDENTIAL = "保密工单"


class AboutTickets:
    """Says it of calls that go on. Of a confidential request no more than that it is one."""

    def __init__(self, about: TalkAbout, titles: Titles) -> None:
        self._about, self._titles = about, titles

    def typed(self, visitor: Visitor, subject: str, values: Mapping[str, Any]) -> None:
        """A form beside a call was kept as it is so far."""
        self._say(
            subject.split("-")[0], str(values.get("type") or ""), str(values.get("category") or ""),
            str(values.get("title") or ""), bool(values.get("confidential")),
        )  # fmt: skip

    async def noted(self, session: AsyncSession, row: TicketRow, call: str) -> None:
        """A call is about a ticket: it was registered in it, or it was dialled from there."""
        self._say(call, row.type, row.category or "", row.title, row.confidential)

    def _say(self, call: str, kind: str, category: str, title: str, confidential: bool) -> None:
        if confidential:
            self._about.say(call, CONFIDENTIAL)
        elif category or title.strip():
            filed = self._titles.category(category) if category else TYPES.get(kind, "")
            self._about.say(call, " · ".join(one for one in (filed, title.strip()) if one))
