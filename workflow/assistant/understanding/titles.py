"""A title from what a ticket says: the clause that tells most of the matter."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from workflow.assistant.understanding.lists import words
from workflow.assistant.understanding.said import CLAUSE_ENDS, Line, Proposal, Span, pieces
from workflow.assistant.understanding.summary import third_person

LONGEST = 30
SHORTEST = 5
_HEAD = re.compile(
    r"^(?:您好|你好|请问|尊敬的.{0,8}|市民|来电人|反映|咨询|投诉|求助|建议|举报|领导|我是|本人|我们是|我们|我|其|现在|但是|而且|因为|所以|然后|就是|"
    r"希望|那个|就是说|嗯|呃|的|有个|个|可是|不过|关于|目前|位于|在|想|要|问一下|一下)+"
)
_MATTER = words("matters")


def titled(lines: Sequence[Line], weight: Callable[[str], float] = len) -> Proposal | None:
    """The best clause of what was said as the title, at most 30 characters; None where there is none.

    `weight` says how telling a clause's words are among the city's tickets.
    """
    best: tuple[float, Span] | None = None
    for order, piece in enumerate(pieces(lines, CLAUSE_ENDS)):
        head = _HEAD.match(piece.text)
        start = head.end() if head else 0
        told = piece.text[start : start + LONGEST]
        if len(told) < SHORTEST or piece.side == "agent":
            continue
        score = weight(told) / (len(told) + 6) + 0.25 * sum(one in told for one in _MATTER) - 0.08 * order
        if best is None or score > best[0]:
            best = score, piece.span(start, start + len(told))
    return best and Proposal("title", third_person(best[1].of(lines)), (best[1],))
