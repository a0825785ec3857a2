"""`matters.progress`: how far a matter is, for phone menus and bots; only from the number that it was made for."""

import pydantic
from sqlalchemy import select

from ivr.conversation.port import Facts
from ivr.reach.lookups import Service
from tests.tutorial.matters.models import MatterRow
from tests.tutorial.matters.service import Matters


class Asked(pydantic.BaseModel):
    """Which."""

    number: str


class Progress(Asked):
    """How far, and when it is due at the latest."""

    state: str
    due: str


def progress(matters: Matters) -> Service:
    """The service."""

    async def answer(question: Asked, facts: Facts) -> Progress | None:
        async with matters.office.store.reading() as session:
            row = await session.scalar(select(MatterRow).where(MatterRow.number == question.number))
        if row is None or row.removed_at or row.caller not in ("", facts.caller.digits):
            return None
        return Progress(number=row.number, state=row.state, due=str(row.due_at.date()) if row.due_at else "")

    return Service("matters.progress", "诉求进度", Asked, Progress, answer)
