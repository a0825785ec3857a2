"""What is asked and told on the public site of somebody's own requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.screens.description import Field
from workflow.tickets.points import Point
from workflow.tickets.views import Id

Asked = Literal["enquiry", "help", "complaint", "report", "suggestion", "praise"]
"""What a citizen may choose of the types."""
LEAST_TEXT = 5


class Kind(Body):
    """What decides which form is asked: `place` is a region's code."""

    type: Asked = pydantic.Field(default="help", title="诉求类型")
    category: Id | None = pydantic.Field(default=None, title="诉求分类")
    enterprise: bool = pydantic.Field(default=False, title="以企业身份提出")
    place: str = pydantic.Field(default="", pattern=r"^(\d{6})?$", title="事发地区")


class Request(Kind):
    """What a citizen fills in; without a title the beginning of the text is it."""

    title: str = pydantic.Field(default="", max_length=60, title="标题")
    content: str = pydantic.Field(min_length=LEAST_TEXT, max_length=5000, title="诉求内容")
    address: str = pydantic.Field(default="", max_length=200, title="详细地址")
    longitude: float | None = pydantic.Field(default=None, ge=-180, le=180, allow_inf_nan=False, title="位置")
    latitude: float | None = pydantic.Field(default=None, ge=-90, le=90, allow_inf_nan=False, title="位置")
    caller_name: str = pydantic.Field(default="", max_length=40, title="您的姓名")
    answer_by: Literal["phone", "sms", "web"] = pydantic.Field(default="phone", title="希望的答复方式")
    confidential: bool = pydantic.Field(default=False, title="保密")

    @property
    def point(self) -> Point | None:
        """Where it is on the map, if he said so."""
        return None if self.longitude is None or self.latitude is None else Point(self.longitude, self.latitude)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody else's open request about the same, of which nothing personal is told."""

    id: str
    about: str
    place: str
    words: str
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A request of the citizen's; `joined` is one of somebody else's that he follows, whose text is not told."""

    number: str
    title: str
    type: str
    words: str
    phase: int
    joined: bool
    rateable: bool
    channel: str
    registered_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a request came to, in plain words; `note` is what the citizen himself added then."""

    words: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class OwnAct:
    """What the citizen may do now; `refused` says why not yet."""

    name: str
    title: str
    refused: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file that he has sent himself."""

    id: str
    name: str
    size: int
    blocked: str


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """All that a citizen is told of a request; of a joined one neither text nor answer nor acts."""

    line: OwnLine
    unit: str
    due_at: datetime | None
    extended: int
    ended_at: datetime | None
    category: str = ""
    place: str = ""
    address: str = ""
    point: Point | None = None
    caller_name: str = ""
    content: str = ""
    answer: str = ""
    satisfaction: str = ""
    stages: tuple[Stage, ...] = ()
    acts: tuple[OwnAct, ...] = ()
    files: tuple[OwnFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What is new in a request, and whose it is: canonical numbers of all who asked, and when each asked.

    `rating` is the number of who may rate it now; empty when nobody may.
    """

    number: str
    title: str
    words: str
    numbers: tuple[tuple[str, datetime], ...]
    rating: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it is sent: `key` is the form's, and sent again it makes no second one.

    `extra` is what the form asks besides, `files` are uploads of the citizen's, `citizen` the id of his record.
    """

    key: str
    request: Request
    extra: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    citizen: str = ""
