"""What services of plugins stand on in tests: a migrated store, organisations, visitors, calls."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import event

from cti.base.bus import Bus
from cti.base.call import Call
from cti.base.clock import VirtualClock
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.scope import EVERYTHING, Scope
from cti.base.settings import AccountSettings
from cti.base.visitor import Visitor, system
from cti.office.citing.service import Citing
from cti.office.files.service import Files
from cti.office.forms.library import FormLibrary
from cti.office.identity.directory import Organisation
from cti.office.identity.service import Identity
from cti.office.identity.signing_in.passwords import Passwords
from cti.office.records import Office
from cti.store.engine import Store
from cti.testing.tables import migrated

CITY_TOP = Organisation("city", "市热线", "320400", None)


async def office_on(store: Store, *plugins: str) -> Office:
    """With the tables of these plugins, on virtual time; the city and the counties east and west, a village in east.

    Plugins are told as packages, those of `workflow` by their names alone.
    """
    await migrated(store, [_folder(one) for one in plugins])
    clock = VirtualClock()
    identity = await Identity.open(
        store,
        Bus(),
        clock,
        CITY_TOP,
        passwords=cheap_passwords(),
        settings=AccountSettings(second_factor="roles"),
    )
    identity.close()
    for name, region, parent in (("east", "320404", "city"), ("west", "320411", "city"), ("village", "320404", "east")):
        await identity.organisations.add(system("test"), Organisation(name, name, region, parent))
    office = Office(store, clock, identity.audit, "city", "320400", identity.lookups)
    office.foundations[Files] = Files(store, clock)
    office.foundations[Citing] = Citing(clock, FormLibrary())
    return office


def cheap_passwords() -> Passwords:
    """Such as cost a test nothing to make and to check."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def _folder(plugin: str) -> Path:
    package = f"workflow.{plugin}"
    if "." in plugin or importlib.util.find_spec(package) is None:
        package = plugin
    return Path(next(iter(importlib.import_module(package).__path__)))


def visitor(name: str, organisation: str = "city", *permissions: str) -> Visitor:
    """Somebody of an organisation with these permissions, all when none are given."""
    scope = EVERYTHING if organisation == "city" else Scope(organisations=frozenset({organisation}))
    return Visitor(
        f"01{name}", name, name, "1001", organisation, "320400", permissions=frozenset(permissions or {"*"}),
        scope=scope, address="10.0.0.9",
    )  # fmt: skip


def a_call(office: Office, caller: str = "13800000001", organisation: str = "city") -> Call:
    """A call that has just arrived."""
    return Call(
        id=new_id(),
        organisation=organisation,
        region="320400",
        switch="switch-1",
        trunk="carrier",
        caller=Number.parse(caller, area="0519"),
        called=Number.parse("12345"),
        arrived_at=office.clock.wall(),
    )


BOSS = visitor("王芳")
EAST, WEST = visitor("李强", "east"), visitor("赵敏", "west")


@contextmanager
def transactions(store: Store) -> Iterator[list[object]]:
    """What the sessions of a store begin meanwhile."""
    begun: list[object] = []

    def note(connection: object) -> None:
        begun.append(connection)

    event.listen(store.engine.sync_engine, "begin", note)
    try:
        yield begun
    finally:
        event.remove(store.engine.sync_engine, "begin", note)
