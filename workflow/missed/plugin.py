"""Starts the list of callers who must be called back."""

from __future__ import annotations

from collections.abc import Collection

from acd.service import Acd
from cti.base.times.calendars import Calendars
from cti.office.identity.people import People
from cti.office.records import Office
from cti.plugins import Host
from cti.store.calls import StoredCalls
from cti.store.journal.journal import Journal
from cti.store.recordings.recordings import RecordingStore
from cti.telephony.calls import Calls
from cti.telephony.queue_titles import QueueTitles
from cti.telephony.spared import Spared
from cti.web.host import Web
from recorder.archive import Archive
from softphone.dial_out import DialOut
from workflow.missed.api import routes
from workflow.missed.dialling import Dialling
from workflow.missed.lost import Gathered
from workflow.missed.offering import Offering
from workflow.missed.service import Missed
from workflow.missed.settings import MissedSettings
from workflow.missed.working import Working


async def setup(host: Host) -> None:
    """Offer Missed, and follow calls from where the last engine stood."""
    journal, stored, acd, calls = host.need(Journal), host.need(StoredCalls), host.need(Acd), host.need(Calls)
    missed = Missed(host.need(Office), host.need(QueueTitles), host.settings.house.area)

    def on_the_line(number: str) -> str | None:
        if any(call.caller.digits == number for call in calls.open):
            return "这位市民正在通话中，请稍候"
        return "系统正在回拨这位市民，请稍候" if acd.callbacks.owed_to(number) is not None else None

    def queues_of(agent: str) -> Collection[str]:
        return acd.agent(agent).queues if agent else ()

    working = Working(missed, host.need(Calendars), host.need(Spared), on_the_line)
    dialling = Dialling(stored, journal, working, host.need(DialOut))
    people = host.need(People)

    async def who_is(agent: str) -> tuple[str, str]:
        found = await people.visitor_of(agent)
        return (found.person, found.name) if found is not None else ("", agent)

    async def was_dialled(call: str) -> bool:
        return bool(await stored.load_some([call]))

    offering = Offering(working, acd, who_is, was_dialled)

    def use(settings: MissedSettings) -> None:
        working.settings = settings
        offering.look()

    settings = host.section(MissedSettings, use)
    use(settings)
    host.provide(Missed, missed)
    gathered = Gathered(stored, journal, missed.take_in, missed.reached, settings.patience)
    await gathered.begin()
    await dialling.begin()
    await dialling.take_up()
    host.on_stop(journal.on_stored(gathered.stored))
    host.on_stop(journal.on_stored(dialling.stored))
    host.on_stop(missed.on_change(lambda ids: offering.look()))
    host.on_stop(acd.on_decision(offering.hear))
    host.task(offering.run(), "offer missed callers to agents")
    host.task(gathered.run(), "write down missed callers")
    host.task(dialling.run(), "follow the ends of calls back")
    own = routes(missed, working, dialling, host.need(RecordingStore), host.need(Archive), queues_of)
    host.on_stop(host.need(Web).add(own))
