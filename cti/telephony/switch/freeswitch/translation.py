"""FreeSWITCH's events and dumps of legs as the port's events and snapshots: pure functions of one message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from cti.base.call import Party
from cti.base.numbers.number import Number
from cti.telephony.switch.freeswitch.dialplan import NOBODY
from cti.telephony.switch.freeswitch.esl_messages import EslEvent
from cti.telephony.switch.freeswitch.leg_quality import COUNTED, leg_quality
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
    PhoneReachable,
    PhoneRefused,
    SwitchEvent,
    TrunkHealth,
)

EVENTS = (
    "CHANNEL_ORIGINATE",
    "CHANNEL_PROGRESS",
    "CHANNEL_PROGRESS_MEDIA",
    "CHANNEL_ANSWER",
    "CHANNEL_BRIDGE",
    "CHANNEL_HOLD",
    "CHANNEL_UNHOLD",
    "CHANNEL_HANGUP_COMPLETE",
    "DTMF",
)
REACHES = {"sofia::register": True, "sofia::unregister": False, "sofia::expire": False}
GATEWAY = "sofia::gateway_state"
TRANSFER = "sofia::transferor"
REFUSED = "sofia::register_failure"
CUSTOM = (*REACHES, GATEWAY, TRANSFER, REFUSED)
"""All that we ask the switch to tell."""

LEG_EVENTS = ("CHANNEL_EXECUTE_COMPLETE", "CHANNEL_BRIDGE", "CHANNEL_HANGUP")
"""What a leg tells in its own socket: how what was played or dialled has ended, and that the leg has gone."""

READS = (
    "Event-Name",
    "Event-Subclass",
    "Event-Date-Timestamp",
    "Unique-ID",
    "Other-Leg-Unique-ID",
    "Channel-Name",
    "Call-Direction",
    "Bridge-A-Unique-ID",
    "Bridge-B-Unique-ID",
    "DTMF-Digit",
    "variable_hotline_call",
    "variable_hotline_party",
    "variable_hotline_agent",
    "variable_hotline_address",
    "variable_hangup_cause_q850",
    *(f"variable_{name}" for name in COUNTED),
)
"""The headers that are asked for in the events of legs."""

LEGS = "sofia/"
"""How the names of real legs begin; loopback legs are the driver's own."""


def party_of(text: str) -> Party:
    """The party that a channel variable names; a leg without one is outside."""
    try:
        return Party(text)
    except ValueError:
        return Party.OUTSIDE


def switch_event(event: EslEvent) -> SwitchEvent | None:
    """The port's event, or None for what only the driver needs."""
    if event.name == "CUSTOM":
        return _custom(event)
    if not event.get("Channel-Name").startswith(LEGS):
        return None
    leg, outbound = event.uuid, event.get("Call-Direction") == "outbound"
    match event.name:
        case "CHANNEL_ORIGINATE":
            return LegDialled(
                leg=leg,
                by=event.get("Other-Leg-Unique-ID"),
                call=event.variable("hotline_call"),
                party=party_of(event.variable("hotline_party")),
                agent=event.variable("hotline_agent"),
                address=event.variable("hotline_address"),
            )
        case "CHANNEL_PROGRESS" | "CHANNEL_PROGRESS_MEDIA" if outbound:
            return LegRang(leg)
        case "CHANNEL_ANSWER" if outbound:
            return LegPickedUp(leg, _time_of(event))
        case "CHANNEL_HANGUP_COMPLETE":
            cause = int(event.variable("hangup_cause_q850") or 0)
            return LegGone(leg, event.variable("hotline_call"), cause, leg_quality(event.variable))
        case "DTMF":
            return DigitPressed(leg, event.get("DTMF-Digit"))
        case "CHANNEL_HOLD" | "CHANNEL_UNHOLD":
            return HoldChanged(leg, event.name == "CHANNEL_HOLD")
    return None


def _time_of(event: EslEvent) -> datetime | None:
    """When the switch fired it: it may tell it half a second later."""
    microseconds = event.get("Event-Date-Timestamp")
    return datetime.fromtimestamp(int(microseconds) / 1e6, UTC) if microseconds.isdecimal() else None


def _custom(event: EslEvent) -> SwitchEvent | None:
    if event.subclass in REACHES:
        phone, comes = phone_of(event), REACHES[event.subclass]
        return PhoneReachable(phone, comes, event.get("network-ip") if comes else "") if phone else None
    if event.subclass == REFUSED:
        return PhoneRefused(event.get("to-user"), event.get("network-ip"))
    if event.subclass == GATEWAY and event.get("Ping-Status"):
        return TrunkHealth(event.get("Gateway"), event.get("Ping-Status") == "UP")
    if event.subclass == TRANSFER and (to_leg := event.get("att_xfer_destination_call_id")):
        return LegTransferred(leg=event.get("att_xfer_original_call_id"), by=event.uuid, to_leg=to_leg)
    return None


def phone_of(event: EslEvent) -> str:
    """The endpoint of an event of `REACHES`."""
    return event.get("username") or event.get("user") or event.get("from-user")


def arrival(data: EslEvent) -> Arrival:
    """Who comes in a session, from the answer to `connect`."""
    return Arrival(
        leg=data.uuid,
        call=data.variable("hotline_call"),
        party=party_of(data.variable("hotline_party")),
        caller=Number.parse(_told(data.variable("hotline_caller"))),
        called=Number.parse(data.variable("hotline_called")),
        trunk=data.variable("hotline_trunk"),
        agent=data.variable("hotline_agent"),
        address=data.variable("hotline_address"),
        target=data.variable("hotline_target"),
        answered=data.get("Answer-State") == "answered",
        since=time_of(data.get("Caller-Channel-Created-Time")),
        keys=data.variable("hotline_keys"),
    )


def time_of(microseconds: str) -> datetime | None:
    """A time of the switch's (microseconds since 1970); None for one that has not come."""
    return (
        datetime.fromtimestamp(int(microseconds) / 1e6, UTC) if microseconds.isdecimal() and int(microseconds) else None
    )


def _told(caller: str) -> str:
    # What FreeSWITCH calls a caller who tells no number.
    return "" if caller == NOBODY else caller


def snapshots(dumps: list[Mapping[str, str]]) -> list[LegSnapshot]:
    """The legs of answers to `uuid_dump`; who is in one conference or bridge talks."""
    rooms: dict[str, list[str]] = {}
    for dump in dumps:
        if name := dump.get("variable_hotline_room"):
            rooms.setdefault(name, []).append(dump["Unique-ID"])
    return [_snapshot(dump, rooms.get(dump.get("variable_hotline_room", ""), ())) for dump in dumps]


def _snapshot(dump: Mapping[str, str], room: list[str] | tuple[()]) -> LegSnapshot:
    leg = dump["Unique-ID"]
    peer = next((other for other in room if other != leg), "") or dump.get("variable_bridge_to", "")
    place = dump.get("variable_hotline_place", "retry")
    return LegSnapshot(
        leg=leg,
        call=dump.get("variable_hotline_call", ""),
        party=party_of(dump.get("variable_hotline_party", "")),
        agent=dump.get("variable_hotline_agent", ""),
        address=dump.get("variable_hotline_address") or dump.get("variable_hotline_trunk", ""),
        answered=dump.get("Answer-State") == "answered",
        peer=peer,
        place="talk" if peer else place,
        talks_since=time_of(dump.get("Caller-Channel-Bridged-Time", "")) if peer else None,
    )
