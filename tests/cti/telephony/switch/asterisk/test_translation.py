"""AMI events and list entries as the port's: what each message becomes."""

import pytest

from cti.base.call import Party
from cti.telephony.switch.asterisk.ami_protocol import AmiMessage, AmiParser
from cti.telephony.switch.asterisk.translation import endpoint_of, party_of, snapshot, switch_event
from cti.telephony.switch.port import (
    DigitPressed,
    HoldChanged,
    LegDialled,
    LegGone,
    LegPickedUp,
    LegRang,
    LegTransferred,
    SwitchEvent,
)


def message(*lines: str) -> AmiMessage:
    parser = AmiParser()
    parser.feed(b"Asterisk Call Manager/11.0.0\r\n")
    (found,) = parser.feed(("\r\n".join(lines) + "\r\n\r\n").encode())
    return found


@pytest.mark.parametrize(
    ("lines", "event"),
    [
        (
            [
                "Event: DialBegin",
                "Uniqueid: 1.1",
                "DestUniqueid: 1.2",
                "DestChannel: PJSIP/1001-web-00000002",
                "DestChanVariable: HOTLINE_CALL=01J",
                "DestChanVariable: HOTLINE_PARTY=agent",
                "DestChanVariable: HOTLINE_AGENT=1001",
            ],
            LegDialled("1.2", "1.1", "01J", Party.AGENT, "1001", "1001-web"),
        ),
        (
            ["Event: DialBegin", "DestUniqueid: 1.2", "DestChannel: PJSIP/1001-00000002"],
            LegDialled("1.2", "", "", Party.OUTSIDE, "", "1001"),
        ),
        (["Event: DialState", "DestUniqueid: 1.2", "DialStatus: RINGING"], LegRang("1.2")),
        (["Event: DialState", "DestUniqueid: 1.2", "DialStatus: PROGRESS"], None),
        (["Event: DialEnd", "DestUniqueid: 1.2", "DialStatus: ANSWER"], LegPickedUp("1.2")),
        (["Event: DialEnd", "DestUniqueid: 1.2", "DialStatus: BUSY"], None),
        (
            ["Event: Hangup", "Uniqueid: 1.1", "Cause: 17", "ChanVariable: HOTLINE_CALL=01J"],
            LegGone("1.1", "01J", 17),
        ),
        (["Event: Hangup", "Uniqueid: 1.1", "Cause: "], LegGone("1.1", "", 0)),
        (["Event: DTMFEnd", "Uniqueid: 1.1", "Digit: #", "Direction: Received"], DigitPressed("1.1", "#")),
        (["Event: DTMFEnd", "Uniqueid: 1.1", "Digit: 5", "Direction: Sent"], None),
        (["Event: DTMFEnd", "Uniqueid: 1.1", "Digit: D", "Direction: Received"], None),
        (["Event: Hold", "Uniqueid: 1.1"], HoldChanged("1.1", True)),
        (["Event: Unhold", "Uniqueid: 1.1"], HoldChanged("1.1", False)),
        (
            [
                "Event: BlindTransfer",
                "Result: Success",
                "TransfererUniqueid: 1.2",
                "TransfereeUniqueid: 1.1",
                "Extension: 1002",
            ],
            LegTransferred("1.1", "1.2", target="1002"),
        ),
        (["Event: BlindTransfer", "Result: Fail", "TransfererUniqueid: 1.2"], None),
        (
            [
                "Event: AttendedTransfer",
                "Result: Success",
                "OrigTransfererUniqueid: 1.2",
                "TransfereeUniqueid: 1.1",
                "TransferTargetUniqueid: 1.4",
            ],
            LegTransferred("1.1", "1.2", to_leg="1.4"),
        ),
        (["Event: FullyBooted"], None),
    ],
)
def test_events(lines: list[str], event: SwitchEvent | None) -> None:
    assert switch_event(message(*lines)) == event


def entry(**fields: str) -> AmiMessage:
    base = {
        "Event": "CoreShowChannel",
        "Channel": "PJSIP/carrier-00000001",
        "Uniqueid": "1.1",
        "ChannelState": "6",
        "Context": "session",
        "BridgeId": "",
        "Application": "AGI",
    }
    return message(*(f"{name}: {value}" for name, value in {**base, **fields}.items()))


@pytest.mark.parametrize(
    ("fields", "peers", "place"),
    [
        ({}, {}, "session"),
        ({"Application": "MusicOnHold"}, {}, "retry"),
        ({"BridgeId": "b"}, {"b": ["1.1", "1.2"]}, "talk"),
        ({"Application": "AppDial", "ChannelState": "5"}, {}, "talk"),
        ({"Context": "emergency", "Application": "Queue"}, {}, "emergency"),
        ({"Context": "emergency", "Application": "Queue", "BridgeId": "b"}, {"b": ["1.1", "1.2"]}, "talk"),
    ],
)
def test_where_a_leg_is(fields: dict[str, str], peers: dict[str, list[str]], place: str) -> None:
    found = snapshot(entry(**fields), peers)
    assert found.place == place
    assert found.peer == ("1.2" if peers else "")


def test_a_snapshot_has_the_marks_of_its_leg() -> None:
    found = snapshot(entry(ChanVariable="HOTLINE_PARTY=caller", ChannelState="4"), {})
    assert (found.leg, found.party, found.address, found.answered) == ("1.1", Party.CALLER, "carrier", False)


def test_names() -> None:
    assert endpoint_of("PJSIP/1001-web-0000002a") == "1001-web"
    assert party_of("nobody") is Party.OUTSIDE
    assert party_of("") is Party.OUTSIDE
