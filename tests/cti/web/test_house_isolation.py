"""Two counties in one house: what one does changes nothing that the other sees, on whatever route, topic or figure.

Every route and topic of the running house, found in its own tables, is asked by a county's visitor with all permissions
there and by the city's, before and after another county's rows come. What the county sees must stay as it was; what the
city sees must change, else the question proves nothing. A route or topic that does not behave so stands below with the
reason: whoever adds one that is neither makes this test red.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from acd.callbacks.callback import Callback
from acd.matching.work import WorkItem
from acd.service import Acd
from cti.base.call import Call
from cti.base.events import AlarmRaised, CallAnswered, CallArrived
from cti.base.ids import new_id
from cti.base.numbers.number import Number
from cti.base.refusal import NotAllowed
from cti.base.visitor import Visitor, system
from cti.office.connectors.models import ConnectorCallRow
from cti.office.files.service import Files
from cti.office.identity.absences import AbsenceData
from cti.office.identity.audit.trail import AuditFilter
from cti.office.identity.directory import Organisation
from cti.office.identity.groups import GroupData
from cti.office.identity.models import ApiKeyRow
from cti.office.identity.people import People, PersonData
from cti.office.identity.permissions import Reach
from cti.office.identity.roles import RoleData
from cti.office.identity.service import Identity
from cti.office.messages.models import DeliveryRow
from cti.office.messages.opt_outs import OptOutFields, OptOuts
from cti.office.on_call.service import OnCall, OnCallFields
from cti.office.public_sessions.models import PublicSessionRow
from cti.office.records.office import Office
from cti.office.reports.service import ReportFields, Reports
from cti.office.tags.service import TagFields
from cti.office.views.service import ViewFields, Views
from cti.process.app import Engine
from cti.store.engine import Store
from cti.store.recordings.recordings import Recording
from cti.telephony.calls import Calls
from cti.telephony.ways_out import WaysOut
from tests.cti.web import learning_routes, performance_routes, quality_routes, training_routes, trend_routes
from tests.engine_without_switch import PASSWORD, engine_without_switch, signed_in
from workflow.assistant.models import DispatchRow
from workflow.bigscreen.links import LinkFields, WallLinks
from workflow.campaigns.service import Campaigns
from workflow.campaigns.sources import Sources
from workflow.campaigns.targets import Targets
from workflow.campaigns.views import CampaignFields, DoNotCallFields, SourceFields, SourceView, TargetFields
from workflow.chat.book import Book
from workflow.chat.entrances import EntranceFields, Entrances
from workflow.chat.phrases import PhraseFields, Phrases
from workflow.chat.sayings import SayingFields, Sayings
from workflow.citizens.service import Citizens
from workflow.citizens.views import CitizenFields
from workflow.contacts.service import ContactFields, Contacts
from workflow.floor.hands import Hands
from workflow.floor.models import AlarmRow
from workflow.floor.notes import Notes
from workflow.floor.rules import Rules
from workflow.floor.views import Note, RuleFields
from workflow.forbidden.refusals import Refusals
from workflow.forbidden.service import Forbidden
from workflow.forbidden.views import ForbiddenFields
from workflow.knowledge.service import Articles
from workflow.lines.models import MeasuredDayRow, MeasuredRow
from workflow.lists.service import Lists
from workflow.lists.views import ListEntryFields
from workflow.missed.models import MissedRow
from workflow.outcomes.ended import EndedTalk
from workflow.outcomes.reasons import Reasons
from workflow.outcomes.service import Outcomes
from workflow.outcomes.views import OutcomeQuery, ReasonFields
from workflow.publishing.models import ShownRow
from workflow.publishing.service import Publications
from workflow.publishing.surveys.service import SurveyFields, Surveys
from workflow.publishing.views import PublicationFields
from workflow.revisit.intake import Intake
from workflow.revisit.models import PlanRow
from workflow.revisit.service import Revisits
from workflow.revisit.views import PlanFields, StrategyFields
from workflow.roster.models import (
    AttendanceRow,
    BalanceRow,
    CorrectionRow,
    DutyLogRow,
    LeaveRow,
    RosterRow,
    ShiftRow,
    SwapRow,
    TermsRow,
    WishRow,
)
from workflow.supervision.models import CardRow
from workflow.tickets.calls.revisiting import ToRevisit
from workflow.tickets.service import Tickets
from workflow.tickets.views import TicketFields
from workflow.transcripts.ear import Heard
from workflow.transcripts.hot_word_views import HotWordFields
from workflow.transcripts.hot_words import HotWords
from workflow.transcripts.service import Transcripts
from workflow.transcripts.views import TranscriptQuery
from workflow.wechat.models import WechatReaderRow

HOUSE = system("test")
QUEUES = """\
queues:
  general: {title: 综合, organisations: ["*"]}
  far: {title: 邻县专席, organisations: [there]}
agents:
  "3000": {queues: [far]}
  "3001": {queues: [far]}
"""

FORM = "form: far\ntitle: 邻县\norganisation: there\nfields:\n  text: {title: 说明}\n"
MAPPING = "mapping: far\ntitle: 邻县\norganisation: there\nfields:\n  text: text\n"
PROCESS = """\
process: far
title: 邻县
organisation: there
about: thing
start: begin
steps:
  begin: {title: 登记, who: {permission: people.see}, actions: {end: {title: 办结, form: far, next: done}}}
  done: {title: 办结, outcome: done}
"""
FIGURE = """\
figure: far
title: 邻县来电
organisation: there
unit: count
source: calls
at: arrived_at
numerator: {if: true}
"""
PRINTOUT = "printout: far\ntitle: 邻县\norganisation: there\nabout: ticket\nblocks:\n  - title: 工单\n"
SHEET = "sheet: far\ntitle: 邻县\norganisation: there\nitems:\n  one: {title: 一, points: 100}\n"
RANKING = "ranking: far\ntitle: 邻县\norganisation: there\nweights: {whole: 1}\n"
SHIFT = (
    "shift: far\ntitle: 邻县\norganisation: there\n"
    'slots:\n  day: {title: 日班, begin: "08:00", end: "12:00", need: {workday: 1}}\n'
)
SCHEME = (
    "scheme: far\norganisation: there\ntitle: 邻县绩效\nof: agents\nkpis:\n"
    "  talks: {title: 通话量, figure: agent_talks, better: more, weight: 100, zero: 0, full: 10}\n"
)
FILES = {
    "forms": FORM, "processes": PROCESS, "mappings": MAPPING, "figures": FIGURE, "printouts": PRINTOUT,
    "rankings": RANKING, "shift_types": SHIFT, "sheets": SHEET,
    "schemes": SCHEME,
}  # fmt: skip
"""Files of the county there, by kind."""
FLOW = """\
flow: far
organisation: there
title: 邻县流程
start: bye
default: bye
nodes:
  bye: {end: done}
