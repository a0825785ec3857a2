"""AMI events, list entries and a session's environment as the port's values: pure functions of one message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from cti.base.call import Party
from cti.base.numbers.number import Number
from cti.telephony.switch.asterisk.ami_protocol import AmiMessage
from cti.telephony.switch.asterisk.dialplan import EMERGENCY_CONTEXT, QUALITY
from cti.telephony.switch.asterisk.leg_quality import leg_quality
from cti.telephony.switch.port import (
    Arrival,
    DigitPressed,
    HoldChanged,
    LegDialled,
    LegGone,
    LegPickedUp,
    LegRang,
    LegSnapshot,
    LegTransferred,
    PhoneRefused,
    SwitchEvent,
)

EVENTS = (
    "DialBegin",
    "DialState",
    "DialEnd",
    "Hangup",
    "DTMFEnd",
    "Hold",
    "Unhold",
    "BlindTransfer",
    "AttendedTransfer",
    "ContactStatus",
    "ChallengeResponseFailed",
    "InvalidPassword",
    "InvalidAccountID",
    "OriginateResponse",
    "FullyBooted",
)
"""All that we ask the switch to tell."""

KEYS = frozenset("0123456789*#")
"""What a telephone has; A to D are ours, to end the waiting for a key."""


def party_of(text: str) -> Party:
    """The party that a channel variable names; a leg without one is outside."""
    try:
        return Party(text)
    except ValueError:
        return Party.OUTSIDE


def endpoint_of(channel: str) -> str:
    """`PJSIP/1001-web-0000002a` → `1001-web`."""
    return channel.partition("/")[2].rpartition("-")[0]


def switch_event(message: AmiMessage) -> SwitchEvent | None:
    """The port's event, or None for what only the driver needs."""
    match message.event:
        case "DialBegin":
            variables = message.variables("DestChanVariable")
            return LegDialled(
                leg=message.get("DestUniqueid"),
                by=message.get("Uniqueid"),
                call=variables.get("HOTLINE_CALL", ""),
                party=party_of(variables.get("HOTLINE_PARTY", "")),
                agent=variables.get("HOTLINE_AGENT", ""),
                address=endpoint_of(message.get("DestChannel")),
            )
        case "DialState" if message.get("DialStatus") == "RINGING":
            return LegRang(message.get("DestUniqueid"))
        case "DialEnd" if message.get("DialStatus") == "ANSWER":
            return LegPickedUp(message.get("DestUniqueid"))
        case "Hangup":
            variables = message.variables()
            call, quality = variables.get("HOTLINE_CALL", ""), leg_quality(variables.get(QUALITY, ""))
            return LegGone(message.get("Uniqueid"), call, int(message.get("Cause") or 0), quality)
        case "DTMFEnd" if message.get("Direction") == "Received" and message.get("Digit") in KEYS:
            return DigitPressed(message.get("Uniqueid"), message.get("Digit"))
        case "Hold" | "Unhold":
            return HoldChanged(message.get("Uniqueid"), message.event == "Hold")
        case "BlindTransfer" if message.get("Result") == "Success":
            return LegTransferred(
                leg=message.get("TransfereeUniqueid"),
                by=message.get("TransfererUniqueid"),
                target=message.get("Extension"),
            )
        case "AttendedTransfer" if message.get("Result") == "Success":
            return LegTransferred(
                leg=message.get("TransfereeUniqueid"),
                by=message.get("OrigTransfererUniqueid"),
                to_leg=message.get("TransferTargetUniqueid"),
            )
        case "ChallengeResponseFailed" | "InvalidPassword" | "InvalidAccountID":
            # IPV4/UDP/203.0.113.9/5060
            address = message.get("RemoteAddress").split("/")
            return PhoneRefused(message.get("AccountID"), address[2]) if len(address) == 4 else None
    return None


def snapshot(entry: AmiMessage, peers: dict[str, list[str]]) -> LegSnapshot:
    """A leg of CoreShowChannels; `peers` has the legs in each bridge."""
    variables = entry.variables()
    leg, bridge = entry.get("Uniqueid"), entry.get("BridgeId")
    others = [other for other in peers.get(bridge, ()) if other != leg]
    if entry.get("Context") == EMERGENCY_CONTEXT:
        place = "talk" if others else "emergency"
    elif bridge or entry.get("Application") in ("AppDial", "AppDial2", "Dial", "Bridge", "BridgeAdd"):
        place = "talk"
    else:
        place = "session" if entry.get("Application") == "AGI" else "retry"
    return LegSnapshot(
        leg=leg,
        call=variables.get("HOTLINE_CALL", ""),
        party=party_of(variables.get("HOTLINE_PARTY", "")),
        agent=variables.get("HOTLINE_AGENT", ""),
        address=endpoint_of(entry.get("Channel")),
        answered=entry.get("ChannelState") == "6",
        peer=others[0] if others else "",
        place=place,
    )


def arrival(env: Mapping[str, str]) -> Arrival:
    """Who comes with a session, of its environment."""
    call, party, agent, called, trunk, target, state, since = (env.get(f"agi_arg_{index}", "") for index in range(1, 9))
    typed = env.get("agi_arg_10", "")
    caller = env.get("agi_callerid", "")
    return Arrival(
        leg=env["agi_uniqueid"],
        call=call,
        party=party_of(party),
        caller=Number.parse("" if caller == "unknown" else caller),
        called=Number.parse(called),
        trunk=trunk,
        agent=agent,
        address=endpoint_of(env.get("agi_channel", "")),
        target=target,
        answered=state == "Up",
        since=datetime.fromtimestamp(float(since), UTC) if since.replace(".", "", 1).isdecimal() else None,
        keys="".join(key for key in typed if key in KEYS),
    )
