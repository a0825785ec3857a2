"""The whole FreeSWITCH: sessions come over outbound sockets, everything else over one inbound connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog

from cti.base.call import Party
from cti.base.numbers.number import Number
from cti.base.settings import SwitchSettings
from cti.telephony.switch.address import Address
from cti.telephony.switch.freeswitch.audio import Unicast
from cti.telephony.switch.freeswitch.causes import dial_result
from cti.telephony.switch.freeswitch.dial_strings import answered_after, dial_string
from cti.telephony.switch.freeswitch.dialplan import PROOF
from cti.telephony.switch.freeswitch.esl import EslClient, EslClosed, EslTimes
from cti.telephony.switch.freeswitch.esl_connection import EslSession
from cti.telephony.switch.freeswitch.esl_messages import UNDEFINED, ApiResponse, EslEvent, EslRefused
from cti.telephony.switch.freeswitch.esl_server import EslServer
from cti.telephony.switch.freeswitch.inventory import Inventory
from cti.telephony.switch.freeswitch.phones import PROFILE, PROFILE6
from cti.telephony.switch.freeswitch.session import FreeswitchSession
from cti.telephony.switch.freeswitch.sessions import LegSessions
from cti.telephony.switch.freeswitch.tap import open_tap
from cti.telephony.switch.freeswitch.translation import CUSTOM, EVENTS, LEG_EVENTS, READS, switch_event
from cti.telephony.switch.keys import EarlyKeys
from cti.telephony.switch.port import (
    Arrival,
    Connected,
    DialResult,
    DigitPressed,
    Disconnected,
    EventHandler,
    LegDialled,
    LegGone,
    LegHungUp,
    LegPickedUp,
    LegSnapshot,
    LegTransferred,
    PhoneReachable,
    SessionForged,
    SessionHandler,
    Side,
    SwitchUnavailable,
)
from cti.telephony.switch.secrets import session_proof

log = structlog.get_logger(__name__)

LATE_SECONDS = 1.0
LEFT_SECONDS = 0.5
"""A leg that comes to us is in its session by then."""
LOOKS = 4
"""So often it is looked for legs that a dead engine left: the switch's table has the newest ones a second later."""
SETTLE_TRIES = 50
SETTLE_SECONDS = 0.02
MEET_SECONDS = 1.0
"""Who was picked up is in the talk within that."""
ANSWER_SECONDS = 10.0
"""How much longer than its ringing a dial may take."""
CONTROL_SECONDS = 1.0
"""So long sessions wait for the control connection: a switch that just starts has none to offer."""
IN_SESSION = "session/XML/session"


