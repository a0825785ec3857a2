"""What the assistant reads of a talk: whoever spoke, and nothing that the other did not hear."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from workflow.assistant.talk_words import TalkWords, hear_by
from workflow.assistant.understanding.said import Line
from workflow.transcripts.lines import Line as Told
from workflow.transcripts.lines import Side

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


class Transcripts:
    async def so_far(self, call: str) -> list[Told]:
        def told(number: int, side: Side, text: str, *, apart: bool = False) -> Told:
            return Told(number, side, "", AT, 1.0, text, apart=apart)

        lines = [
            told(1, "agent", "您好请讲"), told(2, "caller", "路灯不亮"), told(3, "agent", "这位市民很急", apart=True),
            told(4, "other", "我来登记"),
        ]  # fmt: skip
        return lines if call == "CALL" else []


async def test_the_talk_as_both_heard_it() -> None:
    transcripts: Any = Transcripts()
    words = TalkWords(transcripts)
    assert await words.so_far("CALL") == [
        Line("agent", "您好请讲"), Line("caller", "路灯不亮"), Line("agent", "我来登记"),
    ]  # fmt: skip
    assert await words.so_far("ANOTHER") == []


def test_words_come_and_go_with_the_transcripts() -> None:
    assistant: Any = SimpleNamespace(words=None)
    transcripts: Any = Transcripts()
    end = hear_by(assistant)(transcripts)
    assert isinstance(assistant.words, TalkWords)
    end()
    assert assistant.words is None
