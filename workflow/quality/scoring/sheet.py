"""A score sheet as its file says it.

```yaml
sheet: service
title: 座席服务质检
passing: 85
items:
  greeting:
    title: 开头语
    points: 5
    levels: {规范: 5, 不完整: 3, 没有: 0}    # without levels: all points or none
    must: [您好]                             # marked where the agent says none of these
    within: 15                               # in the first seconds of the talk
  answer: {title: 解答准确, points: 95, optional: true, never: [不归我管]}
fatal:
  rude: {title: 辱骂、顶撞市民, never: [闭嘴]}
sensitive: [投诉到省里]                       # marked whoever says it
measures: {silence: 20, talk_over: 3, fast: 7}
tests:
  - {name: 没有报开头语, points: {greeting: 0}, score: 95, passed: true}
  - {name: 顶撞市民, fatal: [rude], score: 0, passed: false}
  - {name: 标出忌语, said: [{agent: 您好}, {agent: 这不归我管}], marks: [answer]}
```
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import pydantic

from cti.base.files.parts import NAME, Name, Part
from cti.office.workshop.definitions import FileTest, Head

Title = Annotated[str, pydantic.Field(min_length=1, max_length=40)]
Phrase = Annotated[str, pydantic.Field(min_length=1, max_length=30)]
Phrases = Annotated[tuple[Phrase, ...], pydantic.Field(max_length=200)]
Points = Annotated[float, pydantic.Field(ge=0, le=1000, allow_inf_nan=False)]
Seconds = Annotated[float, pydantic.Field(gt=0, le=3600)]
FULL, NONE = "达到", "未达到"
"""The levels of an item that names none."""


class Looked(Part):
    """What is looked for in the words of a talk: `must` is marked where the agent says none of it, `never` where he
    says it. With `within` only the first so many seconds count."""

    title: Title
    about: str = pydantic.Field(default="", max_length=300)
    must: Phrases = ()
    never: Phrases = ()
    within: Seconds | None = None


class Item(Looked):
    """An item with its points. An `optional` one may be left out where a talk gave no occasion for it."""

    points: Points
    levels: dict[Title, Points] = pydantic.Field(default={})
    optional: bool = False

    @property
    def choices(self) -> tuple[tuple[str, float], ...]:
        """The levels in order, each with its points."""
        return tuple((self.levels or {FULL: self.points, NONE: 0.0}).items())


class Fatal(Looked):
    """A fault after which nothing else counts."""


class Measures(Part):
    """From which values a measure of the sound is marked: seconds of silence and of talking over each other, and
    characters a second of the agent."""

    silence: Seconds | None = None
    talk_over: Seconds | None = None
    fast: Annotated[float, pydantic.Field(gt=0, le=20)] | None = None


class SaidPart(Part):
    """A line of a talk in a test; `at` is its second."""

    agent: str = ""
    caller: str = ""
    at: Annotated[float, pydantic.Field(ge=0)] = 0.0


class SheetTest(FileTest):
    """What a talk is worth with these points (all of them where an item is not named), and what is marked in it."""

    points: dict[str, float] = pydantic.Field(default={})
    without: tuple[str, ...] = ()
    fatal: tuple[str, ...] = ()
    score: float | None = None
    passed: bool | None = None
    said: tuple[SaidPart, ...] = ()
    marks: tuple[str, ...] | None = None


class Sheet(Head):
    """A score sheet. A score is the share of the points of the items that count, of 100."""

    WORD: ClassVar[str] = "sheet"

    sheet: str = pydantic.Field(pattern=NAME)
    title: str = pydantic.Field(min_length=1, max_length=60)
    passing: Annotated[float, pydantic.Field(ge=0, le=100)] = 80.0
    items: dict[Name, Item] = pydantic.Field(min_length=1, max_length=40)
    fatal: dict[Name, Fatal] = pydantic.Field(default={}, max_length=20)
    sensitive: Phrases = ()
    measures: Measures = Measures()
    tests: tuple[SheetTest, ...] = ()

    @property
    def compared(self) -> dict[str, object]:
        """Items and fatal faults, by which two revisions are compared."""
        return {**self.items, **self.fatal}

    @property
    def total(self) -> float:
        """The points of all items."""
        return sum(one.points for one in self.items.values())

    @property
    def looked(self) -> dict[str, Looked]:
        """All that is looked for in a talk, by name."""
        return {**self.items, **self.fatal}
