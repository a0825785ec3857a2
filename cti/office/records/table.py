"""The columns of every record that people keep."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Owned
from cti.store.edits import Versioned


class Record(Owned, Versioned):
    """Mixed into a table: an id, whose it is, its version, and when it was made, changed and removed.

    A record that was removed stays, and can be restored.
    """

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    created_by: Mapped[str] = mapped_column(String(26), default="", server_default="", doc="创建人")
    created_at: Mapped[datetime] = mapped_column(doc="创建时间")
    updated_at: Mapped[datetime] = mapped_column(doc="修改时间")
    removed_at: Mapped[datetime | None] = mapped_column(doc="删除时间")
