"""The rules of the phone book: a tree within each book, found by name, initials or number, read by those below too."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Mapping
from typing import Annotated, Any, ClassVar, Literal

import pydantic
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from cti.base.http.routes import Body
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.visitor import Visitor
from cti.office.parts import Files, Tags
from cti.office.records import RecordQuery, Records, RecordView
from cti.office.records.drafts import drafts_of
from cti.office.records.office import Office
from cti.office.rich import RichText
from cti.office.screens import Choice, form
from cti.office.sharing import Shared
from cti.office.tree.pinyin import initials
from cti.store.listing import starts_with
from workflow.contacts.models import ContactRow

BOOKS = {"internal": "部门通讯录", "external": "外部通讯录"}
DEEPEST = 8
MOST_IN_TREE = 5000
OPTIONS = 20
Phone = Annotated[str, pydantic.Field(min_length=2, max_length=32)]


class ContactFields(Body):
    """What is said of a contact."""

    book: Literal["internal", "external"] = pydantic.Field(
        default="internal", title="通讯录", json_schema_extra=form(options=BOOKS)
    )
    parent: str | None = pydantic.Field(
        default=None,
        max_length=80,
        title="上级",
        json_schema_extra=form(kind="choice", options_from="/api/contacts/options", options_search=True,
                               help="导入时填上级的名称"),
    )  # fmt: skip
    name: str = pydantic.Field(min_length=1, max_length=80, title="名称")
    phone: str = pydantic.Field(default="", max_length=32, title="联系电话", json_schema_extra=form(kind="phone"))
    phones: list[Phone] = pydantic.Field(default=[], max_length=10, title="其他电话")
    address: str = pydantic.Field(default="", max_length=200, title="地址")
    site: str = pydantic.Field(
        default="", max_length=200, title="服务网站", pattern=r"^$|^https?://\S+$",
        json_schema_extra=form(wrong="网址应以 http:// 或 https:// 开头"),
    )  # fmt: skip
    mail: str = pydantic.Field(
        default="", max_length=120, title="邮箱", pattern=r"^$|^[^@\s]+@[^@\s]+$",
        json_schema_extra=form(wrong="邮箱格式不正确"),
    )  # fmt: skip
    duties: RichText = pydantic.Field(default="", title="部门职能", json_schema_extra=form(kind="rich"))
    notes: str = pydantic.Field(default="", max_length=500, title="备注")
    place: int = pydantic.Field(default=100, ge=0, le=9999, title="排序", json_schema_extra=form(help="小的在前"))


class ContactView(RecordView):
    """A contact as lists and its page show it."""

    book: str = pydantic.Field(title="通讯录", json_schema_extra=form(kind="choice", options=BOOKS))
    parent: str | None = pydantic.Field(title="上级")
    name: str = pydantic.Field(title="名称")
    phone: str = pydantic.Field(title="联系电话", json_schema_extra=form(kind="phone", dial=True))
    phones: list[str] = pydantic.Field(title="其他电话")
    address: str = pydantic.Field(title="地址")
    site: str = pydantic.Field(title="服务网站")
    mail: str = pydantic.Field(title="邮箱")
    duties: RichText = pydantic.Field(title="部门职能", json_schema_extra=form(kind="rich"))
    notes: str = pydantic.Field(title="备注", json_schema_extra=form(kind="long"))
    place: int = pydantic.Field(title="排序")


class ContactQuery(RecordQuery):
    """Filters of the list; `search` is a part of a name, initials, or a part of a number."""

    book: Literal["internal", "external"] | None = None
    parent: str = pydantic.Field(default="", max_length=26)


class ContactNode(pydantic.BaseModel):
    """A contact in the tree with those below it."""

    id: str
    name: str
    phone: str
    below: list[ContactNode]


class Contacts(Records[ContactRow, ContactFields, ContactView, ContactQuery]):
    """The service. Those of the hotline's own organisation are everybody's to read; each edits those within reach."""

    table, fields, view, query = ContactRow, ContactFields, ContactView, ContactQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "contact"
    title: ClassVar[str] = "联系人"
    see: ClassVar[str] = "contacts.see"
    edit_permission: ClassVar[str] = "contacts.edit"
    sort: ClassVar[str] = "place"
    few: ClassVar[bool] = True
    sharing: ClassVar[Shared] = Shared(own=(), house=True)
    searched: ClassVar[tuple[str, ...]] = ("name", "duties", "address", "notes")
    parts: ClassVar = (Tags(), Files())
    screen: ClassVar[str] = "contacts"

    def __init__(self, office: Office, area: str) -> None:
        super().__init__(office)
        self.area = area

    @property
    def sorts(self) -> Mapping[str, InstrumentedAttribute[Any]]:
        """Also in the order of the book, and by name as it is read."""
        return {**super().sorts, "place": ContactRow.place, "name": ContactRow.initials}

    def limits(self, visitor: Visitor, query: ContactQuery) -> list[ColumnElement[bool]]:
        """By book, place in the tree, and words."""
        found: list[ColumnElement[bool]] = []
        if query.book is not None:
            found.append(ContactRow.book == query.book)
        if query.parent:
            found.append(ContactRow.parent == query.parent)
        if text := query.search:
            ways: list[ColumnElement[bool]] = [ContactRow.name.contains(text, autoescape=True)]
            if text.isascii() and text.isalnum() and not text.isdecimal():
                ways.append(starts_with(ContactRow.initials, text.lower()))
                ways.append(ContactRow.initials.contains(text.lower(), autoescape=True))
            digits = "".join(part for part in text if part.isdecimal())
            if digits and digits == text.replace("-", "").replace(" ", ""):
                ways.append(ContactRow.phone.contains(digits, autoescape=True))
            found.append(or_(*ways))
        return found

    async def values(
        self, session: AsyncSession, body: ContactFields, row: ContactRow | None, organisation: str
    ) -> dict[str, Any]:
        """Numbers that can be dialled, and a place in the tree that has no circle."""
        faults = Faults()
        parent, phone, phones = None, "", list[str]()
        with faults.gathered():
            parent = await self._parent(session, body, row, organisation)
            if await self._is_there(session, row, body.book, parent, body.name, organisation):
                raise Conflict("taken", "同一上级下已有同名的联系人", "name")
        with faults.gathered():
            phone = self._dialled(body.phone, "phone") if body.phone else ""
        for one in dict.fromkeys(body.phones):
            with faults.gathered():
                phones.append(self._dialled(one, "phones"))
        faults.refuse()
        said = body.model_dump(exclude={"version", "parent", "phone", "phones"})
        return {
            **said,
            "parent": parent,
            # The first time a dictionary is read: 0.2 s, for which no call waits.
            "initials": (await asyncio.to_thread(initials, body.name))[:80],
            "phone": phone,
            "phones": phones,
        }

    def _dialled(self, said: str, field: str) -> str:
        number = Number.parse(said, area=self.area)
        if not number.digits:
            raise Invalid("number", f"“{said}”不是可以拨打的号码；分机请写在备注", field)
        return number.national

    async def _is_there(
        self, session: AsyncSession, row: ContactRow | None, book: str, parent: str | None, name: str, organisation: str
    ) -> bool:
        place = ContactRow.parent == parent if parent is not None else ContactRow.parent.is_(None)
        same = ContactRow.book == book, ContactRow.name == name, ContactRow.organisation == organisation
        return await self.taken(session, row, place, *same)

    async def _parent(
        self, session: AsyncSession, body: ContactFields, row: ContactRow | None, organisation: str
    ) -> str | None:
        if not body.parent:
            return None
        # A spreadsheet names it, a form knows its id.
        said = or_(ContactRow.id == body.parent, ContactRow.name == body.parent)
        same = ContactRow.book == body.book, ContactRow.organisation == organisation, ContactRow.removed_at.is_(None)
        wanted = select(ContactRow.id).where(said, *same).order_by(ContactRow.id).limit(1)
        drafts = drafts_of(session)
        parent = await session.scalar(wanted)
        if parent is None and drafts is not None:
            parent = drafts.fact((body.book, organisation, body.parent))
        if parent is None:
            raise Invalid("no_parent", f"同一通讯录中没有上级“{body.parent}”", "parent")
        above: str | None = parent
        for _ in range(DEEPEST - 1):
            if row is not None and above == row.id:
                raise Invalid("circle", "不能放到自己或自己的下级之下", "parent")
            above = await self._above(session, above) if above is not None else None
            if above is None:
                return parent
        raise Invalid("too_deep", f"最多 {DEEPEST} 级", "parent")

    @staticmethod
    async def _above(session: AsyncSession, id: str) -> str | None:
        drafts = drafts_of(session)
        if drafts is not None and drafts.has(id):
            return drafts.fact(id)
        found = await session.get(ContactRow, id)
        return found.parent if found is not None else None

    def left(self, row: ContactRow) -> Mapping[Hashable, str | None]:
        """Those below it in the same file find it by its name, and how deep it stands."""
        return {(row.book, row.organisation, row.name): row.id, row.id: row.parent}

    async def check_removed(self, session: AsyncSession, row: ContactRow) -> None:
        """Not with others below it."""
        if await self.taken(session, row, ContactRow.parent == row.id):
            raise Conflict("has_others", "下级中还有联系人，请先移走或删除")

    async def check_restored(self, session: AsyncSession, row: ContactRow) -> None:
        """Not beside its like, and not below one that is gone."""
        if await self._is_there(session, row, row.book, row.parent, row.name, row.organisation):
            raise Conflict("taken", "同一上级下已有同名的联系人")
        parent = await session.get(ContactRow, row.parent) if row.parent else None
        if parent is not None and parent.removed_at is not None:
            raise Conflict("no_parent", "上级已删除，请先恢复上级")

    async def tree(self, visitor: Visitor, book: str) -> list[ContactNode]:
        """The whole book as a tree, each level in order. Those whose parent is out of reach stand at the top."""
        visitor.need(self.see)
        wanted = select(ContactRow).where(
            *self.readable(visitor), ContactRow.book == book, ContactRow.removed_at.is_(None)
        )
        async with self.office.store.reading() as session:
            rows = (await session.scalars(wanted.order_by(ContactRow.place, ContactRow.id).limit(MOST_IN_TREE))).all()
        nodes = {row.id: ContactNode(id=row.id, name=row.name, phone=row.phone, below=[]) for row in rows}
        top: list[ContactNode] = []
        for row in rows:
            above = nodes.get(row.parent or "")
            (top if above is None else above.below).append(nodes[row.id])
        return top

    async def options(self, visitor: Visitor, search: str) -> list[Choice]:
        """A few contacts, to choose one from."""
        found = await self.find(visitor, ContactQuery(search=search, size=OPTIONS))
        return [Choice(value=one.id, title=one.name) for one in found.items]

    async def number_of(self, visitor: Visitor, id: str) -> str:
        """The number to dial; Conflict when it has none."""
        found = await self.get(visitor, id)
        if not found.phone:
            raise Conflict("no_phone", "该联系人没有登记电话")
        return found.phone
