"""Starts the assistant."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import structlog

from cti.office.files.keeping import alarms_of
from cti.office.jobs.service import Jobs
from cti.office.records import Office
from cti.office.timers.schedule import Schedule
from cti.plugins import Host
from cti.store.calls import StoredCalls
from cti.telephony.calls import Calls
from cti.telephony.own_calls import OwnCalls
from cti.web.host import Web
from ivr.recognition.expected import ExpectedWords
from workflow.assistant.api import dispatch_routes, routes
from workflow.assistant.asking import Assistant
from workflow.assistant.counting import Counts
from workflow.assistant.dispatching.records import Dispatches
from workflow.assistant.dispatching.rule import DispatchRule
from workflow.assistant.dispatching.sending import Sending
from workflow.assistant.dispatching.story import BesideDispatch, DispatchStory
from workflow.assistant.drift import Drift
from workflow.assistant.duplicates.following import Duplicates
from workflow.assistant.filing import Filing
from workflow.assistant.gazetteer import Gazetteer
from workflow.assistant.gists import Gists
from workflow.assistant.settings import AssistantSettings, WritingSettings
from workflow.assistant.talk_words import hear_by
from workflow.assistant.trained import Models
from workflow.assistant.training import Training
from workflow.assistant.understanding.danger import SOUNDED
from workflow.assistant.writing.service import Writer
from workflow.tickets.acting import Acts
from workflow.tickets.desk.alike import AlikeTickets
from workflow.tickets.events import TicketMoved, TicketOpened, TicketTaskEnded
from workflow.tickets.offering import Offering
from workflow.tickets.service import KIND
from workflow.tickets.texts import TicketTexts
from workflow.transcripts.service import Transcripts

log = structlog.get_logger(__name__)

TRAIN = "assistant_train"
LOOK = "assistant_drift"
LOOK_AT = "40 6 * * *"
"""After the night's training, before people come."""


async def sounded() -> Collection[str]:
    """Words of danger, for whoever writes down what is said."""
    return SOUNDED


async def setup(host: Host) -> None:
    """Offer Assistant: proposals beside calls, models made by night."""
    office, texts = host.need(Office), host.need(TicketTexts)
    writer, kept = Writer(WritingSettings()), [AssistantSettings()]

    def take(fresh: AssistantSettings) -> None:
        """Settings count at once: what must not be sent any more is not."""
        writer.settings, training.settings, duplicates.most = fresh.writing, fresh, fresh.most_compared
        if kept[0].train_at != fresh.train_at:
            host.task(train_when(fresh.train_at), "train at another time")
        kept[0] = fresh

    async def train_when(line: str) -> None:
        schedule.stop(TRAIN)
        await schedule.every(TRAIN, "训练智能模型", line, training.due)

    settings = kept[0] = host.section(AssistantSettings, take)
    writer.settings = settings.writing
    filing = Filing(office.store, host.clock, texts, host.data)
    gazetteer, counts = Gazetteer(office.store, office.region), Counts(office, texts)
    await gazetteer.read()
    calls = OwnCalls(host.need(Calls), host.need(StoredCalls))
    assistant = Assistant(office, calls, filing, gazetteer, counts)
    assistant.writer = writer
    host.provide(Assistant, assistant)
    host.provide(Gists, Gists(filing, gazetteer, host.clock))
    host.when(Transcripts, hear_by(assistant))
    host.when(ExpectedWords, lambda words: words.offer("地名", gazetteer.names))
    host.when(ExpectedWords, lambda words: words.offer("危险情形", sounded))
    duplicates = Duplicates(texts, host.clock, lambda: gazetteer.places, settings.most_compared)
    host.task(duplicates.run(), "read tickets that may be about the same")
    alike = host.need(AlikeTickets)
    alike.ranks = duplicates

    def rank_no_more() -> None:
        alike.ranks = None

    host.on_stop(rank_no_more)
    models = Models(office, filing)
    training = Training(office, texts, filing, gazetteer, host.need(Jobs), settings)
    host.job(training.kind)
    schedule = host.need(Schedule)
    await schedule.every(TRAIN, "训练智能模型", settings.train_at, training.due)
    host.on_stop(lambda: schedule.stop(TRAIN))
    acts, offering = host.need(Acts), host.need(Offering)
    rule, dispatches = DispatchRule(office), Dispatches(office, acts, texts)
    sending = Sending(office, texts, acts, filing, rule, dispatches)
    host.listen(TicketMoved, sending.hear)
    host.listen(TicketTaskEnded, sending.hear)
    host.task(sending.run(), "dispatch tickets that are surely for a department")
    host.on_stop(host.need(Web).add(dispatch_routes(rule, dispatches)))
    host.on_stop(office.timelines.add(DispatchStory(filing, offering.is_inside), KIND))
    offering.beside = BesideDispatch(filing)

    def beside_no_more() -> None:
        offering.beside = None

    host.on_stop(beside_no_more)
    opened: asyncio.Queue[TicketOpened] = asyncio.Queue(1_000)

    def note(event: TicketOpened) -> None:
        if event.call and not opened.full():
            opened.put_nowait(event)

    async def count() -> None:
        while True:
            event = await opened.get()
            try:
                await counts.registered(event.call, event.record)
            except Exception:
                # Of a figure one is missing; the next ticket is counted.
                log.exception("proposals not counted", ticket=event.record)

    host.listen(TicketOpened, note)
    host.task(count(), "count what was kept of proposals")
    alarm = alarms_of(host.bus, host.clock)
    filing.told = lambda trouble: alarm("assistant_model", trouble and f"智能模型无法读取，改按分类名称推荐：{trouble}")
    drift = Drift(office, texts, filing, host.need(Jobs), lambda words: alarm(LOOK, words and f"智能助手变差：{words}"))
    host.job(drift.kind)
    await schedule.every(LOOK, "检查智能模型是否变差", LOOK_AT, drift.due)
    host.on_stop(lambda: schedule.stop(LOOK))
    host.on_stop(host.need(Web).add(routes(assistant, counts, models, training)))
