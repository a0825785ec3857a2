"""Starts the forbidden numbers: each dial out of the house asks them from now on."""

from __future__ import annotations

from cti.base.times.calendars import Calendars
from cti.office.records import Office
from cti.plugins import Host, Teardown
from cti.telephony.ways_out import WaysOut
from cti.web.host import Web
from workflow.forbidden.api import routes
from workflow.forbidden.refusals import Refusals
from workflow.forbidden.service import Forbidden


async def setup(host: Host) -> Teardown:
    """Offer Forbidden and Refusals."""
    calendars, ways = host.need(Calendars), host.need(WaysOut)
    forbidden = Forbidden(host.need(Office), calendars, host.settings.house.area)
    refusals = Refusals(forbidden)
    await forbidden.load()
    host.provide(Forbidden, forbidden)
    host.provide(Refusals, refusals)
    host.on_stop(ways.forbid_by(forbidden))
    host.on_stop(ways.hear_refusals(refusals.heard))
    host.task(forbidden.follow_tree(), "follow the tree of organisations")
    host.on_stop(host.need(Web).add(routes(forbidden, refusals, calendars)))
    return refusals.flushed
