"""Tables: categories in a tree, and the matters themselves."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.office.tree.models import TreeRecord
from cti.store.columns import Base, BlindIndex, EncryptedText


class MatterCategoryRow(TreeRecord, Base):
    """What matters are about."""

    __tablename__ = "matter_categories"
    __table_args__ = (Index(None, "path", "id"), Index(None, "line"), Index(None, "updated_at", "id"))


class MatterRow(Record, Base):
    """A matter."""

    __tablename__ = "matters"
    __table_args__ = (
        Index(None, "updated_at", "id"), Index(None, "due_at", "id"), Index(None, "state", "updated_at", "id"),
        Index(None, "lead", "updated_at", "id"), Index(None, "number", unique=True), Index(None, "caller_index"),
        Index(None, "type", "updated_at", "id"), Index(None, "overdue", "due_at", "id"),
        Index(None, "category", "updated_at", "id"), Index(None, "created_at", "id"),
    )  # fmt: skip

    number: Mapped[str] = mapped_column(String(40), doc="编号")
    type: Mapped[str] = mapped_column(String(12), doc="类型")
    title: Mapped[str] = mapped_column(String(100), doc="标题")
    content: Mapped[str] = mapped_column(Text, doc="内容")
    place: Mapped[str] = mapped_column(String(200), doc="事发地点")
    category: Mapped[str | None] = mapped_column(String(26), doc="分类")
    caller_name: Mapped[str] = mapped_column(String(80), doc="来电人")
    caller: Mapped[str] = mapped_column(EncryptedText, doc="来电号码")
    caller_index: Mapped[str] = mapped_column(BlindIndex, doc="来电号码索引")
    call: Mapped[str] = mapped_column(String(26), default="", doc="通话")
    state: Mapped[str] = mapped_column(String(12), default="new", doc="状态")
    due_at: Mapped[datetime | None] = mapped_column(doc="办理期限")
    overdue: Mapped[bool] = mapped_column(default=False, doc="已超期")
    lead: Mapped[str] = mapped_column(String(40), default="", doc="主办部门")
    answer: Mapped[str] = mapped_column(Text, default="", doc="答复")
