"""What meets the world beyond the staff: connectors to other systems, the public site, and citizens' sessions there."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from cti.base.settings import ConnectorSettings
from cti.office.configuring.service import SectionOffer
from cti.office.connectors import Connectors
from cti.office.connectors.room import ConnectorRoom
from cti.office.public_sessions import service as public_sessions
from cti.office.public_sessions.api import PublicSessionsApi
from cti.office.public_sessions.service import PublicSessions
from cti.process.engine.foundation import Foundation, Offer
from cti.process.engine.records import RecordParts
from cti.process.engine.system import System
from cti.web.public_site import PublicSite


class Outside:
    """The site answers and connectors speak when they are started."""

    def __init__(self, base: Foundation, system: System, records: RecordParts, connectors: ConnectorRoom) -> None:
        settings, office, post = base.settings, base.office, records.post
        self.connectors = connectors
        system.web.add(connectors.routes)
        self.site = PublicSite(
            settings.public, proxies=settings.http.proxies, plain=settings.http.plain, clock=base.clock,
            mac=base.store.cipher.mac, registry=system.health.registry,
        )  # fmt: skip
        self.site.add(connectors.hooks)
        public_sessions.offer(post.messages.templates)
        self.sessions = self.site.sessions = PublicSessions(
            office, post.citizens, settings.area, timedelta(days=settings.public.number_rest_days)
        )  # fmt: skip
        api = PublicSessionsApi(self.sessions, office)
        self.site.add(api.outside())
        system.web.add(api.routes())
        system.desk.offer(SectionOffer("connectors", "对外接口", ConnectorSettings, changed=connectors.take_settings))

    @classmethod
    async def open(cls, base: Foundation, system: System, records: RecordParts) -> Outside:
        """Read the connectors' files. Raises DocumentError."""
        room = await asyncio.to_thread(ConnectorRoom.open, base.office, base.bus, base.settings.connectors)
        return cls(base, system, records, room)

    def offers(self) -> list[Offer]:
        """What plugins may ask for."""
        return [
            (PublicSite, self.site),
            (PublicSessions, self.sessions),
            (Connectors, self.connectors.connectors),
        ]
