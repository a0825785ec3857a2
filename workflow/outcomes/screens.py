"""What the console shows of what talks came to: at the desk, on a call's page, and in lists."""

from __future__ import annotations

from cti.office.records.describing import PURPOSE, record_create, record_list, timeline_tab
from cti.office.screens import (
    Action,
    Count,
    DeskCard,
    DeskForm,
    Detail,
    Empty,
    Filter,
    Group,
    List,
    Option,
    Screen,
    StoryCard,
    Tab,
    Tile,
    When,
    columns_of,
    fields_of,
)
from workflow.outcomes.reasons import Reasons
from workflow.outcomes.service import DECIDE, FILL, FORM, Outcomes
from workflow.outcomes.views import BASE, HOW, PROPOSALS, REASONS, Accepted, OutcomeFields, OutcomeView

ONE, CALL = f"{BASE}/{{id}}", f"{BASE}/calls/{{id}}"
OWED, PROPOSED = When(key="how", among=("",)), When(key="proposal", among=("open",))
ACTIONS = (
    Action(
        name="settle", title="补填结果", permission=FILL, kind="form", path=f"{ONE}/settle",
        form=fields_of(OutcomeFields), when=OWED, done="已填写",
    ),
    Action(
        name="accept", title="列入黑名单", permission=DECIDE, kind="form", path=f"{ONE}/accept", tone="danger",
        form=fields_of(Accepted), when=PROPOSED, done="已列入黑名单",
    ),
    Action(
        name="decline", title="不列入", permission=DECIDE, kind="confirm", path=f"{ONE}/decline",
        confirm="不将这个号码列入黑名单？", when=PROPOSED, done="已审核",
    ),
)  # fmt: skip

SLOTS = (
    DeskForm(
        name=FORM, title="通话结果", permission=FILL, source=CALL, path=CALL, form=fields_of(OutcomeFields),
        quick="reason", done="通话结果已提交",
    ),
    DeskCard(
        name="earlier_outcomes", title="此号码以前的通话结果", permission=FILL, source=f"{CALL}/earlier",
        columns=columns_of(OutcomeView, "talked_at", "how", "reason_title", "record_title", "note", "agent_name"),
        empty=Empty(title="这个号码以前没有通话结果"),
    ),
    StoryCard(
        name="talk_outcomes", title="通话结果", permission=Outcomes.see, source=f"{CALL}/talks",
        columns=columns_of(
            OutcomeView, "agent_name", "how", "reason_title", "record_title", "note", "proposal", "filled_at"
        ),
        opens="outcomes", empty=Empty(title="没有座席通话"),
    ),
)  # fmt: skip


TILES = (
    Tile(
        name="outcomes_owed", title="通话结果", order=24, permission=Outcomes.see,
        counts=(
            Count(screen="outcomes", title="未填写", query={"how": "none"}, tone="break"),
            Count(screen="outcomes", title="黑名单待审核", query={"proposal": "open"}),
        ),
    ),
)  # fmt: skip


def _options(words: dict[str, str]) -> tuple[Option, ...]:
    return tuple(Option(value=value or "none", title=title) for value, title in words.items() if title)


GROUPS = (Group(name="call_outcomes", title="通话结果", icon="clipboard-check", order=30, within="calls"),)
SCREENS = (
    Screen(
        name="outcomes",
        title="通话结果",
        also=("小结", "话后"),
        group="call_outcomes",
        icon="clipboard-check",
        order=30,
        permission=Outcomes.see,
        kind="list",
        list=List(
            source=BASE,
            records=Outcomes.kind,
            columns=columns_of(
                OutcomeView, "talked_at", "agent_name", "number", "how", "record_title", "reason_title", "note",
                "proposal", "queue", "seconds",
            ),
            filters=(
                Filter(kind="text", key="search", title="号码或后四位", wide=True),
                Filter(kind="choice", key="how", title="结果", options=_options(HOW)),
                Filter(kind="choice", key="reason", title="原因", options_from=f"{REASONS}/choices"),
                Filter(kind="choice", key="proposal", title="黑名单申请", options=_options(PROPOSALS)),
                Filter(kind="period", key="at", title="通话时间"),
                PURPOSE,
            ),
            sort=Outcomes.sort,
            sorts=("talked_at",),
            empty=Empty(title="没有通话", text="每次通话结束后列在这里；筛选“未填写”可见还没有结果的通话。"),
            row=ACTIONS,
        ),
        detail=Detail(
            source=ONE,
            title="number",
            subtitle="agent_name",
            actions=ACTIONS,
            tabs=(
                Tab(
                    name="about",
                    title="概况",
                    kind="fields",
                    fields=columns_of(
                        OutcomeView, "talked_at", "seconds", "queue", "call", "how", "reason_title", "record_title",
                        "note", "filled_name", "filled_at", "proposal", "decided_name", "decided_at",
                    ),
                ),
                timeline_tab(BASE),
            ),
        ),
    ),
    Screen(
        name="outcome_reasons",
        title="通话结果原因",
        group="call_outcomes",
        icon="list-checks",
        order=31,
        permission=Reasons.see,
        kind="list",
        list=record_list(
            Reasons,
            REASONS,
            columns=("place", "title", "nuisance", "noted", "updated_at"),
            sorts=("place", "updated_at"),
            imports=False,
            empty=Empty(title="没有原因", text="座席在没有工单的通话结束后选择原因。"),
        ),
        create=record_create(Reasons, REASONS),
    ),
)  # fmt: skip
