"""What people do with files of a kind: who may, what is written to the audit. No HTTP here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Generic

from cti.base.clock import Clock
from cti.base.files.findings import Finding
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.workshop import differences
from cti.office.workshop.drafts import Draft, DraftChanged, Drafts
from cti.office.workshop.kept import Proof, errors
from cti.office.workshop.library import K, Library, Refused
from cti.office.workshop.owning import Owning
from cti.office.workshop.refusing import refused
from cti.office.workshop.revisions import Conflict as Outdated
from cti.office.workshop.revisions import Revision, Revisions
from cti.store.engine import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSummary:
    """A file in a list; `revision` is 0 while it is a draft only. `problems` are why the watched file was refused.

    `mine`: the visitor's own to change, as far as his permissions go. `withdrawn_at`: since when it is in force no
    more; empty for one that is.
    """

    name: str
    title: str
    organisation: str
    revision: int
    published_at: str
    author: str
    message: str
    draft_by: str
    draft_at: str
    problems: list[Finding]
    mine: bool
    withdrawn_at: str = ""
    withdrawn_by: str = ""
    withdrawn_why: str = ""


Uses = Callable[[str], Awaitable[Sequence[str]]]
"""What goes by a file, by its name: each in words for people (`接入号码 12345`)."""
MOST_USES = 10
"""How many of these a refusal names."""


async def _nothing(name: str) -> Sequence[str]:
    return ()


class Workshop(Generic[K]):
    """Files of a library. Every function first checks the visitor's permission, and whose file it is."""

    def __init__(
        self, library: Library[K], clock: Clock, store: Store, audit: Audit, owning: Owning, uses: Uses = _nothing
    ) -> None:
        assert library.revisions is not None
        self._uses = uses
        self._files = library
        self._revisions: Revisions = library.revisions
        self._drafts = Drafts(library.revisions)
        self._clock = clock
        self._store = store
        self._audit = audit
        self._owning = owning
        self._kind, self._rights = library.kind, owning.rights

    # ── who may ──

    def found(self, visitor: Visitor, name: str, revision: int | None = None) -> K:
        """A published file, by default as its name means it now, or meant it when it was withdrawn. NotFound."""
        visitor.need(self._rights.read)
        if not self.may_see(visitor, name):
            raise self._missing()
        try:
            return self._files.latest(name) if revision is None else self._files.revision(name, revision)
        except KeyError:
            raise NotFound(f"no_{self._kind}", f"没有这个{self._rights.title}或版本") from None

    def may_see(self, visitor: Visitor, name: str) -> bool:
        """Whether a file exists for the visitor; a draft that was never published is the house's."""
        return self._owning.may_see(visitor, self._organisation(name))

    def may_count(self, visitor: Visitor, name: str) -> bool:
        """Whether the visitor sees the figures of a file, which exists for him."""
        return self._owning.may_count(visitor, self._organisation(name))

    def _organisation(self, name: str) -> str:
        return self._files.latest(name).organisation if self._was_published(name) else ""

    def _was_published(self, name: str) -> bool:
        return name in self._files.names or name in self._files.withdrawn

    def _need_change(self, visitor: Visitor, permission: str, name: str, text: str = "") -> None:
        """The file must be the visitor's as it is published, and as the new text has it."""
        visitor.need(permission)
        self._check_name(name)
        if self._was_published(name):
            self._owning.need_change(visitor, permission, self.found(visitor, name).organisation)
        if text:
            found, _ = self._files.check(text, name)
            self._owning.need_change(visitor, permission, found.organisation if found is not None else "")

    def _check_name(self, name: str) -> None:
        try:
            self._revisions.folder_of(name)
        except KeyError:
            words = f"{self._rights.title}名称只能用小写字母、数字、下划线和连字符，以字母开头"
            raise Invalid("bad_name", words, "name") from None

    def _missing(self) -> NotFound:
        return NotFound(f"no_{self._kind}", f"没有这个{self._rights.title}")

    # ── looking ──

    def names(self, visitor: Visitor) -> list[str]:
        """All files that exist for the visitor, also those that are only drafts, or were refused or withdrawn."""
        visitor.need(self._rights.read)
        names = sorted({*self._files.names, *self._files.withdrawn, *self._drafts.names(), *self._files.refused})
        return [name for name in names if self.may_see(visitor, name)]

    def need_known(self, visitor: Visitor, name: str) -> None:
        """Raise NotFound unless it is or was published, is a draft, or a file that was refused."""
        visitor.need(self._rights.read)
        self._check_name(name)
        exists = self._was_published(name) or name in self._files.refused or self._drafts.find(name) is not None
        if not exists or not self.may_see(visitor, name):
            raise self._missing()

    def about(self, visitor: Visitor, name: str) -> FileSummary:
        """What a list says of any file."""
        found = self._files.latest(name) if self._was_published(name) else None
        history, draft = self._revisions.history(name), self._drafts.find(name)
        last = history[-1] if history else Revision(0, "", "", "", "")
        withdrawal = self._revisions.withdrawal(name)
        organisation = found.organisation if found is not None else ""
        return FileSummary(
            name=name,
            title=found.title if found is not None else "",
            organisation=organisation,
            revision=found.revision if found is not None else 0,
            published_at=last.at,
            author=last.author,
            message=last.message,
            draft_by=draft.author if draft is not None else "",
            draft_at=draft.at if draft is not None else "",
            problems=self._files.refused.get(name, []),
            mine=self._owning.may_change(visitor, organisation),
            withdrawn_at=withdrawal.at if withdrawal is not None else "",
            withdrawn_by=withdrawal.author if withdrawal is not None else "",
            withdrawn_why=withdrawal.message if withdrawal is not None else "",
        )

    def history(self, visitor: Visitor, name: str) -> list[Revision]:
        """All revisions, the newest first; of a file that is only a draft there are none."""
        self.need_known(visitor, name)
        return list(reversed(self._revisions.history(name)))

    def text(self, visitor: Visitor, name: str, revision: int | None = None) -> str:
        """The text of a revision, by default of the newest."""
        return self._revisions.text(name, self.found(visitor, name, revision).revision)

    def diff(self, visitor: Visitor, name: str, older: int, newer: int) -> tuple[str, differences.Changes]:
        """What differs between two revisions: by lines, and by parts."""
        before, after = self.found(visitor, name, older), self.found(visitor, name, newer)
        lines = differences.by_lines(
            self._revisions.text(name, older), self._revisions.text(name, newer),
            before_name=f"{name}@{older}", after_name=f"{name}@{newer}",
        )  # fmt: skip
        return lines, differences.by_parts(before.parts, after.parts)

    # ── a text that is not published ──

    async def check(self, visitor: Visitor, text: str) -> tuple[K | None, list[Finding]]:
        """The file of a text as far as it can be read, and what lint says."""
        visitor.need(self._rights.read)
        return await asyncio.to_thread(self._files.check, text, self._kind)

    async def sound(self, visitor: Visitor, text: str) -> K:
        """The file of a text; Invalid with what is wrong."""
        found, findings = await self.check(visitor, text)
        if found is None or errors(findings):
            raise refused(errors(findings))
        return found

    async def prove(self, visitor: Visitor, text: str) -> Sequence[Proof]:
        """Run a text's own tests; Invalid with what is wrong."""
        return await asyncio.to_thread(self._files.prove, await self.sound(visitor, text))

    # ── drafts ──

    def draft(self, visitor: Visitor, name: str) -> Draft | None:
        """The draft, if there is one."""
        visitor.need(self._rights.read)
        self._check_name(name)
        return self._drafts.find(name) if self.may_see(visitor, name) else None

    async def save_draft(
        self, visitor: Visitor, name: str, text: str, *, base: int = 0, seen: str | None = None
    ) -> Draft:
        """Keep a draft, however unfinished; Conflict when somebody has saved since `seen` (its digest) was read."""
        draft = Draft(text, visitor.login, self._clock.wall().isoformat(timespec="seconds"), base)
        await asyncio.to_thread(self._need_change, visitor, self._rights.edit, name, text)
        try:
            await asyncio.to_thread(self._drafts.save, name, draft, seen=seen)
        except DraftChanged:
            raise self._changed(name) from None
        after = {"base": base, "digest": draft.digest}
        await self._write_down(visitor, "draft", name, {"digest": seen or ""}, after)
        return draft

    async def drop_draft(self, visitor: Visitor, name: str, *, seen: str | None = None) -> None:
        """Forget the draft; Conflict as above."""
        self._need_change(visitor, self._rights.edit, name)
        try:
            found = await asyncio.to_thread(self._drafts.drop, name, seen=seen)
        except DraftChanged:
            raise self._changed(name) from None
        if found is not None:
            await self._write_down(visitor, "draft_dropped", name, {"digest": found.digest}, {})

    def _changed(self, name: str) -> Conflict:
        found = self._drafts.find(name)
        who = f"{found.author} 已保存了另一份草稿" if found is not None else "草稿已被他人发布或删除"
        return Conflict("draft_changed", f"{who}，请先查看再决定是否覆盖")

    # ── publishing ──

    async def publish(self, visitor: Visitor, name: str, text: str, message: str, base: int | None = None) -> Revision:
        """Publish a text; raises Invalid (with the findings) or Conflict (somebody else was first)."""
        await asyncio.to_thread(self._need_change, visitor, self._rights.publish, name, text)
        return await self._publish(
            visitor, name, "publish",
            lambda: self._files.publish(text, author=visitor.login, message=message, name=name, base=base),
        )  # fmt: skip

    async def roll_back(self, visitor: Visitor, name: str, revision: int, message: str = "") -> Revision:
        """Publish an older revision again."""
        permission = self._rights.publish
        visitor.need(permission)
        self.found(visitor, name, revision)
        await asyncio.to_thread(self._need_change, visitor, permission, name, self._revisions.text(name, revision))
        return await self._publish(
            visitor, name, "roll_back",
            lambda: self._files.roll_back(name, revision, author=visitor.login, message=message),
        )  # fmt: skip

    async def withdraw(self, visitor: Visitor, name: str, message: str) -> None:
        """Take a file out of force, until it is published again. Conflict while anything goes by it, which is named."""
        permission = self._rights.publish
        visitor.need(permission)
        found = self.found(visitor, name)
        await asyncio.to_thread(self._need_change, visitor, permission, name)
        title = self._rights.title
        if name in self._files.withdrawn:
            raise Conflict("withdrawn", f"{title}已经下架")
        if uses := await self._uses(name):
            shown = "；".join(uses[:MOST_USES]) + (f"；等共 {len(uses)} 处" if len(uses) > MOST_USES else "")
            raise Conflict("used", f"{title}还在使用，不能下架：{shown}", more={"uses": list(uses)})
        try:
            done = await asyncio.to_thread(self._files.withdraw, name, author=visitor.login, message=message)
        except (KeyError, Outdated):
            raise Conflict("outdated", f"{title}已被他人发布或下架，请刷新后再试") from None
        await self._write_down(visitor, "withdraw", name, {"revision": found.revision}, asdict(done))

    async def _publish(self, visitor: Visitor, name: str, action: str, work: Callable[[], Revision]) -> Revision:
        before = self._files.current(name).revision if name in self._files.names else 0
        try:
            revision = await asyncio.to_thread(work)
        except Refused as error:
            raise refused(error.findings) from None
        except Outdated:
            raise Conflict("outdated", f"{self._rights.title}已被他人发布，请对比后重新提交") from None
        await asyncio.to_thread(self._drafts.drop, name)
        await self._write_down(visitor, action, name, {"revision": before}, asdict(revision))
        return revision

    async def _write_down(
        self, visitor: Visitor, action: str, name: str, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        async with self._store.writing() as session:
            action, thing = f"{self._kind}.{action}", f"{self._kind}:{name}"
            await self._audit.write(session, visitor, action, thing, before, after)
