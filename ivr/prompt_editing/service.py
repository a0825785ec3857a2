"""What people do with prompts: who may, what is written to the audit. No HTTP here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from ivr.prompt_editing import words
from ivr.prompt_editing.browsing import EDIT, OTHER, PromptBrowsing, seconds_of
from ivr.prompt_editing.takes import Take, Takes, TooManyTakes, Work
from ivr.prompt_editing.usage import Use
from ivr.prompt_editing.views import PromptDetail, TakeView
from ivr.prompts.catalogue import DEFAULT_LANGUAGE, Prompt, is_id, is_language
from ivr.prompts.library import SHIPPED, Entry, Outdated, PromptLibrary, Version

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What a version is made of: a take's sound, or with no take the sound that is in effect.

    `base` is the version that the person saw (0: none, or what came along).
    """

    text: str
    application: str
    base: int
    take: str = ""
    say: str = ""
    message: str = ""


class PromptService:
    """Every function first checks the visitor's permission. `browsing` is what people see."""

    def __init__(
        self, library: PromptLibrary, browsing: PromptBrowsing, takes: Takes, audit: Audit, clock: Clock
    ) -> None:
        self.browsing = browsing
        self._library = library
        self._takes = takes
        self._audit = audit
        self._clock = clock

    async def save(self, visitor: Visitor, language: str, identifier: str, new: NewVersion) -> PromptDetail:
        """Put a new version into effect; a prompt that does not exist yet begins with it."""
        visitor.need(EDIT)
        _check_names(language, identifier, new)
        entry = self._library.entry(identifier, language)
        self.browsing.need_mine(visitor, identifier, language, entry)
        before = self._library.catalogue.own(identifier, language)
        if before is None and language != DEFAULT_LANGUAGE and identifier not in self._library.catalogue:
            raise Conflict("no_mandarin", "请先建立这条语音的普通话版本", "id")
        take = self._take(visitor, new.take) if new.take else None
        if take is not None and take.state != "ready":
            raise Conflict("take_not_ready", "录音尚未就绪")
        version = await self._made(visitor, new, before, take)
        organisation, region = (entry.organisation, entry.region) if entry else self.browsing.owner(visitor, before)
        changed = Entry(language, identifier, organisation, region, new.application or OTHER, version)
        await self._change(visitor, "prompt.save", changed, new.base, before)
        if take is not None:
            self._takes.discard(take)
        return await self.browsing.detail(visitor, language, identifier)

    async def _made(self, visitor: Visitor, new: NewVersion, before: Prompt | None, take: Take | None) -> Version:
        if take is not None:
            sound, source, seconds = take.path, take.source, take.seconds
        else:
            found = self._library.catalogue.audio(before) if before else None
            if found is None:
                raise Invalid("no_sound", "请先上传、录制或合成语音", "take")
            sound, source, seconds = found, "text", seconds_of(found) or 0.0
        master = await _on_disk(self._library.masters.keep, sound)
        voice, speed = (take.voice, take.speed) if take else (before.voice, before.speed) if before else ("", 1.0)
        say = new.say or (take.text if take and take.text != new.text else "")
        return Version(
            new.base + 1, new.text, say, voice, speed, source, master, seconds, new.message, visitor.login,
            self._clock.wall(),
        )  # fmt: skip

    async def roll_back(
        self, visitor: Visitor, language: str, identifier: str, version: int, base: int
    ) -> PromptDetail:
        """Put an older version into effect again, as a new one; version 0 is what came along."""
        visitor.need(EDIT)
        before = self.browsing.find(visitor, language, identifier)
        entry = self._library.entry(identifier, language)
        if entry is None:
            raise NotFound("no_version", "没有这个版本")
        self.browsing.need_mine(visitor, identifier, language, entry)
        shelved = self._library.catalogue.shelved(identifier, language)
        if version == 0 and shelved is not None:
            prompt, sound = shelved
            old = Version(
                0, prompt.text, prompt.say, prompt.voice, prompt.speed, SHIPPED, "", seconds_of(sound) or 0.0, "",
                visitor.login, self._clock.wall(),
            )  # fmt: skip
        else:
            found = [one for one in await self._library.versions(identifier, language) if one.version == version]
            if not found:
                raise NotFound("no_version", "没有这个版本")
            old = found[0]
        made = replace(old, version=base + 1, message="", author=visitor.login, at=self._clock.wall(), restores=version)
        await self._change(visitor, "prompt.roll_back", replace(entry, version=made), base, before)
        return await self.browsing.detail(visitor, language, identifier)

    async def remove(self, visitor: Visitor, language: str, identifier: str) -> None:
        """Remove one that nothing needs, with its versions; one that also came along goes back to that."""
        visitor.need(EDIT)
        self.browsing.find(visitor, language, identifier)
        entry = self._library.entry(identifier, language)
        if entry is None:
            raise Conflict("came_along", "系统自带的语音不能删除")
        self.browsing.need_mine(visitor, identifier, language, entry)
        is_last = self._library.catalogue.shelved(identifier, language) is None and language == DEFAULT_LANGUAGE
        if is_last:
            if found := self.browsing.uses(identifier):
                raise Conflict("in_use", "正在使用，不能删除：" + "、".join(_use_words(one) for one in found[:5]))
            if any(one.id == identifier and one.language != language for one in self._library.catalogue):
                raise Conflict("other_languages", "请先删除这条语音的其他语言版本")

        async def beside(session: AsyncSession) -> None:
            subject = f"prompt:{language}/{identifier}"
            await self._audit.write(session, visitor, "prompt.remove", subject, {"text": entry.version.text})

        try:
            await _held(self._library.remove(entry, beside))
        except Outdated:
            raise Conflict("outdated", "语音已被他人修改，请刷新后重试") from None

    async def _change(self, visitor: Visitor, action: str, entry: Entry, base: int, before: Prompt | None) -> None:
        version = entry.version

        async def beside(session: AsyncSession) -> None:
            after = {
                "version": version.version, "text": version.text, "source": version.source, "sound": version.master,
                "application": entry.application, "restores": version.restores,
            }  # fmt: skip
            earlier = {"version": base, "text": before.text if before else ""}
            await self._audit.write(session, visitor, action, f"prompt:{entry.language}/{entry.id}", earlier, after)

        try:
            await _held(self._library.change(entry, base, beside))
        except Outdated:
            raise Conflict("outdated", "语音已被他人修改，请刷新后重试") from None

    # ── takes ────────────────────────────────────────────────────────────────────────────────────────────────────

    def begin_take(self, visitor: Visitor, source: str, work: Work, **facts: Any) -> TakeView:
        """Begin to make sound that may become a version."""
        visitor.need(EDIT)
        try:
            return take_view(self._takes.begin(visitor.person, source, work, **facts))
        except TooManyTakes:
            raise Conflict("too_many_takes", "未保存的录音太多，请先保存或放弃一些") from None

    def take(self, visitor: Visitor, take: str) -> TakeView:
        """A take of one's own."""
        visitor.need(EDIT)
        return take_view(self._take(visitor, take))

    def take_sound(self, visitor: Visitor, take: str) -> Path:
        """The file of a take's sound."""
        visitor.need(EDIT)
        found = self._take(visitor, take)
        if found.state != "ready":
            raise Conflict("take_not_ready", "录音尚未就绪")
        return found.path

    def discard(self, visitor: Visitor, take: str) -> None:
        """Forget a take of one's own."""
        visitor.need(EDIT)
        self._takes.discard(self._take(visitor, take))

    def _take(self, visitor: Visitor, take: str) -> Take:
        found = self._takes.find(take, visitor.person)
        if found is None:
            raise NotFound("no_take", "这段录音已过期或已放弃")
        return found


