"""Events of what stands in the database: told once the transaction that made it true is committed, and only then.

An engine that is killed between the commit and the journal's next one loses them, like any event. Who may miss none
takes part in the transaction itself, as a service's hooks allow.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.events import Event
from cti.store.after import after_commit

PUBLISH = "publish"
"""Under this a `Store` says in the info of its sessions how events are told."""


def announce(session: AsyncSession, *events: Event) -> None:
    """Publish these, in order, when the writing session of a `Store` has committed; never when it is rolled back."""
    publish: Callable[[Event], None] = session.info[PUBLISH]
    for event in events:
        after_commit(session, object(), partial(publish, event))
