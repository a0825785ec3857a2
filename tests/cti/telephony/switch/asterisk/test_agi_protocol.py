"""The AGI parser and the encoding of commands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.telephony.switch.asterisk.agi_protocol import (
    MAX_COMMAND,
    AgiParser,
    AgiProtocolError,
    AgiReply,
    AgiSignal,
    encode_command,
)
from tests.cti.telephony.switch.asterisk.recorded import chunks, split_at_every_offset

SESSIONS = ["agi-call", "agi-hangup-in-dial", "agi-hangup-in-stream", "agi-redirected"]
HEADERS = b"agi_network: yes\nagi_uniqueid: 1.1\n\n"


def parsed(*pieces: bytes) -> tuple[dict[str, str], list[AgiReply | AgiSignal]]:
    parser = AgiParser()
    items = [item for piece in pieces for item in parser.feed(piece)]
    return parser.environment, items


def reply(data: bytes) -> AgiReply:
    parser = AgiParser()
    assert parser.feed(HEADERS) == [AgiSignal.ENVIRONMENT]
    (item,) = parser.feed(data)
    assert isinstance(item, AgiReply)
    return item


def test_a_recorded_call_is_read() -> None:
    environment, items = parsed(*chunks("agi-call"))
    assert environment["agi_network"] == "yes"
    assert environment["agi_calleridname"] == "李四"
    assert environment["agi_accountcode"] == ""
    assert environment["agi_arg_2"] == "two words"
    assert items[0] is AgiSignal.ENVIRONMENT
    replies = [item for item in items if isinstance(item, AgiReply)]
    sent = b"".join(chunks("agi-call", ">")).decode().splitlines()
    assert len(replies) == len(sent)
    answers = dict(zip(sent, replies, strict=True))
    assert answers["GET VARIABLE NOTHING"].value is None
    assert answers["GET VARIABLE CALL"].value == '一,"二"\\三(四)'
    assert answers["GET DATA beep 3000 2"].result == "12"
    assert not answers["GET DATA beep 3000 2"].timed_out
    assert answers["GET DATA beep 300 4"].result == ""
    assert answers["GET DATA beep 300 4"].timed_out
    assert answers['STREAM FILE no-such ""'].result_code == -1
    assert answers['STREAM FILE no-such ""'].endpos == 0
    assert answers["GET VARIABLE NOTE"].value == 'say "hi" \\ to 张三'
    assert answers["GET FULL VARIABLE ${CALLERID(all)}"].value == '"李四" <13800000001>'
    assert answers['GET FULL VARIABLE "${URIDECODE(a%0Ab (c%0A%0Ad)}"'].value == "a\nb (c\n\nd"
    assert answers["RECORD FILE /tmp/greeting wav # 500"].timed_out
    assert answers["NONSENSE"].code == 510
    assert answers["GET DATA"].code == 520
    assert answers["GET DATA"].text.startswith("520-Invalid command syntax.  Proper usage follows:\n")
    assert answers["GET DATA"].text.endswith("\n520 End of proper usage.")
    assert answers['EXEC NoSuchApp ""'].result_code == -2
    hangup = items.index(AgiSignal.HANGUP)
    after = [item.code for item in items[hangup:] if isinstance(item, AgiReply)]
    assert after == [200, 511]


@pytest.mark.parametrize("name", SESSIONS)
def test_a_recorded_session_reads_the_same_cut_at_every_offset(name: str) -> None:
    whole = b"".join(chunks(name))
    expected = parsed(whole)
    assert AgiSignal.HANGUP in expected[1]
    for first, second in split_at_every_offset(whole):
        assert parsed(first, second) == expected
    assert parsed(*(whole[i : i + 1] for i in range(len(whole)))) == expected


@pytest.mark.parametrize(
    ("line", "result", "value", "endpos"),
    [
        ("200 result=0", "0", None, None),
        ("200 result=-1", "-1", None, None),
        ("200 result=", "", None, None),
        ("200 result= (timeout)", "", "timeout", None),
        ("200 result=12 (timeout)", "12", "timeout", None),
        ("200 result=*12#", "*12#", None, None),
        ("200 result=1 ()", "1", "", None),
        ("200 result=1 (a (b) c)", "1", "a (b) c", None),
        ("200 result=1 (:-) )", "1", ":-) ", None),
        ("200 result=1 (市民 (张三))", "1", "市民 (张三)", None),
        ("200 result=1 (x) endpos=7)", "1", "x) endpos=7", None),
        ("200 result=0 endpos=-8", "0", None, -8),
        ("200 result=49 (dtmf) endpos=16000", "49", "dtmf", 16000),
        ("200 result=-1 (hangup) endpos=0", "-1", "hangup", 0),
        ("200 result=1 (digit) digit=5 endpos=99", "1", "digit", 99),
        ('200 result=1 (speech) endpos=5 results=1 score0=9 text0="a (b)" grammar0=g', "1", "speech", 5),
        ("200 result=1 (one\ntwo\n\nthree)", "1", "one\ntwo\n\nthree", None),
        ("200 result=1 (\n)", "1", "\n", None),
    ],
)
def test_replies(line: str, result: str, value: str | None, endpos: int | None) -> None:
    assert reply(line.encode() + b"\n") == AgiReply(200, result, value, endpos, line)


def test_what_is_left_of_a_value_is_skipped() -> None:
    _, items = parsed(HEADERS, b"200 result=1 (a\nb (c)\n\nd)\n200 result=0\n")
    assert [item.value for item in items if isinstance(item, AgiReply)] == ["a\nb (c", None]


def test_a_hangup_inside_an_open_reply_is_told() -> None:
    _, items = parsed(HEADERS, b"520-Invalid\nHANGUP\nusage\n520 End of proper usage.\n")
    assert items[1] is AgiSignal.HANGUP
    assert items[2] == AgiReply(520, "", None, None, "520-Invalid\nusage\n520 End of proper usage.")


def test_usage_that_is_not_available() -> None:
    assert reply(b"520 Invalid command syntax.  Proper usage not available.\n").code == 520


def test_results_as_numbers() -> None:
    assert reply(b"200 result=49\n").result_code == 49
    assert reply(b"200 result= (timeout)\n").result_code == -1


def test_bytes_that_are_not_utf8_are_replaced() -> None:
    assert reply(b"200 result=1 (a\xff\xe5\xbc)\n").value == "a��"


def test_headers_with_bytes_that_are_not_utf8() -> None:
    environment, items = parsed(b"agi_calleridname: \xd5\xc5\xc8\xfd\n\n")
    assert items == [AgiSignal.ENVIRONMENT]
    assert environment["agi_calleridname"] == "����"


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n", b"HANGUP\n", b"agi_x\n", b"\x16\x03\x01\n"])
def test_something_that_is_no_asterisk_is_refused(data: bytes) -> None:
    with pytest.raises(AgiProtocolError, match="not a FastAGI client"):
        AgiParser().feed(data)


def test_limits() -> None:
    with pytest.raises(AgiProtocolError, match="limit is 100"):
        AgiParser(max_line=100).feed(b"agi_x: " + b"x" * 100)
    with pytest.raises(AgiProtocolError, match="limit is 100"):
        AgiParser(max_line=100).feed(b"agi_x: y\n" * 20)
    parser = AgiParser(max_line=100)
    parser.feed(HEADERS)
    with pytest.raises(AgiProtocolError, match="limit is 100"):
        parser.feed(b"200 result=1 (x\n" + b"xxxxxxxxx\n" * 20)
    parser = AgiParser(max_line=100)
    parser.feed(HEADERS)
    with pytest.raises(AgiProtocolError, match="limit is 100"):
        for _ in range(30):
            parser.feed(b"xxxxx")


def test_the_limit_is_for_each_reply() -> None:
    parser = AgiParser(max_line=100)
    parser.feed(HEADERS)
    for _ in range(20):
        (item,) = parser.feed(b"200 result=1 (one\ntwo\nthree)\n")
        assert isinstance(item, AgiReply)
        assert item.value == "one\ntwo\nthree"


def test_commands_are_encoded() -> None:
    assert encode_command(("STREAM FILE", "welcome", "")) == b'STREAM FILE welcome ""\n'
    assert encode_command(("SET", "VARIABLE", "X", "张 三")) == 'SET VARIABLE X "张 三"\n'.encode()
    assert encode_command(("GET DATA", "beep", 3000, 2)) == b"GET DATA beep 3000 2\n"
    assert encode_command(("SET VARIABLE", "X", '"\\')) == b'SET VARIABLE X "\\"\\\\"\n'
    assert encode_command(("ANSWER",)) == b"ANSWER\n"


@pytest.mark.parametrize("bad", ["a\nHANGUP", "a\r", "\0", "\n"])
def test_arguments_that_start_another_command_are_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="SET VARIABLE: an argument"):
        encode_command(("SET VARIABLE", "X", bad))
    with pytest.raises(ValueError, match="not an AGI command"):
        encode_command((bad,))


@pytest.mark.parametrize("parts", [(), ("",), (5,), ("EXEC  Dial",), ('EXEC "',), (" ANSWER",)])
def test_what_is_no_command_is_refused(parts: tuple[str | int, ...]) -> None:
    with pytest.raises(ValueError, match="not an AGI command"):
        encode_command(parts)


def test_what_asterisk_would_cut_is_refused() -> None:
    assert len(encode_command(("NOOP", "x" * (MAX_COMMAND - 6)))) == MAX_COMMAND
    with pytest.raises(ValueError, match="2048 bytes"):
        encode_command(("NOOP", "x" * (MAX_COMMAND - 5)))
    with pytest.raises(ValueError, match="127 arguments"):
        encode_command(("NOOP", *["x"] * 126))


def as_asterisk_reads(line: str) -> list[str]:
    """How res/res_agi.c separates the arguments of a command (parse_args)."""
    found: list[str] = []
    quoted = escaped = False
    between = True
    for character in line:
        if character == '"' and not escaped:
            quoted = not quoted
            if quoted and between:
                found.append("")
                between = False
        elif character in " \t" and not quoted and not escaped:
            between = True
        elif character == "\\" and not escaped:
            escaped = True
        else:
            if between:
                found.append("")
                between = False
            found[-1] += character
            escaped = False
    return found


ARGUMENTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), max_size=30)


@given(st.lists(ARGUMENTS, max_size=8))
def test_asterisk_reads_back_any_arguments(arguments: list[str]) -> None:
    line = encode_command(("SET VARIABLE", *arguments)).decode()
    assert line.endswith("\n")
    assert as_asterisk_reads(line[:-1]) == ["SET", "VARIABLE", *arguments]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=40), st.data())
def test_any_value_on_one_line_cut_anywhere(value: str, data: st.DataObject) -> None:
    whole = HEADERS + f"200 result=1 ({value})\nHANGUP\n200 result=0\n".encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    _, items = parsed(*(whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)))
    assert items[0] is AgiSignal.ENVIRONMENT
    assert isinstance(items[1], AgiReply)
    assert items[1].value == value
    assert items[2] is AgiSignal.HANGUP
    assert items[3] == AgiReply(200, "0", None, None, "200 result=0")


@given(st.lists(st.binary(max_size=100), max_size=10), st.booleans())
def test_any_bytes_end_in_items_or_a_protocol_error(pieces: list[bytes], ready: bool) -> None:
    parser = AgiParser(max_line=200)
    if ready:
        parser.feed(HEADERS)
    try:
        for piece in pieces:
            for item in parser.feed(piece):
                assert isinstance(item, AgiReply | AgiSignal)
    except AgiProtocolError:
        pass
