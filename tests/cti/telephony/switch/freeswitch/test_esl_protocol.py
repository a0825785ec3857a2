"""The ESL parser, the decoding of messages and the encoding of commands."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.telephony.switch.freeswitch.esl_messages import (
    ApiResponse,
    AuthRequest,
    DisconnectNotice,
    EslEvent,
    EslMessage,
    EslRefused,
    EslReply,
    EslUnreadable,
    HeaderSelection,
    OtherMessage,
    Rejected,
)
from cti.telephony.switch.freeswitch.esl_protocol import (
    MAX_COMMAND,
    EslParser,
    EslProtocolError,
    encode_command,
    execute_headers,
    join_arguments,
    subscription,
)
from tests.fake_freeswitch.recorded import INBOUND, OUTBOUND, chunks, rows, split_at_every_offset
from tests.fake_freeswitch.wire import CommandReader, api_response, json_event, plain_event, rejection, reply

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def parsed(*pieces: bytes) -> list[EslMessage]:
    parser = EslParser()
    return [message for piece in pieces for message in parser.feed(piece)]


def told(messages: list[EslMessage]) -> list[object]:
    """Messages as values that can be compared."""
    return [message.headers if isinstance(message, EslEvent) else message for message in messages]


def events(name: str) -> list[EslEvent]:
    return [message for message in parsed(*chunks(name)) if isinstance(message, EslEvent)]


def one_event(data: bytes) -> EslEvent:
    (event,) = parsed(data)
    assert isinstance(event, EslEvent)
    return event


def test_a_recorded_call_is_read() -> None:
    messages = parsed(*chunks("inbound-json-bridged-call"))
    assert messages[0] == AuthRequest()
    assert messages[1] == EslReply("+OK accepted", {"Content-Type": "command/reply", "Reply-Text": "+OK accepted"})
    assert messages[-1] == DisconnectNotice(
        False, "", "Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/"
    )
    responses = [message for message in messages if isinstance(message, ApiResponse)]
    assert all(response.ok for response in responses)
    assert ApiResponse("第一行%0A第二行") in responses
    jobs = [event for event in events("inbound-json-bridged-call") if event.name == "BACKGROUND_JOB"]
    assert [job["Job-UUID"] for job in jobs] == ["job-a", "job-b"]
    assert ApiResponse(jobs[0].body).value == "aaaaaaaa-0000-4000-8000-001795562607"


def test_a_recorded_leg_is_hung_up_with_236_headers() -> None:
    hangups = [one for one in events("inbound-json-bridged-call") if one.name == "CHANNEL_HANGUP_COMPLETE"]
    assert max(len(event.headers) for event in hangups) > 230
    last = hangups[-1]
    assert last.uuid == last["Unique-ID"]
    assert last["Hangup-Cause"] == "NORMAL_CLEARING"
    assert last.variable("hangup_cause_q850") == "16"
    assert last.variable("nothing", "none") == "none"


def test_recorded_failures_are_told_apart() -> None:
    messages = parsed(*chunks("inbound-json-failures"))
    errors = [message.error for message in messages if isinstance(message, ApiResponse) and not message.ok]
    assert errors == [
        "USER_BUSY",
        "NO_ANSWER",
        "INVALID_GATEWAY",
        "SUBSCRIBER_ABSENT",
        "No such channel!",
        "Invalid uuid",
        "nosuchapi Command not found!",
    ]
    refused = [message for message in messages if isinstance(message, EslReply) and not message.ok]
    assert [reply.text for reply in refused] == ["-ERR command not found"]
    with pytest.raises(EslRefused, match=r"^nosuchcmd: -ERR command not found$"):
        refused[0].checked("nosuchcmd")


def test_a_recorded_wrong_password() -> None:
    request, answer, notice = parsed(*chunks("inbound-bad-auth"))
    assert request == AuthRequest()
    assert isinstance(answer, EslReply)
    assert not answer.ok
    assert isinstance(notice, DisconnectNotice)


def test_a_recorded_outbound_session() -> None:
    messages = parsed(*chunks(OUTBOUND))
    data, linger = messages[0], messages[1]
    assert isinstance(data, EslReply)
    assert data.ok
    assert len(data.headers) == 165
    assert data.headers["Event-Name"] == "CHANNEL_DATA"
    assert data.headers["Channel-Channel-Name"] == "sofia/external/13900000002@127.0.0.1"
    assert data.headers["variable_current_application_data"] == "127.0.0.1:18084 async full"
    assert isinstance(linger, EslReply)
    assert linger.text == "+OK will linger 5 seconds"
    (notice,) = [message for message in messages if isinstance(message, DisconnectNotice)]
    assert notice == DisconnectNotice(True, data.headers["Unique-ID"], "")
    assert messages.index(notice) < len(messages) - 5
    digits = [message["DTMF-Digit"] for message in messages if isinstance(message, EslEvent) and message.name == "DTMF"]
    assert digits == ["1", "2", "#"]


def test_recorded_plain_events_read_as_their_json_twins() -> None:
    plain, as_json = events("inbound-plain-bridged-call"), events("inbound-json-bridged-call")
    note = "variable_cti_note"
    assert {event[note] for event in as_json if note in event} == {"第一行%0A第二行"}
    # A plain event's value is not escaped again: what looks like an escape is lost, but stays inside its value.
    assert {event[note] for event in plain if note in event} == {"第一行\n第二行"}
    assert {event.name for event in plain} == {event.name for event in as_json}
    bridges = [[event for event in some if event.name == "CHANNEL_BRIDGE"] for some in (plain, as_json)]
    assert bridges[0][0].headers.keys() == bridges[1][0].headers.keys()
    jobs = [event for event in plain if event.name == "BACKGROUND_JOB"]
    assert all(job.body.startswith("+OK ") for job in jobs)


def raw(messages: list[EslMessage]) -> list[object]:
    """Messages as values that can be compared without decoding events."""
    return [message.raw if isinstance(message, EslEvent) else message for message in messages]


@pytest.mark.parametrize("name", [*INBOUND, OUTBOUND])
def test_a_recorded_stream_reads_the_same_cut_at_every_offset(name: str) -> None:
    whole = b"".join(chunks(name))
    # Cut everywhere is its first part, where all kinds of messages lie; the whole is cut at places drawn at random.
    part = whole[:9000]
    expected = raw(parsed(part))
    assert len(expected) > 2
    for first, second in split_at_every_offset(part):
        assert raw(parsed(first, second)) == expected
    rng = random.Random(name)
    everything = raw(parsed(whole))
    for _ in range(40):
        cuts = sorted(rng.sample(range(len(whole)), min(50, len(whole) // 2)))
        pieces = [whole[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
        assert raw(parsed(*pieces)) == everything


@pytest.mark.parametrize("name", ["inbound-json-failures", OUTBOUND])
def test_every_border_of_a_recorded_message_may_be_a_border_of_reads(name: str) -> None:
    whole = b"".join(chunks(name))
    everything = raw(parsed(whole))
    borders = [at for at in range(len(whole)) if whole.startswith((b"Content-", b'{"Event'), at)]
    for border in borders:
        for at in range(max(0, border - 2), border + 2):
            assert raw(parsed(whole[:at], whole[at:])) == everything


def test_a_recorded_stream_reads_the_same_byte_by_byte() -> None:
    whole = b"".join(chunks(OUTBOUND))
    assert raw(parsed(*(whole[at : at + 1] for at in range(len(whole))))) == raw(parsed(whole))


@given(
    st.lists(
        st.tuples(st.sampled_from(["json", "plain", "api", "reply"]), st.dictionaries(TEXT, TEXT, max_size=4), TEXT)
    ),
    st.randoms(use_true_random=False),
)
def test_whatever_values_there_are_messages_come_out_as_they_went_in(
    sent: list[tuple[str, dict[str, str], str]], rng: random.Random
) -> None:
    stream, expected = b"", list[object]()
    for kind, values, text in sent:
        fields = {"Event-Name": "CUSTOM", **{f"Name-{at}": value for at, value in enumerate(values.values())}}
        if kind == "api":
            stream += api_response(text)
            expected.append(ApiResponse(text or "-ERR no reply\n"))
        elif kind == "reply":
            stream += reply("+OK")
            expected.append(EslReply("+OK", {"Content-Type": "command/reply", "Reply-Text": "+OK"}))
        elif kind == "json":
            stream += json_event(fields, text)
            expected.append({**fields, "Content-Length": str(len(text.encode())), "_body": text})
        else:
            stream += plain_event({name: value.replace("%", "％") for name, value in fields.items()}, text)
            body = {"Content-Length": str(len(text.encode())), "_body": text} if text else {}
            fields = {name: value.replace("%", "％") for name, value in fields.items()}
            expected.append({name: "" if value == "_undef_" else value for name, value in fields.items()} | body)
    cuts = sorted(rng.choices(range(len(stream) + 1), k=5))
    pieces = [stream[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert told(parsed(*pieces)) == expected


@given(st.lists(st.binary(max_size=60) | st.sampled_from([b"\n\n", b"Content-Length: 5\n", b"Content-Type: x\n"])))
def test_any_bytes_are_messages_or_a_clear_error(pieces: list[bytes]) -> None:
    parser = EslParser(max_headers=200, max_body=200)
    try:
        for piece in pieces:
            for message in parser.feed(piece):
                if isinstance(message, EslEvent):
                    readable(message)
    except EslProtocolError as error:
        assert str(error)


def readable(event: EslEvent) -> bool:
    try:
        event.get("Unique-ID")
    except EslUnreadable:
        return False
    return True


@given(st.binary(max_size=300))
def test_any_content_of_an_event_ends_no_connection(content: bytes) -> None:
    for kind in (b"json", b"plain"):
        head = b"Content-Length: %d\nContent-Type: text/event-%b\n\n" % (len(content), kind)
        event, answer = parsed(head + content + reply("+OK"))
        assert isinstance(event, EslEvent)
        readable(event)
        assert isinstance(answer, EslReply)


def test_an_event_of_250_headers() -> None:
    fields = {"Event-Name": "CHANNEL_HANGUP_COMPLETE", **{f"variable_{at}": "值" * at for at in range(250)}}
    for data in (json_event(fields), plain_event(fields)):
        event = one_event(data)
        assert event.name == "CHANNEL_HANGUP_COMPLETE"
        assert event.headers == fields


def test_a_caller_id_injects_no_header_into_a_plain_event() -> None:
    evil = "x%0AUnique-ID: stolen%0A%0AContent-Type: api/response%0A"
    event = one_event(plain_event({"Event-Name": "CHANNEL_CREATE", "Caller-ID": evil, "Unique-ID": "real"}))
    assert event.uuid == "real"
    assert event["Caller-ID"] == evil.replace("%0A", "\n")
    assert set(event.headers) == {"Event-Name", "Caller-ID", "Unique-ID"}


def test_odd_line_ends_inside_a_value_do_not_end_it() -> None:
    fields = {"Event-Name": "X", "Odd": "a\u2028b\u0085c\x0bd\re", "Last": "1"}
    for data in (json_event(fields), plain_event(fields)):
        assert one_event(data).headers == fields


def test_empty_values() -> None:
    fields = {"Event-Name": "X", "Empty": ""}
    assert b"Empty: _undef_\n" in plain_event(fields)
    assert one_event(plain_event(fields)).headers == one_event(json_event(fields)).headers == fields


def test_bytes_that_are_not_utf8_spoil_only_themselves() -> None:
    content = b'{"Event-Name":"X","Caller":"' + "张三".encode("gbk") + b'","Unique-ID":"1"}'
    event = one_event(b"Content-Length: %d\nContent-Type: text/event-json\n\n%b" % (len(content), content))
    assert event.name == "X"
    assert event.uuid == "1"
    assert "�" in event["Caller"]
    content = b"Event-Name: X\nCaller: " + "张三".encode("gbk") + b"\nUnique-ID: 1\n\n"
    event = one_event(b"Content-Length: %d\nContent-Type: text/event-plain\n\n%b" % (len(content), content))
    assert event.uuid == "1"


def test_arrays_read_as_in_plain_events() -> None:
    content = json.dumps({"Event-Name": "X", "variable_list": ["a", "b"], "n": 3, "none": None}).encode()
    event = one_event(b"Content-Length: %d\nContent-Type: text/event-json\n\n%b" % (len(content), content))
    assert event.variable("list") == "ARRAY::a|:b"
    assert (event["n"], event["none"]) == ("3", "null")


def test_an_unreadable_event_is_told_as_such_and_the_next_is_read() -> None:
    for content in (b'{"Event-Name":"X","broken', b"[]", b"nothing"):
        data = b"Content-Length: %d\nContent-Type: text/event-json\n\n%b" % (len(content), content)
        broken, good = parsed(data + json_event({"Event-Name": "Y"}))
        assert isinstance(broken, EslEvent)
        assert broken.name in ("X", "")
        with pytest.raises(EslUnreadable, match="JSON event"):
            broken.get("Unique-ID")
        assert isinstance(good, EslEvent)
        assert good.headers == {"Event-Name": "Y"}


def test_selected_headers_read_as_all_do() -> None:
    names = ["Unique-ID", "variable_cti_note", "Hangup-Cause", "Answer-State", "nothing"]
    parser = EslParser(reads=HeaderSelection(names))
    whole = b"".join(chunks("inbound-json-bridged-call"))
    selected = [message for message in parser.feed(whole) if isinstance(message, EslEvent)]
    for event, full in zip(selected, events("inbound-json-bridged-call"), strict=True):
        event.check()
        for name in names:
            assert event.get(name, "-") == full.headers.get(name, "-")
        assert event._known is not None
        assert len(event._known) < 6
        assert event.uuid == full.uuid
        assert event["Core-UUID"] == full["Core-UUID"]
        assert event.headers == full.headers
        assert ("nothing" in event, "Core-UUID" in event) == (False, True)
        with pytest.raises(KeyError):
            event["nothing"]
    assert any(event.variable("cti_note") == "第一行%0A第二行" for event in selected)


def test_a_selected_header_that_is_odd_reads_as_it_does_among_all() -> None:
    reads = HeaderSelection(["Caller", "list"])
    for content in (
        b'{"Event-Name":"X","list":["a","b"],"Caller":"1"}',
        b'{"Event-Name":"X","list":null,"Caller":"%b"}' % "张".encode("gbk"),
    ):
        data = b"Content-Length: %d\nContent-Type: text/event-json\n\n%b" % (len(content), content)
        event, full = EslParser(reads=reads).feed(data)[0], EslParser().feed(data)[0]
        assert isinstance(event, EslEvent)
        assert isinstance(full, EslEvent)
        event.check()
        assert event.headers == full.headers
        assert event["list"] == full["list"]
    (plain,) = EslParser(reads=reads).feed(plain_event({"Event-Name": "X", "Caller": "a b", "Other": "c d"}))
    assert isinstance(plain, EslEvent)
    assert (plain["Caller"], plain["Other"]) == ("a b", "c d")
    content = b'{"Event-Name":"X","broken'
    (broken,) = EslParser(reads=reads).feed(
        b"Content-Length: %d\nContent-Type: text/event-json\n\n%b" % (len(content), content)
    )
    assert isinstance(broken, EslEvent)
    with pytest.raises(EslUnreadable):
        broken.check()


def test_an_event_whose_name_does_not_come_first() -> None:
    content = b'{"Core-UUID":"1","Event-Name":"X"}'
    assert one_event(b"Content-Length: %d\nContent-Type: text/event-json\n\n%b" % (len(content), content)).name == "X"


def test_headers_of_a_message_may_come_in_any_order() -> None:
    content = b'{"Event-Name":"X"}'
    assert one_event(b"Content-Type: text/event-json\nContent-Length: 18\n\n" + content).name == "X"


def test_other_messages() -> None:
    assert parsed(rejection()) == [Rejected("Access Denied, go away.")]
    (line,) = parsed(b"Content-Type: log/data\nContent-Length: 3\nLog-Level: 7\n\nabc")
    assert isinstance(line, OtherMessage)
    assert (line.content_type, line.headers["Log-Level"], line.body) == ("log/data", "7", b"abc")


def test_line_feeds_between_messages_are_skipped() -> None:
    # The command getvar answers with the bare value: one that ends with line feeds leaves some behind.
    assert [type(message) for message in parsed(reply("a\n") + b"\n\n" + reply("+OK"))] == [EslReply, EslReply]


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"HTTP/1.1 400 Bad Request\nServer: x\n\n", "not FreeSWITCH's event socket"),
        (b"Content-Type: api/response\nContent-Length: -5\n\n", "Content-Length '-5' is no length"),
        (b"Content-Type: api/response\nContent-Length: many\n\n", "is no length"),
        (b"Content-Type: api/response\nContent-Length: 1001\n\n", "body of 1001 bytes; the limit is 1000"),
        (b"Content-Length: 999999999\nContent-Type: text/event-json\n\n", "body of 999999999 bytes"),
        (b"Content-Type: x\n" * 40, "headers of 640 bytes or more; the limit is 500"),
    ],
)
def test_what_is_no_esl_is_a_clear_error(data: bytes, match: str) -> None:
    parser = EslParser(max_headers=500, max_body=1000)
    with pytest.raises(EslProtocolError, match=match):
        parser.feed(data)


def test_a_big_body_in_small_pieces_takes_no_quadratic_time() -> None:
    parser = EslParser()
    assert parser.feed(b"Content-Type: api/response\nContent-Length: 4000000\n\n") == []
    for _ in range(39_999):
        assert parser.feed(b"x" * 100) == []
    assert parser.feed(b"x" * 100) == [ApiResponse("x" * 4_000_000)]


def test_api_responses() -> None:
    assert ApiResponse("+OK abc\n").value == "abc"
    assert ApiResponse("-ERR USER_BUSY\n").error == "USER_BUSY"
    assert not ApiResponse("-USAGE: <uuid>\n").ok
    assert ApiResponse("true").ok
    assert ApiResponse("true").error == ""
    with pytest.raises(EslRefused) as caught:
        ApiResponse("-ERR No such channel!\n").checked("uuid_kill")
    assert str(caught.value) == "uuid_kill: -ERR No such channel!"
    assert caught.value.text == "-ERR No such channel!"


def test_recorded_commands_are_sent_as_they_were() -> None:
    sent = [data for direction, data in rows("inbound-json-bridged-call") if direction == ">"]
    reader = CommandReader()
    for data in sent:
        (command,) = reader.feed(data)
        assert encode_command(command.line, command.headers) == data


def test_a_command_with_a_body() -> None:
    data = encode_command("sendevent CUSTOM", {"Event-Subclass": "cti::x"}, "第一\n\n第二")
    (command,) = CommandReader().feed(data)
    assert command.line == "sendevent CUSTOM"
    assert command.headers == {"Event-Subclass": "cti::x", "Content-Length": "14"}
    assert command.body == "第一\n\n第二"


@given(TEXT, TEXT)
def test_nothing_sent_becomes_two_commands(line: str, value: str) -> None:
    try:
        data = encode_command("api " + line, {"X": value})
    except ValueError:
        assert set("\r\n") & set(line + value)
        return
    (command,) = CommandReader().feed(data)
    assert command.line == "api " + line
    assert command.headers["X"] == value


@pytest.mark.parametrize(
    ("line", "headers", "match"),
    [
        ("", {}, "not an ESL command"),
        (" api x", {}, "not an ESL command"),
        ("\napi x", {}, "not an ESL command"),
        ("api x\n\nexit", {}, "command api: it has CR, LF or NUL"),
        ("api x\rexit", {}, "CR, LF or NUL"),
        ("api x\0", {}, "CR, LF or NUL"),
        ("sendmsg 1", {"a": "b\nc"}, "header a: it has CR, LF or NUL"),
        ("sendmsg 1", {"a: b\nc": "d"}, "header name"),
        ("sendmsg 1", {"Content-Length": 5}, "header name 'Content-Length' cannot be sent"),
        ("api " + "x" * MAX_COMMAND, {}, "the limit is"),
    ],
)
def test_what_cannot_be_sent(line: str, headers: dict[str, str | int], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        encode_command(line, headers)


def test_a_body_with_nul_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="NUL"):
        encode_command("sendevent X", {}, "a\0b")


def test_arguments() -> None:
    assert join_arguments("uuid_setvar", "u", "name", "a b") == "uuid_setvar u name a b"
    assert join_arguments("uuid_setvar", "u", "name", "") == "uuid_setvar u name "
    for parts in (("uuid_setvar", "", "name"), ("",), ()):
        with pytest.raises(ValueError, match="empty"):
            join_arguments(*parts)


def test_executing() -> None:
    headers = execute_headers("playback", "a.wav", event_uuid="e", lock=False, loops=2)
    assert headers == {
        "call-command": "execute",
        "execute-app-name": "playback",
        "execute-app-arg": "a.wav",
        "loops": 2,
        "Event-UUID": "e",
    }
    assert execute_headers("answer", event_uuid="e") == {
        "call-command": "execute",
        "execute-app-name": "answer",
        "event-lock": "true",
        "Event-UUID": "e",
    }


def test_subscribing() -> None:
    assert subscription(("A", "B"), ("sofia::register",)) == "event json A B CUSTOM sofia::register"
    with pytest.raises(ValueError, match="event name 'A B'"):
        subscription(("A B",))
