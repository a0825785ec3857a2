"""What automatic dispatch says on a ticket's page: why in its story, ranked units in its form, one click to undo."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.screens import Action, Option
from cti.office.timeline.entries import Place, TimelineEntry, older
from cti.office.timeline.sources import Subject
from workflow.assistant.dispatching.records import RECALL
from workflow.assistant.dispatching.sending import NAME
from workflow.assistant.dispatching.views import DISPATCHES
from workflow.assistant.filing import Filing
from workflow.assistant.models import DispatchRow
from workflow.assistant.rules import USE
from workflow.tickets.offering import Inside


class DispatchStory:
    """The source of a timeline, for the hotline's own people."""

    kind, title = "assistant", NAME

    def __init__(self, filing: Filing, inside: Inside) -> None:
        self._filing, self._inside = filing, inside

    async def entries(
        self, session: AsyncSession, about: Subject, place: Place | None, size: int
    ) -> Sequence[TimelineEntry]:
        """That it was dispatched by itself, how surely and why."""
        row = await session.scalar(
            select(DispatchRow).where(
                DispatchRow.ticket == about.id, older(place, self.kind, DispatchRow.created_at, DispatchRow.id)
            )
        )
        if row is None or not await self._inside(session, about.visitor, about.id):
            return []
        said = [f"概率 {row.probability:.1%}，达到自动派单的要求"]
        said += [f"依据：{row.words}"] if row.words else []
        said += [f"其他可能：{row.others}"] if row.others else []
        title = f"自动派给{self._filing.title_of(row.unit)}"
        return [TimelineEntry(kind=self.kind, id=row.id, at=row.created_at, title=title, text="；".join(said), by=NAME)]


class BesideDispatch:
    """The tickets' port `Besides`."""

    def __init__(self, filing: Filing) -> None:
        self._filing = filing

    async def units(self, visitor: Visitor, title: str, content: str) -> Sequence[Option]:
        """The likeliest departments, each with its probability; for who may use the assistant."""
        if not visitor.may(USE):
            return []
        await self._filing.refresh()
        ranked = self._filing.departments(f"{title}\n{content}")
        return [
            Option(value=one.name, title=f"{self._filing.title_of(one.name)} {one.probability:.0%}") for one in ranked
        ]

    async def actions(self, session: AsyncSession, ticket: str, offered: Collection[str]) -> Sequence[Action]:
        """Undoing it, by whoever may recall the ticket now."""
        if RECALL not in offered:
            return []
        wanted = select(DispatchRow.id).where(DispatchRow.ticket == ticket, DispatchRow.state == "sent")
        if await session.scalar(wanted) is None:
            return []
        return [
            Action(
                name="take_back_dispatch", title="撤回智能派单", kind="confirm", at_once=True, tone="danger",
                path=f"{DISPATCHES}/of/{ticket}/take_back", done="已收回，计为派错一次",
            )
        ]  # fmt: skip
