"""A house where people sign in, watching its own loop: `python -m bench.web_lib.storm_server FOLDER PEOPLE`.

Prints its port; when its input ends, how late its loop was: a line of JSON with p50, p99 and max in seconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

import structlog
import uvloop

from bench.web_lib.figures import SHARES, Figures
from bench.web_lib.house import UNLIMITED
from cti.base.bus import Bus
from cti.base.clock import LoopClock
from cti.base.ids import new_id
from cti.base.visitor import system
from cti.office.identity.api import IdentityApi
from cti.office.identity.directory import Organisation
from cti.office.identity.models import PersonRow
from cti.office.identity.people import PersonData
from cti.office.identity.service import Identity
from cti.store.engine import Store
from cti.store.migration import migrate
from cti.web.host import Web

PASSWORD = "Rain-over-7-hills"  # noqa: S105 # of accounts that live for a minute
TICK = 0.005


async def main(folder: Path, people: int) -> None:
    """Serve until the input ends."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    store = await Store.open(None, folder)
    await migrate(store)
    top = Organisation("city", "市12345热线", "320400", None)
    identity = await Identity.open(store, Bus(), LoopClock(), top)
    await _add_people(store, identity, people)
    web = Web(identity.sessions, settings=UNLIMITED)
    web.add(IdentityApi(identity, web.hub.end_session).routes())
    await web.start("127.0.0.1", 0)
    print(web.port, flush=True)
    ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    late = Figures("loop")
    while not ended.done():
        begun = time.perf_counter()
        await asyncio.sleep(TICK)
        late.add(time.perf_counter() - begun - TICK)
    print(json.dumps({name: late.at(share) for name, share in SHARES.items()}), flush=True)
    await web.stop()
    identity.close()
    await store.close()


async def _add_people(store: Store, identity: Identity, count: int) -> None:
    # One real hash for all: making each would take a minute, checking them is what is measured.
    data = PersonData(login="first", name="王芳", agent_no=None, organisation="city", roles=["agent"])
    person, _ = await identity.people.add_unchecked(system("bench"), data, PASSWORD)
    async with store.writing() as session:
        first = await session.get_one(PersonRow, person.id)
        names = [column.name for column in PersonRow.__table__.columns]
        same = {name: getattr(first, name) for name in names}
        session.add_all(
            PersonRow(**{**same, "id": new_id(), "login": f"agent{number:04d}", "agent_no": None})
            for number in range(count)
        )


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1]), int(sys.argv[2])))
