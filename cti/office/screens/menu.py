"""The headings of the menu: few, by what people come to do.

A group that stands `within` another is one entry of it, and its screens are tabs of one page. Modules bring more of
both as `GROUPS` of their `screens.py`; here stand the headings of the house and the entries that several modules share.
"""

from __future__ import annotations

from cti.office.screens.description import Group

MOST_HEADINGS = 12
"""Whoever sees all of the house finds no more headings than this."""

HEADINGS = (
    Group(name="work", title="工作台", icon="headset", order=10),
    Group(name="tickets", title="工单", icon="clipboard-list", order=15),
    Group(name="calls", title="通话与市民", icon="phone", order=20),
    Group(name="queues", title="现场与排队", icon="users-round", order=25),
    Group(name="knowledge", title="知识与发布", icon="book-text", order=30),
    Group(name="roster", title="排班与培训", icon="calendar-clock", order=35),
    Group(name="quality", title="质检与绩效", icon="clipboard-list", order=40),
    Group(name="figures", title="统计分析", icon="chart-column", order=45),
    Group(name="rules", title="业务配置", icon="route", order=60),
    Group(name="people", title="人员与权限", icon="users", order=80),
    Group(name="system", title="系统", icon="settings", order=90),
)
SHARED = (
    Group(name="outgoing", title="外呼回访", icon="phone-outgoing", order=42, within="work"),
    Group(name="happenings", title="突发与热点", icon="megaphone", order=8, within="tickets"),
    Group(name="assistance", title="智能辅助", icon="puzzle", order=70, within="tickets"),
    Group(name="call_log", title="通话与录音", icon="phone-call", order=1, within="calls"),
    Group(name="citizens", title="市民与名单", icon="contact", order=10, within="calls"),
    Group(name="figure_rules", title="口径与打印", icon="printer", order=80, within="figures"),
    Group(name="flows", title="语音流程", icon="workflow", order=10, within="rules"),
    Group(name="business", title="业务流程", icon="route", order=20, within="rules"),
    Group(name="channels", title="在线渠道", icon="globe", order=60, within="rules"),
    Group(name="staff", title="人员与机构", icon="users", order=10, within="people"),
    Group(name="sign_ins", title="登录与密钥", icon="key-round", order=60, within="people"),
    Group(name="watch", title="告警与值守", icon="bell", order=6, within="system"),
    Group(name="parts", title="插件与服务", icon="blocks", order=20, within="system"),
    Group(name="job_book", title="任务", icon="list-checks", order=30, within="system"),
)
GROUPS = (*HEADINGS, *SHARED)
