"""The tree of organisations, and the roles."""

from __future__ import annotations

from dataclasses import asdict

from cti.identity.audit import Audit
from cti.identity.directory import Organisation, load_organisations, load_roles
from cti.identity.models import OrganisationRow, RoleRow
from cti.identity.permissions import FIRST_ROLES, Role
from cti.identity.visitor import Visitor
from cti.refusal import Conflict, Invalid
from cti.store.engine import Store


class Organisations:
    """The service of organisations and roles."""

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store = store
        self._audit = audit

    async def begin(self, top: Organisation) -> None:
        """Make the first organisation and the first roles where they are missing; the house does it at each start."""
        async with self._store.writing() as session:
            if not await load_organisations(session):
                session.add(OrganisationRow(**asdict(top)))
            present = await load_roles(session)
            session.add_all(
                RoleRow(name=one.name, title=one.title, permissions=sorted(one.permissions), reach=one.reach.value)
                for one in FIRST_ROLES
                if one.name not in present
            )

    async def all(self, visitor: Visitor) -> list[Organisation]:
        """Those within reach."""
        visitor.need("people.see")
        async with self._store.reading() as session:
            found = await load_organisations(session)
        return [one for one in found.values() if visitor.scope.covers(one.name, one.region)]

    async def add(self, visitor: Visitor, organisation: Organisation) -> None:
        """A new one below one within reach. Invalid, Conflict."""
        visitor.need("people.manage")
        async with self._store.writing() as session:
            present = await load_organisations(session)
            parent = present.get(organisation.parent or "")
            if parent is None or not visitor.scope.covers(parent.name, parent.region):
                raise Invalid("no_organisation", "上级机构不存在", "parent")
            if organisation.name in present:
                raise Conflict("taken", "机构已存在", "name")
            session.add(OrganisationRow(**asdict(organisation)))
            subject = f"organisation:{organisation.name}"
            await self._audit.write(session, visitor, "organisation.added", subject, after=asdict(organisation))

    async def roles(self, visitor: Visitor) -> list[Role]:
        """All roles."""
        visitor.need("people.see")
        async with self._store.reading() as session:
            return list((await load_roles(session)).values())
