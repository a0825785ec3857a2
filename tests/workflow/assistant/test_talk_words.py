"""What the assistant reads of a talk: whoever spoke, and nothing that the other did not hear."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
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
        Line("agent", "您好请讲", AT, 1.0), Line("caller", "路灯不亮", AT, 1.0), Line("agent", "我来登记", AT, 1.0),
    ]  # fmt: skip
    assert await words.so_far("ANOTHER") == []


def test_words_of_a_talk_have_their_moment() -> None:
    line = Line("caller", "建设路灯坏", AT, 4.0, (0.2, 0.6, 1.1, 1.9, 3.0))
    assert line.moment(0, 3) == (AT + timedelta(seconds=0.2), 1.7)
    assert line.moment(3, 5) == (AT + timedelta(seconds=1.9), 2.1)
    assert line.moment(4, 5) == (AT + timedelta(seconds=3), 1.0)
    # The recogniser of a city may tell no times of characters: then it is the whole line.
    assert Line("caller", "路灯", AT, 4.0).moment(1, 2) == (AT, 4.0)
    assert Line("typed", "路灯").moment(0, 2) is None


def test_words_come_and_go_with_the_transcripts() -> None:
    assistant: Any = SimpleNamespace(words=None)
    transcripts: Any = Transcripts()
    end = hear_by(assistant)(transcripts)
    assert isinstance(assistant.words, TalkWords)
    end()
    assert assistant.words is None
