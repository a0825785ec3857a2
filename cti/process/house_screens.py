"""The core's own screens of the system, and the sections of its settings that are shown there."""

from __future__ import annotations

from cti.base.settings import (
    AccountSettings,
    BrokerSettings,
    HotlineSettings,
    HttpSettings,
    PublicSettings,
    SwitchSettings,
)
from cti.office.configuring.service import MANAGE, SEE, SectionOffer
from cti.office.jobs.api import STATES, JobView
from cti.office.screens import Action, Empty, Filter, List, Option, Screen, When, columns_of
from cti.office.screens.forms import fields_of
from cti.plugins import services_api
from cti.process.upkeep.api import PREFIX as UPKEEP
from cti.process.upkeep.api import BackupBody
from cti.process.upkeep.backups import DOWNLOAD, BackupView

SCREENS_OF = (
    "identity",
    "messages",
    "work",
    "on_call",
    "alarms",
    "tags",
    "connectors",
    "reports",
    "public_sessions",
    "timers",
)
"""The packages of `cti.office` that have screens of their own."""

RESTART = (
    "通话和排队由交换机维持，不会中断：正在通话的双方听不出变化，排队的人按原来的次序继续等待。"
    "正在听语音菜单或按键的来电，最多等 5 秒把这一步做完；没做完的会停顿几秒，再从这一步继续。"
    "所有页面会断开几秒后自动恢复。"
)

SCREENS = (
    Screen(
        name="upkeep",
        title="运行维护",
        also=("备份", "升级", "磁盘"),
        group="system",
        icon="activity",
        order=5,
        permission=MANAGE,
        kind="component",
        component="upkeep",
        list=List(
            source=f"{UPKEEP}/backups",
            columns=columns_of(BackupView, "id", "at", "size", "sealed"),
            empty=Empty(title="还没有备份", text="点“立即备份”，或在服务器上运行 hotline backup。"),
            actions=(
                Action(
                    name="back_up",
                    title="立即备份",
                    kind="form",
                    path=f"{UPKEEP}/backups",
                    form=fields_of(BackupBody),
                    done="已开始备份，完成后出现在列表中",
                ),
                Action(
                    name="restart",
                    title="重启引擎",
                    kind="confirm",
                    path=f"{UPKEEP}/restart",
                    tone="danger",
                    confirm=RESTART,
                    done="引擎正在重启",
                ),
            ),
            row=(
                Action(
                    name="download",
                    title="下载",
                    permission=DOWNLOAD,
                    kind="download",
                    method="GET",
                    path=f"{UPKEEP}/backups/{{id}}",
                ),
            ),
        ),
    ),
    Screen(
        name="settings",
        title="系统设置",
        also=("参数", "配置"),
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
        group="parts",
        icon="blocks",
        order=20,
        permission=SEE,
        kind="component",
        component="plugins",
    ),
    services_api.SCREEN,
    Screen(
        name="jobs",
        title="后台任务",
        group="job_book",
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
    SectionOffer("public", "公众网站", PublicSettings),
    SectionOffer("accounts", "账号与密码", AccountSettings),
    SectionOffer("switch", "交换机", SwitchSettings),
    SectionOffer("broker", "消息服务", BrokerSettings),
)
