"""The catalogue of prompts: texts from `LANGUAGE.yaml`, audio from `audio/LANGUAGE/ID.*`, in layers.

The shipped folder is the first layer; a city adds folders with its own wordings and recordings, and the last one
wins. A language that lacks a prompt falls back to Mandarin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pydantic

from cti.base.files.documents import Document, DocumentError, Problem, load
from ivr.prompts import spoken

SHIPPED = Path(__file__).parent
DEFAULT_LANGUAGE = "zh"
AUDIO_SUFFIXES = (".wav", ".flac", ".opus", ".ogg")

LIBRARY = 1_000
"""The layer of the library, above all folders."""
RESERVED = frozenset({"in", "joined", "music", "spoken", "takes", "tone"})
"""First parts of names under which the switch finds what is no prompt of the catalogue."""

_ID = re.compile(r"[a-z0-9_]+(?:/[a-z0-9_]+)*")
_LONGEST_ID = 80
_RANGE = re.compile(r"\{(\d{1,2})\.\.(\d{1,2})\}")
_LANGUAGE = re.compile(r"[a-z]{2}(?:_[a-z]{2})?")
_Speed = Annotated[float, pydantic.Field(ge=0.5, le=2.0)]


class Wording(pydantic.BaseModel):
    """One entry of the file; see the head of zh.yaml."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)
    text: str = pydantic.Field(min_length=1)
    say: str | None = None
    voice: str | None = None
    speed: _Speed | None = None
    note: str = ""

    @pydantic.model_validator(mode="before")
    @classmethod
    def _bare_text(cls, value: object) -> object:
        return {"text": value} if isinstance(value, str) else value


class CatalogueFile(pydantic.BaseModel):
    """A file of the catalogue: prompts by name, with what each says."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)
    language: str
    voice: str
    speed: _Speed = 1.0
    applications: dict[str, str] = {}
    prompts: dict[str, Wording]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt in one language: `text` is shown, `say` is read aloud by `voice` at `speed`; `layer` is its folder.

    `application` is what it is for (业务应用).
    """

    id: str
    language: str
    text: str
    say: str
    voice: str
    speed: float
    note: str
    layer: int
    problem_at: Problem
    application: str = ""

    @property
    def is_piece(self) -> bool:
        """Whether it is a part of a sentence, played together with others."""
        return self.text[-1] not in "。！？.!?"


class UnknownPrompt(KeyError):
    """No language has this prompt."""


class PromptCatalogue:
    """All prompts of all languages; made by `load_catalogue`."""

    def __init__(self, prompts: Sequence[Prompt], audio: Mapping[tuple[str, str], tuple[int, Path]]) -> None:
        self._shelf = {(prompt.language, prompt.id): prompt for prompt in prompts}
        self._shelf_audio = dict(audio)
        self._prompts, self._audio = self._shelf, self._shelf_audio

    def overlay(self, prompts: Sequence[Prompt], audio: Mapping[tuple[str, str], Path]) -> None:
        """Put these, and nothing else, above what the folders have."""
        self._prompts = self._shelf | {(prompt.language, prompt.id): prompt for prompt in prompts}
        self._audio = self._shelf_audio | {key: (LIBRARY, path) for key, path in audio.items()}

    def shelved(self, identifier: str, language: str) -> tuple[Prompt, Path | None] | None:
        """What the folders alone have under an id, with its audio."""
        prompt = self._shelf.get((language, identifier))
        if prompt is None:
            return None
        layer, path = self._shelf_audio.get((language, identifier), (-1, Path()))
        return prompt, path if layer >= prompt.layer else None

    def own(self, identifier: str, language: str) -> Prompt | None:
        """The prompt in this very language."""
        return self._prompts.get((language, identifier))

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that have prompts, Mandarin first."""
        found = {language for language, _ in self._prompts}
        return tuple(sorted(found, key=lambda language: (language != DEFAULT_LANGUAGE, language)))

    def __contains__(self, identifier: str) -> bool:
        return (DEFAULT_LANGUAGE, identifier) in self._prompts

    def __iter__(self) -> Iterator[Prompt]:
        return iter(self._prompts.values())

    def ids(self, language: str = DEFAULT_LANGUAGE) -> tuple[str, ...]:
        """The prompts that a language has of its own, in the file's order."""
        return tuple(identifier for found, identifier in self._prompts if found == language)

    def get(self, identifier: str, language: str = DEFAULT_LANGUAGE) -> Prompt:
        """The prompt in `language`, else in Mandarin; raises UnknownPrompt."""
        for candidate in (language, DEFAULT_LANGUAGE):
            if (candidate, identifier) in self._prompts:
                return self._prompts[candidate, identifier]
        raise UnknownPrompt(identifier)

    def text(self, identifier: str, language: str = DEFAULT_LANGUAGE) -> str:
        """What a prompt says; raises UnknownPrompt."""
        return self.get(identifier, language).text

    def sentence(self, identifiers: Sequence[str], language: str = DEFAULT_LANGUAGE) -> str:
        """What a list of prompts says, for a chat or a log."""
        return "".join(self.text(identifier, language) for identifier in identifiers)

    def audio(self, prompt: Prompt) -> Path | None:
        """The audio file of a prompt; None when it has none, or only one from below the layer that worded it."""
        layer, path = self._audio.get((prompt.language, prompt.id), (-1, Path()))
        return path if layer >= prompt.layer else None

    def problems(self) -> list[Problem]:
        """Prompts without audio, and audio without a text."""
        found: list[Problem] = []
        for prompt in self._prompts.values():
            if self.audio(prompt) is None:
                at = prompt.problem_at
                found.append(Problem(at.file, at.line, at.column, f"{prompt.id} has no audio: render or record it"))
        for key, (_, path) in self._audio.items():
            if key not in self._prompts:
                found.append(Problem(str(path), 1, 1, f"no prompt {key[1]!r} in the catalogue of {key[0]!r}"))
        return found


