"""What the knowledge base tells, each once, when it is stored. Texts are asked of the API, by rights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cti.base.events import RecordEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleEvent(RecordEvent):
    """Something that happened to what readers see of an article with this number (知识编号)."""

    kind: ClassVar[str] = "article"

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePublished(ArticleEvent):
    """Readers see this edition from now on: a first one, or another than before, or at another place of the tree.

    `audience` is `inside` or `public`.
    """

    edition: int
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleWithdrawn(ArticleEvent):
    """Readers see it no more. `reason` is `withdrawn` by somebody, `expired`, or `unconfirmed`."""

    reason: str
