"""Acts of the articles' process that are taken with many at once, as a merged hotline of hundreds needs it.

Each article is done or refused on its own, and what was done is taken back where the process has a way back.
"""

from __future__ import annotations

import pydantic

from cti.base.http.routes import Body
from cti.office.bulk.acts import NoWords
from cti.office.processes.bulk import ActOnCases, Undoing
from cti.office.screens import Action, Field
from workflow.knowledge import rules
from workflow.knowledge.service import Articles
from workflow.knowledge.views import ARTICLES


class Opinion(Body):
    """What a reviewer says of all that he approves."""

    opinion: str = pydantic.Field(default="", max_length=500, title="审核意见")


class Reason(Body):
    """Why all of them go back, or out of the readers' sight."""

    reason: str = pydantic.Field(min_length=2, max_length=500, title="原因")


def acts(articles: Articles) -> tuple[ActOnCases, ...]:
    """What the process has for many. What readers have seen is not made unseen: an approval stays."""

    def one(
        action: str,
        title: str,
        permission: str,
        fields: type[pydantic.BaseModel] = NoWords,
        undoing: Undoing | None = None,
    ) -> ActOnCases:
        return ActOnCases(action, title, permission, articles.cases, articles.act, fields=fields, undoing=undoing)

    return (
        one("submit", "提交审核", rules.WRITE, undoing=Undoing("recall", {})),
        one("recall", "撤回", rules.WRITE, undoing=Undoing("submit", {})),
        one("approve", "审核通过", rules.REVIEW, Opinion),
        one("send_back", "退回修改", rules.REVIEW, Reason),
        one("confirm", "确认内容有效", rules.WRITE),
        one("withdraw", "下架", rules.MANAGE, Reason, Undoing("republish", {})),
        one("republish", "重新上架", rules.MANAGE, undoing=Undoing("withdraw", {"reason": "撤销批量重新上架"})),
    )


def _button(name: str, title: str, permission: str, field: Field | None = None, *, grave: bool = False) -> Action:
    return Action(
        name=f"{name}_many", title=title, permission=permission, kind="form" if field else "confirm",
        path=f"{ARTICLES}/bulk/{name}", preview=f"{ARTICLES}/bulk/{name}/preview", done=f"已{title}",
        form=(field,) if field else (), confirm=None if field else f"{title}？",
        tone="danger" if grave else None,
    )  # fmt: skip


def _said(key: str, title: str, *, required: bool) -> Field:
    return Field(key=key, title=title, kind="long", required=required, max_length=500, default="")


BUTTONS = (
    _button("submit", "提交审核", rules.WRITE),
    _button("approve", "审核通过", rules.REVIEW, _said("opinion", "审核意见", required=False)),
    _button("send_back", "退回修改", rules.REVIEW, _said("reason", "原因", required=True)),
    _button("recall", "撤回", rules.WRITE),
    _button("confirm", "确认内容有效", rules.WRITE),
    _button("withdraw", "下架", rules.MANAGE, _said("reason", "原因", required=True), grave=True),
    _button("republish", "重新上架", rules.MANAGE),
)
"""Their buttons above a list of articles, in the order of an article's life."""
