"""Fields that are hidden by others, and those that are reckoned: for forms, imports, lists, filters and the audit."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Literal

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import JSON, String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from cti.base.http.routes import Body
from cti.base.refusal import Invalid
from cti.office.records import Office, Record, RecordQuery, Records, RecordView, importing
from cti.office.records.settling import rules_of, settled
from cti.office.screens import When, fields_of, form
from cti.store.columns import UtcDateTime
from tests.cti.office.records.conftest import visitor
from tests.cti.office.records.test_sheets import saved

WAYS = {"bought": "购买", "rented": "租用"}


class Own(DeclarativeBase):
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012


class LineFields(Body):
    name: str = pydantic.Field(title="名称")
    price: float = pydantic.Field(ge=0, title="单价")
    count: int = pydantic.Field(ge=0, title="数量")
    sum: float | None = pydantic.Field(
        default=None, title="小计", json_schema_extra=form(formula="price * count", total=True)
    )


class OrderRow(Record, Own):
    __tablename__ = "orders"

    name: Mapped[str] = mapped_column(String(20), doc="名称")
    way: Mapped[str] = mapped_column(String(20), doc="方式")
    until: Mapped[str] = mapped_column(String(20), doc="租期")
    price: Mapped[float] = mapped_column(doc="单价")
    count: Mapped[float] = mapped_column(doc="数量")
    total: Mapped[float | None] = mapped_column(doc="金额")
    lines: Mapped[list[Any]] = mapped_column(JSON, doc="明细")


RENTED = When(key="way", among=("rented",))


class OrderFields(Body):
    name: str = pydantic.Field(title="名称")
    way: Literal["bought", "rented"] = pydantic.Field(title="方式", json_schema_extra=form(options=WAYS))
    until: str = pydantic.Field(default="", title="租期", json_schema_extra=form(when=RENTED, needed=True))
    price: float = pydantic.Field(title="单价")
    count: float = pydantic.Field(title="数量")
    total: float | None = pydantic.Field(default=None, title="金额", json_schema_extra=form(formula="price * count"))
    lines: list[LineFields] = pydantic.Field(default=[], title="明细", json_schema_extra=form(kind="rows"))


class OrderView(RecordView):
    name: str = pydantic.Field(title="名称")
    way: str = pydantic.Field(title="方式", json_schema_extra=form(kind="choice", options=WAYS))
    until: str = pydantic.Field(title="租期", json_schema_extra=form(when=RENTED))
    total: float | None = pydantic.Field(title="金额")
    lines: list[LineFields] = pydantic.Field(title="明细", json_schema_extra=form(hidden=True))


class Orders(Records[OrderRow, OrderFields, OrderView, RecordQuery]):
    table, fields, view, query = OrderRow, OrderFields, OrderView, RecordQuery
    kind: ClassVar[str] = "order"
    title: ClassVar[str] = "订单"
    see: ClassVar[str] = "orders.see"
    edit_permission: ClassVar[str] = "orders.edit"

    async def values(
        self, session: AsyncSession, body: OrderFields, row: OrderRow | None, organisation: str
    ) -> dict[str, Any]:
        return body.model_dump(mode="json")


BUYER = visitor("王芳", "city", "orders.see", "orders.edit", "orders.export")


@pytest.fixture
async def orders(office: Office) -> Orders:
    async with office.store.engine.begin() as connection:
        await connection.run_sync(Own.metadata.create_all)
    return Orders(office)


def order(**said: Any) -> OrderFields:
    return OrderFields.model_validate({"name": "桌子", "way": "bought", "price": 12.5, "count": 4, **said})


async def test_what_is_reckoned_is_kept_filtered_by_and_changed_with_what_it_comes_of(orders: Orders) -> None:
    made = await orders.create(BUYER, order(total=1, lines=[{"name": "腿", "price": 2, "count": 4, "sum": 9}]))
    assert (made.total, made.lines[0].sum) == (50, 8), "the server's own, whatever was sent"
    dearer = {"all": [{"key": "total", "op": "least", "value": 49}]}
    found = await orders.find(BUYER, RecordQuery(where=json.dumps(dearer)))
    assert [one.id for one in found.items] == [made.id]
    async with orders.changing() as session:
        row = await orders.row(session, BUYER, made.id, lock=True)
        await orders.apply(session, BUYER, row, row.version, {"count": 2.0})
    assert (await orders.get(BUYER, made.id)).total == 25
    entries = (await orders.changes(BUYER, made.id, 1, 10)).items
    assert "金额" in entries[0].title and "数量" in entries[0].title


async def test_what_is_hidden_is_empty_and_what_is_shown_must_be_there(orders: Orders) -> None:
    made = await orders.create(BUYER, order(until="2027-01-01"))
    assert made.until == "", "bought things have no end of lease, whoever sends one"
    with pytest.raises(Invalid, match="请填写租期") as caught:
        await orders.edit(BUYER, made.id, made.version, order(way="rented"))
    assert caught.value.field == "until"
    after = await orders.edit(BUYER, made.id, made.version, order(way="rented", until="2027-01-01"))
    assert after.until == "2027-01-01"


async def test_an_import_knows_the_rules(orders: Orders, tmp_path: Path) -> None:
    assert "金额" not in [one.title for one in importing.columns(orders)]
    titles = ["名称", "方式", "单价", "数量", "租期"]
    file = saved(tmp_path / "x.xlsx", ["椅子", "购买", "3", "2"], ["柜子", "租用", "3", "2"], headings=titles)
    outlook = await importing.preview(orders, BUYER, file)
    assert (outlook.good, [(one.row, one.detail) for one in outlook.errors]) == (1, [(3, "请填写租期")])
    await importing.take_in(orders, BUYER, file)
    assert [one.total for one in (await orders.find(BUYER, RecordQuery())).items] == [6]


def test_the_console_is_told() -> None:
    fields = {one.key: one for one in fields_of(OrderFields)}
    assert fields["until"].required and fields["until"].when == RENTED
    assert fields["total"].formula == "price * count"
    assert [(one.key, one.total, one.formula) for one in fields["lines"].rows][-1] == ("sum", True, "price * count")


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"when": When(key="nothing", among=(1,))}, "no field"),
        ({"formula": "a * b"}, "no field"),
        ({"needed": True, "required": True}, "needs a default"),
    ],
)
def test_rules_that_cannot_be_kept_are_refused_at_the_start(extra: dict[str, Any], words: str) -> None:
    required = extra.pop("required", False)
    default: Any = ... if required else None
    model = pydantic.create_model("Bad", a=(float | None, pydantic.Field(default, json_schema_extra=form(**extra))))
    with pytest.raises(TypeError, match=words):
        rules_of(model)


@given(st.sampled_from(list(WAYS)), st.text(max_size=5), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_settling_once_more_changes_nothing(way: str, until: str, price: float, count: float) -> None:
    body = order(way=way, until=until.strip() or "x", price=price, count=count)
    once = settled(body)
    assert settled(once) == once
    assert once.total == pytest.approx(price * count, abs=1e-5)
    assert (once.until == "") == (way == "bought" or body.until == "")
