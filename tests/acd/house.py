"""An engine with the matching and its dialler of callbacks on a scripted switch; it can die, and another comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar, cast

from acd.callbacks.callback import CallbackState
from acd.callbacks.dialling import CallbackDialling
from acd.plugin import setup
from acd.service import Acd
from cti.base.call import Call, Party
from cti.base.events import CallEvent, Event
from cti.base.files.documents import parse
from cti.base.numbers.number import Number
from cti.base.settings import Settings, TrunkSettings
from cti.plugins import Host, House, Services, read_manifest
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.encoding import decode_call, encode
from cti.store.journal.journal import Journal
from cti.telephony.calls import Calls
from cti.telephony.outgoing import Outgoing
from cti.telephony.switch.port import CallSession, SwitchControl
from cti.telephony.switch.registrar import Registrar
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_leg import ScriptedLine
from cti.telephony.switch.scripted_phone import ScriptedPhone
from cti.telephony.talk import Talks
from cti.telephony.trunks import Trunks
from cti.telephony.ways_out import WaysOut
from tests.acd.test_keeping import Cipher, States
from tests.core_house import CoreHouse, FolderPlan

T = TypeVar("T")
ROOM = Path(__file__).resolve().parents[2] / "acd"
CITIZEN = "13800000001"
AGENTS = ("8001", "8002")
SHOWN, ALSO_SHOWN = "051912345", "051988880000"


class Disk:
    """What outlives an engine: calls as they were written, and small states."""

    def __init__(self) -> None:
        self.written: dict[str, bytes] = {}
        self.states = States()

    def save(self, call: Call) -> None:
        self.written[call.id] = encode(call)

    @property
    def calls(self) -> dict[str, Call]:
        return {id: decode_call(data) for id, data in self.written.items()}


class Hand:
    """An engine's hand on the disk: a dead one writes nothing."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self.is_dead = False

    @property
    def calls(self) -> dict[str, Call]:
        return self._disk.calls

    def save(self, call: Call) -> None:
        if not self.is_dead:
            self._disk.save(call)

    def put(self, kind: str, key: str, data: object) -> None:
        if not self.is_dead:
            self._disk.states.put(kind, key, data)

    def forget(self, kind: str, key: str) -> None:
        if not self.is_dead:
            self._disk.states.forget(kind, key)

    def before_commit(self, last: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_soon(last)

    async def flushed(self) -> None:
        if self.is_dead:
            await asyncio.Event().wait()

    async def kept(self, kind: str) -> Mapping[str, Any]:
        return await self._disk.states.kept(kind)


class Callers:
    """One engine; `story` has its events."""

    def __init__(self, exchange: ScriptedExchange, disk: Disk, folder: Path, **queue: Any) -> None:
        self.exchange, self.disk, self._hand = exchange, disk, Hand(disk)
        self.core = CoreHouse(ScriptedSwitch(exchange), {agent: agent for agent in AGENTS}, shelf=cast(Any, self._hand))
        self.core.talks.books.recording = self.plan = FolderPlan(folder)
        self.core.calls.sessions.serve(Party.CALLER, self._conduct)
        self.surveyed: list[str] = []
        self._services, self._folder = Services(), folder
        callback = {"ring": 20, "attempts": 2, "delay": 300, **queue.pop("callback", {})}
        self._settings = {"queues": {"general": {"ring": 10, "wrapup": 5, "callback": callback, **queue}}}

    async def __aenter__(self) -> Callers:
        core, services = self.core, self._services
        self.trunks = trunks = Trunks(
            {
                "carrier": TrunkSettings(
                    host="10.0.0.1", caller_ids={"city": SHOWN}, more_caller_ids={"city": (ALSO_SHOWN,)}
                )
            },
            core.bus, core.clock,
        )  # fmt: skip
        ways = WaysOut(trunks, "0519")
        outgoing = Outgoing(core.calls, core.talks, trunks, ways, self._hand.flushed)
        for kind, service in (
            (Journal, self._hand),
            (StoredCalls, self._hand),
            (Store, SimpleNamespace(cipher=Cipher())),
            (Calls, core.calls),
            (Talks, core.talks),
            (Outgoing, outgoing),
            (WaysOut, ways),
            (Registrar, core.registrar),
            (SwitchControl, core.switch),
        ):
            services.provide(kind, cast(Any, service))
        (self._folder / "acd").mkdir(exist_ok=True)
        (self._folder / "acd" / "queues.yaml").write_bytes(encode(self._settings))
        house = House(Settings(parse("", "settings.yaml"), self._folder), core.clock, core.bus, services)
        self._host = Host(house, read_manifest(ROOM, "acd"))
        core.calls.restore([call for call in self.disk.calls.values() if not call.is_over])
        await setup(self._host)
        self.acd, self.dialling = services.need(Acd), services.need(CallbackDialling)
        await core.switch.start(core.calls.sessions.run, core.calls.switch_events.hear)
        await asyncio.sleep(0.01)
        return self

    async def __aexit__(self, *_: object) -> None:
        """It dies: what it had not written is lost."""
        self._hand.is_dead = True
        await self.core.switch.stop()
        self.acd.stop()
        self.core.calls.switch_events.hear = lambda event: None  # type: ignore[method-assign]
        await self._host.release()

    async def _conduct(self, call: Call, session: CallSession) -> None:
        await self.core.calls.answer(call, session)
        if call.talk is not None and call.talk.answered_at is not None:
            await self.core.talks.resume(call, session)
        elif not call.talks and await self.dialling.stay(call, session) is None:
            await session.play(["sorry"])
            return
        self.surveyed.append(call.id)
        await session.play(["survey"])

    def service(self, kind: type[T]) -> T:
        return self._services.need(kind)

    async def owe(self) -> None:
        assert await self.acd.request_callback("general", Number.parse(CITIZEN), organisation="city", region="320400")

    def states(self) -> list[CallbackState]:
        return [one.state for one in self.acd.callbacks.all.values()]

    def past(self) -> list[CallbackState]:
        return [one.state for one in self.acd.callbacks.past.values()]

    def all(self, *kinds: type[Event]) -> list[Any]:
        return [event for event in self.core.story if isinstance(event, kinds)]

    def names(self) -> list[str]:
        """The call's own story, without legs."""
        return [type(one).__name__ for one in self.core.story if isinstance(one, CallEvent) and not _is_leg(one)]


def _is_leg(event: CallEvent) -> bool:
    return type(event).__name__.startswith("Leg")


class Town:
    """The switch with two agents' phones and a citizen's."""

    def __init__(self, folder: Path) -> None:
        from cti.base.clock import LoopClock

        self.exchange = ScriptedExchange(LoopClock(), patience=30, writes_recordings=False)
        self.agents = {
            number: self.exchange.add_phone(ScriptedPhone(number, number, answer_after=1.0)) for number in AGENTS
        }
        self.citizen = self.exchange.add_phone(ScriptedPhone(f"{CITIZEN}@carrier", "citizen", answer_after=3.0))
        self.disk, self.folder = Disk(), folder

    def engine(self, **queue: Any) -> Callers:
        return Callers(self.exchange, self.disk, self.folder, **queue)

    def line(self, phone: str = "") -> ScriptedLine:
        """The newest call at a phone, the citizen's unless an agent's number is given."""
        return (self.agents[phone] if phone else self.citizen).lines[-1]

    @property
    def rung(self) -> int:
        """How often the citizen's telephone was dialled."""
        return len(self.citizen.lines)