"""

SETTINGS_OF_THE_HOUSE = "what the house is set to, the same for all who may configure it: no rows of counties"
LINES = "numbers and trunks are records of their own organisation, which a test of the records holds for all kinds"
OWN = "one's own session, account, desk or phone, by the session and no id"
WORDS = "words of the house to choose from or to speak with, no rows"
MAKES = "makes something new, whose organisation the service checks; takes no row of others"
TEXT_ALONE = "works on the text that is sent, and no row"
MACHINE = "how the machine is, for who may see that"

KNOWLEDGE = (
    "articles",
    "published",
    "categories",
    "industries",
    "life_events",
    "notices",
    "grants",
    "policies",
    "questions",
    "corrections",
    "synonyms",
    "judged",
    "scenarios",
    "scenario_links",
    "components",
    "templates",
    "hotlines",
    "imports",
    "helpful",
)
FILED = ("articles", "published", "questions", "corrections")
"""Kinds of records of the knowledge base."""
ROSTER = (
    "months", "terms", "wishes", "swaps", "leaves", "balances", "attendance", "corrections", "duty_log",
)  # fmt: skip
"""Kinds of records of the roster."""
TREES = (
    "tickets/categories",
    *(f"knowledge/{one}" for one in ("categories", "industries", "life_events", "scenarios")),
)

LISTED: dict[str, str] = {
    **performance_routes.LISTED,
    **training_routes.LISTED,
    **quality_routes.LISTED,
    **trend_routes.LISTED,
    **dict.fromkeys(("GET /healthz", "GET /metrics", "GET /api/portal/probe"), MACHINE),
    "GET /api/services": "what the program offers to its modules: nothing of anybody's",
    **dict.fromkeys(
        ("GET /api/alarms", "GET /api/settings", "GET /api/plugins", "GET /api/jobs", "GET /api/timers"), MACHINE),
    **dict.fromkeys(("GET /api/upkeep", "GET /api/upkeep/backups", "GET /api/recordings/room"), MACHINE),
    "GET /api/prompt-voice/sample": WORDS,
    "GET /api/openapi.json": WORDS,
    **dict.fromkeys(
        ("GET /api/session", "GET /api/session/second-factor", "GET /api/session/all", "GET /api/session/keys",
         "GET /api/options/key-organisations",
         "GET /api/phone", "GET /api/own_phone", "GET /api/agent", "GET /api/agent/today", "GET /api/views",
         "GET /api/agent/workspace", "GET /api/floor/hand", "GET /api/chat-desk",
         "GET /api/inbox", "GET /api/inbox/contact", "GET /api/inbox/push", "GET /api/dashboards"), OWN),
    **dict.fromkeys(
        ("GET /api/organisations/import/template",
         "GET /api/people/import/template", "GET /api/options/regions", "GET /api/roles", "GET /api/options/roles",
         "GET /api/options/permissions", "GET /api/options/own-permissions", "GET /api/sign-in",
         "GET /api/options/audit-actions", "GET /api/screens", "GET /api/citizens/template",
         "GET /api/contacts/template", "GET /api/lists/template", "GET /api/forbidden/template",
         "GET /api/hot_words/template", "GET /api/chat-phrases/template",
         "GET /api/agent/reasons", "GET /api/prompt-offers",
         "GET /api/recordings/columns", "GET /api/recordings/columns/options", "GET /api/recordings/queues/options",
         "GET /api/transcripts/options/queues",
         "GET /api/flow_calendars", "GET /api/inbox/kinds", "GET /api/work/kinds", "GET /api/options/message_channels",
         "GET /api/message_opt_outs/template", "GET /api/tickets/categories/template",
         "GET /api/tickets/catalogue/template", "GET /api/tickets/imports/template",
         "GET /api/recordings/imports/template", "GET /api/recordings/imports/folders",
         "GET /api/tags/template", "GET /api/tags/options/kinds", "GET /api/tags/options/roles",
         "GET /api/tickets/options/categories", "GET /api/tickets/options/units",
         "GET /api/knowledge/types", "GET /api/knowledge/options/units", "GET /api/knowledge/options/whom",
         "GET /api/knowledge/articles/template", "GET /api/knowledge/imports/template",
         *(f"GET /api/knowledge/{one}/template" for one in (
             "categories", "industries", "life_events", "synonyms", "judged", "scenarios", "scenario_links")),
         "GET /api/knowledge/options/ticket_categories",
         *(f"GET /api/roster/{one}" for one in (
             "months/types", "wishes/choices", "terms/template", "balances/template")),
         *(f"GET /api/supervision/points/{one}" for one in ("template", "kinds", "clocks", "processes"))), WORDS),
    **dict.fromkeys(
        (f"GET /api/tickets/{kind}" for kind in (
            "duty/registered", "duty/mine", "duty/review", "duty/final", "duty/difficult", "duty/near", "duty/over",
            "duty/result", "duty/revisit", "duty/ruling", "duty/archiving", "duty/archived", "tasks/objected",
            "tasks/pending", "tasks/handle", "tasks/sent_back", "tasks/near", "tasks/over", "tasks/done",
            "tasks/returned")),
        "the list of tickets with one more condition, which a test of the tickets holds for every duty"),
    **dict.fromkeys(
        (f"GET /api/{kind}/conditions" for kind in (
            "assistant/dispatches",
            "reports", "chat-entrances", "chat-phrases", "chat-sayings", "chats",
            "citizens", "contacts", "lists", "forbidden", "hot_words", "campaigns", "campaign_targets",
            *quality_routes.CONDITIONS,
            *learning_routes.CONDITIONS,
            "publishing/publications", "publishing/shown", "publishing/surveys",
            "campaign_do_not_call", "campaign_sources", "revisits", "revisit_plans", "revisit_strategies",
            "on_call", "message_opt_outs", "tags",
            "tickets", "tickets/categories",
            "tickets/catalogue", "tickets/limits", "tickets/events", "tickets/imports", "recordings/imports",
            "tickets/import_mappings", *(f"knowledge/{one}" for one in KNOWLEDGE),
            "floor_rules", "outcome_reasons", "lines/numbers", "lines/trunks", "lines/classes",
            "lines/departments",
            *(f"roster/{one}" for one in ROSTER),
            "supervision/points", "supervision/cards", "supervision/manual")), WORDS),
    **dict.fromkeys(
        (f"GET /api/knowledge/{one}" for one in (
            "search", "suggest", "hot", "hot/board", "missed", "index", "published/choices")),
        "what the index finds a moment later, within reach alone, which the tests of finding hold"),
    "GET /api/knowledge/hot_events": "known events within reach alone, which a test of the tickets holds",
    **dict.fromkeys(
        ("GET /api/knowledge/good_tickets", "GET /api/publishing/good_tickets"),
        "tickets of the list of tickets, which a test of the tickets holds"),
    "GET /api/publishing/publications/numbers/gaps": "they have no gaps; a test of the numbering holds who sees which",
    **dict.fromkeys(
        (f"GET /api/knowledge/statistics/{one}" for one in ("pages", "regions", "idle")),
        "pages, regions and articles within reach alone, which a test of the statistics holds"),
    **dict.fromkeys(
        ("GET /api/bigscreen/walls", "GET /api/bigscreen/options/walls", "GET /api/bigscreen/catalogue"),
        "walls with figures that the visitor may count, which a test of the walls holds"),
    "GET /api/bigscreen/links/conditions": WORDS,
    "GET /api/bigscreen/map": SETTINGS_OF_THE_HOUSE,
    "GET /api/bigscreen/outline": SETTINGS_OF_THE_HOUSE,
    "GET /api/analysis/pages": "pages with figures that the visitor may count, which a test of the analysis holds",
    "GET /api/v1/tickets/states": "what changed some seconds ago, within reach alone, which a test of programs holds",
    "GET /api/options/citations": "what modules let one cite, within one's own scope, which the citations' tests hold",
    "GET /api/tickets/verify": "what does not fit in the visitor's own, which a test of the tickets holds",
    **dict.fromkeys(
        (f"GET /api/roster/{one}" for one in (
            "colleagues", "mine", "table", "table/export", "swaps/mine", "swaps/others", "corrections/shifts")),
        "of one's own organisation, or of one for which one plans, which a test of the roster holds"),
    **dict.fromkeys(
        ("GET /api/roster/on_duty", "GET /api/roster/duty_figures"),
        "whose shift is on now, within reach alone, which a test of adherence holds"),
    "GET /api/supervision/yellow": "the list of cards with one more condition, which their own tests hold",
    "GET /api/supervision/manual/numbers/gaps": "they have no gaps; a test of the numbering holds who sees which",
    **dict.fromkeys(
        (f"GET /api/knowledge/{one}/numbers/gaps" for one in ("articles", "questions", "corrections")),
        "they have no gaps; a test of the numbering holds who sees which"),
    "GET /api/tickets/numbers/gaps": "numbers of tickets have no gaps; a test of the numbering holds who sees which",
    **dict.fromkeys(
        ("GET /api/acd/queues", "GET /api/acd/skills", "GET /api/acd/groups", "GET /api/acd/breaks",
         "GET /api/acd/calendars", "GET /api/acd/problems", "GET /api/message_channels", "GET /api/message_templates",
         "GET /api/connectors", "GET /api/options/connectors", "GET /api/connector_readings"),
        SETTINGS_OF_THE_HOUSE),
    **dict.fromkeys(
        ("GET /api/lines/numbers", "GET /api/lines/numbers/export", "GET /api/lines/numbers/template",
         "GET /api/lines/trunks", "GET /api/lines/trunks/export",
         "GET /api/lines/classes", "GET /api/lines/classes/export",
         "GET /api/lines/departments", "GET /api/lines/departments/export", "GET /api/lines/departments/choices",
         "GET /api/lines/options/roles", "GET /api/lines/options/flows",
         "GET /api/lines/options/organisations"), LINES),
    "GET /api/wechat/state": SETTINGS_OF_THE_HOUSE,
    "GET /api/form_vocabulary": WORDS,
    **dict.fromkeys(
        ("GET /api/assistant/models", "GET /api/assistant/dispatch_rule", "GET /api/assistant/dispatch_rule/note"),
        SETTINGS_OF_THE_HOUSE),
    "GET /api/assistant/counted": "sums within one's own reach, which a test of the assistant holds",
    "GET /api/reports/shares/options": "organisations and roles are no secret; people are those within reach",
    **dict.fromkeys(
        ("GET /api/figure_vocabulary", "GET /api/figure_splits", "GET /api/figure_periods",
         "GET /api/figures_kept", "GET /api/figure_catalogue", "GET /api/figure_catalogue/file",
         "GET /api/printout_vocabulary", "GET /api/report_options/roles"), WORDS),
    "GET /api/uploads": WORDS,
    "GET /api/citizens/caller": "records of one's own organisation and of those above it",
    "GET /api/prompts": "a county's own prompts have tests of their own; what the house says is nobody's secret",
    "GET /api/forbidden/options/calendars": WORDS,
    **dict.fromkeys(
        ("GET /api/campaigns/options/queues", "GET /api/campaigns/options/calendars",
         "GET /api/campaigns/options/forms", "GET /api/campaign_targets/template",
         "GET /api/campaign_do_not_call/template"), WORDS),
    "GET /api/campaigns/options/views": "one's own saved views and those of one's roles",
    "GET /api/campaigns/options/shown": "numbers that one's own organisation may show",
    "GET /api/revisits/live": "talks that go on, within reach alone, which a test of the revisits holds",
    "GET /api/revisit_strategies/options/shown": "numbers that one's own organisation may show",
    **dict.fromkeys(("GET /api/revisit_strategies/options/calendars", "GET /api/revisit_plans/options/flows"), WORDS),
    "GET /api/chat-sayings/flows": WORDS,
    "GET /api/lists/check": "what becomes of a caller of one's own organisation, by its lists and those above it",
    "GET /api/agent-numbers/next": "a free number of one organisation, which must lie within reach",
    "GET /api/floor/queues": "queues within reach alone, which a test of the floor holds",
    "GET /api/form_drafts": "one's own drafts alone, which a test of theirs holds",
    "GET /api/outcome_reasons/choices": "reasons of the house and of one's own organisation",
    "GET /api/flow_routing": "numbers and routes within one's reach alone, which a test of the routing holds",
}  # fmt: skip
"""GET routes without an id that are the same for all, or one's own."""

QUERIES = {
    **quality_routes.QUERIES,
    "GET /api/answers": "path=/api/citizens",
    "GET /api/search": "words=科室",
    "GET /api/knowledge/suggest": "words=邻县",
    "GET /api/audit": "login=there",
    "GET /api/contacts/tree": "book=external",
    **{f"GET /api/{kind}/{{name}}/diff": "older=1&newer=1" for kind in ("flows", *FILES)},
    "GET /api/acd/statistics": "split=total",
    "GET /api/citizens/{id}/followers/people": "search=x",
    **{f"GET /api/supervision/{kind}/{{id}}/comments/people": "search=x" for kind in ("cards", "manual")},
    "GET /api/citizens/{id}/links/others": "kind=citizen",
    "GET /api/citizens/options": "search=13900003001",
    "GET /api/tickets/history": "number=13900003001",
    "GET /api/tickets/alike": "title=邻县小区停水",
    **{
        f"GET /api/{kind}/{{id}}/{rest}": query for kind in ("tickets", "knowledge/articles", "publishing/publications")
        for rest, query in (
            ("followers/people", "search=x"), ("comments/people", "search=x"), ("links/others", "kind=citizen"),
        )
    },
}  # fmt: skip
"""What a route must be asked with."""

