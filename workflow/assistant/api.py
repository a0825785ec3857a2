"""Routes of the assistant."""

from __future__ import annotations

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from cti.office.records import RecordPage
from workflow.assistant.asking import Assistant
from workflow.assistant.counting import Counts
from workflow.assistant.rules import BASE, MODELS, USE
from workflow.assistant.trained import Models
from workflow.assistant.training import Training
from workflow.assistant.views import CountLine, CountQuery, ModelQuery, ModelView, ReadBody, ReadingView

MODEL_BASE = f"{BASE}/models"
LIMIT = 100_000
"""Bytes of what was typed."""


def routes(assistant: Assistant, counts: Counts, models: Models, training: Training) -> list[Route]:
    """Proposals beside a call, what became of them, and models."""

    async def read(visitor: Visitor, body: ReadBody) -> ReadingView:
        return await assistant.read(visitor, body)

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
        Route("GET", f"{BASE}/counted", counted, USE, "智能填单采用情况"),
        Route("POST", f"{MODEL_BASE}/train", train, MODELS, "训练智能模型"),
        Route("POST", f"{MODEL_BASE}/{{id}}/use", use, MODELS, "启用智能模型"),
        Route("GET", MODEL_BASE, find, MODELS, "智能模型列表"),
        Route("GET", f"{MODEL_BASE}/{{id}}", one, MODELS, "智能模型详情"),
    ]
