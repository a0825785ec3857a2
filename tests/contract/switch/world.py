"""The world around a switch as the contract's stories see it: citizens and agents at telephones, and who hears whom.

Every driver implements it once, in `drivers/`; a story never knows which one it runs on.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine, Mapping, Set
from pathlib import Path
from typing import Any, Protocol

from cti.base.clock import Clock
from cti.telephony.switch.address import Address
from cti.telephony.switch.port import SwitchControl

CITIZEN = "13800000001"
SECOND_CITIZEN = "13800000002"
AGENTS = ("1001", "1002", "1003")
HOTLINE = "12345"
MUSIC = "music"
PROMPTS = {"greeting": 2.0, "notice": 1.0}
"""Prompts that the switch has, with their seconds."""
PATIENCE = 3
"""Seconds that a caller waits without an engine before the emergency queue."""
REFUSING_TRUNK = "refusing"
"""A carrier that refuses every call with 603."""
SILENT_TRUNK = "silent"
"""A carrier that never answers."""
NARROW_TRUNK = "narrow"
"""One that never answers, and carries one call of ours."""
SLOW_TRUNK = "slow"
"""One that never answers, and takes two calls of ours a second."""
OPEN_TRUNK = "open"
"""One at which the telephone of `OUTSIDE` is."""
OUTSIDE = "13900000009"
"""Somebody's number outside."""


class Line(Protocol):
    """One call at a telephone, as the person there has it."""

    @property
    def name(self) -> str:
        """Whose telephone it is."""

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""

    async def answered(self, timeout: float = 8.0) -> None:
        """Wait until both sides are connected; TimeoutError."""

    async def ringing(self, timeout: float = 8.0) -> None:
        """Wait until the far end rings; TimeoutError."""

    async def ended(self, timeout: float = 8.0) -> None:
        """Wait for its end; TimeoutError."""

    async def answer(self) -> None:
        """Pick up."""

    async def reject(self) -> None:
        """Refuse an incoming call."""

    async def hang_up(self) -> None:
        """Put down."""

    async def press(self, keys: str) -> None:
        """Press keys."""

    async def hold(self) -> None:
        """Put the far end on hold."""

    async def retrieve(self) -> None:
        """Take it back."""

    async def refer(self, to: str) -> None:
        """Blind transfer of the far end to a number."""

    async def refer_to(self, other: Line) -> None:
        """Attended transfer of the far end to the far end of another call of this telephone."""

    async def speak(self, seconds: float) -> None:
        """Speak words for so long."""


class Handset(Protocol):
    """An agent's telephone, registered. With `answer_after` it answers by itself."""

    answer_after: float | None

    async def next_call(self, timeout: float = 8.0) -> Line:
        """The next incoming call, ringing; TimeoutError."""

    async def call(self, to: str) -> Line:
        """Dial."""


class Ear(Protocol):
    """Listens to what a telephone hears."""

    def last_sound(self) -> float:
        """The world's time at which anything was heard last."""


class World(Protocol):
    """A switch that runs, with telephones."""

    @property
    def clock(self) -> Clock:
        """The world's time."""

    @property
    def folder(self) -> Path:
        """A folder of this story's own, into which the switch can write."""

    @property
    def handsets(self) -> Mapping[str, Handset]:
        """The agents' telephones, one for each of `AGENTS`, none answering by itself."""

    @property
    def outside(self) -> Handset:
        """The telephone of `OUTSIDE` at `OPEN_TRUNK`."""

    @property
    def stop_seconds(self) -> float:
        """How soon a prompt must be silent after it was stopped."""

    def engine(self) -> SwitchControl:
        """A driver of its own, as a newly started process has it."""

    async def citizen(self, caller: str = CITIZEN) -> Line:
        """A citizen dials the hotline; returns at once."""

    async def next_ringing(self, timeout: float = 8.0) -> Line:
        """The next of the agents' telephones that rings, whichever it is; TimeoutError."""

    def ear(self, line: Line) -> Ear:
        """Listen at a telephone from now on."""

    def sound(self, seconds: float, rate: int) -> bytes:
        """Something to write into a stream: 16-bit samples."""

    def address(self, agent: str) -> Address:
        """Where an agent's telephone is dialled."""

    def unreachable(self) -> Address:
        """A phone that is not registered."""

    async def hearing(self, seconds: float = 0.45) -> dict[str, frozenset[str]]:
        """What each person on a line hears now while all of them speak: names, prompts or `MUSIC`."""

    async def channels(self, recording: Path) -> tuple[float, tuple[frozenset[str], ...]]:
        """The seconds of a recording (see `CallSession.record`) and who is heard in each channel."""

    async def speech_heard(self, frame: bytes, rate: int) -> bool:
        """Whether a frame of live audio is not silent."""


class Driver(Protocol):
    """A kind of switch under test."""

    def run(self, story: Story, folder: Path, *, ipv6: bool) -> None:
        """Run a story from its beginning in a world where nobody calls; raises what the story raises."""


Story = Callable[[World], Coroutine[Any, Any, None]]


def story(body: Story) -> Callable[[Driver, Path], None]:
    """Make a test of a story, which then runs on every driver."""
    return _test(body, ipv6=False)


def story_over_ipv6(body: Story) -> Callable[[Driver, Path], None]:
    """Make a test of a story in which every telephone and the switch speak IPv6."""
    return _test(body, ipv6=True)


def _test(body: Story, *, ipv6: bool) -> Callable[[Driver, Path], None]:
    @functools.wraps(body)
    def test(driver: Driver, tmp_path: Path) -> None:
        driver.run(body, tmp_path, ipv6=ipv6)

    # pytest takes the fixtures' names from the signature, which must not be the story's.
    del test.__dict__["__wrapped__"]
    test.__annotations__.clear()
    return test


async def hears(world: World, expected: Mapping[str, Set[str]], seconds: float = 0.45) -> None:
    """Everybody hears exactly this, or will in a moment: sound lags on a machine that is busy."""
    for _ in range(5):
        heard = await world.hearing(seconds)
        if heard == expected:
            return
    assert heard == expected


async def until_together(switch: SwitchControl, leg: str) -> None:
    """Wait until a leg that was picked up is really in its talk: a moment later on a real switch; TimeoutError."""
    async with asyncio.timeout(5):
        while not any(found.leg == leg and found.peer for found in await switch.legs()):
            await asyncio.sleep(0.02)


async def until(condition: Callable[[], bool], timeout: float = 5.0) -> None:
    """Wait until something is so; TimeoutError."""
    async with asyncio.timeout(timeout):
        while not condition():
            await asyncio.sleep(0.01)
