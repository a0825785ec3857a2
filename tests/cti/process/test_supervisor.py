"""`hotline run` with a switch that only looks like one: who is adopted, who is ended, and what ends the hotline."""

import asyncio
import contextlib
import importlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from cti.base.cli_settings import ROOT
from cti.base.manifest import find_plugins
from cti.base.ports import ROOM
from cti.base.settings import Settings
from cti.process.baseline.facts import user_of
from cti.process.children import Child
from cti.process.own_user import DEFAULT, own_user
from cti.process.processes import read, troubles
from cti.process.spare import changed_since
from cti.process.supervisor import ASKED, LONGEST_TRIES, Supervisor
from cti.telephony.switch.installation import Installation
from cti.testing.tables import migrated_file

SWITCH = "#!{python} -S\n{code}\n"
"""It may read nothing of the environment in which the tests run."""
SLEEPS = "import time; time.sleep(600)"


@dataclass
class House:
    """A hotline on ports from `base` on, whose Asterisk runs `code`."""

    data: Path
    base: int
    asterisk: Path
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
        environment |= {
            "HOTLINE_DATA": str(self.data),
            "HOTLINE_PORT_BASE": str(self.base),
            "HOTLINE_ASTERISK": str(self.asterisk),
        }
        command = [sys.executable, "-m", "cti.process.cli", "run"]
        with (self.data / "run.log").open("a") as out:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out, text=True)

    @property
    def said(self) -> str:
        return (self.data / "run.log").read_text("utf-8")

    def pid(self, name: str) -> int:
        """The process that the register names, when it lives."""
        found = read(self.data).get(name, {}).get("process", {}).get("pid", 0)
        return found if runs(found) else 0

    def until(self, what: Callable[[], object], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    def ready(self, times: int = 1) -> bool:
        return self.said.count("The hotline runs") >= times

    def health(self) -> dict[str, object]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.base}/healthz", timeout=5) as answer:
                found: dict[str, object] = json.loads(answer.read())
        except urllib.error.HTTPError as error:
            found = json.loads(error.read())
        return found

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(40)


def settings_of(data: Path) -> Settings:
    """Settings of a hotline without a spare engine."""
    return cast(Settings, SimpleNamespace(data=data, house=SimpleNamespace(spare_engine=False)))


