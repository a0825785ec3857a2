"""What the console shows of the lists."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.records.expiring import VALIDITY
from cti.office.screens import DeskCard, Empty, Filter, List, Option, Screen, Tab, columns_of
from workflow.lists.api import BASE, WORK
from workflow.lists.service import Lists
from workflow.lists.views import LISTS, CallerOnLists, ListHitView

WHICH = tuple(Option(value=value, title=title) for value, title in LISTS.items())
HITS = List(
    source=f"{BASE}/hits",
    columns=columns_of(ListHitView, "at", "list", "number", "called", "call"),
    filters=(
        Filter(kind="period", key="at", title="来电时间"),
        Filter(kind="text", key="number", title="号码或后四位"),
        Filter(kind="choice", key="list", title="名单", options=WHICH),
    ),
    empty=Empty(title="还没有命中记录", text="名单中的号码来电后，会在这里留下时间和号码。"),
)

SCREENS = (
    Screen(
        name="lists",
        title="黑白名单",
        also=("黑名单", "白名单", "拉黑"),
        group="citizens",
        icon="shield-ban",
        order=30,
        permission=Lists.see,
        kind="list",
        list=record_list(
            Lists,
            BASE,
            columns=("pattern", "list", "reason", "until", "expired", "hits", "last_hit_at", "updated_at"),
            sorts=("updated_at", "hits", "last_hit_at", "until"),
            search="号码或原因",
            filters=(
                Filter(kind="choice", key="list", title="名单", options=WHICH),
                VALIDITY,
            ),
            empty=Empty(
                title="名单是空的",
                text="黑名单中的号码来电在接听前即被拒绝；白名单中的号码排队时优先。",
            ),
        ),
        create=record_create(Lists, BASE),
        detail=record_detail(
            Lists,
            BASE,
            title="pattern",
            subtitle="reason",
            about=("list", "pattern", "reason", "until", "hits", "last_hit_at"),
            tabs=(
                Tab(
                    name="hits",
                    title="命中记录",
                    kind="list",
                    list=HITS.model_copy(update={"source": f"{BASE}/hits?entry={{id}}", "filters": HITS.filters[:2]}),
                ),
            ),
        ),
    ),
    Screen(
        name="list_hits",
        title="名单命中记录",
        group="citizens",
        icon="phone-off",
        order=31,
        permission=Lists.see,
        kind="list",
        list=HITS,
    ),
)

SLOTS = (
    DeskCard(
        name="caller_on_lists", title="黑白名单", order=2, permission=WORK, source=f"{BASE}/calls/{{id}}",
        fields=columns_of(CallerOnLists, "list", "reason", "until", "refused", "last_refused"), place="phone",
        empty=Empty(title="这个号码不在名单中"),
    ),
)  # fmt: skip
