"""Tells events and, after each commit, their sequences on standard output, until it is killed."""

import asyncio
import sys
from pathlib import Path

from cti.base.events import NodeEntered
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from tests.cti.store.stories import NOON, new_call


async def main() -> None:
    store = await Store.open(sys.argv[2] or None, Path(sys.argv[1]))
    journal = Journal.start(store, lambda event: sys.exit(str(event)))
    journal.on_stored(lambda found: print(*(one.sequence for one in found), flush=True))
    call = new_call(id=sys.argv[3])
    for number in range(1_000_000):
        event = NodeEntered(at=NOON, call=call.id, organisation="city", region="1", flow="f", revision=number, node="n")
        call.progress["told"] = number
        journal.append(event)
        journal.save(call)
        await asyncio.sleep(0.0005)


asyncio.run(main())