def runs(pid: int) -> bool:
    """Whether there is such a process, and more of it than what its parent has not looked at yet."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


def fake_asterisk(folder: Path, code: str) -> Path:
    for part in ("usr/lib/x/asterisk/modules", "usr/share/asterisk", "usr/sbin"):
        (folder / part).mkdir(parents=True)
    program = folder / "usr/sbin/asterisk"
    program.write_text(SWITCH.format(python=sys.executable, code=code), "utf-8")
    program.chmod(0o755)
    return program


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    yield from prepared(tmp_path, SLEEPS)


def prepared(folder: Path, code: str) -> Iterator[House]:
    data = folder / "data"
    (data / "prompts").mkdir(parents=True)
    # The sound of prompts and the history of tables are nobody's business here: a house without them starts soon.
    tables = asyncio.run(migrated_file(tuple(plugin.folder for plugin in find_plugins(ROOT))))
    shutil.copyfile(tables, data / "hotline.db")
    (data / "hotline.db").chmod(0o600)
    found = House(data, free_base(), fake_asterisk(folder / "prefix", code))
    try:
        yield found
    finally:
        if found.process is not None and found.process.poll() is None:
            found.stop()
        for name in ("engine", "broker", "switch"):
            if pid := found.pid(name):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def free_base() -> int:
    """A base above which the first ports are free; below those that the system gives to whoever asks for any."""
    while True:
        base = random.randrange(12_000, 32_000 - ROOM, 10)  # no secret
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for offset in range(7):
                one = stack.enter_context(socket.socket())
                one.bind(("127.0.0.1", base + offset))
            return base


def test_a_new_supervisor_adopts_what_a_killed_one_left(house: House) -> None:
    """After SIGKILL of `hotline run` the old switch and broker stayed orphans, the new supervisor started a doomed
    second of each every five seconds for ever, health said ok, and stopping left the old switch answering.
    """
    house.start()
    house.until(house.ready)
    before = {name: house.pid(name) for name in ("switch", "broker", "engine")}
    assert all(before.values())
    if (user := own_user(DEFAULT)) is not None:
        # It ran as root where root had started it.
        assert user_of(before["switch"]) == user.uid
    house.stop(signal.SIGKILL)
    house.start()
    house.until(lambda: house.ready(2))
    assert (house.pid("switch"), house.pid("broker")) == (before["switch"], before["broker"])
    assert house.pid("engine") not in (0, before["engine"])
    assert not runs(before["engine"])
    assert "ended (code" not in house.said
    assert house.stop() == 0
    assert not [pid for pid in before.values() if runs(pid)]


def test_each_switch_has_a_secret_of_its_own_and_an_adopted_one_keeps_it(house: House) -> None:
    """The secret of the control connection was made once and good for ever."""
    secret = house.data / "secrets" / "manager"
    house.start()
    house.until(house.ready)
    first = secret.read_text("ascii")
    house.stop(signal.SIGKILL)
    house.start()
    house.until(lambda: house.ready(2))
    assert secret.read_text("ascii") == first
    assert house.stop() == 0
    house.start()
    house.until(lambda: house.ready(3))
    assert secret.read_text("ascii") != first
    assert secret.read_text("ascii") in (house.data / "switch" / "etc" / "manager.conf").read_text("utf-8")
    assert house.stop() == 0


def test_an_adopted_switch_that_dies_is_started_again(house: House) -> None:
    house.start()
    house.until(house.ready)
    house.stop(signal.SIGKILL)
    house.start()
    house.until(lambda: house.ready(2))
    adopted = house.pid("switch")
    os.kill(adopted, signal.SIGKILL)
    house.until(lambda: house.pid("switch") not in (0, adopted), 10)
    assert house.stop() == 0


def test_a_switch_that_was_started_for_other_settings_is_ended(house: House) -> None:
    """An old switch that listens elsewhere is of no use to the new hotline, and must not stay beside it."""
    house.start()
    house.until(house.ready)
    old = house.pid("switch")
    house.stop(signal.SIGKILL)
    (house.data / "settings.yaml").write_text("switch: {patience: 61}\n", "utf-8")
    house.start()
    house.until(lambda: house.ready(2))
    assert house.pid("switch") not in (0, old)
    assert not runs(old)
    assert f"process {old}): it is ended" in house.said
    assert house.stop() == 0


def test_two_hotlines_live_on_one_machine(house: House, tmp_path: Path) -> None:
    """A second hotline met the first one on the ports of sessions, control, browsers and MQTT."""
    for other in prepared(tmp_path / "other", SLEEPS):
        for one in (house, other):
            one.start()
        for one in (house, other):
            one.until(one.ready)
            assert all(one.pid(name) for name in ("switch", "broker", "engine"))
            assert "switch" in str(one.health()["problems"])
        assert (house.stop(), other.stop()) == (0, 0)


def test_a_taken_port_ends_the_start_with_its_setting(house: House) -> None:
    """The hotline restarted for ever; why stood at the end of a traceback in a log."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", house.base + 4))
        other.listen(1)
        house.start()
        assert house.process is not None
        assert house.process.wait(30) == 2
    assert f"switch.session_port: tcp port {house.base + 4} on 127.0.0.1 is used by another program" in house.said
    assert "Traceback" not in house.said
    assert not read(house.data)


def test_wrong_sections_end_the_start(house: House) -> None:
    """ "The hotline runs" was said while the matching had refused its settings and no call was possible."""
    (house.data / "settings.yaml").write_text("acd: {queues: {general: {ring: -5}}}\n", "utf-8")
    house.start()
    assert house.process is not None
    assert house.process.wait(30) == 2
    assert "settings.yaml:1:26: queues.general.ring" in house.said
    assert "The hotline runs" not in house.said


def test_a_switch_that_cannot_start_ends_the_hotline(tmp_path: Path) -> None:
    """A switch that ends at once was started again for ever."""
    for house in prepared(tmp_path, 'print("no such module"); raise SystemExit(3)'):
        house.start()
        assert house.process is not None
        assert house.process.wait(60) == 2
        assert "the switch does not start: it ended 3 times" in house.said
        assert "no such module" in house.said
        assert not house.pid("engine")


def test_health_says_that_a_process_beside_the_engine_does_not_run(house: House) -> None:
    """Health said ok while the switch or the broker was started in vain again and again."""
    house.start()
    house.until(house.ready)
    assert "process_broker" not in str(house.health())
    program = house.asterisk.read_text("utf-8")
    house.asterisk.write_text("#!/bin/sh\nexit 7\n", "utf-8")
    os.kill(house.pid("switch"), signal.SIGKILL)
    house.until(lambda: "process_switch" in str(house.health()), 10)
    house.asterisk.write_text(program, "utf-8")
    house.until(lambda: "process_switch" not in str(house.health()), 15)
    assert house.stop() == 0


async def test_an_engine_that_was_asked_to_end_is_started_at_once_and_nothing_is_wrong(tmp_path: Path) -> None:
    """An engine that ends told health that a process had failed, and after some of them a pause was made."""
    said: list[str] = []
    supervisor = Supervisor(
        cast(Settings, SimpleNamespace(data=tmp_path, house=SimpleNamespace(spare_engine=False))),
        cast(Installation, None),
        said.append,
    )
    mark = tmp_path / "starts"
    code = f"import sys; open({str(mark)!r}, 'a').write('x'); sys.exit({ASKED})"
    child = Child("engine", [sys.executable, "-c", code])
    task = asyncio.create_task(supervisor._keep(child))
    async with asyncio.timeout(30):
        while not mark.exists() or len(mark.read_text()) < LONGEST_TRIES + 2:
            await asyncio.sleep(0.02)
    supervisor._stopping = True
    await task
    assert not supervisor.refused and child.failures == 0 and troubles(tmp_path) == {}
    assert set(said) == {"the engine is started anew, as somebody asked"}