LISTED_WITH_ID: dict[str, str] = {
    **performance_routes.WITH_ID,
    **training_routes.WITH_ID,
    "GET /api/campaign_targets/calls/{call}": "whom a call is about within one's reach: none is no fault",
    "GET /api/campaign_targets/calls/{call}/form": "a call that is none of a campaign within one's reach asks nothing",
    **dict.fromkeys(
        ("GET /api/services/{id}", "GET /api/services/{id}/methods", "GET /api/services/{id}/uses"),
        "what the program offers to its modules: nothing of anybody's",
    ),
    "GET /api/assistant/models/{id}": SETTINGS_OF_THE_HOUSE,
    "GET /api/calls/{call}/moment": "of recordings within reach, which a test of the moments holds",
    "GET /api/tiles/{name}/counts": "how many rows lists have, by these lists' own conditions",
    **dict.fromkeys(("GET /api/alarms/{id}", "GET /api/alarms/{id}/timeline"), MACHINE),
    "GET /api/bigscreen/walls/{wall}/layout": SETTINGS_OF_THE_HOUSE,
    **dict.fromkeys(("GET /api/roles/{role}",), WORDS),
    **dict.fromkeys(
        ("GET /api/message_templates/{name}", "GET /api/connectors/{name}", "GET /api/connector_readings/{id}",
         "GET /api/connector_readings/{id}/values"), SETTINGS_OF_THE_HOUSE),
    **dict.fromkeys(("GET /api/sign-in/{provider}", "GET /api/sign-in/{provider}/callback"), WORDS),
    "GET /api/regions/{region}": "a region's switches, by a code that everybody knows; others' are 404",
    **dict.fromkeys(
        ("GET /api/bigscreen/walls/{wall}/tiles/{tile}", "GET /api/bigscreen/open/{key}",
         "GET /api/bigscreen/open/{key}/tiles/{tile}", "GET /api/bigscreen/open/{key}/map"),
        "figures within reach, of a link within its maker's, which tests of the walls hold"),
    **dict.fromkeys(
        ("GET /api/analysis/{page}/choices/{axis}", "GET /api/analysis/{page}/blocks/{block}",
         "GET /api/analysis/{page}/blocks/{block}/file", "GET /api/analysis/pages/{page}/paper"),
        "figures within reach, which a test of the analysis holds"),
    "GET /api/knowledge/statistics/blocks/{page}/{block}": "figures within reach, which a test of the figures holds",
    "GET /api/agent-numbers/{number}": "who had a number: people out of reach are left out, so the list is empty",
    **dict.fromkeys(
        (f"GET /api/acd/{kind}/{{name}}" for kind in ("queues", "skills", "groups", "breaks", "calendars")),
        SETTINGS_OF_THE_HOUSE,
    ),
    "GET /api/acd/options/{kind}": WORDS,
    **dict.fromkeys(("GET /api/uploads/{token}", "GET /api/bulk/{id}"), OWN),
    **dict.fromkeys(
        (f"GET /api/lines/{kind}/{{id}}{rest}" for kind in ("numbers", "trunks", "classes", "departments")
         for rest in ("", "/changes", "/timeline")), LINES),
    "GET /api/missed/calls/{call}": "whom a call back is about within one's reach: none is no fault",
    "GET /api/missed/{id}/audio": "a message's recording, by the reach of its row, which the routes beside it hold",
    **dict.fromkeys(
        ("GET /api/outcomes/calls/{call}", "GET /api/outcomes/calls/{call}/earlier"),
        "only of the call in one's own hands; others' are 404"),
    **dict.fromkeys(
        (f"GET /api/tickets/calls/{{call}}{rest}" for rest in ("", "/begin", "/caller", "/events")),
        "only of the call in one's own hands; others' are 404"),
    "GET /api/v1/tickets/external/{external}": "by an id of one's own program; a test of programs holds the rest",
    "GET /api/tickets/calls/{call}/tickets": "tickets out of reach are left out, so the list is empty",
    "GET /api/outcomes/calls/{call}/talks": "talks out of reach are left out, so the list is empty",
    "GET /api/lists/calls/{call}": "only of the call in one's own hands; others' are 404",
    "GET /api/agent/calls/{call}/earlier": "only of the call in one's own hands; others' are 404",
    "GET /api/flow_calendars/{calendar}": WORDS,
    **dict.fromkeys(
        ("GET /api/prompts/{language}/{prompt}", "GET /api/prompts/{language}/{prompt}/audio",
         "GET /api/prompts/{language}/{prompt}/versions/{version}/audio"),
        "a county's own prompts have tests of their own; what the house says is nobody's secret"),
    **dict.fromkeys(
        ("GET /api/prompt-takes/{take}", "GET /api/prompt-takes/{take}/audio"), "one's own take, by one's own session"),
}  # fmt: skip
"""GET routes with an id that is no row of a county's."""

QUESTIONS = [{"title": "邻县", "kind": "text"}]
BODIES: dict[str, Any] = {
    **quality_routes.BODIES,
    **trend_routes.BODIES,
    **learning_routes.BODIES,
    "POST /api/recordings/{recording}/notes": {"second": 0},
    "POST /api/recordings/{recording}/hold": {"reason": "x"},
    "POST /api/recordings/bulk/hold": {"reason": "x"},
    "POST /api/calls/{call}/recording/pause": {"reason": "x"},
    "POST /api/calls/{call}/recording/resume": {"reason": "x"},
    "PUT /api/views/{id}": {"screen": "missed", "title": "x", "version": 1},
    "PUT /api/dashboards/{id}": {"title": "x", "tiles": [], "version": 1},
    "PUT /api/people/{person}": {"login": "far", "name": "王", "organisation": "near", "roles": [], "version": 1},
    "PUT /api/people/{person}/roles": {"roles": [], "version": 1},
    "PUT /api/organisations/{organisation}": {"title": "x", "region": "320481", "parent": "near", "version": 1},
    "POST /api/organisations/{organisation}/close": {},
    "POST /api/work/bulk/to_person": {"reason": "x"},
    "POST /api/work/bulk/to_person/preview": {"reason": "x"},
    "POST /api/work/bulk/to_unit": {"unit": "near", "reason": "x"},
    "POST /api/work/bulk/to_unit/preview": {"unit": "near", "reason": "x"},
    "PUT /api/groups/{group}": {"title": "x", "organisation": "near", "version": 1},
    "PUT /api/regions/{region}": {"off": [], "version": 0},
    "POST /api/acd/waiting/{work}/move": {"queue": "general"},
    "POST /api/acd/waiting/{work}/take_out": {"to": "message"},
    "POST /api/acd/waiting/{work}/priority": {"points": 5},
    "PUT /api/acd/agents/{agent}": {"version": 1},
    "PUT /api/acd/agents/{agent}/levels": {"version": 1, "skills": []},
    "PUT /api/citizens/{id}": {"name": "王", "numbers": ["13900003001"], "version": 1},
    **{f"POST /api/{kind}/{{id}}/files": {"tokens": ["a-token-of-somebody"]} for kind in ("citizens", "contacts")},
    "PUT /api/contacts/{id}/files/{file}": {"name": "x"},
    "POST /api/citizens/{id}/followers": {},
    "POST /api/citizens/{id}/links": {"kind": "citizen", "record": "x"},
    "PUT /api/citizens/{id}/files/{file}": {"name": "x"},
    "POST /api/citizens/{id}/merge": {"other": "x", "version": 1},
    "PUT /api/reports/{id}": {"title": "x", "figures": ["calls_arrived"], "version": 1},
    "POST /api/reports/{id}/files": {"tokens": ["a-token-of-somebody"]},
    "PUT /api/reports/{id}/files/{file}": {"name": "x"},
    "POST /api/reports/{id}/shares": {"whom": "role:supervisor"},
    "PUT /api/on_call/{id}": {
        "person": "x",
        "begins_at": "2030-01-01T00:00:00Z",
        "ends_at": "2030-01-02T00:00:00Z",
        "version": 1,
    },
    "PUT /api/message_opt_outs/{id}": {"number": "13900003001", "reason": "x", "version": 1},
    "PUT /api/contacts/{id}": {"book": "external", "name": "x", "version": 1},
    "PUT /api/tags/{id}": {"title": "x", "version": 1},
    "POST /api/tags/{id}/merge": {"into": "x"},
    "PUT /api/contacts/{id}/tags": {"tags": [], "version": 0},
    **{
        f"POST /api/contacts/bulk/{act}{look}": {"tags": ["x"]} for act in ("tag", "untag") for look in ("", "/preview")
    },
    "PUT /api/lists/{id}": {"list": "white", "pattern": "13900003001", "reason": "x", "version": 1},
    "PUT /api/bigscreen/links/{id}": {"title": "x", "wall": "guests", "version": 1},
    "PUT /api/hot_words/{id}": {"word": "邻县路", "version": 1},
    "PUT /api/campaigns/{id}": {"title": "xx", "queue": "general", "calendar": "always", "version": 1},
    "PUT /api/campaign_targets/{id}": {"campaign": "x", "number": "13900003001", "version": 1},
    "PUT /api/campaign_do_not_call/{id}": {"number": "13900003001", "version": 1},
    "PUT /api/campaign_sources/{id}": {"campaign": "x", "version": 1},
    "POST /api/campaigns/{id}/missed": {},
    "POST /api/campaigns/{id}/sources": {"view": "x"},
    "POST /api/campaign_targets/{id}/done": {"code": "reached"},
    "PUT /api/publishing/publications/{id}": {"title": "xx", "version": 1},
    "POST /api/publishing/publications/{id}/acts/{action}": {"reason": "xx"},
    "POST /api/publishing/publications/{id}/files": {"tokens": ["a-token-of-somebody"]},
    "PUT /api/publishing/publications/{id}/files/{file}": {"name": "x"},
    "POST /api/publishing/publications/{id}/comments": {"text": "x"},
    "PUT /api/publishing/publications/{id}/comments/{comment}": {"text": "x"},
    "POST /api/publishing/publications/{id}/followers": {},
    "POST /api/publishing/publications/{id}/links": {"kind": "citizen", "record": "x"},
    "PUT /api/publishing/surveys/{id}": {"title": "xx", "questions": QUESTIONS, "version": 1},
    "PUT /api/revisit_strategies/{id}": {"title": "xx", "calendar": "always", "version": 1},
    "PUT /api/revisit_plans/{id}": {
        "title": "xx",
        "strategy": "x",
        "begins_at": "2026-03-01T00:00:00Z",
        "ends_at": "2026-04-01T00:00:00Z",
        "version": 1,
    },
    "POST /api/assistant/dispatches/{id}/judge": {"verdict": "right", "note": ""},
    "POST /api/revisits/{id}/verify": {"satisfaction": "satisfied", "hotline": "satisfied", "solved": "yes"},
    "POST /api/revisits/{id}/to_human": {"note": "xx"},
    "POST /api/campaign_targets/{id}/fill": {"code": "reached"},
    "PUT /api/campaign_targets/calls/{call}/form": {"code": "reached"},
    "PUT /api/forbidden/{id}": {"pattern": "13900003001", "reason": "x", "version": 1},
    "POST /api/missed/{id}/done": {"result": "reached"},
    "POST /api/outcomes/{id}/settle": {"reason": "x"},
    "POST /api/outcomes/{id}/accept": {"reason": "x"},
    "PUT /api/outcomes/calls/{call}": {"reason": "x"},
    "PUT /api/floor_rules/{id}": {"title": "x", "kind": "break", "threshold": 60, "version": 1},
    "PUT /api/outcome_reasons/{id}": {"title": "x", "version": 1},
    **{f"PUT /api/{kind}/{{name}}/draft": {"text": text} for kind, text in FILES.items()},
    **{f"POST /api/{kind}/{{name}}/publish": {"text": text, "message": "x"} for kind, text in FILES.items()},
    **{f"POST /api/{kind}/{{name}}/roll_back": {"revision": 1} for kind in FILES},
    "POST /api/processes/{name}/move_cases": {"revision": 1},
    "PUT /api/flows/{name}/draft": {"text": FLOW},
    "POST /api/flows/{name}/publish": {"text": FLOW, "message": "x"},
    "POST /api/flows/{name}/roll_back": {"revision": 1},
    "POST /api/flows/{name}/withdraw": {"message": "不再使用"},
    "PUT /api/supervision/{agent}/state": {"state": "ready"},
    "PUT /api/supervision/points/{id}": {"title": "x", "version": 1},
    "PUT /api/roster/months/{id}": {"month": "2026-03", "types": ["full_day"], "version": 1},
    "PUT /api/roster/terms/{id}": {"person": "x", "version": 1},
    "PUT /api/roster/wishes/{id}": {"day": "2026-03-02", "version": 1},
    "PUT /api/roster/balances/{id}": {"person": "x", "year": 2026, "days": 1, "version": 1},
    "PUT /api/roster/duty_log/{id}": {
        "title": "x",
        "begins_at": "2026-03-02T00:00:00Z",
        "ends_at": "2026-03-02T08:00:00Z",
        "situation": "x",
        "version": 1,
    },
    **{
        f"POST /api/roster/{kind}/{{id}}/{step}": {"opinion": "x"}
        for kind in ("swaps", "leaves", "corrections")
        for step in ("approve", "refuse")
    },
    "POST /api/roster/swaps/{id}/decline": {"opinion": "x"},
    **{
        f"POST /api/supervision/{kind}/{{id}}/files": {"tokens": ["a-token-of-somebody"]}
        for kind in ("cards", "manual")
    },
    **{f"PUT /api/supervision/{kind}/{{id}}/files/{{file}}": {"name": "x"} for kind in ("cards", "manual")},
    **{f"POST /api/supervision/{kind}/{{id}}/comments": {"text": "x"} for kind in ("cards", "manual")},
    **{f"PUT /api/supervision/{kind}/{{id}}/comments/{{comment}}": {"text": "x"} for kind in ("cards", "manual")},
    "POST /api/supervision/manual/{id}/acts/{action}": {"reason": "x"},
    **{f"POST /api/chat-desk/{{id}}/{one}": {"text": "x", "key": "k"} for one in ("messages", "notes", "join")},
    "POST /api/chat-desk/{id}/read": {"number": 1},
    "POST /api/chat-desk/{id}/hand-on": {"to": "agent:2001"},
    "PUT /api/chat-entrances/{id}": {"name": "x", "version": 1},
    "PUT /api/chat-sayings/{id}": {"occasion": "end", "text": "x", "version": 1},
    "PUT /api/chat-phrases/{id}": {"title": "x", "text": "x", "version": 1},
    **{f"POST /api/chat-floor/{{id}}/{one}": {"text": "x", "key": "k"} for one in ("whispers", "join")},
    "POST /api/chat-floor/{id}/reassign": {"to": "agent:2001"},
    "POST /api/supervision/cards/{id}/handle": {"situation": "已处理"},
    "POST /api/supervision/cards/{id}/appeal": {"ground": "other", "appeal": "没有超时"},
    "POST /api/supervision/cards/{id}/decide": {"granted": True, "opinion": "同意"},
    "PUT /api/tickets/{id}": {"title": "小区停水", "content": "停水两天", "version": 1},
    "POST /api/v1/tickets/{id}/additions": {"external": "x", "note": "x"},
    "POST /api/v1/tickets/{id}/answers": {"external": "x", "answer": "x"},
    "PUT /api/tickets/imports/{id}": {"title": "历史", "version": 1},
    "POST /api/tickets/imports/{id}/files": {"tokens": ["a-token-of-somebody"]},
    "PUT /api/tickets/imports/{id}/files/{file}": {"name": "x"},
    "PUT /api/recordings/imports/{id}": {"title": "旧录音", "source": "旧平台", "version": 1},
    "POST /api/recordings/imports/{id}/files": {"tokens": ["a-token-of-somebody"]},
    "PUT /api/recordings/imports/{id}/files/{file}": {"name": "x"},
    "PUT /api/tickets/import_mappings/{id}": {"title": "旧系统", "version": 1},
    "PUT /api/tickets/{id}/tags": {"tags": ["重点"], "version": 1},
    "POST /api/tickets/{id}/callers": {"contact": "13900003002"},
    "POST /api/tickets/{id}/acts/{action}": {"reason": "x"},
    "PUT /api/tickets/calls/{call}": {"title": "小区停水", "content": "停水两天"},
    "POST /api/tickets/calls/{call}/tickets/{id}/join": {},
    "POST /api/tickets/calls/{call}/tickets/{id}/remind": {},
    "POST /api/tickets/calls/{call}/tickets/{id}/supplement": {"note": "x"},
    "POST /api/tickets/{id}/files": {"tokens": ["a-token-of-somebody"]},
    "PUT /api/tickets/{id}/files/{file}": {"name": "x"},
    "POST /api/tickets/{id}/comments": {"text": "x"},
    "PUT /api/tickets/{id}/comments/{comment}": {"text": "x"},
    "POST /api/tickets/{id}/followers": {},
    "POST /api/tickets/{id}/links": {"kind": "citizen", "record": "x"},
    "PUT /api/tickets/events/{id}": {"title": "停水", "content": "停水", "answer": "抢修", "version": 1},
    "POST /api/tickets/events/{id}/close": {"result": "已恢复"},
    "PUT /api/tickets/limits/{id}": {"version": 1},
    **{f"POST /api/{tree}/{{id}}/move": {"version": 1} for tree in TREES},
    **{f"POST /api/{tree}/{{id}}/merge{look}": {"into": "x"} for tree in TREES for look in ("", "/preview")},
    **{f"PUT /api/{tree}/{{id}}": {"name": "x", "version": 1} for tree in TREES},
    "PUT /api/knowledge/articles/{id}": {"title": "邻县政策", "version": 1},
    "PUT /api/knowledge/grants/{id}": {"article": "x", "whom": "region:320411", "version": 1},
    "PUT /api/knowledge/policies/{id}": {"name": "x", "version": 1},
    "PUT /api/knowledge/synonyms/{id}": {"words": ["甲", "乙"], "version": 1},
    "PUT /api/knowledge/judged/{id}": {"asked": "怎么办", "article": "x", "version": 1},
    "PUT /api/knowledge/components/{id}": {"name": "x", "version": 1},
    "PUT /api/knowledge/templates/{id}": {"name": "甲乙", "version": 1},
    "PUT /api/knowledge/hotlines/{id}": {"name": "人社", "number": "12333", "version": 1},
    "PUT /api/knowledge/imports/{id}": {"title": "月度", "hotline": "x", "version": 1},
    "POST /api/knowledge/imports/{id}/files": {"tokens": ["a-token-of-somebody"]},
    "PUT /api/knowledge/imports/{id}/files/{file}": {"name": "x"},
    "POST /api/knowledge/articles/{id}/template": {"name": "邻县模板"},
    "PUT /api/knowledge/scenario_links/{id}": {"scenario": "x", "article": "x", "version": 1},
    **{f"POST /api/knowledge/articles/bulk/scenario{look}": {"scenario": "x"} for look in ("", "/preview")},
    "PUT /api/knowledge/articles/{id}/details": {},
    "POST /api/knowledge/articles/{id}/acts/{action}": {"reason": "x"},
    "PUT /api/knowledge/articles/{id}/tags": {"tags": [], "version": 0},
    "POST /api/knowledge/articles/{id}/comments": {"text": "x"},
    "PUT /api/knowledge/articles/{id}/comments/{comment}": {"text": "x"},
    "POST /api/knowledge/articles/{id}/followers": {},
    "POST /api/knowledge/articles/{id}/links": {"kind": "citizen", "record": "x"},
    **{
        f"POST /api/knowledge/articles/bulk/{act}{look}": {"tags": ["x"]}
        for act in ("tag", "untag")
        for look in ("", "/preview")
    },
    "POST /api/knowledge/published/{id}/pick": {"call": ""},
    **{f"POST /api/knowledge/articles/bulk/refile{look}": {"category": "x"} for look in ("", "/preview")},
    **{
        f"POST /api/knowledge/articles/bulk/{act}{look}": {"reason": "不再适用"}
        for act in ("send_back", "withdraw")
        for look in ("", "/preview")
    },
    "PUT /api/knowledge/published/{id}/helpful": {"edition": 1, "helped": True},
    "POST /api/knowledge/published/{id}/corrections": {"content": "过期"},
    **{f"POST /api/knowledge/{one}/{{id}}/acts/{{action}}": {"reason": "x"} for one in FILED[2:]},
    **{f"POST /api/knowledge/{one}/{{id}}/files": {"tokens": ["a-token-of-somebody"]} for one in FILED},
    **{f"PUT /api/knowledge/{one}/{{id}}/files/{{file}}": {"name": "x"} for one in FILED},
    "PUT /api/tickets/catalogue/{id}": {"category": "x", "unit": "near", "ground": "x", "version": 1},
}
"""What a change is sent with, so that nothing but the row out of reach can refuse it."""

