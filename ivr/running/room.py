"""What leads people through flows, for a medium other than the telephone: it brings a Conversation and keeps states."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from cti.base.ciphers.cipher import Cipher
from ivr.conversation.port import Conversation
from ivr.reach.surroundings import Surroundings
from ivr.running.interpreter import Ending, Flows, Interpreter
from ivr.running.sealing import seal, unseal
from ivr.running.state import State, Tell
from ivr.settings import SurveySettings
from ivr.speech.spoken_pieces import PromptTexts

Keep = Callable[[State, bool], Awaitable[None]]
"""Keeps a sealed state with the conversation; with True it is on disk when this returns."""


@dataclass(frozen=True, slots=True)
class FlowRoom:
    """Offered by the room of flows. `texts` are the prompts' words; `survey` says after which talks to ask."""

    flows: Flows
    surroundings: Surroundings
    texts: PromptTexts
    survey: SurveySettings
    tell: Tell
    cipher: Cipher

    async def lead(self, conversation: Conversation, flow: str, kept: State | None, keep: Keep) -> Ending:
        """Through a flow from its start, or from the state that was kept; raises as the conversation does."""

        async def save(state: dict[str, Any], durable: bool) -> None:
            await keep(seal(state, self.cipher), durable)

        interpreter = Interpreter(self.flows, conversation, self.surroundings, save, self.tell)
        if kept is not None:
            return await interpreter.run(unseal(kept, self.cipher))
        return await interpreter.start(flow)
