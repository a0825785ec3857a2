"""Scripted agents on real SIP phones: sign in, go ready, answer, talk, hang up, wrap up, and ready again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import numpy as np
from baresip import BaresipError

from cti.base.refusal import Refusal
from cti.base.settings import Settings
from cti.office.identity.demo_accounts import FIRST_AGENT, demo_password
from cti.office.identity.local import local_token
from softphone.phones.agent_desk import AgentDesk, DeskRefused
from softphone.phones.caller import full_address, local_host
from softphone.phones.hearing import Ear, Heard, SoundBegan, SoundKind
from softphone.phones.phone_call import CallRefused, PhoneCall
from softphone.phones.phone_events import CallEnded, CallOffered, EndedBy
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import Samples, silence
from softphone.phones.story import Story
from softphone.phones.user_agent import UserAgent

T = TypeVar("T")

_TROUBLES = (DeskRefused, aiohttp.ClientError, BaresipError, TimeoutError, OSError)
_MISSED = ("ring_no_answer", "rejected", "busy")  # breaks that a missed call brings; others are meant
MOST = 5
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 10.0


@dataclass(frozen=True, slots=True)
class AgentPlan:
    """What the agents do. Seconds: `talk`, `answer_after`, `wrapup`; `server` None takes what the console says."""

    count: int
    url: str
    data: Path
    server: str | None
    talk: float
    answer_after: float
    wrapup: float
    say: Samples


async def work(plan: AgentPlan, story: Story) -> int:
    """Let the agents work until cancelled; then they sign out and unregister. ValueError for a wrong number.

    They sign in with `HOTLINE_DEMO_PASSWORD`; without one, by the right of whoever owns the hotline's data.
    """
    wanted = logins(plan.count)
    async with contextlib.AsyncExitStack() as exits:
        desks = [AgentDesk(plan.url) for _ in wanted]
        for desk in desks:
            exits.push_async_callback(desk.close)
        agents = [
            ScriptedAgent(plan, story, desk, login, demo_password()) for desk, login in zip(desks, wanted, strict=True)
        ]
        phone = await _until_it_works(agents[0].phone_data, story, "the console")
        stack = SipStack(local_host(full_address(plan.server or str(phone["server"]))))
        await exits.enter_async_context(stack)
        try:
            for agent in agents:
                await agent.plug_in(stack)
            async with asyncio.TaskGroup() as group:
                for agent in agents:
                    group.create_task(agent.work())
        finally:
            await asyncio.gather(*(agent.leave() for agent in agents))
    return 0


def logins(count: int) -> list[str]:
    """The first `count` agents of the accounts for a first look; ValueError."""
    if not 1 <= count <= MOST:
        raise ValueError(f"{count} agents asked for, there are 1 to {MOST}")
    return [str(FIRST_AGENT + one) for one in range(count)]


class ScriptedAgent:
    """One agent: a desk and a phone."""

    def __init__(self, plan: AgentPlan, story: Story, desk: AgentDesk, login: str, password: str) -> None:
        self._plan = plan
        self._story = story
        self._desk = desk
        self._login = login
        self._password = password
        self._phone: UserAgent | None = None
        self._secret = ""
        self._signed_in = False
        self._state = ""

    async def phone_data(self) -> Mapping[str, Any]:
        """Sign in and return the data of the desk phone."""
        if not self._signed_in:
            person = await self._enter()
            self._signed_in = True
            self._tell("signed_in", f"signs in ({person.get('name', '')})")
        return await self._desk.phone()

    async def _enter(self) -> Mapping[str, Any]:
        if self._password:
            return await self._desk.sign_in(self._login, self._password)
        try:
            token = await local_token(Settings.load(self._plan.data), self._login)
        except Refusal as refusal:
            raise DeskRefused(403, refusal.code, str(refusal)) from None
        return await self._desk.enter(token)

    async def plug_in(self, stack: SipStack) -> None:
        """Sign in and register the phone; waits for a console or a switch that is not up yet."""
        self._phone = await _until_it_works(lambda: self._register(stack), self._story, self._login)
        self._tell("registered", f"its phone is registered at {self._phone.server}")

    async def work(self) -> None:
        """Go ready and take calls, for ever; trouble with the console is told and tried again."""
        assert self._phone is not None
        async with asyncio.TaskGroup() as group:
            group.create_task(self._take_calls(self._phone))
            group.create_task(self._attend_desk())

    async def leave(self) -> None:
        """Sign out and unregister; what cannot be reached any more is left alone."""
        if self._signed_in:
            with contextlib.suppress(*_TROUBLES):
                await self._desk.ask_state("signed_out")
                await self._desk.sign_out()
            self._tell("signed_out", "signs out")
        if self._phone:
            await self._phone.close()

    async def _register(self, stack: SipStack) -> UserAgent:
        data = await self.phone_data()
        self._secret = self._secret or await self._desk.new_secret()
        return await UserAgent.open(
            stack,
            str(data["endpoint"]),
            server=full_address(self._plan.server or str(data["server"])),
            secret=self._secret,
            register=True,
            answer_after=self._plan.answer_after,
        )

    async def _attend_desk(self) -> None:
        """Follow the own state and act on it; over a lost connection or session, sign in again."""
        pause = _FIRST_PAUSE
        while True:
            try:
                await self.phone_data()
                await self._desk.ask_state("ready")
                async for snapshot in self._desk.snapshots():
                    pause = _FIRST_PAUSE
                    await self._act_on(snapshot)
                trouble = "the console closed the connection"
            except _TROUBLES as problem:
                trouble = str(problem) or type(problem).__name__
                if isinstance(problem, DeskRefused) and problem.status == 401:
                    self._signed_in = False
            self._tell("trouble", f"{trouble}; tries again in {pause:.0f} s")
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _act_on(self, snapshot: Mapping[str, Any]) -> None:
        state = str(snapshot.get("state", ""))
        if state == self._state:
            return
        self._state = state
        self._tell("state", f"is {state}")
        try:
            if state == "wrapup":
                await asyncio.sleep(self._plan.wrapup)
                await self._desk.end_wrapup()
            elif state == "break" and snapshot.get("reason") in _MISSED:
                await asyncio.sleep(self._plan.wrapup)
                await self._desk.ask_state("ready")
        except DeskRefused as problem:
            # The console, or a supervisor, may have moved the agent on meanwhile.
            if problem.status == 401:
                raise

    async def _take_calls(self, phone: UserAgent) -> None:
        while True:
            call = await phone.next_call(timeout=1e9)
            offered = call.told(CallOffered)
            caller = offered.caller if offered else ""
            self._tell("rings", f"rings: {caller}")
            try:
                await call.answered(60)
            except (CallRefused, TimeoutError) as problem:
                # The caller gave up, or the queue took the call back.
                self._tell("missed", f"missed it ({str(problem) or 'no answer'})")
                continue
            await self._talk(call)

    async def _talk(self, call: PhoneCall) -> None:
        self._tell("answers", "answers")
        ear = Ear()
        heard_person = False

        def hear(at: float, samples: Samples) -> None:
            nonlocal heard_person
            if not heard_person and any(_is_person(fact) for fact in ear.hear(at, samples)):
                heard_person = True
                self._tell("hears", "hears the caller")

        call.audio.listen(hear)
        talking = asyncio.create_task(self._keep_talking(call))
        try:
            ended = await call.ended(self._plan.talk)
        except TimeoutError:
            self._tell("hangs_up", f"hangs up after {self._plan.talk:g} s")
            await call.hang_up()
            ended = await call.ended(5)
        finally:
            talking.cancel()
            await asyncio.gather(talking, return_exceptions=True)
        self._tell_end(ended)

    async def _keep_talking(self, call: PhoneCall) -> None:
        sentence = np.concatenate([self._plan.say, silence(1.0)])
        while await call.audio.play(sentence):
            pass

    def _tell_end(self, ended: CallEnded) -> None:
        quality = ended.quality
        if ended.ended_by is not EndedBy.HERE:
            self._tell("ended", "the other side hung up" if ended.ended_by is EndedBy.THERE else ended.reason)
        if quality and quality.lost:
            self._tell("quality", f"lost {quality.lost} of {quality.received + quality.lost} packets")

    def _tell(self, what: str, line: str) -> None:
        self._story.tell(what, f"{self._login} {line}", agent=self._login)


def _is_person(fact: Heard) -> bool:
    return isinstance(fact, SoundBegan) and fact.kind is SoundKind.SPEECH


async def _until_it_works(doing: Callable[[], Awaitable[T]], story: Story, who: str) -> T:
    """Do it; while the console or the switch is not up yet, tell so and try again."""
    pause = _FIRST_PAUSE
    while True:
        try:
            return await doing()
        except _TROUBLES as problem:
            # A wrong password does not become right by waiting.
            if isinstance(problem, DeskRefused) and problem.status in (400, 401, 403, 422):
                raise ValueError(f"{who}: {problem}") from problem
            story.tell("trouble", f"{who}: {problem or type(problem).__name__}; tries again in {pause:.0f} s")
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
