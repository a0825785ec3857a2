"""Routes of transcripts."""

from __future__ import annotations

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from cti.office.records import RecordPage
from workflow.transcripts.service import Transcripts
from workflow.transcripts.views import BASE, CallQuery, CallTranscript, TranscriptQuery, TranscriptView

CALL, ONE = f"{BASE}/calls/{{call}}", f"{BASE}/{{id}}"


def routes(transcripts: Transcripts) -> list[Route]:
    """What was said in calls: found by words, and one whole, also while it is said."""

    async def find(visitor: Visitor, query: TranscriptQuery) -> RecordPage[TranscriptView]:
        return await transcripts.find(visitor, query)

    async def one(visitor: Visitor, id: str) -> TranscriptView:
        return await transcripts.get(visitor, id)

    async def of_call(visitor: Visitor, call: str, query: CallQuery) -> CallTranscript:
        return await transcripts.of_call(visitor, call, query.after)

    see = transcripts.see
    return [
        Route("GET", BASE, find, see, "通话转写列表"),
        Route("GET", ONE, one, see, "通话转写详情"),
        Route("GET", CALL, of_call, see, "一通来电的转写"),
    ]
