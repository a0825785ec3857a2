"""What kind of request it is, by the words people ask with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow.assistant.understanding.lists import groups
from workflow.assistant.understanding.said import CLAUSE_ENDS, Line, Proposal, pieces

CUES = tuple(groups("kinds").items())
"""Types of `workflow.tickets.views.TYPES`; what stands first wins."""


def kinds(lines: Sequence[Line]) -> Iterator[Proposal]:
    """The types that the words ask for, the most telling first."""
    cut = [one for one in pieces(lines, CLAUSE_ENDS) if one.side != "agent"]
    for kind, words in CUES:
        for piece in cut:
            word = next((one for one in words if one in piece.text), "")
            if word and not (kind in ("report", "complaint") and f"不{word}" in piece.text):
                at = piece.text.index(word)
                yield Proposal("type", kind, (piece.span(at, at + len(word)),))
                break
