"""Conditions on each database: every operation, groups, moving days, and only what the visitor sees as it stands."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any, ClassVar

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import JSON, String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from cti.base.http.routes import Body
from cti.base.numbers.number import Number
from cti.base.refusal import Invalid, NotAllowed
from cti.base.visitor import Visitor
from cti.office.bulk.asking import Many
from cti.office.bulk.looking import chosen
from cti.office.conditions.days import SPANS, span
from cti.office.conditions.parsing import Condition, Group, parsed
from cti.office.conditions.records import askable, masked_and_searched
from cti.office.parts import Tags
from cti.office.records import Office, Record, RecordQuery, Records, RecordView
from cti.office.screens import form
from cti.office.tags.service import TagFields, TagList
from cti.store.columns import BlindIndex, EncryptedText, UtcDateTime
from cti.store.engine import Store
from tests.cti.office.boxes import visitor
from tests.office import office_on

KINDS = {"big": "大", "small": "小"}


class Own(DeclarativeBase):
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012


class AskedRow(Record, Own):
    __tablename__ = "asked"

    title: Mapped[str | None] = mapped_column(String(40), doc="名称")
    weight: Mapped[int | None] = mapped_column(doc="重量")
    kind: Mapped[str] = mapped_column(String(10), doc="大小")
    open: Mapped[bool] = mapped_column(doc="打开")
    due_at: Mapped[datetime | None] = mapped_column(doc="期限")
    owner: Mapped[str] = mapped_column(String(40), doc="物主")
    number: Mapped[str] = mapped_column(EncryptedText, doc="号码")
    number_index: Mapped[str | None] = mapped_column(BlindIndex(), doc="号码的索引")
    notes: Mapped[list[str]] = mapped_column(JSON, doc="备注")


class AskedFields(Body):
    title: str | None = None
    weight: int | None = None
    kind: str = "big"
    open: bool = False
    due_at: datetime | None = None
    owner: str = "王芳"
    number: str = "13900000001"


class AskedView(RecordView):
    title: str | None = pydantic.Field(title="名称")
    weight: int | None = pydantic.Field(title="重量")
    kind: str = pydantic.Field(title="大小", json_schema_extra=form(kind="choice", options=KINDS))
    open: bool = pydantic.Field(title="打开")
    due_at: datetime | None = pydantic.Field(title="期限")
    owner: str = pydantic.Field(title="物主")
    number: str = pydantic.Field(title="号码")
    notes: list[str] = pydantic.Field(title="备注")


class AskedOf(Records[AskedRow, AskedFields, AskedView, RecordQuery]):
    """`owner` is masked for some."""

    table, fields, view, query = AskedRow, AskedFields, AskedView, RecordQuery
    kind: ClassVar[str] = "asked"
    title: ClassVar[str] = "物品"
    see: ClassVar[str] = "boxes.see"
    edit_permission: ClassVar[str] = "boxes.edit"
    sort: ClassVar[str] = "created_at"
    masked: ClassVar[tuple[str, ...]] = ("owner",)
    parts: ClassVar = (Tags(),)

    async def values(
        self, session: AsyncSession, body: AskedFields, row: AskedRow | None, organisation: str
    ) -> dict[str, Any]:
        return {**body.model_dump(), "notes": [], "number_index": Number.parse(body.number).digits}

    def words(self, visitor: Visitor, row: AskedRow) -> dict[str, Any]:
        return {"owner": row.owner if visitor.may("personal.see") else f"{row.owner[:1]}*"}


SEES = visitor("王芳", "city", "boxes.see", "boxes.edit", "boxes.export", "calls.see_numbers", "tags.edit")
BLIND = visitor("路人", "city", "boxes.see", "personal.reveal")


@pytest.fixture
async def things(store: Store) -> AsyncIterator[AskedOf]:
    office: Office = await office_on(store)
    async with store.engine.begin() as connection:
        await connection.run_sync(Own.metadata.create_all)
    yield AskedOf(office)


CLERK = visitor("办事员", "city", "boxes.see", "boxes.edit")


async def test_numbers_in_texts_are_masked_kept_by_an_edit_and_found_by_nobody_who_may_not_see_them(
    things: AskedOf,
) -> None:
    """Numbers inside a ticket's text were whole for an agent for whom its caller was masked."""
    made = await things.create(SEES, AskedFields(title="打１３８１２３４５６７８，急"))
    shown = await things.get(CLERK, made.id)
    assert shown.title == "打１３８****５６７８，急"
    edited = await things.edit(CLERK, made.id, made.version, AskedFields(title=f"{shown.title}！"))
    assert edited.title == "打１３８****５６７８，急！"
    assert (await things.get(SEES, made.id)).title == "打１３８１２３４５６７８，急！"
    for op in ("has", "is", "starts", "has_not"):
        with pytest.raises(NotAllowed):
            await found(things, said("title", op, "打１３８"), CLERK)
    assert len(await found(things, said("title", "has", "打"), CLERK)) == 1
    async with things.office.store.reading() as session:
        row = await things.row(session, SEES, made.id)
    row.title = "打138 1234 5678"
    things.searched = ("title",)
    assert things.findable(row).text.strip() == "打"


