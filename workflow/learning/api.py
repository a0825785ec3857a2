"""Routes of learning."""

from __future__ import annotations

from cti.base.http.routes import Route
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.records import record_routes
from cti.office.records.routes import without_changes
from cti.office.screens import Action
from workflow.learning.asking import Asking
from workflow.learning.changes import FlowChanges
from workflow.learning.groups import BotTurns, TurnGroups
from workflow.learning.rules import CHANGES, EDIT, QUESTIONS, SEE, TURNS
from workflow.learning.views import ChangeView, GroupView, NewIntent, Taught, ToKnowledge


def routes(turns: BotTurns, groups: TurnGroups, changes: FlowChanges, asking: Asking) -> list[Route]:
    """The table."""
    group, change = f"{QUESTIONS}/{{id}}", f"{CHANGES}/{{id}}"

    async def offers(visitor: Visitor, id: str) -> list[Action]:
        return await asking.offers(visitor, id)

    async def near(visitor: Visitor, id: str) -> ChangeView:
        found = await groups.get(visitor, id)
        if not found.near:
            raise Conflict("no_near", "没有接近的意图，请选择意图")
        return await changes.teach(visitor, id, Taught(intent=found.near))

    async def example(visitor: Visitor, id: str, body: Taught) -> ChangeView:
        return await changes.teach(visitor, id, body.model_copy(update={"kind": "example"}))

    async def word(visitor: Visitor, id: str, body: Taught) -> ChangeView:
        return await changes.teach(visitor, id, body.model_copy(update={"kind": "word"}))

    async def intent(visitor: Visitor, id: str, body: NewIntent) -> ChangeView:
        return await changes.new_intent(visitor, id, body)

    async def ask(visitor: Visitor, id: str, body: ToKnowledge) -> GroupView:
        return await asking.ask(visitor, id, body)

    async def dismiss(visitor: Visitor, id: str) -> GroupView:
        return await groups.settle(visitor, id, "dismissed")

    async def reopen(visitor: Visitor, id: str) -> GroupView:
        return await groups.settle(visitor, id, "open")

    async def publish(visitor: Visitor, id: str) -> ChangeView:
        return await changes.publish(visitor, id)

    async def again(visitor: Visitor, id: str) -> ChangeView:
        return await changes.again(visitor, id)

    async def drop(visitor: Visitor, id: str) -> ChangeView:
        return await changes.drop(visitor, id)

    return [
        Route("GET", f"{group}/offers", offers, SEE, "现在可以对未解决的问题做什么"),
        Route("POST", f"{group}/near", near, EDIT, "加为最接近意图的例句，先看影响"),
        Route("POST", f"{group}/example", example, EDIT, "加为例句，先看影响"),
        Route("POST", f"{group}/word", word, EDIT, "加为关键词，先看影响"),
        Route("POST", f"{group}/intent", intent, EDIT, "新建意图，先看影响"),
        Route("POST", f"{group}/ask", ask, EDIT, "提交知识库"),
        Route("POST", f"{group}/dismiss", dismiss, EDIT, "不处理"),
        Route("POST", f"{group}/reopen", reopen, EDIT, "重新处理"),
        Route("POST", f"{change}/publish", publish, EDIT, "发布流程学习修改"),
        Route("POST", f"{change}/again", again, EDIT, "重新检查流程学习修改的影响"),
        Route("POST", f"{change}/drop", drop, EDIT, "放弃流程学习修改"),
        *without_changes(record_routes(groups, QUESTIONS, imports=False), QUESTIONS),
        *without_changes(record_routes(turns, TURNS, imports=False), TURNS),
        *without_changes(record_routes(changes, CHANGES, imports=False), CHANGES),
    ]
