"""Processes and forms over HTTP: read, check, play, publish, figures, cases of other revisions. Findings in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import pydantic

from cti.base.expressions import ExpressionError
from cti.base.files.findings import Finding
from cti.base.files.sentences import in_chinese
from cti.base.http.routes import Body, Query, Route
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.forms import checking
from cti.office.forms.library import FormFile, FormLibrary
from cti.office.processes.desk import FORMS, PROCESSES, READ, Figures, Inspection, Moving, ProcessDesk, ProcessSummary
from cti.office.processes.library import ProcessFile, ProcessLibrary, ProcessProof
from cti.office.processes.pictures import ProcessGraph
from cti.office.processes.trials import Trial
from cti.office.screens.description import Field
from cti.office.workshop.api import TEXT_LIMIT, FilesApi, TextBody, chinese, chinese_proofs, chinese_summary
from cti.office.workshop.service import Workshop

MOST_DAYS = 400


class PlayBody(TextBody):
    """A play: a process's text and the trial; people and places come from the text's `cast`."""

    trial: Trial


class PeriodQuery(Query):
    """Business days, both included; by default the last thirty."""

    since: date | None = None
    until: date | None = None


class RevisionQuery(Query):
    """Perhaps an older revision."""

    revision: int | None = pydantic.Field(default=None, ge=1)


class MoveBody(Body):
    """The revision by which open cases go from now on; `dry` only tells what would happen."""

    revision: int = pydantic.Field(ge=1)
    dry: bool = True


class PreviewBody(TextBody):
    """A form's text, a record that its conditions read, and what is filled in."""

    record: dict[str, Any] = pydantic.Field(default={})
    values: dict[str, Any] = pydantic.Field(default={})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What an editor completes: the schema, and the names of the house."""

    schema: dict[str, Any]
    names: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class FormPreview:
    """What lint says of a form, its fields for the record, and what is wrong with the values by field.

    `lacking` says what the record must have before the form's conditions can be worked out.
    """

    findings: list[Finding]
    fields: list[Field]
    errors: dict[str, str]
    lacking: str = ""


class ProcessesApi(FilesApi[ProcessFile]):
    """What files of every kind have, plays a process, counts its cases and moves them to another revision."""

    parts = "steps"

    def __init__(
        self, desk: ProcessDesk, forms: Workshop[FormFile], library: ProcessLibrary, titles: Mapping[str, str]
    ) -> None:
        super().__init__(desk)
        self._desk = desk
        self._forms = forms
        self._library = library
        self._titles = titles

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        one = "/api/processes/{name}"
        return [
            Route("GET", "/api/process_vocabulary", self.vocabulary, READ, "流程可用的语法与名称"),
            Route("POST", "/api/processes/lint", self.lint, READ, "检查业务流程文本并画图", limit=TEXT_LIMIT),
            Route("POST", "/api/processes/play", self.play, READ, "用模拟人员试走业务流程", limit=TEXT_LIMIT),
            Route("GET", f"{one}/graph", self.graph, READ, "业务流程图与在办数量"),
            Route("GET", f"{one}/figures", self.figures, READ, "业务流程各环节停留统计"),
            Route("POST", f"{one}/move_cases", self.move_cases, PROCESSES.publish, "把在办事项移到另一版本"),
            *self.file_routes("/api/processes", PROCESSES),
        ]

    async def summaries(self, visitor: Visitor) -> list[ProcessSummary]:
        """All processes that the visitor may see, with what stands at their steps."""
        return [chinese_summary(one) for one in await self._desk.processes(visitor)]

    async def file(self, visitor: Visitor, name: str) -> dict[str, Any]:
        """One process with its published text and its draft."""
        summary = chinese_summary(await self._desk.summary(visitor, name))
        return {**await super().file(visitor, name), **asdict(summary)}

    async def vocabulary(self, visitor: Visitor) -> Vocabulary:
        """The schema, and the names of the house."""
        known = self._library.known()
        processes = {name: one.title for name, one in known.processes.items() if self._desk.may_see(visitor, name)}
        names = {
            "permission": dict(self._titles),
            "form": {
                name: one.title for name, one in (known.forms or {}).items() if self._forms.may_see(visitor, name)
            },
            "calendar": {name: name for name in known.calendars or ()},
            "process": processes,
        }
        return Vocabulary(ProcessLibrary.schema(), names)

    async def graph(self, visitor: Visitor, name: str, query: RevisionQuery) -> ProcessGraph:
        """The picture with the open cases of now."""
        return await self._desk.graph(visitor, name, query.revision)

    async def figures(self, visitor: Visitor, name: str, query: PeriodQuery) -> Figures:
        """How long cases stay at each step, and how often each action is taken."""
        until = query.until or self._desk.today()
        since = query.since or until - timedelta(days=29)
        if not 0 <= (until - since).days < MOST_DAYS:
            raise Invalid("bad_period", f"日期范围应为 1 到 {MOST_DAYS} 天", "since")
        return await self._desk.figures(visitor, name, since, until)

    async def lint(self, visitor: Visitor, body: TextBody) -> Inspection:
        """What is wrong with a text, and its picture."""
        found = await self._desk.inspect(visitor, body.text)
        return Inspection(chinese(found.findings), found.graph)

    async def test(self, visitor: Visitor, body: TextBody) -> list[ProcessProof]:
        """The process's own tests."""
        proofs = await self._desk.prove(visitor, body.text)
        return chinese_proofs([one for one in proofs if isinstance(one, ProcessProof)])

    async def play(self, visitor: Visitor, body: PlayBody) -> dict[str, Any]:
        """A play with scripted people on virtual time."""
        report = await self._desk.play(visitor, body.text, body.trial)
        return {**asdict(report), "failures": [in_chinese(one) for one in report.failures]}

    async def move_cases(self, visitor: Visitor, name: str, body: MoveBody) -> Moving:
        """Let open cases go by another revision, or only tell which would not fit."""
        return await self._desk.move_cases(visitor, name, body.revision, dry=body.dry)


class FormsApi(FilesApi[FormFile]):
    """What files of every kind have, and shows how a form looks."""

    parts = "fields"

    def __init__(self, desk: Workshop[FormFile], library: FormLibrary) -> None:
        super().__init__(desk)
        self._library = library

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        return [
            Route("GET", "/api/form_vocabulary", self.vocabulary, READ, "表单可用的语法与名称"),
            Route("POST", "/api/forms/lint", self.preview, READ, "检查并预览表单", limit=TEXT_LIMIT),
            *self.file_routes("/api/forms", FORMS),
        ]

    async def vocabulary(self, visitor: Visitor) -> Vocabulary:
        """The schema, and where options come from."""
        return Vocabulary(FormLibrary.schema(), {"from": {name: name for name in self._library.sources}})

    async def preview(self, visitor: Visitor, body: PreviewBody) -> FormPreview:
        """What is wrong with a text, what it asks, and what is wrong with values."""
        found, findings = await self._files.check(visitor, body.text)
        if found is None or any(one.severity == "error" for one in findings):
            return FormPreview(chinese(findings), [], {})
        facts = {"record": body.record}
        try:
            fields = list(self._library.fields(found.head, facts))
            return FormPreview(chinese(findings), fields, checking.check(found.head, body.values, facts).errors)
        except ExpressionError as error:
            return FormPreview(chinese(findings), [], {}, in_chinese(error.message))
