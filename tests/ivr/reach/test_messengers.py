"""Channels that plugins offer to flows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cti.base.numbers.number import Number
from ivr.conversation.port import Facts, OutgoingMessage
from ivr.reach.messengers import Messengers
from ivr.settings import SurveySettings

FACTS = Facts("c", "phone", "city", "320400", Number.parse("13800000001"), Number.parse("12345"))
MESSAGE = OutgoingMessage("sms", "13800000001", "您好")


async def test_sent_over_a_channel_that_is_offered() -> None:
    sent: list[tuple[str, str]] = []

    async def send(message: OutgoingMessage, facts: Facts) -> bool:
        sent.append((message.text, facts.call))
        return True

    messengers = Messengers()
    assert not await messengers.send(MESSAGE, FACTS)
    withdraw = messengers.offer("sms", send)
    with pytest.raises(ValueError, match="sms"):
        messengers.offer("sms", send)
    assert messengers.offers("sms") and await messengers.send(MESSAGE, FACTS)
    assert sent == [("您好", "c")]
    withdraw()
    assert not messengers.offers("sms")


async def test_a_plugin_s_fault_is_no_end_of_a_call() -> None:
    async def send(message: OutgoingMessage, facts: Facts) -> bool:
        raise RuntimeError(datetime.now(UTC))

    messengers = Messengers()
    messengers.offer("sms", send)
    assert not await messengers.send(MESSAGE, FACTS)


@pytest.mark.parametrize(
    ("settings", "asked"),
    [
        (SurveySettings(), True),
        (SurveySettings(enabled=False), False),
        (SurveySettings(not_queues=("general",)), False),
        (SurveySettings(not_queues=("enterprise",)), True),
        (SurveySettings(not_agents=("1001",)), False),
    ],
)
def test_whether_a_caller_is_asked(settings: SurveySettings, asked: bool) -> None:
    assert settings.asks("general", "1001") is asked