def is_id(text: str) -> bool:
    """Whether `text` can be the id of a prompt."""
    return bool(_ID.fullmatch(text)) and len(text) <= _LONGEST_ID and text.partition("/")[0] not in RESERVED


def is_language(text: str) -> bool:
    """Whether `text` can be the tag of a language: `zh`, `en`, `zh_hk`."""
    return bool(_LANGUAGE.fullmatch(text))


def load_catalogue(layers: Sequence[Path] = (SHIPPED,)) -> PromptCatalogue:
    """Read all layers, the first one shipped, the last one winning; raises DocumentError with every complaint."""
    prompts: list[Prompt] = []
    audio: dict[tuple[str, str], tuple[int, Path]] = {}
    problems: list[Problem] = []
    for number, layer in enumerate(layers):
        for file in sorted(layer.glob("*.yaml")):
            if _LANGUAGE.fullmatch(file.stem):
                try:
                    prompts += _read(load(file), file.stem, number)
                except DocumentError as error:
                    problems += error.problems
        for path in sorted((layer / "audio").glob("*/**/*")):
            if path.suffix in AUDIO_SUFFIXES:
                language, *rest = path.relative_to(layer / "audio").with_suffix("").parts
                audio[language, "/".join(rest)] = (number, path)
    if problems:
        raise DocumentError(problems)
    return PromptCatalogue(prompts, audio)


def _read(document: Document, language: str, layer: int) -> list[Prompt]:
    file = document.validate(CatalogueFile)
    prompts: dict[str, Prompt] = {}
    problems: list[Problem] = []
    # The longest of the beginnings that fit says what a prompt is for.
    beginnings = sorted(file.applications.items(), key=lambda item: -len(item[0]))
    for key, wording in file.prompts.items():
        at = document.problem(("prompts", key), "")
        for identifier, number in _expand(key):
            if not is_id(identifier):
                problems.append(
                    document.problem(("prompts", key), f"{key!r} is no prompt id: lower case, digits, _ and /")
                )
                break
            if identifier in prompts:
                problems.append(document.problem(("prompts", key), f"{identifier!r} stands here twice"))
                continue
            try:
                text, say = (
                    _fill(wording.text, number, aloud=False),
                    _fill(wording.say or wording.text, number, aloud=True),
                )
            except ValueError as error:
                problems.append(document.problem(("prompts", key), f"{identifier}: {error}"))
                break
            prompts[identifier] = Prompt(
                identifier, language, text, say, wording.voice or file.voice, wording.speed or file.speed,
                wording.note, layer, at,
                next((title for start, title in beginnings if identifier.startswith(start)), ""),
            )  # fmt: skip
    if problems:
        raise DocumentError(problems)
    return list(prompts.values())


def _expand(key: str) -> Iterator[tuple[str, str | None]]:
    match = _RANGE.search(key)
    if match is None:
        yield key, None
        return
    for number in range(int(match[1]), int(match[2]) + 1):
        shown = str(number).zfill(len(match[1]))
        yield f"{key[: match.start()]}{shown}{key[match.end() :]}", shown


def _fill(text: str, number: str | None, *, aloud: bool) -> str:
    if number is not None:
        value = int(number)
        text = text.replace("{n}", spoken.hanzi(value) if aloud else number)
        text = text.replace("{count}", spoken.counted(value) if aloud else number)
        text = text.replace("{hanzi}", spoken.hanzi(value))
        text = text.replace("{digits}", spoken.one_by_one(number))
        text = text.replace("{dialled}", spoken.one_by_one(number).replace("一", "yao1"))
    if "{" in text or "}" in text:
        raise ValueError(f"what {{…}} means is not known in {text!r}")
    if aloud and re.search(r"\d", re.sub(r"[a-zü]+[1-5]", "", text)) and re.search(r"[\u4e00-\u9fff]", text):
        raise ValueError("digits are read in more than one way: add `say`")
    return text
