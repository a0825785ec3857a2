"""Screens: the log of letters with what they cost, templates, channels, numbers that opted out."""

from __future__ import annotations

from cti.base.http.routes import SIGNED_IN
from cti.office.messages.letters_api import STATES, WAYS, ChannelView, LetterView, TestLetter
from cti.office.messages.live import TOPIC
from cti.office.messages.opt_outs import OptOuts
from cti.office.messages.rights import EXPORT, MANAGE, SEE
from cti.office.messages.templates_api import TemplateFields, TemplateView, TemplateWords
from cti.office.records.describing import record_create, record_list
from cti.office.screens import (
    Action,
    Chart,
    Column,
    Empty,
    Filter,
    Group,
    Link,
    List,
    Screen,
    Series,
    Tile,
    When,
    columns_of,
    options_of,
)
from cti.office.screens.forms import fields_of

GROUPS = (Group(name="messages", title="消息", icon="message-square", order=50, within="rules"),)
TEMPLATE = "/api/message_templates/{name}"


TILES = (
    Tile(
        name="inbox_unread", title="未读消息", order=50, permission=SIGNED_IN, source="/api/inbox",
        query={"unread": "true"}, opens="/inbox", link=Link(screen="inbox"), live=TOPIC,
        columns=(Column(key="title", title="消息"), Column(key="at", title="时间", kind="time")),
        empty=Empty(title="没有未读消息"),
    ),
)  # fmt: skip
PERIOD = Filter(kind="period", key="at", title="时间")

SCREENS = (
    Screen(
        name="message_log",
        title="消息记录",
        group="messages",
        icon="scroll-text",
        order=10,
        permission=SEE,
        kind="list",
        list=List(
            source="/api/message_deliveries",
            columns=columns_of(
                LetterView, "created_at", "carries", "channel", "recipient", "text", "state", "parts", "cost", "sender",
                "last_error", "next_at", "tries",
            ),
            filters=(
                PERIOD,
                Filter(kind="choice", key="carries", title="方式", options=options_of(WAYS)),
                Filter(kind="choice", key="channel", title="渠道", options_from="/api/options/message_channels"),
                Filter(kind="choice", key="state", title="状态", options=options_of(STATES)),
            ),
            empty=Empty(title="还没有发出的消息", text="配置渠道后，短信、邮件和群机器人消息的发送情况会出现在这里。"),
            export="/api/message_deliveries/export",
            export_permission=EXPORT,
            row=(
                Action(
                    name="resend", title="重新发送", permission=MANAGE, kind="confirm",
                    path="/api/message_deliveries/{id}/resend", confirm="再发送一次？将产生一条新的记录。",
                    when=When(key="ended", among=(True,)), done="已重新发送",
                ),
            ),
        ),
    ),
    Screen(
        name="message_costs",
        title="消息费用",
        group="messages",
        icon="chart-column",
        order=20,
        permission=SEE,
        kind="charts",
        filters=(PERIOD,),
        charts=(
            Chart(
                title="发送情况",
                kind="stack",
                source="/api/message_costs",
                x="title",
                unit="条",
                series=(
                    Series(key="delivered", title="已送达", tone="ready"),
                    Series(key="sent", title="已发出", tone="talk"),
                    Series(key="failed", title="失败", tone="break"),
                    Series(key="dropped", title="未发送", tone="off"),
                ),
            ),
            Chart(
                title="费用",
                kind="bar",
                source="/api/message_costs",
                x="title",
                unit="元",
                series=(Series(key="cost", title="费用", tone="wrapup"),),
            ),
        ),
    ),
    Screen(
        name="message_templates",
        title="消息模板",
        also=("短信", "模板"),
        group="messages",
        icon="file-text",
        order=30,
        permission=MANAGE,
        kind="list",
        list=List(
            source="/api/message_templates",
            id="name",
            columns=columns_of(
                TemplateView, "title", "kind_title", "sample", "characters", "parts", "variables", "changed", "name",
                "subject",
            ),
            empty=Empty(title="还没有模板", text="各模块带来的模板会出现在这里，也可以新增自己的。"),
            row=(
                Action(
                    name="edit", title="修改", permission=MANAGE, kind="form", method="PUT", path=TEMPLATE,
                    form=fields_of(TemplateWords), form_source=TEMPLATE, done="已保存",
                ),
                Action(
                    name="try", title="试发给我", permission=MANAGE, kind="confirm", path=f"{TEMPLATE}/test",
                    confirm="按此模板发一条短信到您的手机？变量以名称代替。", done="已发出",
                ),
                Action(
                    name="reset", title="恢复原文", permission=MANAGE, kind="confirm", method="DELETE", path=TEMPLATE,
                    tone="danger", confirm="恢复为系统原来的文字？自建的模板将被删除。",
                    when=When(key="changed", among=(True,)), done="已恢复",
                ),
            ),
        ),
        create=Action(
            name="create", title="新增模板", permission=MANAGE, kind="form", path="/api/message_templates",
            tone="primary", form=fields_of(TemplateFields, "name", "title", "subject", "text", "sms"), done="已新增",
        ),
    ),
    Screen(
        name="message_channels",
        title="消息渠道",
        group="messages",
        icon="route",
        order=40,
        permission=MANAGE,
        kind="list",
        list=List(
            source="/api/message_channels",
            id="name",
            columns=columns_of(
                ChannelView, "title", "carries", "state", "receipts", "price", "last_error", "file_problem", "name"
            ),
            empty=Empty(
                title="还没有配置渠道",
                text="在数据目录的 messages/channels.yaml 中描述短信网关、邮件服务器或群机器人，保存后立即生效。",
            ),
            row=(
                Action(
                    name="test", title="测试发送", permission=MANAGE, kind="form",
                    path="/api/message_channels/{name}/test", form=fields_of(TestLetter), done="渠道已接受测试消息",
                ),
            ),
        ),
    ),
    Screen(
        name="message_opt_outs",
        title="退订号码",
        group="messages",
        icon="ban",
        order=50,
        permission=OptOuts.see,
        kind="list",
        list=record_list(
            OptOuts,
            "/api/message_opt_outs",
            columns=("number", "reason", "updated_at"),
            search="查找完整号码",
            empty=Empty(title="没有退订的号码", text="这里的号码不再收到自动发送的短信。"),
        ),
        create=record_create(OptOuts, "/api/message_opt_outs"),
    ),
)  # fmt: skip
