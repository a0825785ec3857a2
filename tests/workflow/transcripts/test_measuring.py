"""How talks are measured, and how transcripts are found by what is known of their calls."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, select, update

from cti.base.call import Call, Talk
from cti.base.ids import new_id
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.store.engine import Store
from cti.store.models import CallRow, RecordingRow
from cti.telephony.queue_titles import QueueTitles
from recorder.models import RecordingNoteRow
from tests.office import BOSS, a_call, office_on
from workflow.transcripts.book import Book
from workflow.transcripts.ear import Heard
from workflow.transcripts.lines import Line, Side
from workflow.transcripts.measuring.keeping import Measuring
from workflow.transcripts.measuring.phrases import Phrases
from workflow.transcripts.measuring.spans import Span, length, overlaps, silences, within
from workflow.transcripts.measuring.talk import TalkMeasures, measured
from workflow.transcripts.models import TalkMeasureRow, TranscriptRow
from workflow.transcripts.service import Transcripts
from workflow.transcripts.views import TranscriptQuery

BEGAN = datetime(2026, 11, 2, 9, tzinfo=UTC)
QUEUES = QueueTitles(lambda: {"general": "综合受理"})
Said = tuple[Side, float, float, str]


def lines(*said: Said, agent: str = "1001") -> list[Line]:
    """By side, second, seconds and text."""
    return [
        Line(number, side, agent if side == "agent" else "", BEGAN + timedelta(seconds=at), seconds, text)
        for number, (side, at, seconds, text) in enumerate(said, start=1)
    ]


def of(*said: Said) -> TalkMeasures:
    (found,) = measured(lines(*said))
    return found


def test_silence_over_talk_and_speed_of_a_talk() -> None:
    one = of(
        ("agent", 0, 2, "您好，请讲。"), ("caller", 3, 4, "我家门口的路灯坏了"), ("agent", 6, 3, "具体在哪条路上呢"),
        ("caller", 19, 1, "建设路"),
    )  # fmt: skip
    assert (one.seconds, one.silence, one.longest_silence, one.overlap) == (20, 11, 10, 1)
    assert (one.agent_seconds, one.agent_characters, one.caller_seconds, one.caller_characters) == (5, 12, 5, 12)


def test_who_cuts_into_a_line_interrupts_and_who_only_agrees_does_not() -> None:
    told: Said = ("caller", 0, 6, "我跟你说这个事情已经拖了三个月了")
    assert of(told, ("agent", 3, 2, "您先听我说完")).interrupting == 1
    assert of(told, ("agent", 3, 1, "嗯嗯")).interrupting == 0
    assert of(told, ("agent", 5.8, 2, "我先给您记下来")).interrupting == 0
    back = of(("agent", 0, 6, "这个需要您提供一下材料才行"), ("caller", 2, 3, "我都交了三遍了"))
    assert (back.interrupting, back.interrupted) == (0, 1)


def test_a_hold_is_no_silence_and_words_of_which_the_other_heard_nothing_count_nowhere() -> None:
    said = lines(("agent", 0, 2, "请您稍等"), ("caller", 32, 2, "好的"))
    began = BEGAN.timestamp()
    (held,) = measured(said, [(began, began + 4), (began + 31, began + 40)])
    assert (held.silence, held.seconds) == (3, 7)
    apart = [*said, Line(3, "agent", "1001", BEGAN + timedelta(seconds=10), 5, "帮我查一下", apart=True)]
    assert measured(apart)[0].agent_seconds == 2


def test_each_agent_of_a_transferred_call_has_a_talk_of_his_own() -> None:
    first = lines(("agent", 0, 2, "我帮您转到社保专席"), ("caller", 3, 1, "好"))
    second = lines(("agent", 20, 2, "您好社保专席"), ("caller", 23, 4, "我想问养老金的事"), agent="1002")
    one, other = measured([*first, *second])
    assert [(it.agent, it.caller_characters) for it in (one, other)] == [("1001", 1), ("1002", 8)]


def test_a_call_in_which_no_agent_spoke_has_no_talk() -> None:
    assert measured(lines(("caller", 0, 2, "喂"))) == []


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), max_size=12)


@given(spans, spans)
def test_speech_silence_and_both_at_once_add_up(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> None:
    def cut(side: list[tuple[int, int]]) -> list[Span]:
        """A party does not speak twice at once."""
        found: list[Span] = []
        for begin, size in sorted(side):
            if not found or begin >= found[-1][1]:
                found.append((float(begin), float(begin + size)))
        return found

    one, other = cut(left), cut(right)
    every = [*one, *other]
    if every:
        whole = max(end for _, end in every) - min(begin for begin, _ in every)
        both, quiet = length(overlaps(one, other)), length(silences(every))
        assert length(one) + length(other) - both + quiet == pytest.approx(whole)
        assert length(within(silences(every), [(0.0, 100.0)])) == quiet


class Judge:
    """您好 must be said, 不知道 must not."""

    def judge(self, organisation: str, agent: str, lines: Sequence[Line]) -> Phrases | None:
        text = "".join(one.text for one in lines if one.agent == agent)
        return Phrases(() if "您好" in text else ("您好",), ("不知道",) if "不知道" in text else ())


class OfLights:
    """Tickets about calls: only those of the category of lights."""

    def category(self, visitor: Visitor, column: Any, category: str) -> ColumnElement[bool]:
        found: ColumnElement[bool] = column.in_(["lights"] if category == "none" else [LIGHTS])
        return found


LIGHTS = new_id()


@pytest_asyncio.fixture
async def transcripts(store: Store) -> AsyncIterator[Transcripts]:
    office = await office_on(store, "transcripts", "recorder")
    made = Transcripts(office, QUEUES, "0519")
    made.measuring = Measuring(office.store, office.clock, None)
    made.measuring.phrases = Judge()
    made.book = Book(lambda one, lines: None, made.keep, made.close)
    await talk(made, LIGHTS, ("agent", 0, 2, "您好请讲"), ("caller", 2, 4, "建设路的路灯不亮了，打我电话13912345678"))
    await talk(made, new_id(), ("agent", 0, 2, "这个我不知道"), ("caller", 3, 90, "那你帮我转到管路灯的部门"))
    yield made


async def talk(transcripts: Transcripts, id: str, *said: Said) -> None:
    made: Call = a_call(transcripts.office)
    made.id, made.queues, made.agents = id, ["general"], ["1001"]
    made.talk = Talk("1001", "general", answered_at=BEGAN)
    book = transcripts.book
    assert book is not None
    one = book.open(made)
    for side, at, seconds, text in said:
        book.said(
            one,
            side,
            side,
            "1001" if side == "agent" else "",
            Heard(BEGAN + timedelta(seconds=at), seconds, text, ()),
            False,
        )
    await transcripts.written(made.id)
    await book.close(made.id, BEGAN + timedelta(seconds=200))


async def found(transcripts: Transcripts, **asked: object) -> list[bool]:
    """Whether each that is found is the call about lights."""
    page = await transcripts.find(BOSS, TranscriptQuery.model_validate(asked))
    return sorted(one.call == LIGHTS for one in page.items)


async def test_words_are_found_by_who_said_them(transcripts: Transcripts) -> None:
    assert await found(transcripts, words="路灯") == [False, True]
    assert await found(transcripts, words="路灯", side="agent") == []
    assert await found(transcripts, words="不知道", side="agent") == [False]
    assert await found(transcripts, words="建设路 不亮", side="caller") == [True]
    assert await found(transcripts, words="不知道", side="caller") == []


async def test_transcripts_are_found_by_length_queue_rating_mark_and_category(transcripts: Transcripts) -> None:
    assert await found(transcripts, shorter_than=60) == [True]
    assert await found(transcripts, longer_than=60) == [False]
    assert await found(transcripts, queue="general") == [False, True]
    assert await found(transcripts, queue="far") == []
    usual: dict[str, Any] = {
        one.key: "" for one in CallRow.__table__.columns if not one.nullable and one.server_default is None
    }
    usual |= {"caller_kind": "mobile", "agents": [], "recordings": [], "organisation": "city", "region": "320400"}
    recording = RecordingRow(
        id=new_id(), call=LIGHTS, agent="1001", leg="", path="one.wav", started_at=BEGAN, state="stored",
        organisation="city", region="320400",
    )  # fmt: skip
    note = RecordingNoteRow(
        id=new_id(), recording=recording.id, second=1.0, text="", person="x", by="x", at=BEGAN
    )  # fmt: skip
    async with transcripts.office.store.writing() as session:
        session.add(CallRow(**{**usual, "id": LIGHTS, "arrived_at": BEGAN, "satisfaction": "4"}))
        session.add_all([recording, note])
    assert await found(transcripts, satisfaction="4") == [True]
    assert await found(transcripts, satisfaction="1") == []
    assert await found(transcripts, marked=True) == [True]
    with pytest.raises(Conflict, match="诉求分类"):
        await found(transcripts, category="lights")
    transcripts.narrowing.tickets = OfLights()
    assert await found(transcripts, category="lights") == [True]
    assert await found(transcripts, category="none") == []


async def test_measures_are_kept_with_the_words_and_made_for_talks_of_before(transcripts: Transcripts) -> None:
    async def kept() -> list[tuple[int, int | None, int | None]]:
        async with transcripts.office.store.reading() as session:
            rows = await session.scalars(select(TalkMeasureRow).order_by(TalkMeasureRow.forbidden))
            return [(one.agent_characters, one.missing, one.forbidden) for one in rows]

    assert await kept() == [(4, 0, 0), (6, 1, 1)]
    async with transcripts.office.store.writing() as session:
        await session.execute(update(TranscriptRow).values(measured=False, caller_text="", agent_text="", seconds=0))
    assert await found(transcripts, words="路灯", side="caller") == []
    assert transcripts.measuring is not None
    await transcripts.measuring.catch_up()
    assert await kept() == [(4, 0, 0), (6, 1, 1)]
    assert await found(transcripts, words="路灯", side="caller") == [False, True]
    async with transcripts.office.store.reading() as session:
        texts = list(await session.scalars(select(TranscriptRow.caller_text)))
    assert not any("13912345678" in one for one in texts)
