"""Words of danger: what makes a request urgent at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workflow.assistant.understanding.lists import groups, words
from workflow.assistant.understanding.said import CLAUSE_ENDS, Line, Proposal, pieces

DANGERS = groups("dangers")
SOUNDED = tuple(
    word for signs in DANGERS.values() for word in signs if len(word) >= 3 and not re.search("^没|[掉了去]$", word)
)
"""What is expected when people speak: 燃气围 is 燃气味. Short words, and those with such ends, sound like much else."""
HARMLESS = words("harmless")
_NOT = ("没有", "没", "不是", "并非", "未", "不会", "不能", "避免", "防止", "预防", "以防", "禁止", "严禁", "杜绝")
_MAY = ("怕", "担心", "万一", "容易", "会不会", "如果", "可能会", "要是", "以免", "生怕", "假如", "避免", "隐患")
"""What says that it has not happened; a person who may harm himself is believed nevertheless."""
BEFORE = 5
PAST = words("past_dangers")
"""What is over, or only spoken of."""


def dangers(lines: Sequence[Line]) -> Iterator[Proposal]:
    """Each kind of danger that the words tell of, once, with its words."""
    seen: set[str] = set()
    for piece in pieces(lines, CLAUSE_ENDS):
        text = piece.text
        for harmless in HARMLESS:
            text = text.replace(harmless, "　" * len(harmless))
        over = any(one in lines[piece.line].text[max(0, piece.start - 12) : piece.start + len(text)] for one in PAST)
        for kind, signs in DANGERS.items():
            for word in signs:
                at = text.find(word)
                if at < 0 or kind in seen:
                    continue
                before = text[max(0, at - BEFORE) : at]
                denied = any(one in before for one in _NOT) or before.endswith("不")
                supposed = any(one in text[:at] for one in _MAY)
                if denied or (kind != "轻生" and (supposed or over)) or (kind == "轻生" and over):
                    continue
                seen.add(kind)
                yield Proposal("urgent", kind, (piece.span(at, at + len(word)),))
