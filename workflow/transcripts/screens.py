"""What the console shows of transcripts: at the desk while people talk, on a call's page, and found by words."""

from __future__ import annotations

from cti.office.records.describing import PURPOSE
from cti.office.screens import DeskCard, Empty, Filter, List, Screen, StoryCard, columns_of, options_of
from workflow.transcripts.service import Transcripts
from workflow.transcripts.views import BASE, STATES, TranscriptView

CALL = f"{BASE}/calls/{{id}}"
NOTHING = Empty(title="没有转写", text="通话接通后，双方的话在这里逐句显示。")

SLOTS = (
    DeskCard(
        name="desk_transcript", title="实时转写", order=3, permission=Transcripts.see, source=CALL,
        component="transcripts/TalkTranscript", empty=NOTHING,
    ),
    StoryCard(
        name="talk_transcript", title="通话转写", order=10, permission=Transcripts.see, source=CALL,
        component="transcripts/TalkTranscript", empty=NOTHING,
    ),
)  # fmt: skip

SCREENS = (
    Screen(
        name="transcripts",
        title="通话转写",
        group="calls",
        icon="message-square",
        order=36,
        permission=Transcripts.see,
        kind="list",
        list=List(
            source=BASE,
            records=Transcripts.kind,
            columns=columns_of(TranscriptView, "began_at", "number", "agent", "queue", "said", "lines", "state"),
            filters=(
                Filter(kind="text", key="words", title="说过的话", wide=True),
                Filter(kind="text", key="search", title="号码或后四位"),
                Filter(kind="text", key="agent", title="工号"),
                Filter(kind="choice", key="state", title="转写", options=options_of(STATES)),
                Filter(kind="period", key="at", title="通话时间"),
                PURPOSE,
            ),
            sort=Transcripts.sort,
            sorts=("began_at",),
            empty=Empty(title="没有转写", text="通话中双方说的话逐句写下，通话后可按说过的话查找。"),
            opens="/calls/{call}",
        ),
    ),
)  # fmt: skip
