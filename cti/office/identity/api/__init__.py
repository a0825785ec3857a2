"""Routes of sessions, people, organisations, roles, groups and the audit, a module each."""

from __future__ import annotations

from cti.base.http.guard import EndSockets
from cti.base.http.routes import Route
from cti.office.identity.api.absences import AbsencesApi
from cti.office.identity.api.audit import AuditApi
from cti.office.identity.api.groups import GroupsApi
from cti.office.identity.api.imports import ImportApi
from cti.office.identity.api.keys import KeysApi
from cti.office.identity.api.organisations import OrganisationsApi
from cti.office.identity.api.organisations_import import OrganisationsImportApi
from cti.office.identity.api.people import PeopleApi
from cti.office.identity.api.providers import ProvidersApi
from cti.office.identity.api.roles import RolesApi
from cti.office.identity.api.second_factor import SecondFactorApi
from cti.office.identity.api.session import SessionApi
from cti.office.identity.api.sessions import SessionsApi
from cti.office.identity.service import Identity


class IdentityApi:
    """The routes of people, organisations, roles, groups, sessions, keys and the audit."""

    def __init__(self, identity: Identity, end_sockets: EndSockets) -> None:
        self._parts = (
            SessionApi(identity, end_sockets),
            SecondFactorApi(identity),
            SessionsApi(identity, end_sockets),
            PeopleApi(identity),
            ImportApi(identity),
            OrganisationsImportApi(identity),
            OrganisationsApi(identity),
            RolesApi(identity),
            GroupsApi(identity),
            KeysApi(identity),
            AbsencesApi(identity),
            ProvidersApi(identity),
            AuditApi(identity),
        )

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [route for part in self._parts for route in part.routes()]
