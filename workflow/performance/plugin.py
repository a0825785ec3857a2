"""Starts performance: schemes as files, periods that are counted, and all that is said for and against scores."""

from __future__ import annotations

from cti.base.expressions.types import BOOLEAN, TEXT, record
from cti.office.figures import Figures
from cti.office.jobs.service import Jobs
from cti.office.messages import Messages
from cti.office.processes.room import ProcessRoom
from cti.office.records import Office
from cti.office.timers.service import Timers
from cti.plugins import Host
from cti.web.host import Web
from workflow.performance import scheme_room, telling
from workflow.performance.adjustments import Adjustments
from workflow.performance.api import routes
from workflow.performance.appeals import Appeals
from workflow.performance.counting import Counting
from workflow.performance.exclusions import KIND, Exclusions
from workflow.performance.facts import of_tickets
from workflow.performance.periods import Periods
from workflow.performance.scores import Scores
from workflow.performance.telling import Telling
from workflow.tickets.service import Tickets

RECORD = record({"number": TEXT, "code": TEXT, "special": BOOLEAN})
"""What expressions of processes read of something that is not to count: `Exclusions.facts`."""


async def setup(host: Host) -> None:
    """Offer Periods and Scores."""
    office, figures, room = host.need(Office), host.need(Figures), host.need(ProcessRoom)
    host.on_stop(figures.extend("tickets", of_tickets))
    messages, timers = host.need(Messages), host.need(Timers)
    host.on_stop(telling.offer(messages))
    room.reads(KIND, RECORD)
    tells, schemes = Telling(messages), await scheme_room.begin(host, figures)
    counting = Counting(office, figures, schemes)
    periods = Periods(office, schemes, counting, figures, host.need(Jobs), timers, tells)
    scores = Scores(office, counting)
    adjustments = Adjustments(office, scores, tells)
    exclusions = Exclusions(office, room.cases, scores, counting, host.need(Tickets), tells)
    appeals = Appeals(office, scores, periods, counting, figures, tells)
    for service in (periods, scores):
        host.provide(type(service), service)
    host.job(periods.job)
    host.on_stop(timers.register(periods.over))
    host.on_stop(room.cases.about(KIND, exclusions.facts, exclusions.hear))
    host.on_stop(host.need(Web).add(routes(periods, scores, adjustments, exclusions, appeals)))
    scheme_room.serve(host, office, schemes, figures, periods)