def _check_names(language: str, identifier: str, new: NewVersion) -> None:
    if not is_id(identifier):
        raise Invalid("bad_id", "编号只能用小写字母、数字、下划线，用 / 分级，例如 notice/holiday", "id")
    if not is_language(language):
        raise Invalid("bad_language", "语言代码应为两个小写字母，例如 zh、en", "language")
    if not new.text:
        raise Invalid("no_text", "请填写文字：在线渠道和听障人士靠它获知内容", "text")


def take_view(take: Take) -> TakeView:
    """A take for people."""
    said = words.FAILURES.get(take.problem, "") if take.state == "failed" else ""
    if said and take.name:
        said = f"“{take.name}”：{said}"
    if take.state == "working":
        said = words.STEPS.get(take.step, "")
    return TakeView(
        take.id, take.source, take.state, take.step, round(take.progress, 3), said, round(take.seconds, 2), take.format,
        take.rate, take.loudness, take.levelled, round(take.raw_seconds, 2),
        [words.WARNINGS[one] for one in take.warnings], take.text, take.voice, take.speed,
    )  # fmt: skip


def _use_words(use: Use) -> str:
    return f"{use.title or use.flow}「{use.note or use.node}」" if use.flow else use.title


async def _on_disk(work: Callable[[Path], str], path: Path) -> str:
    try:
        return await asyncio.to_thread(work, path)
    except OSError as error:
        raise _disk_trouble(error) from None


async def _held(work: Awaitable[None]) -> None:
    try:
        await work
    except FileNotFoundError:
        raise Conflict("sound_gone", "这个版本的录音文件已丢失") from None
    except OSError as error:
        raise _disk_trouble(error) from None


def _disk_trouble(error: OSError) -> Conflict:
    log.error("the prompt library cannot write", reason=str(error))
    return Conflict("disk", "服务器无法写入文件（磁盘已满或只读），没有保存")
