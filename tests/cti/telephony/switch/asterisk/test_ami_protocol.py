"""The AMI parser and the encoding of actions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.telephony.switch.asterisk.ami_protocol import (
    MAX_ACTION_LINE,
    AmiMessage,
    AmiParser,
    AmiProtocolError,
    encode_action,
    only_events,
)
from tests.cti.telephony.switch.asterisk.recorded import chunks, split_at_every_offset

GREETING = b"Asterisk Call Manager/11.0.0\r\n"


def parsed(*pieces: bytes, max_message: int = 100_000) -> list[list[tuple[str, str]]]:
    parser = AmiParser(max_message=max_message)
    return [list(message) for piece in pieces for message in parser.feed(piece)]


def one(text: str) -> AmiMessage:
    (message,) = greeted().feed(text.encode())
    return message


def greeted(max_message: int = 100_000) -> AmiParser:
    parser = AmiParser(max_message=max_message)
    assert parser.feed(GREETING) == []
    return parser


def test_a_recorded_session_is_read() -> None:
    parser = AmiParser()
    messages = [message for chunk in chunks("ami-calls") for message in parser.feed(chunk)]
    assert parser.version == "11.0.0"
    assert messages[0].response == "Success"
    assert messages[0].get("Challenge").isdecimal()
    assert messages[2].event == "FullyBooted"
    hangups = [message for message in messages if message.event == "Hangup"]
    assert len(hangups) >= 8
    assert all(message["Uniqueid"] and message["Cause"].isdecimal() for message in hangups)
    assert {message.get("CallerIDName") for message in hangups} == {"李四"}
    commands = [message.output for message in messages if message.output]
    assert commands[0][0].startswith("Channel ")
    assert commands[0][-1].endswith("calls processed")
    assert commands[1][0].startswith("No such command")
    getvar = next(message for message in messages if message.get("Variable") == "WHO" and message.response)
    assert getvar["Value"] == "张三(甲)"


def test_a_recorded_originate_response_is_an_event() -> None:
    parser = AmiParser()
    messages = [message for chunk in chunks("ami-calls") for message in parser.feed(chunk)]
    originated = [message for message in messages if message.event == "OriginateResponse"]
    assert len(originated) == 4
    assert all(message.response == "" and message["Response"] == "Success" for message in originated)
    assert all(not message.ok for message in originated)


def test_a_recorded_session_reads_the_same_cut_at_every_offset() -> None:
    # The whole is long: the start of it has every kind of message but the lists.
    whole = b"".join(chunks("ami-calls"))[:6000]
    expected = parsed(whole)
    assert len(expected) > 8
    for first, second in split_at_every_offset(whole):
        assert parsed(first, second) == expected


@pytest.mark.parametrize("name", ["ami-calls", "ami-bad-secret"])
def test_a_recorded_session_reads_the_same_byte_by_byte(name: str) -> None:
    whole = b"".join(chunks(name))
    assert parsed(*(whole[i : i + 1] for i in range(len(whole)))) == parsed(whole)


def test_a_refused_login() -> None:
    parser = AmiParser()
    messages = [message for chunk in chunks("ami-bad-secret") for message in parser.feed(chunk)]
    assert [message.ok for message in messages] == [True, False]
    assert messages[1].message == "Authentication failed"


def test_repeated_headers_are_all_kept_and_the_first_is_read() -> None:
    message = one(
        "Event: Newstate\r\nChannel: a\r\nChanVariable: A=1\r\nChanVariable: B=x=y\r\n"
        "ChanVariable: 名=张 三\r\nDestChanVariable: C=\r\n\r\n"
    )
    assert message["ChanVariable"] == "A=1"
    assert message.get_all("ChanVariable") == ["A=1", "B=x=y", "名=张 三"]
    assert message.variables() == {"A": "1", "B": "x=y", "名": "张 三"}
    assert message.variables("DestChanVariable") == {"C": ""}
    assert message.get_all("Nothing") == []
    assert "Channel" in message
    assert "Nothing" not in message
    assert message.get("Nothing", "none") == "none"
    with pytest.raises(KeyError):
        message["Nothing"]


def test_values_keep_colons_and_spaces() -> None:
    message = one("Event: X\r\nUri: sip:a@b: c\r\nEmpty: \r\nSpaced:  two \r\n\r\n")
    assert message["Uri"] == "sip:a@b: c"
    assert message["Empty"] == ""
    assert message["Spaced"] == " two "


def test_a_line_feed_inside_a_value_stays_in_it() -> None:
    message = one("Event: VarSet\r\nVariable: X\r\nValue: one\ntwo: 2\r\nUniqueid: 1.1\r\n\r\n")
    assert message["Value"] == "one\ntwo: 2"
    assert message["Uniqueid"] == "1.1"


def test_a_line_without_a_colon_is_no_error() -> None:
    message = one("default has 0 calls\r\n   No Members\r\n\r\n")
    assert message.event == message.response == ""
    assert "default has 0 calls" in message


def test_output_of_a_command_line_by_line() -> None:
    message = one(
        "Response: Success\r\nActionID: 1\r\nMessage: Command output follows\r\n"
        "Output: a: 1\r\nOutput: \r\nOutput: b\r\n\r\n"
    )
    assert message.output == ["a: 1", "", "b"]
    assert message.ok
    assert message.action_id == "1"


def test_output_of_a_command_as_plain_text() -> None:
    message = one(
        "Response: Follows\r\nPrivilege: Command\r\nActionID: 7\r\nUptime: 3 hours\nResponse: no header\n"
        "--END COMMAND--\r\n\r\n"
    )
    assert message.response == "Follows"
    assert message.action_id == "7"
    assert message.output == ["Uptime: 3 hours", "Response: no header"]
    assert "Uptime" not in message


def test_a_follows_response_with_output_headers() -> None:
    message = one("Response: Follows\r\nActionID: 7\r\nOutput: x\r\nOutput: y\r\n\r\n")
    assert message.output == ["x", "y"]


def test_a_character_split_over_reads_is_whole() -> None:
    data = "Event: X\r\nName: 张三\r\n\r\n".encode()
    for first, second in split_at_every_offset(data):
        parser = greeted()
        messages = parser.feed(first) + parser.feed(second)
        assert [message["Name"] for message in messages] == ["张三"]


def test_bytes_that_are_not_utf8_are_replaced() -> None:
    parser = greeted()
    messages = parser.feed(b"Event: X\r\nName: a\xffb\xe5\xbc\r\n\r\nEvent: Y\r\n\r\n")
    assert [message.event for message in messages] == ["X", "Y"]
    assert messages[0]["Name"] == "a�b�"


def test_a_short_message_behind_a_split_greeting() -> None:
    for first, second in split_at_every_offset(GREETING + b"Event: A\r\n\r\n"):
        assert parsed(first, second) == [[("Event", "A")]]


@pytest.mark.parametrize("greeting", [b"SSH-2.0-OpenSSH_9.2\r\n", b"\r\n", b"x" * 1000, b"HTTP/1.1 400 Bad\r\n\r\n"])
def test_something_that_is_no_manager_is_refused(greeting: bytes) -> None:
    with pytest.raises(AmiProtocolError, match="not an Asterisk manager"):
        AmiParser().feed(greeting)


def test_a_message_without_an_end_is_refused_at_the_limit() -> None:
    parser = greeted(max_message=1000)
    with pytest.raises(AmiProtocolError, match="limit is 1000"):
        for _ in range(200):
            parser.feed(b"Output: xxxx\r\n")


def test_a_complete_message_over_the_limit_is_refused() -> None:
    with pytest.raises(AmiProtocolError, match="limit is 1000"):
        greeted(max_message=1000).feed(b"Event: A\r\n\r\nOutput: " + b"x" * 1000 + b"\r\n\r\nEvent: B\r\n\r\n")


def test_many_small_messages_in_one_read_are_not_over_the_limit() -> None:
    assert len(greeted(max_message=1000).feed(b"Event: A\r\n\r\n" * 1000)) == 1000


def test_an_action_is_encoded() -> None:
    data = encode_action("Originate", {"ActionID": "s-1", "Priority": 1}, {"A": "张三", "__B": 'a,b"c\\d'})
    assert data.decode() == (
        'Action: Originate\r\nActionID: s-1\r\nPriority: 1\r\nVariable: A=张三\r\nVariable: __B=a\\,b\\"c\\\\d\r\n\r\n'
    )


def test_headers_may_be_pairs() -> None:
    assert encode_action("X", [("A", "1"), ("A", "2")]) == b"Action: X\r\nA: 1\r\nA: 2\r\n\r\n"


@pytest.mark.parametrize("bad", ["a\r\nAction: Command", "a\nb", "a\rb", "a\0b", "\n"])
def test_values_that_start_another_line_are_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="CallerID"):
        encode_action("Originate", {"CallerID": bad})
    with pytest.raises(ValueError, match="Action"):
        encode_action(bad)
    with pytest.raises(ValueError, match="header name"):
        encode_action("Originate", {bad: "x"})
    with pytest.raises(ValueError, match="Variable"):
        encode_action("Originate", {}, {"X": bad})
    with pytest.raises(ValueError, match="Variable"):
        encode_action("Originate", {}, {bad: "x"})


@pytest.mark.parametrize("name", ["", "a:b"])
def test_header_names_that_are_none_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="header name"):
        encode_action("X", {name: "x"})


@pytest.mark.parametrize("name", ["", "A=B"])
def test_variable_names_that_are_none_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="channel variable"):
        encode_action("X", {}, {name: "x"})


def test_what_asterisk_would_discard_is_refused() -> None:
    encode_action("X", {"A": "x" * (MAX_ACTION_LINE - 3)})
    with pytest.raises(ValueError, match="header A: 1023 bytes"):
        encode_action("X", {"A": "x" * (MAX_ACTION_LINE - 2)})
    with pytest.raises(ValueError, match="129 lines"):
        encode_action("X", [("A", "x")] * 128)


def test_a_filter_for_some_events() -> None:
    assert only_events("Hangup", "DTMFEnd") == "^Event: (Hangup|DTMFEnd)[[:space:]]"


VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), max_size=40)
NAMES = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=12)
MESSAGES = st.lists(st.lists(st.tuples(NAMES, VALUES), min_size=1, max_size=8), max_size=6)


@given(MESSAGES, st.data())
def test_any_messages_cut_anywhere_read_the_same(messages: list[list[tuple[str, str]]], data: st.DataObject) -> None:
    whole = GREETING + b"".join(
        "".join(f"{name}: {value}\r\n" for name, value in message).encode() + b"\r\n" for message in messages
    )
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=10)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert parsed(*pieces) == messages


@given(st.lists(st.binary(max_size=200), max_size=10))
def test_any_bytes_end_in_messages_or_a_protocol_error(pieces: list[bytes]) -> None:
    parser = greeted(max_message=500)
    try:
        for piece in pieces:
            for message in parser.feed(piece):
                assert message.event == "" or message.response == ""
                assert list(message)
    except AmiProtocolError:
        pass


def as_asterisk_reads_variables(header: str) -> list[str]:
    """How main/app.c separates the comma-separated list in a Variable header."""
    found, current, quoted, depth = [], "", False, 0
    position = 0
    while position < len(header):
        character = header[position]
        if character == "\\" and position + 1 < len(header):
            position += 1
            current += header[position]
        elif character == '"':
            quoted = not quoted
        elif character == "," and not quoted and not depth:
            found.append(current)
            current = ""
        else:
            depth += character in "(["
            depth -= character in ")]" and depth > 0
            current += character
        position += 1
    return [*found, current]


@given(VALUES)
def test_asterisk_reads_back_any_value_of_a_variable(value: str) -> None:
    try:
        data = encode_action("X", {}, {"NAME": value})
    except ValueError:
        assert len(value.encode()) > 500
        return
    line = data.decode().split("\r\n")[1]
    assert as_asterisk_reads_variables(line.removeprefix("Variable: ")) == [f"NAME={value}"]


def test_the_first_of_repeated_headers_wins_also_with_an_event_first() -> None:
    message = one("Event: A\r\nEvent: B\r\nResponse: C\r\n\r\n")
    assert message.event == "A"
    assert message.response == ""
