"""What the console shows of numbers, trunks and classes of dialling."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.screens import Action, Empty, Group, Screen, When, fields_of
from workflow.lines.api import CLASSES, DEPARTMENTS, NUMBERS, TRUNKS
from workflow.lines.classes import DialClasses
from workflow.lines.departments import Departments
from workflow.lines.numbers import Numbers
from workflow.lines.origin import WHO_WINS
from workflow.lines.quality import screens as quality
from workflow.lines.trunks import TrunkRecords
from workflow.lines.trying import TestBody

GROUPS = (Group(name="lines", title="号码与线路", icon="cable", order=40, within="rules"),)

TEST = Action(
    name="test",
    title="测试呼叫",
    permission=TrunkRecords.edit_permission,
    kind="form",
    path=f"{TRUNKS}/{{id}}/test",
    form=fields_of(TestBody),
    when=When(key="state", among=("up", "down")),
    shows="words",
)

SCREENS = (
    Screen(
        name="line_numbers",
        title="接入号码",
        also=("号码", "DID"),
        group="lines",
        icon="phone-incoming",
        order=10,
        permission=Numbers.see,
        kind="list",
        list=record_list(
            Numbers,
            NUMBERS,
            columns=("number", "title", "flow_state", "flow", "organisation", "calls_today", "last_call_at", "origin"),
            sorts=("number", "updated_at"),
            search="号码或名称",
            empty=Empty(title="没有接入号码", text=WHO_WINS),
        ),
        create=record_create(Numbers, NUMBERS),
        detail=record_detail(
            Numbers,
            NUMBERS,
            title="number",
            subtitle="title",
            about=(
                *("number", "title", "flow_state", "flow", "organisation", "region", "area", "language"),
                *("calls_today", "last_call_at", "origin", "updated_at"),
            ),
        ),
    ),
    Screen(
        name="line_trunks",
        title="中继线路",
        also=("SIP", "网关", "运营商"),
        group="lines",
        icon="cable",
        order=20,
        permission=TrunkRecords.see,
        kind="list",
        list=record_list(
            TrunkRecords,
            TRUNKS,
            columns=("name", "title", "state", "in_use", "host", "peers", "place", "emergency", "origin"),
            sorts=("place", "updated_at"),
            search="标识、名称或地址",
            row=(TEST,),
            imports=False,
            empty=Empty(title="没有中继", text=WHO_WINS),
        ),
        create=record_create(TrunkRecords, TRUNKS),
        detail=record_detail(
            TrunkRecords,
            TRUNKS,
            title="name",
            subtitle="title",
            actions=(TEST,),
            about=(
                *("name", "title", "state", "in_use", "peers", "host", "port", "register_user", "channels"),
                *("per_second", "prefix", "place", "emergency", "origin", "updated_at"),
            ),
        ),
    ),
    Screen(
        name="dial_classes",
        title="拨打权限",
        group="lines",
        icon="phone-outgoing",
        order=30,
        permission=DialClasses.see,
        kind="list",
        list=record_list(
            DialClasses,
            CLASSES,
            columns=("role", "furthest", "updated_at"),
            search="角色标识",
            imports=False,
            empty=Empty(
                title="没有另行规定",
                text="没有列出的角色可以拨打国内号码，有“拨打国际长途”权限的也可以拨国际。紧急号码任何人都可以拨。",
            ),
        ),
        create=record_create(DialClasses, CLASSES),
        detail=record_detail(
            DialClasses,
            CLASSES,
            title="role",
            about=("role", "furthest", "updated_at"),
        ),
    ),
    Screen(
        name="line_departments",
        title="部门专线",
        group="lines",
        icon="building-2",
        order=25,
        permission=Departments.see,
        kind="list",
        list=record_list(
            Departments,
            DEPARTMENTS,
            columns=("title", "number", "note", "enabled", "organisation", "updated_at"),
            search="部门或号码",
            imports=False,
            empty=Empty(
                title="没有部门专线",
                text="登记后，座席在通话中按 Alt+E 选择部门专线，三方通话；来电信息发给订阅 line.called 的连接器。",
            ),
        ),
        create=record_create(Departments, DEPARTMENTS),
        detail=record_detail(
            Departments,
            DEPARTMENTS,
            title="title",
            subtitle="number",
            about=("title", "number", "note", "enabled", "organisation", "updated_at"),
        ),
    ),
    *quality.SCREENS,
)

SLOTS = quality.SLOTS
