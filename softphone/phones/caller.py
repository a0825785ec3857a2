"""One scripted real SIP call to a hotline, with what it hears told line by line."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from softphone.phones.hearing import Ear, Heard, PromptBegan, SoundBegan, SoundKind, told_as
from softphone.phones.key_script import AwaitPrompt, Press, Say, Step, Wait
from softphone.phones.phone_call import CallRefused, PhoneCall
from softphone.phones.phone_events import (
    CallAnswered,
    CallEnded,
    CallProgressed,
    CallRinging,
    EndedBy,
    PhoneEvent,
    RemoteHeld,
    RemoteRetrieved,
)
from softphone.phones.prompt_book import PromptBook
from softphone.phones.sip_stack import SipStack, address
from softphone.phones.sound import Samples
from softphone.phones.story import Story
from softphone.phones.user_agent import UserAgent

_SERVER = re.compile(r"(?:\[(?P<v6>[^\[\]]+)\]|(?P<host>[^\[\]:\s]+))(?::(?P<port>\d{1,5}))?")
_SETTLE = 0.4  # seconds after the answer before the first key: a switch still wiring the call swallows it


@dataclass(frozen=True, slots=True)
class Plan:
    """What the caller does. `server` is host:port; `hold` is how many seconds it stays after the answer at most.

    `say` is said when a person is heard (speech that is no known prompt), or at the answer when no prompts are known;
    but when a step says something, nothing is said without one. `sounds` are those of steps, by file.
    """

    number: str
    server: str
    caller: str
    keys: tuple[Step, ...] = ()
    say: Samples | None = None
    sounds: Mapping[str, Samples] = field(default_factory=dict)
    hold: float = 180.0
    patience: float = 60.0


async def make_call(plan: Plan, book: PromptBook, story: Story) -> int:
    """Make the call and tell its story. Returns 0 when it was answered, else 1.

    Raises OSError when no way leads to the server, baresip.BaresipError when the process has a SIP stack already.
    """
    async with SipStack(local_host(plan.server)) as stack:
        phone = await UserAgent.open(stack, plan.caller, server=plan.server)
        try:
            return await _Caller(plan, book, story).run(phone)
        finally:
            await phone.close()


def local_host(server: str) -> str:
    """Return the address of this machine from which `server` (host:port) is reached; raises OSError, ValueError."""
    host, port = split_address(server)
    family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect(place)
        return str(probe.getsockname()[0])


def split_address(server: str) -> tuple[str, int]:
    """Split `host:port`, `[v6]:port` or a bare host (port 5060); raises ValueError."""
    found = _SERVER.fullmatch(server)
    if not found or (found["v6"] and not _is_v6(found["v6"])):
        raise ValueError(f"{server!r} is not host:port")
    return found["v6"] or found["host"], int(found["port"] or 5060)


def full_address(server: str) -> str:
    """Write any of the forms of `split_address` as host:port."""
    return address(*split_address(server))


def _is_v6(host: str) -> bool:
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True


class _Caller:
    def __init__(self, plan: Plan, book: PromptBook, story: Story) -> None:
        self._plan = plan
        self._story = story
        self._knows_prompts = bool(book.recordings)
        self._ear = Ear(book)
        self._heard_texts: list[str] = []
        self._more_heard = asyncio.Event()
        self._answered_at = 0.0
        self._person = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, phone: UserAgent) -> int:
        plan = self._plan
        self._story.tell(
            "dialling", f"dials {plan.number} at {plan.server} as {plan.caller}", number=plan.number, caller=plan.caller
        )
        ended = asyncio.Event()
        unsubscribe = phone.teller.subscribe(lambda event: self._on_phone(event, ended))
        call = await phone.call(plan.number)
        call.audio.listen(lambda at, samples: self._tell_heard(self._ear.hear(at, samples)))
        try:
            await call.answered(plan.patience)
            self._do(self._press(call))
            self._do(self._talk(call))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), plan.hold)
            if not ended.is_set():
                self._story.tell("hangs_up", f"hangs up after holding the line for {plan.hold:g} s")
            return 0
        except CallRefused:
            return 1
        except TimeoutError:
            self._story.tell("gives_up", f"gives up after {plan.patience:g} s without an answer")
            return 1
        finally:
            await self._end(call)
            unsubscribe()

    async def _end(self, call: PhoneCall) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if not call.is_over:
            await call.hang_up()
            with contextlib.suppress(TimeoutError):
                await call.ended(2.0)

    def _do(self, doing: asyncio._CoroutineLike[None]) -> None:
        task = asyncio.get_running_loop().create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _press(self, call: PhoneCall) -> None:
        await asyncio.sleep(_SETTLE)
        for step in self._plan.keys:
            match step:
                case Wait(seconds):
                    await asyncio.sleep(seconds)
                case AwaitPrompt(words):
                    await self._until_heard(words)
                case Press(keys):
                    self._story.tell("presses", f"presses {' '.join(keys)}", keys=keys)
                    await call.press(keys)
                case Say(file):
                    await self._say(call, self._plan.sounds.get(file, self._plan.say), file)

    async def _talk(self, call: PhoneCall) -> None:
        if self._plan.say is None or any(isinstance(step, Say) for step in self._plan.keys):
            return
        if self._knows_prompts:
            await self._person.wait()
        await self._say(call, self._plan.say, "")

    async def _say(self, call: PhoneCall, sound: Samples | None, file: str) -> None:
        if sound is not None:
            self._story.tell("says", f"says {file or 'something'} for {sound.size / 8000:.1f} s", file=file)
            await call.audio.play(sound)

    async def _until_heard(self, words: str) -> None:
        while not any(words in text for text in self._heard_texts):
            self._more_heard.clear()
            await self._more_heard.wait()
        self._heard_texts.clear()

    def _tell_heard(self, heard: list[Heard]) -> None:
        for fact in heard:
            if isinstance(fact, PromptBegan):
                self._heard_texts.append(fact.text)
                self._more_heard.set()
            if isinstance(fact, SoundBegan) and fact.kind is SoundKind.SPEECH and not self._person.is_set():
                self._person.set()
                self._story.tell("person", "hears a person", at=fact.at)
            elif line := told_as(fact):
                facts = {key: value for key, value in asdict(fact).items() if key != "at"}
                at = fact.at + getattr(fact, "seconds", 0.0)
                self._story.tell(type(fact).__name__, line, at=at, **facts)

    def _on_phone(self, event: PhoneEvent, ended: asyncio.Event) -> None:
        match event:
            case CallRinging():
                self._story.tell("ringing", "180 it rings")
            case CallProgressed():
                self._story.tell("progress", "183 sound before the answer")
            case CallAnswered():
                self._answered_at = event.at
                self._story.tell("answered", "200 answered")
            case RemoteHeld():
                self._story.tell("held", "is put on hold")
            case RemoteRetrieved():
                self._story.tell("retrieved", "is taken off hold")
            case CallEnded():
                self._tell_heard(self._ear.finish())
                self._tell_end(event)
                ended.set()

    def _tell_end(self, event: CallEnded) -> None:
        if event.status is not None:
            self._story.tell(
                "refused", f"{event.status} {event.reason}", status=event.status, reason=event.reason, cause=event.cause
            )
            return
        who = {EndedBy.HERE: "hung up", EndedBy.THERE: "the other side hung up", EndedBy.NETWORK: event.reason}
        seconds = event.at - self._answered_at if self._answered_at else 0.0
        self._story.tell(
            "ended", f"{who[event.ended_by]} after {seconds:.1f} s", by=event.ended_by.value, seconds=round(seconds, 2)
        )
        if quality := event.quality:
            share = 100 * quality.lost / max(quality.received + quality.lost, 1)
            self._story.tell(
                "quality",
                f"sent {quality.sent} and received {quality.received} packets, {quality.lost} lost ({share:.1f} %), "
                f"jitter {quality.jitter_ms:.1f} ms, MOS about {quality.mos:.1f}",
                **asdict(quality),
            )
