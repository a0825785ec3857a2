"""What is to be done once a transaction has been committed, and not at all when it is undone."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import structlog
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

log = structlog.get_logger(__name__)

PLACE = "after_commit"


def after_commit(session: AsyncSession, key: Hashable, work: Callable[[], Any]) -> None:
    """Call `work` once this session's transaction is committed; the last one given under a key counts.

    It runs in the loop's thread and must not block; one that fails is logged, and the others are called.
    """
    session.info.setdefault(PLACE, {})[key] = work


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    # A savepoint is no end: what stands around it may still be undone.
    if session.in_nested_transaction():
        return
    for work in session.info.pop(PLACE, {}).values():
        try:
            work()
        except Exception:
            log.exception("work after a commit failed")
