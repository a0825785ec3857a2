"""Starts the transcripts: whoever talks is heard, and what was said is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from cti.base.call import Call
from cti.base.events import (
    AgentEngaged,
    AgentReleased,
    CallEnded,
    CallEvent,
    CallHeld,
    CallRetrieved,
    CallReturned,
    CallTransferred,
    LegAnswered,
    PersonChanged,
    TalkEnded,
    TalkInterrupted,
    TalkStarted,
)
from cti.base.http.topics import Nothing
from cti.base.visitor import Visitor
from cti.office.figures import Figures
from cti.office.identity.service import Identity
from cti.office.records import Office
from cti.office.reports.delivery import deliver
from cti.office.reports.service import Reports
from cti.plugins import Host, Teardown
from cti.store.calls import StoredCalls
from cti.store.recordings.recordings import RecordingStore
from cti.telephony.calls import Calls
from cti.telephony.queue_titles import QueueTitles
from cti.web.host import Web
from ivr.recognition.expected import ExpectedWords
from ivr.recognition.recognisers import Recognition
from recorder.archive import Archive
from recorder.said_words import SaidWords
from recorder.timeline import parts_in
from workflow.tickets.calls.about import CallsAbout
from workflow.transcripts.afterwards import Afterwards
from workflow.transcripts.api import routes
from workflow.transcripts.book import Book, OpenTranscript
from workflow.transcripts.finished import FinishedTalks
from workflow.transcripts.found_calls import FoundCalls
from workflow.transcripts.hot_words import HotWords
from workflow.transcripts.lines import Line
from workflow.transcripts.listening import Listening
from workflow.transcripts.measuring.facts import measures_source
from workflow.transcripts.measuring.keeping import Measuring
from workflow.transcripts.service import Transcripts
from workflow.transcripts.settings import TranscriptsSettings
from workflow.transcripts.topics import TRANSCRIPT

HEARD: tuple[type[CallEvent], ...] = (
    TalkStarted, TalkEnded, CallTransferred, CallHeld, CallRetrieved, AgentEngaged, AgentReleased, CallReturned,
    TalkInterrupted, LegAnswered, CallEnded,
)  # fmt: skip
"""Who talks with whom may be another now."""


async def setup(host: Host) -> Teardown:
    """Offer Transcripts, and listen."""
    settings = host.section(TranscriptsSettings)
    office, calls, web = host.need(Office), host.need(Calls), host.need(Web)
    recogniser, people = host.need(Recognition).recogniser, host.need(Identity).people
    hot_words = HotWords(office, host.need(ExpectedWords))
    await hot_words.load()
    host.task(hot_words.keep_fresh(), "follow the words that are expected")
    transcripts = Transcripts(office, host.need(QueueTitles), host.settings.house.area)
    transcripts.trouble = recogniser.trouble if settings.enabled else "通话转写已在设置中关闭"

    async def load_names() -> None:
        transcripts.names = {one.agent_no: one.name for one in await people.agents()}

    def person(_: PersonChanged) -> None:
        host.task(load_names(), "names of agents")

    def happened(event: CallEvent) -> None:
        listening.look(event.call, event.leg if isinstance(event, LegAnswered) else "")

    def changed(one: OpenTranscript, lines: Sequence[Line]) -> None:
        one.version += 1
        over = book.find(one.call.id) is None
        data = {"call": one.call.id, "version": one.version, "over": over}
        TRANSCRIPT.tell(web.hub, one.call.id, data, about=one.call)  # type: ignore[arg-type] # a TypedDict of these

    def sees(visitor: Visitor, _key: str, call: Call) -> bool:
        return transcripts.sees(visitor, call)

    book = transcripts.book = Book(changed, transcripts.keep, transcripts.close)
    listening = Listening(calls, recogniser, hot_words.wording, host.clock, settings, book, host.task)
    measuring = transcripts.measuring = Measuring(office.store, host.clock, host.need(StoredCalls))
    host.provide(Transcripts, transcripts)
    host.provide(Measuring, measuring)
    host.provide(FinishedTalks, FinishedTalks(office.store))
    host.task(measuring.catch_up(), "measure talks of before")
    host.on_stop(host.need(Figures).offer(measures_source(transcripts.queues)))
    await deliver(host.need(Reports), Path(__file__).parent)

    def with_tickets(calls: CallsAbout) -> Callable[[], None]:
        transcripts.narrowing.tickets = calls
        return without_tickets

    def without_tickets() -> None:
        transcripts.narrowing.tickets = None

    host.when(CallsAbout, with_tickets)
    host.provide(HotWords, hot_words)
    host.on_stop(host.need(SaidWords).offer(FoundCalls(transcripts).saying))
    await load_names()
    host.live(TRANSCRIPT, lambda _: Nothing(), sees)
    host.on_stop(web.add(routes(transcripts, hot_words)))
    for call, lines in (await transcripts.left_open()).items():
        found = calls.find(call)
        if found is None or found.is_over:
            await transcripts.set_lines(call, lines, "waiting")
        else:
            book.reopen(found, lines)
    for kind in HEARD:
        host.listen(kind, happened)
    host.listen(PersonChanged, person)
    listening.begin()
    if settings.afterwards:
        afterwards = Afterwards(
            transcripts,
            host.need(RecordingStore),
            host.need(Archive),
            lambda call: parts_in(host.need(StoredCalls).stories, call, host.clock.wall()),
            recogniser,
            hot_words.wording,
            lambda: listening.heard == 0,
        )
        host.task(afterwards.run(), "write down what was not heard live")
    return listening.stop
