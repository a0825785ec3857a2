"""Records that hold until a moment, or for good: their field, what the list shows of it, its filter and its rule.

The table has a column `until` (of times, none for good), the view `until` and `expired`, the query `state`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import pydantic
from sqlalchemy import ColumnElement

from cti.base.refusal import Invalid
from cti.office.screens import Filter, Option, form

Until = Annotated[
    pydantic.AwareDatetime | None,
    pydantic.Field(title="失效时间", json_schema_extra=form(help="不填则长期有效")),
]
"""The field of a form."""
ShownUntil = Annotated[datetime | None, pydantic.Field(title="失效时间", json_schema_extra=form(none="长期"))]
Expired = Annotated[bool, pydantic.Field(title="已失效")]
"""Those of a view."""
Validity = Literal["valid", "expired"]
VALIDITY = Filter(
    kind="choice", key="state", title="有效性",
    options=(Option(value="valid", title="有效"), Option(value="expired", title="已失效")),
)  # fmt: skip
"""The filter of a list."""


def check_until(until: datetime | None, row: Any, now: datetime) -> None:
    """Refuse a moment that is over, but for what stands in the row already. Invalid."""
    stays = row is not None and row.until == until
    if until is not None and not stays and until <= now:
        raise Invalid("until", "失效时间应晚于现在", "until")


def is_expired(row: Any, now: datetime) -> bool:
    """Whether it holds no more."""
    return row.until is not None and row.until <= now


def of_validity(table: Any, validity: Validity | None, now: datetime) -> list[ColumnElement[bool]]:
    """The conditions that the filter makes."""
    if validity is None:
        return []
    over: ColumnElement[bool] = table.until <= now
    return [over if validity == "expired" else ~over | table.until.is_(None)]
