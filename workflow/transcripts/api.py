"""Routes of transcripts."""

from __future__ import annotations

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from cti.office.records import RecordPage, record_routes
from cti.office.screens import Choice
from workflow.transcripts.hot_word_views import BASE as HOT_WORDS
from workflow.transcripts.hot_word_views import HotWordBatch, HotWordsAdded, TriedWords, TryWords
from workflow.transcripts.hot_words import HotWords
from workflow.transcripts.service import Transcripts
from workflow.transcripts.views import BASE, CallQuery, CallTranscript, TranscriptQuery, TranscriptView

CALL, ONE = f"{BASE}/calls/{{call}}", f"{BASE}/{{id}}"


def routes(transcripts: Transcripts, hot_words: HotWords) -> list[Route]:
    """What was said in calls: found by words, and one whole, also while it is said; the usual routes of hot words."""

    async def find(visitor: Visitor, query: TranscriptQuery) -> RecordPage[TranscriptView]:
        return await transcripts.find(visitor, query)

    async def one(visitor: Visitor, id: str) -> TranscriptView:
        return await transcripts.get(visitor, id)

    async def of_call(visitor: Visitor, call: str, query: CallQuery) -> CallTranscript:
        return await transcripts.of_call(visitor, call, query.after)

    async def queues(visitor: Visitor) -> list[Choice]:
        return [Choice(value=name, title=title) for name, title in transcripts.queues.items()]

    async def add_many(visitor: Visitor, body: HotWordBatch) -> HotWordsAdded:
        return await hot_words.add_many(visitor, body)

    async def attempt(visitor: Visitor, body: TryWords) -> TriedWords:
        return await hot_words.attempt(visitor, body)

    see = transcripts.see
    return [
        *record_routes(hot_words, HOT_WORDS),
        Route("POST", f"{HOT_WORDS}/batch", add_many, hot_words.edit_permission, "批量添加热词"),
        Route("POST", f"{HOT_WORDS}/try", attempt, hot_words.see, "试一试热词"),
        Route("GET", f"{BASE}/options/queues", queues, see, "转写查询可选的队列"),
        Route("GET", BASE, find, see, "通话转写列表"),
        Route("GET", ONE, one, see, "通话转写详情"),
        Route("GET", CALL, of_call, see, "一通来电的转写"),
    ]
