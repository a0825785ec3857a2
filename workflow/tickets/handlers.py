"""Which organisations can be given work: those in which somebody may handle it, himself or from above."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Invalid
from cti.office.identity.directory import known_organisations
from cti.office.identity.staffed import staffed
from workflow.tickets.rules import HANDLE

UNITS = ("lead", "joint", "assisting", "unit", "units")
"""Fields of forms that name organisations to be given work."""
REVIEW = "tickets.review"
COUNTY = "county"
"""The action by which a county's hotline is given work: its reviewers handle it."""


async def check_units(session: AsyncSession, action: str, form: Mapping[str, Any]) -> None:
    """Refuse to give work to an organisation in which nobody may handle it. Invalid names the field."""
    named = [(field, name) for field in UNITS for name in _names(form.get(field))]
    if not named:
        return
    known = await known_organisations(session)
    may = await staffed(session, known, REVIEW if action == COUNTY else HANDLE)
    for field, name in named:
        if name in known and name not in may:
            title = known[name].title
            raise Invalid("nobody_there", f"“{title}”还没有能办理工单的人员，请先在该单位开通承办账号", field)


def _names(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []
