"""What the other parts of an engine stand on: time, events, the store, the people and the office of records."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from cti.base.bus import Bus
from cti.base.cli_settings import ROOT
from cti.base.clock import Clock, LoopClock
from cti.base.events import Event
from cti.base.manifest import Plugin
from cti.base.settings import HouseSettings, Settings
from cti.office.identity.demo import make_demo
from cti.office.identity.directory import Organisation
from cti.office.identity.people import People
from cti.office.identity.service import Identity
from cti.office.records.office import Office
from cti.plugins import House, Services, survey
from cti.plugins.migrating import migrate_with_plugins
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.store.recordings.recordings import RecordingStore
from cti.telephony.own_calls import WrittenTalks

Offer = tuple[type[Any], object]
"""What plugins ask for, and what answers."""


@dataclass(frozen=True, slots=True)
class Foundation:
    """`plugins` are those that were found, `broken` says by name why others cannot run."""

    house: House
    plugins: list[Plugin]
    broken: dict[str, str]
    store: Store
    journal: Journal
    calls: StoredCalls
    recordings: RecordingStore
    identity: Identity
    office: Office
    written: WrittenTalks = field(default_factory=WrittenTalks)

    @classmethod
    async def open(cls, settings: Settings, stack: AsyncExitStack, clock: Clock | None = None) -> Foundation:
        """Open the database and bring its tables up to date. Raises DocumentError, KeyProblem."""
        clock, bus = clock or LoopClock(), Bus()
        house = House(settings, clock, bus, Services())
        plugins, broken = survey(ROOT)
        settings.check_names({*(plugin.name for plugin in plugins), *broken})
        own = settings.house
        store = await Store.open(own.database, settings.data, own.cryptography)
        stack.push_async_callback(store.close)
        store.publish = bus.publish
        broken |= await migrate_with_plugins(store, plugins)
        journal = Journal.start(store, bus.publish)
        stack.push_async_callback(journal.close)
        bus.subscribe(Event, journal.append)
        calls, recordings = StoredCalls(store), RecordingStore(store)
        identity = await _identity(house, store, plugins, stack)
        office = Office(store, clock, identity.audit, own.organisation, own.region, identity.lookups)
        return cls(house, plugins, broken, store, journal, calls, recordings, identity, office)

    @property
    def settings(self) -> HouseSettings:
        """Those of the house, without sections of plugins."""
        return self.house.settings.house

    @property
    def clock(self) -> Clock:
        """The time by which everything runs."""
        return self.house.clock

    @property
    def bus(self) -> Bus:
        """Where events are told."""
        return self.house.bus

    @property
    def top(self) -> tuple[str, str]:
        """Organisation and region of the whole house."""
        return self.settings.organisation, self.settings.region

    def offers(self) -> list[Offer]:
        """What plugins may ask for."""
        return [
            (Store, self.store),
            (Journal, self.journal),
            (StoredCalls, self.calls),
            (RecordingStore, self.recordings),
            (Identity, self.identity),
            (People, self.identity.people),
            (Office, self.office),
            (WrittenTalks, self.written),
        ]


async def _identity(house: House, store: Store, plugins: list[Plugin], stack: AsyncExitStack) -> Identity:
    """People, roles and audit, with the permissions that plugins bring; the accounts of a first start are made."""
    settings, own = house.settings, house.settings.house
    grants: dict[str, set[str]] = {}
    for plugin in plugins:
        for role, names in plugin.manifest.grants.items():
            grants.setdefault(role, set()).update(names)
    identity = await Identity.open(
        store,
        house.bus,
        house.clock,
        Organisation(own.organisation, own.organisation_title, own.region, None),
        {name: title for plugin in plugins for name, title in plugin.manifest.permissions.items()},
        settings=own.accounts,
        grants=grants,
        sealing=own.audit,
    )
    identity.lookups.area = own.area
    stack.callback(identity.close)
    if own.oidc:
        # What it needs is dear to load, and most houses have no provider.
        from cti.office.identity.signing_in.oidc import OpenIdProvider

        for name, provider in own.oidc.items():
            identity.providers.add(name, OpenIdProvider(provider, house.clock))
    run_beside(stack, identity.seals.run(), "seals of the audit")
    if not settings.is_dry:
        await make_demo(identity, settings.data, own.organisation)
    return identity


def run_beside(stack: AsyncExitStack, work: Coroutine[Any, Any, None], name: str) -> None:
    """Let `work` run until the engine stops; its task is called `name`."""
    stack.callback(asyncio.create_task(work, name=name).cancel)
