"""The plugin: what is kept in the store, and that a new engine takes it up."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from acd.keeping import GATHER, Keeper
from acd.plugin import setup
from acd.service import Acd, WorkItem
from acd.settings.schema import AgentSettings
from cti.base.bus import Bus
from cti.base.call import Call, Talk
from cti.base.clock import LoopClock, run_virtual
from cti.base.events import AgentStateChanged, CallEnded, CallLeftQueue, MessageLeft, PhoneChanged, SwitchUp
from cti.base.files.documents import Document
from cti.base.numbers.number import Number
from cti.base.settings import Settings
from cti.plugins import Host, House, Services, read_manifest
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.telephony.calls import Calls
from cti.telephony.engagement import Engagements
from cti.telephony.outgoing import Outgoing
from cti.telephony.switch.port import SwitchControl
from cti.telephony.switch.registrar import RegisteredPhone, Registrar
from cti.telephony.talk import Talks
from tests.acd.live import MOBILE, Live

ROOM = Path(__file__).resolve().parents[2] / "acd"


class States:
    """The journal's small states, and who reads them."""

    def __init__(self) -> None:
        self.data: dict[tuple[str, str], str] = {}

    def put(self, kind: str, key: str, data: object) -> None:
        self.data[kind, key] = json.dumps(data)

    def forget(self, kind: str, key: str) -> None:
        self.data.pop((kind, key), None)

    def before_commit(self, last: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_soon(last)

    async def flushed(self) -> None:
        """Everything is written at once."""

    async def kept(self, kind: str) -> Mapping[str, Any]:
        return {key: json.loads(data) for (found, key), data in self.data.items() if found == kind}


class Cipher:
    """Not secret, but not plain."""

    def seal(self, text: str | bytes, place: str) -> str:
        return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()

    def open_inner(self, sealed: str, place: str) -> bytes:
        return base64.b64decode(sealed, validate=True)


class Silent:
    def can_dial(self, number: Number) -> bool:
        return True

    def call_back(self, order: object, attempt: object) -> None: ...

    def give_up(self, order: object) -> None: ...


def test_what_is_kept_is_taken_up_and_no_number_is_readable() -> None:
    async def story() -> None:
        live, states = Live(), States()
        keeper = Keeper(live.acd, states, Cipher(), LoopClock())
        keeper.start()
        live.acd.callbacks.find_dialler = Silent
        live.acd.sign_in("8001")
        live.acd.request_state("8001", "break", "lunch")
        live.call("c1", caller="+8613800000009").withdraw("abandoned")
        assert await live.acd.request_callback("general", Number.parse("13800000001"), call="c2")
        await asyncio.sleep(GATHER + 1)
        assert {kind for kind, _ in states.data} == {"acd_agent", "acd_callback", "acd_figures", "acd_memory"}
        assert "1380000000" not in json.dumps(list(states.data.values()))
        again = Live()
        await Keeper(again.acd, states, Cipher(), LoopClock()).restore(states.kept)
        assert again.state("8001") == ("break", "lunch", "")
        assert [one.caller for one in again.acd.waiting("general")] == [MOBILE]
        assert again.call("c3", caller="+8613800000009").waited > 30
        assert again.acd.statistics.day("general", again.acd.statistics.today(0)).short_abandoned == 1
        live.acd.callbacks.cancel(next(iter(live.acd.callbacks.all)), "test")
        assert await states.kept("acd_callback") == {}

    run_virtual(story())


def test_a_state_that_does_not_open_is_left_out() -> None:
    async def story() -> None:
        live, states = Live(), States()
        states.put("acd_callback", "k", {"id": "k", "number": "not sealed!", "queue": "general", "since": 0.0})
        states.put("acd_memory", "callers", "not sealed!")
        await Keeper(live.acd, states, Cipher(), LoopClock()).restore(states.kept)
        assert live.acd.callbacks.all == {}

    run_virtual(story())


def a_call(id: str, talk: Talk | None = None) -> Call:
    """An open call, in this talk."""
    number = Number.parse("13800000001")
    return Call(id, "city", "320400", "switch-1", "carrier", number, number, LoopClock().wall(), talk=talk)


def test_the_plugin_offers_the_matching_and_hears_phones_and_talks(tmp_path: Path) -> None:
    async def story() -> None:
        bus, services, states, clock = Bus(), Services(), States(), LoopClock()
        registrar, engagements = Registrar(bus, clock), Engagements(clock)
        registrar.provision([RegisteredPhone("8002", "8002", "far")])
        services.provide(Journal, cast("Journal", states))
        services.provide(StoredCalls, cast("StoredCalls", states))
        services.provide(Store, cast("Store", SimpleNamespace(cipher=Cipher())))
        services.provide(Calls, cast("Calls", SimpleNamespace(open=[], engagements=engagements)))
        services.provide(Talks, cast("Talks", SimpleNamespace()))
        services.provide(Outgoing, cast("Outgoing", SimpleNamespace()))
        services.provide(Registrar, registrar)
        services.provide(SwitchControl, cast("SwitchControl", SimpleNamespace(name="switch-1")))  # type: ignore[type-abstract]
        house = House(Settings(Document("settings.yaml", {}, {}), tmp_path), clock, bus, services)
        host = Host(house, read_manifest(ROOM, "acd"))
        told: list[AgentStateChanged] = []
        bus.subscribe(AgentStateChanged, told.append)
        teardown = await setup(host)
        acd = services.need(Acd)
        at = clock.wall()
        acd.sign_in("8001")
        acd.sign_in("8002")
        assert acd.agent("8001").state == "offline"
        for agent in ("8001", "8002"):
            bus.publish(PhoneChanged(at=at, agent=agent, organisation="city", addresses=(f"sip:{agent}",)))
        place = acd.enqueue(WorkItem("c1", "call", "general"))
        await place.next()
        about: dict[str, Any] = {"at": at, "call": "c1", "organisation": "city", "region": "320400"}
        call = a_call("c1", Talk("8001", "general", "l1", answered_at=at))
        engagements.look(call)
        assert acd.agent("8001").works == ("c1",)
        acd.talk_started("8002", "c9")
        bus.publish(SwitchUp(at=at, switch="switch-1", legs=2))
        await asyncio.sleep(0.01)
        assert (acd.agent("8001").state, acd.agent("8002").state) == ("talking", "ready")
        call.talk = None
        engagements.look(call)
        assert acd.agent("8001").state == "wrapup"
        waiting = acd.enqueue(WorkItem("c3", "call", "enterprise"))
        bus.publish(CallEnded(**{**about, "call": "c3"}, reason="caller_hung_up", seconds=1.0, answered=False))
        assert acd.waiting("enterprise") == () and waiting.item.id == "c3"
        await asyncio.sleep(0)
        bus.publish(MessageLeft(**{**about, "call": "c3"}, recording="r1", seconds=9.0, queue="enterprise"))
        assert acd.queue_figures("enterprise").messages == 1
        await asyncio.sleep(0)
        kept = [json.loads(data) for (_, key), data in states.data.items() if key.endswith(" enterprise")]
        assert [one["messages"] for one in kept] == [1], "written with the event, not at the next flush"
        await teardown()
        await host.release()
        assert services.find(Acd) is None
        assert {(event.agent, event.organisation) for event in told} == {("8001", "city"), ("8002", "far")}
        assert {kind for kind, _ in states.data} >= {"acd_agent", "acd_figures"}

    run_virtual(story())


def test_who_gave_up_unseen_waited_until_then() -> None:
    """Who hung up while no engine lived waited in the books until the next one came: longer than his call."""

    async def story() -> None:
        live = Live()
        live.call("c1")
        await asyncio.sleep(40)
        live.acd.call_ended("c1", ago=30.0)
        (left,) = live.told(CallLeftQueue)
        assert (left.waited, left.reason) == (10.0, "abandoned")
        assert left.at == live.acd.matching.clock.wall() - timedelta(seconds=30)

    run_virtual(story())


def test_a_talk_that_ended_unseen_counts_until_then() -> None:
    async def story() -> None:
        live = Live()
        live.acd.sign_in("8001")
        await live.talk(live.call("c1"))
        await asyncio.sleep(40)
        live.acd.talk_ended("8001", "c1", ago=30.0)
        assert live.acd.agent_figures("8001").talk == 10.0

    run_virtual(story())


def chatting(live: Live, *chats: str) -> Any:
    """8001 in these chats; he may have one more."""
    live.acd.describe_agent("8001", AgentSettings(skills={"mandarin": 3}, chats=len(chats) + 1))
    live.acd.sign_in("8001")
    return [live.talk(live.acd.enqueue(WorkItem(chat, "chat", "general"))) for chat in chats]


@pytest.mark.parametrize("offered_another", [False, True])
def test_chats_that_ended_while_no_engine_lived_end_and_are_wrapped_up(offered_another: bool) -> None:
    """A chat that ended while the engine was dead never got its end nor its wrap-up when another was being offered."""

    async def story() -> None:
        first = Live()
        for talk in chatting(first, "x1", "x2"):
            await talk
        if offered_another:
            place = first.acd.enqueue(WorkItem("x3", "chat", "general"))
            await asyncio.wait_for(place.next(), 0.001)
            assert first.state("8001")[0] == "reserved"
        kept = json.loads(json.dumps(first.acd.snapshot()))
        second = Live()
        ended: list[str] = []
        second.acd.on_decision(lambda told: ended.append(told.work) if told.event == "ended" else None)
        second.acd.restore_snapshot(kept)
        second.acd.reconcile({}, chats={"x2"})
        assert ended == ["x1"]
        assert second.state("8001")[0] == "talking"
        second.acd.reconcile({}, chats=())
        assert ended == ["x1", "x2"]
        assert second.state("8001")[0] == "wrapup"

    run_virtual(story())
