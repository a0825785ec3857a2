"""When a flow cannot go on: a human; where there is none, words of apology and the end."""

from __future__ import annotations

from typing import Any, Protocol

import structlog

from cti.telephony.switch.port import SessionOver
from ivr.conversation.port import Conversation, QueueEnd, QueueRequest, Target, TargetKind
from ivr.reach.surroundings import Surroundings
from ivr.running.state import Save, State
from ivr.speech.spoken_pieces import Prompt

HUMAN, SORRY = "+human", "+sorry"
"""Names that stand for a node in the state."""
STATES = (HUMAN, SORRY)


class Log(Protocol):
    """Where operators are told what went wrong."""

    def info(self, event: str, **values: Any) -> Any:
        """Told for the record."""

    def warning(self, event: str, **values: Any) -> Any:
        """A call took another way than meant."""

    def error(self, event: str, **values: Any) -> Any:
        """A flow must be mended."""

    def exception(self, event: str, **values: Any) -> Any:
        """An error of ours."""


LOG: Log = structlog.get_logger("ivr.interpreter")


class LastResort:
    """Takes over from a flow."""

    def __init__(self, conversation: Conversation, surroundings: Surroundings, save: Save, log: Log) -> None:
        self._conversation = conversation
        self._surroundings = surroundings
        self._save = save
        self._log = log

    async def run(self, state: State) -> str:
        """`human` when a human was reached, else `failed`. Raises SessionOver as the conversation does."""
        if state["node"] != SORRY:
            state = {**state, "node": HUMAN, "entered": True, "begun": False}
            await self._save(state, False)
            if await self._human():
                return "human"
        await self._save({**state, "node": SORRY}, False)
        try:
            await self._conversation.say([Prompt(self._surroundings.sorry)], interrupt=False)
        except SessionOver:
            raise
        except Exception:
            self._log.exception("not even the apology could be said", call=self._conversation.facts.call)
        return "failed"

    async def _human(self) -> bool:
        place = f"queue:{self._surroundings.human_queue}"
        for _ in range(self._surroundings.limits.depth):
            kind, _, name = place.partition(":")
            try:
                if kind == "queue":
                    outcome = await self._conversation.queue(QueueRequest(name))
                    if outcome.end is QueueEnd.OVERFLOW and outcome.to.startswith("queue:"):
                        place = outcome.to
                        continue
                    if outcome.end is not QueueEnd.TALKED:
                        return False
                    place = outcome.then
                elif kind in set(TargetKind):
                    place = (await self._conversation.transfer(Target(TargetKind(kind), name, by_agent=True))).then
                else:
                    return True
            except SessionOver:
                raise
            except Exception:
                self._log.exception("no human can be reached", call=self._conversation.facts.call)
                return False
            if not place:
                return True
        return True
