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
from cti.base.call import CallState
from cti.base.ciphers.cipher import KeyProblem
from cti.base.cli_settings import ROOT
from cti.base.clock import Clock
from cti.base.events import QueueChanged
from cti.base.files.documents import DocumentError
from cti.base.files.owner_only import owner_only
from cti.base.settings import Settings
from cti.office.identity.elsewhere import follow
from cti.office.records.finding import catch_up
from cti.office.reports.sending import MORNING
from cti.office.screens.registry import read_screens
from cti.plugins import PluginHost, Services, find_plugins
from cti.process import house_screens, sign_of_life
from cti.process.collector import Collector
from cti.process.engine.foundation import Foundation, run_beside
from cti.process.engine.outside import Outside
from cti.process.engine.records import RecordParts
from cti.process.engine.system import CONSOLE, System
from cti.process.engine.telephone import Telephone
from cti.process.engine.workshops import Workshops
from cti.process.health import Health
from cti.process.mirror import Mirror, publisher_command
from cti.process.spare import has_turn
from cti.process.supervisor import ASKED, LIFE_FD
from cti.process.upkeep.restarting import Restart
from cti.store.journal.journal import Journal
from cti.telephony.calls import Calls
from cti.telephony.switch.installation import Installation, SwitchMissing
from cti.telephony.switch.port import SwitchControl
from cti.web.host import Web

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 5.0
LIFE_SECONDS = 2.0


@dataclass(slots=True)
class Engine:
    """A running engine, for who started it: the dry run, benches and tests hold on to its parts."""

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
    settings: Settings, switch: SwitchControl | None = None, installation: Installation | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[Engine]:  # fmt: skip
    """Build and start an engine; leaving stops it, legs stay on the switch. Raises DocumentError, SwitchMissing.

    `clock` is another time than that of the loop: a trial lets a year pass by it.
    """
    async with AsyncExitStack() as stack:
        base = await Foundation.open(settings, stack, clock)
        telephone = Telephone(base, switch, installation)
        # Nobody opens a page of a house that is only tried.
        system = System(base, telephone, None if settings.is_dry else CONSOLE)
        workshops = await Workshops.open(base, telephone, system, stack)
        records = RecordParts(base, system, workshops, stack)
        outside = await Outside.open(base, system, records)
        for package in house_screens.SCREENS_OF:
            system.screens.add(*read_screens(f"cti.office.{package}"))
        for part in (base, telephone, system, workshops, records, outside):
            for kind, service in part.offers():
                base.house.services.provide(kind, service)

        await telephone.take_up()
        system.health.plugins = system.plugins
        # Callers wait in silence or with music until sessions are served: nothing else stands before that.
        await system.plugins.start_first(base.plugins, base.broken)
        stack.push_async_callback(system.plugins.stop)
        await telephone.provisioning.start()
        run_beside(stack, follow(settings.data, base.bus, base.clock), "people changed elsewhere")
        await telephone.serve(stack)
        await system.plugins.start_rest()
        run_beside(stack, catch_up(base.office), "texts that are searched from now on")
        await _begin_work(system, records, outside, stack)
        if settings.house.broker.enabled:
            await _begin_mirror(base, stack)
        # The public site first: who is told that the hotline is there finds all of it there.
        await outside.site.start()
        stack.push_async_callback(outside.site.stop)
        await system.web.start(settings.house.http.host, settings.house.http.port)
        stack.push_async_callback(system.web.stop)
        yield Engine(
            settings, base.clock, base.bus, base.house.services, base.journal, telephone.calls, system.plugins,
            system.web, system.health, system.restart,
        )  # fmt: skip
        await base.journal.flushed()


async def _begin_work(system: System, records: RecordParts, outside: Outside, stack: AsyncExitStack) -> None:
    """Do what waits: jobs, letters, connectors' calls, alarms, timers; and regularly what is regular."""
    schedule = system.schedule
    await system.jobs.start()
    stack.push_async_callback(system.jobs.stop)
    await records.post.start(schedule)
    stack.push_async_callback(records.post.stop)
    await outside.connectors.start(schedule)
    stack.push_async_callback(outside.connectors.stop)
    records.alarms.start()
    stack.push_async_callback(records.alarms.stop)
    await schedule.every("reports", "定期统计报表", MORNING, records.sending.due)
    await schedule.every("form_drafts", "清理过期的表单草稿", "40 3 * * *", system.form_drafts.sweep)
    await schedule.every("bulk", "清理过期的批量操作结果", "50 3 * * *", records.bulk.sweep)
    await system.timers.start()
    stack.push_async_callback(system.timers.stop)


async def _begin_mirror(base: Foundation, stack: AsyncExitStack) -> None:
    """Tell the broker what happens."""
    mirror = Mirror(publisher_command(base.house.settings.data))
    await mirror.start()
    stack.push_async_callback(mirror.stop)
    stack.callback(base.journal.on_stored(mirror.tell))
    stack.callback(base.bus.subscribe(QueueChanged, mirror.tell_figures))


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