class FreeswitchSwitch:
    """FreeSWITCH behind `cti.telephony.switch.port.SwitchControl`."""

    def __init__(self, settings: SwitchSettings, secret: str, prompts: Path) -> None:
        self._settings = settings
        self._esl = EslClient(
            "127.0.0.1",
            settings.control_port,
            secret,
            on_event=self._on_message,
            on_up=self._on_up,
            on_down=self._on_down,
            events=EVENTS,
            custom=CUSTOM,
            reads=READS,
            times=EslTimes(first_retry=0.2, last_retry=2.0, refused_retry=10.0),
        )
        self._inventory = Inventory(self.api)
        self._sessions = LegSessions(
            lambda connection, who: FreeswitchSession(connection, self._with_keys(who), self, prompts),
            self._exists,
            lambda leg, target: self._on_event(LegTransferred(leg=leg, by=self._peers.get(leg, ""), target=target)),
            self._gone,
        )
        self._server = EslServer(
            self._sessions.take_in,
            EslSession(guarded=True, proof=(PROOF, session_proof(secret)), only=LEG_EVENTS),
            lambda peer: self._on_event(SessionForged(peer)),
        )
        self._early = EarlyKeys(time.monotonic)
        self._peers: dict[str, str] = {}
        """With whom a leg talked last."""
        self._diallers: dict[str, str] = {}
        """By whom a leg that exists was dialled."""
        self._taps: dict[str, Unicast] = {}
        self._on_event: EventHandler = lambda event: None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def name(self) -> str:
        """The switch's name from the settings."""
        return self._settings.name

    @property
    def is_up(self) -> bool:
        """Whether the control connection is logged in and resynchronised."""
        return self._esl.up

    async def start(self, on_session: SessionHandler, on_event: EventHandler) -> None:
        """Control first: the first session must find a switch that can be asked, and that tells of keys."""
        self._sessions.on_session, self._on_event = on_session, on_event
        self._esl.start()
        await self._esl.told_of_events(CONTROL_SECONDS)
        await self._server.start([("127.0.0.1", self._settings.session_port)])

    async def stop(self) -> None:
        """Legs stay on the switch: their dialplan waits for the next engine."""
        for task in self._tasks:
            task.cancel()
        self._sessions.stop()
        await self._server.stop()
        await self._esl.close()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ── what sessions need ───────────────────────────────────────────────────────────────────────────────────────

    async def api(self, *parts: str | int) -> ApiResponse:
        """Run an api command; errors are returned."""
        try:
            return await self._esl.api(*parts)
        except (EslClosed, TimeoutError) as error:
            raise SwitchUnavailable(f"{parts[0]}: {error or 'no answer'}") from error

    async def bridge(self, leg: str, other: str) -> None:
        """Make two legs talk, taking the other from wherever it is."""
        await self._settled(other)
        self._sessions.take(other)
        if not (await self.api("uuid_bridge", leg, other)).ok:
            raise LegHungUp(f"leg {other} is gone")

    async def room_of(self, leg: str) -> str:
        """The conference of a talk; a bridge becomes one."""
        if name := await self._getvar(leg, "hotline_room"):
            return name
        peer = await self._getvar(leg, "bridge_to")
        if not peer:
            return ""
        name = f"talk-{leg}"
        place = f"room-{name}/XML/room"
        await self.api("uuid_dual_transfer", leg, place, place)
        return name

    async def _settled(self, leg: str) -> None:
        """Wait until a leg that exists is in a session or in its talk: what is asked of it on the way would be lost."""
        for _ in range(SETTLE_TRIES):
            if not await self._exists(leg):
                raise LegHungUp(f"leg {leg} is gone")
            peer = self._peers.get(leg)
            if self._sessions.has_socket(leg) or (peer is not None and self._peers.get(peer) == leg):
                return
            if await self._getvar(leg, "hotline_place") in ("retry", "emergency"):
                return
            await asyncio.sleep(SETTLE_SECONDS)

    async def _exists(self, leg: str) -> bool:
        return (await self.api("uuid_exists", leg)).value == "true"

    async def _getvar(self, leg: str, name: str) -> str:
        answer = await self.api("uuid_getvar", leg, name)
        return answer.value if answer.ok and answer.value != UNDEFINED else ""

    # ── verbs ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def legs(self) -> Sequence[LegSnapshot]:
        """Every channel of a phone or trunk."""
        return await self._inventory.legs()

    async def hang_up(self, leg: str, cause: int = 16) -> None:
        """End a leg."""
        await self.api("uuid_kill", leg, cause)

    async def pull(self, *legs: str) -> None:
        """Transfer legs that talk; one that is in a session gets another one on the same socket."""
        for leg in legs:
            await self._settled(leg)
        parked = [leg for leg in legs if await self._is_parked(leg)]
        moving = [leg for leg in legs if leg not in parked]
        together = len(moving) == 2 and await self._getvar(moving[0], "bridge_to") == moving[1]
        for leg in moving:
            self._sessions.take(leg)
            if await self._getvar(leg, "hotline_place") == "emergency":
                # What comes now is recorded as the house wants it.
                await self.api("uuid_record", leg, "stop", "all")
        if together:
            await self.api("uuid_dual_transfer", moving[0], IN_SESSION, IN_SESSION)
        else:
            for leg in moving:
                await self.api("uuid_transfer", leg, "session", "XML", "session")
        for leg in parked:
            self._sessions.begin_again(leg, self._quieten(leg))

    async def _is_parked(self, leg: str) -> bool:
        """Whether a leg is in a session; who was just picked up is as good as in his talk."""
        session = self._sessions.find(leg)
        if session is None or not self._sessions.has_socket(leg) or session.taking_part:
            return False
        talk = session.talk
        if talk is not None and talk.picked_up:
            await asyncio.wait((talk.begun,), timeout=MEET_SECONDS)
        return talk is None or not talk.begun.done()

    async def _quieten(self, leg: str) -> None:
        """End what a leg hears and whom it dials."""
        for dialled in [found for found, by in self._diallers.items() if by == leg]:
            await self.api("uuid_kill", dialled, 16)
        await self.api("uuid_break", leg)

    async def originate(
        self,
        address: Address,
        *,
        call: str,
        party: Party,
        agent: str,
        caller: Number,
        timeout: float,
        answer_after: float | None = None,
    ) -> DialResult:
        """Dial a phone into a session of its own."""
        leg = str(uuid4())
        variables = {
            "origination_uuid": leg,
            "hotline_call": call,
            "hotline_first": leg,
            "hotline_party": party.value,
            "hotline_agent": agent,
            "hotline_caller": caller.national,
            "hotline_place": "talk",
            "sip_h_X-Hotline-Call": call,
            "origination_caller_id_number": caller.national,
            "sip_h_Call-Info": answered_after(answer_after),
        }
        target = dial_string([address], variables, timeout)
        try:
            answer = await self._esl.bgapi(
                "originate", target, "session", "XML", "session", timeout=timeout + ANSWER_SECONDS
            )
        except TimeoutError:
            return DialResult.FAILED
        except EslClosed as error:
            if self._esl.up:
                raise SwitchUnavailable(f"originate: {error}") from error
            return DialResult.FAILED
        except EslRefused as error:
            raise SwitchUnavailable(str(error)) from error
        return DialResult.ANSWERED if answer.ok else dial_result(answer.error)

    async def pause_recording(self, leg: str, paused: bool) -> None:
        """Silence in both channels of the recording."""
        if path := await self._getvar(leg, "hotline_recording"):
            await self.api("uuid_record", leg, "mask" if paused else "unmask", path)

    async def send_digits(self, leg: str, digits: str) -> None:
        """Play keys to the party."""
        await self.api("uuid_send_dtmf", leg, digits)

    async def mute(self, leg: str, side: Side, muted: bool) -> None:
        """Silence one direction."""
        direction = "read" if side is Side.SAYS else "write"
        await self.api("uuid_audio", leg, "start", direction, "mute", int(muted))

    async def tap(self, leg: str) -> Unicast:
        """A loopback leg that hears one side of `leg` in front, and sends it to us behind."""
        if not await self._exists(leg):
            raise LegHungUp(f"leg {leg} is gone")
        front, stream = await open_tap(self._esl, leg)
        self._taps[front] = stream

        async def closed() -> None:
            self._taps.pop(front, None)
            with suppress(SwitchUnavailable):
                await self.api("uuid_kill", front)

        stream.when_closed(closed)
        return stream

    async def phone_addresses(self) -> Mapping[str, str]:
        """By the table of registrations."""
        return await self._inventory.addresses()

    async def provision(self, *, trunks: bool = False) -> None:
        """Take up changed phones, trunks and waiting music."""
        await self.api("reloadxml")
        await self.api("reloadacl")
        for profile in (PROFILE, PROFILE6):
            if trunks:
                # A gateway that is known is never read again; calls that it carries go on without it.
                await self.api("sofia", "profile", profile, "killgw", "_all_")
            await self.api("sofia", "profile", profile, "rescan")
        await self.api("local_stream", "reload", "default")

    # ── what the switch tells ────────────────────────────────────────────────────────────────────────────────────

    async def _on_up(self) -> None:
        self._inventory.begin()
        boot = (await self.api("global_getvar", "core_uuid")).value
        restarted, self._sessions.boot = self._sessions.boot not in ("", boot), boot
        # Only legs from before the question are judged by its answer.
        before = self._sessions.snapshot()
        legs = tuple(await self.legs())
        existing = {leg.leg for leg in legs}
        for leg, session in before.items():
            if leg not in existing and not await self._exists(leg):
                self._sessions.lost(leg, session)
        self._peers = {leg.leg: leg.peer for leg in legs if leg.peer}
        self._diallers = {leg: by for leg, by in self._diallers.items() if leg in existing}
        phones = await self._inventory.phones()
        await self._wake(legs)
        self._on_event(Connected(legs=legs, phones=phones, restarted=restarted))
        asyncio.get_running_loop().call_later(LATE_SECONDS, self._look_again, phones)

    async def _wake(self, legs: Sequence[LegSnapshot]) -> None:
        """Who hears music while he waits for an engine need not hear it to its end, nor wait for one that died before
        it took him.
        """
        self._spawn(self._fetch(await self._in("socket")))
        alone = {leg.leg for leg in legs if leg.place in ("session", "retry")}
        for leg in alone & await self._in("playback"):
            await self.api("uuid_break", leg)

    async def _in(self, application: str) -> set[str]:
        """The legs that are in this application of the dialplan, and in no session."""
        rows = await self._inventory.channels()
        here = [row["uuid"] for row in rows if row["application"] == application]
        return {leg for leg in here if not self._sessions.has_socket(leg)}

    async def _fetch(self, seen: Collection[str]) -> None:
        """Who was in nobody's socket, and still is a moment later, was left there: he comes anew."""
        with suppress(SwitchUnavailable):
            for _ in range(LOOKS):
                await asyncio.sleep(LEFT_SECONDS)
                found = await self._in("socket")
                # While somebody is on his way into a session, he cannot be told from who was left.
                left = set() if self._server.setting_up else found & set(seen)
                for leg in left:
                    # A leg in a talk may have come there from its socket, without another application.
                    talks = await self._getvar(leg, "bridge_to") or await self._getvar(leg, "hotline_room")
                    # On a busy machine one may have come to us only while that was asked.
                    if not talks and not self._sessions.has_socket(leg):
                        log.info("leg fetched that a dead engine had not taken", leg=leg)
                        await self.api("uuid_transfer", leg, "session", "XML", "session")
                seen = found

    def _look_again(self, phones: frozenset[str]) -> None:
        self._spawn(self._find_late(phones))

    async def _find_late(self, phones: frozenset[str]) -> None:
        """Who registered just before we came is in the table a moment later."""
        with suppress(SwitchUnavailable):
            for phone in await self._inventory.phones() - phones:
                self._on_event(PhoneReachable(phone, True))

    def _on_down(self, error: EslClosed) -> None:
        self._on_event(Disconnected(str(error)))

    def _on_message(self, message: EslEvent) -> None:
        if message.name == "CHANNEL_BRIDGE":
            self._met(message)
        elif message.name == "CUSTOM":
            self._inventory.hear(message)
        elif message.name == "CHANNEL_HANGUP_COMPLETE" and (stream := self._taps.pop(message.uuid, None)) is not None:
            stream.end()
        event = switch_event(message)
        match event:
            case None:
                return
            case LegGone():
                self._gone(event)
                return
            case LegDialled() if event.by:
                self._diallers[event.leg] = event.by
            case LegPickedUp():
                dialler = self._sessions.find(self._diallers.get(event.leg, ""))
                if dialler is not None and dialler.talk is not None:
                    dialler.talk.picked_up = True
            case DigitPressed():
                session = self._sessions.find(event.leg)
                if session is None:
                    self._early.press(event.leg, event.digit)
                elif not session.press(event.digit):
                    # It was an answer before: who listens now, such as a queue, is asked something else.
                    return
        self._on_event(event)

    def _met(self, message: EslEvent) -> None:
        first, second = message.get("Bridge-A-Unique-ID"), message.get("Bridge-B-Unique-ID")
        self._peers[first], self._peers[second] = second, first
        for leg in (first, second):
            self._sessions.met(leg, message)

    def _with_keys(self, who: Arrival) -> Arrival:
        return replace(who, keys=self._early.take(who.leg, who.keys))

    def _gone(self, event: LegGone) -> None:
        self._peers.pop(event.leg, None)
        self._diallers.pop(event.leg, None)
        self._early.forget(event.leg)
        self._sessions.end(event.leg, LegHungUp())
        self._on_event(event)
