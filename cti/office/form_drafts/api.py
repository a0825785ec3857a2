"""Routes of drafts: each is about one's own."""

from __future__ import annotations

from typing import Annotated, Any

import pydantic

from cti.base.http.routes import SIGNED_IN, Body, Route
from cti.base.visitor import Visitor
from cti.office.form_drafts.service import LARGEST, Draft, FormDrafts

BASE = "/api/form_drafts"
BEYOND = 64 * 1024
"""Bytes that a body may have beyond: what is a little too large is refused in words."""
Form = Annotated[str, pydantic.Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Subject = Annotated[str, pydantic.Field(pattern=r"^[A-Za-z0-9_-]{1,60}$")]


class DraftBody(Body):
    """What was typed; `seen` is the version that was read, 0 for a new draft."""

    title: str = pydantic.Field(default="", max_length=80, title="标题")
    values: dict[str, Any] = pydantic.Field(title="内容")
    seen: int = pydantic.Field(default=0, ge=0, le=2**31 - 1, title="版本")


def routes(drafts: FormDrafts) -> list[Route]:
    """All routes: path, handler and permission of each."""

    async def mine(visitor: Visitor) -> list[Draft]:
        return await drafts.mine(visitor)

    async def save(visitor: Visitor, form: Form, subject: Subject, body: DraftBody) -> Draft:
        return await drafts.save(visitor, form, subject, title=body.title, values=body.values, seen=body.seen)

    async def discard(visitor: Visitor, form: Form, subject: Subject) -> None:
        await drafts.discard(visitor, form, subject)

    one = f"{BASE}/{{form}}/{{subject}}"
    return [
        Route("GET", BASE, mine, SIGNED_IN, "本人未提交的表单草稿"),
        Route("PUT", one, save, SIGNED_IN, "暂存表单草稿", limit=LARGEST + BEYOND),
        Route("DELETE", one, discard, SIGNED_IN, "放弃表单草稿"),
    ]
