"""Starts the room: the flows of the house, what their nodes reach, and who leads callers through them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from acd.callbacks.dialling import CallbackDialling
from acd.service import Acd
from cti.base.call import Call, Party
from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.files import documents
from cti.base.files.findings import Finding
from cti.base.numbers.number_plan import NumberPlan
from cti.base.times.calendars import SEEDED, CalendarFile, Calendars
from cti.office.identity.service import Identity
from cti.office.processes.room import ProcessRoom
from cti.office.workshop.watcher import FileWatcher, LibraryWatcher
from cti.plugins import Host, Teardown
from cti.process.upkeep.condition import Condition, Part
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.telephony.calls import Calls
from cti.telephony.emergency import Emergencies
from cti.telephony.interruption import PROMPT, Interruptions
from cti.telephony.switch.installation import PROMPT_FORMATS
from cti.telephony.talk import Talks
from cti.telephony.ways_out import WaysOut
from cti.web.host import Web
from ivr import house
from ivr.api import FlowsApi
from ivr.definition import routing
from ivr.definition.flow import Flow
from ivr.definition.routing import Routing
from ivr.figures.live import FlowLive
from ivr.figures.presence import spots_of
from ivr.figures.statistics import FlowStatistics
from ivr.house_api import HouseApi
from ivr.node_api import NodeApi
from ivr.prompt_editing.ahead import speak_ahead
from ivr.prompt_editing.room import PromptRoom, offer_room, open_room
from ivr.prompts.catalogue import DEFAULT_LANGUAGE
from ivr.reach import callback_lookup
from ivr.reach.lookups import Lookups
from ivr.reach.messengers import Messengers
from ivr.reach.surroundings import Surroundings
from ivr.reach.web import Secret
from ivr.reach.web import Web as Internet
from ivr.recognition.expected import ExpectedWords
from ivr.recognition.port import Recogniser
from ivr.recognition.recognisers import INSTALL, Recognition, find_recogniser
from ivr.running.conductor import DETOUR, FLOW, FlowConductor
from ivr.running.room import FlowRoom
from ivr.service import FlowService
from ivr.settings import IvrSettings
from ivr.speech.spoken_pieces import PromptTexts
from ivr.telephone.messages_left import MessagesLeft
from ivr.telephone.minutes import Minutes
from ivr.telephone.phone import PhoneRoom
from ivr.telephone.spoken_answer import SpokenAnswers
from ivr.telephone.taking_over import TakingOver
from ivr.topics import FLOWS
from ivr.workshop.calendar_desk import FILE as CALENDARS
from ivr.workshop.calendar_desk import CalendarDesk
from ivr.workshop.checking import FlowChecks
from ivr.workshop.library import FlowLibrary
from ivr.workshop.owning import Owning
from ivr.workshop.routing_desk import RoutingDesk
from ivr.workshop.uses import FlowUses, by_flows, by_numbers, by_queues

FIGURES, COUNTED, LAST = "flow_figures", "flow_figures_counted", "sequence"
KEEP_FIGURES = 15.0
"""Seconds between two times that figures are written down."""


async def setup(host: Host) -> Teardown:
    """Offer FlowLibrary, FlowService, FlowStatistics, FlowRoom, Surroundings, Recognition.

    Plugins fill Lookups, Messengers, FlowUses and ExpectedWords.
    """
    settings = host.section(IvrSettings)
    secrets = {name: Secret(one.host, one.value) for name, one in settings.http_secrets.items()}
    internet = Internet(frozenset(settings.http_hosts), secrets)
    formats = () if host.settings.is_dry else PROMPT_FORMATS[host.settings.house.switch.kind]
    prompts = await open_room(host, settings.voice, formats, settings.languages)
    recogniser = find_recogniser(settings.recognition)
    host.provide(Recognition, Recognition(recogniser))
    host.provide(ExpectedWords, ExpectedWords())
    catalogue = prompts.catalogue
    lookups = Lookups(lambda: house.keep_services(host.data, lookups.shapes))
    (host.data / "flows").mkdir(parents=True, exist_ok=True)
    library = await asyncio.to_thread(
        FlowLibrary,
        host.data / "flows",
        known=lambda flows: house.known(host.data, flows, catalogue, lookups.shapes),
        texts=catalogue,
    )
    surroundings = Surroundings(
        clock=host.clock,
        calendars=host.need(Calendars),
        lookups=lookups,
        web=internet,
        human_queue=settings.human_queue,
    )
    statistics = await _count(host)
    host.provide(FlowLibrary, library)
    host.provide(Lookups, lookups)
    host.provide(Messengers, surroundings.messengers)
    if any(trunk.host for trunk in host.settings.house.trunks.values()):
        host.on_stop(lookups.offer(callback_lookup.service(host.need(Acd))))
    host.provide(Surroundings, surroundings)
    host.provide(FlowStatistics, statistics)
    cipher = host.need(Store).cipher
    host.provide(FlowRoom, FlowRoom(library, surroundings, catalogue, settings.survey, host.bus.publish, cipher))
    table = _watch(host, library, surroundings, prompts)
    _serve(host, library, statistics, catalogue, surroundings, table)
    minutes = Minutes(catalogue, host.clock, host.need(Calls).save)
    host.provide(Minutes, minutes)
    taking_over = TakingOver()
    host.provide(TakingOver, taking_over)
    room = PhoneRoom(
        host.need(Calls),
        host.need(Talks),
        host.need(Acd),
        host.need(WaysOut),
        host.need(Emergencies),
        host.need(NumberPlan),
        MessagesLeft(host.need(Calls), host.data / "recordings" / "messages"),
        host.need(CallbackDialling),
        prompts.sayer,
        SpokenAnswers(host.need(Calls).switch, recogniser, settings.recognition.patience),
        surroundings.messengers,
        settings.survey,
        minutes,
        taking_over,
    )
    _say_why(host, room)
    offer_room(host, prompts, library, settings.voice)
    host.on_stop(host.need(Condition).add("recogniser", lambda: recogniser_part(recogniser)))
    conductor = FlowConductor(room, library, surroundings, table, host.bus, host.need(Journal), cipher)
    host.need(Calls).sessions.serve(Party.CALLER, conductor.conduct)

    async def teardown() -> None:
        _keep(host, statistics)
        await internet.close()
        await prompts.voice.close()
        await recogniser.close()

    return teardown


def recogniser_part(recogniser: Recogniser) -> Part:
    """Whether callers are understood, for the page of the upkeep."""
    trouble = recogniser.trouble
    if not trouble and recogniser.is_away:
        return Part(
            name="recogniser",
            title="语音识别（听懂来电人）",
            state="bad",
            words="刚才没有应答：通话照常，未识别的话在恢复后按录音补写",
        )
    return Part(
        name="recogniser",
        title="语音识别（听懂来电人）",
        state="off" if trouble else "good",
        words=trouble or "已安装",
        command=INSTALL if INSTALL in trouble else "",
    )


def _say_why(host: Host, room: PhoneRoom) -> None:
    """Whose talk is cut off hears it in his language."""

    def prompts(call: Call) -> tuple[str, ...]:
        entry = room.plan.find(call.called)
        return (room.sayer.prompt(PROMPT, entry.language if entry is not None else DEFAULT_LANGUAGE),)

    host.need(Interruptions).prompts = prompts


def _watch(host: Host, library: FlowLibrary, surroundings: Surroundings, prompts: PromptRoom) -> Routing:
    """Put files into effect when they are saved; returns the routing table, which is one of them."""
    table = Routing()

    def refused(name: str, findings: list[Finding]) -> None:
        text = f"{name} 有错误，未生效，仍使用原来的版本：{findings[0]}"
        host.bus.publish(AlarmRaised(at=host.clock.wall(), name=f"refused:{name}", text=text))

    def taken(name: str, _: int = 0) -> None:
        host.bus.publish(AlarmCleared(at=host.clock.wall(), name=f"refused:{name}"))

    def take_routing(path: Path) -> None:
        table.take(routing.load(path, library.flows, surroundings.calendars))

    def take_calendars(path: Path) -> None:
        source = path if path.exists() else SEEDED
        surroundings.calendars.take(documents.load(source).validate(CalendarFile))

    # A bad file must not keep the engine from starting: the alarm says what is wrong, callers are served.
    for path, take in ((host.data / CALENDARS, take_calendars), (host.data / routing.FILE, take_routing)):
        watcher = FileWatcher(path, take, refused, taken)
        if path.exists():
            watcher.take_now()
        host.task(watcher.run(), f"watch {path.name}")

    def published(name: str, revision: int) -> None:
        taken(name)
        speak([library.current(name)])

    def speak(flows: list[Flow]) -> None:
        # Without a voice every text would only be told as a failure.
        if not prompts.voice.trouble:
            host.task(speak_ahead(prompts.speaker, flows), "speak the texts of flows ahead")

    flows = LibraryWatcher(library, on_refused=refused, on_published=published)
    speak(list(library.flows.values()))
    host.task(flows.run(), "watch the flows")
    return table


def _serve(
    host: Host,
    library: FlowLibrary,
    statistics: FlowStatistics,
    texts: PromptTexts,
    surroundings: Surroundings,
    table: Routing,
) -> None:
    """Offer FlowService and the console's routes and live topic."""
    identity, store, web, settings = host.need(Identity), host.need(Store), host.need(Web), host.settings.house
    owning = Owning(settings.organisation, settings.region)
    plan, path = host.need(NumberPlan), host.data / routing.FILE
    uses = _uses(library, host.need(Acd), plan, table)
    host.provide(FlowUses, uses)
    flows = FlowService(library, statistics, host.clock, store, identity.audit, owning, uses)
    checks = FlowChecks(library, statistics, texts, surroundings)
    desk = RoutingDesk(path, table, library, surroundings, plan, store, identity.audit, owning)
    host.provide(FlowService, flows)
    others = host.need(ProcessRoom).calendar_uses
    calendars = CalendarDesk(host.data / CALENDARS, library, surroundings, table, store, identity.audit, owning, others)
    host.on_stop(web.add([*FlowsApi(flows, checks, desk).routes(), *NodeApi().routes()]))
    host.on_stop(web.add(HouseApi(flows, library, texts, calendars).routes()))
    live = FlowLive(statistics, web.hub, flows.may_count, flows.today)
    host.live(FLOWS, live.snapshot, live.sees)
    host.on_stop(statistics.on_change(live.changed))


