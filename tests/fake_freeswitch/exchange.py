"""A whole FreeSWITCH without media: a scripted exchange whose legs and events are spoken of as FreeSWITCH does.

Telephones, bridges and who hears whom are the exchange's. Here they are turned into sockets of legs, applications, api
commands and events, as far as the driver uses them.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cti.base.call import Party
from cti.base.clock import Clock
from cti.base.numbers.number import Number
from cti.base.settings import SwitchSettings
from cti.telephony.switch.address import Address, PhoneAddress, TrunkAddress
from cti.telephony.switch.freeswitch.dialplan import MUSIC as MUSIC_FILE
from cti.telephony.switch.freeswitch.dialplan import PROOF, SESSION
from cti.telephony.switch.port import (
    Dialled,
    DialRequest,
    DialResult,
    DigitPressed,
    HoldChanged,
    LegDialled,
    LegGone,
    LegPickedUp,
    LegRang,
    LegTransferred,
    PhoneReachable,
    SessionOver,
    SwitchEvent,
)
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_leg import MUSIC, Bridge, ScriptedLeg
from cti.telephony.switch.secrets import session_proof
from tests.fake_freeswitch.front_leg import FrontLeg
from tests.fake_freeswitch.switch import FakeSwitch, Session
from tests.fake_freeswitch.wire import Command, json_event, reply

PASSWORD = "ClueCon"
CAUSES = {
    DialResult.BUSY: "USER_BUSY",
    DialResult.REJECTED: "CALL_REJECTED",
    DialResult.NO_ANSWER: "NO_ANSWER",
    DialResult.UNREACHABLE: "USER_NOT_REGISTERED",
    DialResult.CANCELLED: "ORIGINATOR_CANCEL",
    DialResult.FAILED: "NORMAL_CLEARING",
    DialResult.ANSWERED: "SUCCESS",
}
APIS = (
    "show global_getvar uuid_exists uuid_dump uuid_getvar uuid_setvar uuid_setvar_multi uuid_kill uuid_break "
    "uuid_bridge uuid_transfer uuid_dual_transfer uuid_record"
).split()
_ADDRESS = re.compile(r"\[hotline_address=([^\]]+)\]")


class Exchange(ScriptedExchange):
    """A scripted exchange that tells its front of bridges, and looks for an engine where one listens."""

    front: FakeFreeswitch

    def _bridge(self, bridge: Bridge, *legs: ScriptedLeg) -> None:
        super()._bridge(bridge, *legs)
        if len(bridge.members) == 2:
            self.front.bridged(*bridge.members)

    def _try(self, leg: ScriptedLeg) -> None:
        self.engine = self.front if self.front.is_listened_for else None
        super()._try(leg)
        self.engine = self.front


class OpenSession:
    """What the exchange knows of a leg that is in a session."""

    def end(self, reason: SessionOver) -> None:
        """The leg is taken: its socket stays until the driver closes it."""

    def key(self, digit: str) -> None:
        """Keys are told as events."""


class FakeFreeswitch:
    """The front. `listening` has the addresses at which somebody takes connections."""

    def __init__(
        self,
        clock: Clock,
        listening: Mapping[tuple[str, int], object],
        *,
        patience: float,
        prompts: Mapping[str, float],
    ) -> None:
        self.settings = SwitchSettings(kind="freeswitch", control_port=8021, session_port=8084)
        self.exchange = Exchange(clock, patience=patience, prompts=prompts)
        self.exchange.front = self
        self.exchange.engine = self
        self.control = FakeSwitch(PASSWORD, ("127.0.0.1", self.settings.control_port))
        self.control.apis |= {name: self._api_of(name) for name in APIS}
        self.control.verbs["bgapi"] = self._job
        self.variables: dict[str, dict[str, str]] = {}
        self.sockets: dict[str, FrontLeg] = {}
        self._listening = listening
        self._dialling: dict[str, str] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._time = 0

    @property
    def is_listened_for(self) -> bool:
        """Whether an engine takes sessions."""
        return ("127.0.0.1", self.settings.session_port) in self._listening

    # ── what the exchange tells ──────────────────────────────────────────────────────────────────────────────────

    def take(self, leg: ScriptedLeg) -> None:
        """A leg comes into a session: the dialplan's variables, then its socket."""
        own = self.variables.setdefault(leg.id, {})
        own |= {"transfer_after_bridge": SESSION, "hotline_place": "session", "hotline_room": ""}
        own.setdefault("hotline_first", leg.id)
        own.setdefault("hotline_party", leg.party.value)
        own.setdefault("hotline_agent", leg.agent)
        own.setdefault("hotline_caller", leg.caller.raw or leg.caller.national)
        own.setdefault("hotline_called", leg.called.raw or leg.called.digits)
        own.setdefault("hotline_trunk", leg.trunk)
        if leg.target:
            own["hotline_target"], leg.target = leg.target, ""
        if leg.typed:
            own["hotline_keys"], own["hotline_tries"], leg.typed = leg.typed, "1", ""
        leg.session = OpenSession()  # type: ignore[assignment]
        socket = self.sockets[leg.id] = FrontLeg(self, leg, own)
        self._spawn(socket.connect("127.0.0.1", self.settings.session_port))

    def hung_up(self, leg: ScriptedLeg) -> None:
        """The leg of a session is gone."""
        if (socket := self.sockets.pop(leg.id, None)) is not None:
            socket.hang_up()

    def lost(self, leg: ScriptedLeg) -> None:
        """The switch died."""
        if (socket := self.sockets.pop(leg.id, None)) is not None:
            socket.transport.abort()

    def bridged(self, first: ScriptedLeg, second: ScriptedLeg) -> None:
        """Two legs talk: neither is in a session any more, but each comes back into one where it has been in one."""
        headers = {"Bridge-A-Unique-ID": first.id, "Bridge-B-Unique-ID": second.id}
        for leg in (first, second):
            if leg.session is not None:
                leg.session, leg.dialplan = None, True
        self.event("CHANNEL_BRIDGE", first, headers)
        if (socket := self.sockets.get(first.id)) is not None:
            socket.event("CHANNEL_BRIDGE", headers)

    def heard(self, event: SwitchEvent) -> None:
        """Something happened, as FreeSWITCH tells it."""
        match event:
            case LegDialled():
                own = dict(self._parsed(self._dialling.pop("", "")))
                self.variables[event.leg] = own | {"hotline_address": event.address}
                self._outbound("CHANNEL_ORIGINATE", event.leg, {"Other-Leg-Unique-ID": event.by} if event.by else {})
                self._dialling[""] = self._last
            case LegRang():
                self._outbound("CHANNEL_PROGRESS", event.leg)
            case LegPickedUp():
                self._outbound("CHANNEL_ANSWER", event.leg)
            case LegGone():
                self._outbound("CHANNEL_HANGUP_COMPLETE", event.leg, {"variable_hangup_cause_q850": str(event.cause)})
                self.variables.pop(event.leg, None)
            case DigitPressed():
                self._outbound("DTMF", event.leg, {"DTMF-Digit": event.digit})
                if (socket := self.sockets.get(event.leg)) is not None:
                    socket.pressed(event.digit)
            case HoldChanged():
                self._outbound("CHANNEL_HOLD" if event.held else "CHANNEL_UNHOLD", event.leg)
            case LegTransferred() if event.to_leg:
                self._custom(
                    "sofia::transferor",
                    {
                        "Unique-ID": event.by,
                        "att_xfer_original_call_id": event.leg,
                        "att_xfer_destination_call_id": event.to_leg,
                    },
                )
            case PhoneReachable():
                name = "sofia::register" if event.reachable else "sofia::expire"
                self._custom(name, {"username": event.endpoint})

    def _outbound(self, name: str, leg: str, headers: Mapping[str, str] | None = None) -> None:
        found = self.exchange.legs.get(leg)
        direction = "inbound" if found is not None and found.party is Party.CALLER else "outbound"
        fields = {"Unique-ID": leg, "Channel-Name": f"sofia/sip/{leg}", "Call-Direction": direction, **(headers or {})}
        self.control.event(name, fields | self._prefixed(leg))

    def event(self, name: str, leg: ScriptedLeg, headers: Mapping[str, str]) -> None:
        """Tell an event of a leg to the engine's control connection."""
        self._outbound(name, leg.id, {"Event-Date-Timestamp": str(self.tick()), **headers})

    def _custom(self, subclass: str, headers: Mapping[str, str]) -> None:
        fields = {"Event-Name": "CUSTOM", "Event-Subclass": subclass, **headers}
        for session in self.control.sessions:
            if subclass in session.subscribed:
                session.write(json_event(fields))

    def _prefixed(self, leg: str) -> dict[str, str]:
        return {f"variable_{name}": value for name, value in self.variables.get(leg, {}).items() if value}

    def tick(self) -> int:
        """A time stamp later than every other, in microseconds."""
        self._time = max(self._time + 1, int(self.exchange.clock.wall().timestamp() * 1e6))
        return self._time

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ── dial strings ─────────────────────────────────────────────────────────────────────────────────────────────

    _last = ""

    @staticmethod
    def _parsed(text: str) -> list[tuple[str, str]]:
        head = text.removeprefix("{").partition("}")[0]
        return [(name, value) for name, _, value in (pair.partition("=") for pair in head.split(",")) if name]

    def request(self, text: str) -> DialRequest:
        """What a dial string asks for."""
        values = dict(self._parsed(text))
        addresses: list[Address] = []
        for found in _ADDRESS.findall(text):
            digits, at, trunk = found.partition("@")
            addresses.append(TrunkAddress(trunk, digits) if at else PhoneAddress(found))
        after = re.search(r"answer-after=(\d+)", values.get("sip_h_Call-Info", ""))
        shown = values.get("origination_caller_id_number")
        return DialRequest(
            addresses,
            float(values["originate_timeout"]),
            party=Party(values["hotline_party"]),
            agent=values.get("hotline_agent", ""),
            answer_after=float(after[1]) if after else None,
            stays="transfer_after_bridge" in values,
            caller=Number.parse(shown) if shown else None,
        )

    def dial(self, leg: ScriptedLeg, text: str) -> asyncio.Future[Dialled]:
        """The application `bridge`."""
        self._last = self._dialling[""] = text
        return self.exchange.dial(leg, self.request(text))

    def _job(self, session: Session, command: Command) -> None:
        job = command.headers["Job-UUID"]
        session.write(reply(f"+OK Job-UUID: {job}", Job_UUID=job))
        text = command.rest.split(" ", 2)[1]
        self._last = self._dialling[""] = text
        request = self.request(text)
        values = dict(self._parsed(text))
        done = self.exchange.originate(
            request.addresses[0],
            call=values.get("hotline_call", ""),
            party=request.party,
            agent=request.agent,
            caller=request.caller or Number.parse(""),
            timeout=request.timeout,
            answer_after=request.answer_after,
        )

        def told(result: asyncio.Future[DialResult]) -> None:
            ok = result.result() is DialResult.ANSWERED
            body = "+OK x\n" if ok else f"-ERR {CAUSES[result.result()]}\n"
            session.event("BACKGROUND_JOB", {"Job-UUID": job}, body)

        done.add_done_callback(told)

    # ── api commands ─────────────────────────────────────────────────────────────────────────────────────────────

    def _api_of(self, name: str) -> Callable[[Session, str], str]:
        return lambda _session, arguments: self.api(name, arguments.split(" "))

    def api(self, name: str, words: list[str]) -> str:
        """What an api command prints."""
        if name == "echo":
            return " ".join(words)
        if name == "global_getvar":
            return session_proof(PASSWORD) if words[0] == PROOF else f"boot-{self.exchange.boot}"
        if name == "show":
            return json.dumps({"rows": self._rows(words[0])})
        leg = self.exchange.legs.get(words[0])
        if name == "uuid_exists":
            return "true" if leg is not None else "false"
        if leg is None:
            return "-ERR No such channel!\n"
        return self._leg_api(name, leg, words[1:])

    def _rows(self, what: str) -> list[dict[str, str]]:
        if what == "registrations":
            return [
                {"reg_user": name, "network_ip": "127.0.0.1"}
                for name, phone in self.exchange.phones.items()
                if phone.registered
            ]
        return [{"uuid": leg, "name": f"sofia/sip/{leg}", "application": ""} for leg in self.exchange.legs]

    def _leg_api(self, name: str, leg: ScriptedLeg, words: list[str]) -> str:
        exchange, own = self.exchange, self.variables.setdefault(leg.id, {})
        match name:
            case "uuid_dump":
                return json.dumps(self.dump(leg))
            case "uuid_getvar":
                return self.dump(leg).get(f"variable_{words[0]}") or "_undef_"
            case "uuid_setvar" | "uuid_setvar_multi":
                pairs = [" ".join(words).replace(" ", "=", 1)] if name == "uuid_setvar" else words[0].split(";")
                for pair in pairs:
                    variable, _, value = pair.partition("=")
                    self.set(leg, variable, value)
            case "uuid_kill":
                asyncio.get_running_loop().call_soon(exchange.end, leg, int(words[0]) if words else 16)
            case "uuid_break":
                if (socket := self.sockets.get(leg.id)) is not None:
                    socket.break_off()
            case "uuid_bridge":
                exchange.connect(leg, exchange.legs[words[0]])
            case "uuid_transfer":
                exchange.pull([leg])
            case "uuid_dual_transfer":
                self._both(leg, words[0])
            case "uuid_record" if words[0] == "start":
                exchange.record(leg, Path(words[1]))
            case "uuid_record" if words[0] == "stop":
                exchange.stop_recording(leg)
            case "uuid_record" if words[0] in ("mask", "unmask"):
                exchange.pause_recording(leg, words[0] == "mask")
        own.pop("", None)
        return "+OK\n"

    def _both(self, leg: ScriptedLeg, place: str) -> None:
        members = list(leg.bridge.members) if leg.bridge else [leg]
        if place.startswith("room-"):
            for member in members:
                self.variables[member.id]["hotline_room"] = place.removeprefix("room-").partition("/")[0]
        else:
            self.exchange.pull(members)

    def set(self, leg: ScriptedLeg, name: str, value: str) -> None:
        """Set a variable; some are what the exchange knows of a leg."""
        self.variables[leg.id][name] = value
        if name == "hotline_call":
            leg.call = value
        elif name == "hotline_party":
            leg.party = Party(value)
        elif name == "hotline_agent":
            leg.agent = value

    def dump(self, leg: ScriptedLeg) -> dict[str, str]:
        """A leg as `uuid_dump` shows it."""
        fields = {"Unique-ID": leg.id, "Answer-State": "answered" if leg.answered else "ringing"}
        others = [other for other in leg.bridge.members if other is not leg] if leg.bridge else []
        bridge = {"variable_bridge_to": others[0].id} if others else {}
        place = {"variable_hotline_place": leg.place} if leg.place in ("retry", "emergency") else {}
        marks = {"variable_hotline_call": leg.call, "variable_hotline_party": leg.party.value}
        return fields | marks | self._prefixed(leg.id) | place | bridge

    # ── what applications do ─────────────────────────────────────────────────────────────────────────────────────

    def in_room(self, name: str, but: ScriptedLeg) -> ScriptedLeg | None:
        """Another leg of a conference."""
        return next(
            (
                leg
                for leg in self.exchange.legs.values()
                if leg is not but and self.variables[leg.id].get("hotline_room") == name
            ),
            None,
        )

    def sound(self, path: str) -> tuple[str, float]:
        """What is heard when a file is played, and for how long; music has no end."""
        if path == MUSIC_FILE:
            return MUSIC, float("inf")
        if path.startswith("tone_stream"):
            return "tone", 0.5
        return Path(path).stem, self.exchange.seconds_of(Path(path).stem)

    def socket_closed(self, socket: FrontLeg) -> None:
        """The driver let a leg go: the dialplan goes on with it, unless it is elsewhere by now."""
        leg = socket.leg
        if self.sockets.get(leg.id) is socket:
            del self.sockets[leg.id]
        if leg.gone or leg.session is None or leg.id in self.sockets:
            return
        leg.session = None
        leg.dialplan = True
        if self.variables[leg.id].get("hotline_give_up"):
            self.exchange.give_up(leg)
        else:
            self.exchange.leave_session(leg)
