"""Acts on a ticket in a process of its own, which is killed before its transaction is committed, or right after it.

Run by `test_bad_luck`: `python -m tests.workflow.tickets.killed DATABASE FOLDER MOMENT TICKET ACTION FORM`.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event

from cti.base.clock import VirtualClock
from cti.office.files.service import Files
from cti.office.records import Office
from cti.store.engine import Store
from tests.cti.base.times.test_working_time import MONDAY, at
from tests.workflow.tickets.ticket_town import LEADER, TicketTown, identity_on


def _die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def main(database: str, folder: Path, moment: str, ticket: str, action: str, form: dict[str, Any]) -> None:
    """Never returns."""
    store = await Store.open(database or None, folder)
    clock = VirtualClock(at(MONDAY, "11:00"))
    identity = await identity_on(store, clock)
    office = Office(store, clock, identity.audit, "city", "320400", identity.lookups)
    office.foundations[Files] = Files(store, clock)
    town = TicketTown(office, clock)
    if moment == "before":
        event.listen(store.engine.sync_engine, "commit", _die)
    else:
        town.tickets.changed = _die  # type: ignore[method-assign] # what comes after the commit
    await town.act(LEADER, ticket, action, **form)


if __name__ == "__main__":
    database, folder, moment, ticket, action, form = sys.argv[1:]
    asyncio.run(main(database, Path(folder), moment, ticket, action, json.loads(form)))
