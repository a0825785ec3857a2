"""What was said in the newest calls of a bench: transcripts and the words by which they are found."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import insert

from bench.filling import without_indexes
from cti.office.search.models import SearchEntry
from cti.office.search.service import mark, place_of
from cti.office.search.tokens import text_tokens
from cti.store.columns import placed
from cti.store.engine import Store
from workflow.transcripts.models import TranscriptRow
from workflow.transcripts.service import Transcripts

WORDS = [chr(0x4E00 + one) + chr(0x5000 + one) for one in range(4_000)]
"""Words of two characters: those in front are in many talks, those behind in few."""
COMMON, USUAL, RARE = WORDS[0], WORDS[100], WORDS[3_000]
Call = tuple[str, str, str, datetime]
"""Its id, organisation and agent, and when it began."""
TEXTS, LONG, BATCH = 20_000, 60, 5_000
"""So many texts differ, each of so many words."""


async def fill(store: Store, calls: Iterable[Call]) -> None:
    """Write them, the oldest first."""
    left = iter(calls)
    dice = random.Random(3)  # noqa: S311 # the same at each run
    texts = [_text(dice) for _ in range(TEXTS)]
    async with without_indexes(store, [TranscriptRow.__tablename__, SearchEntry.__tablename__]):
        while some := list(islice(left, BATCH)):
            rows = [(*one, *dice.choice(texts)) for one in some]
            async with store.writing() as session:
                await session.execute(insert(TranscriptRow), [_row(*row[:5]) for row in rows])
                await session.execute(insert(SearchEntry), [_entry(*row[:4], row[5]) for row in rows])


def _text(dice: random.Random) -> tuple[str, str]:
    words = [WORDS[int(dice.expovariate(1 / 400)) % len(WORDS)] for _ in range(LONG)]
    if dice.random() < 0.5:
        words[0] = COMMON
    text = "".join(words)
    return text, " ".join(text_tokens(text))


def _row(call: str, organisation: str, agent: str, at: datetime, text: str) -> dict[str, Any]:
    return {
        "id": call, "organisation": organisation, "region": "320400", "version": 1, "created_by": "",
        "created_at": at, "updated_at": at, "call": call, "agent": agent, "queue": "general",
        "number": placed(TranscriptRow.number, "", call), "number_index": "", "number_last_four": "", "began_at": at,
        "state": "whole", "tries": 0, "lines": 20, "text": text, "caller_text": text, "agent_text": "",
        "seconds": 180.0, "measured": True,
    }  # fmt: skip


def _entry(call: str, organisation: str, agent: str, at: datetime, tokens: str) -> dict[str, Any]:
    kind = Transcripts.kind
    marks = [mark("k", kind), mark("o", organisation), mark("r", "320400")]
    return {
        "id": place_of(at), "kind": kind, "record": call, "part": 0, "organisation": organisation, "region": "320400",
        "tokens": " ".join([*marks, tokens]),
    }  # fmt: skip
