"""Forms and columns made from the models of the API."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

import pydantic
import pytest

from cti.base.http.routes import Body
from cti.office.screens import When, columns_of, fields_of, form


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Inner(pydantic.BaseModel):
    deep: int = 1


class Thing(Body):
    kind: Literal["black", "white"] = pydantic.Field(
        title="名单", json_schema_extra=form(options={"white": "白名单", "black": "黑名单"}, tones={"black": "ring"})
    )
    number: str = pydantic.Field(
        title="号码", pattern=r"^\d+$", max_length=20, json_schema_extra=form(kind="phone", wrong="只能是数字")
    )
    reason: str | None = pydantic.Field(default=None, title="原因", max_length=500)
    share: float = pydantic.Field(default=0.5, ge=0, le=1, title="比例")
    level: int = pydantic.Field(title="等级", ge=0)
    vip: bool = pydantic.Field(default=False, title="重点")
    tags: list[str] = pydantic.Field(default=[], title="标签")
    colours: list[Colour] = pydantic.Field(default=[], title="颜色")
    colour: Colour | None = pydantic.Field(default=None, title="主色")
    until: datetime | None = pydantic.Field(default=None, title="到期")
    born: date | None = pydantic.Field(default=None, title="生日")
    secret: pydantic.SecretStr | None = pydantic.Field(default=None, title="密码")
    inner: Inner = pydantic.Field(default=Inner(), title="细节")
    organisation: Annotated[str, pydantic.Field(max_length=40)] = pydantic.Field(
        title="机构", json_schema_extra=form(options_from="/api/x", only_new=True, when=When(key="vip", among=(True,)))
    )
    version: int


def test_a_form_says_what_the_model_says() -> None:
    found = {one.key: one.model_dump(mode="json") for one in fields_of(Thing)}
    assert "version" not in found, "the console sends it back by itself"
    assert found["kind"] == {
        "key": "kind",
        "title": "名单",
        "kind": "choice",
        "required": True,
        "options": [{"value": "white", "title": "白名单"}, {"value": "black", "title": "黑名单", "tone": "ring"}],
    }
    assert found["number"] == {
        "key": "number",
        "title": "号码",
        "kind": "phone",
        "required": True,
        "pattern": r"^\d+$",
        "wrong": "只能是数字",
        "max_length": 20,
    }
    assert found["reason"] == {"key": "reason", "title": "原因", "kind": "long", "max_length": 500}
    assert (found["share"]["min"], found["share"]["max"], found["share"]["default"]) == (0, 1, 0.5)
    assert (found["level"]["min"], found["level"]["step"], found["level"]["required"]) == (0, 1, True)
    kinds = {key: one["kind"] for key, one in found.items()}
    assert (kinds["vip"], kinds["tags"], kinds["colours"], kinds["colour"]) == ("flag", "tags", "choices", "choice")
    assert (kinds["until"], kinds["born"], kinds["secret"], kinds["inner"]) == ("time", "date", "password", "json")
    assert [one["value"] for one in found["colours"]["options"]] == ["red", "blue"]
    assert [one["value"] for one in found["colour"]["options"]] == ["red", "blue"]
    assert found["organisation"]["when"] == {"key": "vip", "in": [True]}
    assert found["organisation"]["kind"] == "choice" and found["organisation"]["only_new"]


def test_chosen_keys_stand_in_the_order_given_and_must_exist() -> None:
    assert [one.key for one in fields_of(Thing, "reason", "kind")] == ["reason", "kind"]
    assert "kind" not in [one.key for one in fields_of(Thing, leave_out=("kind",))]
    assert [(one.key, one.kind) for one in columns_of(Thing, "born", "colours")] == [
        ("born", "date"),
        ("colours", "tags"),
    ]
    with pytest.raises(LookupError, match="colour_of_hair"):
        columns_of(Thing, "colour_of_hair")
