"""Routes of sessions, people, organisations, roles, groups and the audit, a module each."""

from __future__ import annotations

from cti.identity.api.audit import AuditApi
from cti.identity.api.groups import GroupsApi
from cti.identity.api.imports import ImportApi
from cti.identity.api.keys import KeysApi
from cti.identity.api.organisations import OrganisationsApi
from cti.identity.api.people import PeopleApi
from cti.identity.api.providers import ProvidersApi
from cti.identity.api.roles import RolesApi
from cti.identity.api.second_factor import SecondFactorApi
from cti.identity.api.session import SessionApi
from cti.identity.api.sessions import SessionsApi
from cti.identity.service import Identity
from cti.web.hub import Hub
from cti.web.routes import Route


class IdentityApi:
    """All of them."""

    def __init__(self, identity: Identity, hub: Hub) -> None:
        self._parts = (
            SessionApi(identity, hub),
            SecondFactorApi(identity),
            SessionsApi(identity, hub),
            PeopleApi(identity),
            ImportApi(identity),
            OrganisationsApi(identity),
            RolesApi(identity),
            GroupsApi(identity),
            KeysApi(identity),
            ProvidersApi(identity),
            AuditApi(identity),
        )

    def routes(self) -> list[Route]:
        """The table."""
        return [route for part in self._parts for route in part.routes()]
