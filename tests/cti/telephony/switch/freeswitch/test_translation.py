"""What FreeSWITCH tells, as the port's events: recorded streams of a real one, and events made by hand."""

from datetime import UTC, datetime

import pytest

from cti.base.call import Party
from cti.telephony.switch.address import PhoneAddress, TrunkAddress
from cti.telephony.switch.freeswitch.causes import dial_result
from cti.telephony.switch.freeswitch.dial_strings import dial_string
from cti.telephony.switch.freeswitch.esl_messages import EslEvent
from cti.telephony.switch.freeswitch.esl_protocol import EslParser
from cti.telephony.switch.freeswitch.translation import arrival, snapshots, switch_event
from cti.telephony.switch.port import (
    DialResult,
    DigitPressed,
    HoldChanged,
    LegDialled,
    LegGone,
    LegPickedUp,
    LegTransferred,
    PhoneReachable,
    SwitchEvent,
    TrunkHealth,
)
from tests.fake_freeswitch.recorded import chunks

FIRST, SECOND = "aaaaaaaa-0000-4000-8000-001795562607", "bbbbbbbb-0000-4000-8000-001795562607"


def recorded(name: str) -> list[SwitchEvent]:
    parser = EslParser()
    messages = [message for chunk in chunks(name) for message in parser.feed(chunk)]
    found = [switch_event(message) for message in messages if isinstance(message, EslEvent)]
    return [event for event in found if event is not None]


@pytest.mark.parametrize("name", ["inbound-json-bridged-call", "inbound-plain-bridged-call"])
def test_a_recorded_call(name: str) -> None:
    story = recorded(name)
    mine = {event.leg for event in story if isinstance(event, LegDialled)}
    assert len(mine) == 2
    for leg in mine:
        kinds = [type(event) for event in story if getattr(event, "leg", "") == leg]
        assert kinds[0] is LegDialled and LegPickedUp in kinds and kinds[-1] is LegGone
    assert all(event.cause == 16 for event in story if isinstance(event, LegGone))
    assert [event.digit for event in story if isinstance(event, DigitPressed)] == ["1"]
    holds = [event.held for event in story if isinstance(event, HoldChanged)]
    assert holds.count(True) == holds.count(False) > 0
    inbound = {event.leg for event in story if isinstance(event, LegGone)} - mine
    assert not any(isinstance(event, LegPickedUp) and event.leg in inbound for event in story)


def event(name: str, **headers: str) -> SwitchEvent | None:
    given = {key.replace("__", "-"): value for key, value in headers.items()}
    return switch_event(EslEvent.of({"Event-Name": name, **given}))


def test_a_dialled_leg_says_whose_it_is() -> None:
    told = event(
        "CHANNEL_ORIGINATE",
        Unique__ID="b",
        Other__Leg__Unique__ID="a",
        Channel__Name="sofia/sip/1001@x",
        variable_hotline_call="c",
        variable_hotline_party="consulted",
        variable_hotline_agent="1001",
        variable_hotline_address="1001-web",
    )
    assert told == LegDialled("b", "a", "c", Party.CONSULTED, "1001", "1001-web")


def test_a_leg_was_picked_up_when_the_switch_says() -> None:
    """It tells some events half a second late: a talk began when it was told of, after its recording."""
    told = event(
        "CHANNEL_ANSWER",
        Unique__ID="9",
        Channel__Name="sofia/sip/1001@x",
        Call__Direction="outbound",
        Event__Date__Timestamp="1795766222337000",
    )
    assert told == LegPickedUp("9", datetime(2026, 11, 27, 7, 57, 2, 337000, UTC))


def test_the_drivers_own_legs_are_not_told() -> None:
    assert event("CHANNEL_ANSWER", Unique__ID="b", Channel__Name="loopback/tap-a", Call__Direction="outbound") is None


def test_phones_and_trunks_come_and_go() -> None:
    assert event(
        "CUSTOM", Event__Subclass="sofia::register", username="1001", network__ip="203.0.113.7"
    ) == PhoneReachable("1001", True, "203.0.113.7")
    assert event("CUSTOM", Event__Subclass="sofia::expire", user="1001") == PhoneReachable("1001", False)
    down = event("CUSTOM", Event__Subclass="sofia::gateway_state", Gateway="carrier", Ping__Status="DOWN")
    assert down == TrunkHealth("carrier", False)
    assert event("CUSTOM", Event__Subclass="sofia::gateway_state", Gateway="carrier") is None


