"""What the agent's desk shows of tickets during a talk, and the call's page afterwards."""

from __future__ import annotations

from cti.office.records.describing import record_form
from cti.office.screens import (
    Action,
    Alike,
    Copying,
    DeskCard,
    DeskForm,
    Empty,
    Field,
    StoryCard,
    When,
    columns_of,
)
from workflow.tickets.api import BASE, ONE
from workflow.tickets.desk.alike import AlikeLine
from workflow.tickets.desk.api import CALL, CALLS, EVENTS
from workflow.tickets.desk.history import CallerTicket
from workflow.tickets.desk.known_events import EventBeside
from workflow.tickets.desk.registration import FORM, SoFar
from workflow.tickets.rules import SEE
from workflow.tickets.service import Tickets
from workflow.tickets.topics import KNOWN_EVENTS_LIVE

OPEN = When(key="is_open", among=(True,))
NOTE = Field(key="note", title="说明", kind="long", required=True, max_length=2000)
REMINDING = Action(
    name="remind", title="催单", kind="confirm", path=f"{CALL}/tickets/{{id}}/remind", when=OPEN,
    confirm="市民来电催办该工单？", done="已催单",
)  # fmt: skip
ADDING = Action(
    name="supplement", title="补充", kind="form", path=f"{CALL}/tickets/{{id}}/supplement", when=OPEN,
    form=(NOTE,), done="已补充",
)  # fmt: skip
JOINING = Action(
    name="join", title="联名", kind="confirm", path=f"{CALL}/tickets/{{id}}/join", at_once=True,
    done="来电人已登记为联名诉求人",
)  # fmt: skip
COPIED = ("type", "title", "place", "address", "caller_name", "caller_gender", "contact", "anonymous", "answer_by")
"""What the next request of the same call begins with (C10)."""
SLOTS = (
    DeskForm(
        name=FORM, title="登记工单", order=20, permission=Tickets.edit_permission, source=f"{CALLS}/{{id}}",
        path=f"{CALLS}/{{id}}", form=tuple(one for one in record_form(Tickets) if not one.only_new),
        begin=f"{CALLS}/{{id}}/begin", more=f"{CALLS}/fields", asks=tuple(SoFar.model_fields),
        copied=COPIED,
        alike=Alike(
            title="相似的未办结工单", source=f"{BASE}/alike", asks=("title", "content", "place", "address"),
            columns=columns_of(AlikeLine, "number", "title", "why", "address", "step", "created_at"), opens="tickets",
            key="S",
            row=(JOINING, REMINDING.model_copy(update={"when": None}), ADDING.model_copy(update={"when": None})),
        ),
        shows="number", done="已登记", written=True,
    ),
    DeskCard(
        name="known_events", title="突发事件", order=10, permission=Tickets.edit_permission,
        source=f"{CALLS}/{{id}}/events", always=f"{EVENTS}/now", live=KNOWN_EVENTS_LIVE.name,
        columns=columns_of(EventBeside, "title", "caller", "place", "address", "until", "count", "answer"),
        row=(
            Action(
                name="register", title="登记来电人", kind="confirm", path=f"{CALL}/events/{{id}}", at_once=True,
                when=When(key="caller", among=("",)), done="已登记到该突发事件",
            ),
        ),
        empty=Empty(title="没有突发事件"),
    ),
    DeskCard(
        name="caller_tickets", title="此号码的工单", order=20, permission=Tickets.edit_permission,
        source=f"{CALLS}/{{id}}/caller",
        columns=columns_of(CallerTicket, "number", "title", "type", "step", "card", "answer", "created_at"),
        opens="tickets", row=(REMINDING, ADDING),
        copying=Copying(title="复制", form=FORM, source=f"{ONE}/copy"),
        empty=Empty(title="这个号码还没有工单"), written=True,
    ),
    StoryCard(
        name="call_tickets", title="工单", order=20, permission=SEE, source=f"{CALLS}/{{id}}/tickets",
        columns=columns_of(CallerTicket, "number", "title", "type", "step", "card", "created_at"),
        opens="tickets", empty=Empty(title="没有工单"),
    ),
)  # fmt: skip
