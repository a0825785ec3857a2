"""The pages of statistics: which figures stand on each, split by what, drawn how. What a figure is, its file says."""

from __future__ import annotations

from typing import Literal

import pydantic

Over = Literal["period", "half_year", "always"]


class Block(pydantic.BaseModel, frozen=True):
    """Figures side by side, with a line for each group.

    `over` is the period that is chosen on the page, the last half year, or all time (what there is now). `about` says
    what is to be seen. `region` is the split by which a region of the page narrows it, so that a city sees of a county
    what the county sees of itself.
    """

    name: str
    title: str
    about: str
    figures: tuple[str, ...]
    by: tuple[str, ...]
    chart: Literal["bar", "line", "pie"] = "bar"
    over: Over = "period"
    region: str = "region"


class StatisticsPage(pydantic.BaseModel, frozen=True):
    """A page; one with `idle` lists what was not updated for long, with the reason and the department."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    idle: bool = False


PAGES = (
    StatisticsPage(
        name="activity", title="活跃度分析", idle=True,
        blocks=(
            Block(
                name="hot", title="归口活跃指数排名", region="reader_region",
                about="查看计1分，选用计2分，被引用计3分；按地区看的，是该地区热线的使用",
                figures=("knowledge_activity", "knowledge_views", "knowledge_citations"), by=("category",),
            ),
            Block(
                name="updates", title="归口更新频率", about="审核通过的版次：新上架和内容变更",
                figures=("knowledge_updates", "knowledge_produced"), by=("category",),
            ),
        ),
    ),
    StatisticsPage(
        name="upkeep", title="采编维护统计",
        blocks=(
            Block(
                name="units", title="部门采编", about="按知识的责任单位",
                figures=("knowledge_produced", "knowledge_updates"), by=("unit",),
            ),
            Block(
                name="quality", title="部门知识质量", about="在架知识中，摘要、关键词和常见问法齐全的比例",
                figures=("knowledge_complete_rate",), by=("unit",), over="always",
            ),
            Block(
                name="confirming", title="部门知识确认", about="有确认策略的在架知识中，没有逾期的比例", over="always",
                figures=("knowledge_confirmed_rate", "knowledge_overdue"), by=("unit",),
            ),
            Block(
                name="answers", title="部门提问反馈", about="按提问的回答单位",
                figures=("knowledge_asked", "knowledge_answered_rate", "knowledge_answered_on_time"), by=("unit",),
            ),
            Block(
                name="corrections", title="部门纠错处理", about="按知识的责任单位",
                figures=("knowledge_corrections", "knowledge_mended_rate", "knowledge_mended_on_time"), by=("unit",),
            ),
            Block(
                name="helpful", title="部门知识有用率", about="座席和公众看过知识后的评价；逐条见知识评价",
                figures=("knowledge_helpful_rate", "knowledge_unhelpful"), by=("unit",),
            ),
            Block(
                name="editors", title="采编人员", about="按提交审核的人",
                figures=("knowledge_produced", "knowledge_updates"), by=("editor",),
            ),
        ),
    ),
    StatisticsPage(
        name="use", title="使用情况统计",
        blocks=(
            Block(
                name="trend", title="近半年用户访问趋势", about="每月用户数和访问量，内部与公众分开", chart="line",
                over="half_year", figures=("knowledge_users", "knowledge_visits"), by=("month", "inside"),
            ),
            Block(
                name="who", title="使用单位", about="内部人员按所在单位，公众按所在地区的热线",
                figures=("knowledge_users", "knowledge_visits"), by=("organisation", "inside"),
            ),
            Block(
                name="found", title="检索命中", about="检索后找到知识的比例",
                figures=("knowledge_found_rate",), by=("place",),
            ),
        ),
    ),
    StatisticsPage(
        name="stock", title="存量与生产",
        blocks=(
            Block(
                name="categories", title="存量：归口", about="现在上架的知识", over="always", chart="pie",
                figures=("knowledge_stock", "knowledge_stock_public"), by=("category",),
            ),
            Block(
                name="types", title="存量：知识类型", about="现在上架的知识", over="always", chart="pie",
                figures=("knowledge_stock", "knowledge_stock_public"), by=("type",),
            ),
            Block(
                name="regions", title="存量：地区", about="现在上架的知识", over="always",
                figures=("knowledge_stock", "knowledge_stock_public"), by=("region",),
            ),
            Block(
                name="hotlines", title="存量：来源热线", about="现在上架的知识，按归并热线；空为本热线", over="always",
                figures=("knowledge_stock", "knowledge_stock_public"), by=("hotline",),
            ),
            Block(
                name="production", title="近半年生产", about="每月新上架、变更的知识", over="half_year", chart="line",
                figures=("knowledge_produced", "knowledge_updates"), by=("month",),
            ),
        ),
    ),
)  # fmt: skip
