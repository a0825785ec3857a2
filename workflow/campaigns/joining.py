"""Who of those that are meant comes on a campaign's list: each number once, and nobody who is not to be called.

They come in pieces, each in a transaction of its own: done again after an engine's death, it goes on where it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.office.records.whom import Whom
from cti.telephony.ways_out import House, WaysOut
from workflow.campaigns.models import CampaignRow, TargetRow
from workflow.campaigns.targets import Targets

AT_ONCE = 200


class Verdict(StrEnum):
    """What becomes of somebody who is meant."""

    NEW = "new"
    KNOWN = "known"
    GONE = "gone"
    TWICE = "twice"
    SPARED = "spared"
    FORBIDDEN = "forbidden"
    NOBODY = "nobody"


WORDS = {
    Verdict.NEW: "加入名单",
    Verdict.KNOWN: "已在名单中",
    Verdict.GONE: "曾从名单中删除，不再加入",
    Verdict.TWICE: "与前面的号码相同",
    Verdict.SPARED: "免打扰号码",
    Verdict.FORBIDDEN: "禁拨号码",
    Verdict.NOBODY: "没有可以拨打的号码，或您不能查看",
}
COUNTED = {
    Verdict.KNOWN: "{} 人已在名单中",
    Verdict.GONE: "{} 人曾从名单中删除，没有加入",
    Verdict.TWICE: "{} 条与前面的号码相同",
    Verdict.SPARED: "{} 人要求免打扰，没有加入",
    Verdict.FORBIDDEN: "{} 个禁拨号码，没有加入",
    Verdict.NOBODY: "{} 条没有可以拨打的号码",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """Somebody who is meant, and what becomes of him; `why` says it to people."""

    whom: Whom
    verdict: Verdict
    why: str


def words_of(judged: Sequence[Judged]) -> str:
    """How many came on a list, and what became of the others."""
    counts = Counter(one.verdict for one in judged)
    said = [words.format(counts[verdict]) for verdict, words in COUNTED.items() if counts[verdict]]
    return "，".join((f"新加入 {counts[Verdict.NEW]} 人", *said))


class Joining:
    """Judges them, and puts them on the list."""

    def __init__(self, targets: Targets, ways: WaysOut) -> None:
        self._targets = targets
        self._ways = ways
        self._office = targets.office

    async def judge(self, visitor: Visitor, campaign: str, whom: Sequence[Whom]) -> list[Judged]:
        """What would become of each, in their order. NotFound, Conflict."""
        found: list[Judged] = []
        seen: set[str] = set()
        async with self._office.store.reading() as session:
            row = await self._campaign(session, visitor, campaign)
            for piece in _pieces(whom):
                found += await self._judged(session, row, piece, seen)
        return found

    async def join(self, visitor: Visitor, campaign: str, whom: Sequence[Whom], source: str = "") -> list[Judged]:
        """Put them on the list; what became of each. `source` is told in the audit. NotFound, Conflict."""
        found: list[Judged] = []
        seen: set[str] = set()
        for piece in _pieces(whom):
            async with self._targets.changing() as session:
                row = await self._campaign(session, visitor, campaign)
                judged = await self._judged(session, row, piece, seen)
                new = [self._target(visitor, row, one.whom) for one in judged if one.verdict is Verdict.NEW]
                session.add_all(new)
            found += judged
        counts = Counter(one.verdict for one in found)
        said = {"count": counts[Verdict.NEW], "spared": counts[Verdict.SPARED], "forbidden": counts[Verdict.FORBIDDEN]}
        async with self._office.store.writing() as session:
            await self._campaign(session, visitor, campaign)
            after = {**said, **({"source": source} if source else {})}
            await self._office.audit.write(session, visitor, "campaign.extended", f"campaign:{campaign}", after=after)
        if counts[Verdict.NEW]:
            await self._targets.changed([])
        return found

    async def _campaign(self, session: AsyncSession, visitor: Visitor, id: str) -> CampaignRow:
        visitor.need(self._targets.edit_permission)
        wanted = select(CampaignRow).where(CampaignRow.id == id, CampaignRow.removed_at.is_(None))
        row = await session.scalar(wanted)
        if row is None or not visitor.reach(self._targets.edit_permission).covers(row.organisation, row.region):
            raise NotFound("no_campaign", "外呼活动不存在")
        if row.state == "finished":
            raise Conflict("finished", "该外呼活动已结束，不能再加入")
        return row

    async def _judged(
        self, session: AsyncSession, campaign: CampaignRow, piece: Sequence[Whom], seen: set[str]
    ) -> list[Judged]:
        numbers = list({one.number for one in piece if one.number})
        mine = TargetRow.campaign == campaign.id, TargetRow.number_index.in_(numbers)
        wanted = select(TargetRow.number, TargetRow.removed_at.is_not(None)).where(*mine)
        listed: dict[str, bool] = {}
        for number, removed in (await session.execute(wanted)).tuples():
            listed[number] = listed.get(number, True) and removed
        spared = await self._targets.do_not_call.among(session, numbers)
        who = House(organisation=campaign.organisation)
        found = []
        for one in piece:
            verdict, why = Verdict.NEW, ""
            if not one.number:
                verdict = Verdict.NOBODY
            elif one.number in seen:
                verdict = Verdict.TWICE
            elif one.number in listed:
                verdict = Verdict.GONE if listed[one.number] else Verdict.KNOWN
            elif one.number in spared:
                verdict = Verdict.SPARED
            elif (reason := self._ways.refusal(who, Number.parse(one.number))) is not None:
                verdict, why = Verdict.FORBIDDEN, f"：{reason}"
            seen.add(one.number)
            found.append(Judged(one, verdict, WORDS[verdict] + why))
        return found

    def _target(self, visitor: Visitor, campaign: CampaignRow, whom: Whom) -> TargetRow:
        now = self._office.clock.wall()
        return TargetRow(
            id=new_id(), organisation=campaign.organisation, region=campaign.region, created_by=visitor.person,
            created_at=now, updated_at=now, campaign=campaign.id, number=whom.number, number_index=whom.number,
            number_last_four=whom.number, name=whom.name[:80], about=whom.about[:1000], place=whom.place,
            state="waiting", attempts=0, due_at=now, result="", attempt="", call="", agent="", agent_name="",
            code="", note="",
        )  # fmt: skip


def _pieces(whom: Sequence[Whom]) -> Iterator[Sequence[Whom]]:
    return (whom[at : at + AT_ONCE] for at in range(0, max(len(whom), 1), AT_ONCE))
