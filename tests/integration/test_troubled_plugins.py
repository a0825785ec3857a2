"""A plugin that fails at start, at the door or in events, timers and the desk, or is silent: real calls go on."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone.phones.sip_stack import SipStack
from tests.running_hotline import RunningHotline, agent, citizen, hear_each_other, kinds, skip_greeting, started

pytestmark = pytest.mark.asterisk

MANIFEST = 'name = "{name}"\ntitle = "{title}"\nhears = {hears}\n'
AT_START = """
async def setup(host):
    raise RuntimeError("broken at start")
"""
EVERYWHERE = """
import asyncio

from cti.base import events
from cti.base.http.routes import SIGNED_IN, Route
from cti.base.visitor import Visitor
from cti.office.records import Office
from cti.office.timers.kinds import TimerKind
from cti.office.timers.service import Timers
from cti.telephony.doorway import Doorway
from cti.web.host import Web

HEARD = (events.CallArrived, events.CallOffered, events.TalkStarted, events.TalkEnded, events.CallEnded)


async def card(visitor: Visitor, call: str) -> dict[str, str]:
    raise RuntimeError("broken at the desk")


async def keep(call):
    raise RuntimeError("broken at the door")


async def keep_waiting(call):
    await asyncio.sleep(3600)


async def go_off(session, due):
    raise RuntimeError("broken in a timer")


def hear(event):
    raise RuntimeError("broken in an event")


async def setup(host):
    office, timers = host.need(Office), host.need(Timers)
    host.on_stop(host.need(Doorway).keep("troubled", keep))
    host.on_stop(host.need(Doorway).keep("slow", keep_waiting))
    for kind in HEARD:
        host.listen(kind, hear)
    host.on_stop(timers.register(TimerKind("troubled.always", "总是失败", go_off, first=0.3, most=0.3, tries=1000)))
    async with office.store.writing() as session:
        await timers.set(session, "troubled.always", "x", office.clock.wall())
    timers.look()
    host.on_stop(host.need(Web).add([Route("GET", "/api/troubled/calls/{call}", card, SIGNED_IN, "总是失败")]))
"""
SCREENS = """
from cti.base.http.routes import SIGNED_IN
from cti.office.screens import Column, DeskCard, Empty

SCREENS = ()
SLOTS = (
    DeskCard(
        name="troubled", title="总是失败", permission=SIGNED_IN, source="/api/troubled/calls/{id}",
        fields=(Column(key="a", title="甲", kind="text"),), empty=Empty(title="没有"),
    ),
)
"""


def write_plugins(folder: Path) -> None:
    heard = '["CallArrived", "CallOffered", "TalkStarted", "TalkEnded", "CallEnded"]'
    for name, title, hears, files in (
        ("troubled_start", "启动失败", "[]", {"plugin.py": AT_START}),
        ("troubled", "总是失败", heard, {"plugin.py": EVERYWHERE, "screens.py": SCREENS}),
    ):
        place = folder / name
        place.mkdir()
        (place / "manifest.toml").write_text(MANIFEST.format(name=name, title=title, hears=hears), "utf-8")
        (place / "__init__.py").write_text(f'"""{title}."""\n', "utf-8")
        for file, text in files.items():
            (place / file).write_text(text, "utf-8")


@pytest.fixture(scope="module")
def troubled() -> Iterator[RunningHotline]:
    """A hotline with both."""
    with tempfile.TemporaryDirectory(prefix="hotline-troubled-") as folder, pytest.MonkeyPatch.context() as patched:
        plugins = Path(folder) / "plugins"
        plugins.mkdir()
        write_plugins(plugins)
        patched.setenv("HOTLINE_PLUGINS", str(plugins))
        yield from started(Path(folder) / "data")


async def test_calls_go_on_whatever_a_plugin_breaks(troubled: RunningHotline) -> None:
    async with SipStack("127.0.0.1") as stack, troubled.signed_in("admin") as admin:
        plugins = {one["name"]: one for one in await admin.ask("GET", "/api/plugins")}
        assert plugins["troubled_start"]["state"] == "failed"
        assert "broken at start" in plugins["troubled_start"]["reason"]
        assert plugins["troubled"]["state"] == "running"
        async with agent(troubled, stack, "1001") as one:
            for _ in range(2):
                async with citizen(troubled, stack) as call:
                    await skip_greeting(call)
                    taken = await one.phone.next_call(10)
                    await taken.answered()
                    await one.until("talking")
                    desk = await one.api.ask("GET", "/api/agent")
                    number = desk["call"]["id"]
                    await one.api.ask("GET", f"/api/troubled/calls/{number}", status=500)
                    timers = {each["name"]: each for each in (await admin.ask("GET", "/api/timers?size=100"))["items"]}
                    always = timers["troubled.always"]
                    assert always["failing"] == 1 and "broken in a timer" in always["last_error"]
                    await hear_each_other(call, taken)
                    assert await one.state() == "talking"
                    await call.hang_up()
                await one.until("ready")
        stories = await admin.ended(2)
        for story in stories:
            told = kinds(story)
            assert story["reason"] == "caller_hung_up"
            assert told.count("TalkStarted") == told.count("TalkEnded") == told.count("CallEnded") == 1
    log = "\n".join(path.read_text("utf-8", "replace") for path in (troubled.data / "logs").glob("*.log"))
    log += (troubled.data / "run.log").read_text("utf-8", "replace")
    for where in ("at the door", "in an event", "in a timer", "at the desk"):
        assert f"broken {where}" in log, "it was really asked"
    assert "keeper was late" in log
