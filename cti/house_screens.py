"""The core's own screens of the system, and the sections of its settings that are shown there."""

from __future__ import annotations

from cti.configuring.service import MANAGE, SEE, SectionOffer
from cti.jobs.api import STATES, JobView
from cti.screens import Action, Empty, Filter, List, Option, Screen, When, columns_of
from cti.settings import AccountSettings, BrokerSettings, HotlineSettings, HttpSettings, SwitchSettings

SCREENS = (
    Screen(
        name="settings",
        title="系统设置",
        group="system",
        icon="sliders-horizontal",
        order=10,
        permission=SEE,
        kind="component",
        component="settings",
    ),
    Screen(
        name="plugins",
        title="插件",
        group="system",
        icon="blocks",
        order=20,
        permission=SEE,
        kind="component",
        component="plugins",
    ),
    Screen(
        name="jobs",
        title="后台任务",
        group="system",
        icon="list-checks",
        order=30,
        permission=SEE,
        kind="list",
        list=List(
            source="/api/jobs",
            columns=columns_of(JobView, "title", "state", "tries", "created_at", "next_at", "ended_at", "last_error"),
            filters=(
                Filter(
                    kind="choice",
                    key="state",
                    title="状态",
                    options=tuple(Option(value=value, title=title) for value, title in STATES.items()),
                ),
            ),
            empty=Empty(title="没有后台任务", text="需要稍后执行或重试的工作会出现在这里。"),
            row=(
                Action(
                    name="retry",
                    title="重试",
                    permission=MANAGE,
                    kind="confirm",
                    path="/api/jobs/{id}/retry",
                    confirm="重新执行该任务？",
                    when=When(key="state", among=("failed", "cancelled")),
                    done="已重新排入",
                ),
                Action(
                    name="cancel",
                    title="取消",
                    permission=MANAGE,
                    kind="confirm",
                    path="/api/jobs/{id}/cancel",
                    tone="danger",
                    confirm="取消该任务？",
                    when=When(key="state", among=("waiting", "running")),
                    done="已取消",
                ),
            ),
        ),
    ),
)

SECTIONS = (
    SectionOffer("hotline", "热线与线路", HotlineSettings, place=""),
    SectionOffer("http", "网页服务", HttpSettings),
    SectionOffer("accounts", "账号与密码", AccountSettings),
    SectionOffer("switch", "交换机", SwitchSettings),
    SectionOffer("broker", "消息服务", BrokerSettings),
)
