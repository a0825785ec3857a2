"""Words of the knowledge base that a recogniser should expect: what is told to readers is what callers ask for."""

from __future__ import annotations

from sqlalchemy import select

from cti.store.engine import Store
from workflow.knowledge.models import PublishedRow

MOST = 5_000


async def expected_words(store: Store) -> list[str]:
    """Titles and keywords of what is published, the newest first."""
    wanted = select(PublishedRow.title, PublishedRow.keywords).order_by(PublishedRow.published_at.desc()).limit(MOST)
    async with store.reading() as session:
        rows = (await session.execute(wanted)).tuples().all()
    return list(dict.fromkeys(word for title, keywords in rows for word in (title, *keywords)))
