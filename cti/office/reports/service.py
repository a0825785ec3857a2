"""The service of reports: kept, shared, counted for whoever looks, exported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

import pydantic
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body, Route
from cti.base.refusal import Conflict, Faults, Invalid
from cti.base.visitor import Visitor
from cti.office.figures import Figures, Period
from cti.office.figures.periods import NAMES
from cti.office.figures.service import MOST_SPLITS
from cti.office.identity.models import PersonRow, RoleRow
from cti.office.parts import Files
from cti.office.records import Office, RecordQuery, Records, RecordView
from cti.office.reports.models import ReportRow
from cti.office.reports.table import ReportTable, table_of
from cti.office.screens import form
from cti.office.screens.description import Action, When
from cti.office.sharing.rule import Shared, Way

PERIODS = NAMES
CHARTS = {"bar": "柱状图", "line": "折线图", "pie": "饼图", "none": "只要表格"}
EVERY = {"never": "不定期发送", "daily": "每天（前一天）", "weekly": "每周一（上周）", "monthly": "每月1日（上月）"}
FORMATS = {"xlsx": "Excel", "docx": "Word", "pdf": "PDF"}
SENT = When(key="every", among=("daily", "weekly", "monthly"))
MOST_CONDITIONS = 10
Name = Annotated[str, pydantic.Field(max_length=60)]
PeriodName = Literal[
    "today", "yesterday", "this_week", "last_week", "this_month", "last_month", "this_quarter", "last_quarter",
    "this_year", "last_year",
]  # fmt: skip


class Condition(Body):
    """That only what has a value is counted; `words` are what the value is called."""

    split: Name = pydantic.Field(title="条件", json_schema_extra=form(options_from="/api/figure_splits"))
    value: str = pydantic.Field(max_length=200, title="值")
    words: str = pydantic.Field(default="", max_length=200, title="显示为")


class ReportFields(Body):
    """What a report is."""

    title: str = pydantic.Field(min_length=1, max_length=100, title="名称")
    figures: list[Name] = pydantic.Field(
        min_length=1, max_length=12, title="指标",
        json_schema_extra=form(options_from="/api/figure_options"),
    )  # fmt: skip
    by: list[Name] = pydantic.Field(
        default=[], max_length=MOST_SPLITS, title="分组",
        json_schema_extra=form(
            options_from="/api/figure_splits", help="最多三项；所选指标都有的分组才能一起用"
        ),
    )  # fmt: skip
    only: list[Condition] = pydantic.Field(
        default=[], max_length=MOST_CONDITIONS, title="筛选", description="只统计符合这些条件的",
        json_schema_extra=form(kind="rows", help="在“自助分析”里点图选出再存为报表最方便；值是系统里的编号"),
    )  # fmt: skip
    period: PeriodName = pydantic.Field(
        default="last_month", title="统计期", json_schema_extra=form(options=PERIODS, help="查看时可以改选")
    )
    compare: bool = pydantic.Field(default=True, title="同比、环比")
    chart: Literal["bar", "line", "pie", "none"] = pydantic.Field(
        default="bar", title="图形", json_schema_extra=form(options=CHARTS)
    )
    note: str = pydantic.Field(default="", max_length=500, title="说明")
    every: Literal["never", "daily", "weekly", "monthly"] = pydantic.Field(
        default="never", title="定期发送",
        json_schema_extra=form(
            options=EVERY, section="定期发送", help="早上7点按制表人能看到的数据生成文件，放进本报表的附件，并发消息"
        ),
    )  # fmt: skip
    format: Literal["xlsx", "docx", "pdf"] = pydantic.Field(
        default="xlsx", title="格式", json_schema_extra=form(options=FORMATS, when=SENT)
    )
    mail: bool = pydantic.Field(
        default=False, title="文件随邮件发送",
        json_schema_extra=form(when=SENT, help="设了邮箱的接收人收到带文件的邮件；文件离开本系统，请确认可以外发"),
    )  # fmt: skip
    roles: list[Name] = pydantic.Field(
        default=[], max_length=20, title="发送给角色",
        json_schema_extra=form(
            options_from="/api/report_options/roles", when=SENT, help="只发给本机构及下级的人员"
        ),
    )  # fmt: skip
    people: list[Name] = pydantic.Field(
        default=[], max_length=50, title="发送给人员",
        json_schema_extra=form(
            options_from="/api/report_options/people", options_search=True, when=SENT
        ),
    )  # fmt: skip


class ReportView(RecordView):
    """A report as lists and its page show it, without numbers."""

    title: str = pydantic.Field(title="名称")
    note: str = pydantic.Field(title="说明")
    figures: list[str] = pydantic.Field(title="指标编号")
    figure_titles: list[str] = pydantic.Field(default=[], title="指标")
    by: list[str] = pydantic.Field(title="分组编号")
    split_titles: list[str] = pydantic.Field(default=[], title="分组", json_schema_extra=form(none="不分组"))
    only: list[Condition] = pydantic.Field(title="筛选条件")
    only_words: list[str] = pydantic.Field(default=[], title="筛选", json_schema_extra=form(none="全部"))
    period: str = pydantic.Field(title="统计期", json_schema_extra=form(kind="choice", options=PERIODS))
    compare: bool = pydantic.Field(title="同比、环比")
    chart: str = pydantic.Field(title="图形", json_schema_extra=form(kind="choice", options=CHARTS))
    every: str = pydantic.Field(title="定期发送", json_schema_extra=form(kind="choice", options=EVERY))
    format: str = pydantic.Field(title="发送格式", json_schema_extra=form(kind="choice", options=FORMATS))
    mail: bool = pydantic.Field(title="文件随邮件发送")
    roles: list[str] = pydantic.Field(title="发送给角色")
    people: list[str] = pydantic.Field(title="发送给人员")
    made_for: date | None = pydantic.Field(title="最近发送的统计期", json_schema_extra=form(none="还没有"))


class Reports(Records[ReportRow, ReportFields, ReportView, RecordQuery]):
    """Reports that people put together of figures, drawn at once or sent at fixed times."""

    table, fields, view, query = ReportRow, ReportFields, ReportView, RecordQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "report"
    title: ClassVar[str] = "统计报表"
    see: ClassVar[str] = "reports.see"
    edit_permission: ClassVar[str] = "reports.edit"
    orders: ClassVar[tuple[str, ...]] = ("title",)
    export_permission: ClassVar[str] = "reports.export"
    sharing: ClassVar[Shared] = Shared(given=True, house=True)
    parts: ClassVar = (Files(),)
    screen: ClassVar[str] = "reports"
    searched: ClassVar[tuple[str, ...]] = ("title", "note")

    def __init__(self, office: Office, figures: Figures) -> None:
        super().__init__(office)
        self.figures = figures
        self.delivered: dict[str, tuple[str, ...]] = {}
        """The figures of those that came with a plugin, by id."""

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """As everywhere, but for delivered ones of which the visitor may count no figure."""
        ways = super().ways(visitor, permission, writing=writing)
        his = {one.name for one in self.figures.all(visitor)}
        if hidden := sorted(id for id, figures in self.delivered.items() if his.isdisjoint(figures)):
            for way in ways:
                way.append(ReportRow.id.not_in(hidden))
        return ways

    def limits(self, visitor: Visitor, query: RecordQuery) -> list[ColumnElement[bool]]:
        """By words of title and note."""
        return [self.found_by(query.search)] if query.search else []

    async def values(
        self, session: AsyncSession, body: ReportFields, row: ReportRow | None, organisation: str
    ) -> dict[str, Any]:
        """Figures that there are, splits that all of them have, receivers that there are."""
        faults, files = Faults(), self.figures.library.files
        with faults.gathered():
            if missing := [name for name in body.figures if name not in files]:
                raise Invalid("no_figure", f"没有指标“{'、'.join(missing)}”", "figures")
        with faults.gathered():
            there = [files[name].head for name in body.figures if name in files]
            known = self.figures.splits(one for one in there if one.source in self.figures.library.sources)
            if wrong := [name for name in body.by if name not in known]:
                words = "、".join(wrong)
                raise Invalid("no_split", f"所选指标不能都按“{words}”分组；可用：{'、'.join(known.values())}", "by")
            if strange := [one.split for one in body.only if one.split not in known]:
                words = "、".join(strange)
                raise Invalid("no_split", f"所选指标不能都按“{words}”筛选；可用：{'、'.join(known.values())}", "only")
            if len({one.split for one in body.only}) < len(body.only):
                raise Invalid("twice", "一项条件只能有一个值", "only")
        with faults.gathered():
            roles = set(await session.scalars(select(RoleRow.name).where(RoleRow.name.in_(body.roles))))
            if roles != set(body.roles):
                raise Invalid("no_role", "有的角色已不存在", "roles")
        with faults.gathered():
            people = set(await session.scalars(select(PersonRow.id).where(PersonRow.id.in_(body.people))))
            if people != set(body.people):
                raise Invalid("no_person", "有的人员不存在", "people")
        faults.refuse()
        values = body.model_dump(exclude={"version"})
        if row is None or row.every != body.every:
            # What is over is not sent again because somebody changed how often it is sent.
            values["made_for"] = None if body.every == "never" else self.period_to_send(body.every).first
        return values

    def period_to_send(self, every: str) -> Period:
        """The period whose report is sent now."""
        return self.figures.period({"daily": "yesterday", "weekly": "last_week"}.get(every, "last_month"))

    async def apply(
        self, session: AsyncSession, visitor: Visitor, row: ReportRow, version: int, values: Mapping[str, Any]
    ) -> None:
        """Who changes a delivered one first is its author: what is sent is counted as he sees it."""
        author = {} if row.created_by else {"created_by": visitor.person}
        await super().apply(session, visitor, row, version, {**values, **author})

    async def copy(self, visitor: Visitor, id: str) -> ReportView:
        """Another of the same figures, the visitor's own, to be changed and sent as he likes."""
        found = await self.get(visitor, id)
        kept = ReportFields.model_fields.keys() - {"title", "every", "roles", "people"}
        title = f"{found.title[:90]}（副本）"
        return await self.create(visitor, ReportFields(title=title, **{key: getattr(found, key) for key in kept}))

    async def purge(self, visitor: Visitor, id: str) -> None:
        """As everywhere; a delivered one stays removed, or it would come back with the next start. Conflict."""
        if id in self.delivered:
            raise Conflict("delivered", "随系统提供的报表删除后不再显示，不能彻底清除")
        await super().purge(visitor, id)

    def own_routes(self, base: str) -> list[Route]:
        """The copy."""
        return [Route("POST", f"{base}/{{id}}/copy", self.copy, self.edit_permission, "另存统计报表")]

    @classmethod
    def own_actions(cls, base: str) -> tuple[Action, ...]:
        """The button of the copy."""
        return (
            Action(
                name="copy", title="另存一份", permission=cls.edit_permission, kind="confirm",
                path=f"{base}/{{id}}/copy", at_once=True, opens=cls.screen, done="已另存，可以修改和定期发送",
            ),
        )  # fmt: skip

    def words(self, visitor: Visitor, row: ReportRow) -> dict[str, Any]:
        """Titles of figures and splits."""
        files = self.figures.library.files
        there = [files[name].head for name in row.figures if name in files]
        known = self.figures.splits(one for one in there if one.source in self.figures.library.sources)
        only = [(one["split"], one["value"], one["words"]) for one in row.only]
        return {
            "figure_titles": [files[name].title if name in files else name for name in row.figures],
            "split_titles": [known.get(name, name) for name in row.by],
            "only_words": [f"{known.get(split, split)}：{words or value}" for split, value, words in only],
        }

    async def counted(
        self, visitor: Visitor, report: ReportView, period: Period, where: Mapping[str, str] | None = None
    ) -> ReportTable:
        """The table of a report for a visitor: his own numbers, whoever made it; `where` narrows it further."""
        only = {one.split: one.value for one in report.only}
        table = await table_of(
            self.figures, visitor, report.figures, report.by, period, where={**(where or {}), **only},
            compare=report.compare,
        )  # fmt: skip
        return replace(table, only=report.only_words)