CHANGES_LISTED: dict[str, str] = {
    **performance_routes.CHANGES,
    **training_routes.CHANGES,
    **quality_routes.CHANGES,
    **dict.fromkeys(
        ("POST /api/session", "DELETE /api/session", "PUT /api/session/password", "POST /api/session/second-factor",
         "PUT /api/session/second-factor", "POST /api/session/second-factor/recovery",
         "POST /api/session/second-factor/off", "POST /api/session/keys", "POST /api/phone/secret",
         "POST /api/own_phone/confirm", "DELETE /api/own_phone", "POST /api/own_phone/call/cancel",
         "POST /api/views", "POST /api/dashboards", "POST /api/floor/hand", "POST /api/floor/hand/take_back",
         "PUT /api/agent/state", "POST /api/agent/wrapup/end", "POST /api/agent/wrapup/extend",
         "PUT /api/agent/answer_mode", "PUT /api/agent/workspace", "PUT /api/phone/place", "POST /api/phone/quality",
         "POST /api/agent/call/{verb}", "POST /api/agent/call/consult/{verb}",
         "POST /api/agent/dial", "POST /api/prompt-takes/upload", "POST /api/prompt-takes/synthesis",
         "POST /api/prompt-takes/phone", "DELETE /api/prompt-takes/{take}", "POST /api/inbox/mark",
         "POST /api/inbox/mark_all", "PUT /api/inbox/contact", "POST /api/inbox/push",
         "POST /api/inbox/push/remove", "POST /api/uploads", "PATCH /api/uploads/{token}",
         "DELETE /api/uploads/{token}"), OWN),
    **dict.fromkeys(
        ("POST /api/people", "POST /api/people/import", "POST /api/people/import/preview", "POST /api/organisations",
         "POST /api/organisations/import", "POST /api/organisations/import/preview",
         "POST /api/groups", "POST /api/citizens", "POST /api/citizens/import", "POST /api/citizens/import/preview",
         "POST /api/contacts", "POST /api/contacts/import", "POST /api/contacts/import/preview", "POST /api/lists",
         "POST /api/lists/import", "POST /api/lists/import/preview", "POST /api/forbidden",
         "POST /api/chat-phrases", "POST /api/chat-phrases/import", "POST /api/chat-phrases/import/preview",
         "POST /api/bigscreen/links",
         "POST /api/hot_words", "POST /api/hot_words/batch", "POST /api/hot_words/import",
         "POST /api/hot_words/import/preview",
         "POST /api/campaigns", "POST /api/campaign_sources", "POST /api/campaign_targets",
         "POST /api/campaign_targets/import",
         "POST /api/campaign_targets/import/preview", "POST /api/campaign_do_not_call",
         "POST /api/campaign_do_not_call/import", "POST /api/campaign_do_not_call/import/preview",
         "POST /api/revisit_strategies", "POST /api/revisit_plans",
         "POST /api/publishing/publications", "POST /api/publishing/surveys",
         "POST /api/quality/plans", "POST /api/quality/calibrations",
         "POST /api/forbidden/import", "POST /api/forbidden/import/preview", "POST /api/message_opt_outs",
         "POST /api/message_opt_outs/import", "POST /api/message_opt_outs/import/preview",
         "POST /api/floor/notes", "POST /api/floor_rules",
         "POST /api/outcome_reasons", "POST /api/tags", "POST /api/tags/import",
         "POST /api/tags/import/preview"), MAKES),
    "POST /api/missed/next": "the next within one's own reach, as a test of calling back holds",
    "POST /api/campaign_targets/next": "the next of campaigns within one's own reach, as a test of theirs holds",
    "POST /api/hot_words/try": "what becomes of a text by the words of one's own organisation and those above it",
    "POST /api/forbidden/try": "what becomes of a dial by rules of one's own organisation and those above it",
    **dict.fromkeys(("POST /api/bulk/{id}/retry", "POST /api/bulk/{id}/undo"), OWN),
    **dict.fromkeys(
        ("POST /api/flows/lint", "POST /api/flows/try", "POST /api/flows/test", "POST /api/flow_calendars/lint",
         "POST /api/flow_calendars/holidays",
         *(f"POST /api/flows/nodes/{one}" for one in ("form", "change", "take_out", "key", "intent", "add", "remove")),
         "POST /api/processes/lint", "POST /api/processes/play", "POST /api/processes/test", "POST /api/forms/lint",
         "POST /api/forms/test", "POST /api/figures/try", "POST /api/figures/test", "POST /api/printouts/draw",
         "POST /api/printouts/test",
         "POST /api/rankings/lint", "POST /api/rankings/test",
         "POST /api/shift_types/lint", "POST /api/shift_types/test",
         "POST /api/sheets/lint", "POST /api/sheets/test",
         "POST /api/schemes/lint", "POST /api/schemes/test",
         "POST /api/mappings/lint", "POST /api/mappings/test", "POST /api/acd/check_need",
         "POST /api/message_templates/check"), TEXT_ALONE),
    **dict.fromkeys(
        ("POST /api/connectors/{name}/try", "POST /api/connector_readings/{id}/read",
         "POST /api/message_channels/{name}/test", "POST /api/message_templates", "PUT /api/message_templates/{name}",
         "DELETE /api/message_templates/{name}", "POST /api/message_templates/{name}/test"), SETTINGS_OF_THE_HOUSE),
    "POST /api/knowledge/missed/{words}/article": MAKES,
    **dict.fromkeys(
        (f"POST /api/knowledge/scenarios/{one}" for one in ("match", "try")),
        "says to which scenarios a text belongs, within reach alone, which a test of them holds"),
    "POST /api/assistant/write": "as `read`, by a language model that the house may have",
    **dict.fromkeys(
        ("PUT /api/bigscreen/map", "PUT /api/bigscreen/walls/{wall}/layout",
         "POST /api/bigscreen/walls/{wall}/layout/restore"), SETTINGS_OF_THE_HOUSE),
    **dict.fromkeys(("PUT /api/assistant/dispatch_rule", "POST /api/assistant/writing/try"), SETTINGS_OF_THE_HOUSE),
    "POST /api/assistant/read": "reads what is sent, of the call in one's own hands; others' are 404",
    **dict.fromkeys(("POST /api/assistant/models/train", "POST /api/assistant/models/{id}/use"), SETTINGS_OF_THE_HOUSE),
    "POST /api/tickets/calls/fields": "says what a form asks besides, and stores nothing",
    "POST /api/message_receipts/{channel}": "comes from a gateway, signed, and speaks of its own letters only",
    **dict.fromkeys(
        ("PUT /api/settings/{name}", "POST /api/plugins/{name}/start", "POST /api/plugins/{name}/stop",
         "POST /api/plugins/{name}/reload", "POST /api/jobs/{id}/retry", "POST /api/jobs/{id}/cancel",
         "POST /api/timers/{name}/run",
         "POST /api/upkeep/backups", "POST /api/upkeep/restart", "POST /api/knowledge/index/rebuild",
         "POST /api/figures_kept/recount",
         "POST /api/recordings/keys/renew"), MACHINE),
    **dict.fromkeys(
        (f"{method} /api/acd/{kind}{rest}" for kind in ("queues", "skills", "groups", "breaks", "calendars")
         for method, rest in (("POST", ""), ("PUT", "/{name}"), ("POST", "/{name}/{version}/remove"))),
        SETTINGS_OF_THE_HOUSE),
    **dict.fromkeys(
        (f"{method} /api/lines/{kind}{rest}" for kind in ("numbers", "trunks", "classes", "departments")
         for method, rest in (("POST", ""), ("PUT", "/{id}"), ("DELETE", "/{id}"), ("POST", "/{id}/restore"),
                              *(("POST", f"/bulk/{act}{look}") for act in ("remove", "restore")
                                for look in ("", "/preview")))), LINES),
    **dict.fromkeys(
        ("POST /api/lines/numbers/import", "POST /api/lines/numbers/import/preview",
         "POST /api/lines/trunks/{id}/test"), LINES),
    **dict.fromkeys(
        ("POST /api/tickets", "POST /api/tickets/limits", "POST /api/v1/tickets", "POST /api/tickets/imports",
         "POST /api/recordings/imports",
         "POST /api/tickets/import_mappings", "POST /api/tickets/events", "POST /api/tickets/categories",
         "POST /api/tickets/categories/import",
         "POST /api/tickets/categories/import/preview", "POST /api/tickets/catalogue",
         "POST /api/tickets/catalogue/import", "POST /api/tickets/catalogue/import/preview",
         *(f"POST /api/knowledge/{one}"
           for one in ("grants", "policies", "questions", "corrections", "components", "templates", "hotlines",
                       "imports")),
         "POST /api/knowledge/calls/{call}/questions", "POST /api/knowledge/articles/documents",
         "POST /api/knowledge/articles/documents/preview",
         *(f"POST /api/knowledge/{one}{rest}"
           for one in ("articles", "categories", "industries", "life_events", "synonyms", "judged", "scenarios",
                       "scenario_links")
           for rest in ("", "/import", "/import/preview")),
         *(f"POST /api/roster/{one}" for one in ROSTER if one != "attendance"),
         *(f"POST /api/roster/{one}/import{look}" for one in ("terms", "balances") for look in ("", "/preview")),
         "POST /api/supervision/points", "POST /api/supervision/points/import",
         "POST /api/supervision/points/import/preview", "POST /api/supervision/manual"), MAKES),
    **dict.fromkeys(
        (f"POST /api/tickets/next/{duty}" for duty in ("review", "final", "difficult", "result", "revisit")),
        "the next of a list that shows what is within reach alone, which a test of the tickets holds"),
    **dict.fromkeys(("POST /api/alarms/{id}/acknowledge", "POST /api/alarms/{id}/close"), MACHINE),
    **dict.fromkeys(
        ("POST /api/roster/table/check", "POST /api/roster/table/change"),
        "of an organisation for which one plans, which a test of the roster holds"),
    "POST /api/on_call": MAKES,
    "POST /api/absences": MAKES,
    "POST /api/chat-entrances": MAKES,
    "POST /api/chat-sayings": MAKES,
    "POST /api/reports": MAKES,
    "POST /api/schemes/preview": "figures of one's own organisation alone, as the tests of performance hold",
    "POST /api/analysis/try": "figures within reach alone, which a test of the figures holds",
    "POST /api/reports/preview": "figures within reach alone, which a test of the figures holds",
    "POST /api/roles": "roles are the city's, which a test of theirs holds",
    "PUT /api/roles/{role}": "roles are the city's, which a test of theirs holds",
    "DELETE /api/roles/{role}": "roles are the city's, which a test of theirs holds",
    "POST /api/roles/{role}/offer": "roles are the city's, which a test of theirs holds",
    "DELETE /api/roles/{role}/offer": "roles are the city's, which a test of theirs holds",
    "POST /api/audit/chain/verify": "the whole chain, for who reaches all",
    "PUT /api/acd/matrix": "skills of agents within reach, which a test of its own holds",
    "POST /api/acd/history/{change}/undo": "a change of an agent out of reach is not in one's history",
    "PUT /api/form_drafts/{form}/{subject}": "one's own drafts alone, which a test of theirs holds",
    "DELETE /api/form_drafts/{form}/{subject}": "one's own drafts alone, which a test of theirs holds",
    "PUT /api/flow_routing": "numbers within one's reach alone, which a test of the routing holds",
    "PUT /api/flow_calendars": SETTINGS_OF_THE_HOUSE,
    **dict.fromkeys(("POST /api/wechat/menu", "POST /api/wechat/hot"), SETTINGS_OF_THE_HOUSE),
    **dict.fromkeys(
        ("POST /api/prompts/{language}/{prompt}/versions", "POST /api/prompts/{language}/{prompt}/rollback",
         "DELETE /api/prompts/{language}/{prompt}"), "a county's own prompts have tests of their own"),
}  # fmt: skip
"""Changes that take no row of a county's by its id."""

