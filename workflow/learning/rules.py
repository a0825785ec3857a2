"""States and words of learning, and what is hidden of what citizens say."""

from __future__ import annotations

import re
from typing import Literal

from ivr.reach.turns import How

SEE, EDIT = "learning.see", "learning.edit"
BASE = "/api/learning"
QUESTIONS, TURNS, CHANGES = f"{BASE}/groups", f"{BASE}/turns", f"{BASE}/changes"

HOWS: dict[str, str] = {
    "intent": "识别为意图", "open": "直接采用", "aside": "中途提问已答", "unknown": "未听懂", "human": "要求人工",
}  # fmt: skip
UNDERSTOOD: tuple[How, ...] = ("intent", "open", "aside")

Reason = Literal["unknown", "handed", "rated"]
REASONS: dict[str, str] = {"unknown": "未听懂", "handed": "随后转人工", "rated": "评价差"}

State = Literal["open", "learned", "asked", "dismissed"]
STATES: dict[str, str] = {"open": "待处理", "learned": "已学习", "asked": "已提交知识库", "dismissed": "不处理"}

Kind = Literal["example", "word", "intent"]
KINDS: dict[str, str] = {"example": "加为例句", "word": "加为关键词", "intent": "新建意图"}

ChangeState = Literal["proposed", "published", "dropped"]
CHANGE_STATES: dict[str, str] = {"proposed": "待发布", "published": "已发布", "dropped": "已放弃"}

MEDIA = {"phone": "电话", "chat": "在线会话"}
LONGEST = 500
"""Characters of what was said that are kept."""
_NUMBER = re.compile(r"[0-9０-９](?:[\s-]?[0-9０-９Xx]){5,}")


def kept(text: str) -> str:
    """What was said, as it is kept: numbers of telephones, cards and tickets hidden."""
    return _NUMBER.sub("…", " ".join(text.split()))[:LONGEST]
