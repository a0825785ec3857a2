"""The other side of a simulated conversation: the script plays the caller, the queue and the agents."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ivr.conversation.script import Action

MOST_KEYS = 128
"""Keys kept ahead; what is typed beyond them is lost, as on a telephone."""

_HAPPENS_IN = {"agent": "queue", "overflow": "queue", "dial": "transfer", "speak": "record"}


@dataclass(slots=True)
class World:
    """What the script has decided about the rest of the world."""

    agents: str = "free"
    slow: float = 0.0
    status: str = ""


class SimulatedCaller:
    """Works off a script. `verb` is what the conversation does now; `offer` what the script has ready for it."""

    def __init__(self, actions: Sequence[Action], tell: Callable[[str, str], None]) -> None:
        self.world = World()
        self.keys: deque[str] = deque()
        self.words: deque[str] = deque()
        self.offer: Action | None = None
        self.gone = False
        self.verb = ""
        self._actions = deque(actions)
        self._tell = tell
        self._event = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def unused(self) -> list[str]:
        """Steps of the script that never came about."""
        return [str(action) for action in self._actions if action.verb != "wait"]

    @property
    def is_done(self) -> bool:
        """Whether the script is at its end."""
        return not self._actions

    def begin(self) -> None:
        """Let the caller begin."""
        self._task = asyncio.get_running_loop().create_task(self._act())

    async def close(self) -> None:
        """Stop the caller: he says and types nothing more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def stir(self) -> None:
        """Something has changed: whoever waits looks again."""
        waiting, self._event = self._event, asyncio.Event()
        waiting.set()

    async def stirred(self, seconds: float) -> None:
        """Wait for a change, at most so long."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            await self._event.wait()

    async def _act(self) -> None:
        while self._actions:
            await self._do(self._actions[0])
        self.stir()

    async def _do(self, action: Action) -> None:
        match action.verb:
            case "wait":
                await asyncio.sleep(action.seconds)
                self._actions.popleft()
            case "hangup":
                self._actions.popleft()
                self.gone = True
                self._tell("hangs up", "")
                self.stir()
            case "press" | "type":
                if action.verb == "press":
                    await self._until(lambda: self.verb in ("hear", "queue", "record") and not self.keys)
                self._actions.popleft()
                self._tell("presses", action.value)
                self.keys.extend(action.value[: MOST_KEYS - len(self.keys)])
                self.stir()
                await asyncio.sleep(0)
            case "say":
                await self._until(lambda: self.verb == "hear" and not self.words)
                self._actions.popleft()
                self._tell("says", action.value)
                self.words.append(action.value)
                self.stir()
            case "agents":
                self._actions.popleft()
                self.world.agents = action.value
            case "slow":
                self._actions.popleft()
                self.world.slow = action.seconds
            case "status":
                self._actions.popleft()
                self.world.status = action.value
            case verb:
                wanted = _HAPPENS_IN[verb]
                await self._until(lambda: self.verb == wanted and self.offer is None)
                self.offer = self._actions.popleft()
                self.stir()
                await self._until(lambda: self.offer is None)
