"""What a module says of its records: their models, permissions, columns and rules. The rest is in `service`."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

import pydantic
from pydantic_core import to_jsonable_python
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, class_mapper

from cti.base.numbers.in_texts import numbers_in, put_back
from cti.base.refusal import NotAllowed
from cti.base.visitor import Visitor
from cti.office.identity.masking import shown_in_text
from cti.office.numbering import Numbered
from cti.office.records.drafts import drafts_of
from cti.office.records.filters import asked_of, conditions_of
from cti.office.records.parts import RecordPart, extended
from cti.office.records.query import RecordQuery, RecordView
from cti.office.records.table import Record
from cti.office.records.telephones import Telephone
from cti.office.records.whom import Whom
from cti.office.references import Reference
from cti.office.rich import plain
from cti.office.screens.forms import columns_of
from cti.office.search.service import Findable
from cti.office.sharing import Shared
from cti.store.columns import Owned
from cti.store.edits import Versioned

R = TypeVar("R", bound=Record)
F = TypeVar("F", bound=pydantic.BaseModel)
V = TypeVar("V", bound=RecordView)
Q = TypeVar("Q", bound=RecordQuery)

OWN = {*Record.__annotations__, *Owned.__annotations__, *Versioned.__annotations__}
"""The columns of every record, which no body fills."""
NOBODY = Visitor("", "", "", None, "", "")
"""Sees everything masked, as the audit does."""


class Rules(Generic[R, F, V, Q]):
    """Records of `table`, told as `view`, filled in as `fields`, asked for by `query`.

    `kind` names them in the audit and in codes of refusals, `title` to people; `see` and `edit` are permissions.
    Who sees `is_private` records, one or a page of whole ones, is noted in the audit. `numbered` is the rule of their
    numbers, for a column that the view has too. `sharing` says whose they are; by default those of an organisation, and
    of who made them where a role reaches its own only.
    `refs` says what columns point to, beside organisation, region and who made it: these are shown by their titles,
    chosen, imported by them, and filtered by where the query has their keys. `searched` names the texts by whose words
    records are found, what they are called by first: no texts that some see masked, who would find them by probing.
    `tallied` names columns with few values whose records are counted by value, for charts and columns of cards.
    """

    table: type[R]
    fields: type[F]
    view: type[V]
    query: type[Q]
    kind: ClassVar[str]
    title: ClassVar[str]
    see: ClassVar[str]
    edit_permission: ClassVar[str]
    export_permission: ClassVar[str]
    sort: ClassVar[str] = "-updated_at"
    orders: ClassVar[tuple[str, ...]] = ()
    """Columns that the list can be sorted by, beside the usual ones; each wants an index."""
    numbered: ClassVar[Numbered | None] = None
    sharing: ClassVar[Shared] = Shared()
    refs: ClassVar[Mapping[str, Reference]] = {}
    searched: ClassVar[tuple[str, ...]] = ()
    tallied: ClassVar[tuple[str, ...]] = ()
    filters: ClassVar[tuple[str, ...]] = ()
    """Columns that the query may ask for one value each, also those that `refs` has; each wants an index. Keys that the
    query's model has are taken as it has them."""
    broad: ClassVar[tuple[str, ...]] = ()
    """Filters each of whose values many records have: the list's own order finds a page soon, without an index."""
    period: ClassVar[str] = ""
    """The column that the query's `from` and `to` ask for."""
    few: ClassVar[bool] = False
    """Whether there are at most some thousands, so that orders and filters need no index."""
    is_private: ClassVar[bool] = False
    parts: ClassVar[tuple[RecordPart, ...]] = ()
    unasked: ClassVar[tuple[str, ...]] = ()
    """Keys of the view by which nobody needs to filter, such as ids whose words stand under another key."""
    telephone: ClassVar[Telephone | None] = None
    """The column with a citizen's number: kept canonical, found by its blind index, masked by right."""
    is_called_about: ClassVar[bool] = False
    """Whether lists of people to be called are made of these records: see `whom`."""
    area: str = ""
    """The area code of numbers that are said without one."""
    masked: ClassVar[tuple[str, ...]] = ()
    """Columns that `words` shows to some otherwise than they stand: who sorted, filtered or counted by one would find
    what is hidden. So nobody may, but those whom `unmasked` names."""
    asked_openly: ClassVar[tuple[str, ...]] = ()
    """Columns that `words` says and yet shows everybody as they stand: they can be filtered by."""
    has_house_texts: ClassVar[bool] = False
    """Whether its texts are the house's own: the telephones in them are of offices, and people look for them. In all
    others a telephone or identity number is taken for a citizen's, and masked by right."""
    part_permission: ClassVar[str] = ""
    """By which files and links are added, where that is not `edit_permission`: `part_of` then says with which."""
    files_of: ClassVar[str] = ""
    """The kind of records whose files these show under the same ids, where that is another: what is edited is not given
    out before it was approved."""
    keeps_files: ClassVar[bool] = False
    """Whether files that were removed there are shown here still, as far as `sees_file` says so."""
    screen: ClassVar[str] = ""
    """The console's screen on which each has its page; messages and links of other records lead there."""

    def __init_subclass__(cls, **more: Any) -> None:
        """To export is a right of its own, called as that to see: `citizens.see` has `citizens.export`.

        What parts show and can be asked for is there as if the module's own models had it.
        """
        super().__init_subclass__(**more)
        if "see" in cls.__dict__ and not hasattr(cls, "export_permission"):
            cls.export_permission = f"{cls.see.removesuffix('.see')}.export"
        if cls.telephone is not None:
            cls.masked = tuple(dict.fromkeys((*cls.masked, *cls.telephone.masked)))
        if {"filters", "period"} & cls.__dict__.keys():
            asked = asked_of(cls.table, cls.filters, cls.period)
            own = {key: one for key, one in asked.items() if key not in cls.query.model_fields}
            cls.query = extended(cls.query, [own])  # type: ignore[assignment] # a subclass
        if "parts" in cls.__dict__:
            cls.view = extended(cls.view, [one.shown() for one in cls.parts])  # type: ignore[assignment] # a subclass
            cls.query = extended(cls.query, [one.asked() for one in cls.parts])  # type: ignore[assignment] # a subclass

    @property
    def sorts(self) -> Mapping[str, InstrumentedAttribute[Any]]:
        """Columns that the list can be sorted by, by their keys: the usual ones and those of `orders`."""
        return {one: getattr(self.table, one) for one in ("updated_at", "created_at", *self.orders)}

    def sort_of(self, visitor: Visitor, query: Q) -> str:
        """The order of a query that asks for none: one that an index gives together with its filters."""
        return self.sort

    def unmasked(self, visitor: Visitor) -> frozenset[str]:
        """Those of `masked` that the visitor is shown as they stand in every record that he reads: none, unless a
        module says so."""
        return frozenset()

    def check_shown(self, visitor: Visitor, *keys: str) -> None:
        """Refuse to sort, filter or count by columns that the visitor sees masked: a row of his own put beside the
        others would tell him letter by letter what they hide. NotAllowed."""
        if hidden := [key for key in keys if key in self.masked and key not in self.unmasked(visitor)]:
            titles = "、".join(one.title for one in columns_of(self.view) if one.key in hidden) or hidden[0]
            raise NotAllowed("masked", f"您看到的“{titles}”是遮盖的，不能按它排序、筛选或统计")

    def limits(self, visitor: Visitor, query: Q) -> list[ColumnElement[bool]]:
        """The conditions that the query's own filters make; by default those of `filters` and `period`."""
        keys = tuple(key for key in self.filters if key not in self.refs)
        return list(conditions_of(self.table, keys, self.period, query))

    async def follow(self, session: AsyncSession, row: R) -> None:
        """Bring rows of other tables into line with this one, in the transaction of its change."""

    async def values(self, session: AsyncSession, body: F, row: R | None, organisation: str) -> dict[str, Any]:
        """The columns that the body fills, checked; `row` is the record that is edited. Invalid, Conflict.

        By default those of its keys, a telephone number canonical. `organisation` is the one that the record will
        belong to.
        """
        columns = {one.key for one in class_mapper(self.table).column_attrs} - OWN
        said = {key: getattr(body, key) for key in self.fields.model_fields if key in columns}
        return {**said, **self.telephone.filled(said, row, self.area)} if self.telephone is not None else said

    def derived(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Columns that follow from others, such as blind indexes: no change of their own."""
        return self.telephone.indexes(self.table, values) if self.telephone is not None else {}

    def words(self, visitor: Visitor, row: R) -> dict[str, Any]:
        """What the view has and the table has not, or not as this visitor may see it."""
        return self.telephone.words(visitor, row) if self.telephone is not None else {}

    def whom(self, visitor: Visitor, row: R) -> Whom:
        """Who can be called about a record, as far as this visitor may know him; by default whose `telephone` it is."""
        if self.telephone is None:
            return Whom(row.id)
        name = getattr(row, self.telephone.name) if self.telephone.name else ""
        return Whom(row.id, getattr(row, self.telephone.column) or "", name or "", self.title, row.region)

    async def shown_whole(self, session: AsyncSession, visitor: Visitor, row: R) -> V:
        """The record with what only its own page shows."""
        return self.shown(visitor, row)

    def shown(self, visitor: Visitor, row: R) -> V:
        """The record as the visitor may see it: the view's keys from the row's columns and from `words`."""
        plain = {name: getattr(row, name) for name in self.view.model_fields if hasattr(row, name)}
        words = self.words(visitor, row)
        if undeclared := self._silent & words.keys():
            raise TypeError(
                f"records {self.kind}: words say the columns {', '.join(sorted(undeclared))}: name them in masked, "
                "asked_openly or unasked"
            )
        said = {**plain, "removed": row.removed_at is not None, **words}
        for key in self._free_texts & said.keys():
            if isinstance(said[key], str):
                said[key] = shown_in_text(visitor, said[key])
        return self.view.model_validate(said)

    @cached_property
    def _free_texts(self) -> frozenset[str]:
        """The keys of what people write as they like: personal numbers in it are shown by right."""
        if self.has_house_texts:
            return frozenset()
        told = {"telephone": self.telephone.column if self.telephone is not None else ""}
        fixed = {*OWN, *self.refs, *self.unasked, *told.values(), self.numbered.column if self.numbered else ""}
        kinds = {one.key for one in columns_of(self.view) if one.kind == "phone" or one.options}
        return frozenset(self.view.model_fields) - fixed - kinds

    def numbers_kept(self, visitor: Visitor, body: F, row: R) -> F:
        """What somebody fills in who was shown texts without their numbers: with these in their places again."""
        found = {}
        for key in self._free_texts & self.fields.model_fields.keys():
            said, kept = getattr(body, key), getattr(row, key, None)
            if isinstance(said, str) and isinstance(kept, str) and said != kept:
                found[key] = put_back(said, kept, shown_in_text(visitor, kept))
        return body.model_copy(update=found)

    @cached_property
    def _silent(self) -> frozenset[str]:
        """The columns of which `words` say nothing of their own, so that everybody may filter by them."""
        columns = {one.key for one in class_mapper(self.table).column_attrs}
        return frozenset(columns - {*self.masked, *self.asked_openly, *self.unasked})

    def sees_part(self, visitor: Visitor, row: R, part: str) -> bool:
        """Whether who reads a record is shown this part of it, such as its comments."""
        return True

    def sees_file(self, row: R, file: str) -> bool:
        """Whether a file, by its id, is shown with the record."""
        return True

    def may_change_file(self, visitor: Visitor, row: R, person: str) -> bool:
        """Whether who may add files may rename and remove one that this person has added."""
        return True

    def told(self, row: R) -> dict[str, Any]:
        """The record as the audit has it: masked, without what each change changes."""
        beside = {key for part in self.parts for key in part.shown()}
        left_out = (set(RecordView.model_fields) | beside) - {"removed"}
        return self.shown(NOBODY, row).model_dump(mode="json", exclude=left_out)

    def real(self, row: R) -> dict[str, Any]:
        """The columns that people fill, unmasked and as JSON has them: by these the audit knows what changed."""
        columns = [one.key for one in class_mapper(self.table).column_attrs]
        values = {key: getattr(row, key) for key in columns if key not in (*Record.__annotations__, "version")}
        derived = self.derived(values)
        return {key: to_jsonable_python(value) for key, value in values.items() if key not in derived}

    async def taken(self, session: AsyncSession, row: R | None, *limits: ColumnElement[bool]) -> bool:
        """Whether another record, not removed, meets the conditions."""
        wanted = select(self.table.id).where(*limits, self.table.removed_at.is_(None))
        if row is not None:
            wanted = wanted.where(self.table.id != row.id)
        drafts = drafts_of(session)
        claimed = drafts is not None and drafts.claim(limits)
        return claimed or await session.scalar(wanted.limit(1)) is not None

    def left(self, row: R) -> Mapping[Hashable, str | None]:
        """What rows after this one in the same file may ask for, such as their parent: see `Drafts.fact`."""
        return {}

    @cached_property
    def rich(self) -> frozenset[str]:
        """The keys of texts with marks."""
        return frozenset(one.key for one in columns_of(self.view) if one.kind == "rich")

    def said(self, key: str, value: Any) -> str:
        """What is searched and shown of a key's value: without its marks."""
        return plain(str(value or "")) if key in self.rich else self.text_of(value)

    @staticmethod
    def text_of(value: Any) -> str:
        """What is searched and shown of a value: lists in words."""
        return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")

    def findable(self, row: R) -> Findable:
        """A row as it is found: by its texts and by its number."""
        codes = [getattr(row, self.numbered.column)] if self.numbered is not None else []
        text = "\n".join(self.said(key, getattr(row, key)) for key in self.searched)
        # Also those that are written in groups: who sees them masked must not find whose they are.
        for start, end in sorted(numbers_in(text)) if not self.has_house_texts else ():
            text = text[:start] + " " * (end - start) + text[end:]
        return Findable(self.kind, row.id, row.created_at, row.organisation, row.region, text, codes)

    def offered(self, row: R, writes: bool) -> list[str]:
        """The names of the actions that can be done with a row as it is now, by one who may change it or not."""
        if not writes:
            return []
        return ["restore"] if row.removed_at is not None else ["edit", "remove"]

    async def check_removed(self, session: AsyncSession, row: R) -> None:
        """Refuse to remove a record that others need. Conflict."""

    async def check_restored(self, session: AsyncSession, row: R) -> None:
        """Refuse to bring back a record whose place another has taken. Conflict."""

    async def heard_of(self, session: AsyncSession, row: R) -> Sequence[str]:
        """What recordings are about it, as the audit names them (`recording:…`): see `cti.office.looks`."""
        return ()

    async def titled(self, session: AsyncSession, visitor: Visitor, row: R) -> str:
        """What a record is called in a preview of acts with many."""
        return self.name_of(self.shown(visitor, row))

    def name_of(self, view: V) -> str:
        """What a record is called by people, as its view may tell it: its number, and its name or title."""
        keys = [*([self.numbered.column] if self.numbered is not None else []), *self.searched[:1], "title", "name"]
        said = [str(found) for key in dict.fromkeys(keys) if (found := getattr(view, key, None))]
        return " ".join(said[:2]) or f"{self.title} …{view.id[-6:]}"

    def page_of(self, id: str) -> str:
        """Where the console shows a record; empty when it has no page."""
        return f"/{self.screen}/{id}" if self.screen else ""