async def found(things: AskedOf, where: Any, who: Visitor = SEES, **more: Any) -> list[str]:
    query = RecordQuery(where=json.dumps(where), **more)
    items = (await things.find(who, query)).items
    assert await things.count(who, query) == len(items), "counts ask the same"
    if items:
        assert await chosen(things, SEES, Many(query={"where": json.dumps(where)})) == [one.id for one in items]
    return [str(one.title) for one in items]


def said(key: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"key": key, "op": op, "value": value}


async def test_every_operation(things: AskedOf) -> None:
    now = things.office.clock.wall()
    tags = TagList(things.office)
    red, blue = [await tags.create(SEES, TagFields(title=name)) for name in ("红", "蓝")]
    for title, more, marks in (
        ("甲100%", {"weight": 5, "due_at": now}, [red.id, blue.id]),
        ("乙", {"weight": 9, "kind": "small", "open": True}, [red.id]),
        (None, {"number": "13900000002"}, []),
    ):
        await things.create(SEES, AskedFields(title=title, **more), {"tags": {"tags": marks}})  # type: ignore[arg-type]
    for condition, wanted in (
        (said("title", "has", "0%"), ["甲100%"]), (said("title", "has_not", "甲"), ["乙", "None"]),
        (said("title", "is", "乙"), ["乙"]), (said("title", "is_not", "乙"), ["甲100%", "None"]),
        (said("title", "starts", "甲"), ["甲100%"]), (said("title", "empty"), ["None"]),
        (said("title", "filled"), ["甲100%", "乙"]),
        (said("weight", "is", 5), ["甲100%"]), (said("weight", "least", 6), ["乙"]),
        (said("weight", "most", 5), ["甲100%"]),
        (said("weight", "empty"), ["None"]),
        (said("kind", "among", ["small"]), ["乙"]), (said("kind", "not_among", ["small"]), ["甲100%", "None"]),
        (said("open", "is", True), ["乙"]), (said("open", "is", False), ["甲100%", "None"]),
        (said("due_at", "in", "today"), ["甲100%"]), (said("due_at", "in", "yesterday"), []),
        (said("due_at", "since", now.isoformat()), ["甲100%"]), (said("due_at", "until", "2020-01-01"), []),
        (said("created_by", "among", [SEES.person]), ["甲100%", "乙", "None"]),
        (said("organisation", "not_among", ["city"]), []),
        (said("number", "is", "139 0000 0002"), ["None"]),
        (said("tags", "any", [red.id, blue.id]), ["甲100%", "乙"]),
        (said("tags", "all", [red.id, blue.id]), ["甲100%"]),
        (said("tags", "none", [blue.id]), ["乙", "None"]),
    ):  # fmt: skip
        assert await found(things, condition) == wanted, condition
    either = {"any": [said("weight", "is", 5), {"all": [said("kind", "among", ["small"]), said("open", "is", True)]}]}
    assert await found(things, {"all": [either, said("title", "has_not", "乙")]}) == ["甲100%"]
    assert len(await found(things, {"all": []})) == 3


async def test_only_what_one_sees_as_it_stands(things: AskedOf) -> None:
    """A name that some see masked would be found letter by letter; a number is found whole, with a reason."""
    await things.create(SEES, AskedFields(title="甲"))
    offered = {key: one.kind for key, one in askable(things, BLIND).items()}
    assert "owner" not in offered and "notes" not in offered and "number_index" not in offered
    assert offered["number"] == "whole" and set(offered) == set(askable(things, SEES))
    for key in ("owner", "notes", "version", "number_index", "removed_at", "secret"):
        with pytest.raises(Invalid, match="不能按") as refused:
            await found(things, said(key, "is", "王芳"), BLIND)
        assert refused.value.field == "where"
    with pytest.raises(Invalid, match="查询事由"):
        await found(things, said("number", "is", "13900000001"), BLIND)
    query = RecordQuery(where=json.dumps(said("number", "is", "13900000001")), purpose="回访市民")
    assert (await things.find(BLIND, query)).total == 1
    with pytest.raises(Invalid, match="不能这样比较"):
        await found(things, said("number", "has", "139"))


