"""A scripted telephone: registers or not, calls under any number, answers by itself or by hand."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable
from typing import Self

import baresip
from baresip import BaresipError, Event, RegistrationError, StackEvent

from softphone.phones.auto_answer import asked_to_answer
from softphone.phones.phone_call import PhoneCall
from softphone.phones.phone_events import (
    CallEnded,
    Following,
    PhoneRegistered,
    PhoneUnregistered,
    RegistrationRefused,
    Teller,
)
from softphone.phones.sip_stack import SipStack

_USER = re.compile(r"[^\s@:;<>\"?,\\]+")
_HOST = re.compile(r"[A-Za-z0-9.:\[\]_-]+")
_SIP_ADDRESS = re.compile(r"\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^<\"]*?))\s*<?sips?:(?:([^@>;]*)@)?", re.IGNORECASE)
_END_PATIENCE = 3.0
ANONYMOUS = "anonymous"
"""As caller: sends the anonymous address of RFC 3323 4.1.1.3."""


class UserAgent:
    """One phone on a `SipStack`. Make it with `open`.

    `answer_after` seconds it answers by itself (None: by hand, see `next_call`); `rejecting` it refuses with 486;
    `heeds_auto_answer` it obeys headers that ask it to answer. All three can be changed at any time.
    """

    def __init__(self, stack: SipStack, user: str, server: str, secret: str, display: str, codecs: tuple[str, ...]):
        self.user = user
        self.server = server
        self.answer_after: float | None = None
        self.rejecting = False
        self.heeds_auto_answer = True
        self.calls: list[PhoneCall] = []
        self._stack = stack
        self._secret = secret
        self._display = display
        self._codecs = codecs
        self._teller = Teller()
        self._incoming: asyncio.Queue[PhoneCall] = asyncio.Queue()
        self._answering: set[asyncio.Task[None]] = set()
        self._identities: dict[tuple[str, str], baresip.UserAgent] = {}
        self._registered = False
        self._leaving = False
        stack.own(self.close)

    @classmethod
    async def open(
        cls,
        stack: SipStack,
        user: str,
        *,
        server: str = "",
        secret: str = "",
        display: str = "",
        register: bool = False,
        codecs: tuple[str, ...] = ("pcma",),
        answer_after: float | None = None,
        timeout: float = 10.0,
    ) -> Self:
        """Make a phone `user` whose switch is `server` (host:port; empty: no switch, calls go to full addresses).

        With `register` it waits for the registrar, `timeout` seconds at most. Raises ValueError for a user that no
        address can carry, baresip.RegistrationError when it is refused.
        """
        phone = cls(stack, user, server or stack.address, secret, display, codecs)
        phone.answer_after = answer_after
        native = await phone._identity(user, display, registering=register)
        native.on_incoming(phone._on_incoming)
        native.on_transfer_call(lambda call: phone._adopt(call, dialled=call.peer or ""))
        native.on(phone._on_registration)
        if register:
            await native.register(timeout=timeout)
            phone._registered = True
        return phone

    @property
    def address(self) -> str:
        """Where this phone can be called without a switch: `user@host:port`."""
        return f"{self.user}@{self._stack.address}"

    def events(self) -> Following:
        """Everything that happens to this phone from now on, as a stream."""
        return self._teller.follow()

    @property
    def teller(self) -> Teller:
        """Where to subscribe for what happens to this phone."""
        return self._teller

    async def call(
        self, to: str, *, caller: str | None = None, display: str | None = None, headers: dict[str, str] | None = None
    ) -> PhoneCall:
        """Send an INVITE to a number at the phone's switch, or to `user@host:port`; returns at once.

        `caller` is the number shown to the other side (default: the phone's own), `ANONYMOUS` hides it.
        Raises ValueError for what no address can carry.
        """
        if display is None:
            display = self._display if caller in (None, self.user) else "Anonymous" if caller == ANONYMOUS else ""
        native = await self._identity(caller or self.user, display)
        number, _, host = to.removeprefix("sip:").partition("@")
        _check_user(number)
        if not _HOST.fullmatch(host or self.server):
            raise ValueError(f"{host!r} is not host:port")
        return self._adopt(await native.dial(f"sip:{number}@{host or self.server}", headers), dialled=number)

    async def next_call(self, timeout: float = 30.0) -> PhoneCall:
        """Wait for the next incoming call, which may be ringing already; raises TimeoutError."""
        return await asyncio.wait_for(self._incoming.get(), timeout)

    def forget_offered(self) -> None:
        """Calls that came in until now are not what `next_call` waits for."""
        while not self._incoming.empty():
            self._incoming.get_nowait()

    async def close(self) -> None:
        """Hang up everything and unregister; never raises for a switch that is gone."""
        self._stack.disown(self.close)
        self.rejecting = True
        for task in tuple(self._answering):
            task.cancel()
        with contextlib.suppress(BaresipError, TimeoutError):
            for call in self.calls:
                await call.hang_up()
            for call in self.calls:
                await call.ended(timeout=_END_PATIENCE)
        if self._registered and not self._leaving:
            self._leaving = True
            with contextlib.suppress(BaresipError):
                await self._identities[self.user, self._display].unregister(timeout=2.0)
                self._teller.tell(PhoneUnregistered(time.monotonic(), self.user, ""))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _identity(self, user: str, display: str, *, registering: bool = False) -> baresip.UserAgent:
        """Return the native agent that calls as `user`; each is made once, since they live as long as the stack."""
        known = self._identities.get((user, display))
        if known is None:
            known = await baresip.UserAgent.create(
                self._stack.runtime, self._account(user, display, registering), transfer_policy="auto"
            )
            self._identities[user, display] = known
        return known

    def _account(self, user: str, display: str, registering: bool) -> str:
        if any(c in display or c in self._secret for c in '"\\\r\n'):
            raise ValueError("quotes, backslashes and line ends cannot stand in a display name or a secret")
        domain = "anonymous.invalid" if user == ANONYMOUS else self.server
        _check_user(user)
        shown = f'"{display}" ' if display else ""
        parameters = [
            f"regint={300 if registering else 0}",
            "answermode=manual",
            f"audio_codecs={','.join(self._codecs)}",
            "dtmfmode=rtpevent",
            f"auth_user={self.user}",
        ]
        if self._secret:
            parameters.append(f'auth_pass="{self._secret}"')
        return f"{shown}<sip:{user}@{domain};transport=udp>;" + ";".join(parameters)

    def _adopt(self, native: baresip.Call, *, dialled: str | None = None) -> PhoneCall:
        call = PhoneCall(self._stack, native, self.user, self._teller)
        self.calls = [*(c for c in self.calls if not c.is_over), call]
        if dialled is not None:
            call.dialled(dialled)
            # An outgoing call's object is made a moment after its INVITE: what came in between is handed on.
            for event in self._stack.told_of(native.handle):
                native._on_stack_event(event)
        return call

    def _on_incoming(self, native: baresip.Call) -> None:
        call = self._adopt(native)
        display, caller = _parse_from(call.headers.get("From") or f"<{native.peer or ''}>")
        call.offered(caller, display)
        if self.rejecting:
            self._do_soon(call.reject)
            return
        self._incoming.put_nowait(call)
        asked = asked_to_answer(call.headers) if self.heeds_auto_answer else None
        after = asked if asked is not None else self.answer_after
        if after is not None:
            self._do_soon(lambda: _answer_later(call, after))

    def _do_soon(self, doing: Callable[[], Awaitable[None]]) -> None:
        async def do() -> None:
            # A call that went away meanwhile tells so itself.
            with contextlib.suppress(BaresipError):
                await doing()

        task = asyncio.get_running_loop().create_task(do())
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    def _on_registration(self, event: StackEvent) -> None:
        stamp = (time.monotonic(), self.user, "")
        if event.event is Event.REGISTER_OK and not self._leaving:
            self._teller.tell(PhoneRegistered(*stamp))
        elif event.event is Event.REGISTER_FAIL:
            status, _, reason = (event.text or "").partition(" ")
            known = int(status) if status.isdigit() else None
            self._teller.tell(RegistrationRefused(*stamp, known, reason if known else event.text or ""))


async def _answer_later(call: PhoneCall, after: float) -> None:
    with contextlib.suppress(TimeoutError):
        # A caller who gives up while it rings is not answered.
        await call.until(CallEnded, timeout=after)
    if not call.is_over:
        await call.answer()


def _check_user(user: str) -> None:
    if not _USER.fullmatch(user):
        raise ValueError(f"no SIP address can carry {user!r}")


def _parse_from(header: str) -> tuple[str, str]:
    """Return display name and user part of a From header (RFC 3261 20.20)."""
    found = _SIP_ADDRESS.match(header)
    if not found:
        return "", ""
    display = re.sub(r"\\(.)", r"\1", found[1]) if found[1] is not None else found[2] or ""
    return display, found[3] or ""


__all__ = ["ANONYMOUS", "RegistrationError", "UserAgent"]
