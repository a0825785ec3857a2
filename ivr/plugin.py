"""Starts the room: the flows of the house and what their nodes reach."""

from __future__ import annotations

import asyncio

from acd.service import Acd
from cti.call import Party
from cti.calls import Calls
from cti.number_plan import NumberPlan
from cti.plugins import Host, Teardown
from cti.store.journal import Journal
from cti.talk import Talks
from cti.trunks import Trunks
from ivr.calendars import SEEDED, Calendars
from ivr.conductor import FlowConductor
from ivr.library import FlowLibrary
from ivr.lookups import Lookups
from ivr.phone import PhoneRoom
from ivr.prompts import native
from ivr.prompts.catalogue import SHIPPED, load_catalogue
from ivr.settings import IvrSettings
from ivr.surroundings import Surroundings
from ivr.web import Web


async def setup(host: Host) -> Teardown:
    """Offer FlowLibrary, Lookups (for plugins that answer flows) and Surroundings."""
    settings = host.section(IvrSettings)
    own = host.data / "calendars.yaml"
    web = Web(frozenset(settings.http_hosts))
    lookups = Lookups()
    library = FlowLibrary()
    host.provide(FlowLibrary, library)
    host.provide(Lookups, lookups)
    surroundings = Surroundings(
        clock=host.clock,
        calendars=Calendars.load(own if own.exists() else SEEDED),
        lookups=lookups,
        web=web,
        human_queue=settings.human_queue,
    )
    host.provide(Surroundings, surroundings)
    folder = host.data / "prompts"
    catalogue = load_catalogue(layers=(SHIPPED, folder / "own"))
    await asyncio.get_running_loop().run_in_executor(None, native.install, catalogue, folder)
    calls = host.need(Calls)
    room = PhoneRoom(
        calls,
        host.need(Talks),
        host.need(Acd),
        host.need(Trunks),
        host.need(NumberPlan),
        host.data / "recordings" / "messages",
    )
    conductor = FlowConductor(room, library, surroundings, host.bus, host.need(Journal))
    calls.serve(Party.CALLER, conductor.conduct)
    return web.close
