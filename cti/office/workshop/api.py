"""Files of a kind over HTTP: drafts, revisions, comparison, publishing. Findings come in Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, Generic, TypeVar

import pydantic

from cti.base.files.findings import Finding
from cti.base.files.sentences import in_chinese
from cti.base.http.routes import Body, Query, Route
from cti.base.visitor import Visitor
from cti.office.workshop.drafts import Draft
from cti.office.workshop.kept import Proof
from cti.office.workshop.library import K
from cti.office.workshop.owning import Rights
from cti.office.workshop.revisions import Revision
from cti.office.workshop.service import FileSummary, Workshop

P = TypeVar("P", bound=Proof)
S = TypeVar("S", bound=FileSummary)

TEXT_LIMIT = 1024 * 1024
"""Bytes of a body with a text: a flow of 1,000 nodes has 80,000."""


class TextBody(Body, str_strip_whitespace=False):
    """A file's text, as it is, its last line end too."""

    text: str


class DraftBody(TextBody):
    """A draft: on which revision it is `base`d, and the digest of the draft that was `seen` before (empty: none)."""

    base: int = pydantic.Field(default=0, ge=0)
    seen: str | None = pydantic.Field(default=None, max_length=64)


class SeenQuery(Query):
    """The digest of the draft that was seen."""

    seen: str | None = pydantic.Field(default=None, max_length=64)


class PublishBody(TextBody):
    """What is published, why, and on which revision it is based."""

    message: str = pydantic.Field(min_length=1, max_length=500)
    base: int | None = pydantic.Field(default=None, ge=0)


class RollBackBody(Body):
    """The revision that comes back, and why."""

    revision: int = pydantic.Field(ge=1)
    message: str = pydantic.Field(default="", max_length=500)


class WithdrawBody(Body):
    """Why a file is taken out of force."""

    message: str = pydantic.Field(min_length=1, max_length=500)


class RevisionsQuery(Query):
    """Two revisions to compare."""

    older: int = pydantic.Field(ge=1)
    newer: int = pydantic.Field(ge=1)


class FilesApi(Generic[K]):
    """The handlers that every kind of file has."""

    parts: str = "parts"
    """What its parts are called in a comparison."""

    def __init__(self, files: Workshop[K]) -> None:
        self._files = files

    def file_routes(self, base: str, rights: Rights) -> list[Route]:
        """Their routes below `base`, such as `/api/flows`."""
        one, title = f"{base}/{{name}}", rights.title
        return [
            Route("GET", base, self.summaries, rights.read, f"{title}列表"),
            Route("POST", f"{base}/test", self.test, rights.read, f"运行{title}自带的测试", limit=TEXT_LIMIT),
            Route("GET", one, self.file, rights.read, f"一个{title}：文本、草稿"),
            Route("PUT", f"{one}/draft", self.save_draft, rights.edit, f"保存{title}草稿", limit=TEXT_LIMIT),
            Route("DELETE", f"{one}/draft", self.drop_draft, rights.edit, f"删除{title}草稿"),
            Route("POST", f"{one}/publish", self.publish, rights.publish, f"发布{title}", limit=TEXT_LIMIT),
            Route("POST", f"{one}/roll_back", self.roll_back, rights.publish, f"{title}回退到以前的版本"),
            Route("GET", f"{one}/revisions", self.revisions, rights.read, f"{title}版本列表"),
            Route("GET", f"{one}/revisions/{{revision}}", self.revision, rights.read, f"{title}某一版本的文本"),
            Route("GET", f"{one}/diff", self.diff, rights.read, f"比较{title}的两个版本"),
        ]

    def withdrawal_route(self, base: str, rights: Rights) -> Route:
        """That of kinds whose files may be taken out of force."""
        return Route("POST", f"{base}/{{name}}/withdraw", self.withdraw, rights.publish, f"下架{rights.title}")

    async def summaries(self, visitor: Visitor) -> Sequence[FileSummary]:
        """All that the visitor may see."""
        return [self.summary_of(visitor, name) for name in self._files.names(visitor)]

    def summary_of(self, visitor: Visitor, name: str) -> FileSummary:
        """What is told of one file. NotFound."""
        self._files.need_known(visitor, name)
        return chinese_summary(self._files.about(visitor, name))

    async def file(self, visitor: Visitor, name: str) -> dict[str, Any]:
        """One file with its published text and its draft."""
        summary, draft = self.summary_of(visitor, name), self._files.draft(visitor, name)
        return {
            **asdict(summary),
            "text": self._files.text(visitor, name) if summary.revision else "",
            "draft": _draft(draft) if draft is not None else None,
        }

    async def revisions(self, visitor: Visitor, name: str) -> list[Revision]:
        """All revisions, the newest first."""
        return self._files.history(visitor, name)

    async def revision(self, visitor: Visitor, name: str, revision: int) -> dict[str, Any]:
        """The text of a revision."""
        return {"revision": revision, "text": self._files.text(visitor, name, revision)}

    async def diff(self, visitor: Visitor, name: str, query: RevisionsQuery) -> dict[str, Any]:
        """What differs: lines as a unified diff, and names of parts."""
        lines, parts = self._files.diff(visitor, name, query.older, query.newer)
        return {"lines": lines, self.parts: asdict(parts)}

    async def test(self, visitor: Visitor, body: TextBody) -> Sequence[Proof]:
        """The file's own tests."""
        return chinese_proofs(await self._files.prove(visitor, body.text))

    async def save_draft(self, visitor: Visitor, name: str, body: DraftBody) -> dict[str, Any]:
        """Keep a draft; what lint says of it comes back."""
        draft = await self._files.save_draft(visitor, name, body.text, base=body.base, seen=body.seen)
        _, findings = await self._files.check(visitor, body.text)
        return {"draft": _draft(draft), "findings": [asdict(one) for one in chinese(findings)]}

    async def drop_draft(self, visitor: Visitor, name: str, query: SeenQuery) -> None:
        """Forget the draft; one that changed since it was seen stays."""
        await self._files.drop_draft(visitor, name, seen=query.seen)

    async def publish(self, visitor: Visitor, name: str, body: PublishBody) -> Revision:
        """Check, test and publish; refused with `findings`."""
        return await self._files.publish(visitor, name, body.text, body.message.strip(), base=body.base)

    async def roll_back(self, visitor: Visitor, name: str, body: RollBackBody) -> Revision:
        """Publish an older revision again."""
        return await self._files.roll_back(visitor, name, body.revision, body.message)

    async def withdraw(self, visitor: Visitor, name: str, body: WithdrawBody) -> None:
        """Take it out of force; refused with `uses` while anything goes by it."""
        await self._files.withdraw(visitor, name, body.message.strip())


def chinese(findings: Sequence[Finding]) -> list[Finding]:
    """Findings in words for the console."""
    return [one.in_chinese for one in findings]


def chinese_proofs(proofs: Sequence[P]) -> list[P]:
    """Results of tests in words for the console."""
    return [replace(one, failures=tuple(map(in_chinese, one.failures))) for one in proofs]


def chinese_summary(summary: S) -> S:
    """A summary with its problems in words for the console."""
    return replace(summary, problems=chinese(summary.problems))


def _draft(draft: Draft) -> dict[str, Any]:
    return {**asdict(draft), "digest": draft.digest}
