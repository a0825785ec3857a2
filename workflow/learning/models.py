"""Tables of learning: talks with bots, their turns, turns that say the same, and changes of flows made of these."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, EncryptedText, Owned


class BotTalkRow(Owned, Base):
    """A talk in which something was said to a bot, by its first flow; its id is the call's or the chat's."""

    __tablename__ = "bot_talks"
    __table_args__ = (Index(None, "began_at", "id"), Index(None, "flow", "began_at"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="通话或会话编号")
    medium: Mapped[str] = mapped_column(String(8), doc="渠道")
    flow: Mapped[str] = mapped_column(String(60), doc="流程")
    revision: Mapped[int] = mapped_column(doc="版本")
    began_at: Mapped[datetime] = mapped_column(doc="开始时间")
    turns: Mapped[int] = mapped_column(doc="市民说话次数")
    missed: Mapped[int] = mapped_column(doc="未听懂次数")
    intent: Mapped[str] = mapped_column(String(80), doc="最后的意图")
    handed: Mapped[bool] = mapped_column(doc="转人工")
    over: Mapped[bool] = mapped_column(doc="已结束")
    score: Mapped[int | None] = mapped_column(doc="满意度")


class BotTurnRow(Record, Base):
    """Something that a citizen said to a bot. `reason` says why somebody should look at it; `group` is where it is."""

    __tablename__ = "bot_turns"
    __table_args__ = (
        Index(None, "at", "id"),
        Index(None, "group", "at", "id"),
        Index(None, "reason", "at", "id"),
        Index(None, "talk", "at"),
        Index(None, "flow", "node", "at"),
        Index(None, "updated_at", "id"),
    )

    talk: Mapped[str] = mapped_column(String(26), doc="通话或会话")
    medium: Mapped[str] = mapped_column(String(8), doc="渠道")
    at: Mapped[datetime] = mapped_column(doc="时间")
    flow: Mapped[str] = mapped_column(String(60), doc="流程")
    revision: Mapped[int] = mapped_column(doc="版本")
    node: Mapped[str] = mapped_column(String(80), doc="节点")
    said: Mapped[str] = mapped_column(EncryptedText, doc="市民原话（已加密）")
    how: Mapped[str] = mapped_column(String(8), doc="识别结果")
    intent: Mapped[str] = mapped_column(String(80), doc="意图")
    sure: Mapped[float] = mapped_column(doc="把握")
    reason: Mapped[str] = mapped_column(String(8), doc="列入原因")
    group: Mapped[str] = mapped_column(String(26), doc="同类问题")
    handed: Mapped[bool] = mapped_column(doc="随后转人工")
    score: Mapped[int | None] = mapped_column(doc="满意度")


class TurnGroupRow(Record, Base):
    """Turns at one node that say the same, with the first of them; the intent and the article that are nearest."""

    __tablename__ = "bot_turn_groups"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "state", "count", "id"),
        Index(None, "count", "id"),
        Index(None, "flow", "node", "state", "updated_at"),
    )

    flow: Mapped[str] = mapped_column(String(60), doc="流程")
    node: Mapped[str] = mapped_column(String(80), doc="节点")
    said: Mapped[str] = mapped_column(EncryptedText, doc="市民原话（已加密）")
    count: Mapped[int] = mapped_column(doc="次数")
    reason: Mapped[str] = mapped_column(String(8), doc="列入原因")
    last_at: Mapped[datetime] = mapped_column(doc="最近一次")
    near: Mapped[str] = mapped_column(String(80), doc="最接近的意图")
    near_sure: Mapped[float] = mapped_column(doc="接近程度")
    article: Mapped[str] = mapped_column(String(200), doc="最接近的知识")
    state: Mapped[str] = mapped_column(String(10), doc="状态")


class FlowChangeRow(Record, Base):
    """A change of a flow that a group asks for, with what it does to kept stories; published, or not."""

    __tablename__ = "bot_flow_changes"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "state", "updated_at", "id"), Index(None, "group"))

    group: Mapped[str] = mapped_column(String(26), doc="同类问题")
    flow: Mapped[str] = mapped_column(String(60), doc="流程")
    node: Mapped[str] = mapped_column(String(80), doc="节点")
    kind: Mapped[str] = mapped_column(String(8), doc="修改方式")
    intent: Mapped[str] = mapped_column(String(80), doc="意图")
    title: Mapped[str] = mapped_column(String(40), doc="意图名称")
    target: Mapped[str] = mapped_column(String(80), doc="转到的节点")
    words: Mapped[str] = mapped_column(EncryptedText, doc="加入的话（已加密）")
    base: Mapped[int] = mapped_column(doc="所依据的版本")
    stories: Mapped[int] = mapped_column(doc="检查的对话")
    broken: Mapped[int] = mapped_column(doc="因此不通过的对话")
    mended: Mapped[int] = mapped_column(doc="因此通过的对话")
    recognised: Mapped[int] = mapped_column(doc="本组能听懂的句数")
    asked: Mapped[int] = mapped_column(doc="本组句数")
    compared: Mapped[int] = mapped_column(doc="检查的以往说话")
    altered: Mapped[int] = mapped_column(doc="结果改变的以往说话")
    effect: Mapped[str] = mapped_column(EncryptedText, doc="影响（已加密）")
    state: Mapped[str] = mapped_column(String(10), doc="状态")
    published: Mapped[int] = mapped_column(doc="发布为版本")
