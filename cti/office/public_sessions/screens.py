"""The screen of citizens' sessions on the public site."""

from __future__ import annotations

from cti.office.public_sessions.api import PublicSessionView
from cti.office.public_sessions.service import END, SEE
from cti.office.screens import Action, Empty, Filter, List, Option, Screen, When, columns_of

SCREENS = (
    Screen(
        name="public_sessions",
        title="公众登录",
        group="sign_ins",
        icon="smartphone",
        order=65,
        permission=SEE,
        kind="list",
        list=List(
            source="/api/public_sessions",
            columns=columns_of(PublicSessionView, "number", "open", "created_at", "seen_at", "address"),
            filters=(
                Filter(kind="text", key="number", title="手机号码", wide=True),
                Filter(kind="choice", key="open", title="状态", options=(Option(value="true", title="有效"),)),
            ),
            row=(
                Action(
                    name="end", title="强制退出", permission=END, kind="confirm", method="DELETE",
                    path="/api/public_sessions/{id}", tone="danger", when=When(key="open", among=(True,)),
                    confirm="该市民在此设备上的登录立即结束，可以重新获取验证码登录。", done="已结束",
                ),
            ),
            empty=Empty(title="还没有市民登录", text="市民在公众网站用手机号码和短信验证码登录后，会出现在这里。"),
        ),
    ),
)  # fmt: skip
