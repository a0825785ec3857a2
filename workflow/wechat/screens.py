"""The page of the account: how it is, its menu, hot topics, and who is bound."""

from __future__ import annotations

from cti.office.screens import Action, Empty, List, Screen, columns_of
from workflow.wechat.api import BASE, READERS, ReaderView
from workflow.wechat.readers import MANAGE, SEE, UNBIND

SCREENS = (
    Screen(
        name="wechat",
        title="微信公众号",
        group="channels",
        icon="monitor-smartphone",
        order=66,
        permission=SEE,
        kind="list",
        list=List(
            source=READERS,
            columns=columns_of(ReaderView, "number", "follows", "bound_at", "seen_at"),
            note=f"{BASE}/state",
            actions=(
                Action(
                    name="menu", title="更新菜单", permission=MANAGE, kind="confirm", path=f"{BASE}/menu",
                    confirm="公众号的菜单改为配置文件中的菜单，关注者在 24 小时内看到。", done="菜单已更新",
                ),
                Action(
                    name="hot", title="推送热点", permission=MANAGE, kind="confirm", path=f"{BASE}/hot",
                    confirm="把发布到微信、并已推送为热点的信息群发给全部关注者，每月次数有限。", done="已提交群发",
                ),
            ),
            row=(
                Action(
                    name="unbind", title="解除绑定", permission=UNBIND, kind="confirm", method="DELETE",
                    path=f"{READERS}/{{id}}", tone="danger",
                    confirm="该微信不再与这个手机号码关联，市民可以重新绑定。", done="已解除",
                ),
            ),
            empty=Empty(title="还没有市民绑定", text="市民在公众号菜单“用户绑定”中用手机号码绑定后列在这里。"),
        ),
    ),
)  # fmt: skip
