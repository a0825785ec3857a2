"""What readers say of an article by one click: each counts once for each edition, and may change his mind.

Why it did not help is a correction (知识纠错) like any other: the first one that a reader sends of an edition which did
not help him is kept as his reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.records import Office
from cti.store.upsert import insert_or_leave
from workflow.knowledge.asking.corrections import Corrections
from workflow.knowledge.asking.models import CorrectionRow
from workflow.knowledge.helpful.models import HelpfulRow, VoteRow
from workflow.knowledge.helpful.views import Counted, Helped, VoteFields
from workflow.knowledge.models import PublishedRow
from workflow.knowledge.published import Published
from workflow.knowledge.publishing import Publishing
from workflow.knowledge.rules import DRAFTS, SEE

HASH = 26
EDITIONS = 2
"""Of this edition and the one before an article's editors are told."""


@dataclass(frozen=True, slots=True)
class Voter:
    """Who says so: a person's id, or a hash that tells nobody who it was; and where he belongs."""

    key: str
    inside: bool
    organisation: str
    region: str


class Votes:
    """Keeps them and counts them."""

    def __init__(self, office: Office, published: Published, corrections: Corrections, publishing: Publishing) -> None:
        self._office, self._published = office, published
        corrections.reported.append(self._reported)
        publishing.refiled.append(self._refiled)

    def of_staff(self, visitor: Visitor) -> Voter:
        """Somebody of the house."""
        office = self._office
        return Voter(visitor.person, True, visitor.organisation or office.organisation, visitor.region or office.region)

    def of_public(self, who: Visitor, article: PublishedRow, said: str) -> Voter:
        """Somebody of the public; `said` is what is known of him: an account, or address and browser."""
        text = f"{article.id} {article.edition} {said}"
        key = self._office.store.cipher.mac("voter of the knowledge base", text.encode())[:HASH]
        return Voter(key, False, who.organisation, who.region)

    async def standing(self, visitor: Visitor, id: str) -> Helped:
        """What the visitor has said of an article that he reads, and to editors how it is judged. NotFound."""
        visitor.need(SEE)
        async with self._office.store.reading() as session:
            row = await self._published.row(session, visitor, id)
            vote = await self._vote(session, row, visitor.person)
            counted = await self._counted(session, row) if visitor.may(DRAFTS) else None
        mine = vote.helped if vote is not None else None
        return Helped(mine=mine, explained=bool(vote and vote.correction), counted=counted)

    async def vote(self, visitor: Visitor, id: str, body: VoteFields) -> Helped:
        """The visitor says whether it helped. NotFound; Conflict for an edition that is not the one of now."""
        visitor.need(SEE)
        async with self._office.store.writing() as session:
            row = await self._published.row(session, visitor, id)
            await self.keep(session, row, self.of_staff(visitor), body)
        return await self.standing(visitor, id)

    async def keep(self, session: AsyncSession, row: PublishedRow, voter: Voter, body: VoteFields) -> None:
        """One reader's word, in the place of what he said before. Conflict."""
        if body.edition != row.edition:
            raise Conflict("newer", "这条知识有了新的版次，请看过新版再评价")
        tally = await self._tally(session, row)
        vote = await self._vote(session, row, voter.key)
        was = vote.helped if vote is not None else None
        if body.helped == was:
            return
        if vote is None:
            session.add(
                VoteRow(
                    id=new_id(), article=row.id, edition=row.edition, voter=voter.key, inside=voter.inside,
                    helped=body.helped, correction="", at=self._now, organisation=voter.organisation,
                    region=voter.region,
                )
            )  # fmt: skip
        elif body.helped is None:
            tally.said -= bool(vote.correction)
            await session.delete(vote)
        else:
            vote.helped, vote.at = body.helped, self._now
        tally.helped += (body.helped is True) - (was is True)
        tally.unhelped += (body.helped is False) - (was is False)
        tally.votes = tally.helped + tally.unhelped
        tally.share = round(100 * tally.helped / tally.votes) if tally.votes else 0
        tally.updated_at = self._now
        await session.flush()

    async def explained(self, session: AsyncSession, article: str, edition: int, voter: str, correction: str) -> None:
        """A reader whom an edition did not help says why; his first reason counts."""
        one = (HelpfulRow.article == article, HelpfulRow.edition == edition)
        tally = await session.scalar(select(HelpfulRow).where(*one).with_for_update())
        own = (VoteRow.article == article, VoteRow.edition == edition, VoteRow.voter == voter)
        vote = await session.scalar(select(VoteRow).where(*own)) if tally is not None else None
        if tally is not None and vote is not None and not vote.helped and not vote.correction:
            vote.correction = correction
            tally.said += 1
            await session.flush()

    async def _reported(self, session: AsyncSession, row: CorrectionRow) -> None:
        if row.created_by:
            await self.explained(session, row.article, row.edition, row.created_by, row.id)

    async def _refiled(self, session: AsyncSession, shown: PublishedRow) -> None:
        filed = {"category": shown.category, "unit": shown.unit}
        await session.execute(update(HelpfulRow).where(HelpfulRow.article == shown.id).values(filed))

    async def _tally(self, session: AsyncSession, row: PublishedRow) -> HelpfulRow:
        """The edition's row, held until the end of the transaction."""
        begun = {
            "id": new_id(), "article": row.id, "edition": row.edition, "number": row.number, "name": row.title,
            "category": row.category, "unit": row.unit, "audience": row.audience, "organisation": row.organisation,
            "region": row.region, "version": 1, "created_by": "", "created_at": self._now, "updated_at": self._now,
            "removed_at": None, **dict.fromkeys(("helped", "unhelped", "votes", "share", "said"), 0),
        }  # fmt: skip
        await session.execute(insert_or_leave(HelpfulRow, "article", "edition"), begun)
        one = (HelpfulRow.article == row.id, HelpfulRow.edition == row.edition)
        return (await session.scalars(select(HelpfulRow).where(*one).with_for_update())).one()

    async def _vote(self, session: AsyncSession, row: PublishedRow, voter: str) -> VoteRow | None:
        wanted = select(VoteRow).where(
            VoteRow.article == row.id, VoteRow.edition == row.edition, VoteRow.voter == voter
        )
        return (await session.scalars(wanted)).one_or_none() if voter else None

    async def _counted(self, session: AsyncSession, row: PublishedRow) -> list[Counted]:
        wanted = select(HelpfulRow).where(HelpfulRow.article == row.id, HelpfulRow.votes > 0)
        rows = await session.scalars(wanted.order_by(HelpfulRow.edition.desc()).limit(EDITIONS))
        return [Counted(edition=one.edition, helped=one.helped, unhelped=one.unhelped, said=one.said) for one in rows]

    @property
    def _now(self) -> datetime:
        return self._office.clock.wall()
