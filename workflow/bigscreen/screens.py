"""What the console shows: the walls to choose from, and the links that open one without signing in."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_list
from cti.office.screens import Action, Empty, Group, Screen
from workflow.bigscreen.api import LINKS_PATH
from workflow.bigscreen.links import LINKS, WallLinks
from workflow.bigscreen.walls import SEE

GROUPS = (Group(name="walls", title="大屏", icon="layout-dashboard", order=6, within="figures"),)
OPEN = Action(name="open", title="打开", kind="link", path="{address}")

SCREENS = (
    Screen(
        name="bigscreen",
        title="大屏",
        group="walls",
        icon="layout-dashboard",
        order=6,
        permission=SEE,
        kind="component",
        component="bigscreen/WallChoice",
    ),
    Screen(
        name="bigscreen_links",
        title="大屏链接",
        group="walls",
        icon="key-round",
        order=60,
        permission=LINKS,
        kind="list",
        list=record_list(
            WallLinks,
            LINKS_PATH,
            columns=("title", "wall_title", "address", "until", "updated_at"),
            search="用途",
            empty=Empty(title="还没有大屏链接", text="给没有人登录的屏开通一个链接，到期自动失效，随时可以删除。"),
            imports=False,
        ).model_copy(update={"row": (OPEN,)}),
        create=record_create(WallLinks, LINKS_PATH),
    ),
)
