"""The services of identity, made together on one store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cti.bus import Bus
from cti.clock import Clock
from cti.identity.audit import Audit
from cti.identity.directory import Organisation
from cti.identity.organisations import Organisations
from cti.identity.passwords import Passwords
from cti.identity.people import People
from cti.identity.permissions import PERMISSIONS
from cti.identity.sessions import Sessions
from cti.store.engine import Store


@dataclass(frozen=True, slots=True)
class Identity:
    """All of them. `permissions` maps every permission of the house, plugins' too, to its title."""

    people: People
    organisations: Organisations
    sessions: Sessions
    audit: Audit
    passwords: Passwords
    permissions: Mapping[str, str]

    @classmethod
    async def open(
        cls, store: Store, bus: Bus, clock: Clock, top: Organisation, permissions: Mapping[str, str] | None = None
    ) -> Identity:
        """Make them on a migrated store; `top` is the organisation that a new hotline starts with."""
        audit = Audit(store, clock)
        passwords = Passwords()
        sessions = Sessions(store, clock, passwords, audit)
        organisations = Organisations(store, audit)
        await organisations.begin(top)
        people = People(store, bus, clock, passwords, audit, sessions)
        return cls(people, organisations, sessions, audit, passwords, {**PERMISSIONS, **(permissions or {})})

    def close(self) -> None:
        """End their threads."""
        self.passwords.close()
