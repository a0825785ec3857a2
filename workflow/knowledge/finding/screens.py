"""What the console shows of finding: the search, what nobody found, synonyms, kept questions."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.screens import Action, Empty, Filter, List, Option, Screen, columns_of
from workflow.knowledge import rules
from workflow.knowledge.finding.api import JUDGED, MISSED, SYNONYMS
from workflow.knowledge.finding.kept import JudgedQuestions, SynonymGroups
from workflow.knowledge.finding.views import MissedQuestion
from workflow.knowledge.menu import MAKING, ORDERING, READING

PERIODS = tuple(Option(value=days, title=f"近 {days} 天") for days in ("7", "30", "90", "365"))
FINDING = (
    Screen(
        name="knowledge_search",
        title="知识检索",
        group=READING,
        icon="book-marked",
        order=1,
        permission=rules.SEE,
        kind="component",
        component="knowledge/SearchPage",
    ),
    Screen(
        name="knowledge_missed",
        title="未命中检索",
        group=MAKING,
        icon="message-square",
        order=34,
        permission=rules.WRITE,
        kind="list",
        list=List(
            source=MISSED,
            columns=columns_of(MissedQuestion, "words", "times", "people", "last_at"),
            filters=(
                Filter(kind="text", key="search", title="检索词"),
                Filter(kind="choice", key="days", title="时期", options=PERIODS),
            ),
            row=(
                Action(
                    name="article",
                    title="采编知识",
                    kind="confirm",
                    path=f"{MISSED}/{{id}}/article",
                    confirm="以这个问题建立一条知识草稿？",
                    done="已建立草稿，补充后提交审核",
                    opens="knowledge_articles",
                ),
            ),
            empty=Empty(title="没有未命中的检索", text="座席和市民检索而没有找到的，会按次数列在这里，供补充知识。"),
        ),
    ),
    Screen(
        name="knowledge_synonyms",
        title="同义词",
        group=ORDERING,
        icon="tags",
        order=80,
        permission=SynonymGroups.see,
        kind="list",
        list=record_list(
            SynonymGroups,
            SYNONYMS,
            columns=("words", "created_by", "updated_at"),
            search="词",
            empty=Empty(title="还没有同义词", text="例如 公积金、住房公积金、房积金：检索其中一个，其余的也会找到。"),
        ),
        create=record_create(SynonymGroups, SYNONYMS),
    ),
    Screen(
        name="knowledge_judged",
        title="评测问法",
        group=ORDERING,
        icon="list-checks",
        order=85,
        permission=JudgedQuestions.see,
        kind="list",
        list=record_list(
            JudgedQuestions,
            JUDGED,
            columns=("asked", "article", "created_by", "updated_at"),
            search="问法",
            empty=Empty(
                title="还没有评测问法",
                text="登记市民的原话和应找到的知识；改动检索排序前后各算一遍。",
            ),
        ),
        create=record_create(JudgedQuestions, JUDGED),
        detail=record_detail(JudgedQuestions, JUDGED, title="asked", about=("asked", "article")),
    ),
)
