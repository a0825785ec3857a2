"""What is said: a plain text, or a template filled with values.

A template's text has its variables in braces: `工单{编号}将于{时间}到期`. Modules bring templates with them; a city may
word them anew and add its own, and these stand in a table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Invalid
from cti.office.messages.models import TemplateRow

TITLE_LENGTH, TEXT_LENGTH, SMS_LENGTH, OUTLINE_LENGTH = 120, 2000, 500, 500
OWN = "own"
"""The kind of a city's own templates."""
HIDDEN = "****"

VARIABLE = re.compile(r"\{([^{}\n]{0,40})\}")
STRAY = re.compile(r"[{}]")


@dataclass(frozen=True, slots=True)
class Text:
    """Words as they are; `kind` is one of `Templates.kinds`.

    A mail of them has the file `enclosed` with it: kind and id of its record, and its own id, with colons between.
    """

    kind: str
    title: str
    text: str = ""
    enclosed: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A template by its name, with values for its variables."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)


What = Text | Filled


@dataclass(frozen=True, slots=True)
class Said:
    """What is said at last, cut to what fits: in the inbox, and as an SMS.

    `outline` is what may be shown to who must not see what was filled in.
    """

    kind: str
    title: str
    text: str
    sms: str
    outline: str = ""
    template: str = ""
    secret: bool = False
    enclosed: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A text with variables; `variables` says what each is. An empty `sms` is the text itself.

    What is filled into a `secret` one, such as a code, is for the recipient alone: no log of messages shows it.
    """

    name: str
    kind: str
    title: str
    subject: str
    text: str
    variables: Mapping[str, str] = field(default_factory=dict)
    sms: str = ""
    secret: bool = False

    @property
    def short(self) -> str:
        """What an SMS says."""
        return self.sms or self.text


def fill(text: str, values: Mapping[str, object]) -> str:
    """The text with its variables replaced; one without a value is left out."""
    return VARIABLE.sub(lambda found: str(values.get(found[1].strip(), "")), text)


def problems_of(text: str, variables: Mapping[str, str]) -> list[str]:
    """What is wrong with a template's text, each in a sentence."""
    used = [name.strip() for name in VARIABLE.findall(text)]
    known = "、".join(variables) or "无"
    found = [f"没有变量“{name}”（可用：{known}）" for name in dict.fromkeys(used) if name not in variables]
    if STRAY.search(VARIABLE.sub("", text)):
        found.append("花括号没有成对")
    return found


class Templates:
    """The kinds of messages and the templates of all modules."""

    def __init__(self) -> None:
        self.kinds: dict[str, str] = {}
        self._templates: dict[str, Template] = {}

    def add_kind(self, kind: str, title: str) -> None:
        """Name a kind of messages for people, who can look at one kind alone."""
        self.kinds[kind] = title

    def add(self, *templates: Template) -> Callable[[], None]:
        """Bring templates; returns the undo. ValueError for a name that is taken or a text that is wrong."""
        for one in templates:
            if one.name in self._templates:
                raise ValueError(f"two templates of messages are named {one.name}")
            if wrong := [
                said for text in (one.subject, one.text, one.sms) for said in problems_of(text, one.variables)
            ]:
                raise ValueError(f"template {one.name}: {wrong[0]}")
        self._templates.update({one.name: one for one in templates})

        def undo() -> None:
            for one in templates:
                self._templates.pop(one.name, None)

        return undo

    @property
    def all(self) -> Mapping[str, Template]:
        """Those that modules brought, by name."""
        return self._templates

    async def current(self, session: AsyncSession, name: str) -> Template | None:
        """A template as the city has it now."""
        brought, row = self._templates.get(name), await session.get(TemplateRow, name)
        return brought if row is None else as_kept(row, brought)

    async def said(self, session: AsyncSession, what: What) -> Said:
        """What is said. Invalid for a template that nobody has."""
        if isinstance(what, Text):
            short = f"{what.title}：{what.text}" if what.text else what.title
            return _cut_said(Said(what.kind, what.title, what.text, short, enclosed=what.enclosed))
        found = await self.current(session, what.template)
        if found is None:
            raise Invalid("no_template", f"没有消息模板“{what.template}”")
        return filled(found, what.values)


def as_kept(row: TemplateRow, brought: Template | None) -> Template:
    """A template in the city's words; of a module's the variables stay."""
    if brought is None:
        used = [name.strip() for text in (row.subject, row.text, row.sms) for name in VARIABLE.findall(text)]
        return Template(row.name, OWN, row.title, row.subject, row.text, dict.fromkeys(used, ""), row.sms)
    return replace(brought, subject=row.subject, text=row.text, sms=row.sms)


def filled(template: Template, values: Mapping[str, object]) -> Said:
    """What a template says with these values."""
    hidden = dict.fromkeys(template.variables, HIDDEN)
    subject, text, short = (fill(one, values) for one in (template.subject, template.text, template.short))
    outline = fill(template.short, hidden)
    return _cut_said(Said(template.kind, subject, text, short, outline, template.name, template.secret))


def _cut_said(said: Said) -> Said:
    return replace(
        said, title=_cut(said.title, TITLE_LENGTH), text=_cut(said.text, TEXT_LENGTH), sms=_cut(said.sms, SMS_LENGTH),
        outline=_cut(said.outline, OUTLINE_LENGTH),
    )  # fmt: skip


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
