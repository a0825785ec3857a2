"""What somebody filled in a form, as the words of its fields, a line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cti.office.forms.definition import Field, Form

Titles = Mapping[str, Callable[[str], str]]
"""The titles of what stands behind an option, by its source."""


def answers(form: Form, values: Mapping[str, Any], titles: Titles | None = None) -> Iterator[tuple[str, str]]:
    """Each field's title with what was said, in the form's order; empty ones are left out."""
    for _, key, field, _ in form.every():
        value = values.get(key)
        # A number that is 0 was said.
        if value is not None and value is not False and value not in ("", []):
            yield field.title, _said(field, value, titles or {})


def form_words(form: Form | None, values: Mapping[str, Any], titles: Titles | None = None) -> str:
    """All of them, a line each; nothing where the form is gone."""
    return "" if form is None else "\n".join(f"{title}：{said}" for title, said in answers(form, values, titles))


def _said(field: Field, value: Any, titles: Titles) -> str:
    title = titles.get(field.source or "")
    if title is not None:
        return "、".join(title(str(one)) for one in (value if isinstance(value, list) else [value]))
    if isinstance(value, bool):
        return "是"
    if isinstance(value, list):
        return "、".join(field.choices.get(str(one), str(one)) for one in value)
    return str(field.choices.get(str(value), value))
