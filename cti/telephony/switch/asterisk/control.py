"""The whole Asterisk: sessions come over FastAGI, everything else over one AMI connection."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import structlog

from cti.base.call import Party
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.settings import SwitchSettings
from cti.telephony.media.port import AudioStream, Listener
from cti.telephony.switch.address import Address, TrunkAddress
from cti.telephony.switch.asterisk.agi import AgiConnection, AgiServer
from cti.telephony.switch.asterisk.ami import AmiClient, AmiClosed, AmiRefused, AmiTimes
from cti.telephony.switch.asterisk.ami_protocol import AmiMessage, only_events
from cti.telephony.switch.asterisk.audio import AsteriskAudio
from cti.telephony.switch.asterisk.contacts import Contacts, addresses_of
from cti.telephony.switch.asterisk.dialplan import SESSION_CONTEXT, TRUNK_GROUP
from cti.telephony.switch.asterisk.dials import Dials
from cti.telephony.switch.asterisk.line_places import HELD_SECONDS, LinePlaces
from cti.telephony.switch.asterisk.session import AsteriskSession, _dial_string
from cti.telephony.switch.asterisk.sessions import LegSessions
from cti.telephony.switch.asterisk.transfers import BlindTransfers
from cti.telephony.switch.asterisk.translation import EVENTS, snapshot, switch_event
from cti.telephony.switch.keys import EarlyKeys
from cti.telephony.switch.port import (
    Arrival,
    Connected,
    DialResult,
    DigitPressed,
    Disconnected,
    EventHandler,
    LegGone,
    LegHungUp,
    LegPickedUp,
    LegSnapshot,
    LegTransferred,
    SessionForged,
    SessionHandler,
    Side,
    SwitchUnavailable,
)
from cti.telephony.switch.secrets import session_proof

log = structlog.get_logger(__name__)

BUSY_RELOADING = "reload is in progress"
NO_SUCH_CHANNEL = "No such channel"
LATE_SECONDS = 10
"""So long after the ringing's end the switch may still say how a dial went."""
CONTROL_SECONDS = 1.0
"""So long sessions wait for the control connection: a switch that just starts has none to offer."""


