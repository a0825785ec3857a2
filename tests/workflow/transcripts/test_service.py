"""What is kept of a transcript, who reads it, and how it is found."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from cti.base.call import Call, Talk
from cti.base.http.routes import SIGNED_IN, OptionView, Paged, Route
from cti.base.refusal import Invalid, NotAllowed, NotFound
from cti.base.scope import Scope
from cti.base.visitor import Visitor
from cti.office.screens import lint
from cti.store.engine import Store
from cti.telephony.queue_titles import QueueTitles
from cti.testing.sessions import GivenSessions
from cti.web.host import Web
from ivr.recognition.expected import ExpectedWords
from tests.office import BOSS, EAST, WEST, a_call, office_on, visitor
from workflow.transcripts.api import routes
from workflow.transcripts.book import Book, OpenTranscript
from workflow.transcripts.ear import Heard
from workflow.transcripts.hot_words import HotWords
from workflow.transcripts.lines import Side
from workflow.transcripts.masking import HIDDEN
from workflow.transcripts.screens import CATEGORIES, SCREENS, SLOTS
from workflow.transcripts.service import Transcripts
from workflow.transcripts.views import TranscriptFields, TranscriptQuery

BEGAN = datetime(2026, 11, 2, 9, tzinfo=UTC)
QUEUES = QueueTitles(lambda: {"general": "综合受理"})


def agent(number: str) -> Visitor:
    """Who reaches but his own."""
    scope = Scope(agent=number)
    permissions = frozenset({"transcripts.see"})
    return Visitor(f"01{number}", number, number, number, "city", "320400", scope=scope, permissions=permissions)


@pytest_asyncio.fixture
async def transcripts(store: Store) -> AsyncIterator[Transcripts]:
    office = await office_on(store, "transcripts")
    made = Transcripts(office, QUEUES, "0519")
    made.book = Book(lambda one, lines: None, made.keep, made.close)
    yield made


def call(transcripts: Transcripts) -> Call:
    made = a_call(transcripts.office)
    made.talk = Talk("1001", "general", answered_at=BEGAN)
    made.queues = ["general"]
    made.agents = ["1001"]
    return made


async def talk(transcripts: Transcripts, made: Call, *said: tuple[Side, str]) -> OpenTranscript:
    """Caller and agent, each after the other, two seconds each."""
    book = transcripts.book
    assert book is not None
    one = book.open(made)
    for number, (side, text) in enumerate(said):
        heard = Heard(BEGAN + timedelta(seconds=2 * number), 1.5, text, tuple(0.1 * at for at in range(len(text))))
        book.said(one, side, side, "1001" if side == "agent" else "", heard, False)
    await transcripts.written(made.id)
    return one


async def test_a_talk_is_read_while_it_goes_on_and_found_when_it_is_over(transcripts: Transcripts) -> None:
    made = call(transcripts)
    one = await talk(transcripts, made, ("agent", "您好请讲"), ("caller", "建设路的路灯不亮了"))
    assert transcripts.book is not None
    transcripts.names = {"1001": "王芳"}
    transcripts.book.says(one, "agent", "agent", "1001", "我看一下", False)
    live = await transcripts.of_call(BOSS, made.id)
    assert [(it.name, it.text) for it in live.speaking] == [(live.lines[0].name, "我看一下")] == [("王芳", "我看一下")]
    assert (live.state, [one.text for one in live.lines]) == ("live", ["您好请讲", "建设路的路灯不亮了"])
    assert [one.text for one in (await transcripts.of_call(BOSS, made.id, after=1)).lines] == ["建设路的路灯不亮了"]
    said = ["您好请讲", "建设路的路灯不亮了"]
    assert [one.text for one in await transcripts.so_far(made.id)] == said
    await transcripts.book.close(made.id, BEGAN + timedelta(seconds=9))
    assert [one.text for one in await transcripts.so_far(made.id)] == said
    kept = await transcripts.of_call(BOSS, made.id)
    assert (kept.state, [one.side for one in kept.lines]) == ("whole", ["agent", "caller"])
    assert kept.lines[1].times[:3] == (0.0, 0.1, 0.2)
    page = await transcripts.find(BOSS, TranscriptQuery(words="路灯不亮"))
    assert [(one.call, one.lines, one.titles["queue"]) for one in page.items] == [(made.id, 2, "综合受理")]
    assert not (await transcripts.find(BOSS, TranscriptQuery(words="停水"))).items


async def test_who_may_not_read_a_call_may_not_read_what_was_said_in_it(transcripts: Transcripts) -> None:
    made = call(transcripts)
    await talk(transcripts, made, ("caller", "路灯不亮"))
    for closed in (False, True):
        assert transcripts.book is not None
        if closed:
            await transcripts.book.close(made.id, BEGAN)
        for stranger in (EAST, WEST, agent("1002")):
            with pytest.raises(NotFound):
                await transcripts.of_call(stranger, made.id)
            assert not transcripts.sees(stranger, made)
        with pytest.raises(NotAllowed):
            await transcripts.of_call(visitor("nobody", "city", "calls.see"), made.id)
    assert not (await transcripts.find(EAST, TranscriptQuery(words="路灯"))).items
    with pytest.raises(Invalid, match="手工"):
        await transcripts.create(BOSS, TranscriptFields())


async def test_numbers_are_read_by_right_and_those_of_cards_by_nobody(transcripts: Transcripts) -> None:
    made = call(transcripts)
    await talk(transcripts, made, ("caller", "电话13812345678"), ("caller", "身份证320102199003076518"))
    whole = [one.text for one in (await transcripts.of_call(BOSS, made.id)).lines]
    assert whole == ["电话13812345678", f"身份证{HIDDEN * 18}"]
    plain = visitor("plain", "city", "transcripts.see")
    assert transcripts.book is not None
    await transcripts.book.close(made.id, BEGAN)
    shown = [one.text for one in (await transcripts.of_call(plain, made.id)).lines]
    assert shown == [f"电话138{HIDDEN * 6}78", f"身份证{HIDDEN * 18}"]
    for words in ("13812345678", "320102199003076518"):
        assert not (await transcripts.find(BOSS, TranscriptQuery(words=words))).items


async def test_what_an_engine_was_writing_when_it_died_is_there(transcripts: Transcripts) -> None:
    made = call(transcripts)
    await talk(transcripts, made, ("caller", "路灯不亮"), ("agent", "在哪里"))
    left = await transcripts.left_open()
    assert {id: [one.text for one in lines] for id, lines in left.items()} == {made.id: ["路灯不亮", "在哪里"]}
    book = transcripts.book = Book(lambda one, lines: None, transcripts.keep, transcripts.close)
    again = book.reopen(made, left[made.id])
    book.said(again, "caller", "caller", "", Heard(BEGAN + timedelta(seconds=30), 1.0, "建设路"), False)
    await transcripts.written(made.id)
    assert [one.number for one in (await transcripts.lines_of(made.id))] == [1, 2, 3]


async def test_lines_that_cannot_be_written_now_are_written_with_the_next(
    transcripts: Transcripts, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = call(transcripts)
    store = transcripts.office.store
    with monkeypatch.context() as broken:
        broken.setattr(store, "writing", lambda: (_ for _ in ()).throw(OSError("disk full")))
        one = await talk(transcripts, made, ("caller", "路灯不亮"))
    assert await transcripts.lines_of(made.id) == []
    assert transcripts.book is not None
    transcripts.book.said(one, "agent", "agent", "1001", Heard(BEGAN + timedelta(seconds=4), 1.0, "在哪里"), False)
    await transcripts.written(made.id)
    assert [line.text for line in await transcripts.lines_of(made.id)] == ["路灯不亮", "在哪里"]


async def of_tickets() -> Paged[OptionView]:
    """Answered by tickets, where there are any: whoever may not see those is not shown the filter."""
    return Paged(items=[], total=0, page=1, size=1)


async def test_the_screens_fit(transcripts: Transcripts) -> None:
    web = Web(GivenSessions())
    web.add([Route("GET", CATEGORIES, of_tickets, SIGNED_IN, "诉求分类")])
    web.add(routes(transcripts, HotWords(transcripts.office, ExpectedWords())))
    assert lint.problems(SCREENS, web.endpoints, SLOTS, components=["transcripts/TalkTranscript"]) == []
