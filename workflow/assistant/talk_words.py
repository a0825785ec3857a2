"""What was said in a call, for proposals: from the transcripts, while there are some."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workflow.assistant.asking import Assistant
from workflow.assistant.understanding.said import Line
from workflow.transcripts.service import Transcripts


class TalkWords:
    """Citizen and agents, as they spoke; what one of them did not hear, nobody told him."""

    def __init__(self, transcripts: Transcripts) -> None:
        self._transcripts = transcripts

    async def so_far(self, call: str) -> Sequence[Line]:
        """See `Words.so_far`."""
        told = [one for one in await self._transcripts.so_far(call) if not one.apart]
        return [
            Line("caller" if one.side == "caller" else "agent", one.text, one.at, one.seconds, one.times)
            for one in told
        ]


def hear_by(assistant: Assistant) -> Callable[[Transcripts], Callable[[], None]]:
    """Let the assistant read what is said, while transcripts run."""

    def use(transcripts: Transcripts) -> Callable[[], None]:
        assistant.words = TalkWords(transcripts)

        def end() -> None:
            assistant.words = None

        return end

    return use
