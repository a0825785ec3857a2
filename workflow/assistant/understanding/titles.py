"""A title from what a ticket says: the clauses that tell most of the matter."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from workflow.assistant.understanding.lists import words
from workflow.assistant.understanding.said import CLAUSE_ENDS, Line, Piece, Proposal, pieces
from workflow.assistant.understanding.summary import is_empty, third_person

LONGEST = 30
SHORTEST = 4
_HEAD = re.compile(
    r"^(?:您好|你好|请问|尊敬的.{0,8}|市民|来电人|反映|咨询|投诉|求助|建议|举报|领导|我是|本人|我们是|我们|我|其|现在|但是|而且|因为|所以|然后|就是|"
    r"希望|那个|就是说|嗯|呃|的|有个|个|可是|不过|关于|目前|位于|在|想|要|问一下|一下)+"
)
_PLEA = re.compile(r"请(?!问)|希望|恳请|恳求|盼|望|麻烦|拜托|尽快|谢谢")
"""How a clause begins that asks for help, and tells nothing that a title wants."""
_MATTER = words("matters")


_EARLY, _OF_MATTER = 0.2, 0.05
"""What a clause's place and words of a matter count: tried on half of 4,326 public messages that have titles."""


def titled(lines: Sequence[Line]) -> Proposal | None:
    """The clauses that tell most of what was said, early ones first, at most 30 characters; None where there are none.

    A clause tells much whose words come again in the rest.
    """
    cut = [one for one in _told(lines) if one[1] - one[0] >= SHORTEST]
    letters = Counter(pair for piece in pieces(lines, CLAUSE_ENDS) for pair in _pairs(piece.text))
    best: tuple[float, list[tuple[int, int, Piece]]] | None = None
    for order in range(len(cut)):
        for last in range(order + 1, min(order + 3, len(cut)) + 1):
            words = "".join(piece.text[start:end] for start, end, piece in cut[order:last])
            if last > order + 1 and (len(words) > LONGEST or _PLEA.match(cut[last - 1][2].text)):
                break
            told = words[:LONGEST]
            score = sum(math.sqrt(letters[pair]) for pair in set(_pairs(told))) / (len(told) + 8)
            score += _OF_MATTER * sum(one in told for one in _MATTER) - _EARLY * order
            if best is None or score > best[0]:
                best = score, cut[order:last]
    if best is None:
        return None
    words, spans = "", []
    for start, end, piece in best[1]:
        end = min(end, start + LONGEST - len(words))
        words += piece.text[start:end]
        spans.append(piece.span(start, end))
    return Proposal("title", third_person("".join(words.split())), tuple(spans))


def _told(lines: Sequence[Line]) -> Iterator[tuple[int, int, Piece]]:
    """Clauses without what only opens them: from where to where, of which piece."""
    for piece in pieces(lines, CLAUSE_ENDS):
        if piece.side != "agent" and not is_empty(piece.text):
            head = _HEAD.match(piece.text)
            yield (head.end() if head else 0), len(piece.text), piece


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)]
