"""Fields of the house's forms as a page without scripts fills them in: what came back, in the types of the fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cti.base.http.forms import Form
from cti.base.refusal import Refusal, all_of
from cti.office.screens.description import Field


def values_of(fields: Sequence[Field], form: Form, prefix: str) -> dict[str, Any]:
    """What was filled in of these fields under names that begin with the prefix; what is wrong the form's rules say."""
    given, found = form.under(prefix), dict[str, Any]()
    for field in fields:
        said = [one for one in given.get(field.key, []) if one]
        if field.kind == "flag":
            found[field.key] = bool(said)
        elif field.kind in ("choices", "tags"):
            found[field.key] = said
        elif field.kind == "number" and said:
            found[field.key] = _number(said[0])
        else:
            found[field.key] = said[0] if said else ""
    return found


def _number(text: str) -> Any:
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def faults_of(refusal: Refusal) -> dict[str, str]:
    """What is wrong, by field; under an empty name what belongs to none."""
    errors = refusal.more.get("errors")
    if isinstance(errors, Mapping):
        return {str(key): str(words) for key, words in errors.items()}
    return {one.field or "": one.detail for one in reversed(all_of(refusal))}
