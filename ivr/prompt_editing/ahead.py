"""The fixed texts of published flows are spoken before anybody calls, so that no caller waits for synthesis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import structlog

from ivr.definition.flow import Flow
from ivr.lint.names import said_by
from ivr.prompts.synthesis import SynthesisUnavailable
from ivr.prompts.voice import ADMIN

log = structlog.get_logger(__name__)


class Speaks(Protocol):
    """Makes prompts of free text; `ivr.prompts.speaker.Speaker` does."""

    async def prompts(self, text: str, rank: int = ADMIN) -> list[str]:
        """The ids that say `text`; raises SynthesisUnavailable."""


def fixed_texts(flow: Flow) -> list[str]:
    """The texts of a flow that are the same in every call, each once."""
    texts = [
        piece.text.text
        for node in flow.nodes.values()
        for _, piece in said_by(node)
        if piece.text is not None and not piece.text.expressions
    ]
    return list(dict.fromkeys(texts))


async def speak_ahead(speaker: Speaks, flows: Iterable[Flow]) -> None:
    """Speak them all; a caller's own sentences come first. One that cannot be spoken is told."""
    for flow in flows:
        for text in fixed_texts(flow):
            try:
                await speaker.prompts(text, rank=ADMIN)
            except SynthesisUnavailable as error:
                log.warning("a flow's text is not spoken ahead", flow=flow.name, text=text[:60], reason=str(error))