def test_an_attended_transfer_by_a_phone() -> None:
    told = event(
        "CUSTOM",
        Event__Subclass="sofia::transferor",
        Unique__ID="b",
        att_xfer_original_call_id="a",
        att_xfer_destination_call_id="c",
    )
    assert told == LegTransferred(leg="a", by="b", to_leg="c")
    # A blind one is told when the leg has come back with its target.
    assert event("CUSTOM", Event__Subclass="sofia::transferor", Unique__ID="b") is None


def test_who_arrives() -> None:
    headers = {"Unique-ID": "a", "Answer-State": "ringing"}
    values = {"party": "caller", "caller": "013800000001", "called": "12345", "trunk": "carrier", "target": ""}
    told = arrival(EslEvent.of(headers | {f"variable_hotline_{name}": value for name, value in values.items()}))
    assert (told.leg, told.party, told.trunk, told.answered) == ("a", Party.CALLER, "carrier", False)
    assert (told.caller.national, told.called.digits) == ("13800000001", "12345")
    nobody = arrival(EslEvent.of({"Unique-ID": "a", "variable_hotline_caller": "0000000000"}))
    assert (nobody.party, nobody.caller.digits) == (Party.OUTSIDE, "")


def dump(leg: str, **variables: str) -> dict[str, str]:
    found = {"Unique-ID": leg, "Answer-State": "answered"}
    return found | {f"variable_{name}": value for name, value in variables.items()}


def test_where_legs_are() -> None:
    found = snapshots(
        [
            dump("a", hotline_place="session", bridge_to="b", hotline_call="c", hotline_party="caller"),
            dump("b", hotline_place="talk", bridge_to="a", hotline_agent="1001", hotline_address="1001-web"),
            dump("d", hotline_place="retry"),
            dump("e", hotline_place="emergency"),
            dump("f", hotline_place="emergency", bridge_to="g"),
            dump("h", hotline_place="talk", hotline_room="r"),
            dump("i", hotline_place="session", hotline_room="r"),
            dump("j"),
        ]
    )
    assert [(one.leg, one.place, one.peer) for one in found] == [
        ("a", "talk", "b"),
        ("b", "talk", "a"),
        ("d", "retry", ""),
        ("e", "emergency", ""),
        ("f", "talk", "g"),
        ("h", "talk", "i"),
        ("i", "talk", "h"),
        ("j", "retry", ""),
    ]
    assert (found[1].agent, found[1].address) == ("1001", "1001-web")


@pytest.mark.parametrize(
    ("cause", "result"),
    [
        ("SUCCESS", DialResult.ANSWERED),
        ("USER_BUSY", DialResult.BUSY),
        ("CALL_REJECTED", DialResult.REJECTED),
        ("NO_ANSWER", DialResult.NO_ANSWER),
        ("NO_USER_RESPONSE", DialResult.NO_ANSWER),
        ("USER_NOT_REGISTERED", DialResult.UNREACHABLE),
        ("SUBSCRIBER_ABSENT", DialResult.UNREACHABLE),
        ("RECOVERY_ON_TIMER_EXPIRE", DialResult.UNREACHABLE),
        ("INVALID_GATEWAY", DialResult.UNREACHABLE),
        ("ORIGINATOR_CANCEL", DialResult.CANCELLED),
        ("NORMAL_CLEARING", DialResult.FAILED),
        ("", DialResult.FAILED),
    ],
)
def test_how_a_dial_ended(cause: str, result: DialResult) -> None:
    assert dial_result(cause) is result


def test_what_is_dialled() -> None:
    addresses = [PhoneAddress("1001"), TrunkAddress("carrier", "013800000001")]
    assert dial_string(addresses, {"hotline_call": "C", "hotline_agent": ""}, 2.5) == (
        "{hotline_call=C,originate_timeout=3,ignore_early_media=true}"
        "[hotline_address=1001]user/1001@hotline,"
        "[hotline_address=013800000001@carrier]sofia/gateway/carrier-always/013800000001"
    )


@pytest.mark.parametrize("value", ["a,b=c", "}x", "[x", "a'b", "a b", "${x}", "^^:a", "a|b", "a\nb", "a;b", "<x>"])
def test_no_text_enters_a_dial_string(value: str) -> None:
    with pytest.raises(ValueError, match="hotline_agent"):
        dial_string([PhoneAddress("1001")], {"hotline_agent": value}, 10)
