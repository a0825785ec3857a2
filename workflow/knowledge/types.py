"""Types of articles: forms whose names begin with `knowledge_`, which say what an article asks besides its text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cti.base.expressions import ExpressionError
from cti.base.refusal import Invalid
from cti.office.forms.library import FormLibrary
from cti.office.screens import Choice
from cti.office.screens.description import Field
from workflow.knowledge.views import Line

PREFIX = "knowledge_"
PLAIN = "knowledge_text"


class Types:
    """Those that are published now; an administrator adds one by adding such a form."""

    def __init__(self, forms: FormLibrary) -> None:
        self._forms = forms

    def all(self) -> list[Choice]:
        """In the order in which they are shown: the plain text first."""
        found = [one.head for name, one in self._forms.files.items() if name.startswith(PREFIX)]
        order = sorted(found, key=lambda one: (one.form != PLAIN, one.form))
        return [Choice(value=one.form, title=one.title) for one in order]

    def title(self, type: str) -> str:
        """What people call it; the name itself when its form is gone."""
        form = self._forms.form(type)
        return form.title if form is not None else type

    def check(self, type: str) -> str:
        """The type, or Invalid."""
        if not type.startswith(PREFIX) or self._forms.form(type) is None:
            raise Invalid("no_type", "没有这种知识类型", "type")
        return type

    def fields(self, type: str) -> tuple[Field, ...]:
        """What an article of the type asks besides; nothing for one whose form is gone."""
        form = self._forms.form(type)
        return () if form is None else self._forms.fields(form, {"record": {}})

    def checked(self, type: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """What was filled in. Invalid names each field that is wrong."""
        found = self._forms.check_values(type, given, {"record": {}})
        if found.errors:
            raise Invalid("form", found.words, next(iter(found.errors)), more={"errors": found.errors})
        return dict(found.values)

    def missing(self, type: str, given: Mapping[str, Any]) -> str:
        """What is still wrong in the details, in words; empty when nothing is."""
        try:
            return self._forms.check_values(type, given, {"record": {}}).words
        except ExpressionError as error:
            return str(error.message)

    def lines(self, type: str, given: Mapping[str, Any]) -> list[Line]:
        """What was filled in, in words and in the form's order."""
        found = []
        for one in self.fields(type):
            if (value := given.get(one.key)) not in (None, "", []):
                words = {option.value: option.title for option in one.options}
                found.append(Line(title=one.title, text=_said(value, words, one)))
        return found


def _said(value: Any, words: Mapping[str, str], field: Field) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        columns = {one.key: one.title for one in field.rows}
        return "\n".join(
            "　".join(f"{columns.get(key, key)}：{said}" for key, said in one.items() if said not in (None, ""))
            if isinstance(one, dict) else words.get(str(one), str(one))
            for one in value
        )  # fmt: skip
    return words.get(str(value), str(value))
