"""Rights of training, and whose content people learn from."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.identity.directory import known_organisations, line_of

LEARN, SEE, EDIT, MARK, EXPORT = (f"training.{one}" for one in ("learn", "see", "edit", "mark", "export"))
BASE = "/api/training"
KINDS = {"single": "单选", "multiple": "多选", "judge": "判断", "essay": "主观"}
"""Kinds of questions (E12)."""
OPTIONS = "ABCDEF"
STARS = {str(one): "★" * one for one in range(1, 6)}


async def learnable(session: AsyncSession, visitor: Visitor, table: Any) -> list[ColumnElement[bool]]:
    """The condition on content that somebody learns from: his organisation's, and that of all above it."""
    line = line_of(await known_organisations(session), visitor.organisation)
    return [table.organisation.in_(sorted(line)), table.removed_at.is_(None)]
