"""Sections inside a section as one form: `voice.speed` stands for the key `speed` in `voice`."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import pydantic

from cti.office.configuring.secrets import is_secret
from cti.office.screens.description import Field
from cti.office.screens.forms import fields_of


def flat_fields(model: type[pydantic.BaseModel]) -> list[Field]:
    """The fields of the model and of the models in it, each of those under its own heading."""
    inner = _inner(model)
    secret = {name for name, field in model.model_fields.items() if is_secret(field)}
    own = [
        one.model_copy(update={"kind": "password", "pattern": None}) if one.key in secret else one
        for one in fields_of(model, leave_out=tuple(inner))
    ]
    for name, one in inner.items():
        heading = model.model_fields[name].title or name
        for index, field in enumerate(flat_fields(one)):
            section = (heading if index == 0 else None) if field.section is None else field.section
            own.append(field.model_copy(update={"key": f"{name}.{field.key}", "section": section}))
    return own


def flat(model: type[pydantic.BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a section as its form has them."""
    inner = _inner(model)
    found = {key: value for key, value in values.items() if key not in inner}
    for name, one in inner.items():
        within = values.get(name)
        if isinstance(within, Mapping):
            found |= {f"{name}.{key}": value for key, value in flat(one, within).items()}
    return found


def nested(model: type[pydantic.BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """What `flat` made, as it was; a section may also be given as a whole."""
    inner = _inner(model)
    found: dict[str, Any] = {}
    within: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        name, dot, rest = key.partition(".")
        if dot and name in inner:
            within.setdefault(name, {})[rest] = value
        else:
            found[key] = value
    return found | {name: nested(inner[name], one) for name, one in within.items()}


def _inner(model: type[pydantic.BaseModel]) -> dict[str, type[pydantic.BaseModel]]:
    return {
        name: field.annotation
        for name, field in model.model_fields.items()
        if inspect.isclass(field.annotation) and issubclass(field.annotation, pydantic.BaseModel)
    }
