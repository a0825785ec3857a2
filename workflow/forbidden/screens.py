"""What the console shows of forbidden numbers."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_detail, record_list
from cti.office.records.expiring import VALIDITY
from cti.office.screens import Action, Empty, Filter, List, Option, Screen, Tab, columns_of, fields_of
from workflow.forbidden.service import Forbidden
from workflow.forbidden.views import BASE, EFFECTS, RefusedDialView, TryBody

REFUSED = List(
    source=f"{BASE}/refused",
    columns=columns_of(RefusedDialView, "at", "name", "agent", "number", "reason"),
    filters=(
        Filter(kind="period", key="at", title="时间"),
        Filter(kind="text", key="number", title="号码或后四位"),
        Filter(kind="text", key="agent", title="分机"),
    ),
    empty=Empty(title="没有人被拦截", text="有人拨打禁拨号码，或超出其拨打权限时，会在这里留下时间、号码和原因。"),
)
TRY = Action(
    name="try",
    title="试拨",
    permission=Forbidden.see,
    kind="form",
    path=f"{BASE}/try",
    form=fields_of(TryBody),
    shows="words",
)
RULES = record_list(
    Forbidden,
    BASE,
    columns=("pattern", "effect", "extensions", "reason", "refused", "last_refused_at"),
    sorts=("updated_at", "refused", "last_refused_at", "until"),
    search="号码或原因",
    filters=(
        Filter(
            kind="choice",
            key="effect",
            title="作用",
            options=tuple(Option(value=value, title=title) for value, title in EFFECTS.items()),
        ),
        VALIDITY,
    ),
    empty=Empty(
        title="没有禁拨号码",
        text="列入的号码和号段在拨出之前即被拒绝，并告诉拨打人原因。110、119、120、122 任何时候都可以拨。",
    ),
)

SCREENS = (
    Screen(
        name="forbidden_numbers",
        title="禁拨号码",
        group="lines",
        icon="phone-off",
        order=40,
        permission=Forbidden.see,
        kind="list",
        list=RULES.model_copy(update={"actions": (TRY, *RULES.actions)}),
        create=record_create(Forbidden, BASE),
        detail=record_detail(
            Forbidden,
            BASE,
            title="pattern",
            subtitle="reason",
            about=(
                "effect",
                "pattern",
                "extensions",
                "hours",
                "calendar",
                "reason",
                "until",
                "refused",
                "last_refused_at",
            ),
            tabs=(
                Tab(
                    name="refused",
                    title="拦截记录",
                    kind="list",
                    list=REFUSED.model_copy(
                        update={"source": f"{BASE}/refused?rule={{id}}", "filters": REFUSED.filters[:2]}
                    ),
                ),
            ),
        ),
    ),
    Screen(
        name="refused_dials",
        title="拦截记录",
        group="lines",
        icon="shield-alert",
        order=41,
        permission=Forbidden.see,
        kind="list",
        list=REFUSED,
    ),
)
