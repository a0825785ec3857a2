"""The engine: everything of one node but the switch itself, put together in the order in which it depends.

`python -m cti.process.app DATA` (started by `hotline run`). Exit code 2 says that the settings are wrong: trying again
is no use. SIGTERM drains: callers who hear a prompt or type are given `DRAIN_SECONDS` to get to a safe place, then the
legs are left to the switch, whose dialplan brings them to the next engine.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import structlog
import uvloop

from cti.base import logs
from cti.base.bus import Bus
from cti.base.calendars import Calendars, own_calendars
from cti.base.call import CallState
from cti.base.ciphers.cipher import KeyProblem
from cti.base.clock import Clock, LoopClock
from cti.base.documents import DocumentError
from cti.base.events import Event, QueueChanged, SwitchUp
from cti.base.manifest import Plugin
from cti.base.number_plan import NumberPlan
from cti.base.owner_only import owner_only
from cti.base.settings import AlarmSettings, ConnectorSettings, FileSettings, MessageSettings, Settings
from cti.office.alarms.api import AlarmsApi
from cti.office.alarms.service import Alarms
from cti.office.bulk.api import run_routes
from cti.office.bulk.runs import BulkRuns
from cti.office.citing import api as citing_api
from cti.office.citing.service import Citing
from cti.office.configuring import api as settings_api
from cti.office.configuring.service import SectionOffer, SettingsDesk
from cti.office.connectors import Connectors
from cti.office.connectors.facts import reading_facts
from cti.office.connectors.room import ConnectorRoom
from cti.office.dashboards import api as dashboards_api
from cti.office.dashboards.service import DashboardService
from cti.office.figures import Figures
from cti.office.figures.room import FigureRoom
from cti.office.figures.tiles import tiles_of
from cti.office.files import api as files_api
from cti.office.files.keeping import alarms_of, look_after
from cti.office.files.service import Files
from cti.office.followers.part import MESSAGE
from cti.office.form_drafts import FormDrafts
from cti.office.form_drafts import api as form_drafts_api
from cti.office.identity.api import IdentityApi
from cti.office.identity.demo import make_demo
from cti.office.identity.directory import Organisation
from cti.office.identity.elsewhere import follow
from cti.office.identity.people import People
from cti.office.identity.service import Identity
from cti.office.jobs.api import JobsApi
from cti.office.jobs.service import Jobs
from cti.office.messages import Messages
from cti.office.messages.citizens import CitizenMessages
from cti.office.messages.post_office import PostOffice
from cti.office.on_call import api as on_call_api
from cti.office.on_call.service import OnCall
from cti.office.opening import api as opening_api
from cti.office.opening.service import Opening
from cti.office.printing.room import PrintRoom
from cti.office.printing.service import Printing
from cti.office.processes.room import Ground, ProcessRoom
from cti.office.processes.service import Cases
from cti.office.public_sessions import service as public_sessions
from cti.office.public_sessions.api import PublicSessionsApi
from cti.office.public_sessions.service import PublicSessions
from cti.office.records.finding import catch_up, search_routes
from cti.office.records.office import Office
from cti.office.reports import api as reports_api
from cti.office.reports.exporting import PRINTED as PRINTED_REPORT
from cti.office.reports.sending import MESSAGE as REPORT_MESSAGE
from cti.office.reports.sending import MORNING, Sending
from cti.office.reports.service import Reports
from cti.office.screens import api as screens_api
from cti.office.screens.registry import Screens, read_screens
from cti.office.tags import service as tags
from cti.office.timers.api import TimersApi
from cti.office.timers.schedule import Schedule
from cti.office.timers.service import Timers
from cti.office.views import api as views_api
from cti.office.views.service import Views
from cti.office.work import api as work_api
from cti.office.work.service import OpenWork
from cti.plugins import House, PluginHost, Services, find_plugins, survey
from cti.plugins.api import PluginsApi
from cti.plugins.migrating import migrate_with_plugins
from cti.plugins.service_book import ServiceBook
from cti.plugins.services_api import ServicesApi
from cti.process import house_screens, sign_of_life
from cti.process.call_facts import call_facts
from cti.process.collector import Collector
from cti.process.health import Health
from cti.process.mirror import Mirror, publisher_command
from cti.process.spare import has_turn
from cti.process.supervisor import ASKED, LIFE_FD
from cti.process.upkeep.api import UpkeepApi
from cti.process.upkeep.backups import Backups
from cti.process.upkeep.condition import Condition
from cti.process.upkeep.restarting import Restart
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal import Journal
from cti.store.recordings import RecordingStore
from cti.telephony.calls import Calls
from cti.telephony.consult import Consultations
from cti.telephony.doorway import Doorway
from cti.telephony.emergency import Emergencies
from cti.telephony.handover import Handover
from cti.telephony.interruption import Interruptions
from cti.telephony.intruders import Intruders
from cti.telephony.lines import HouseLines
from cti.telephony.outgoing import Outgoing
from cti.telephony.pauses import Pauses
from cti.telephony.provisioning import Provisioning
from cti.telephony.queue_titles import QueueTitles
from cti.telephony.reconcile import Reconciler
from cti.telephony.supervise import Supervision
from cti.telephony.switch.installation import Installation, SwitchMissing, find_installation
from cti.telephony.switch.port import SwitchControl
from cti.telephony.switch.registrar import Registrar
from cti.telephony.talk import Talks
from cti.telephony.trunks import Trunks
from cti.telephony.ways_out import WaysOut
from cti.web.host import Web
from cti.web.kept_answers import KeptAnswers
from cti.web.public_site import PublicSite

log = structlog.get_logger(__name__)

ROOT = Path(__file__).resolve().parents[2]
DRAIN_SECONDS = 5.0
LANGUAGE = "zh"
LIFE_SECONDS = 2.0
CONSOLE = ROOT / "softphone" / "web" / "dist"


@dataclass(slots=True)
class Engine:
    """A running engine."""

    settings: Settings
    clock: Clock
    bus: Bus
    services: Services
    journal: Journal
    calls: Calls
    plugins: PluginHost
    web: Web
    health: Health
    restart: Restart

    async def drain(self, seconds: float = DRAIN_SECONDS) -> None:
        """Wait until nobody hears a prompt or types, at most `seconds`."""
        self.health.draining = True
        deadline = self.clock.now() + seconds
        busy = (CallState.ARRIVED, CallState.IN_FLOW)
        while self.clock.now() < deadline and any(call.state in busy for call in self.calls.open):
            await asyncio.sleep(0.1)


@asynccontextmanager
async def engine(
    settings: Settings, switch: SwitchControl | None = None, installation: Installation | None = None
) -> AsyncIterator[Engine]:
    """Build and start an engine; leaving stops it, legs stay on the switch. Raises DocumentError, SwitchMissing."""
    async with AsyncExitStack() as stack:
        clock, bus, services = LoopClock(), Bus(), Services()
        house = House(settings, clock, bus, services)
        plugins, broken = survey(ROOT)
        settings.check_names({*(plugin.name for plugin in plugins), *broken})

        store = await Store.open(settings.house.database, settings.data, settings.house.cryptography)
        stack.push_async_callback(store.close)
        store.publish = bus.publish
        broken |= await migrate_with_plugins(store, plugins)
        journal = Journal.start(store, bus.publish)
        stack.push_async_callback(journal.close)
        bus.subscribe(Event, journal.append)
        call_store, recordings = StoredCalls(store), RecordingStore(store)

        house_settings = settings.house
        top = Organisation(house_settings.organisation, house_settings.organisation_title, house_settings.region, None)
        titles = {name: title for plugin in plugins for name, title in plugin.manifest.permissions.items()}
        grants: dict[str, set[str]] = {}
        for plugin in plugins:
            for role, names in plugin.manifest.grants.items():
                grants.setdefault(role, set()).update(names)
        identity = await Identity.open(
            store,
            bus,
            clock,
            top,
            titles,
            settings=house_settings.accounts,
            grants=grants,
            sealing=house_settings.audit,
        )
        stack.callback(identity.close)
        if house_settings.oidc:
            # What it needs is dear to load, and most houses have no provider.
            from cti.office.identity.signing_in.oidc import OpenIdProvider

            for name, provider in house_settings.oidc.items():
                identity.providers.add(name, OpenIdProvider(provider, clock))
        sealing = asyncio.create_task(identity.seals.run(), name="seals of the audit")
        stack.callback(sealing.cancel)
        if not settings.is_dry:
            await make_demo(identity, settings.data, house_settings.organisation)
        people = identity.people
        installation = installation or find_installation(settings)
        if switch is None:
            switch = installation.control(LANGUAGE)
        registrar = Registrar(bus, clock)
        provisioning = Provisioning(
            people, registrar, switch, installation, bus, both_families=house_settings.switch.both_families
        )
        trunks = Trunks(settings.house.trunks, bus, clock)
        ways = WaysOut(trunks, house_settings.area, people.visitor_of)
        reconciler = Reconciler(installation.books(), call_store, journal, switch.name)
        plan = NumberPlan(settings.house.numbers)
        calls = Calls(switch, registrar, bus, clock, journal, reconciler, plan, sign_of_life.last(settings.data))
        intruders = Intruders(
            house_settings.switch,
            switch,
            provisioning.block,
            lambda: trunks.senders() | {*house_settings.http.proxies},
            bus,
            clock,
        )
        calls.switch_events.listen(intruders.hear)
        talks = Talks(calls)
        handover = Handover(calls, talks)
        health = Health(bus, calls, journal, settings.data)
        web = Web(
            identity.sessions,
            keys=identity.keys,
            console=CONSOLE,
            health=health.report,
            registry=health.registry,
            settings=house_settings.http,
            answers=KeptAnswers(store, clock),
            clock=clock,
        )
        web.add(IdentityApi(identity, web.hub.end_session).routes())
        host = PluginHost(house)
        screens, jobs, desk = Screens(), Jobs(store, clock, bus), SettingsDesk(settings, store, identity.audit)
        timers, form_drafts = Timers(store, clock, bus), FormDrafts(store, clock)
        condition = Condition(health, calls, journal, store, house_settings, bus, clock)
        backups, restart = Backups(store, jobs, identity.audit, clock), Restart(calls, health, identity.audit)
        schedule = Schedule(timers, store, clock)
        screens.add(house_screens.SCREENS)
        for offer in house_screens.SECTIONS:
            desk.offer(offer)
        for routes in (
            screens_api.routes(screens),
            settings_api.routes(desk),
            PluginsApi(host, store, identity.audit).routes(),
            ServicesApi(
                ServiceBook(services, ROOT, plugins), {one.name: one.manifest.title for one in plugins}
            ).routes(),
            JobsApi(jobs, store, identity.audit).routes(),
            TimersApi(timers, store, identity.audit).routes(),
            UpkeepApi(health, condition, backups, restart).routes(),
            form_drafts_api.routes(form_drafts),
        ):
            web.add(routes)
        house_top = house_settings.organisation, house_settings.region
        calendars = await asyncio.to_thread(own_calendars, settings.data)
        room = await asyncio.to_thread(
            ProcessRoom,
            Ground(
                settings.data, store, clock, bus, identity.audit, timers, calendars, house_top, identity.permissions
            ),
        )
        web.add(room.routes())
        watching = asyncio.create_task(room.watch(), name="watch processes and forms")
        stack.callback(watching.cancel)
        office = Office(store, clock, identity.audit, *house_top, identity.lookups)
        counting = await asyncio.to_thread(
            FigureRoom, settings.data, store, clock, identity.audit, house_top, office.services
        )
        queue_titles = QueueTitles()
        counting.library.offer(call_facts(queue_titles))
        counting.library.offer(reading_facts())
        stack.callback(screens.feed_tiles(lambda visitor: tiles_of(counting.figures, visitor)))
        await counting.deliver(ROOT / "cti" / "process")
        web.add(counting.routes())
        printing = await asyncio.to_thread(
            PrintRoom, settings.data, store, clock, identity.audit, house_top, house_settings.organisation_title
        )
        printing.library.offer(PRINTED_REPORT)
        await printing.deliver(ROOT / "cti" / "office" / "reports")
        office.foundations[Printing] = printing.printing
        web.add(printing.routes())
        for files_of in (counting, printing):
            following = asyncio.create_task(files_of.watch(bus, clock), name="watch figures and print templates")
            stack.callback(following.cancel)

        async def take_files(plugin: Plugin) -> None:
            for files_of in (room, counting, printing):
                await files_of.deliver(plugin.folder)

        host.prepare = take_files
        files = Files(store, clock, house_settings.files, alarms_of(bus, clock))
        office.foundations[Files] = files
        post = PostOffice.open(office, bus, timers, web.hub, house_settings.messages)
        post.messages.templates.add_kind(MESSAGE, "关注与提到")
        office.foundations[Messages] = post.messages
        office.foundations[Citing] = citing = Citing(clock, room.forms)
        web.add(citing_api.routes(citing, store))
        office.foundations[BulkRuns] = bulk = BulkRuns(office, jobs)
        web.add(run_routes(bulk))
        web.add(files_api.routes(files))
        looking = asyncio.create_task(look_after(files), name="files of records")
        stack.callback(looking.cancel)
        stack.callback(files.uploads.close)
        desk.offer(SectionOffer("files", "附件", FileSettings, changed=files.take_settings))
        web.add(search_routes(office))
        views = Views(office, screens)
        web.add(views_api.routes(views))
        web.add(dashboards_api.routes(DashboardService(office, screens, views)))
        reports = Reports(office, counting.figures)
        web.add(reports_api.routes(reports, printing.printing))
        sending = Sending(reports, printing.printing, jobs)
        stack.callback(jobs.register(sending.kind))
        web.add(post.routes)
        opening = Opening(store, calendars)
        web.add(opening_api.routes(opening))
        work = OpenWork(office, room.cases, post.messages)
        identity.organisations.closing.append(work.before_closing)
        web.add(work_api.routes(work))
        on_call = OnCall(office)
        web.add(on_call_api.routes(on_call))
        web.add(tags.routes(tags.TagList(office)))
        alarms = Alarms(
            store, clock, bus, timers, post.messages, on_call, identity.audit, web.hub, office.organisation,
            house_settings.alarms, health.standing,
        )  # fmt: skip
        web.add(AlarmsApi(alarms).routes())
        outside = await asyncio.to_thread(ConnectorRoom.open, office, bus, house_settings.connectors)
        web.add(outside.routes)
        site = PublicSite(
            house_settings.public, proxies=house_settings.http.proxies, plain=house_settings.http.plain, clock=clock,
            mac=store.cipher.mac, registry=health.registry,
        )  # fmt: skip
        site.add(outside.hooks)
        public_sessions.offer(post.messages.templates)
        citizen_sessions = PublicSessions(office, post.citizens, house_settings.area)
        site.sessions = citizen_sessions
        citizens_api = PublicSessionsApi(citizen_sessions, office)
        site.add(citizens_api.outside())
        web.add(citizens_api.routes())
        desk.offer(SectionOffer("connectors", "对外接口", ConnectorSettings, changed=outside.take_settings))
        desk.offer(SectionOffer("messages", "消息", MessageSettings, changed=post.take_settings))
        desk.offer(SectionOffer("alarms", "告警", AlarmSettings, changed=alarms.take_settings))
        for package in house_screens.SCREENS_OF:
            screens.add(*read_screens(f"cti.office.{package}"))
        for kind, service in (
            (Store, store),
            (Journal, journal),
            (StoredCalls, call_store),
            (RecordingStore, recordings),
            (Identity, identity),
            (Office, office),
            (Files, files),
            (People, people),
            (SwitchControl, switch),
            (Registrar, registrar),
            (Provisioning, provisioning),
            (Trunks, trunks),
            (NumberPlan, plan),
            (HouseLines, HouseLines(plan, trunks, provisioning)),
            (Calls, calls),
            (Doorway, calls.sessions.doorway),
            (Talks, talks),
            (Interruptions, Interruptions(calls, talks, bus)),
            (Handover, handover),
            (Consultations, Consultations(calls, talks, handover)),
            (WaysOut, ways),
            (Emergencies, Emergencies(calls, talks, ways)),
            (Pauses, Pauses(calls, bus)),
            (Outgoing, Outgoing(calls, talks, trunks, ways, journal.flushed)),
            (Supervision, Supervision(calls, talks)),
            (Health, health),
            (Condition, condition),
            (Web, web),
            (PublicSite, site),
            (Connectors, outside.connectors),
            (Citing, citing),
            (Screens, screens),
            (Jobs, jobs),
            (Timers, timers),
            (Schedule, schedule),
            (Calendars, calendars),
            (ProcessRoom, room),
            (Cases, room.cases),
            (Figures, counting.figures),
            (Printing, printing.printing),
            (Reports, reports),
            (QueueTitles, queue_titles),
            (Messages, post.messages),
            (CitizenMessages, post.citizens),
            (OnCall, on_call),
            (Opening, opening),
            (FormDrafts, form_drafts),
            (SettingsDesk, desk),
        ):
            services.provide(kind, service)

        calls.restore(await call_store.load_open())
        reconciler.follow(bus, calls.open)
        bus.subscribe(
            SwitchUp, lambda _: calls.background(calls.after_gap.take_back(), "take back from the emergency queue")
        )
        await reconciler.start(calls.after_gap.enter_past)
        health.plugins = host
        # Callers wait in silence or with music until sessions are served: nothing else stands before that.
        await host.start_first(plugins, broken)
        stack.push_async_callback(host.stop)
        await provisioning.start()
        elsewhere = asyncio.create_task(follow(settings.data, bus, clock), name="people changed elsewhere")
        stack.callback(elsewhere.cancel)
        await switch.start(calls.sessions.run, calls.switch_events.hear)
        stack.push_async_callback(switch.stop)
        log.info("calls are served")
        await host.start_rest()
        catching_up = asyncio.create_task(catch_up(office), name="texts that are searched from now on")
        stack.callback(catching_up.cancel)
        await jobs.start()
        stack.push_async_callback(jobs.stop)
        await post.start(schedule)
        stack.push_async_callback(post.stop)
        await outside.start(schedule)
        stack.push_async_callback(outside.stop)
        alarms.start()
        stack.push_async_callback(alarms.stop)
        post.messages.templates.add_kind(REPORT_MESSAGE, "统计报表")
        await schedule.every("reports", "定期统计报表", MORNING, sending.due)
        await schedule.every("form_drafts", "清理过期的表单草稿", "40 3 * * *", form_drafts.sweep)
        await schedule.every("bulk", "清理过期的批量操作结果", "50 3 * * *", bulk.sweep)
        await timers.start()
        stack.push_async_callback(timers.stop)
        if settings.house.broker.enabled:
            mirror = Mirror(publisher_command(settings.data))
            await mirror.start()
            stack.push_async_callback(mirror.stop)
            stack.callback(journal.on_stored(mirror.tell))
            stack.callback(bus.subscribe(QueueChanged, mirror.tell_figures))
        await web.start(house_settings.http.host, house_settings.http.port)
        stack.push_async_callback(web.stop)
        await site.start()
        stack.push_async_callback(site.stop)
        yield Engine(settings, clock, bus, services, journal, calls, host, web, health, restart)
        await journal.flushed()


async def _live(descriptor: int, data: Path) -> None:
    """Tell the supervisor that the loop turns, and the next engine that it did."""
    while True:
        await asyncio.sleep(LIFE_SECONDS)
        sign_of_life.give(data)
        with suppress(BrokenPipeError):
            # A supervisor that was killed: the calls go on.
            os.write(descriptor, b"alive\n")


async def main(data: Path) -> int:
    """Run until SIGTERM; returns the exit code."""
    # Callers wait: what is made at the start stays, and looking through it meanwhile would take a fifth of the time.
    gc.disable()
    try:
        settings = Settings.load(data)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        descriptor = int(os.environ.get(LIFE_FD, "-1"))
        life = asyncio.create_task(_live(descriptor, data)) if descriptor >= 0 else None
        async with engine(settings) as running:
            collector = Collector(lambda: not running.calls.open)
            collector.begin()
            collecting = asyncio.create_task(collector.run(), name="garbage")
            if life is not None:
                os.write(descriptor, b"ready\n")
                running.restart.end = stop.set
            await stop.wait()
            collecting.cancel()
            await running.drain()
        if life is not None:
            life.cancel()
        if running.restart.is_asked:
            return ASKED
    except DocumentError as error:
        log.error("settings refused", problems=[str(problem) for problem in error.problems])
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 2
    except KeyProblem as error:
        log.error("data cannot be opened", reason=str(error))
        print(error, file=sys.stderr)
        return 2
    except SwitchMissing as error:
        log.error("no switch", reason=str(error))
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    logs.configure(Path(sys.argv[1]))
    if not has_turn(ROOT, find_plugins(ROOT)):
        sys.exit(0)
    with owner_only():
        sys.exit(uvloop.run(main(Path(sys.argv[1]))))
