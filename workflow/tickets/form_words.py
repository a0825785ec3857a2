"""What somebody filled in a form, as the words of its fields, a line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cti.office.forms.definition import Form


def form_words(form: Form | None, values: Mapping[str, Any], unit: Callable[[str], str]) -> str:
    """Fields in the form's order, empty ones left out; `unit` gives the title of an organisation."""
    if form is None:
        return ""
    said = []
    for key, field in ((key, field) for _, key, field, _ in form.every()):
        value = values.get(key)
        if value in (None, "", [], False):
            continue
        if field.source == "units":
            names = value if isinstance(value, list) else [value]
            value = "、".join(unit(str(one)) for one in names)
        elif isinstance(value, bool):
            value = "是"
        elif isinstance(value, list):
            value = "、".join(field.choices.get(str(one), str(one)) for one in value)
        else:
            value = field.choices.get(str(value), value)
        said.append(f"{field.title}：{value}")
    return "\n".join(said)
