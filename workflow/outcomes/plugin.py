"""Starts the outcomes of talks."""

from __future__ import annotations

from cti.office.form_drafts import FormDrafts
from cti.office.identity.people import People
from cti.office.records import Office
from cti.plugins import Host
from cti.store.calls import StoredCalls
from cti.store.journal.journal import Journal
from cti.telephony.calls import Calls
from cti.telephony.queue_titles import QueueTitles
from cti.web.host import Web
from workflow.lists.service import Lists
from workflow.outcomes.api import routes
from workflow.outcomes.ended import EndedTalks
from workflow.outcomes.reasons import Reasons
from workflow.outcomes.service import Outcomes
from workflow.tickets.service import Tickets


async def setup(host: Host) -> None:
    """Offer Outcomes, and follow talks from where the last engine stood."""
    office, books, journal = host.need(Office), host.need(StoredCalls), host.need(Journal)
    reasons = Reasons(office)
    await reasons.deliver()
    tickets = host.need(Tickets)
    outcomes = Outcomes(
        office, reasons, host.need(FormDrafts), host.need(Calls), books, host.need(Lists), tickets.dialled_for,
        host.need(QueueTitles), host.settings.house.area,
    )  # fmt: skip
    host.provide(Outcomes, outcomes)
    registered = tickets.registered
    registered.append(outcomes.told_by)
    host.on_stop(lambda: registered.remove(outcomes.told_by))
    ended = EndedTalks(books, journal, host.need(People), outcomes.talked)
    await ended.begin()
    host.on_stop(journal.on_stored(ended.stored))
    host.task(ended.run(), "write down talks that ended")
    host.on_stop(host.need(Web).add(routes(outcomes, reasons)))
