"""What is asked and told of hot words."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import form
from ivr.recognition.port import USUAL_WEIGHT

BASE = "/api/hot_words"
SHORTEST, LONGEST = 2, 12


class HotWordFields(Body):
    """A word that is often misheard."""

    word: str = pydantic.Field(
        min_length=SHORTEST,
        max_length=LONGEST,
        title="热词",
        json_schema_extra=form(help="2 到 12 个汉字，如“公积金”；转写中同音的字会改为它，并留下原来的字"),
    )
    weight: int = pydantic.Field(
        default=USUAL_WEIGHT, ge=1, le=100, title="权重", json_schema_extra=form(help="1 到 100；同音的热词取权重大的")
    )
    note: str = pydantic.Field(default="", max_length=200, title="说明")


class HotWordView(RecordView):
    """A hot word."""

    word: str = pydantic.Field(title="热词")
    weight: int = pydantic.Field(title="权重")
    note: str = pydantic.Field(title="说明")


class HotWordQuery(RecordQuery):
    """Filters of the list; `search` is a part of the word or note."""


class HotWordBatch(Body):
    """Many at once."""

    words: str = pydantic.Field(
        min_length=1,
        max_length=20_000,
        title="热词",
        json_schema_extra=form(kind="long", help="每行一个，后面可写权重，如：公积金 50"),
    )


class HotWordsAdded(pydantic.BaseModel):
    """How many were added, and why others were not; `words` are for people."""

    added: int
    refused: list[str]
    words: str


class TryWords(Body):
    """A text as a recogniser may have heard it."""

    text: str = pydantic.Field(min_length=1, max_length=500, title="识别出的文字", json_schema_extra=form(kind="long"))


class TriedWords(pydantic.BaseModel):
    """What people would read; `words` also tell what was put in place."""

    text: str
    words: str
