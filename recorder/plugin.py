"""Starts the recorder: what records, keeps, finds and gives out the sound of calls."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ciphers.key_sources import KeyProblem
from cti.base.events import (
    MessageLeft,
    RecordingFinished,
    RecordingPaused,
    RecordingResumed,
    RecordingStarted,
    TalkEnded,
    TalkStarted,
)
from cti.office.files.keeping import alarms_of
from cti.office.identity.service import Identity
from cti.office.jobs.service import Jobs
from cti.office.records import Office
from cti.office.timers.schedule import Schedule
from cti.plugins import Host
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.store.recordings.recordings import RecordingStore
from cti.store.recordings.search import RecordingSearch
from cti.telephony.calls import Calls
from cti.telephony.pauses import Pauses
from cti.telephony.queue_titles import QueueTitles
from cti.telephony.talk import Talks
from cti.web.host import Web
from recorder import holding_api, list_api, moments, pausing_api, room, room_api, timeline_api
from recorder.about import Abouts
from recorder.api import routes
from recorder.archive import Archive
from recorder.finding import RecordingColumns, index_again_and_again
from recorder.gaps import Gaps
from recorder.importing import api as importing_api
from recorder.importing.service import Imports
from recorder.keys import Keys
from recorder.lengths import Lengths
from recorder.messages import Messages
from recorder.moments import Moments
from recorder.notes import Notes
from recorder.outline import Outlines
from recorder.proof import Proofs, look_after
from recorder.retention import Retention
from recorder.room import Rooms
from recorder.said_words import SaidWords
from recorder.service import Recorder
from recorder.settings import RecorderSettings
from recorder.storing import Depot, move_some
from recorder.strays import Strays

log = structlog.get_logger(__name__)

NIGHT, NIGHT_CRON = "recordings", "10 1 * * *"


async def setup(host: Host) -> Callable[[], Awaitable[None]] | None:
    """Record talks from now on."""
    settings = host.section(RecorderSettings)
    store = host.need(RecordingStore)
    calls = host.need(Calls)
    talks = host.need(Talks)
    keys = Keys(host.need(Store), host.clock)
    try:
        await keys.open()
    except KeyProblem as error:
        # Talks are recorded all the same; they are sealed once the keys open.
        log.error("the keys of recordings do not open", reason=str(error))
    depot = Depot(host.data, lambda: settings.s3)
    archive = Archive(host.data / "recordings", keys, depot)
    host.provide(Archive, archive)
    alarm, audit = alarms_of(host.bus, host.clock), host.need(Identity).audit
    notes = Notes(host.need(Store), audit, host.clock)
    identity, books, queues = host.need(Identity), host.need(StoredCalls), host.need(QueueTitles)
    abouts = Abouts(
        host.need(Store), books, queues, identity.people, identity.organisations, identity.disclosure,
        host.settings.house.area,
    )  # fmt: skip
    host.on_stop(host.need(Web).add(routes(store, archive, notes, abouts, audit, host.clock)))
    proofs = Proofs(host.need(Store), archive, audit, host.clock, alarm)
    retention = Retention(host.need(Store), depot, audit, host.clock)
    rooms = Rooms(store, archive, retention, alarm, host.clock)
    host.task(room.look_again_and_again(rooms, settings.room), "look at the room of recordings")
    host.on_stop(host.need(Web).add(room_api.routes(rooms, settings.room)))
    due = asyncio.Event()

    async def at_night(_session: AsyncSession, _at: datetime) -> None:
        due.set()

    schedule = host.need(Schedule)
    await schedule.every(NIGHT, "录音完整性核验", NIGHT_CRON, at_night)
    host.on_stop(lambda: schedule.stop(NIGHT))
    care = look_after(
        proofs,
        due,
        asyncio.sleep,
        move=lambda: move_some(store, depot, alarm),
        sweep=lambda: retention.sweep(settings.retention),
    )
    host.task(care, "look after recordings")
    host.on_stop(host.need(Web).add(holding_api.routes(host.need(Store), audit)))
    search = RecordingSearch(host.need(Store))
    columns = RecordingColumns(search)
    host.provide(RecordingColumns, columns)
    said = SaidWords()
    host.provide(SaidWords, said)
    listing = list_api.routes(search, abouts, columns, said, identity.lookups, queues)
    host.on_stop(host.need(Web).add(listing))
    imports = Imports(
        host.need(Office),
        archive,
        retention,
        identity.organisations,
        queues,
        host.need(Jobs),
        host.data / "imports",
        host.settings.house.area,
    )
    host.job(imports.job)
    host.on_stop(host.need(Web).add(importing_api.routes(imports)))
    outlines = Outlines(host.need(Store), archive)
    host.provide(Outlines, outlines)
    host.on_stop(host.need(Web).add(timeline_api.routes(store, books, outlines, identity.people, host.clock)))
    host.on_stop(host.need(Web).add(moments.routes(Moments(store, archive, books, audit, host.clock))))
    host.task(index_again_and_again(search, books, host.clock), "index recordings")
    keep, kept = host.need(Journal).record, host.need(Journal).flushed
    # Whoever speaks after the tone wants to be heard, also where talks are not recorded.
    messages = Messages(store, keep, kept, books.load, archive, host.bus, alarm)
    host.listen(MessageLeft, messages.on_left)
    host.task(messages.look_again_and_again(), "take up messages")

    async def house() -> tuple[str, str]:
        known = await identity.organisations.every()
        top = next(one for one in known.values() if one.parent is None)
        return top.name, top.region

    def going_on() -> set[str]:
        return {one.talk.recording for one in calls.open if one.talk is not None}

    strays = Strays(store, books, archive, audit, alarm, host.clock, house, going_on)
    host.task(strays.look_again_and_again(), "take in stray recordings")
    if not settings.enabled:
        return None
    free = settings.free_megabytes * 1_000_000
    lengths = Lengths(store, kept, books.stories, alarm, host.clock)
    recorder = Recorder(
        store, keep, kept, archive, host.bus, host.clock, calls.find, free_bytes=free, check=lengths.check
    )
    host.listen(TalkStarted, recorder.on_talk_started)
    host.listen(TalkEnded, recorder.on_talk_ended)
    talks.books.recording = recorder
    gaps = Gaps(store, kept, recorder.length, alarm)
    host.listen(RecordingStarted, gaps.on_started)
    host.listen(RecordingPaused, gaps.on_paused)
    host.listen(RecordingResumed, gaps.on_resumed)
    host.listen(RecordingFinished, gaps.on_finished)
    pauses = host.need(Pauses)
    pauses.restore()
    host.on_stop(host.need(Web).add(pausing_api.routes(calls, pauses, host.need(Identity).audit)))
    await recorder.recover()
    return recorder.stop
