"""Recordings found by words that were said in their calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from cti.base.clock import VirtualClock
from cti.base.refusal import Invalid, NotAllowed
from cti.base.scope import EVERYTHING, Scope
from cti.base.visitor import Visitor
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.recordings.filter import RecordingFilter
from cti.store.recordings.recordings import Recording, RecordingStore
from cti.store.recordings.search import RecordingSearch
from recorder.said_words import SaidWords
from tests.office import BOSS, EAST, visitor
from tests.workflow.transcripts.test_service import BEGAN, agent, call, talk, transcripts
from workflow.transcripts import found_calls
from workflow.transcripts.found_calls import FoundCalls
from workflow.transcripts.service import Transcripts

__all__ = ["transcripts"]  # the fixture
SAID = ("路灯不亮", "停水了", "路灯不亮又停水", "路灯不亮")


class Words:
    """Four calls of 1001, each with a recording of what was said in it."""

    def __init__(self, store: Store, transcripts: Transcripts) -> None:
        self.store, self.transcripts, self.said = store, transcripts, SaidWords()
        self.search, self.withdraw = RecordingSearch(store), self.said.offer(FoundCalls(transcripts).saying)

    async def fill(self) -> None:
        rows, book, clock = RecordingStore(self.store), self.transcripts.book, self.transcripts.office.clock
        assert isinstance(clock, VirtualClock)
        assert book is not None
        for number, text in enumerate(SAID):
            made = call(self.transcripts)
            await talk(self.transcripts, made, ("caller", text))
            await book.close(made.id, BEGAN)
            at = clock.wall()
            clock.advance(60)
            agent_no = "1002" if number == 3 else "1001"
            async with self.store.writing() as session:
                await StoredCalls.mark(session, [made.id], "agent", "1001")
            await rows.add(Recording(f"r{number}", made.id, "city", "320400", agent_no, "", "", at, "stored"))

    async def ids(
        self, words: str, who: Visitor = BOSS, scope: Scope = EVERYTHING, page: int = 1, **wanted: object
    ) -> list[str]:
        about = RecordingFilter(**wanted)  # type: ignore[arg-type] # its fields
        calls = self.said.calls(who, words, about.since, about.until)
        found = await self.search.page(about, scope, calls=calls, page=page, size=2)
        return [one.id for one in found.items]


@pytest_asyncio.fixture
async def words(store: Store, transcripts: Transcripts) -> AsyncIterator[Words]:  # the fixture
    made = Words(store, transcripts)
    await made.fill()
    yield made


@pytest.mark.parametrize("few", [0, 100])
async def test_recordings_are_found_by_words_with_other_filters(
    words: Words, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each of few is looked at; of many it is asked which of those with the words they are.
    monkeypatch.setattr("cti.store.recordings.search.FEW", few)
    monkeypatch.setattr("cti.store.recordings.search.FEW_ROWS", few)
    now = words.transcripts.office.clock.wall()
    for first in (found_calls.FIRST, 1):
        # However few are looked at in a batch.
        monkeypatch.setattr(found_calls, "FIRST", first)
        assert await words.ids("路灯不亮") == ["r3", "r2"]
        assert await words.ids("路灯不亮", page=2) == ["r0"]
        assert await words.ids("路灯不亮 停水") == ["r2"]
        assert await words.ids("漏水") == []
        assert await words.ids("路灯", agent="1001") == ["r2", "r0"]
        assert await words.ids("路灯 停水", agent="1001") == ["r2"]
        assert await words.ids("路灯", agent="1002") == ["r3"]
        assert await words.ids("停水", agent="1002") == []
        assert await words.ids("路灯", agent="1001", until=now - timedelta(hours=1)) == []
        assert await words.ids("路灯", longer_than=1) == []
        assert await words.ids("路灯", facts={"queue": "tax"}) == []
        assert await words.ids("停水", since=now - timedelta(hours=1), until=now + timedelta(hours=1)) == ["r2", "r1"]
        assert await words.ids("停水", since=now + timedelta(days=3)) == []
        assert await words.ids("停水", until=now - timedelta(days=3)) == []


async def test_nobody_finds_a_recording_by_words_that_he_may_not_read(words: Words) -> None:
    assert await words.ids("路灯", scope=Scope(organisations=frozenset({"east"}))) == []
    for stranger in (EAST, agent("1002")):
        assert await words.ids("路灯", stranger) == []
    assert await words.ids("停水", agent("1001")) == ["r2", "r1"]
    with pytest.raises(NotAllowed):
        await words.ids("路灯", visitor("deaf", "city", "recordings.listen"))
    words.withdraw()
    with pytest.raises(Invalid, match="转写"):
        await words.ids("路灯")
