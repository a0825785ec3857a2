"""The knowledge base for others, in a running house."""

from __future__ import annotations

import asyncio

from cti.office.records import Office
from cti.plugins import Host
from cti.web.host import Web
from cti.web.public_site import PublicSite
from workflow.knowledge.asking.corrections import Corrections
from workflow.knowledge.finding.service import Finding
from workflow.knowledge.helpful.votes import Votes
from workflow.knowledge.outside.api import FILES, SITE, OutsideApi
from workflow.knowledge.outside.components import Components, Keys
from workflow.knowledge.outside.reading import PublicReading
from workflow.knowledge.published import Published
from workflow.knowledge.scenarios.spotting import Spotting
from workflow.knowledge.statistics.visits import Visits

LOADER, PAGE = "component.js", "component.html"


async def begin(
    host: Host, published: Published, corrections: Corrections, votes: Votes, finding: Finding, spotting: Spotting,
    visits: Visits,
) -> None:  # fmt: skip
    """Serve components on the public site, and offer PublicReading."""
    office, site = host.need(Office), host.need(PublicSite)
    components, keys = Components(office), Keys(office, host.clock)
    host.on_stop(components.on_change(keys.forget))
    reading = PublicReading(office, published, corrections, votes, finding, spotting)
    loader, page = await asyncio.gather(*(asyncio.to_thread((SITE / one).read_text, "utf-8") for one in (LOADER, PAGE)))
    api = OutsideApi(office, components, keys, reading, visits, loader, page)
    host.on_stop(host.need(Web).add(api.routes()))
    host.on_stop(site.add(api.outside()))
    host.on_stop(await asyncio.to_thread(site.add_files, FILES, SITE))
    host.provide(PublicReading, reading)
