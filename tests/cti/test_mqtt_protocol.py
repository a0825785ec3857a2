import pytest

from cti.mqtt_protocol import BrokerParser, MqttProtocolError, connect, publish


def test_connect_says_who_and_how_often() -> None:
    packet = connect("me", 30, "u", "pw")
    assert packet == b"\x10\x15\x00\x04MQTT\x04\xc2\x00\x1e\x00\x02me\x00\x01u\x00\x02pw"
    assert connect("me", 30, None, None) == b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x1e\x00\x02me"


@pytest.mark.parametrize(
    ("size", "length"), [(0, b"\x03"), (124, b"\x7f"), (125, b"\x80\x01"), (16_381, b"\x80\x80\x01")]
)
def test_length_takes_as_many_bytes_as_it_needs(size: int, length: bytes) -> None:
    packet = publish("t", b"x" * size)
    assert packet == b"\x30" + length + b"\x00\x01t" + b"x" * size
    assert publish("t", b"", retain=True)[0] == 0x31


@pytest.mark.parametrize("topic", ["", "a/+/b", "a/#", "a\0"])
def test_topic_that_nobody_may_publish_to_is_refused(topic: str) -> None:
    with pytest.raises(ValueError, match="topic"):
        publish(topic, b"")


def test_answers_are_read_wherever_they_are_split() -> None:
    data = b"\x20\x02\x00\x00" + b"\xd0\x00" * 2
    for first in range(len(data)):
        for second in range(first, len(data)):
            parser = BrokerParser()
            found = [kind for part in (data[:first], data[first:second], data[second:]) for kind in parser.feed(part)]
            assert found == [2, 13, 13]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x20\x02\x00\x04", "password"),
        (b"\x20\x02\x00\x09", "code 9"),
        (b"\x20\x01\x00", "CONNACK"),
        (b"\x30\xff\xff\xff\xff", "length"),
        (b"\x30\xff\xff\x7f", "packet of"),
    ],
)
def test_refusal_and_nonsense_are_told(data: bytes, why: str) -> None:
    with pytest.raises(MqttProtocolError, match=why):
        BrokerParser().feed(data)
