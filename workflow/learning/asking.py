"""What a group may be put to now, with the intents and nodes of its own flow; and questions for the knowledge base."""

from __future__ import annotations

from collections.abc import Callable

from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.office.screens import Action, Field
from cti.office.screens.forms import fields_of
from ivr.nodes import Ask
from ivr.service import FlowService
from workflow.knowledge.asking.questions import Questions
from workflow.knowledge.asking.views import QuestionFields
from workflow.learning.groups import TurnGroups
from workflow.learning.models import TurnGroupRow
from workflow.learning.rules import EDIT, QUESTIONS
from workflow.learning.titles import Titles
from workflow.learning.views import GroupView, NewIntent, ToKnowledge

CHANGES = "bot_changes"


class Asking:
    """Offers of a group's page."""

    def __init__(self, groups: TurnGroups, flows: FlowService, titles: Titles) -> None:
        self._groups, self._flows, self._titles = groups, flows, titles
        self._questions: Questions | None = None

    def with_knowledge(self, questions: Questions) -> Callable[[], None]:
        """While the knowledge base is there."""
        self._questions = questions

        def gone() -> None:
            self._questions = None

        return gone

    async def offers(self, visitor: Visitor, id: str) -> list[Action]:
        """What the visitor may do with it, the likeliest first: one click for the intent that is nearest."""
        visitor.need(self._groups.see)
        async with self._groups.office.store.reading() as session:
            row = await self._groups.row(session, visitor, id)
        if not visitor.may(EDIT):
            return []
        if row.state != "open":
            return [_act("reopen", "重新处理", id, confirm="重新列为待处理？")] if row.state != "learned" else []
        found = self._teaching(visitor, id, row)
        if self._questions is not None and visitor.may(self._questions.edit_permission):
            title = Field(key="title", title="问题", required=True, max_length=200, default=row.said[:200])
            form = (title, *fields_of(ToKnowledge)[1:])
            found.append(_act("ask", "提交知识库", id, form=form, done="已作为知识提问提交"))
        return [*found, _act("dismiss", "不处理", id, confirm="这个问题不需要机器人回答？", done="已列为不处理")]

    def _teaching(self, visitor: Visitor, id: str, row: TurnGroupRow) -> list[Action]:
        try:
            flow = self._flows.found(visitor, row.flow)
        except NotFound:
            return []
        found, said = list[Action](), _words(row.said)
        intents = self._titles.intents(flow, row.node)
        known = {one.value: one.title for one in intents}
        if row.near in known:
            found.append(
                Action(
                    name="near", title=f"加为“{known[row.near]}”的例句", kind="confirm", at_once=True,
                    path=f"{QUESTIONS}/{id}/near", tone="primary", opens=CHANGES,
                )
            )  # fmt: skip
        if intents:
            intent = Field(key="intent", title="意图", kind="choice", required=True, options=tuple(intents))
            found += [
                _act("example", "加为例句", id, form=(intent, said), opens=CHANGES),
                _act("word", "加为关键词", id, form=(intent, _words("")), opens=CHANGES),
            ]
        if isinstance(flow.nodes.get(row.node), Ask):
            title, target, _ = fields_of(NewIntent)
            target = target.model_copy(update={"kind": "choice", "options": tuple(self._titles.targets(flow))})
            example = _words(row.said, "例句")
            found.append(_act("intent", "新建意图", id, form=(title, target, example), opens=CHANGES))
        return found

    async def ask(self, visitor: Visitor, id: str, body: ToKnowledge) -> GroupView:
        """A question to the keepers of the knowledge base. Conflict without one."""
        async with self._groups.office.store.reading() as session:
            row = await self._groups.row(session, visitor, id)
        if self._questions is None:
            raise Conflict("no_knowledge", "知识库未运行，请稍后再试")
        if row.state != "open":
            raise Conflict("state", "该问题已经处理，请刷新后重试")
        said = f"市民对机器人这样问过 {row.count} 次：{row.said}"
        content = f"{body.content}\n{said}".strip()
        await self._questions.create(visitor, QuestionFields(title=body.title, content=content))
        return await self._groups.settle(visitor, id, "asked")


def _words(said: str, title: str = "加入的话") -> Field:
    return Field(key="words", title=title, required=True, max_length=200, default=said[:200] or None)


def _act(
    name: str, title: str, id: str, *, form: tuple[Field, ...] = (), confirm: str | None = None, opens: str = "",
    done: str | None = None,
) -> Action:  # fmt: skip
    return Action(
        name=name, title=title, kind="form" if form else "confirm", path=f"{QUESTIONS}/{id}/{name}", form=form,
        confirm=confirm, opens=opens or None, done=done,
    )  # fmt: skip
