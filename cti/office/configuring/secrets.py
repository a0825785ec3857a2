"""Secrets in sections of settings: which they are, sealed in the file, told to nobody, and bound to their address.

A field of text is a secret when its model says `repr=False` or shows it as a password. It may stand anywhere in the
section: in a part of it, in a list, behind names. A place is the way there: `("writing", "key")`.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pydantic
from pydantic.fields import FieldInfo

from cti.base.files.sealed_values import MARK, sealed
from cti.base.refusal import Invalid

Place = tuple[str | int, ...]
SHOWN = "******"
"""What stands for a secret inside a list or behind a name; sent back, it means the one that is there."""
ADDRESSES = ("url", "host", "address", "issuer", "api", "sign_in")
"""Keys beside a secret that say to whom it is sent."""


def is_secret(field: FieldInfo) -> bool:
    """Whether a field holds one."""
    hints = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    form = hints.get("x-form")
    return field.repr is False or (isinstance(form, dict) and form.get("kind") == "password")


def places(model: type[pydantic.BaseModel], values: Mapping[str, Any], at: Place = ()) -> Iterator[Place]:
    """Where in the values of a model a secret stands."""
    for key, field in model.model_fields.items():
        value = values.get(key)
        if is_secret(field) and isinstance(value, str):
            if value:
                yield (*at, key)
            continue
        for inner in _models(field.annotation):
            yield from _within(inner, value, (*at, key))


def _within(model: type[pydantic.BaseModel], value: Any, at: Place) -> Iterator[Place]:
    if isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from _within(model, one, (*at, number))
    elif isinstance(value, Mapping):
        if value.keys() & model.model_fields.keys():
            yield from places(model, value, at)
        else:
            for key, one in value.items():
                yield from _within(model, one, (*at, key))


def _models(annotation: Any) -> Iterator[type[pydantic.BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _models(inner)


def found_at(values: Any, place: Place) -> Any:
    """What stands at a place; None where there is nothing."""
    for step in place:
        try:
            values = values[step]
        except (KeyError, IndexError, TypeError):
            return None
    return values


def put_at(values: Any, place: Place, value: Any) -> Any:
    """A copy with another value at a place, where there is something already."""
    if not place:
        return value
    first, rest = place[0], place[1:]
    if isinstance(first, int):
        return [put_at(one, rest, value) if at == first else one for at, one in enumerate(values)]
    return {**values, first: put_at(values.get(first), rest, value)}


def hidden(model: type[pydantic.BaseModel], values: dict[str, Any], instead: str = SHOWN) -> dict[str, Any]:
    """The values as they are told: without any secret."""
    for place in list(places(model, values)):
        values = put_at(values, place, instead)
    return values


def kept(model: type[pydantic.BaseModel], said: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What was said, with the secrets that were left as they are: those sent back as `SHOWN`, or empty.

    Invalid where the address beside one is another than that for which it was given: whoever changes it types the
    secret again. With the address taken away, it goes too.
    """
    left = [place for place in places(model, before) if found_at(said, place) in ("", None, SHOWN)]
    for place in left:
        block, now = found_at(before, place[:-1]), found_at(said, place[:-1])
        if not isinstance(now, Mapping):
            continue
        # An address may be the secret itself, with a password in it: then it says for itself where it goes.
        beside = [key for key in ADDRESSES if key != place[-1] and key in block and key in now]
        moved = [key for key in beside if _origin(now[key]) != _origin(block[key])]
        if any(now[key] for key in moved):
            key = ".".join(map(str, place))
            raise Invalid("secret_again", "地址已改变：原密钥只用于原地址，请重新填写密钥", key)
        said = put_at(said, place[:-1], {**now, place[-1]: "" if moved else found_at(before, place)})
    for place in list(places(model, said)):
        if found_at(said, place) == SHOWN:
            raise Invalid("secret_again", "请填写密钥", ".".join(map(str, place)))
    return said


def _origin(address: Any) -> tuple[str, str]:
    """The machine that an address names: other paths of it are the same one."""
    parts = urlsplit(str(address or ""))
    return (parts.scheme, parts.netloc.lower()) if parts.netloc else ("", str(address or "").lower())


def as_written(
    model: type[pydantic.BaseModel], values: dict[str, Any], opened: Mapping[str, Any], raw: Mapping[str, Any],
    data: Path,
) -> dict[str, Any]:  # fmt: skip
    """The values for the file, each secret sealed: as it is there already, when it is the same. KeyProblem."""
    for place in list(places(model, values)):
        said, there = found_at(values, place), found_at(raw, place)
        is_same = found_at(opened, place) == said and isinstance(there, str) and there.startswith(MARK)
        values = put_at(values, place, there if is_same else sealed(said, data))
    return values
