"""What the library lays over the catalogue, and the copy of it that commands read without an engine or a database."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog

from cti.base.files.documents import Problem
from ivr.prompts.catalogue import LIBRARY, Prompt, PromptCatalogue
from ivr.prompts.masters import Masters

log = structlog.get_logger(__name__)

FILE = "in_effect.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """A prompt of the library as it is in effect; `master` names its sound."""

    language: str
    id: str
    application: str
    text: str
    say: str
    voice: str
    speed: float
    master: str


def kept_prompts(catalogue: PromptCatalogue, kept: Sequence[Kept], masters: Masters) -> None:
    """Lay `kept` over the folders' prompts."""
    prompts: list[Prompt] = []
    audio: dict[tuple[str, str], Path] = {}
    for one in kept:
        path = masters.path(one.master)
        if path is not None:
            audio[one.language, one.id] = path
        else:
            log.error("the sound of a prompt is gone", prompt=one.id, language=one.language, master=one.master)
            if catalogue.shelved(one.id, one.language) is not None:
                # Better the words that came along than silence.
                continue
        prompts.append(
            Prompt(
                one.id,
                one.language,
                one.text,
                one.say or one.text,
                one.voice,
                one.speed,
                "",
                LIBRARY,
                Problem(FILE, 1, 1, ""),
                one.application,
            )
        )
    catalogue.overlay(prompts, audio)


def write_kept(folder: Path, kept: Sequence[Kept]) -> None:
    """Write the copy in one step; OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{FILE}.{os.getpid()}"
    draft.write_text(json.dumps([asdict(one) for one in kept], ensure_ascii=False, indent=0) + "\n", "utf-8")
    draft.replace(folder / FILE)


def read_kept(folder: Path, catalogue: PromptCatalogue) -> None:
    """Lay the copy over the catalogue; one that is damaged is told and passed over, the engine writes it anew."""
    try:
        kept = [Kept(**one) for one in json.loads((folder / FILE).read_text("utf-8"))]
    except FileNotFoundError:
        return
    except (OSError, ValueError, TypeError) as error:
        log.warning("the copy of the prompt library is damaged", file=str(folder / FILE), reason=str(error))
        return
    kept_prompts(catalogue, kept, Masters(folder / "masters"))
