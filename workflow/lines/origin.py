"""Who says how a line is: the settings file, until somebody changes the record on its page.

`settings.yaml` is read when the engine starts. A number or trunk that only the file knows becomes a record, follows the
file at each start, and goes when the file no longer has it. From the first change on the page on (removal is one) the
page wins, and the file's entry of the same number or name counts no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from sqlalchemy import select

from cti.base.ids import new_id
from cti.base.visitor import system
from cti.office.records import Office
from cti.store.edits import edit
from workflow.lines.models import NumberRow, TrunkRow

FILE, PAGE = "file", "page"
ORIGINS = {FILE: "设置文件", PAGE: "页面"}
WHO_WINS = "修改立即生效。来源为“设置文件”的每次启动以 settings.yaml 为准，在页面上改过或删除后以页面为准"
READER = system("settings.yaml")

L = TypeVar("L", NumberRow, TrunkRow)


async def take_in(office: Office, kind: str, table: type[L], key: str, wanted: Mapping[str, Mapping[str, Any]]) -> None:
    """Bring the file's own records into line with it; `wanted` has the columns of each by its number or name."""
    now = office.clock.wall()
    async with office.store.writing() as session:
        found = (await session.scalars(select(table).order_by(table.removed_at.is_not(None).desc(), table.id))).all()
        rows = {cast("str", getattr(row, key)): row for row in found}
        for name, values in wanted.items():
            row = rows.get(name)
            if row is None:
                made: Any = table
                row = made(id=new_id(), created_at=now, updated_at=now, **{**values, key: name, "origin": FILE})
                session.add(row)
                action = "added"
            elif row.origin == FILE and any(getattr(row, one) != value for one, value in values.items()):
                row.updated_at = now
                await edit(session, row, row.version, {**values, "removed_at": None}, READER, now)
                action = "edited"
            else:
                continue
            await office.audit.write(session, READER, f"{kind}.{action}", f"{kind}:{row.id}", after={key: name})
        for name, row in rows.items():
            if row.origin == FILE and name not in wanted and row.removed_at is None:
                await edit(session, row, row.version, {"removed_at": now}, READER, now)
                await office.audit.write(session, READER, f"{kind}.removed", f"{kind}:{row.id}", after={key: name})
