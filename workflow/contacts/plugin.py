"""Starts the phone book."""

from __future__ import annotations

from cti.office.records import Office
from cti.plugins import Host
from cti.web.host import Web
from softphone.desk import Desk
from softphone.dial_out import DialOut
from workflow.contacts.api import routes
from workflow.contacts.service import Contacts


async def setup(host: Host) -> None:
    """Offer `Contacts`."""
    contacts = Contacts(host.need(Office), host.settings.house.area)
    host.provide(Contacts, contacts)
    host.on_stop(host.need(Web).add(routes(contacts, host.need(Desk), host.need(DialOut))))
