"""The table of telephones outside that people of the house call citizens by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, EncryptedText


class OwnPhoneRow(Base):
    """Somebody's own telephone, at his office or a mobile; he has shown that it is his by answering it."""

    __tablename__ = "own_phones"

    person: Mapped[str] = mapped_column(String(26), primary_key=True, doc="人员编号")
    number: Mapped[str] = mapped_column(EncryptedText, doc="电话号码（已加密）")
    confirmed_at: Mapped[datetime] = mapped_column(doc="核验时间")
