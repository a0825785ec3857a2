"""What there is in the prompt library, for whom: lists, one prompt with versions and uses, its sound."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Iterable
from pathlib import Path

import soundfile

from cti.base.refusal import Conflict, NotAllowed, NotFound
from cti.base.visitor import Visitor
from ivr.definition.flow import Flow
from ivr.prompt_editing.usage import Use, uses
from ivr.prompt_editing.views import PromptDetail, PromptList, PromptQuery, PromptView, VersionView
from ivr.prompts.catalogue import Prompt
from ivr.prompts.library import SHIPPED, Entry, PromptLibrary, Version

READ, EDIT = "prompts.read", "prompts.edit"
OTHER = "其他"


class PromptBrowsing:
    """Every public function first checks the visitor's permission. `house` owns what came along."""

    def __init__(self, library: PromptLibrary, flows: Callable[[], Iterable[Flow]], house: tuple[str, str]) -> None:
        self._library = library
        self._flows = flows
        self._house = house

    async def prompts(self, visitor: Visitor, query: PromptQuery) -> PromptList:
        """The prompts that fit."""
        visitor.need(READ)
        found = await asyncio.to_thread(self._views, visitor)
        wanted = query.search.lower()
        fitting = [
            one
            for one in found
            if (not query.application or one.application == query.application)
            and (not query.language or one.language == query.language)
            and (not query.source or one.source == query.source)
            and (query.state != "unused" or not one.used)
            and (query.state != "silent" or one.seconds is None)
            and (not wanted or wanted in one.id or wanted in one.text.lower())
        ]
        first = (query.page - 1) * query.size
        return PromptList(fitting[first : first + query.size], len(fitting), query.page, query.size)

    def applications(self, visitor: Visitor) -> tuple[list[str], list[str]]:
        """Every application and language in use, in the catalogue's order."""
        visitor.need(READ)
        seen = [one for one in self._library.catalogue if self._may_see(visitor, one)]
        return list(dict.fromkeys(one.application or OTHER for one in seen)), list(self._library.catalogue.languages)

    async def detail(self, visitor: Visitor, language: str, identifier: str) -> PromptDetail:
        """One prompt with its versions and where it is heard."""
        visitor.need(READ)
        prompt = self.find(visitor, language, identifier)
        catalogue = self._library.catalogue
        shelved = catalogue.shelved(identifier, language)
        versions = await self._library.versions(identifier, language)
        entry = self._library.entry(identifier, language)
        current = entry.version.version if entry else 0
        rows = [self._version_view(one, current, shelved) for one in versions]
        if shelved is not None:
            rows.append(
                VersionView(
                    0,
                    shelved[0].text,
                    SHIPPED,
                    seconds_of(shelved[1]) or 0.0,
                    shelved[0].voice,
                    shelved[0].speed,
                    "",
                    "",
                    None,
                    0,
                    current == 0,
                    shelved[1] is not None,
                )
            )
        found = {identifier: self.uses(identifier)}
        return PromptDetail(
            self._view(visitor, prompt, found), prompt.say if prompt.say != prompt.text else "", prompt.voice,
            prompt.speed, prompt.note, shelved is not None, rows, found[identifier],
        )  # fmt: skip

    async def sound(self, visitor: Visitor, language: str, identifier: str, version: int | None = None) -> Path:
        """The file of a version's sound, by default of the one in effect."""
        visitor.need(READ)
        prompt = self.find(visitor, language, identifier)
        path = self._library.catalogue.audio(prompt)
        if version is not None:
            path = await self._sound_of(identifier, language, version)
        if path is None:
            raise NotFound("no_sound", "这条语音还没有录音")
        return path

    async def _sound_of(self, identifier: str, language: str, version: int) -> Path | None:
        shelved = self._library.catalogue.shelved(identifier, language)
        if version == 0:
            return shelved[1] if shelved else None
        for one in await self._library.versions(identifier, language):
            if one.version == version:
                return self._library.masters.path(one.master) if one.source != SHIPPED else shelved and shelved[1]
        raise NotFound("no_version", "没有这个版本")

    def uses(self, identifier: str) -> list[Use]:
        """Where a prompt is heard."""
        return uses(self._flows(), [identifier]).get(identifier, [])

    def _owned(self, prompt: Prompt) -> tuple[str, str]:
        entry = self._library.entry(prompt.id, prompt.language)
        return (entry.organisation, entry.region) if entry else self._house

    def _may_see(self, visitor: Visitor, prompt: Prompt) -> bool:
        owner = self._owned(prompt)
        # What the whole house says is nobody's secret.
        return owner == self._house or visitor.reach(READ).covers(*owner)

    def find(self, visitor: Visitor, language: str, identifier: str) -> Prompt:
        """A prompt that the visitor may see; NotFound."""
        prompt = self._library.catalogue.own(identifier, language)
        if prompt is None or not self._may_see(visitor, prompt):
            raise NotFound("no_prompt", "没有这条语音")
        return prompt

    def need_mine(self, visitor: Visitor, identifier: str, language: str, entry: Entry | None) -> None:
        """Refuse what belongs to others."""
        known = self._library.catalogue.own(identifier, language)
        if known is None and identifier in self._library.catalogue:
            # Another language of a prompt belongs to whom the prompt belongs.
            known = self._library.catalogue.get(identifier)
            entry = self._library.entry(identifier, known.language)
        if known is None:
            return
        if not self._may_see(visitor, known):
            raise Conflict("taken", "这个编号已被使用，请换一个", "id")
        if not visitor.reach(EDIT).covers(*((entry.organisation, entry.region) if entry else self._house)):
            raise NotAllowed("not_yours", "这条语音属于上级机构，您不能修改")

    def owner(self, visitor: Visitor, before: Prompt | None) -> tuple[str, str]:
        """Whose a new version of `before`, or a new prompt, is."""
        return self._owned(before) if before is not None else (visitor.organisation, visitor.region)

    def _views(self, visitor: Visitor) -> list[PromptView]:
        seen = [one for one in self._library.catalogue if self._may_see(visitor, one)]
        found = uses(self._flows(), [one.id for one in seen])
        return [self._view(visitor, one, found) for one in seen]

    def _view(self, visitor: Visitor, prompt: Prompt, used: dict[str, list[Use]]) -> PromptView:
        entry = self._library.entry(prompt.id, prompt.language)
        path = self._library.catalogue.audio(prompt)
        return PromptView(
            key=f"{prompt.language}/{prompt.id}",
            id=prompt.id,
            language=prompt.language,
            application=prompt.application or OTHER,
            text=prompt.text,
            source=entry.version.source if entry else SHIPPED,
            version=entry.version.version if entry else 0,
            seconds=None if path is None else entry.version.seconds if entry else seconds_of(path),
            used=len(used.get(prompt.id, [])),
            mine=visitor.reach(EDIT).covers(*self._owned(prompt)),
            changed_at=entry.version.at if entry else None,
            author=entry.version.author if entry else "",
        )

    def _version_view(self, one: Version, current: int, shelved: tuple[Prompt, Path | None] | None) -> VersionView:
        path = self._library.masters.path(one.master) if one.source != SHIPPED else shelved and shelved[1]
        return VersionView(
            one.version, one.text, one.source, one.seconds, one.voice, one.speed, one.message, one.author, one.at,
            one.restores, one.version == current, path is not None,
        )  # fmt: skip


@functools.lru_cache(maxsize=4096)
def _length(path: Path, size: int) -> float:
    info = soundfile.info(path)
    return float(info.frames / info.samplerate)


def seconds_of(path: Path | None) -> float | None:
    """How long a file lasts; None when there is none, or it is damaged."""
    if path is None:
        return None
    try:
        return _length(path, path.stat().st_size)
    except (OSError, soundfile.LibsndfileError):
        return None
