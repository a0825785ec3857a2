"""Events and calls as they stand in the tables: JSON, with telephone numbers sealed."""

from __future__ import annotations

import typing
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any

import msgspec

from cti.base.call import Call
from cti.base.ciphers.cipher import Cipher
from cti.base.events import EVENT_TYPES, MAY_HOLD_NUMBER, Event
from cti.base.numbers.number import Number, NumberKind, may_hold_number
from cti.store.inner_places import event_place

PUBLIC_KINDS = frozenset({NumberKind.SERVICE, NumberKind.EXTENSION})
"""Numbers of services and desks are nobody's personal data."""

_encoder = msgspec.json.Encoder()


def encode(value: object) -> bytes:
    """JSON of plain data and dataclasses; times are ISO 8601. TypeError for anything else."""
    return _encoder.encode(value)


def seal_number(number: Number, cipher: Cipher, place: str) -> dict[str, str]:
    """What stands for a number in the JSON of this place."""
    if number.kind in PUBLIC_KINDS:
        return {"kind": number.kind, "digits": number.digits, "raw": number.raw}
    return {"kind": number.kind, "sealed": cipher.seal(f"{number.digits} {number.raw}", place)}


def open_number(stored: dict[str, str], cipher: Cipher, place: str) -> Number:
    """The number that `seal_number` sealed there; KeyProblem when it comes from elsewhere."""
    if "sealed" not in stored:
        return Number(stored["digits"], NumberKind(stored["kind"]), stored["raw"])
    digits, _, raw = cipher.open_inner(stored["sealed"], place).decode().partition(" ")
    return Number(digits, NumberKind(stored["kind"]), raw)


def _seal_text(text: str, cipher: Cipher, place: str) -> str | dict[str, str]:
    return {"sealed": cipher.seal(text, place)} if may_hold_number(text) else text


def _open_text(stored: str | dict[str, str], cipher: Cipher, place: str) -> str:
    return stored if isinstance(stored, str) else cipher.open_inner(stored["sealed"], place).decode()


Turn = Callable[[Any, Cipher, str], Any]


Plan = tuple[tuple[str, ...], Callable[[Event], tuple[Any, ...]], tuple[tuple[str, Turn, Turn], ...]]
"""The fields of an event type, what reads them, and those that are sealed with how to seal and open them."""

_plans: dict[str, Plan] = {}


def _plan(kind: type[Event]) -> Plan:
    if kind.__name__ not in _plans:
        _plans[kind.__name__] = _make_plan(kind)
    return _plans[kind.__name__]


def _make_plan(kind: type[Event]) -> Plan:
    found = typing.get_type_hints(kind)
    hints = {one.name: found[one.name] for one in fields(kind)}
    sealed: list[tuple[str, Turn, Turn]] = []
    for name, hint in hints.items():
        if hint is Number:
            sealed.append((name, seal_number, open_number))
        elif name in MAY_HOLD_NUMBER and hint is str:
            sealed.append((name, _seal_text, _open_text))
    names = tuple(name for name in hints if name != "at")
    return names, fields_reader(names), tuple(sealed)


def fields_reader(names: Sequence[str]) -> Callable[[object], tuple[Any, ...]]:
    """Reads these attributes of an object at one stroke."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda one: tuple(getattr(one, name) for name in names)


def encode_event(event: Event, cipher: Cipher) -> bytes:
    """The JSON of an event's fields but `at`, numbers sealed."""
    names, read, sealed = _plan(type(event))
    fields = dict(zip(names, read(event), strict=True))
    if sealed:
        place = event_place(type(event).__name__, event.at, fields.get("call"))
        for name, seal, _ in sealed:
            fields[name] = seal(fields[name], cipher, place)
    return _encoder.encode(fields)


def decode_event(name: str, at: datetime, data: str | bytes, cipher: Cipher) -> Event:
    """The event that `encode_event` encoded; KeyError for a type that no longer exists; KeyProblem."""
    kind = EVENT_TYPES[name]
    fields: dict[str, Any] = msgspec.json.decode(data)
    if sealed := _plan(kind)[2]:
        place = event_place(name, at, fields.get("call"))
        for field, _, unseal in sealed:
            if field in fields:
                fields[field] = unseal(fields[field], cipher, place)
    return msgspec.convert({**fields, "at": at}, type=kind)


def decode_call(data: str | bytes) -> Call:
    """The call of its opened JSON."""
    return msgspec.json.decode(data, type=Call)
