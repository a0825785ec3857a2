"""Files that come with a form: uploaded before by the page's script, or with the form where there is none."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

from cti.base.http.forms import Form
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.files.service import Files

MOST_AT_ONCE = 3
FORM_BYTES = 24 * 1024 * 1024
"""What a form may have with its files: they are held in memory, so they are few."""


async def tokens_of(files: Files, visitor: Visitor, form: Form, most: int) -> tuple[str, ...]:
    """The uploads that a form names or brings. Invalid for too many, and for what is no file that we take."""
    found = list(dict.fromkeys(form.all("files")))
    if len(found) + len(form.files) > most:
        raise Invalid("too_many", f"照片和文件最多 {most} 个", "files")
    if len(form.files) > MOST_AT_ONCE:
        raise Invalid("too_many", f"一次最多提交 {MOST_AT_ONCE} 个文件，其余可在提交后补充", "files")
    for one in form.files:
        token = secrets.token_urlsafe(18)
        await files.uploads.begin(visitor, token, one.name, len(one.content))
        await files.uploads.receive(visitor, token, 0, _whole(one.content))
        found.append(token)
    return tuple(found)


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content
