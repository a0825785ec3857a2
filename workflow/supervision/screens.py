"""What the console shows of the supervision: cards, supervisions by hand, figures, monitoring points."""

from __future__ import annotations

from cti.office.records.describing import part_tabs, record_create, record_list
from cti.office.screens import (
    Action,
    Count,
    Detail,
    Empty,
    Filter,
    Group,
    List,
    Option,
    Screen,
    Tab,
    Tile,
    columns_of,
    fields_of,
)
from workflow.supervision.api import CARD, ONE
from workflow.supervision.cards import Cards
from workflow.supervision.manual import Supervisions
from workflow.supervision.points import Points
from workflow.supervision.rules import ANSWER, INSPECT
from workflow.supervision.views import (
    BASE,
    CARDS_PATH,
    COLOURS,
    MANUAL_PATH,
    PARTS,
    POINTS_PATH,
    SOURCES,
    STAGES,
    STATES,
    Appeal,
    CardView,
    Decision,
    Handled,
    ManualFields,
    ManualView,
    UnitFigure,
)


def _options(words: dict[str, str]) -> tuple[Option, ...]:
    return tuple(Option(value=value, title=title) for value, title in words.items())


PARTS_OF = Supervisions.parts
GROUPS = (Group(name="supervision", title="监察督办", icon="shield-alert", order=60, within="tickets"),)

ACTS = (
    Action(
        name="handle", title="填写处理情况", permission=ANSWER, kind="form", path=f"{CARD}/handle",
        form=fields_of(Handled), form_source=CARD, tone="primary", done="已保存", told=True,
    ),
    Action(
        name="appeal", title="申诉", permission=ANSWER, kind="form", path=f"{CARD}/appeal", form=fields_of(Appeal),
        done="已提交，等待督办人员裁定", told=True,
    ),
    Action(
        name="decide", title="裁定申诉", permission=INSPECT, kind="form", path=f"{CARD}/decide",
        form=fields_of(Decision), tone="primary", done="已裁定", told=True,
    ),
)  # fmt: skip
SUBJECT = Action(name="subject", title="打开事项", kind="link", method="GET", path="{link}")
"""The page of what the card is about."""
UNIT = Filter(kind="choice", key="unit", title="被督办单位", options_from="/api/tickets/options/units")
FILTERS = (
    Filter(kind="text", key="search", title="工单编号", wide=True),
    Filter(kind="flag", key="lit", title="亮牌中"),
    Filter(kind="choice", key="state", title="处理状态", options=_options(STATES)),
    Filter(kind="choice", key="part", title="处办角色", options=_options(PARTS)),
    UNIT,
    Filter(kind="period", key="given", title="发牌时间"),
)
COLUMNS = (
    "name", "clock_title", "part", "unit", "person", "due_at", "given_at", "lifted_at", "state", "escalated",
)  # fmt: skip


def _cards(colour: str, icon: str, order: int, text: str) -> Screen:
    return Screen(
        name=f"supervision_{colour}",
        title=f"{COLOURS[colour]}管理",
        group="supervision",
        icon=icon,
        order=order,
        permission=Cards.see,
        kind="list",
        list=List(
            source=f"{BASE}/{colour}",
            records=Cards.kind,
            badge={"colour": colour, "lit": "true", "state": "open"},
            columns=columns_of(Cards.view, *COLUMNS),
            filters=FILTERS,
            sort=Cards.sort,
            sorts=("given_at",),
            empty=Empty(title=f"没有{COLOURS[colour]}", text=text),
            opens="/supervision_cards/{id}",
            row=ACTS,
        ),
    )


