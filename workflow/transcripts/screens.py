"""What the console shows of transcripts: at the desk while people talk, on a call's page, and found by words."""

from __future__ import annotations

from cti.office.records.describing import PURPOSE, record_create, record_detail, record_list
from cti.office.screens import (
    Action,
    DeskCard,
    Empty,
    Filter,
    List,
    Screen,
    StoryCard,
    columns_of,
    fields_of,
    options_of,
)
from workflow.transcripts.hot_word_views import BASE as HOT_WORDS
from workflow.transcripts.hot_word_views import HotWordBatch, TryWords
from workflow.transcripts.hot_words import HotWords
from workflow.transcripts.service import Transcripts
from workflow.transcripts.views import BASE, SATISFACTION, SIDES, STATES, TranscriptView

CALL = f"{BASE}/calls/{{id}}"
QUEUES = f"{BASE}/options/queues"
CATEGORIES, TICKETS = "/api/tickets/options/categories", "tickets.see"
NOTHING = Empty(title="没有转写", text="通话接通后，双方的话在这里逐句显示。")

SLOTS = (
    DeskCard(
        name="desk_transcript", title="实时转写", order=3, permission=Transcripts.see, source=CALL,
        component="transcripts/TalkTranscript", overheard=True, empty=NOTHING,
    ),
    StoryCard(
        name="talk_transcript", title="通话转写", order=10, permission=Transcripts.see, source=CALL,
        component="transcripts/TalkTranscript", empty=NOTHING,
    ),
)  # fmt: skip

MANY = Action(
    name="add_many",
    title="批量添加",
    permission=HotWords.edit_permission,
    kind="form",
    path=f"{HOT_WORDS}/batch",
    form=fields_of(HotWordBatch),
    shows="words",
)
TRY = Action(
    name="try",
    title="试一试",
    permission=HotWords.see,
    kind="form",
    path=f"{HOT_WORDS}/try",
    form=fields_of(TryWords),
    shows="words",
)
WORDS = record_list(
    HotWords,
    HOT_WORDS,
    columns=("word", "weight", "note", "updated_at"),
    sorts=("updated_at", "word", "weight"),
    search="热词或说明",
    empty=Empty(
        title="没有热词",
        text="转写中常被听错的词，如“公积金”“不动产登记”。同音的字会改为热词，原来听到的字留在旁边。"
        "地名、部门、分类和知识标题不用添加。",
    ),
)

SCREENS = (
    Screen(
        name="transcripts",
        title="通话转写",
        group="call_log",
        icon="message-square",
        order=36,
        permission=Transcripts.see,
        kind="list",
        list=List(
            source=BASE,
            records=Transcripts.kind,
            columns=columns_of(
                TranscriptView, "began_at", "number", "agent", "queue", "said", "seconds", "state", aside=("lines",)
            ),
            filters=(
                Filter(kind="text", key="words", title="说过的话", wide=True),
                Filter(kind="choice", key="side", title="谁说的", options=options_of(SIDES)),
                Filter(kind="text", key="search", title="号码或后四位"),
                Filter(kind="text", key="agent", title="工号"),
                Filter(kind="choice", key="queue", title="队列", options_from=QUEUES),
                Filter(kind="tree", key="category", title="诉求分类", options_from=CATEGORIES, permission=TICKETS),
                Filter(kind="choice", key="satisfaction", title="满意度", options=options_of(SATISFACTION)),
                Filter(kind="flag", key="marked", title="录音有标记"),
                Filter(kind="text", key="longer_than", title="至少多少秒"),
                Filter(kind="text", key="shorter_than", title="至多多少秒"),
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
    Screen(
        name="hot_words",
        title="热词",
        also=("识别词",),
        group="flows",
        icon="audio-lines",
        order=37,
        permission=HotWords.see,
        kind="list",
        list=WORDS.model_copy(update={"actions": (MANY, TRY, *WORDS.actions)}),
        create=record_create(HotWords, HOT_WORDS),
        detail=record_detail(HotWords, HOT_WORDS, title="word", subtitle="note", about=("word", "weight", "note")),
    ),
)  # fmt: skip
