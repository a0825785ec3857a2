"""Routes of the assistant."""

from __future__ import annotations

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from cti.office.records import RecordPage, record_routes
from cti.office.records.routes import without_changes
from workflow.assistant.asking import Assistant
from workflow.assistant.counting import Counts
from workflow.assistant.dispatching.records import Dispatches
from workflow.assistant.dispatching.rule import DispatchRule
from workflow.assistant.dispatching.views import (
    DISPATCHES,
    RULE,
    DispatchView,
    RuleEdit,
    RuleNote,
    RuleView,
    Verdict,
)
from workflow.assistant.rules import BASE, DISPATCH, MODELS, USE
from workflow.assistant.trained import Models
from workflow.assistant.training import Training
from workflow.assistant.views import CountLine, CountQuery, ModelQuery, ModelView, ReadBody, ReadingView, TriedWriting
from workflow.tickets.rules import SEE

MODEL_BASE = f"{BASE}/models"
LIMIT = 100_000
"""Bytes of what was typed."""


def dispatch_routes(rule: DispatchRule, dispatches: Dispatches) -> list[Route]:
    """The rule of automatic dispatch, and the tickets that it dispatched."""

    async def get(visitor: Visitor) -> RuleView:
        return await rule.get(visitor)

    async def note(visitor: Visitor) -> RuleNote:
        return await rule.note(visitor)

    async def put(visitor: Visitor, body: RuleEdit) -> RuleView:
        return await rule.put(visitor, body)

    async def undo(visitor: Visitor, id: str) -> None:
        await dispatches.take_back(visitor, id)

    async def take_back(visitor: Visitor, id: str) -> DispatchView:
        return await dispatches.take_back_row(visitor, id)

    async def judge(visitor: Visitor, id: str, body: Verdict) -> DispatchView:
        return await dispatches.judge(visitor, id, body)

    return [
        Route("GET", RULE, get, DISPATCH, "自动派单规则"),
        Route("GET", f"{RULE}/note", note, DISPATCH, "自动派单是否启用，缺少什么"),
        Route("PUT", RULE, put, DISPATCH, "修改自动派单规则"),
        Route("POST", f"{DISPATCHES}/of/{{id}}/take_back", undo, SEE, "撤回工单的智能派单"),
        Route("POST", f"{DISPATCHES}/{{id}}/take_back", take_back, DISPATCH, "撤回自动派单"),
        Route("POST", f"{DISPATCHES}/{{id}}/judge", judge, DISPATCH, "抽查自动派单"),
        *without_changes(record_routes(dispatches, DISPATCHES, imports=False), DISPATCHES),
    ]


def routes(assistant: Assistant, counts: Counts, models: Models, training: Training) -> list[Route]:
    """Proposals beside a call, what became of them, and models."""

    async def read(visitor: Visitor, body: ReadBody) -> ReadingView:
        return await assistant.read(visitor, body)

    async def write(visitor: Visitor, body: ReadBody) -> ReadingView:
        return await assistant.write(visitor, body)

    async def attempt(visitor: Visitor) -> TriedWriting:
        return TriedWriting(words=await assistant.try_writing(visitor))

    async def counted(visitor: Visitor, query: CountQuery) -> RecordPage[CountLine]:
        lines = await counts.lines(visitor, query)
        return RecordPage(items=lines, total=len(lines), page=1, size=max(len(lines), 1))

    async def find(visitor: Visitor, query: ModelQuery) -> RecordPage[ModelView]:
        return await models.find(visitor, query)

    async def one(visitor: Visitor, id: str) -> ModelView:
        return await models.get(visitor, id)

    async def train(visitor: Visitor) -> None:
        await training.begin(visitor)

    async def use(visitor: Visitor, id: str) -> ModelView:
        return await models.use(visitor, id)

    return [
        Route("POST", f"{BASE}/read", read, USE, "智能填单：读取已记录的内容", limit=LIMIT),
        Route("POST", f"{BASE}/write", write, USE, "智能填单：由大模型整理", limit=LIMIT),
        Route("POST", f"{BASE}/writing/try", attempt, MODELS, "测试大模型"),
        Route("GET", f"{BASE}/counted", counted, USE, "智能填单采用情况"),
        Route("POST", f"{MODEL_BASE}/train", train, MODELS, "训练智能模型"),
        Route("POST", f"{MODEL_BASE}/{{id}}/use", use, MODELS, "启用智能模型"),
        Route("GET", MODEL_BASE, find, MODELS, "智能模型列表"),
        Route("GET", f"{MODEL_BASE}/{{id}}", one, MODELS, "智能模型详情"),
    ]
