"""What people see of the prompt library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pydantic

from cti.base.http.routes import Page
from ivr.prompt_editing.usage import Use

Source = Literal["shipped", "upload", "phone", "synthesis", "text"]


class PromptQuery(Page):
    """Filters of the list; `search` looks into ids and texts."""

    application: str = pydantic.Field(default="", max_length=40)
    language: str = pydantic.Field(default="", max_length=8)
    source: Source | Literal[""] = ""
    state: Literal["", "unused", "silent"] = ""
    search: str = pydantic.Field(default="", max_length=80)


@dataclass(frozen=True, slots=True)
class PromptView:
    """A prompt in the list. `version` is 0 for one that came along; `used` counts where it is heard.

    `seconds` is None while it has no sound; `mine` tells whether the visitor may change it.
    """

    key: str
    id: str
    language: str
    application: str
    text: str
    source: str
    version: int
    seconds: float | None
    used: int
    mine: bool
    changed_at: datetime | None
    author: str


@dataclass(frozen=True, slots=True)
class PromptList:
    """A page of the list."""

    items: list[PromptView]
    total: int
    page: int
    size: int


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version; `is_current`: it is in effect. `has_sound` is false when its file is gone."""

    version: int
    text: str
    source: str
    seconds: float
    voice: str
    speed: float
    message: str
    author: str
    at: datetime | None
    restores: int
    is_current: bool
    has_sound: bool


@dataclass(frozen=True, slots=True)
class PromptDetail:
    """All about one prompt. `say` is how it is read aloud where that differs; `came_along`: the folders have it too."""

    prompt: PromptView
    say: str
    voice: str
    speed: float
    note: str
    came_along: bool
    versions: list[VersionView]
    uses: list[Use]


@dataclass(frozen=True, slots=True)
class TakeView:
    """A take; see `ivr.prompts.takes.Take`. `loudness` and `levelled` are LUFS before and after, `raw_seconds` and
    `seconds` the length before and after trimming. `words` says in Chinese what is being done or went wrong."""

    id: str
    source: str
    state: str
    step: str
    progress: float
    words: str
    seconds: float
    format: str
    rate: int
    loudness: float
    levelled: float
    raw_seconds: float
    warnings: list[str]
    text: str
    voice: str
    speed: float


@dataclass(frozen=True, slots=True)
class VoiceView:
    """A voice that can speak, with its name for people."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Offers:
    """What the page can choose from. `trouble` says why nothing can be synthesised; `phone`: the visitor has one."""

    applications: list[str]
    languages: list[str]
    voices: list[VoiceView]
    trouble: str
    phone: bool
