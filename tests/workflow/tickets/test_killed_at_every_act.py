"""An engine that dies at any act of the delivered processes: before the commit nothing has happened, after it all has.

The acts are those of the process files, whatever these say: a walk takes each of them twice. The first time its
transaction is given up at the commit, and the database must be row for row as before. The second time it is committed
and nothing that comes after happens: no list is told, no timer looked at. Then the house begins anew and goes on.

All of them take minutes: `HOTLINE_EVERY_ACT=1 scripts/test unit tests/workflow/tickets/test_killed_at_every_act.py`;
else it is those that a walk meets first.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import event, inspect, text, update

from cti.base.clock import VirtualClock
from cti.base.refusal import Refusal
from cti.office.files.service import Files
from cti.office.records import Office
from cti.store.engine import Store
from tests.workflow.tickets.ticket_desk import EVERY_FORM, delivered
from tests.workflow.tickets.ticket_town import (
    AGENT,
    EAST,
    EAST_ROADS,
    LEADER,
    MAINS,
    ROADS,
    VISITOR,
    WATER,
    WELL_DONE,
    TicketTown,
    identity_on,
    town_on,
)
from workflow.tickets.acting import ADDING
from workflow.tickets.following import HOUSE
from workflow.tickets.models import TicketRow
from workflow.tickets.verifying.checks import Verifying

PROCESSES = {name: one for name, one in delivered().items() if name in ("standard", "county", "department")}
TARGETS = {(name, action) for name, one in PROCESSES.items() for action in one.action_names}
PEOPLE = (AGENT, LEADER, VISITOR, WATER, MAINS, ROADS, EAST, EAST_ROADS, HOUSE)
BY_ITSELF = ("follow", "known")
"""What the house does with many tickets at once has tests of its own."""
STAYS = ("remind", "supplement", "withdraw", "void", "merge", "back")
"""Taken once: they lead nowhere, or away."""
ENDS = ("withdraw", "void", "recall", "merge", "uphold")
"""Taken when nothing else is left at a step: they lead away from it."""
LONG, MOST = 25, 1_500
"""Acts on one ticket, and on all."""
WHOLE = "HOTLINE_EVERY_ACT" in os.environ
SAMPLE = 10
"""So many acts where not all are asked for."""


class Died(BaseException):
    """The engine is no more."""


@contextmanager
def dying(store: Store) -> Iterator[None]:
    """Whoever commits dies of it."""

    def die(_: object) -> None:
        raise Died

    event.listen(store.engine.sync_engine, "commit", die)
    try:
        yield
    finally:
        event.remove(store.engine.sync_engine, "commit", die)


async def everything(store: Store, tables: Sequence[str]) -> dict[str, list[str]]:
    """Every row of these tables."""
    found = {}
    async with store.reading() as session:
        for name in tables:
            found[name] = sorted(map(repr, (await session.execute(text(f'SELECT * FROM "{name}"'))).all()))
    return found


async def tables_of(store: Store) -> list[str]:
    """All that the database has."""
    async with store.engine.connect() as connection:
        return await connection.run_sync(lambda found: inspect(found).get_table_names())


async def anew(town: TicketTown) -> TicketTown:
    """The house after its engine was started again, at the same moment."""
    clock = VirtualClock(town.clock.wall())
    identity = await identity_on(town.office.store, clock)
    office = Office(town.office.store, clock, identity.audit, "city", "320400", identity.lookups)
    office.foundations[Files] = Files(office.store, clock)
    return TicketTown(office, clock)


def left(done: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """What was not taken yet."""
    return {one for one in TARGETS - done if one[1] not in BY_ITSELF}


def form(chance: random.Random) -> dict[str, Any]:
    """What is filled in: mostly what leads on."""
    return {
        **EVERY_FORM, "answer": WELL_DONE, "lead": chance.choice(["water", "roads"]), "unit": "east",
        "assisting": [], "units": ["mains"], "reason": "理由", "ground": "条例", "note": "说明",
        "days": chance.choice([1, 3]), "satisfaction": chance.choice(["satisfied", *["unsatisfied"] * 4]),
        "contacted": True, "answered_by": "water", "number": "S1", "hours": 8,
    }  # fmt: skip


class Walk:
    """Tickets in the hands of people who do what has not been done yet, if they may."""

    def __init__(self, town: TicketTown, seed: int) -> None:
        self.town, self.chance = town, random.Random(seed)
        self.done: set[tuple[str, str]] = set()
        self.taken: Counter[tuple[str, str]] = Counter()
        self.tables: list[str] = []
        self.category = ""
        self.ticket, self.moves = "", 0

    async def run(self) -> None:
        """Until every act was taken."""
        self.tables = await tables_of(self.town.office.store)
        categories = self.town.categories
        self.category = (await categories.create(LEADER, categories.fields.model_validate({"name": "停水"}))).id
        for _ in range(MOST):
            if not left(self.done) or (not WHOLE and len(self.done) >= SAMPLE):
                return
            await self._step()

    async def _step(self) -> None:
        if not self.ticket or self.moves > LONG:
            self.ticket, self.moves = (await self.town.add()).id, 0
        self.moves += 1
        offers = await self._offers()
        if not offers:
            self.ticket = ""
            return
        fresh = [one for one in offers if one[1:3] not in self.done]
        # What was taken least leads to where nobody has been.
        least = min(self.taken[one[1:3]] for one in offers)
        rare = [one for one in offers if self.taken[one[1:3]] <= least + 1 and one[2] not in STAYS]
        staying = [one for one in fresh if one[2] not in ENDS]
        lacking = {process for process, _ in left(self.done)}
        # What is left to be taken in one process lies behind that process: its first act has its name.
        near = [one for one in offers if {one[1], one[2]} & lacking and one[2] not in (*STAYS, *ENDS)]
        ways = [one for one in (rare, near) if one]
        who, process, action, case = self.chance.choice(
            staying or fresh or (self.chance.choice(ways) if ways else offers)
        )
        self.taken[process, action] += 1
        filled = form(self.chance)
        if process == "county":
            filled |= {"lead": "east_roads", "assisting": []}
        elif action in ("add", "down"):
            filled |= {"assisting": ["roads" if "water" in str(offers) else "water"]}
        if action == "merge":
            filled["master"] = (await self.town.add()).id
        if process == "county" and action == "add":
            filled["assisting"] = ["east"]
        await self._act(who, process, action, case, filled)

    async def _offers(self) -> list[tuple[Any, str, str, str]]:
        found = []
        async with self.town.office.store.writing() as session:
            row = await self.town.tickets.row(session, LEADER, self.ticket)
            if row.stage == "archiving":
                # What it lacked to be archived was filled in.
                await session.execute(update(TicketRow).where(TicketRow.id == row.id).values(category=self.category))
            family = (await self.town.cases.family(session, row.case)).cases
            for who in PEOPLE:
                for case, offers in (await self.town.cases.offers(session, who, row.case)).items():
                    process = family[case].process
                    found += [(who, process, one.action, case) for one in offers if not one.refused]
        # What is added to a merged ticket goes to another's trail.
        elsewhere = (*BY_ITSELF, *ADDING) if row.stage == "merged" else BY_ITSELF
        return [one for one in found if one[2] not in elsewhere]

    async def _act(self, who: Any, process: str, action: str, case: str, filled: dict[str, Any]) -> None:
        store, town = self.town.office.store, self.town
        if (process, action) in self.done:
            with suppress(Refusal):
                await self._take(who, action, case, filled)
            return
        before = await everything(store, self.tables)
        try:
            with dying(store):
                await self._take(who, action, case, filled)
        except Refusal:
            return
        except Died:
            assert await everything(store, self.tables) == before, f"{process}.{action} was half done"
        taken = await self._taken(action)
        town.tickets.changed = _nothing  # type: ignore[method-assign] # the engine is gone before it tells anybody
        town.cases.done = lambda: None  # type: ignore[method-assign]
        await self._take(who, action, case, filled)
        self.town = await anew(town)
        assert await self._taken(action) == taken + 1, f"{process}.{action} is there once"
        await self._is_whole()
        self.done.add((process, action))

    async def _take(self, who: Any, action: str, case: str, filled: dict[str, Any]) -> None:
        if who is not HOUSE:
            await self.town.acts.act(who, self.ticket, action, filled, case)
            return
        async with self.town.office.store.writing() as session:
            await self.town.cases.act(session, HOUSE, case, action, filled)

    async def _taken(self, action: str) -> int:
        """How often the ticket's trail has it."""
        async with self.town.office.store.reading() as session:
            row = await self.town.tickets.row(session, LEADER, self.ticket)
            lines = await self.town.cases.events(session, row.case)
        return sum(one.kind == "ActionTaken" and one.data["action"] == action for one in lines)

    async def _is_whole(self) -> None:
        """Each row says what its case says, no chain of events is broken, and the audit has the end of each."""
        verifying = Verifying(self.town.office.store, self.town.office.audit)
        found = [one async for one in verifying.all([TicketRow.id == self.ticket], numbers=False)]
        assert not [one.says for one in found if one.sort in ("chain", "sealed", "case")]


async def _nothing(_: object) -> None:
    """Nobody is told."""


async def test_nothing_is_lost_and_nothing_is_twice_at_any_act(store: Store) -> None:
    town = await town_on(store)
    walk = Walk(town, seed=3)
    await walk.run()
    assert len(walk.done) >= SAMPLE
    assert not WHOLE or not left(walk.done)
