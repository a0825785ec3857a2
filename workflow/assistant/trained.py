"""The cards of the models: what was made of which tickets, how good it is, which one is in use."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.records import Office, Records
from cti.office.sharing.rule import Shared
from workflow.assistant.filing import Filing
from workflow.assistant.learning.figures import Figures
from workflow.assistant.learning.worker import Compared
from workflow.assistant.models import ModelRow
from workflow.assistant.rules import MODELS
from workflow.assistant.views import ModelFields, ModelQuery, ModelView

CONFUSIONS = 8


class Models(Records[ModelRow, ModelFields, ModelView, ModelQuery]):
    """The service. Rows come from training; people only say which one is in use."""

    table, fields, view, query = ModelRow, ModelFields, ModelView, ModelQuery
    kind: ClassVar[str] = "assistant_model"
    title: ClassVar[str] = "智能模型"
    sharing: ClassVar[Shared] = Shared(own=(), house=True)
    see: ClassVar[str] = MODELS
    edit_permission: ClassVar[str] = MODELS
    filters: ClassVar[tuple[str, ...]] = ("purpose", "state")

    def __init__(self, office: Office, filing: Filing) -> None:
        super().__init__(office)
        self._filing = filing

    async def values(
        self, session: AsyncSession, body: ModelFields, row: ModelRow | None, organisation: str
    ) -> dict[str, Any]:
        """Nobody makes one by hand."""
        raise Invalid("not_by_hand", "模型由工单训练产生，不能手工新增或修改")

    async def check_removed(self, session: AsyncSession, row: ModelRow) -> None:
        """What is in use stays."""
        if row.state == "in_use":
            raise Conflict("in_use", "该模型正在使用，请先启用另一个版本")

    def words(self, visitor: Visitor, row: ModelRow) -> dict[str, Any]:
        """Its figures as people read them."""
        figures = Figures.model_validate(row.figures)
        reach, right = figures.sure.get("0.9", (0.0, 0.0))
        title = self._filing.path_of if row.purpose == "category" else self._filing.title_of
        compared = Compared.model_validate(row.compared) if row.compared else None
        return {
            **super().words(visitor, row),
            "first_rate": f"{figures.first:.1%}",
            "two_rate": f"{figures.two:.1%}",
            "five_rate": f"{figures.five:.1%}",
            "calibration": f"{figures.calibration:.1%}",
            "sure": f"占 {reach:.0%}，其中正确 {right:.1%}",
            "confused": "\n".join(
                f"{title(one.right)} → {title(one.taken_for)}：{one.times} 件"
                for one in figures.confusions[:CONFUSIONS]
            ),
            "uncounted": "\n".join(
                [
                    *(f"{title(name)}：{count} 件，太少，不在模型中" for name, count in figures.absent.items()),
                    *(f"{title(name)}：{count} 件，互相重复，无从检验" for name, count in figures.untried.items()),
                ]
            ),
            "compared_words": compared_words(compared),
        }

    async def use(self, visitor: Visitor, id: str) -> ModelView:
        """Take one into use, be it newer or older: the one before is kept."""
        visitor.need(MODELS)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            if row.state == "in_use":
                raise Conflict("in_use", "该模型已在使用")
            if not self._filing.path(row.id).is_file():
                raise Conflict("no_file", "该模型的文件不在这台服务器上，请重新训练")
            await take_over(session, row, "")
            await self.audit(session, visitor, "enabled", row.id, after={"purpose": row.purpose, "number": row.number})
            await session.flush()
            await session.refresh(row)
            found = self.shown(visitor, row)
        await self.changed([id])
        await self._filing.refresh(now=True)
        return found


async def take_over(session: AsyncSession, row: ModelRow, why: str) -> None:
    """The model is in use from now on, and what was before it no more."""
    now_in_use = (ModelRow.purpose == row.purpose, ModelRow.state == "in_use", ModelRow.id != row.id)
    await session.execute(update(ModelRow).where(*now_in_use).values(state="replaced", version=ModelRow.version + 1))
    row.state = "in_use"
    row.version += 1
    if why:
        row.why = why


async def in_use(session: AsyncSession, purpose: str) -> ModelRow | None:
    """The model of a purpose that is in use."""
    wanted = select(ModelRow).where(
        ModelRow.purpose == purpose, ModelRow.state == "in_use", ModelRow.removed_at.is_(None)
    )
    found: ModelRow | None = await session.scalar(wanted.limit(1))
    return found


def compared_words(compared: Compared | None) -> str:
    """How it did beside the one in use, in words."""
    if compared is None:
        return ""
    lacked = f"；另有 {compared.lacked} 件的类别不在在用模型中，不计入" if compared.lacked else ""
    if not compared.texts:
        return f"没有可比较的新工单{lacked}"
    return f"新登记的 {compared.texts} 件工单：本模型 {compared.new:.1%}，在用模型 {compared.used:.1%}{lacked}"
