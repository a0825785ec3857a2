"""Starts campaigns: lists, agents' work on them, and the feeding of those that need nobody to look first."""

from __future__ import annotations

from acd.service import Acd
from cti.base.times.calendars import Calendars
from cti.office.identity.people import People
from cti.office.processes.room import ProcessRoom
from cti.office.records import Office
from cti.office.views.service import Views
from cti.plugins import Host
from cti.store.calls import StoredCalls
from cti.store.journal.journal import Journal
from cti.telephony.queue_titles import QueueTitles
from cti.telephony.spared import Spared
from cti.telephony.unexpected_dials import UnexpectedDials
from cti.telephony.ways_out import WaysOut
from cti.web.host import Web
from softphone.dial_out import DialOut
from workflow.campaigns.api import routes
from workflow.campaigns.attempts import Attempts
from workflow.campaigns.barring import Barring
from workflow.campaigns.do_not_call import DoNotCall
from workflow.campaigns.feeding import CampaignFeeding
from workflow.campaigns.joining import Joining
from workflow.campaigns.previewing import Previewing
from workflow.campaigns.scripts import Scripts
from workflow.campaigns.service import Campaigns
from workflow.campaigns.settings import CampaignsSettings
from workflow.campaigns.sources import Sources
from workflow.campaigns.targets import Targets
from workflow.campaigns.working import Working
from workflow.missed.service import Missed


async def setup(host: Host) -> None:
    """Offer Campaigns and Targets."""
    office, acd, calendars, queues = host.need(Office), host.need(Acd), host.need(Calendars), host.need(QueueTitles)
    calls, people, area = host.need(StoredCalls), host.need(People), host.settings.house.area
    ways = host.need(WaysOut)
    scripts = Scripts(host.need(ProcessRoom).forms)
    campaigns = Campaigns(office, queues, calendars, scripts, ways.permitted)
    targets = Targets(office, DoNotCall(office, area), scripts, ways, area)
    attempts = Attempts(targets)
    joining, views = Joining(targets, ways), host.need(Views)
    sources = Sources(office, views, joining)
    owed_to = acd.callbacks.owed_to
    dials = UnexpectedDials(targets.do_not_call, ways, calendars, lambda number: owed_to(number) is not None)
    barring = Barring(dials)
    working = Working(targets, attempts, barring)
    previewing = Previewing(calls, host.need(Journal), targets, working, attempts, host.need(DialOut))

    async def who_is(agent: str) -> tuple[str, str]:
        found = await people.visitor_of(agent) if agent else None
        return (found.person, found.name) if found is not None else ("", agent)

    async def was_dialled(call: str) -> bool:
        return bool(await calls.load_some([call]))

    feeding = CampaignFeeding(targets, attempts, acd, barring, who_is, was_dialled)

    def use(settings: CampaignsSettings) -> None:
        feeding.settings = barring.settings = settings
        feeding.look()

    use(host.section(CampaignsSettings, use))
    host.on_stop(host.need(Spared).keep(targets.do_not_call))
    host.provide(Campaigns, campaigns)
    host.provide(Targets, targets)
    host.provide(Sources, sources)
    for records in (campaigns, targets):
        host.on_stop(records.on_change(lambda ids: feeding.look()))
    host.on_stop(acd.on_decision(feeding.hear))
    await previewing.begin()
    await previewing.take_up()
    host.on_stop(host.need(Journal).on_stored(previewing.stored))
    host.task(previewing.run(), "follow the ends of campaigns' calls")
    host.task(feeding.run(), "feed campaigns")
    missed = host.need(Missed)
    own = routes(
        campaigns, targets, working, previewing, missed, sources, joining, views, acd, queues, calendars
    )  # fmt: skip
    host.on_stop(host.need(Web).add(own))