async def test_what_is_wrong_is_said_by_name(things: AskedOf) -> None:
    deep: Any = said("title", "is", "甲")
    for _ in range(5):
        deep = {"all": [deep]}
    for where, words in (
        ([], "不是有效"), ({"all": {}}, "条件组"), ({"all": [], "any": []}, "不是有效"), (deep, "最多 4 层"),
        ({"all": [said("title", "is", "甲")] * 41}, "条件组"), (said("weight", "is", "5"), "重量”：应为数字"),
        (said("weight", "is", True), "应为数字"), (said("open", "is", "true"), "是或否"),
        (said("due_at", "in", "sometime"), "没有这个时间范围"), (said("due_at", "since", "明天"), "应为日期"),
        (said("due_at", "since", "2026-01-01T00:00:00"), "应为日期"), (said("kind", "among", ["huge"]), "没有这个值"),
        (said("kind", "among", []), "请选择"), (said("title", "has", " "), "请填写"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=words) as refused:
            await found(things, where)
        assert refused.value.field == "where"


@given(st.recursive(
    st.builds(said, st.sampled_from(["a", "b"]), st.just("is"), st.integers()),
    lambda parts: st.dictionaries(st.sampled_from(["all", "any"]), st.lists(parts, max_size=3), min_size=1, max_size=1),
    max_leaves=8,
))  # fmt: skip
def test_what_is_parsed_is_what_was_said(tree: dict[str, Any]) -> None:
    def back(part: Condition | Group) -> dict[str, Any]:
        if isinstance(part, Condition):
            return said(part.key, part.op, part.value)
        return {part.join: [back(one) for one in part.parts]}

    try:
        group = parsed(json.dumps(tree))
    except Invalid as refusal:
        assert "层" in refusal.detail
        return
    assert back(group) == (tree if set(tree) <= {"all", "any"} else {"all": [tree]})


def test_days_are_those_of_the_hotline() -> None:
    """At 17:00 in London it is tomorrow in China."""
    now = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    assert SPANS["today"][1](date(2027, 1, 1)) == (date(2027, 1, 1), date(2027, 1, 2))
    assert span("today", now) == (datetime(2026, 12, 31, 16, tzinfo=UTC), datetime(2027, 1, 1, 16, tzinfo=UTC))
    assert SPANS["last_month"][1](date(2027, 1, 31)) == (date(2026, 12, 1), date(2027, 1, 1))
    assert SPANS["this_month"][1](date(2026, 12, 31)) == (date(2026, 12, 1), date(2027, 1, 1))
    assert SPANS["this_week"][1](date(2026, 11, 29)) == (date(2026, 11, 23), date(2026, 11, 30))
    assert SPANS["last_week"][1](date(2026, 11, 23)) == (date(2026, 11, 16), date(2026, 11, 23))
    assert SPANS["last_7"][1](date(2026, 3, 1)) == (date(2026, 2, 23), date(2026, 3, 2))


async def test_a_searched_text_that_some_see_masked_is_told(things: AskedOf) -> None:
    assert masked_and_searched(things) == []

    class Careless(AskedOf):
        kind: ClassVar[str] = "careless"
        searched: ClassVar[tuple[str, ...]] = ("title", "owner")

    [told] = masked_and_searched(Careless(things.office))
    assert told.startswith("records careless: searched owner")

    class Misspelt(AskedOf):
        kind: ClassVar[str] = "misspelt"
        masked: ClassVar[tuple[str, ...]] = ("owner", "ownr")

    assert masked_and_searched(Misspelt(things.office)) == ["records misspelt: masked ownr is no column"]


async def test_words_of_a_column_that_is_not_declared_are_shown_to_nobody(things: AskedOf) -> None:
    """Else it could be filtered by: who sees it masked would find it letter by letter."""

    class Forgetful(AskedOf):
        kind: ClassVar[str] = "forgetful"
        masked: ClassVar[tuple[str, ...]] = ()

    forgetful = Forgetful(things.office)
    with pytest.raises(TypeError, match=r"records forgetful: words say the columns owner: name them in masked"):
        forgetful.shown(BLIND, AskedRow(id="1", owner="王芳", removed_at=None))
