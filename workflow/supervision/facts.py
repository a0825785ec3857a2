"""What can be counted of the supervision: cards that time limits gave, and supervisions by hand."""

from __future__ import annotations

from cti.base.expressions.types import BOOLEAN, MOMENT, TEXT
from cti.office.figures import Fact, FactSource
from cti.office.references import ORGANISATIONS, REGIONS
from workflow.supervision.cards import Cards
from workflow.supervision.manual import Supervisions
from workflow.supervision.models import CardRow, SupervisionRow
from workflow.supervision.views import COLOURS, PARTS, SOURCES, STAGES, STATES


def card_facts(cards: Cards) -> FactSource:
    """The cards, for whoever reads them."""
    row = CardRow
    facts = {
        "given_at": Fact("发牌时间", MOMENT, row.given_at, shown=True),
        "colour": Fact("牌", TEXT, row.colour, words=COLOURS, split=True, shown=True),
        "number": Fact("编号", TEXT, row.number, shown=True),
        "clock": Fact("时限", TEXT, row.clock_title, split=True, shown=True),
        "part": Fact("处办角色", TEXT, row.part, words=PARTS, split=True),
        "unit": Fact("被督办单位", TEXT, row.unit, words=ORGANISATIONS, split=True, shown=True),
        "unit_region": Fact("被督办单位区划", TEXT, row.unit_region, words=REGIONS, split=True),
        "state": Fact("处理状态", TEXT, row.state, words=STATES, split=True, shown=True),
        "withdrawn": Fact("已撤销", BOOLEAN, row.state == "withdrawn"),
        "handled": Fact("已处理", BOOLEAN, row.state == "handled"),
        "lit": Fact("亮牌中", BOOLEAN, row.lifted_at.is_(None), split=True),
        "organisation": Fact("督办机构", TEXT, row.organisation, words=ORGANISATIONS, split=True),
        "region": Fact("行政区划", TEXT, row.region, words=REGIONS, split=True),
    }
    table = row.__table__
    return FactSource(
        "supervision_cards", "红黄牌", Cards.see, table, row.id, facts, cards.readable, Cards.screen,
        subject=Cards.kind,
    )  # fmt: skip


def manual_facts(manual: Supervisions) -> FactSource:
    """The supervisions by hand, for whoever reads them."""
    row = SupervisionRow
    facts = {
        "created_at": Fact("督办时间", MOMENT, row.created_at, shown=True),
        "ended_at": Fact("办结时间", MOMENT, row.ended_at, shown=True),
        "number": Fact("督办编号", TEXT, row.number, shown=True),
        "source": Fact("督办来源", TEXT, row.source, words=SOURCES, split=True, shown=True),
        "urgent": Fact("紧急", BOOLEAN, row.urgent, split=True),
        "unit": Fact("被督办单位", TEXT, row.unit, words=ORGANISATIONS, split=True, shown=True),
        "unit_region": Fact("被督办单位区划", TEXT, row.unit_region, words=REGIONS, split=True),
        "stage": Fact("状态", TEXT, row.stage, words=STAGES, split=True, shown=True),
        "withdrawn": Fact("已撤销", BOOLEAN, row.outcome == "withdrawn"),
        "ended": Fact("已办结", BOOLEAN, row.ended_at.is_not(None), split=True),
        "organisation": Fact("督办机构", TEXT, row.organisation, words=ORGANISATIONS, split=True),
        "region": Fact("行政区划", TEXT, row.region, words=REGIONS, split=True),
    }
    table = row.__table__
    return FactSource(
        "supervisions", "手动督办", Supervisions.see, table, row.id, facts, manual.readable, Supervisions.screen,
        subject=Supervisions.kind,
    )  # fmt: skip
