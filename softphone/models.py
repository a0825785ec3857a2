"""The tables: telephones outside that people of the house call citizens by, and how each desk is arranged."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, EncryptedText


class OwnPhoneRow(Base):
    """Somebody's own telephone, at his office or a mobile; he has shown that it is his by answering it."""

    __tablename__ = "own_phones"

    person: Mapped[str] = mapped_column(String(26), primary_key=True, doc="人员编号")
    number: Mapped[str] = mapped_column(EncryptedText, doc="电话号码（已加密）")
    confirmed_at: Mapped[datetime] = mapped_column(doc="核验时间")


class ArrangementRow(Base):
    """How somebody has arranged his desk."""

    __tablename__ = "desk_arrangements"

    person: Mapped[str] = mapped_column(String(26), primary_key=True, doc="人员编号")
    columns: Mapped[list[dict[str, Any]]] = mapped_column(JSON, doc="各栏的宽度和组件")
    updated_at: Mapped[datetime] = mapped_column(doc="修改时间")