TOPICS = {
    "agent": OWN,
    "own_phone": OWN,
    "own_hand": OWN,
    "chats": OWN,
    "inbox": OWN,
    "alarms": MACHINE,
    "knowledge": "ids and editions of articles and nothing that they say",
    "revisits": "that something is new, and neither of whom nor what",
    "duty": "that somebody began or ended work and nobody's name, within reach alone",
    "chat_floor": "ids of chats within reach and nothing that they say",
    "known_events": "ids of known events and nothing that they say",
    "imports": "ids of imports and nothing that they say",
    "flows": "counts of flows go by the flow's organisation, which a test of the flows holds",
}
"""Live topics that show no rows of counties; the others are asked."""


@dataclass
class Place:
    """The house, its two visitors, and what the other county has by the names in paths."""

    engine: Engine
    url: str
    client: aiohttp.ClientSession
    boss: dict[str, str]
    near: dict[str, str]
    ids: dict[str, str] = field(default_factory=dict)

    async def ask(self, who: dict[str, str], method: str, path: str, body: Any = None) -> tuple[int, Any]:
        sent = {"json": body} if body is not None else {}
        async with self.client.request(method, self.url + path, headers=who, **sent) as answer:
            return answer.status, plain(await answer.read(), answer.content_type)

    @property
    def routes(self) -> list[str]:
        return [f"{one.route.method} {one.route.path}" for one in self.engine.web.endpoints]

    async def pictures(self, who: dict[str, str]) -> dict[str, Any]:
        """What every GET route without an id answers."""
        found = {}
        for route in self.routes:
            method, path = route.split(" ", 1)
            if method == "GET" and "{" not in path and route not in LISTED:
                query = QUERIES.get(route, "")
                found[route] = await self.ask(who, "GET", f"{path}?{query}" if query else path)
        return found

    def path(self, path: str) -> str:
        """With the ids of the other county's rows."""
        base = path.split("/{")[0]
        return re.sub(r"{(\w+)}", lambda one: self.ids.get(f"{base} {one[1]}") or self.ids.get(one[1], "none"), path)


def plain(body: bytes, kind: str) -> Any:
    """JSON as it is; of a spreadsheet its cells."""
    if kind.endswith("sheet"):
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            return sorted(file.read(name) for name in file.namelist() if "worksheets" in name or "shared" in name)
    return json.loads(body, object_hook=_without_own_doing) if "json" in kind else body


def _without_own_doing(found: dict[str, Any]) -> dict[str, Any]:
    """When one's own session was last seen is told to the minute: on a busy machine it moves between two looks."""
    return {key: value for key, value in found.items() if key != "seen_at" or not found.get("current")}


@pytest.fixture
async def place(tmp_path, monkeypatch) -> AsyncIterator[Place]:
    """A house with a county whose visitor may do everything there; nothing of another county yet."""
    (tmp_path / "data" / "acd").mkdir(parents=True)
    (tmp_path / "data" / "acd" / "queues.yaml").write_text(QUEUES, "utf-8")
    async with AsyncExitStack() as stack:
        house = engine_without_switch(tmp_path / "data", monkeypatch, more="accounts: {second_factor: roles}\n")
        engine, url = await stack.enter_async_context(house)
        client = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        identity = engine.services.need(Identity)
        everything = RoleData(title="全能", permissions=sorted(identity.permissions), reach=Reach.REGION)
        await identity.roles.add(HOUSE, "everything", everything)
        await identity.organisations.add(HOUSE, Organisation("near", "本县", "320481", "city"))
        await person(identity, "near", "2001", "near")
        yield Place(engine, url, client, await signed_in(url, "admin"), await signed_in(url, "near"))


