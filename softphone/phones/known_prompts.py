"""The hotline's own prompts, by which scripted phones know what they hear."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ivr.prompts.catalogue import SHIPPED, PromptCatalogue, load_catalogue
from ivr.prompts.joining import FOLDER
from softphone.phones.prompt_book import PromptBook, Recording
from softphone.phones.sound import read_sound

_SUFFIXES = (".alaw", ".wav")
_SOUNDS = {"music": "music", "tone": "the tone"}


def known_prompts(directory: Path) -> PromptBook:
    """Read the prompts, the music and the tones that the switch plays from a directory (`HOTLINE_DATA/prompts`).

    A directory that is not there has none. Raises DocumentError (`cti.base.files.documents`) for wordings that cannot
    be read.
    """
    return PromptBook(_recordings(directory, load_catalogue((SHIPPED, directory))))


def _recordings(directory: Path, catalogue: PromptCatalogue) -> Iterator[Recording]:
    seen: set[str] = set()
    for suffix in _SUFFIXES:
        for path in sorted(directory.rglob(f"*{suffix}")):
            name = path.relative_to(directory).with_suffix("").as_posix()
            # What was joined of others is heard as those.
            if name not in seen and FOLDER not in path.parts:
                seen.add(name)
                yield Recording(name, _text(name, catalogue), read_sound(path))


def _text(name: str, catalogue: PromptCatalogue) -> str:
    """Return the words of `zh/greeting`, else what kind of sound it is."""
    room, _, identifier = name.partition("/")
    if room in catalogue.languages and identifier in catalogue:
        return catalogue.text(identifier, room)
    return f"{_SOUNDS[room]} ({identifier})" if room in _SOUNDS else name
