"""The socket of one leg of the fake exchange: applications in their order, with what they do to the leg."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cti.telephony.switch.port import DialResult
from cti.telephony.switch.scripted_leg import ScriptedLeg
from cti.telephony.switch.scripted_recording import write_message
from tests.fake_freeswitch.leg import FakeLeg
from tests.fake_freeswitch.wire import Command, reply, serialized

if TYPE_CHECKING:
    from tests.fake_freeswitch.exchange import FakeFreeswitch

SILENCE_SECONDS = 5.0


class FrontLeg(FakeLeg):
    """One session of a leg."""

    def __init__(self, front: FakeFreeswitch, leg: ScriptedLeg, variables: dict[str, str]) -> None:
        super().__init__(leg.id)
        self.variables = variables
        self.leg = leg
        self.front = front
        self._timer: asyncio.TimerHandle | None = None
        self._told: dict[str, str] = {}

    async def connect(self, host: str, port: int) -> FrontLeg:
        try:
            await super().connect(host, port)
        except ConnectionRefusedError:
            self.front.socket_closed(self)
        return self

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._cancel()
        self.front.socket_closed(self)

    # ── what the switch says ─────────────────────────────────────────────────────────────────────────────────────

    def event(self, name: str, headers: dict[str, str] | None = None) -> None:
        state = "hangup" if not self.alive else "answered" if self.leg.answered else "ringing"
        super().event(name, {"Answer-State": state, **self._told, **(headers or {})})

    def complete(self, response: str = "_none_", **variables: str) -> None:
        """The application that runs ends with these variables, and the next begins."""
        self._cancel()
        self.leg.hears = ""
        self._told = {f"variable_{name}": value for name, value in variables.items()}
        command = self.running.pop(0)
        application = {
            "Application": command.headers["execute-app-name"],
            "Application-UUID": command.headers["Event-UUID"],
            "Application-Response": response,
        }
        self.event("CHANNEL_EXECUTE_COMPLETE", application)
        self._told = {}
        if self.running:
            self._begin()

    def _tell_all(self) -> None:
        fields = {
            "Event-Name": "CHANNEL_DATA",
            "Unique-ID": self.uuid,
            "Core-UUID": f"boot-{self.front.exchange.boot}",
            "Event-Date-Timestamp": str(self.front.tick()),
            "Answer-State": "answered" if self.leg.answered else "ringing",
            "Channel-Name": f"sofia/sip/{self.uuid}",
        }
        fields |= {f"variable_{key}": value for key, value in self.variables.items() if value}
        fields |= {"Content-Type": "command/reply", "Reply-Text": "+OK\n", "Socket-Mode": "async", "Control": "full"}
        data = serialized(fields).replace(b"Content-Type: command%2Freply", b"Content-Type: command/reply")
        self.write(data + b"\n")

    def _api(self, line: str) -> str:
        name, *words = line.split(" ")
        return self.front.api(name, words)

    def hang_up(self, cause: str = "NORMAL_CLEARING") -> None:
        self._cancel()
        if not self.transport_is_open:
            return
        super().hang_up(cause)

    @property
    def transport_is_open(self) -> bool:
        """Whether it was connected and not closed."""
        return hasattr(self, "transport") and not self.transport.is_closing()

    # ── applications ─────────────────────────────────────────────────────────────────────────────────────────────

    def _queue(self, command: Command) -> None:
        if not self.alive:
            self.write(reply(f"-ERR invalid session id [{self.uuid}]"))
            return
        self.write(reply("+OK"))
        self.running.append(command)
        if len(self.running) == 1:
            self._begin()

    def _begin(self) -> None:
        headers, exchange = self.running[0].headers, self.front.exchange
        argument = headers.get("execute-app-arg", "")
        match headers["execute-app-name"]:
            case "answer":
                exchange.answer(self.leg)
                self.complete()
            case "playback":
                self._play(argument)
            case "record":
                path, longest, *_ = argument.split(" ")
                self._record(Path(path), float(longest), exchange.now())
            case "bridge":
                self.front.dial(self.leg, argument).add_done_callback(self._dialled)
            case "eavesdrop":
                whispers = self.variables.get("eavesdrop_whisper_bleg") == "true"
                exchange.spy(self.leg, exchange.legs[argument], whispers).add_done_callback(self._over)
            case "conference":
                other = self.front.in_room(argument.partition("@")[0], self.leg)
                if other is None:
                    self.complete()
                else:
                    exchange.join(self.leg, other).add_done_callback(self._over)
            case name:
                raise AssertionError(f"an application that is not known: {name}")

    def _play(self, path: str) -> None:
        heard, seconds = self.front.sound(path)
        limit = float(self.variables.get("playback_timeout_sec") or "inf")
        self.leg.hears = heard
        self._after(min(seconds, limit), partial(self.complete, "FILE PLAYED"))

    def _record(self, path: Path, longest: float, began: float) -> None:
        now = self.front.exchange.now()
        end = min(max(began, self.leg.line.speaks_until) + SILENCE_SECONDS, began + longest)
        if now < end:
            self._after(end - now, partial(self._record, path, longest, began))
            return
        self._recorded(path, now - began)

    def _recorded(self, path: Path, seconds: float) -> None:
        write_message(path, self.leg.line.voice, seconds)
        self.complete(record_ms=str(round(seconds * 1000)))

    def _dialled(self, done: asyncio.Future[Any]) -> None:
        from tests.fake_freeswitch.exchange import CAUSES

        outcome = done.result()
        if outcome.result is not DialResult.ANSWERED and self.running and self.alive and not self.lost:
            self.complete(originate_disposition=CAUSES[outcome.result])

    def _over(self, _: asyncio.Future[Any]) -> None:
        if self.running and self.alive and not self.lost:
            self.complete()

    def pressed(self, digit: str) -> None:
        """A key: told, and perhaps the end of what runs."""
        self.event("DTMF", {"DTMF-Digit": digit})
        if not self.running:
            return
        command = self.running[0]
        name, argument = command.headers["execute-app-name"], command.headers.get("execute-app-arg", "")
        if name in ("playback", "record") and digit in self.variables.get("playback_terminators", "none"):
            if name == "playback":
                self.complete("FILE PLAYED", playback_terminator_used=digit)
                return
            path = Path(argument.split(" ")[0])
            self._cancel()
            self._recorded(path, self.front.exchange.now() - self._began)

    def break_off(self) -> None:
        """uuid_break."""
        if self.running and self.running[0].headers["execute-app-name"] == "playback":
            self.complete("PLAYBACK INTERRUPTED")

    _began = 0.0

    def _after(self, seconds: float, then: Any) -> None:
        self._cancel()
        self._began = self._began if self._timer else self.front.exchange.now()
        self._timer = asyncio.get_running_loop().call_later(seconds, then) if seconds != float("inf") else None

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
