"""Routes of the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
import pydantic

from cti.base.http.routes import OptionView, Page, Paged, Route
from cti.base.refusal import NotAllowed
from cti.base.scope import EVERYTHING
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import AuditFilter
from cti.office.identity.audit.words import FIELDS, subject_of, title_of, value_of
from cti.office.identity.models import AuditRow
from cti.office.identity.service import Identity
from cti.office.screens.forms import form

Sequence = Annotated[int, pydantic.Field(ge=1, le=2**63 - 1)]


class AuditQuery(Page):
    """Filters: times are ISO 8601, `to` exclusive; `action` and `subject` are beginnings (`person.`, `call:`)."""

    since: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="from")
    until: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="to")
    login: str = pydantic.Field(default="", max_length=40)
    action: str = pydantic.Field(default="", max_length=60)
    subject: str = pydantic.Field(default="", max_length=120)
    address: str = pydantic.Field(default="", max_length=45)


class Change(pydantic.BaseModel):
    """A value before and after."""

    field: str
    before: Any
    after: Any


class EntryView(pydantic.BaseModel):
    """An entry of the audit, with its words for people."""

    sequence: int = pydantic.Field(title="序号", json_schema_extra=form(width=80))
    at: datetime = pydantic.Field(title="时间", json_schema_extra=form(width=190))
    login: str = pydantic.Field(title="账号")
    person: str
    organisation: str = pydantic.Field(title="机构")
    address: str = pydantic.Field(title="来源地址")
    action: str = pydantic.Field(title="操作代码")
    action_title: str = pydantic.Field(title="操作", json_schema_extra=form(width=150))
    subject: str = pydantic.Field(title="对象代码", json_schema_extra=form(width=250))
    subject_title: str = pydantic.Field(title="对象", json_schema_extra=form(width=190))
    summary: str = pydantic.Field(title="变更内容", json_schema_extra=form(width=220))


class EntryDetail(EntryView):
    """An entry with what changed."""

    changes: list[Change]
    lines: list[str] = pydantic.Field(title="变更")


class FindingView(pydantic.BaseModel):
    """What is wrong with the chain; `first` to `last` are sequences."""

    kind: str
    title: str
    first: int
    last: int
    told: str


class ProofView(pydantic.BaseModel):
    """How many entries were looked at, and what is wrong with them; `seals` are signed heads of before."""

    entries: int
    seals: int
    findings: list[FindingView]
    words: str


NEWEST_SEALS = 20
EMPTY: tuple[Any, ...] = (None, "", [], {}, False)
TITLES = {
    "changed": "被修改",
    "inserted": "被插入",
    "removed": "被删除",
    "head": "链尾记录被修改或丢失",
    "rolled_back": "链尾被回退",
    "seal": "签名缺失或被修改",
}


class AuditApi:
    """Lists entries of the audit within reach, and verifies their chain."""

    def __init__(self, identity: Identity) -> None:
        self._audit = identity.audit
        self._seals = identity.seals

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        see = "audit.see"
        return [
            Route("GET", "/api/audit", self.all, see, "审计记录"),
            Route("GET", "/api/audit/{sequence}", self.one, see, "一条审计记录"),
            Route("POST", "/api/audit/chain/verify", self.verify, see, "校验审计记录"),
            Route("GET", "/api/options/audit-actions", self.actions, see, "审计的操作"),
        ]

    async def all(self, visitor: Visitor, query: AuditQuery) -> Paged[EntryView]:
        """List entries, the newest first."""
        wanted = AuditFilter(
            login=query.login,
            action=query.action,
            subject=query.subject,
            address=query.address,
            since=query.since,
            until=query.until,
        )
        found = await self._audit.find(visitor, wanted, query.page, query.size)
        items = [EntryView(**self._entry(row)) for row in found.rows]
        asked = query.model_dump(mode="json", exclude_defaults=True, exclude={"page", "size"})
        await self._audit.look(visitor, "audit.read", "audit:list", {"filters": asked})
        return Paged(items=items, total=found.total, page=query.page, size=query.size, more=found.more)

    async def one(self, visitor: Visitor, sequence: Sequence) -> EntryDetail:
        """One entry with all that it says; the look is noted in the audit itself."""
        row = await self._audit.one(visitor, sequence)
        await self._audit.look(visitor, "audit.read", f"audit:{sequence}")
        changes = self._changes(row)
        lines = [f"{one.field}：{value_of(one.before)} → {value_of(one.after)}" for one in changes]
        return EntryDetail(**self._entry(row), changes=changes, lines=lines)

    async def verify(self, visitor: Visitor) -> ProofView:
        """Go through the whole chain."""
        if visitor.reach("audit.see") != EVERYTHING:
            raise NotAllowed("not_allowed", "只有数据范围为全部的人员可以校验整条审计记录")
        proof, sealed = await self._audit.verify(), await self._seals.verify(NEWEST_SEALS)
        found = [
            FindingView(kind=one.kind, title=TITLES[one.kind], first=one.first, last=one.last, told=one.told)
            for one in (*proof.findings, *sealed.findings)
        ]
        wrong = "；".join(f"第 {one.first} 条{one.title}" for one in found[:20]) or "未发现修改、插入或删除"
        words = f"核对 {proof.entries} 条记录、{sealed.seals} 个签名：{wrong}"
        return ProofView(entries=proof.entries, seals=sealed.seals, findings=found, words=words)

    async def actions(self, visitor: Visitor) -> list[OptionView]:
        """Kinds of actions to filter by."""
        kinds = sorted(self._audit.kinds.items(), key=lambda one: one[1])
        return [OptionView(value=f"{kind}.", title=title) for kind, title in kinds]

    def _entry(self, row: AuditRow) -> dict[str, Any]:
        return {
            "sequence": row.sequence,
            "at": row.at,
            "login": row.login,
            "person": row.person,
            "organisation": row.organisation,
            "address": row.address,
            "action": row.action,
            "action_title": title_of(row.action, self._audit.kinds, self._audit.named),
            "subject": row.subject,
            "subject_title": subject_of(row.subject, self._audit.kinds),
            "summary": "、".join(one.field for one in self._changes(row))[:200],
        }

    def _changes(self, row: AuditRow) -> list[Change]:
        """What changed, by the words of that kind of records; what began or stayed empty is no change."""
        before, after = msgspec.json.decode(row.before), msgspec.json.decode(row.after)
        if not isinstance(before, dict) or not isinstance(after, dict):
            return [Change(field="", before=before, after=after)]
        titles = {**FIELDS, **self._audit.fields.get(row.action.partition(".")[0], {})}
        return [
            Change(field=titles.get(name, name), before=before.get(name), after=after.get(name))
            for name in {**before, **after}
            if before.get(name) != after.get(name) and not (before.get(name) in EMPTY and after.get(name) in EMPTY)
        ]
