"""The services of identity, made together on one store."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cti.base.bus import Bus
from cti.base.clock import Clock
from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.settings import AccountSettings, AuditSettings
from cti.base.visitor import Visitor
from cti.office.identity.absences import Absences
from cti.office.identity.agent_numbers import AgentNumbers
from cti.office.identity.audit.seals import Seals
from cti.office.identity.audit.trail import Audit
from cti.office.identity.directory import Organisation
from cti.office.identity.groups import Groups
from cti.office.identity.keys import Keys
from cti.office.identity.lookups import Lookups
from cti.office.identity.masking import Disclosure
from cti.office.identity.organisations import Organisations
from cti.office.identity.organisations_import import OrganisationsImport
from cti.office.identity.people import People
from cti.office.identity.people_import import PeopleImport
from cti.office.identity.permissions import PERMISSIONS
from cti.office.identity.roles import Roles
from cti.office.identity.signing_in.gate import Gate
from cti.office.identity.signing_in.passwords import Passwords
from cti.office.identity.signing_in.providers import Providers
from cti.office.identity.signing_in.second_factor import SecondFactor
from cti.office.identity.signing_in.sessions import Sessions
from cti.store.engine import Store


@dataclass(frozen=True, slots=True)
class Identity:
    """All of them. `permissions` maps every permission of the house, plugins' too, to its title."""

    people: People
    organisations: Organisations
    roles: Roles
    groups: Groups
    agent_numbers: AgentNumbers
    absences: Absences
    sessions: Sessions
    keys: Keys
    providers: Providers
    second_factor: SecondFactor
    audit: Audit
    seals: Seals
    disclosure: Disclosure
    lookups: Lookups
    passwords: Passwords
    permissions: Mapping[str, str]
    clock: Clock

    @classmethod
    async def open(
        cls,
        store: Store,
        bus: Bus,
        clock: Clock,
        top: Organisation,
        permissions: Mapping[str, str] | None = None,
        passwords: Passwords | None = None,
        grants: Mapping[str, Collection[str]] | None = None,
        settings: AccountSettings | None = None,
        sealing: AuditSettings | None = None,
    ) -> Identity:
        """Make them on a migrated store; `top` is the organisation that a new hotline starts with.

        `permissions` are the plugins', `grants` what they want the first roles to have.
        """
        audit = Audit(store, clock)
        audit.on_fault = lambda text: bus.publish(AlarmRaised(at=clock.wall(), name="audit.head", text=text))
        seals = Seals(store, clock, audit, sealing or AuditSettings())
        seals.copies.on_state = lambda problem: bus.publish(_of_copies(problem, clock))
        passwords = passwords or Passwords()
        settings = settings or AccountSettings()
        factor = SecondFactor(store, clock, passwords, audit, top.title)
        gate = Gate(store, clock, passwords, audit, factor, settings)
        sessions = Sessions(store, clock, gate, audit, settings)
        known = {**PERMISSIONS, **(permissions or {})}
        found = cls(
            people=People(store, bus, clock, passwords, audit, sessions, factor, settings),
            organisations=Organisations(store, clock, audit, sessions),
            roles=Roles(store, clock, audit, sessions, known, separate=settings.separate_duties),
            groups=Groups(store, clock, audit),
            agent_numbers=AgentNumbers(store, clock),
            absences=Absences(store, clock, audit, sessions),
            sessions=sessions,
            providers=Providers(store, clock, audit, sessions),
            keys=Keys(store, clock, audit, known, settings),
            second_factor=factor,
            audit=audit,
            seals=seals,
            disclosure=Disclosure(audit),
            lookups=Lookups(audit, clock, settings.lookups_an_hour),
            passwords=passwords,
            permissions=known,
            clock=clock,
        )
        await audit.begin()
        await found.organisations.begin(top)
        await found.roles.begin(grants)
        return found

    async def importing(self, visitor: Visitor) -> PeopleImport:
        """An import of people by a visitor, who names his organisations and the roles that he may give."""
        open_ones = [one for one in await self.organisations.all(visitor) if not one.closed]
        return PeopleImport(self.people, visitor, open_ones, await self.roles.givable(visitor))

    async def organising(self, visitor: Visitor) -> OrganisationsImport:
        """An import of organisations by a visitor."""
        return OrganisationsImport(self.organisations, visitor, await self.organisations.every())

    def close(self) -> None:
        """End the thread that hashes passwords."""
        self.passwords.close()


def _of_copies(problem: str, clock: Clock) -> AlarmRaised | AlarmCleared:
    """What is told when the other machine takes no copies of seals, and when it does again."""
    if not problem:
        return AlarmCleared(at=clock.wall(), name="audit.copy")
    return AlarmRaised(at=clock.wall(), name="audit.copy", text=f"审计签名无法另存到其他主机：{problem}")