async def revisits_of(place: Place, visitor: Visitor, ticket: str) -> dict[str, Any]:
    """A strategy, a plan by it, and a revisit of a ticket that it took."""
    revisits = place.engine.services.need(Revisits)
    said = StrategyFields(title="邻县策略", calendar="always")
    strategy = await revisits.plans.strategies.create(visitor, said)
    now = place.engine.clock.wall()
    fields = PlanFields(title="邻县回访", strategy=strategy.id, begins_at=now, ends_at=now + timedelta(days=1))
    plan = await revisits.plans.create(visitor, fields)
    about = ToRevisit(ticket, "1", "停水", "+8613900003001", "邻县王芳", "", "village", "320413", None, is_taken=False)
    async with revisits.changing() as session:
        kept = await session.get(PlanRow, plan.id)
        assert kept is not None
        row = Intake(revisits.plans, revisits).row(kept, about)
        session.add(row)
        await session.flush()
        made = await revisits.shown_whole(session, visitor, row)
    return {"/api/revisit_strategies": strategy, "/api/revisit_plans": plan, "/api/revisits": made}


async def published_of(place: Place, visitor: Visitor) -> dict[str, Any]:
    """A draft, one that is public, and a survey."""
    services, now = place.engine.services, place.engine.clock.wall()
    draft = await services.need(Publications).create(visitor, PublicationFields(title="邻县停水"))
    there, path = await signed_in(place.url, "there"), f"/api/publishing/publications/{draft.id}"
    place.ids["/api/publishing/publications file"] = await file_of(place, visitor, there, path)
    survey = SurveyFields.model_validate({"title": "邻县调查", "questions": QUESTIONS})
    shown = ShownRow(
        id=new_id(), organisation="there", region="320413", created_by="", created_at=now, updated_at=now, version=1,
        section="news", matter="", title="邻县停水", summary="", body="邻县", author="", channels=["portal"],
        show_from=None, show_until=None, number="F1", channel_marks=",portal,", edition=1, published_at=now, files=[],
        pinned=False, hot_at=None, reads=0,
    )  # fmt: skip
    async with services.need(Store).writing() as session:
        session.add(shown)
    return {
        "/api/publishing/publications": draft, "/api/publishing/shown": Made(shown.id),
        "/api/publishing/surveys": await services.need(Surveys).create(visitor, survey),
    }  # fmt: skip


async def person(identity: Identity, login: str, number: str, organisation: str) -> str:
    data = PersonData(login=login, name=login, agent_no=number, organisation=organisation, roles=["everything"])
    return (await identity.people.add_unchecked(HOUSE, data, PASSWORD))[0].id


async def come(place: Place) -> None:
    """Rows of the other county: one of each kind, and a call that goes on."""
    services, ids = place.engine.services, place.ids
    identity, store, acd = services.need(Identity), services.need(Store), services.need(Acd)
    await identity.organisations.add(HOUSE, Organisation("there", "邻县", "320413", "city"))
    await identity.organisations.add(HOUSE, Organisation("village", "邻县街道", "320413", "there"))
    ids["person there"] = await person(identity, "there", "3000", "there")
    ids |= {"organisation": "village", "region": "320413", "agent": "3001", "number": "3001", "flow": "far"}
    ids |= {
        "person": await person(identity, "far", "3001", "village"),
        "revision": "1",
        "name": "far",
        "kind": "queues",
    }
    away = AbsenceData(
        person=ids["person"], deputy=ids["person there"], begins_at=place.engine.clock.wall(),
        ends_at=place.engine.clock.wall() + timedelta(days=1),
    )  # fmt: skip
    ids["absence"] = (await identity.absences.add(HOUSE, away)).id
    ids["group"] = (await identity.groups.add(HOUSE, GroupData(title="邻县班", organisation="there"))).id
    visitor, _ = await identity.sessions.sign_in("there", PASSWORD, "10.0.0.9", "Firefox")
    ids |= {"session": visitor.session, "key": await key_of(store, visitor, place.engine)}
    ids["sequence"] = str((await identity.audit.find(HOUSE, AuditFilter(login="there"))).rows[0].sequence)

    tags = services.need(Office).services["tag"]
    made = {
        "/api/citizens": await services.need(Citizens).create(
            visitor,
            CitizenFields(name="邻县王芳", numbers=["13900003001"]),
            await parts_of(services.need(Files), visitor),
        ),
        "/api/contacts": await services.need(Contacts).create(
            visitor,
            ContactFields(book="external", name="邻县科室", phone="051988880001"),
            await parts_of(services.need(Files), visitor, "a-token-of-a-contact"),
        ),
        "/api/on_call": await services.need(OnCall).create(
            visitor,
            OnCallFields(
                person=ids["person"],
                begins_at=place.engine.clock.wall(),
                ends_at=place.engine.clock.wall() + timedelta(days=1),
            ),
        ),
        "/api/reports": await services.need(Reports).create(
            visitor,
            ReportFields(title="邻县来电", figures=["calls_arrived"], period="this_month"),
            await parts_of(services.need(Files), visitor, "a-report-of-the-county"),
        ),
        "/api/message_opt_outs": await OptOuts(services.need(Office)).create(
            visitor, OptOutFields(number="13900003001", reason="邻县")
        ),
        "/api/tags": await tags.create(visitor, TagFields(title="邻县标签")),
        "/api/lists": await services.need(Lists).create(
            visitor, ListEntryFields(list="white", pattern="13900003001", reason="邻县")
        ),
        "/api/campaigns": (
            campaign := await services.need(Campaigns).create(
                visitor,
                CampaignFields(title="邻县调查", queue="far", calendar="always"),
            )
        ),
        "/api/campaign_targets": await services.need(Targets).create(
            visitor, TargetFields(campaign=campaign.id, number="13900003001", name="邻县王芳")
        ),
        "/api/campaign_sources": await source_of(services, visitor, campaign.id),
        "/api/campaign_do_not_call": await services.need(Targets).do_not_call.create(
            visitor, DoNotCallFields(number="13900003001")
        ),
        "/api/forbidden": await services.need(Forbidden).create(
            visitor, ForbiddenFields(pattern="13900003001", reason="邻县")
        ),
        "/api/chat-phrases": await services.need(Phrases).create(
            visitor, PhraseFields(title="邻县问候", text="邻县您好", shared=True)
        ),
        "/api/chat-sayings": await services.need(Sayings).create(
            visitor, SayingFields(occasion="end", text="邻县再见")
        ),
        "/api/bigscreen/links": await services.need(WallLinks).create(
            visitor, LinkFields(title="邻县大厅", wall="guests")
        ),
        "/api/hot_words": await services.need(HotWords).create(visitor, HotWordFields(word="邻县街")),
    }
    made |= await tickets_of(place, visitor)
    made |= await revisits_of(place, visitor, made["/api/tickets"].id)
    made |= await knowledge_of(place, visitor)
    made |= await published_of(place, visitor)
    ids["/api/publishing/good_tickets id"] = made["/api/tickets"].id
    made |= await supervision_of(place, visitor, made["/api/tickets"].id)
    made["/api/assistant/dispatches"] = Made(await dispatch(place.engine, made["/api/tickets"].id))
    place.ids["/api/assistant/dispatches/of id"] = made["/api/tickets"].id
    ids |= {f"{base} id": one.id for base, one in made.items()}
    ids["page"] = "1"
    for base in ("/api/citizens", "/api/contacts", "/api/reports"):
        listed = await place.ask(place.boss, "GET", f"{base}/{made[base].id}/files")
        ids[f"{base} file"] = listed[1]["items"][0]["id"]
    said = await place.ask(place.boss, "POST", "/api/flows/far/publish", {"text": FLOW, "message": "x"})
    assert said[0] == 200, said
    for kind, text in FILES.items():
        said = await place.ask(place.boss, "POST", f"/api/{kind}/far/publish", {"text": text, "message": "x"})
        assert said[0] == 200, said

    agent = {"version": 1, "queues": ["far"], "rank": 7}
    said = await place.ask(place.boss, "PUT", "/api/acd/agents/3001", agent)
    assert said[0] == 204, said
    call = a_call(place.engine)
    ids |= {"call": call.id, "recording": new_id(), "work": call.id, "callback": "owed"}
    ids["/api/recordings id"] = ids["recording"]
    services.need(Calls).restore([call])
    bus, journal = place.engine.bus, place.engine.journal
    about = {"at": call.arrived_at, "call": call.id, "organisation": "there", "region": "320413"}
    bus.publish(CallArrived(**about, caller=call.caller, called=call.called, trunk="carrier", leg="leg"))
    bus.publish(CallAnswered(**about))
    bus.publish(AlarmRaised(at=call.arrived_at, name="far", text="邻县线路中断"))
    journal.save(call)
    journal.record(
        Recording(ids["recording"], call.id, "there", "320413", "3001", "leg", "x.wav", call.arrived_at, "failed")
    )
    ids["/api/missed id"] = await missed(store, call)
    await measured(store, call)
    ids["/api/lines/quality/calls id"] = call.id
    ids["/api/message_deliveries id"] = await letter(store, call)
    ids["/api/connector_calls id"] = await connector_call(store, call)
    ids |= await roster_of(store, call, ids["person"])
    ids |= await quality_routes.quality_of(store, call, ids["person"])
    ids |= await trend_routes.trends_of(store, call)
    ids |= await learning_routes.learning_of(store, call)
    reviewed = f"/api/quality/reviews/{ids['/api/quality/reviews id']}"
    ids["/api/quality/reviews file"] = await file_of(place, visitor, await signed_in(place.url, "there"), reviewed)
    ids["/api/public_sessions id"] = await public_session(store, call)
    ids["/api/wechat/readers id"] = await wechat_reader(store, call)
    visitor = await services.need(People).visitor_of("3001")
    assert visitor is not None
    await services.need(Outcomes).talked([EndedTalk(call, "3001", visitor.name, visitor.person, call.arrived_at, 9.0)])
    (talk,) = (await services.need(Outcomes).find(HOUSE, OutcomeQuery(agent="3001"))).items
    ids["/api/outcomes id"] = talk.id
    reasons = Reasons(services.need(Office))
    ids["/api/outcome_reasons id"] = (await reasons.create(visitor, ReasonFields(title="邻县方言"))).id
    await services.need(Lists).keep(call)
    with pytest.raises(NotAllowed):
        services.need(WaysOut).need(visitor, call.caller)
    await services.need(Refusals).flushed()
    await services.need(Lists).flushed()
    ids["/api/transcripts id"] = await transcript_of(services.need(Transcripts), call)
    await chat_of(place, visitor)
    acd.sign_in("3001")
    await floor_of(place, visitor)
    for work in (call.id, "left"):
        acd.enqueue(WorkItem(work, "call", "far", "13900003001", organisation="there", region="320413"))
    acd.call_ended("left")
    acd.owe(Callback("owed", "13900003002", "far", 0.0, organisation="there", region="320413", due=9e9))
    await journal.flushed()
    # Of every county, so nothing for one of them.
    ids["/api/upkeep/backups name"] = "hotline-1.backup"
    (store.data / "backups").mkdir()
    (store.data / "backups" / "hotline-1.backup").write_bytes(b"all")


