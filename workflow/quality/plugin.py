"""Starts quality: plans draw, inspectors score, agents read and appeal, figures count."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from acd.group_titles import GroupTitles
from acd.service import Acd
from cti.base.times.calendars import Calendars
from cti.office.figures import Figures
from cti.office.identity.service import Identity
from cti.office.jobs.service import Jobs
from cti.office.messages import Messages
from cti.office.records import Office
from cti.office.reports.delivery import deliver
from cti.office.reports.service import Reports
from cti.office.timers.schedule import Schedule
from cti.office.timers.service import Timers
from cti.plugins import Host
from cti.store.calls import StoredCalls
from cti.store.recordings.recordings import RecordingStore
from cti.telephony.home_places import HomePlaces
from cti.telephony.queue_titles import QueueTitles
from cti.web.host import Web
from recorder.outline import Outlines
from workflow.quality import telling
from workflow.quality.api import routes
from workflow.quality.calibrations import Calibrations
from workflow.quality.desk import Desk
from workflow.quality.drawing.candidates import Candidates
from workflow.quality.drawing.service import Drawing
from workflow.quality.facts import sources
from workflow.quality.keeping import Keeping
from workflow.quality.phrases import SheetPhrases
from workflow.quality.plans import Plans
from workflow.quality.reviews import Reviews
from workflow.quality.scoring import room
from workflow.quality.settings import QualitySettings
from workflow.quality.telling import Telling
from workflow.transcripts.measuring.keeping import Measuring
from workflow.transcripts.service import Transcripts

DAILY = "quality_daily"


async def setup(host: Host) -> None:
    """Offer Plans, Reviews, Calibrations and Drawing."""
    office, acd, queues, jobs = host.need(Office), host.need(Acd), host.need(QueueTitles), host.need(Jobs)
    recordings, calls, outlines = host.need(RecordingStore), host.need(StoredCalls), host.need(Outlines)
    timers, messages, people = host.need(Timers), host.need(Messages), host.need(Identity).people
    settings = host.section(QualitySettings)
    host.on_stop(telling.offer(messages))
    tells, sheets = Telling(messages), await room.begin(host)
    candidates = Candidates(recordings, calls, acd, outlines)
    plans = Plans(office, sheets, candidates, acd, queues, jobs)
    reviews = Reviews(office, sheets, acd, queues, timers, Keeping(recordings, office.audit), tells)
    calibrations = Calibrations(office, sheets, recordings, calls, people, tells)
    drawing = Drawing(office, plans, candidates, people, jobs, tells, host.need(Calendars))
    desk = Desk(reviews, recordings, calls, outlines)

    def with_words(transcripts: Transcripts) -> Callable[[], None]:
        candidates.saying = desk.words = transcripts
        return without_words

    def without_words() -> None:
        candidates.saying = desk.words = None

    def with_places(places: HomePlaces) -> Callable[[], None]:
        candidates.places = places
        return partial(setattr, candidates, "places", None)

    def with_measuring(measuring: Measuring) -> Callable[[], None]:
        measuring.phrases = SheetPhrases(sheets)
        return partial(setattr, measuring, "phrases", None)

    host.when(Transcripts, with_words)
    host.when(Measuring, with_measuring)
    host.when(HomePlaces, with_places)
    for kind, one in ((Plans, plans), (Reviews, reviews), (Calibrations, calibrations), (Drawing, drawing)):
        host.provide(kind, one)
    host.job(drawing.kind)
    host.on_stop(timers.register(reviews.over))
    schedule = host.need(Schedule)
    await schedule.every(DAILY, "日常质检抽取", settings.draw_at, drawing.due)
    host.on_stop(lambda: schedule.stop(DAILY))
    room.serve(host, office, sheets)
    for facts in sources(reviews, queues, GroupTitles(acd)):
        host.on_stop(host.need(Figures).offer(facts))
    await deliver(host.need(Reports), Path(__file__).parent)
    host.on_stop(host.need(Web).add(routes(plans, reviews, calibrations, desk, acd, queues, people)))
