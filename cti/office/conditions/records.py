"""What can be asked of records of a kind, and what of it by whom.

A column can be asked for where its value is shown as it stands to everybody who may read the record. What a module
declares as `masked` would be found by probing: such a key is left out, and so are sealed columns, unless a blind index
beside it (`contact_index` of `contact`) finds whole values.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import pydantic
from sqlalchemy import JSON, Boolean, ColumnElement, Float, Integer, Numeric, String, Text, and_, or_, true
from sqlalchemy import Date as SqlDate
from sqlalchemy.orm import class_mapper

from cti.base.numbers.number import Number
from cti.base.refusal import Invalid, NotAllowed
from cti.base.visitor import Visitor
from cti.office.conditions.askable import Askable, Kind
from cti.office.conditions.parsing import Condition, Group, parsed
from cti.office.identity.masking import SEE_NUMBERS, SEE_PERSONAL
from cti.office.screens.description import Column
from cti.office.screens.forms import columns_of
from cti.store.columns import BlindIndex, EncryptedText, UtcDateTime

if TYPE_CHECKING:
    from cti.office.records.parts import Service

MOST_DIGITS = 3
"""So many digits in a condition on a text are a piece of a number."""
LEFT_OUT = ("id", "removed", "titles", "acts", "version")


@cache
def _columns(view: type[pydantic.BaseModel]) -> tuple[Column, ...]:
    return columns_of(view)


def masked_and_searched(service: Service) -> list[str]:
    """What is wrong with what a kind of records declares as masked, each in a line."""
    columns = {one.key for one in class_mapper(service.table).column_attrs}
    probed = [key for key in service.searched if key in service.masked]
    return [
        *(f"records {service.kind}: masked {key} is no column" for key in service.masked if key not in columns),
        *(f"records {service.kind}: searched {key} is masked: who sees it masked finds it" for key in probed),
    ]


def askable(service: Service, visitor: Visitor) -> dict[str, Askable]:
    """All that this visitor may ask, by key."""
    columns = {one.key: one.columns[0] for one in class_mapper(service.table).column_attrs}
    found: dict[str, Askable] = {}
    view: type[pydantic.BaseModel] = service.view
    for shown in _columns(view):
        key = shown.key
        if key in LEFT_OUT or key in service.unasked:
            continue
        if isinstance(getattr(columns.get(f"{key}_index"), "type", None), BlindIndex):
            index = getattr(service.table, f"{key}_index")
            found[key] = Askable(key=key, title=shown.title, kind="whole", column=index)
        elif key in columns and key not in service.masked:
            one = _asked(service, shown, columns[key].type)
            if one is not None:
                found[key] = one
    for part in service.parts:
        found |= {one.key: one for one in part.askable(service, visitor)}
    return found


def _asked(service: Service, shown: Column, type_: Any) -> Askable | None:
    key, column = shown.key, getattr(service.table, shown.key)
    reference = service.references.get(key)
    if isinstance(type_, EncryptedText | BlindIndex | JSON) or shown.kind == "rich":
        return None
    if reference is not None:
        kind: Kind = "tree" if reference.tree else "reference"
        return Askable(
            key=key, title=shown.title, kind=kind, column=column, options_from=reference.choices,
            options_search=not reference.tree, reference=reference,
        )  # fmt: skip
    if isinstance(type_, Boolean):
        return Askable(key=key, title=shown.title, kind="flag", column=column)
    if shown.options:
        return Askable(key=key, title=shown.title, kind="choice", column=column, options=shown.options)
    kinds: Mapping[Any, Kind] = {
        UtcDateTime: "time", SqlDate: "date", Integer: "number", Float: "number", Numeric: "number",
    }  # fmt: skip
    for of, kind in kinds.items():
        if isinstance(type_, of):
            return Askable(key=key, title=shown.title, kind=kind, column=column)
    return Askable(key=key, title=shown.title, kind="text", column=column) if isinstance(type_, String | Text) else None


def limits_of(service: Service, visitor: Visitor, where: str) -> list[ColumnElement[bool]]:
    """The conditions of a query's `where`. Invalid."""
    if not where:
        return []
    known = askable(service, visitor)
    group = parsed(where)
    for one in group.conditions:
        asked = known.get(one.key)
        _check_digits(service, visitor, one, asked)
    return [_group(group, known, service)]


def _check_digits(service: Service, visitor: Visitor, said: Condition, asked: Askable | None) -> None:
    """Numbers inside texts are masked for some, who would find them digit by digit. NotAllowed."""
    seen = service.has_house_texts or (visitor.may(SEE_NUMBERS) and visitor.may(SEE_PERSONAL))
    if asked is None or asked.kind != "text" or seen:
        return
    is_number = service.numbered is not None and said.key == service.numbered.column
    if not is_number and sum(one.isdecimal() for one in str(said.value)) >= MOST_DIGITS:
        raise NotAllowed("masked", f"文字中的号码对您是遮盖的，不能按“{asked.title}”里的数字筛选")


async def check(service: Service, visitor: Visitor, where: str, purpose: str) -> None:
    """Who may not see numbers looks for whole ones with a reason, and not often: see `cti.office.identity.lookups`."""
    if not where:
        return
    known = askable(service, visitor)
    for one in parsed(where).conditions:
        asked = known.get(one.key)
        if asked is not None and asked.kind == "whole" and isinstance(one.value, str):
            await service.office.lookups.number(visitor, service.kind, _digits(service, one.value), purpose)


def _digits(service: Service, said: str) -> str:
    number = Number.parse(said, area=service.area)
    return number.digits or said.strip()


def _group(group: Group, known: Mapping[str, Askable], service: Service) -> ColumnElement[bool]:
    parts = [
        _group(one, known, service) if isinstance(one, Group) else _condition(one, known, service)
        for one in group.parts
    ]
    if not parts:
        return true()
    return and_(*parts) if group.join == "all" else or_(*parts)


def _condition(said: Condition, known: Mapping[str, Askable], service: Service) -> ColumnElement[bool]:
    asked = known.get(said.key)
    if asked is None:
        raise Invalid("where", f"不能按“{said.key[:40]}”筛选", "where")
    if asked.kind == "whole" and isinstance(said.value, str):
        said = Condition(said.key, said.op, _digits(service, said.value))
    return asked.condition(said, service.office.clock)