async def test_code_that_was_saved_has_a_new_engine_run_and_nothing_is_wrong(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(cast(Settings, SimpleNamespace(data=tmp_path)), cast(Installation, None), said.append)
    mark = tmp_path / "starts"
    code = f"import time; open({str(mark)!r}, 'a').write('x'); time.sleep(600)"
    child = Child("engine", [sys.executable, "-c", code])
    supervisor._children.append(child)
    task = asyncio.create_task(supervisor._keep(child))
    async with asyncio.timeout(30):
        for times in (1, 2, 3):
            while not mark.exists() or len(mark.read_text()) < times:
                await asyncio.sleep(0.02)
            if times < 3:
                supervisor.renew()
    assert child.failures == 0 and said == [] and troubles(tmp_path) == {}
    supervisor._stopping = True
    assert child.process is not None
    child.process.terminate()
    await task


async def test_a_program_that_is_being_replaced_is_tried_again(tmp_path: Path) -> None:
    """The switch was never started again when its program was not whole, or not there, in the moment of the start."""
    said: list[str] = []
    supervisor = Supervisor(
        cast(Settings, SimpleNamespace(data=tmp_path, house=SimpleNamespace(spare_engine=False))),
        cast(Installation, None),
        said.append,
    )
    supervisor._has_run = True
    program, mark = tmp_path / "program", tmp_path / "started"
    program.write_bytes(b"")
    program.chmod(0o755)
    task = asyncio.create_task(supervisor._keep(Child("broker", [str(program)])))
    async with asyncio.timeout(30):
        while not said:
            await asyncio.sleep(0.02)
        whole = tmp_path / "whole"
        whole.write_text(f"#!/bin/sh\ntouch {mark}\nsleep 0.2\n", "utf-8")
        whole.chmod(0o755)
        whole.replace(program)
        while not mark.exists():
            await asyncio.sleep(0.02)
    assert "broker ended (code 126)" in said[0]
    supervisor._stopping = True
    await task


def spare_of(house: House) -> int:
    """The engine that waits for its turn; 0 when there is none."""
    assert house.process is not None
    children = Path(f"/proc/{house.process.pid}/task/{house.process.pid}/children").read_text("ascii").split()
    engines = [int(one) for one in children if b"cti.process.app" in Path(f"/proc/{one}/cmdline").read_bytes()]
    return next((one for one in engines if one != house.pid("engine")), 0)


def test_a_spare_engine_takes_the_place_of_one_that_dies_and_nobody_s_when_all_ends(house: House) -> None:
    """Callers in a menu waited until the next engine had read its code, more than half of the time until it served."""
    house.start()
    house.until(house.ready)
    house.until(lambda: spare_of(house))
    first, spare = house.pid("engine"), spare_of(house)
    os.kill(first, signal.SIGKILL)
    house.until(lambda: house.pid("engine") == spare)
    house.until(lambda: not runs(first) and spare_of(house))
    another = spare_of(house)
    assert another not in (first, spare)
    assert house.stop() == 0
    assert not runs(spare) and not runs(another)


def test_a_spare_engine_ends_with_its_supervisor(house: House) -> None:
    house.start()
    house.until(house.ready)
    house.until(lambda: spare_of(house))
    spare = spare_of(house)
    assert house.process is not None
    house.process.kill()
    house.process.wait()
    house.until(lambda: not runs(spare))
    assert house.pid("engine")


def test_code_that_was_replaced_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = tmp_path / "some_code_of_ours.py"
    code.write_text("x = 1")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.import_module("some_code_of_ours")
    began = time.time() + 1
    assert not changed_since(tmp_path, began)
    os.utime(code, (began + 2, began + 2))
    assert changed_since(tmp_path, began)
    code.unlink()
    assert changed_since(tmp_path, began)
    monkeypatch.delitem(sys.modules, "some_code_of_ours")


async def test_code_is_compiled_once_also_where_nothing_may_be_written_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tmp_path / "module.py").touch()
    supervisor = Supervisor(settings_of(tmp_path), cast(Installation, None), print)
    command = [sys.executable, "-c", "import module"]
    started = await supervisor._start(Child("mirror", command, {"PYTHONPATH": str(tmp_path)}))
    assert await started.process.wait() == 0
    started.let_go()
    assert list((tmp_path / "bytecode").rglob("module.*.pyc")) and not (tmp_path / "__pycache__").exists()
