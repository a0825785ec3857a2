"""Waiting for something in a session without missing its end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from cti.telephony.switch.port import CallSession

T = TypeVar("T")


async def unless_over(session: CallSession, work: Coroutine[Any, Any, T] | asyncio.Future[T]) -> T:
    """The result of `work`, or the session's end raised as soon as it comes; then `work` is cancelled."""
    over = asyncio.ensure_future(session.over)
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait((task, over), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise over.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
