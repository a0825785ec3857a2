"""Starts the list of callers who must be called back."""

from __future__ import annotations

from cti.office.records import Office
from cti.plugins import Host
from cti.store.calls import StoredCalls
from cti.store.journal import Journal
from cti.store.recordings import RecordingStore
from cti.telephony.queue_titles import QueueTitles
from cti.web.host import Web
from recorder.archive import Archive
from softphone.dial_out import DialOut
from workflow.missed.api import routes
from workflow.missed.lost import Gathered
from workflow.missed.service import Missed
from workflow.missed.settings import MissedSettings


async def setup(host: Host) -> None:
    """Offer Missed, and follow calls from where the last engine stood."""
    settings, journal = host.section(MissedSettings), host.need(Journal)
    missed = Missed(host.need(Office), host.need(QueueTitles), host.settings.house.area)
    host.provide(Missed, missed)
    gathered = Gathered(host.need(StoredCalls), journal, missed.take_in, missed.reached, settings.patience)
    await gathered.begin()
    host.on_stop(journal.on_stored(gathered.stored))
    host.task(gathered.run(), "write down missed callers")
    own = routes(missed, host.need(DialOut), host.need(RecordingStore), host.need(Archive))
    host.on_stop(host.need(Web).add(own))