async def source_of(services: Any, visitor: Visitor, campaign: str) -> SourceView:
    """A saved view as a source of a campaign's list."""
    clerk = replace(visitor, session="there")
    body = ViewFields(screen="citizens", title="邻县市民")
    view = await services.need(Views).add(clerk, body)
    return await services.need(Sources).create(clerk, SourceFields(campaign=campaign, view=view.id))


async def chat_of(place: Place, visitor: Visitor) -> None:
    """A site with a window, and a citizen who writes in it."""
    services, ids = place.engine.services, place.ids
    entrance = await services.need(Entrances).create(visitor, EntranceFields(name="邻县门户"))
    book = services.need(Book)
    chat = await book.begin(
        organisation="there", region="320413", entrance=entrance.id, channel="web", flow="far", writer="w",
        number="13900003001",
    )  # fmt: skip
    await book.write(chat, "citizen", "邻县路灯不亮")
    ids["/api/chat-entrances id"] = entrance.id
    ids["/api/chats id"] = ids["/api/chat-desk id"] = ids["/api/chat-floor id"] = chat.id
    files, store = services.need(Files), place.engine.services.need(Store)
    await parts_of(files, visitor, "a-token-of-the-citizen")
    async with store.writing() as session:
        (sent,) = await files.link(session, visitor, "chat", chat.id, ["a-token-of-the-citizen"])
    ids["/api/chats file"] = sent.id


async def transcript_of(transcripts: Transcripts, call: Call) -> str:
    """What was said in a call."""
    assert transcripts.book is not None
    one = transcripts.book.open(call)
    transcripts.book.said(one, "leg", "caller", "", Heard(call.arrived_at, 1.0, "邻县路灯不亮"), False)
    await transcripts.written(call.id)
    (row,) = (await transcripts.find(HOUSE, TranscriptQuery())).items
    return row.id


async def floor_of(place: Place, agent: Visitor) -> None:
    """A hand that is up, a message to its agent, a rule, and an alarm."""
    services, ids = place.engine.services, place.ids
    leader = await services.need(People).visitor_of("3000")
    assert leader is not None
    await services.need(Hands).lift(agent, "邻县方言")
    ids["/api/floor/hands id"] = services.need(Hands).up["3001"].id
    ids["/api/floor/notes id"] = (await services.need(Notes).send(leader, Note(text="邻县", agents=["3001"]))).id
    fields = RuleFields(title="邻县小休", kind="break", threshold=60)
    ids["/api/floor_rules id"] = (await services.need(Rules).create(leader, fields)).id
    async with services.need(Store).writing() as session:
        session.add(
            AlarmRow(
                id=new_id(), organisation="there", region="320413", rule="x", kind="break", level="red",
                subject="agent:3001", subject_title="3001", text="邻县", raised_at=place.engine.clock.wall(),
                ended_at=None,
            )
        )  # fmt: skip


async def parts_of(files: Files, visitor: Visitor, token: str = "a-token-of-the-county") -> dict[str, dict[str, Any]]:
    """What a record's parts are filled with when it is made."""

    async def pieces() -> AsyncIterator[bytes]:
        yield b"abc"

    await files.uploads.begin(visitor, token, "邻县.txt", 3)
    await files.uploads.receive(visitor, token, 0, pieces())
    return {"files": {"files": [token]}}


async def file_of(place: Place, visitor: Visitor, who: dict[str, str], path: str) -> str:
    """A file of a record, whose routes stand below `path`."""
    token = f"a-token-{new_id()}"

    async def pieces() -> AsyncIterator[bytes]:
        yield b"abc"

    uploads = place.engine.services.need(Files).uploads
    await uploads.begin(visitor, token, "现场.txt", 3)
    await uploads.receive(visitor, token, 0, pieces())
    said = await place.ask(who, "POST", f"{path}/files", {"tokens": [token]})
    assert said[0] < 300, said
    found: str = said[1]["items"][0]["id"]
    return found


async def tickets_of(place: Place, visitor: Visitor) -> dict[str, Any]:
    """A ticket that the county has given to its village, what it is about, and whose business that is."""
    tickets = place.engine.services.need(Tickets)
    said = {"title": "邻县小区停水", "content": "停水两天", "contact": "13900003001", "type": "complaint"}
    ticket = await tickets.create(visitor, TicketFields.model_validate(said))
    path = f"/api/tickets/{ticket.id}"
    given = {"lead": "village"}
    status, found = await place.ask(await signed_in(place.url, "there"), "POST", f"{path}/acts/dispatch", given)
    assert status == 200, found
    there = await signed_in(place.url, "there")
    await tickets.create(visitor, TicketFields.model_validate({**said, "title": "邻县小区停电"}))
    async with tickets.office.store.reading() as session:
        place.ids["/api/work id"] = (await tickets.row(session, visitor, ticket.id)).case
    category = (await place.ask(there, "POST", "/api/tickets/categories", {"name": "邻县供水"}))[1]
    entry = {"category": category["id"], "unit": "village", "ground": "三定方案"}
    catalogue = (await place.ask(there, "POST", "/api/tickets/catalogue", entry))[1]
    place.ids |= {"action": "recall", "/api/tickets/bulk/acts id": ticket.id, "/api/v1/tickets id": ticket.id}
    event = (
        await place.ask(there, "POST", "/api/tickets/events", {"title": "停水", "content": "停水", "answer": "抢修"})
    )[1]
    place.ids["/api/tickets file"] = await file_of(place, visitor, there, path)
    mapping = (await place.ask(there, "POST", "/api/tickets/import_mappings", {"title": "邻县旧系统"}))[1]
    old = (await place.ask(there, "POST", "/api/tickets/imports", {"title": "邻县历史", "mapping": mapping["id"]}))[1]
    place.ids["/api/tickets/imports file"] = await file_of(place, visitor, there, f"/api/tickets/imports/{old['id']}")
    sound = (
        await place.ask(there, "POST", "/api/recordings/imports", {"title": "邻县旧录音", "source": "邻县旧平台"})
    )[1]
    place.ids["/api/recordings/imports file"] = await file_of(
        place, visitor, there, f"/api/recordings/imports/{sound['id']}"
    )
    limits = (await place.ask(there, "POST", "/api/tickets/limits", {"answer_least": 20}))[1]
    kinds = {
        "/api/tickets/limits": limits,
        "/api/tickets/categories": category, "/api/tickets/catalogue": catalogue, "/api/tickets/events": event,
        "/api/recordings/imports": sound, "/api/tickets/imports": old, "/api/tickets/import_mappings": mapping,
    }  # fmt: skip
    return {"/api/tickets": ticket, **{base: Made(one["id"]) for base, one in kinds.items()}}


async def knowledge_of(place: Place, visitor: Visitor) -> dict[str, Any]:
    """An article of the county, which somebody else there has approved, with a file; its category and industry."""
    services, there = place.engine.services, await signed_in(place.url, "there")
    made = {}
    for tree in ("categories", "industries", "life_events", "scenarios"):
        said, made[tree] = await place.ask(there, "POST", f"/api/knowledge/{tree}", {"name": "邻县社保"})
        assert said == 201, made
    filled = {
        "title": "邻县政策", "body": "邻县办理", "category": made["categories"]["id"],
        "industry": made["industries"]["id"], "life_event": made["life_events"]["id"],
    }  # fmt: skip
    status, article = await place.ask(there, "POST", "/api/knowledge/articles", filled)
    assert status == 201, article
    path = f"/api/knowledge/articles/{article['id']}"
    place.ids["/api/knowledge/articles file"] = await file_of(place, visitor, there, path)
    place.ids["/api/knowledge/published file"] = place.ids["/api/knowledge/articles file"]
    place.ids["edition"] = "1"
    other = await services.need(People).visitor_of("3001")
    assert other is not None
    for who, act in ((visitor, "submit"), (other, "approve")):
        await services.need(Articles).act(who, article["id"], act, {})
    ids = dict.fromkeys(KNOWLEDGE[:2], article["id"]) | {tree: made[tree]["id"] for tree in made}
    ids["industry_pages"] = made["industries"]["id"]
    for kind, body in (
        ("grants", {"article": article["id"], "whom": "organisation:village"}),
        ("policies", {"name": "邻县策略"}),
        ("questions", {"title": "邻县问题", "unit": "village"}),
        ("corrections", {"article": article["id"], "content": "邻县内容过期"}),
        ("synonyms", {"words": ["邻县", "隔壁县"]}),
        ("judged", {"asked": "隔壁县怎么办理", "article": article["id"]}),
        ("components", {"name": "邻县门户"}),
        ("templates", {"name": "邻县模板"}),
        ("scenario_links", {"scenario": made["scenarios"]["id"], "article": article["id"]}),
    ):
        status, found = await place.ask(there, "POST", f"/api/knowledge/{kind}", body)
        assert status == 201, found
        ids[kind] = found["id"]
    hotline = (await place.ask(there, "POST", "/api/knowledge/hotlines", {"name": "邻县热线", "number": "12333"}))[1]
    body = {"title": "邻县数据", "hotline": hotline["id"]}
    ids |= {
        "hotlines": hotline["id"],
        "imports": (await place.ask(there, "POST", "/api/knowledge/imports", body))[1]["id"],
    }
    path = f"/api/knowledge/imports/{ids['imports']}"
    place.ids["/api/knowledge/imports file"] = await file_of(place, visitor, there, path)
    for kind in FILED[2:]:
        path = f"/api/knowledge/{kind}/{ids[kind]}"
        place.ids[f"/api/knowledge/{kind} file"] = await file_of(place, visitor, there, path)
    said = {"edition": 1, "helped": False}
    await place.ask(there, "PUT", f"/api/knowledge/published/{article['id']}/helpful", said)
    for kind in ("notices", "helpful"):
        ids[kind] = (await place.ask(there, "GET", f"/api/knowledge/{kind}"))[1]["items"][0]["id"]
    return {f"/api/knowledge/{one}": Made(id) for one, id in ids.items()}


async def supervision_of(place: Place, visitor: Visitor, ticket: str) -> dict[str, Any]:
    """A red card of the village, a supervision of it, and a monitoring point."""
    services, there = place.engine.services, await signed_in(place.url, "there")
    now, card = place.engine.clock.wall(), new_id()
    async with services.need(Store).writing() as session:
        texts = dict.fromkeys(
            ("lifted_why", "situation", "ground", "appeal", "checked", "opinion", "decided_by", "point", "person"), ""
        )
        session.add(
            CardRow(
                id=card, organisation="there", region="320413", unit="village", unit_region="320413", created_at=now,
                updated_at=now, kind="ticket", record=ticket, number="1", name="邻县", link="", root=card, case=card,
                clock="sign", clock_title="签收时限", process="department", part="department", colour="red",
                started_at=now, due_at=now, given_at=now, reason="邻县", events=[], state="open", escalated=0, **texts,
            )
        )  # fmt: skip
    made = {"cards": card}
    said = {"ticket": ticket, "source": "other", "unit": "village", "situation": "邻县情况", "opinion": "邻县意见"}
    for kind, body in (("points", {"title": "邻县监察点"}), ("manual", said)):
        status, found = await place.ask(there, "POST", f"/api/supervision/{kind}", body)
        assert status == 201, found
        made[kind] = found["id"]
    for kind in ("cards", "manual"):
        await parts_of(services.need(Files), visitor, f"a-token-for-{kind}-there")
        path = f"/api/supervision/{kind}/{made[kind]}/files"
        status, found = await place.ask(there, "POST", path, {"tokens": [f"a-token-for-{kind}-there"]})
        assert status == 200, found
        place.ids[f"/api/supervision/{kind} file"] = found["items"][0]["id"]
    return {f"/api/supervision/{kind}": Made(id) for kind, id in made.items()}


