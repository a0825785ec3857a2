"""What is filled in, told and asked."""

from datetime import datetime

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordView
from cti.office.screens import form

TYPES = {"enquiry": "咨询", "help": "求助", "complaint": "投诉", "suggestion": "建议"}
STATES = {"new": "待派单", "sent": "待签收", "signed": "办理中", "answered": "待办结", "closed": "已办结"}
ORGANISATIONS = "/api/options/organisations"


class MatterFields(Body):
    """A matter as it is registered."""

    type: str = pydantic.Field(
        default="help", pattern=f"^({'|'.join(TYPES)})$", title="类型", json_schema_extra=form(options=TYPES)
    )
    title: str = pydantic.Field(min_length=2, max_length=100, title="标题")
    content: str = pydantic.Field(min_length=2, max_length=4000, title="内容")
    place: str = pydantic.Field(default="", max_length=200, title="事发地点")
    category: str | None = pydantic.Field(default=None, max_length=700, title="分类")
    caller_name: str = pydantic.Field(default="", max_length=80, title="来电人")
    caller: str = pydantic.Field(default="", max_length=32, title="来电号码", json_schema_extra=form(kind="phone"))


class MatterView(RecordView, MatterFields):
    """A matter, the caller as the visitor may see him."""

    type: str = pydantic.Field(title="类型", json_schema_extra=form(kind="choice", options=TYPES, width=90))
    number: str = pydantic.Field(title="编号", json_schema_extra=form(width=190))
    call: str = pydantic.Field(title="通话", json_schema_extra=form(link="calls"))
    state: str = pydantic.Field(title="状态", json_schema_extra=form(kind="choice", options=STATES, width=100))
    due_at: datetime | None = pydantic.Field(title="办理期限")
    overdue: bool = pydantic.Field(title="已超期", json_schema_extra=form(tones={"true": "ring"}, width=90))
    lead: str = pydantic.Field(title="主办部门")
    answer: str = pydantic.Field(title="答复", json_schema_extra=form(kind="long"))


class Dispatch(Body):
    """To whom it goes; others assist. Without `days` the type says how many."""

    lead: str = pydantic.Field(max_length=40, title="主办部门", json_schema_extra=form(options_from=ORGANISATIONS))
    assisting: list[str] = pydantic.Field(
        default=[], max_length=10, title="协办部门", json_schema_extra=form(kind="choices", options_from=ORGANISATIONS)
    )
    days: int | None = pydantic.Field(default=None, ge=1, le=60, title="工作日")


class Said(Body):
    """What is said with a step."""

    text: str = pydantic.Field(min_length=2, max_length=4000, title="说明", json_schema_extra=form(kind="long"))


class MatterSettings(pydantic.BaseModel):
    """The section `matters` of the settings."""

    days: dict[str, int] = pydantic.Field(
        default={"enquiry": 1, "help": 5, "complaint": 5, "suggestion": 10}, title="办理时限（工作日）"
    )
