"""`hotline run`: starts the switch, the broker and the engine, watches them, and stops what it started.

The switch and the engine are processes of their own: an engine that dies or hangs is followed by another one, which
has read its code before (`spare.py`), while the calls go on. An engine tells that it lives by a line each two seconds
on a pipe; after `HUNG_SECONDS` of silence it is killed.

A supervisor that is killed leaves all of them running, and the calls go on. The next one adopts the switch and the
broker, if they are what it would start itself, and starts an engine of its own, which takes up the calls; what it
cannot use it ends. What cannot start at all ends the hotline with the reason.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from cti.base import priority
from cti.base.cli_settings import ROOT
from cti.base.files.owner_only import tighten
from cti.base.run_lock import LOCK, RunLock, StartRefused
from cti.base.settings import Settings
from cti.process import broker
from cti.process.before_start import BROKER_PORTS, SWITCH_PORTS, port_problems
from cti.process.children import Child, Started, purpose_of
from cti.process.confinement import is_possible
from cti.process.own_user import own_user, restricted
from cti.process.processes import Adopted, Identity, Register, end
from cti.process.reloading import Reloading
from cti.process.spare import TURN_FD
from cti.telephony.switch.installation import Installation
from cti.telephony.switch.secrets import forget_control_secret

log = structlog.get_logger(__name__)

HUNG_SECONDS = 20.0
FIRST_SECONDS = 90.0
"""Until its first line, an engine reads its code and makes prompts and accounts: slow on a busy machine."""
STOP_SECONDS = 10.0
RESTART_SECONDS = (0, 0, 0.5, 1, 2, 5)
"""By how often it ended in a row: at once after the first time, for callers wait."""
SPARE_SECONDS = 5.0
"""After an engine serves, until another one reads its code: the machine has the calls to catch up with first."""
LONGEST_TRIES = 3
"""So often a process may end before the hotline has run once: then it cannot start, and trying on is no use."""
STOP_ORDER = ("engine", "broker", "switch")
"""The engine first: it writes what it knows; then what it stands on."""
ASKED = 75
"""The exit code of an engine that was asked to make place for a new one: that is started at once, nothing is wrong."""
LOW_PORT = 1024
"""Ports below belong to root (ip(7))."""
NOT_STARTED = 126
"""The code of a child whose program could not be run, as shells say it (POSIX 2.8.2)."""
LIFE_FD = "HOTLINE_LIFE_FD"
"""The environment variable that gives an engine the pipe on which it tells `ready` and `alive`."""


class Supervisor:
    """Keeps the hotline's processes running."""

    def __init__(self, settings: Settings, installation: Installation, say: Callable[[str], None]) -> None:
        self._settings = settings
        self._data = settings.data
        self._installation = installation
        self._say = say
        self._stopping = False
        self.refused = False
        """Whether it ended because something cannot start."""
        self._register = Register(settings.data)
        self._has_run = False
        self._children: list[Child] = []
        self._spares: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self, on_ready: Callable[[], None], *, reload: bool = False) -> None:
        """Until SIGINT or SIGTERM; StartRefused when another one runs on the same data, or a port is not free.

        With `reload` the engine follows the code that is saved.
        """
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, stop.set)
        with RunLock(self._data / LOCK):
            if closed := tighten(self._data):
                log.warning("files of the hotline were open to others, and are no more", count=closed)
            await self._prepare()
            for child in self._children:
                self._tasks.append(asyncio.create_task(self._keep(child)))
            if reload:
                self._tasks.append(asyncio.create_task(Reloading(ROOT, self.renew, self._say).run()))
            ready = asyncio.create_task(self._tell_ready(on_ready))
            try:
                await stop.wait()
                self._say("stopping …")
            finally:
                ready.cancel()
                await self._stop()

    async def _prepare(self) -> None:
        house, switch, user = self._settings.house, self._installation.program, own_user(self._settings.house.run_as)
        if user is None and os.geteuid() == 0:
            log.warning("switch and broker run as root", run_as=house.run_as)
        self._children = [
            Child(
                "switch",
                list(switch.command),
                switch.environment,
                priority.SWITCH,
                house.switch.model_dump_json(),
                switch.reads,
                switch.writes,
                user,
                restricted=True,
            ),
            Child("engine", [sys.executable, "-m", "cti.process.app", str(self._data)], nice=priority.ENGINE),
        ]
        if house.broker.enabled and house.broker.url is None:
            mosquitto = broker.find_mosquitto()
            if mosquitto is None:
                log.info("no Mosquitto: the embedded broker is started, which costs more")
            command = broker.command(self._data, house.broker.port, mosquitto, house.broker.readers)
            # The embedded one is this Python with this code, and runs as the engine does.
            user = user if mosquitto else None
            read = broker.files_of_mosquitto(self._data)
            purpose = house.broker.model_dump_json()
            self._children.insert(
                1, Child("broker", command, purpose=purpose, reads=read, user=user, restricted=user is not None)
            )
        await self._adopt()
        held = [
            one
            for child, held in (("switch", SWITCH_PORTS), ("broker", BROKER_PORTS))
            for one in held
            if any(found.name == child and found.process is not None for found in self._children)
        ]
        if problems := port_problems(self._settings, held):
            raise StartRefused("\n".join(str(problem) for problem in problems))
        if not any(one.name == "switch" and one.process is not None for one in self._children):
            forget_control_secret(self._data)
        self._installation.prepare()

    def _restricted(self, child: Child) -> Callable[[], None] | None:
        """It may start no other program, whoever talks it into one, nor read what is not its own; where the kernel
        cannot see to that, it is told.
        """
        if not child.restricted:
            return None
        if not is_possible():
            log.warning("it may start programs, and read: this kernel has no landlock", process=child.name)
        low_ports = any(one.port < LOW_PORT for one in self._settings.house.listening)
        return restricted(Path(child.command[0]), child.user, child.reads, child.writes, low_ports=low_ports)

    async def _adopt(self) -> None:
        """Take over what a killed supervisor left, or end it: two of a kind would fight over ports and calls."""
        children = {child.name: child for child in self._children}
        for name, identity in sorted(self._register.left().items(), key=lambda one: STOP_ORDER.index(one[0])):
            try:
                process = Adopted(identity)
            except ProcessLookupError:
                continue
            child = children.get(name)
            if child is not None and name != "engine" and identity.purpose == purpose_of(child):
                self._say(f"the {name} of the last start still runs (process {identity.pid}): it is kept")
                child.process = process
                self._register.runs(name, identity)
                continue
            self._say(f"the {name} of the last start still runs (process {identity.pid}): it is ended")
            try:
                await end(process, STOP_SECONDS)
            except PermissionError:
                raise StartRefused(f"process {identity.pid} belongs to another user: end it first") from None

    async def _tell_ready(self, on_ready: Callable[[], None]) -> None:
        for child in self._children:
            if child.name == "engine":
                await child.ready.wait()
                self._has_run = True
                on_ready()

    # ── one child ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _keep(self, child: Child) -> None:
        while not self._stopping:
            began = time.monotonic()
            code = await self._run_once(child)
            if self._is_stopping():
                return
            renewed, child.is_renewed = child.is_renewed, False
            if child.name == "engine" and (code == ASKED or renewed):
                child.failures = 0
                if not renewed:
                    self._say("the engine is started anew, as somebody asked")
                await self._let_go(child)
                continue
            child.failures = 0 if time.monotonic() - began > 60 else child.failures + 1
            if code == 2 and child.name == "engine" and not self._has_run:
                # Wrong settings do not get better by trying again; once calls go on, the switch keeps them meanwhile.
                self._refuse(child, "refused to start")
                return
            if not self._has_run and child.failures >= LONGEST_TRIES:
                self._refuse(child, f"does not start: it ended {child.failures} times")
                return
            delay = RESTART_SECONDS[min(child.failures, len(RESTART_SECONDS) - 1)]
            log.error("process ended", process=child.name, code=code, restart_in=delay)
            self._register.stands_still(child.name, f"ended (code {code}), for the {child.failures}. time in a row")
            self._say(f"{child.name} ended (code {code}), starting it again in {delay} s; see {self._log_of(child)}")
            await asyncio.sleep(delay)

    def _refuse(self, child: Child, why: str) -> None:
        """Stop everything: what cannot start does not get better by trying again."""
        self.refused = True
        said = self._log_of(child).read_text("utf-8", "replace").splitlines()
        self._say("\n".join(line for line in said[-20:] if not line.startswith("{")))
        self._say(f"the {child.name} {why}; see {self._log_of(child)}")
        os.kill(os.getpid(), signal.SIGTERM)

    def renew(self) -> None:
        """Let a new engine take the place of the one that runs, once it has brought its callers to a safe place."""
        for child in self._children:
            if child.name == "engine" and child.process is not None:
                child.is_renewed = True
                child.process.terminate()

    def _is_stopping(self) -> bool:
        return self._stopping

    def _log_of(self, child: Child) -> Path:
        return self._data / "logs" / f"{child.name}.log"

    async def _run_once(self, child: Child) -> int:
        if child.process is not None:
            # Adopted: when it has ended, one of our own is started.
            code = await child.process.wait()
            child.process = None
            return code
        started, child.spare = child.spare, None
        if started is not None and started.process.returncode is not None:
            started.let_go()
            started = None
        try:
            started = started or await self._start(child)
        except OSError as error:
            # A program that is being replaced, no memory, a full disk: tried again, as one that ended.
            log.error("process not started", process=child.name, reason=str(error))
            return NOT_STARTED
        started.take_turn()
        process = child.process = started.process
        self._register.runs(child.name, Identity.of(process.pid, child.command, purpose_of(child)))
        if child.nice and not priority.take(child.nice, process.pid):
            log.info("runs at the priority of all others: no permission", process=child.name)
        watching = asyncio.create_task(self._watch(child, started.life))
        try:
            code = await process.wait()
            child.process = None
            return code
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def _start(self, child: Child) -> Started:
        """A process of this child; an engine waits for its turn. OSError."""
        life, alive = os.pipe()
        turn, given = os.pipe()
        environment = {**os.environ, **child.environment}
        if environment.get("PYTHONDONTWRITEBYTECODE"):
            # Else each engine would compile a thousand modules at its start, while callers wait for it.
            bytecode = self._data / "bytecode"
            bytecode.mkdir(mode=0o700, exist_ok=True)
            environment |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(bytecode)}
        if child.name == "engine":
            environment |= {LIFE_FD: str(alive), TURN_FD: str(turn)}
        path = self._log_of(child)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as output:
                # A session of its own: Ctrl-C in the terminal reaches only us, and we stop the others in order.
                process = await asyncio.create_subprocess_exec(
                    *child.command,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=environment,
                    start_new_session=True,
                    pass_fds=(alive, turn) if child.name == "engine" else (),
                    preexec_fn=self._restricted(child),
                )
        except OSError:
            os.close(life)
            os.close(given)
            raise
        finally:
            os.close(alive)
            os.close(turn)
        return Started(process, life, given)

    async def _keep_spare(self, child: Child) -> None:
        """Once the engine serves, and the machine has caught its breath, another one reads its code."""
        await asyncio.sleep(SPARE_SECONDS)
        if child.spare is None and not self._stopping:
            try:
                child.spare = await self._start(child)
            except OSError as error:
                log.warning("no spare engine", reason=str(error))

    async def _let_go(self, child: Child) -> None:
        """A spare one is not needed, or its code is not the newest."""
        spare, child.spare = child.spare, None
        if spare is not None:
            spare.let_go()
            await end(spare.process, STOP_SECONDS)

    async def _watch(self, child: Child, reader: int) -> None:
        loop = asyncio.get_running_loop()
        child.told = time.monotonic()
        if child.name != "engine":
            os.close(reader)
            child.ready.set()
            return
        stream = asyncio.StreamReader()
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(reader, "rb", 0)
        )
        patience = FIRST_SECONDS
        try:
            while True:
                try:
                    async with asyncio.timeout(patience):
                        line = await stream.readline()
                except TimeoutError:
                    if child.process is not None:
                        log.error("engine hangs: killed", seconds=patience)
                        child.process.kill()
                    return
                if not line:
                    return
                if line == b"ready\n":
                    child.ready.set()
                    patience = HUNG_SECONDS
                    if self._settings.house.spare_engine:
                        self._spares = asyncio.create_task(self._keep_spare(child))
        finally:
            transport.close()

    # ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _stop(self) -> None:
        self._stopping = True
        if self._spares is not None:
            self._spares.cancel()
            await asyncio.gather(self._spares, return_exceptions=True)
        for child in self._children:
            await self._let_go(child)
        for child in sorted(self._children, key=lambda one: STOP_ORDER.index(one.name)):
            if child.process is not None and not await end(child.process, STOP_SECONDS):
                log.warning("process killed", process=child.name)
            self._register.stands_still(child.name, "")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