class AsteriskSwitch:
    """Asterisk behind `cti.telephony.switch.port.SwitchControl`."""

    def __init__(self, settings: SwitchSettings, secret: str, prompts: Path) -> None:
        self._settings = settings
        self._proof = session_proof(secret).encode()
        self._prompts = prompts
        self._ami = AmiClient(
            "127.0.0.1",
            settings.control_port,
            "engine",
            secret,
            on_event=self._on_message,
            on_up=self._on_up,
            on_down=self._on_down,
            event_filter=[only_events(*EVENTS)],
            times=AmiTimes(first_retry=0.2, last_retry=2.0, refused_retry=10.0),
        )
        self._agi = AgiServer(self._on_connection)
        self._audio = AsteriskAudio(self._action)
        self._sessions = LegSessions(self._session, self._exists, self._transferred, self._gone)
        self._channels: dict[str, str] = {}
        self._contacts = Contacts()
        self._transfers = BlindTransfers()
        self._early = EarlyKeys(time.monotonic)
        self._dials = Dials()
        self._places = LinePlaces(self._action)
        self._on_event: EventHandler = lambda event: None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def name(self) -> str:
        """The switch's name from the settings."""
        return self._settings.name

    @property
    def is_up(self) -> bool:
        """Whether AMI is logged in and resynchronised."""
        return self._ami.up

    async def start(self, on_session: SessionHandler, on_event: EventHandler) -> None:
        """Control first: the first session must find a switch that can be asked, and that tells of keys."""
        self._sessions.on_session, self._on_event = on_session, on_event
        await self._audio.start()
        self._ami.start()
        await self._ami.told_of_events(CONTROL_SECONDS)
        await self._agi.start([("127.0.0.1", self._settings.session_port)])

    async def stop(self) -> None:
        """Legs stay on the switch: their dialplan waits for the next engine."""
        await self._agi.stop()
        await self._ami.close()
        await self._audio.stop()

    # ── sessions ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _on_connection(self, connection: AgiConnection) -> None:
        if not hmac.compare_digest(connection.env.get("agi_arg_9", "").encode(), self._proof):
            peer = connection.peername[0]
            log.warning("session refused: not from the switch", peer=peer)
            self._on_event(SessionForged(peer))
            return
        self._channels[connection.env["agi_uniqueid"]] = connection.env["agi_channel"]
        await self._sessions.take_in(connection)

    def _session(self, connection: AgiConnection, who: Arrival, boot: str) -> AsteriskSession:
        who = replace(who, keys=self._early.take(who.leg, who.keys))
        return AsteriskSession(connection, who, self, self._prompts, boot, call_header=self._settings.call_header)

    async def _exists(self, leg: str) -> bool:
        # Not by the list of CoreShowChannels: it goes on having a channel that is gone while anybody still holds it.
        headers = {"Channel": leg, "Variable": "UNIQUEID"}
        response = await self._action("Getvar", headers, refusal_is_fine=True)
        if not response.ok and response.message != NO_SUCH_CHANNEL:
            raise SwitchUnavailable(f"Getvar: {response.message}")
        return response.ok

    def _transferred(self, leg: str, target: str) -> None:
        if self._transfers.come(leg, target):
            self._on_event(LegTransferred(leg=leg, by="", target=target))

    # ── what sessions need ───────────────────────────────────────────────────────────────────────────────────────

    def channel_of(self, leg: str) -> str:
        """The name of a leg's channel, such as `PJSIP/1001-web-0000002a`."""
        try:
            return self._channels[leg]
        except KeyError:
            raise LegHungUp(f"leg {leg} is gone") from None

    def take(self, leg: str) -> None:
        """End the leg's session as left, before the switch takes it away."""
        self._sessions.take(leg)

    async def stop_playing(self, leg: str) -> None:
        """End what the leg hears; one that plays nothing is no error."""
        await self._action(
            "ControlPlayback", {"Channel": self.channel_of(leg), "Control": "stop"}, refusal_is_fine=True
        )

    async def stop_listening(self, leg: str) -> None:
        """Nothing but a key ends the waiting for one: press one that no telephone has."""
        headers = {"Channel": self.channel_of(leg), "Digit": "D", "Receive": "true", "Duration": "80"}
        await self._action("PlayDTMF", headers, refusal_is_fine=True)

    async def open_stream(self, session: AsteriskSession) -> AudioStream:
        """AudioSocket from within the session."""
        return await self._audio.stream(session)

    # ── verbs ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def legs(self) -> Sequence[LegSnapshot]:
        """Every channel of a phone or trunk."""
        try:
            entries = await self._ami.action_list("CoreShowChannels")
        except (AmiClosed, AmiRefused, TimeoutError) as error:
            raise SwitchUnavailable(f"CoreShowChannels: {error}") from error
        entries = [entry for entry in entries if entry.get("Channel").startswith("PJSIP/")]
        peers: dict[str, list[str]] = {}
        for entry in entries:
            self._channels[entry.get("Uniqueid")] = entry.get("Channel")
            if bridge := entry.get("BridgeId"):
                peers.setdefault(bridge, []).append(entry.get("Uniqueid"))
        return [snapshot(entry, peers) for entry in entries]

    async def hang_up(self, leg: str, cause: int = 16) -> None:
        """End a leg."""
        if leg in self._channels:
            headers = {"Channel": self._channels[leg], "Cause": str(cause)}
            await self._action("Hangup", headers, refusal_is_fine=True)

    async def pull(self, *legs: str) -> None:
        """Redirect one or two legs (Asterisk moves two of one bridge at once with ExtraChannel)."""
        if not 1 <= len(legs) <= 2:
            raise ValueError("one leg or two can be pulled at once")
        names = [self.channel_of(leg) for leg in legs]
        for leg in legs:
            self.take(leg)
        headers = {"Channel": names[0], "Context": SESSION_CONTEXT, "Exten": "s", "Priority": "1"}
        if len(names) == 2:
            headers |= {
                "ExtraChannel": names[1],
                "ExtraContext": SESSION_CONTEXT,
                "ExtraExten": "s",
                "ExtraPriority": "1",
            }
        await self._action("Redirect", headers)

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
        action_id, leg = self._ami.new_action_id(), new_id()
        headers = {
            "Channel": _dial_string(address),
            "ChannelId": leg,
            "Context": SESSION_CONTEXT,
            "Exten": "s",
            "Priority": "1",
            "Timeout": str(int(timeout * 1000)),
            "Async": "true",
        }
        if caller.national:
            headers["CallerID"] = f"<{caller.national}>"
        variables = {
            "__HOTLINE_CALL": call,
            "HOTLINE_PARTY": party.value,
            "HOTLINE_AGENT": agent,
            "AGIEXITONHANGUP": "yes",
            "PJSIP_HEADER(add,X-Hotline-Call)": call,
        }
        if answer_after is not None:
            variables["PJSIP_HEADER(add,Call-Info)"] = f"<sip:hotline>;answer-after={answer_after:.0f}"
            variables["PJSIP_HEADER(add,Alert-Info)"] = f"<sip:hotline>;info=alert-autoanswer;delay={answer_after:.0f}"
        if isinstance(address, TrunkAddress):
            variables[f"GROUP({TRUNK_GROUP})"] = address.trunk
        line = address.trunk if isinstance(address, TrunkAddress) and not address.urgent else None
        with self._dials.under_way(action_id, leg) as dial:
            async with nullcontext(True) if line is None else self._places.held(line) as free:
                if not free:
                    return DialResult.FAILED
                await self._action("Originate", headers, variables=variables, action_id=action_id)
                if line is not None:
                    there = (dial.begun, dial.response)
                    await asyncio.wait(there, timeout=HELD_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            return await dial.result(timeout + LATE_SECONDS)

    async def pause_recording(self, leg: str, paused: bool) -> None:
        """Silence in both channels of the recording."""
        headers = {"Channel": self.channel_of(leg), "Direction": "both", "State": "1" if paused else "0"}
        await self._action("MixMonitorMute", headers)

    async def send_digits(self, leg: str, digits: str) -> None:
        """Play keys to the party."""
        for digit in digits:
            await self._action("PlayDTMF", {"Channel": self.channel_of(leg), "Digit": digit, "Duration": "150"})
            await asyncio.sleep(0.25)

    async def mute(self, leg: str, side: Side, muted: bool) -> None:
        """Silence one direction."""
        direction = "in" if side is Side.SAYS else "out"
        state = "on" if muted else "off"
        await self._action("MuteAudio", {"Channel": self.channel_of(leg), "Direction": direction, "State": state})

    async def tap(self, leg: str) -> Listener:
        """ChanSpy into AudioSocket."""
        return await self._audio.tap(leg, self.channel_of(leg))

    async def phone_addresses(self) -> Mapping[str, str]:
        """By their contacts, which are rewritten to where they come from."""
        try:
            return addresses_of(await self._ami.action_list("PJSIPShowContacts"))
        except AmiRefused:
            return {}
        except (AmiClosed, TimeoutError) as error:
            raise SwitchUnavailable(f"PJSIPShowContacts: {error}") from error

    async def provision(self, *, trunks: bool = False) -> None:
        """Reload phones, trunks, emergency members and waiting music."""
        for module in ("res_pjsip.so", "app_queue.so", "res_musiconhold.so"):
            response = await self._action("Reload", {"Module": module}, refusal_is_fine=True)
            if BUSY_RELOADING in response.message:
                # Somebody at the switch's own console: what he reloads may be what stood there before.
                raise SwitchUnavailable(f"Reload {module}: {response.message}")

    async def _action(
        self,
        name: str,
        headers: dict[str, str],
        *,
        variables: dict[str, str] | None = None,
        action_id: str | None = None,
        refusal_is_fine: bool = False,
    ) -> AmiMessage:
        try:
            response = await self._ami.action(name, headers, variables=variables, action_id=action_id)
        except (AmiClosed, TimeoutError) as error:
            raise SwitchUnavailable(f"{name}: {error or 'no answer'}") from error
        if not response.ok and not refusal_is_fine:
            raise SwitchUnavailable(f"{name}: {response.message}")
        return response

    # ── what the switch tells ────────────────────────────────────────────────────────────────────────────────────

    async def _on_up(self) -> None:
        status = await self._ami.action("CoreStatus")
        boot = f"{status.get('CoreStartupDate')} {status.get('CoreStartupTime')}"
        restarted, self._sessions.boot = self._sessions.boot not in ("", boot), boot
        # Only legs from before the question are judged by its answer.
        before = self._sessions.snapshot()
        self._channels = {leg: name for leg, name in self._channels.items() if leg in before}
        legs = tuple(await self.legs())
        self._sessions.resync(before, {leg.leg for leg in legs})
        self._on_event(Connected(legs=legs, phones=await self._reachable_phones(), restarted=restarted))

    async def _reachable_phones(self) -> frozenset[str]:
        try:
            contacts = await self._ami.action_list("PJSIPShowContacts")
        except AmiRefused:
            return frozenset()
        return self._contacts.resync(contacts)

    def _on_down(self, error: AmiClosed) -> None:
        self._dials.lost()
        self._on_event(Disconnected(str(error)))

    def _on_message(self, message: AmiMessage) -> None:
        if message.event == "OriginateResponse":
            self._dials.answered(message)
            return
        if message.event == "DialBegin":
            self._dialled(message.get("Uniqueid"), message.get("DestUniqueid"), message.get("DestChannel"))
        is_contact = message.event == "ContactStatus"
        event = self._contacts.change(message) if is_contact else switch_event(message)
        if isinstance(event, LegGone):
            self._gone(event)
        elif event is not None:
            if isinstance(event, LegTransferred) and event.target:
                if not self._transfers.tell(event.leg, event.target):
                    return
                # Its dial is over, and the leg comes into the next session only when this one is let go.
                self.take(event.leg)
            elif isinstance(event, DigitPressed) and not self._counts(event):
                return
            self._on_event(event)
            if isinstance(event, LegPickedUp):
                self._dials.picked_up(event.leg)

    def _counts(self, event: DigitPressed) -> bool:
        """Whether a key means something to who listens now, such as a queue: it may have been an answer before."""
        session = self._sessions.find(event.leg)
        if session is None:
            self._early.press(event.leg, event.digit)
        return session is None or session.press(event.digit)

    def _dialled(self, by: str, leg: str, channel: str) -> None:
        self._channels[leg] = channel
        self._dials.begun(leg)
        self._sessions.dialled(by, leg)

    def _gone(self, event: LegGone) -> None:
        self._channels.pop(event.leg, None)
        self._transfers.gone(event.leg)
        self._early.forget(event.leg)
        self._dials.ended(event.leg, event.cause)
        self._sessions.gone(event.leg)
        self._on_event(event)
