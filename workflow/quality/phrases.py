"""What the score sheets ask agents to say and forbid, judged of every talk that is written down: figures count it."""

from __future__ import annotations

from collections.abc import Sequence

from workflow.quality.scoring.library import SheetLibrary
from workflow.quality.scoring.marks import Said, phrases_of
from workflow.transcripts.lines import Line
from workflow.transcripts.measuring.phrases import Phrases


class SheetPhrases:
    """The transcripts' port `JudgesPhrases`: by all sheets that an organisation may score by, each fault once."""

    def __init__(self, sheets: SheetLibrary) -> None:
        self._sheets = sheets

    def judge(self, organisation: str, agent: str, lines: Sequence[Line]) -> Phrases | None:
        """See `JudgesPhrases.judge`. Seconds count from the agent's first word."""
        heads = [one.head for name, one in self._sheets.files.items() if self._sheets.is_for(name, organisation)]
        if not any(one.must or one.never for head in heads for one in head.looked.values()):
            return None
        mine = [one for one in lines if one.kind == "said" and not one.apart and one.side == "agent"]
        mine = [one for one in mine if one.agent == agent]
        if not mine:
            return None
        began = min(one.at for one in mine)
        said = [Said("agent", (one.at - began).total_seconds(), one.seconds, one.text) for one in mine]
        found = {(one.kind, one.words) for head in heads for one in phrases_of(head, said)}
        return Phrases(*(tuple(sorted(words for kind, words in found if kind == it)) for it in ("missing", "said")))
