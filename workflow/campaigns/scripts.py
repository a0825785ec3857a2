"""What an agent asks and fills in while he talks with somebody on a list: a form whose name begins with `campaign_`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from cti.base.expressions import ExpressionError
from cti.base.refusal import Invalid
from cti.office.forms.definition import Form
from cti.office.forms.library import FormLibrary
from cti.office.forms.words import answers, form_words
from cti.office.screens import Choice, When
from cti.office.screens.description import Field
from workflow.campaigns.views import TargetDone

PREFIX = "campaign_"
TAKEN = frozenset(TargetDone.model_fields)
"""Names that a script's fields cannot have: they stand beside them."""
ASKED = When(key="code", among=("reached",))
"""Who was not reached is not asked."""


class Scripts:
    """Those that are published now; an administrator adds one by adding such a form."""

    def __init__(self, forms: FormLibrary) -> None:
        self._forms = forms

    def choices(self) -> list[Choice]:
        """To choose from, by title."""
        found = [one.head for name, one in self._forms.files.items() if name.startswith(PREFIX)]
        return [Choice(value=one.form, title=one.title) for one in sorted(found, key=lambda one: one.title)]

    def title(self, name: str) -> str:
        """What people call it; the name itself when its form is gone."""
        form = self._forms.form(name)
        return form.title if form is not None else name

    def check(self, name: str) -> None:
        """Invalid for one that a campaign cannot have."""
        form = self._forms.form(name) if name.startswith(PREFIX) else None
        if form is None:
            raise Invalid("form", "没有这份问卷", "form")
        if taken := sorted(TAKEN & form.types.keys()):
            raise Invalid("form", f"问卷中的项不能叫 {'、'.join(taken)}", "form")

    def fields(self, name: str) -> list[Field]:
        """What is asked of whom was reached; nothing for one whose form is gone."""
        form = self._forms.form(name)
        fields = self._forms.fields(form, {}) if form is not None else ()
        return [one if one.when is not None else one.model_copy(update={"when": ASKED}) for one in fields]

    def filled(self, name: str, given: Mapping[str, Any], *, reached: bool) -> str | None:
        """What was filled in, as it is kept; None for who was not reached. Invalid names each field that is wrong."""
        if not reached or self._forms.form(name) is None:
            return None
        try:
            found = self._forms.check_values(name, given, {})
        except ExpressionError as error:
            raise Invalid("form", f"问卷不能填写：{error.message}") from None
        if found.errors:
            raise Invalid("form", found.words, next(iter(found.errors)), more={"errors": found.errors})
        return msgspec.json.encode({"form": name, "values": found.values}).decode()

    def words(self, kept: str | None) -> str:
        """What was filled in, a line each."""
        form, values = self._kept(kept)
        return form_words(form, values)

    def answers(self, kept: str | None) -> dict[str, str]:
        """The same by the titles of the questions."""
        form, values = self._kept(kept)
        return dict(answers(form, values)) if form is not None else {}

    def questions(self, name: str) -> list[str]:
        """The titles of all that a script asks."""
        form = self._forms.form(name)
        return [field.title for _, _, field, _ in form.every()] if form is not None else []

    def _kept(self, kept: str | None) -> tuple[Form | None, Mapping[str, Any]]:
        if not kept:
            return None, {}
        found = msgspec.json.decode(kept)
        return self._forms.form(found["form"]), found["values"]
