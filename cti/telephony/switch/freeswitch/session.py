"""A leg's session over an outbound socket: the verbs of `CallSession` as applications and commands of FreeSWITCH.

While the leg talks, the switch carries it alone and there is no socket: it comes back in a new one when the talk is
over, into the verb that waits for it.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import structlog

from cti.base.call import Party
from cti.telephony.switch.address import PhoneAddress
from cti.telephony.switch.freeswitch.audio import Unicast
from cti.telephony.switch.freeswitch.causes import dial_result
from cti.telephony.switch.freeswitch.dial_strings import answered_after, dial_string
from cti.telephony.switch.freeswitch.dialplan import MUSIC, NOBODY, PIECE_SECONDS, SESSION, room
from cti.telephony.switch.freeswitch.esl_connection import EslConnection, EslHungUp
from cti.telephony.switch.freeswitch.esl_messages import UNDEFINED, ApiResponse, EslEvent, EslRefused
from cti.telephony.switch.freeswitch.leg_socket import LegSocket, Talk
from cti.telephony.switch.keys import ALL_KEYS, collect
from cti.telephony.switch.port import (
    NOTICE,
    Arrival,
    Collected,
    Dialled,
    DialRequest,
    DialResult,
    LegLeft,
    Played,
    SessionOver,
    SpyMode,
    SwitchUnavailable,
)

log = structlog.get_logger(__name__)

BEEP = "tone_stream://%(500,0,1000)"
BREAK_SECONDS = 0.1
"""How soon what is played must have ended after it was told to; then it is told again."""
CUT_SECONDS = 0.06
"""What is played for so short a time has been cut off before it was heard."""
JOIN_TRIES = 30
JOIN_SECONDS = 0.1
"""A leg that was picked up is in its talk a moment later, on a busy machine more; until then nothing can be joined."""
TALK_SECONDS = 5.0
"""Within which a leg that is taken to another is there, or has come back."""


class Channels(Protocol):
    """What a session needs of the whole switch."""

    async def api(self, *parts: str | int) -> ApiResponse:
        """Run an api command; errors are returned. SwitchUnavailable."""

    async def bridge(self, leg: str, other: str) -> None:
        """Make two legs talk; LegHungUp when one of them is gone."""

    async def room_of(self, leg: str) -> str:
        """The conference of the talk that `leg` is in, made of it if need be; empty when it does not talk."""


class FreeswitchSession(LegSocket):
    """One leg while it is not talking; see `cti.telephony.switch.port.CallSession`."""

    def __init__(self, connection: EslConnection, arrival: Arrival, channels: Channels, prompts: Path) -> None:
        super().__init__(connection, arrival)
        self._channels = channels
        self._prompts = prompts
        self._first = connection.variable("hotline_first") or arrival.leg
        self._answered = arrival.answered
        self._stopped = False
        self._playing: asyncio.Future[EslEvent] | None = None
        self._music: asyncio.Task[None] | None = None
        self._waiting = False
        self.taking_part = False
        """Whether the leg hears the talk of others, from within this session: only a transfer takes it out of that."""
        self._broken = False
        """Whether something was told to end, and nothing was played since."""

    async def _begin(self) -> None:
        """A verb begins: the music ends."""
        if self._over.done():
            raise self._over.result()
        if self._music is not None:
            self._waiting = False
            # Not cancelled: a piece that had been asked for would be played before what comes next.
            await self._break(self._music)
            self._music = None

    async def _break(self, running: asyncio.Future[Any]) -> None:
        while not running.done():
            # It may not have begun yet.
            self._broken = True
            await self._api("uuid_break", self.arrival.leg)
            await self._wait_for(running, timeout=BREAK_SECONDS)

    # ── verbs ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def claim(self, call: str, party: Party, agent: str = "") -> None:
        """Mark the leg; what it dials inherits the call."""
        self.arrival = replace(self.arrival, call=call, party=party, agent=agent or self.arrival.agent)
        await self._set(hotline_call=call, hotline_party=party.value, hotline_agent=self.arrival.agent)

    async def answer(self) -> None:
        """Answer without waiting for audio."""
        if self._over.done():
            raise self._over.result()
        if not self._answered:
            await self._run("answer")
            self._answered = True

    async def play(self, prompts: Sequence[str], *, stop_on: str = "") -> Played:
        """One application a piece, so that one that cannot be played is known by its name."""
        # Before anything is waited for: a stop may come meanwhile.
        self._stopped = False
        await self._begin()
        self._keys.resume()
        await self._set(playback_terminators=stop_on or "none", playback_timeout_sec="")
        for prompt in prompts:
            if key := self._keys.take(stop_on):
                return Played(digit=key)
            if self._stopped:
                break
            event = await self._play_whole(self._file(prompt))
            key = event.variable("playback_terminator_used")
            if key and key in stop_on and (taken := self._keys.answered(key, stop_on)):
                return Played(digit=taken, stopped=self._stopped)
            if event.get("Application-Response").startswith("FILE NOT FOUND"):
                log.error("prompt cannot be played", prompt=prompt, call=self.arrival.call)
        # Keys that may end nothing mean nothing.
        return Played(digit=self._keys.take(stop_on), stopped=self._stopped)

    async def _play_whole(self, file: str) -> EslEvent:
        while True:
            began = self._loop.time()
            self._playing = await self._start("playback", file)
            try:
                event = await self._completed(self._playing)
            finally:
                self._playing = None
            late, self._broken = self._broken and not self._stopped, False
            if not late or self._loop.time() - began > CUT_SECONDS or event.variable("playback_terminator_used"):
                return event
            # The end that was meant for what was played before had come after it.

    def _file(self, prompt: str) -> str:
        # Tones and music belong to no language.
        folder = self._prompts.parent if prompt.startswith(("tone/", "music/")) else self._prompts
        return f"{folder}/{prompt}.wav"

    async def collect(
        self, prompts: Sequence[str], *, longest: int, terminators: str = "#", first: float = 5.0, between: float = 3.0
    ) -> Collected:
        """Keys typed ahead and during the prompts count; each further key is waited for."""
        return await collect(self, prompts, longest=longest, terminators=terminators, first=first, between=between)

    async def next_key(self, seconds: float) -> str:
        """The next key; empty when none came in time, or on `stop`."""
        deadline = self._loop.time() + seconds
        while not (key := self._keys.take(ALL_KEYS)) and not self._stopped and self._loop.time() < deadline:
            self._key_pressed.clear()
            pressed = asyncio.ensure_future(self._key_pressed.wait())
            try:
                await self._wait_for(pressed, timeout=deadline - self._loop.time())
            finally:
                pressed.cancel()
        return key

    def forget_keys(self) -> None:
        """Keys typed until now mean nothing."""
        self._keys.forget()

    async def stop(self) -> None:
        """End the prompt under way; a further piece is not begun."""
        self._stopped = True
        self._key_pressed.set()
        if self._playing is not None:
            with suppress(SessionOver):
                await self._break(self._playing)

    async def wait(self) -> None:
        """Music until the next verb, in pieces: only between them does the leg notice that its engine is gone."""
        await self._begin()
        self._keys.pause()
        await self._set(playback_terminators="none", playback_timeout_sec=str(PIECE_SECONDS))
        self._waiting = True
        self._music = self._loop.create_task(self._play_music())

    async def _play_music(self) -> None:
        with suppress(SessionOver, EslRefused, SwitchUnavailable):
            while self._waiting:
                await self._run("playback", MUSIC)

    async def dial(self, request: DialRequest) -> Dialled:
        """Bridge; when the talk is over the leg comes back."""
        if not request.addresses:
            return Dialled(DialResult.UNREACHABLE)
        await self._begin()
        self._keys.pause()
        target = dial_string(request.addresses, self._inherited(request), request.timeout)
        talk = self.talk = Talk()
        try:
            running = await self._start("bridge", target)
            await self._wait_for(running, talk.begun, talk.back)
            if not talk.begun.done() and not talk.back.done():
                cause = (await self._completed(running)).variable("originate_disposition")
                if dial_result(cause) is not DialResult.ANSWERED:
                    return Dialled(DialResult.ANSWERED if talk.picked_up else dial_result(cause))
                # A talk so short that its end was told before its beginning: the leg is on its way back.
            await self._wait_for(talk.back)
            # A talk of a moment is over before the control connection tells of it: the leg that is back knows.
            told = self._connection.variable("originate_disposition")
            met = talk.begun.done() or talk.picked_up or dial_result(told) is DialResult.ANSWERED
            return Dialled(DialResult.ANSWERED if met else DialResult.FAILED, talk.seconds)
        finally:
            self.talk = None

    def _inherited(self, request: DialRequest) -> dict[str, str]:
        found = {
            "hotline_call": self.arrival.call,
            "hotline_first": self._first,
            "hotline_party": request.party.value,
            "hotline_agent": request.agent,
            "hotline_place": "talk",
            "sip_h_X-Hotline-Call": self.arrival.call,
        }
        if request.caller is not None:
            # The name too: by default it is the dialling leg's.
            shown = request.caller.national or NOBODY
            found |= {"origination_caller_id_number": shown, "origination_caller_id_name": shown}
        if request.answer_after is not None:
            found["sip_h_Call-Info"] = answered_after(request.answer_after)
            if not any(isinstance(one, PhoneAddress) and one.is_web for one in request.addresses):
                # A browser tells its agent itself.
                found |= {"bridge_pre_execute_bleg_app": "playback", "bridge_pre_execute_bleg_data": self._file(NOTICE)}
        if request.stays:
            found["transfer_after_bridge"] = SESSION
        return found

    async def connect(self, leg: str) -> float:
        """Take the other leg from wherever it is."""
        await self._begin()
        self._keys.pause()
        talk = self.talk = Talk()
        try:
            await self._channels.bridge(self.arrival.leg, leg)
            await self._wait_for(talk.begun, talk.back, timeout=TALK_SECONDS)
            if not talk.begun.done() and not talk.back.done():
                raise SwitchUnavailable("uuid_bridge: the legs did not meet")
            await self._wait_for(talk.back)
            return talk.seconds
        finally:
            self.talk = None

    async def join(self, leg: str) -> None:
        """Enter the conference that the other leg's talk is, or becomes."""
        await self._begin()
        self._keys.pause()
        for _ in range(JOIN_TRIES):
            if name := await self._channels.room_of(leg):
                break
            await self._wait_for(timeout=JOIN_SECONDS)
        else:
            return
        recording = await self._recording()
        if recording:
            await self._api("uuid_record", self.arrival.leg, "resume", recording)
        await self._set(hotline_room=name)
        await self._take_part(*room(name))
        await self._set(hotline_room="")
        if recording:
            await self._api("uuid_record", self.arrival.leg, "pause", recording)

    async def spy(self, leg: str, mode: SpyMode) -> None:
        """Listen to both sides; whisper only to the spied leg."""
        await self.answer()
        await self._begin()
        self._keys.pause()
        whisper = "true" if mode is SpyMode.WHISPER else "false"
        await self._set(eavesdrop_enable_dtmf="false", eavesdrop_whisper_bleg=whisper)
        await self._take_part("eavesdrop", leg)

    async def _take_part(self, application: str, data: str) -> None:
        self.taking_part = True
        try:
            await self._run(application, data)
        finally:
            self.taking_part = False

    async def record(self, path: Path) -> None:
        """Interleaved raw samples; the switch itself pauses it where the leg does not talk."""
        await self._set(
            RECORD_STEREO="true",
            RECORD_BRIDGE_REQ="false",
            record_sample_rate="8000",
            enable_file_write_buffering="false",
            hotline_recording=str(path),
            api_before_bridge=f"uuid_record {self.arrival.leg} resume {path}",
            api_after_bridge=f"uuid_record {self.arrival.leg} pause {path}",
        )
        for verb in ("start", "pause"):
            await self._api("uuid_record", self.arrival.leg, verb, str(path))

    async def _recording(self) -> str:
        answer = await self._api("uuid_getvar", self.arrival.leg, "hotline_recording")
        return answer.value if answer.value != UNDEFINED else ""

    async def stop_recording(self) -> None:
        """The switch forgets where it was to be paused, too."""
        if path := await self._recording():
            await self._api("uuid_record", self.arrival.leg, "stop", path)
            await self._set(hotline_recording="", api_before_bridge="", api_after_bridge="")

    async def record_message(self, path: Path, *, longest: float, stop_on: str = "#") -> float:
        """A beep, then what the caller says, at most 5 s of silence at the end."""
        await self._begin()
        self._keys.pause()
        await self._set(playback_terminators=stop_on or "none", playback_timeout_sec="")
        await self._run("playback", BEEP)
        event = await self._run("record", f"{path} {math.ceil(longest)} 200 5")
        return float(event.variable("record_ms") or 0) / 1000

    async def stream(self) -> Unicast:
        """Through unicast, which lasts as long as the leg is parked here."""
        await self.answer()
        await self._begin()
        self._keys.pause()
        stream = self._stream = await Unicast.open(int(self._connection.variable("read_rate") or 8000))
        try:
            reply = await self._connection.command("sendmsg", stream.headers)
        except EslHungUp:
            raise await self._fate() from None
        except TimeoutError:
            raise SwitchUnavailable("unicast: no answer") from None
        if not reply.ok:
            raise SwitchUnavailable(f"unicast: {reply.text}")
        stream.when_closed(self._stream_closed)
        return stream

    async def _stream_closed(self) -> None:
        if self._over.done():
            raise self._over.result()

    async def hang_up(self, cause: int = 16) -> None:
        """End the leg."""
        if self._over.done():
            return
        if self._connection.closed:
            await self._channels.api("uuid_kill", self.arrival.leg, cause)
            return
        with suppress(EslHungUp, TimeoutError):
            await self._connection.api("uuid_kill", self.arrival.leg, cause)

    async def give_up(self) -> None:
        """The dialplan goes on to the emergency queue when the socket is closed."""
        await self._begin()
        await self._set(hotline_give_up="1")
        self.end(LegLeft())
        self._connection.close()