@dataclass(frozen=True)
class Made:
    id: str


async def dispatch(engine: Engine, ticket: str) -> str:
    now = engine.clock.wall()
    row = DispatchRow(
        id=new_id(), organisation="there", region="320413", created_at=now, updated_at=now, ticket=ticket, number="1",
        unit="village", probability=0.97, words="邻县", others="", model=1, state="sent", review="waiting", note="",
    )  # fmt: skip
    async with engine.services.need(Store).writing() as session:
        session.add(row)
    return row.id


async def missed(store: Store, call: Call) -> str:
    at, digits = call.arrived_at, call.caller.digits
    row = MissedRow(
        id=new_id(), organisation="there", region="320413", created_at=at, updated_at=at, number=digits,
        number_index=digits, number_last_four=digits, reason="abandoned", queue="far", call=call.id, last_at=at,
        due_at=at,
    )  # fmt: skip
    async with store.writing() as session:
        session.add(row)
    return row.id


async def roster_of(store: Store, call: Call, person: str) -> dict[str, str]:
    """A row of each kind of the roster's records, of the same shift."""
    at, day = call.arrived_at - timedelta(hours=12), (call.arrived_at - timedelta(hours=12)).date()
    ends = at + timedelta(hours=8)
    ids = {one: new_id() for one in ROSTER}
    shift = new_id()
    owned = {"organisation": "there", "region": "320413"}
    kept: dict[str, Any] = {**owned, "created_at": at, "updated_at": at, "version": 1}
    asked: dict[str, Any] = {**kept, "person": person, "state": "asked", "opinion": "", "decided_by": ""}
    rows = [
        RosterRow(id=ids["months"], month="2026-03", types=["full_day"], note="", report={}, state="published", **kept),
        ShiftRow(
            id=shift, roster=ids["months"], person=person, day=day, slot="full_day.early", title="早班", begins_at=at,
            ends_at=ends, minutes=480, tied=True, **owned,
        ),
        TermsRow(id=ids["terms"], person=person, week_hours=40, nights=True, planned=True, skills=[], **kept),
        WishRow(id=ids["wishes"], person=person, day=day, wish="off", reason="邻县", **kept),
        SwapRow(
            id=ids["swaps"], way="cover", shift=shift, shift_words="邻县", other=person, other_shift="", other_words="",
            reason="邻县", **asked,
        ),
        LeaveRow(
            id=ids["leaves"], kind="sick", begins=day, ends=day, days=1, reason="邻县", **{**asked, "state": "approved"}
        ),
        BalanceRow(id=ids["balances"], person=person, kind="annual", year=2026, days=5, **kept),
        AttendanceRow(
            id=ids["attendance"], person=person, day=day, title="早班", begins_at=at, ends_at=ends, in_at=at,
            out_at=ends, state="normal", late=0, early=0, **kept,
        ),
        CorrectionRow(id=ids["corrections"], shift=shift, shift_words="邻县", mark="in", at=at, reason="邻县", **asked),
        DutyLogRow(
            id=ids["duty_log"], person=person, begins_at=at, ends_at=ends, title="邻县", situation="邻县", handover="",
            **kept,
        ),
    ]  # fmt: skip
    async with store.writing() as session:
        session.add_all(rows)
    return {**{f"/api/roster/{kind} id": id for kind, id in ids.items()}, "/api/roster/mine id": shift}


async def measured(store: Store, call: Call) -> None:
    """How a leg of the county's call sounded, and its line on that day."""
    owned, at = {"organisation": "there", "region": "320413"}, call.arrived_at
    of_leg = {"jitter": None, "far_loss": None, "far_jitter": None, "round_trip": None, "silent": False, "bad": True}
    leg = MeasuredRow(
        id=new_id(), **owned, call=call.id, leg="leg", at=at, party="caller", line="far", agent="", far="192.0.2.7",
        network="192.0.2.0/24", codec="alaw", packets=900, mos=3.0, loss=0.1, **of_leg,
    )  # fmt: skip
    day = MeasuredDayRow(
        id=new_id(), **owned, day=at.date(), kind="line", name="far", legs=1, bad=1, silent=0, mos=3.0, loss=0.1,
        jitter=0.0, round_trip=0.0,
    )  # fmt: skip
    async with store.writing() as session:
        session.add_all([leg, day])


async def letter(store: Store, call: Call) -> str:
    at, digits = call.arrived_at, call.caller.digits
    row = DeliveryRow(
        id=new_id(), organisation="there", region="320413", carries="sms", channel="far", address=digits,
        address_index=digits, subject="", text="邻县", outline="", kind="note", template="", about="", sender="",
        automatic=True, urgent=False, state="sent", tries=1, created_at=at, next_at=at, sent_at=at, last_error="",
        gateway_number="", parts=1, cost=50,
    )  # fmt: skip
    async with store.writing() as session:
        session.add(row)
    return row.id


async def public_session(store: Store, call: Call) -> str:
    """A citizen who is signed in on the county's public site."""
    id = new_id()
    async with store.writing() as session:
        session.add(
            PublicSessionRow(
                id=id, token_hash=id, number="+8613900003001", number_index="+8613900003001", browser_hash="",
                address="10.0.0.9", created_at=call.arrived_at, seen_at=call.arrived_at, organisation="there",
                region="320413",
            )
        )  # fmt: skip
    return id


async def wechat_reader(store: Store, call: Call) -> str:
    """A citizen who is bound to the county's official account."""
    id, number, at = new_id(), "+8613900003001", call.arrived_at
    async with store.writing() as session:
        session.add(
            WechatReaderRow(
                id=id, openid="oFar", openid_index="oFar", number=number, number_index=number, follows=True,
                created_at=at, seen_at=at, bound_at=at, organisation="there", region="320413",
            )
        )  # fmt: skip
    return id


async def connector_call(store: Store, call: Call) -> str:
    at = call.arrived_at
    row = ConnectorCallRow(
        id=new_id(), organisation="there", region="320413", connector="far", direction="out", key="x", verb="tell",
        about="", fields='{"text": "邻县"}', sender="", state="failed", tries=1, created_at=at, next_at=at,
        ended_at=at, status=0, milliseconds=0, answer="", last_error="邻县", repeats="",
    )  # fmt: skip
    async with store.writing() as session:
        session.add(row)
    return row.id


async def key_of(store: Store, visitor: Visitor, engine: Engine) -> str:
    now = engine.clock.wall()
    row = ApiKeyRow(
        id=new_id(), person=visitor.person, title="邻县接口", start="hk_far", key_hash="x", scopes=["people.see"],
        addresses=[], created_at=now, expires_at=now + timedelta(days=1),
    )  # fmt: skip
    async with store.writing() as session:
        session.add(row)
    return row.id


def a_call(engine: Engine) -> Call:
    return Call(
        id=new_id(), organisation="there", region="320413", switch="scripted", trunk="carrier",
        caller=Number.parse("13900003001"), called=Number.parse("12345"), arrived_at=engine.clock.wall(),
        agents=["3001"], queues=["far"],
    )  # fmt: skip


async def test_what_one_county_has_changes_no_list_or_figure_of_another(place: Place) -> None:
    """A county's supervisor saw the others' agents, calls, queues and figures on the board and in statistics."""
    near, boss = await place.pictures(place.near), await place.pictures(place.boss)
    await come(place)
    refused = {route: answer for route, answer in near.items() if answer[0] >= 300}
    assert refused == {}, "he may do everything: a refusal would prove nothing"
    now, known = await place.pictures(place.near), await place.pictures(place.boss)
    leaking = {route: (near[route], now[route]) for route in near if near[route] != now[route]}
    assert leaking == {}, f"these show what another county has, and do not stand in LISTED: {sorted(leaking)}"
    blind = sorted(route for route in boss if boss[route] == known[route])
    assert not blind, f"{blind}: nothing was asked: give the county a row of that kind, or say why not in LISTED"
    gone = sorted(route for route in LISTED if route not in place.routes)
    assert gone == [], "these are routes no more"


async def test_no_row_of_another_county_is_found_by_its_id(place: Place) -> None:
    await come(place)
    for route in place.routes:
        method, path = route.split(" ", 1)
        if method != "GET" or "{" not in path or route in LISTED_WITH_ID:
            continue
        filled = f"{place.path(path)}?{QUERIES.get(route, '')}"
        status, said = await place.ask(place.boss, "GET", filled)
        assert status < 300 or status == 409, (route, filled, status, said)
        status, said = await place.ask(place.near, "GET", filled)
        assert status == 404, (route, filled, status, said)
    assert await place.ask(place.near, "GET", "/api/agent-numbers/3001") == (200, [])
    assert (await place.ask(place.near, "GET", "/api/regions/320413"))[0] == 404


async def test_no_row_of_another_county_is_changed_by_its_id(place: Place) -> None:
    await come(place)
    tried = 0
    for route in place.routes:
        method, path = route.split(" ", 1)
        if method == "GET" or route in CHANGES_LISTED:
            continue
        tried += 1
        if "/bulk/" in path:
            ids = [place.ids[f"{path.partition('/bulk')[0]} id"]]
            status, said = await place.ask(place.near, method, path, {"ids": ids, **BODIES.get(route, {})})
            assert (status, said.get("done", said.get("good"))) == (200, 0), (route, said)
            continue
        assert "{" in path, f"{route} takes no id: say in CHANGES_LISTED why it touches no row of another county"
        status, said = await place.ask(place.near, method, place.path(path), BODIES.get(route))
        assert status in (403, 404), (route, place.path(path), status, said)
    assert tried > 40
    gone = sorted(route for route in {*CHANGES_LISTED, *LISTED_WITH_ID, *QUERIES, *BODIES} if route not in place.routes)
    assert gone == [], "these are routes no more"


async def test_nothing_of_another_county_comes_live(place: Place) -> None:
    """Every client of the board and of the story got the rows and events of all counties."""
    topics = place.engine.web.hub.topics
    assert {*TOPICS, "board", "story", "waiting", "floor", "transcript"} >= set(topics), (
        "a new topic: ask it here, or say in TOPICS why it shows no rows"
    )
    heard = {}
    async with AsyncExitStack() as stack:
        for name, who in (("near", place.near), ("boss", place.boss)):
            socket = await stack.enter_async_context(place.client.ws_connect(f"{place.url}/ws", headers=who))
            for topic in ("board", "story", "waiting", "floor", "transcript"):
                await socket.send_json({"subscribe": topic})
                assert topic in str(await socket.receive_json(timeout=5))
            heard[name] = socket
        await come(place)
        for number in ("2001", "3001"):
            place.engine.services.need(Acd).sign_in(number, "break", "")
        said = {name: await messages(socket) for name, socket in heard.items()}
    for mark in ("3001", place.ids["call"], '"far"', "邻县"):
        assert mark in said["boss"], mark
        assert mark not in said["near"], mark
    assert "2001" in said["near"], "his own he sees"


async def messages(socket: aiohttp.ClientWebSocketResponse, seconds: float = 1.5) -> str:
    """All that comes until nothing came for so long."""
    found = []
    try:
        while True:
            found.append((await socket.receive(timeout=seconds)).data)
    except TimeoutError:
        return "".join(found)