def _uses(library: FlowLibrary, acd: Acd, plan: NumberPlan, table: Routing) -> FlowUses:
    """What this room knows of what goes by a flow."""

    async def known(name: str) -> list[str]:
        settings = acd.matching.settings
        return [*by_numbers(plan, table, name), *by_flows(library.flows, name), *by_queues(settings, name)]

    uses = FlowUses()
    uses.add(known)
    return uses


async def _count(host: Host) -> FlowStatistics:
    """Figures as they stood, and what happened after they were written down; then all that is stored from now on."""
    statistics, kept, journal = FlowStatistics(), host.need(StoredCalls), host.need(Journal)
    figures = await kept.kept(FIGURES)
    statistics.restore(figures)
    counted = (await kept.kept(COUNTED)).get(LAST)
    if counted is not None or not figures:
        statistics.sequence = counted or 0
        while events := await kept.events_after(statistics.sequence):
            statistics.stored(events)
    open_calls = host.need(Calls).open
    statistics.presence.restore({call.id: spots_of(call.progress, (FLOW, DETOUR)) for call in open_calls})
    host.on_stop(journal.on_stored(statistics.stored))

    async def keep() -> None:
        while True:
            await asyncio.sleep(KEEP_FIGURES)
            _keep(host, statistics)

    host.task(keep(), "keep the figures of flows")
    return statistics


def _keep(host: Host, statistics: FlowStatistics) -> None:
    journal = host.need(Journal)
    for key, nodes in statistics.changed():
        journal.put(FIGURES, key, nodes)
    # In the same commit as the figures: what comes after it is counted again at the next start.
    journal.put(COUNTED, LAST, statistics.sequence)
