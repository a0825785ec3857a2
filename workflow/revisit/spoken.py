"""What flows ask and tell of a revisit: `revisit.about`, whom and what it is about; `revisit.heard`, what he said."""

from __future__ import annotations

from collections.abc import Collection

import pydantic
from sqlalchemy import select

from ivr.conversation.port import Facts
from ivr.reach.lookups import Service
from workflow.revisit.models import RevisitRow
from workflow.revisit.results import Heard, Results
from workflow.revisit.rules import OUTCOMES, SATISFACTIONS, WHYS
from workflow.revisit.service import Revisits
from workflow.revisit.views import SOLVED

ABOUT, HEARD = "revisit.about", "revisit.heard"
DOUBLE = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "夏侯",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "宇文",
    "长孙",
    "司徒",
)
"""Family names of two characters."""
ADDRESS = {"male": "先生", "female": "女士"}


def _one_of(values: Collection[str]) -> str:
    """A pattern that these match: flows hold plain texts."""
    return f"^({'|'.join(sorted(values))})$"


class NoQuestion(pydantic.BaseModel):
    """The call says all."""


class About(pydantic.BaseModel):
    """`address` is how he is called, by his family name alone (王女士); empty for a name that is not known."""

    address: str
    title: str
    ticket: str


class Said(pydantic.BaseModel):
    """What the flow has made out; the reason in the citizen's own words."""

    outcome: str = pydantic.Field(pattern=_one_of(set(OUTCOMES) - {""}))
    solved: str = pydantic.Field(default="", pattern=_one_of({"", *SOLVED}))
    satisfaction: str = pydantic.Field(default="", pattern=_one_of({"", *SATISFACTIONS}))
    hotline: str = pydantic.Field(default="", pattern=_one_of({"", *SATISFACTIONS}))
    reason: str = pydantic.Field(default="", max_length=2000)
    why: str = pydantic.Field(default="", pattern=_one_of({"", *WHYS}))
    day: str = pydantic.Field(default="", pattern=r"^(\d{4}-\d\d-\d\d)?$")
    time: str = pydantic.Field(default="", pattern=r"^(\d?\d:\d\d)?$")

    @pydantic.model_validator(mode="after")
    def _whole(self) -> Said:
        if self.outcome == "result" and not (self.satisfaction and self.hotline and self.solved):
            raise ValueError("a result says whether it is solved, and how he finds it and the hotline")
        return self


class Taken(pydantic.BaseModel):
    """Whether it was written down: not for a call that is no revisit."""

    taken: bool


def address_of(name: str, gender: str) -> str:
    """`王女士`, `欧阳先生`, `王先生或女士`: never the given name, which others in the room need not hear."""
    if not name or not name[0].isalpha():
        return ""
    family = name[:2] if name.startswith(DOUBLE) else name[:1]
    return family + ADDRESS.get(gender, "先生或女士")


def services(revisits: Revisits, results: Results) -> list[Service]:
    """Both."""

    async def about(question: NoQuestion, facts: Facts) -> About | None:
        async with revisits.office.store.reading() as session:
            row = await session.scalar(select(RevisitRow).where(RevisitRow.attempt == facts.call))
        if row is None:
            return None
        return About(address=address_of(row.name, row.gender), title=row.about, ticket=row.ticket_number)

    async def heard(said: Said, facts: Facts) -> Taken:
        return Taken(taken=await results.heard(facts.call, Heard(**said.model_dump())))

    return [
        Service(ABOUT, "回访的工单", NoQuestion, About, about),
        Service(HEARD, "登记回访结果", Said, Taken, heard, effect=True),
    ]
