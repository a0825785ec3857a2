"""What the console shows."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.screens import Action, Count, Empty, Filter, Group, List, Screen, Tab, Tile, columns_of, options_of
from workflow.publishing.api import GOOD_TICKETS, ONE, ONE_SHOWN
from workflow.publishing.rules import MANAGE, PUBLICATIONS, SECTIONS, SHOWN, STAGES, STATES, WRITE
from workflow.publishing.service import Publications
from workflow.publishing.shown import Shown
from workflow.publishing.surveys.screens import survey_screen
from workflow.publishing.views import Doubt
from workflow.tickets.good_tickets import GoodTicket

GROUP = "publishing"
GROUPS = (Group(name=GROUP, title="信息发布", icon="megaphone", order=60, within="knowledge"),)
SECTION = Filter(kind="choice", key="section", title="栏目", options=options_of(SECTIONS))
CHECK = Action(
    name="check", title="核对个人信息", permission=WRITE, kind="confirm", path=f"{ONE}/check", told=True,
    tone="primary",
    confirm="我已逐句核对：没有能识别当事人的姓名、电话、证件、住址、车牌等信息。核对后改过内容的须再核对。",
    done="已核对，可以提交审核",
)  # fmt: skip
DOUBTS = Tab(
    name="doubts",
    title="个人信息核对",
    kind="list",
    list=List(
        source=f"{ONE}/doubts",
        columns=columns_of(Doubt, "kind", "text", "around"),
        empty=Empty(title="没有发现疑似的个人信息", text="仍请逐句核对后确认：系统认不出所有写法。"),
    ),
)
PREVIEW = Tab(name="preview", title="手机预览", kind="component", component="publishing/PhonePreview", source=ONE)
PIN, UNPIN, HEAT, COOL = (
    Action(
        name=name, title=title, permission=MANAGE, kind="confirm", path=f"{ONE_SHOWN}/{name}", told=True,
        confirm=confirm, done=f"已{title}",
    )
    for name, title, confirm in (
        ("pin", "置顶", "置顶后排在本栏目最前。"),
        ("unpin", "取消置顶", "取消后按发布时间排列。"),
        ("heat", "推送为热点", "推送到该信息的各发布渠道的热点聚焦。"),
        ("cool", "撤回热点推送", "不再列入热点聚焦。"),
    )
)  # fmt: skip
DETAIL = record_detail(
    Publications, PUBLICATIONS, title="title", subtitle="number", tabs=(PREVIEW, DOUBTS), actions=(CHECK,),
    about=("section", "matter", "summary", "body", "author", "channels", "show_from", "show_until", "stage",
           "opinion", "state", "edition", "source", "checked_by", "published_at", "withdrawn_at", "created_by",
           "created_at", "updated_at"),
)  # fmt: skip

SCREENS = (
    Screen(
        name="publications",
        title="信息采编",
        group=GROUP,
        icon="megaphone",
        order=10,
        permission=Publications.see,
        kind="list",
        list=record_list(
            Publications, PUBLICATIONS, imports=False,
            columns=("title", "section", "stage", "state", "published_at", "updated_at"),
            aside=("number", "matter", "author", "channels", "show_from", "show_until", "source", "edition",
                   "created_by"),
            search="标题、摘要、内容，或编号",
            filters=(
                SECTION,
                Filter(kind="choice", key="stage", title="办理阶段", options=options_of(STAGES)),
                Filter(kind="choice", key="state", title="发布状态", options=options_of(STATES)),
                Filter(kind="flag", key="mine", title="我采编的"),
            ),
            row=(CHECK,),
            empty=Empty(title="还没有信息", text="新增一条，由他人审核后发布到门户网站、微信公众号和移动端。"),
        ).model_copy(update={"badge": {"stage": "review"}}),
        create=record_create(Publications, PUBLICATIONS),
        detail=DETAIL.model_copy(update={"offers": f"{ONE}/offers", "marks": ("section", "stage", "state")}),
    ),
    Screen(
        name="publishing_cases",
        title="典型案例采编",
        group=GROUP,
        icon="star",
        order=20,
        permission=WRITE,
        kind="list",
        list=List(
            source=GOOD_TICKETS,
            columns=columns_of(GoodTicket, "number", "title", "category", "unit", "answer", "ended_at"),
            filters=(Filter(kind="text", key="search", title="工单编号、标题或答复", wide=True),),
            row=(
                Action(
                    name="case", title="采编为典型案例", kind="confirm", path=f"{GOOD_TICKETS}/{{id}}/case",
                    confirm="用这件工单的诉求和答复建立一条草稿？其中的姓名、电话、证件、门牌和车牌会隐去，发布前须由人核对。",
                    done="已建立草稿，核对个人信息后提交审核", opens="publications",
                ),
            ),
            empty=Empty(title="没有可以采编的工单", text="最近归档、市民满意的工单列在这里，采编过的不再列出。"),
            opens="/tickets/{id}",
        ),
    ),
    Screen(
        name="shown_publications",
        title="阅读与热点",
        group=GROUP,
        icon="chart-column",
        order=30,
        permission=Shown.see,
        kind="list",
        list=record_list(
            Shown, SHOWN, imports=False,
            columns=("title", "section", "reads", "published_at", "pinned", "hot_at"),
            aside=("number", "channels", "edition", "show_until"),
            search="标题或编号",
            sorts=("reads", "published_at"),
            filters=(
                SECTION,
                Filter(kind="flag", key="pinned", title="已置顶"),
                Filter(kind="flag", key="hot", title="已推送热点"),
            ),
            empty=Empty(title="还没有发布的信息", text="审核通过的信息列在这里，按阅读次数推送热点。"),
        ).model_copy(update={"opens": "/publications/{id}", "row": (PIN, UNPIN, HEAT, COOL), "bulk": ()}),
    ),
    survey_screen(GROUP),
)  # fmt: skip

TILES = (
    Tile(
        name="publishing",
        title="信息发布",
        order=44,
        permission=Publications.see,
        counts=(
            Count(screen="publications", title="待审核", query={"stage": "review"}, tone="talk"),
            Count(screen="publications", title="采编中", query={"stage": "draft"}),
        ),
        home=False,
    ),
)
