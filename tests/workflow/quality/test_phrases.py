"""What the score sheets ask agents to say and forbid is judged of every talk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from workflow.quality.phrases import SheetPhrases
from workflow.quality.scoring.library import SheetLibrary
from workflow.quality.scoring.room import SHIPPED
from workflow.transcripts.lines import Line, Side

BEGAN = datetime(2026, 11, 2, 9, tzinfo=UTC)
PHRASES = SheetPhrases(SheetLibrary(shipped=[SHIPPED]))


def lines(*said: tuple[Side, float, str]) -> list[Line]:
    return [
        Line(number, side, "1001" if side == "agent" else "", BEGAN + timedelta(seconds=at), 2.0, text)
        for number, (side, at, text) in enumerate(said, start=1)
    ]


def test_a_talk_with_all_phrases_and_no_forbidden_one_has_no_fault() -> None:
    talk = lines(
        ("agent", 0, "您好，请讲"), ("caller", 3, "你们闭嘴"), ("agent", 8, "跟您核对一下"),
        ("agent", 60, "感谢您的来电"),
    )  # fmt: skip
    found = PHRASES.judge("city", "1001", talk)
    assert found is not None
    assert (found.missing, found.forbidden) == ((), ()), "what the citizen says is no fault of the agent"


def test_what_is_missing_and_what_is_forbidden_stands_once() -> None:
    found = PHRASES.judge("city", "1001", lines(("agent", 0, "这个不归我管"), ("agent", 30, "您好，不归我管，再见")))
    assert found is not None
    assert found.forbidden == ("不归我管",)
    assert len(found.missing) == 2
    assert "开头 15 秒内" in "".join(found.missing), "您好 came too late"


def test_of_an_agent_who_said_nothing_nothing_is_judged() -> None:
    assert PHRASES.judge("city", "1001", lines(("caller", 0, "喂"))) is None
    assert PHRASES.judge("city", "1002", lines(("agent", 0, "您好"))) is None