SCREENS = (
    _cards("red", "siren", 10, "时限到期还没有办理的列在这里。"),
    _cards("yellow", "alarm-clock", 12, "时限将到的列在这里。"),
    Screen(
        name="supervision_cards",
        title="督办申诉",
        group="supervision",
        icon="scale",
        order=20,
        permission=Cards.see,
        kind="list",
        list=List(
            source=CARDS_PATH,
            records=Cards.kind,
            badge={"state": "appealed"},
            columns=columns_of(Cards.view, "colour", *COLUMNS),
            filters=(Filter(kind="choice", key="colour", title="牌", options=_options(COLOURS)), *FILTERS),
            sort=Cards.sort,
            sorts=("given_at",),
            empty=Empty(title="没有红黄牌", text="全部红黄牌和申诉列在这里，可按处理状态查找。"),
            export=f"{CARDS_PATH}/export",
            export_permission=Cards.export_permission,
            row=ACTS,
        ),
        detail=Detail(
            source=CARD,
            title="name",
            subtitle="clock_title",
            actions=(*ACTS, SUBJECT),
            tabs=(
                Tab(
                    name="about",
                    title="红黄牌",
                    kind="fields",
                    fields=columns_of(
                        CardView, "colour", "kind_title", "clock_title", "part", "unit", "person", "due_at",
                        "given_at", "reason", "lifted_at", "lifted_why", "escalated",
                    ),
                ),
                Tab(
                    name="answer",
                    title="处理和申诉",
                    kind="fields",
                    fields=columns_of(
                        CardView, "state", "situation", "ground", "appeal", "checked", "opinion", "decided_by",
                    ),
                ),
                *part_tabs(Cards, CARDS_PATH),
            ),
        ),
    ),
    Screen(
        name="supervisions",
        title="手动督办",
        group="supervision",
        icon="megaphone",
        order=30,
        permission=Supervisions.see,
        kind="list",
        list=List(
            source=MANUAL_PATH,
            records=Supervisions.kind,
            badge={"stage": "issued"},
            columns=columns_of(
                Supervisions.view, "number", "ticket_name", "source", "unit", "urgent", "stage", "due_at", "issued_by",
                "created_at", "file_count",
            ),
            filters=(
                Filter(kind="text", key="search", title="督办编号，或督办情况、意见、回复中的字词", wide=True),
                Filter(kind="choice", key="stage", title="状态", options=_options(STAGES)),
                Filter(kind="choice", key="source", title="督办来源", options=_options(SOURCES)),
                UNIT,
            ),
            sort=Supervisions.sort,
            sorts=("updated_at", "created_at"),
            empty=Empty(title="没有督办", text="对工单办理中的问题发起督办，被督办单位在时限内回复或申诉。"),
            export=f"{MANUAL_PATH}/export",
            export_permission=Supervisions.export_permission,
        ),
        create=record_create(Supervisions, MANUAL_PATH).model_copy(
            update={
                "title": "发起督办", "permission": INSPECT, "done": "督办已发出",
                "form": (*fields_of(ManualFields), *(one for part in PARTS_OF for one in part.form(MANUAL_PATH))),
            }
        ),
        detail=Detail(
            source=ONE,
            title="ticket_name",
            subtitle="number",
            offers=f"{ONE}/offers",
            tabs=(
                Tab(
                    name="about",
                    title="督办",
                    kind="fields",
                    fields=columns_of(
                        ManualView, "number", "ticket", "source", "unit", "urgent", "days", "situation", "suspected",
                        "opinion", "issued_by", "created_at",
                    ),
                ),
                Tab(
                    name="answer",
                    title="回复和申诉",
                    kind="fields",
                    fields=columns_of(
                        ManualView, "stage", "due_at", "reply", "ground", "appeal", "decision", "ended_at",
                    ),
                ),
                *part_tabs(Supervisions, MANUAL_PATH),
            ),
        ),
    ),
    Screen(
        name="supervision_figures",
        title="督办统计",
        group="supervision",
        icon="chart-column",
        order=40,
        permission=INSPECT,
        kind="list",
        list=List(
            source=f"{BASE}/figures",
            id="unit",
            columns=columns_of(
                UnitFigure, "unit_title", "red", "yellow", "lit", "handled", "appealed", "withdrawn", "manual"
            ),
            filters=(Filter(kind="period", key="given", title="发牌时间"),),
            empty=Empty(title="这段时间没有红黄牌和督办"),
        ),
    ),
    Screen(
        name="monitoring_points",
        title="监察点配置",
        group="supervision",
        icon="radar",
        order=50,
        permission=Points.see,
        kind="list",
        list=record_list(
            Points,
            POINTS_PATH,
            columns=(
                "title", "kind_title", "clock_title", "urgency", "process_title", "part", "yellow", "red", "yellow_to",
                "red_to", "after", "used",
            ),
            search="名称",
            empty=Empty(title="还没有监察点", text="没有监察点时按流程的比例亮黄牌，到期亮红牌，告知办理人和班组长。"),
        ),
        create=record_create(Points, POINTS_PATH),
    ),
)  # fmt: skip

TILES = (
    Tile(
        name="supervision_cards",
        title="监察督办",
        order=11,
        permission=Cards.see,
        counts=(
            Count(screen="supervision_red", tone="ring"),
            Count(screen="supervision_yellow", tone="break"),
            Count(screen="supervision_cards", title="申诉待裁定"),
            Count(screen="supervisions"),
        ),
    ),
)
