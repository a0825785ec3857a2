"""`knowledge.answer`: the passage that answers a question, for flows: what a caller or a visitor of a chat asks."""

from __future__ import annotations

import pydantic

from ivr.conversation.port import Facts
from ivr.reach.lookups import Service
from workflow.knowledge.finding.misheard import Misheard
from workflow.knowledge.finding.service import Finding

NAME = "knowledge.answer"
SURE = 0.5
"""A passage that has less of the question answers something else."""


class KnowledgeQuestion(pydantic.BaseModel):
    """What is asked; `least` is how much of it must stand in the passage, between 0 and 1."""

    words: str
    least: float = SURE


class KnowledgeAnswer(pydantic.BaseModel):
    """The passage, and the public article that it stands in.

    `other` is the title of the article that comes next, empty where there is none, and `other_score` its score: of two
    that are alike likely a flow asks which is meant.
    """

    title: str
    passage: str
    number: str
    edition: int
    score: float
    other: str
    other_score: float
    by_sound: bool = False


def service(finding: Finding, misheard: Misheard) -> Service:
    """The service; it finds public articles of the region that was called, and of those above it."""

    async def answer(question: KnowledgeQuestion, facts: Facts) -> KnowledgeAnswer | None:
        found, by_sound = await finding.best_passage(question.words, facts.region), False
        if found is None or found.score < question.least:
            title = await misheard.title(question.words, facts.region)
            found, by_sound = await finding.best_passage(title, facts.region) if title else None, True
        if found is None or found.score < question.least:
            return None
        return KnowledgeAnswer(
            title=found.title, passage=found.passage, number=found.number, edition=found.edition, score=found.score,
            other=found.other, other_score=found.other_score, by_sound=by_sound,
        )  # fmt: skip

    return Service(NAME, "知识库回答", KnowledgeQuestion, KnowledgeAnswer, answer)
