from datetime import UTC, datetime

import pytest

from cti.base.events import AgentStateChanged, AlarmRaised, CallArrived, DigitsEntered, QueueChanged
from cti.base.numbers.number import Number
from cti.process.mqtt import message_of

AT = datetime(2026, 11, 25, tzinfo=UTC)


def test_calls_have_a_topic_each_and_numbers_are_masked() -> None:
    event = CallArrived(
        at=AT, call="C", organisation="city", region="320400", caller=Number.parse("13800000001"),
        called=Number.parse("12345"), trunk="carrier", leg="l",
    )  # fmt: skip
    message = message_of(event)
    assert message is not None
    topic, payload, retained = message
    assert topic == "hotline/v1/calls/C/call_arrived"
    assert payload["caller"] == "138****0001" and payload["called"] == "12345"
    assert not retained


@pytest.mark.parametrize(
    ("said", "told"),
    [("1", "1"), ("123456", "123456"), ("13800000001", "138****0001"), ("32040019900101123X", "320****3X")],
)
def test_what_a_caller_types_may_be_his_number(said: str, told: str) -> None:
    """Identity numbers and numbers to call back went out in clear to whoever listens."""
    event = DigitsEntered(at=AT, call="C", organisation="city", region="320400", node="identity", digits=said)
    message = message_of(event)
    assert message is not None and message[1]["digits"] == told


def test_states_of_agents_and_queues_are_retained() -> None:
    agent = message_of(AgentStateChanged(at=AT, agent="1001", organisation="city", state="ready"))
    queue = message_of(
        QueueChanged(at=AT, queue="general", waiting=0, longest_wait_since=None, ready=1, talking=0, estimate=None)
    )
    assert agent is not None and agent[0] == "hotline/v1/agents/1001" and agent[2]
    assert queue is not None and queue[0] == "hotline/v1/queues/general" and queue[2]


def test_alarms_stay_inside() -> None:
    assert message_of(AlarmRaised(at=AT, name="a", text="b")) is None
