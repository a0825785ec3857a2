"""Starts the lists: they stand at the door from now on."""

from __future__ import annotations

from cti.office.records import Office
from cti.plugins import Host, Teardown
from cti.store.calls import StoredCalls
from cti.telephony.calls import Calls
from cti.telephony.doorway import Doorway
from cti.telephony.own_calls import OwnCalls
from cti.web.host import Web
from workflow.lists.api import routes
from workflow.lists.service import Lists


async def setup(host: Host) -> Teardown:
    """Offer `Lists`, and ask them at the door."""
    lists = Lists(host.need(Office), host.settings.house.area)
    await lists.load()
    host.provide(Lists, lists)
    host.on_stop(host.need(Doorway).keep("lists", lists.keep))
    host.on_stop(host.need(Web).add(routes(lists, OwnCalls(host.need(Calls), host.need(StoredCalls)))))
    return lists.flushed
