"""Starts the citizens' records: they stand at the door from now on."""

from __future__ import annotations

from cti.base.events import CallEnded, CallerRecognised
from cti.office.records import Office
from cti.plugins import Host, Teardown
from cti.store.calls import StoredCalls
from cti.telephony.calls import Calls
from cti.telephony.doorway import Doorway
from cti.telephony.queue_titles import QueueTitles
from cti.web.host import Web
from workflow.citizens.api import routes
from workflow.citizens.at_the_door import CallsOfCitizens
from workflow.citizens.service import Citizens
from workflow.citizens.timeline import CallsOfCitizen


async def setup(host: Host) -> Teardown:
    """Offer `Citizens`, and know at the door who calls."""
    office, stored = host.need(Office), host.need(StoredCalls)
    citizens = Citizens(office, stored, host.need(QueueTitles), host.settings.house.area)
    open_calls = CallsOfCitizens(citizens, host.need(Calls))
    host.provide(Citizens, citizens)
    host.on_stop(citizens.on_change(open_calls.refresh))
    host.on_stop(office.timelines.add(CallsOfCitizen(stored), Citizens.kind))
    host.on_stop(host.need(Doorway).keep("citizens", citizens.keep))
    host.listen(CallerRecognised, open_calls.recognised)
    host.listen(CallEnded, open_calls.ended)
    host.on_stop(host.need(Web).add(routes(citizens)))
    return citizens.flushed
