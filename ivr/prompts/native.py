"""Prompts in the switch's own formats, so that it plays them without decoding: written at set-up, kept while true.

`DIRECTORY/zh/ID.alaw` (8 kHz), `.sln16` (16 kHz, 16-bit little-endian) and `.wav` (8 kHz, 16-bit). Asterisk takes
the first two by their name without suffix, FreeSWITCH the last. Other languages lie below, as `zh/in/LANGUAGE/ID`, so
that `in/LANGUAGE/ID` is what a session plays.
"""

from __future__ import annotations

import hashlib
import io
import json
import wave
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from ivr.prompts import g711, music
from ivr.prompts.catalogue import DEFAULT_LANGUAGE, PromptCatalogue
from ivr.prompts.encoded import encoded_once
from ivr.prompts.resample import resample

FORMATS = ("alaw", "sln16", "wav")
_INDEX = "index.json"
_VERSION = "1"
"""Changes when the same source gives other bytes."""

Progress = Callable[[int, int, str], None]
"""Called with how many are done, how many there are, and the name just done."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What `install` did: names (`zh/greeting`) written, how many were kept, and names removed."""

    written: tuple[str, ...]
    kept: int
    removed: tuple[str, ...]


def played_as(identifier: str, language: str) -> str:
    """The id under which a session plays a prompt of a language."""
    return identifier if language == DEFAULT_LANGUAGE else f"in/{language}/{identifier}"


def place(identifier: str, language: str) -> str:
    """Where a prompt lies below the directory, without suffix."""
    return f"{DEFAULT_LANGUAGE}/{played_as(identifier, language)}"


class Prepared:
    """New sound for one name, written beside the old: `put` brings it into effect, `discard` forgets it.

    What can fail for want of space has been done by then.
    """

    def __init__(self, directory: Path, name: str, source: Path | None, formats: Collection[str] = FORMATS) -> None:
        self._directory, self._name = directory, name
        self._drafts: list[tuple[Path, Path]] = []
        self._formats = sorted(formats)
        self._mark = _mark(source, self._formats) if source is not None else None
        if source is None:
            return
        samples, rate = _loader(source)()
        try:
            for suffix in self._formats:
                path = directory / f"{name}.{suffix}"
                path.parent.mkdir(parents=True, exist_ok=True)
                draft = path.with_name(f"{path.name}.new")
                self._drafts.append((draft, path))
                draft.write_bytes(_encode(samples, rate, suffix))
        except OSError:
            self.discard()
            raise

    def put(self) -> None:
        """Replace the old sound, or remove it when there is no new one; whoever hears it now hears it to its end."""
        for draft, path in self._drafts:
            draft.replace(path)
        index = _read_index(self._directory)
        if self._mark is None:
            index.pop(self._name, None)
            for suffix in FORMATS:
                (self._directory / f"{self._name}.{suffix}").unlink(missing_ok=True)
        else:
            index[self._name] = self._mark
        _write_index(self._directory, index)

    def discard(self) -> None:
        """Remove what was prepared: nothing has changed."""
        for draft, _ in self._drafts:
            draft.unlink(missing_ok=True)


def write(directory: Path, name: str, samples: npt.NDArray[np.float32], rate: int, formats: Collection[str]) -> None:
    """Write sound that no catalogue has, such as a sentence that was just synthesised; OSError."""
    for suffix in formats:
        _replace(directory / f"{name}.{suffix}", _encode(samples, rate, suffix))


def join(directory: Path, name: str, parts: Sequence[str], formats: Collection[str]) -> None:
    """Write sound that is `parts` one after the other; OSError, also when one of them is missing."""
    for suffix in formats:
        pieces = [(directory / f"{part}.{suffix}").read_bytes() for part in parts]
        _replace(directory / f"{name}.{suffix}", _joined_waves(pieces) if suffix == "wav" else b"".join(pieces))


def _joined_waves(pieces: Sequence[bytes]) -> bytes:
    frames = []
    for piece in pieces:
        try:
            with wave.open(io.BytesIO(piece)) as reader:
                frames.append(reader.readframes(reader.getnframes()))
        except (wave.Error, EOFError) as error:
            raise OSError(f"a damaged WAV: {error}") from None
    return wave_file(b"".join(frames), 8000)


def wave_file(frames: bytes, rate: int) -> bytes:
    """A WAV file of 16-bit frames of one channel."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, rate, 0, "NONE", ""))
        writer.writeframes(frames)
    return file.getvalue()


def install(
    catalogue: PromptCatalogue,
    directory: Path,
    *,
    formats: Collection[str] = FORMATS,
    progress: Progress = lambda done, count, name: None,
) -> Installed:
    """Write what is missing or changed, remove what is no longer in the catalogue; each file appears at once and whole.

    The calm waiting music and the tones come with it, as `music/calm` and `tone/*`. Prompts without audio are left out:
    `PromptCatalogue.problems` tells them. ValueError for an unknown format, OSError when the disk refuses.
    """
    if unknown := set(formats) - set(FORMATS):
        raise ValueError(f"unknown formats: {', '.join(sorted(unknown))}")
    directory.mkdir(parents=True, exist_ok=True)
    before = _read_index(directory)
    sources = _sources(catalogue)
    suffixes = sorted(formats)
    after = {name: _stamp(suffixes, mark) for name, (mark, _) in sources.items()}
    missing = [
        name
        for name, mark in after.items()
        if before.get(name) != mark or not all((directory / f"{name}.{suffix}").exists() for suffix in suffixes)
    ]
    for done, name in enumerate(missing, start=1):
        load = cache(sources[name][1])
        for suffix in suffixes:
            made = partial(_encoded, load, suffix)
            _replace(directory / f"{name}.{suffix}", encoded_once(name, after[name], suffix, made))
        for suffix in set(FORMATS) - set(suffixes):
            # Of another kind of switch, before: this one would stumble over it, as in a folder of music.
            (directory / f"{name}.{suffix}").unlink(missing_ok=True)
        progress(done, len(missing), name)
    removed = [name for name in before if name not in after]
    for name in removed:
        for suffix in FORMATS:
            (directory / f"{name}.{suffix}").unlink(missing_ok=True)
    if missing or removed:
        _write_index(directory, after)
    return Installed(tuple(missing), len(after) - len(missing), tuple(removed))


_Load = Callable[[], tuple[npt.NDArray[np.float32], int]]


def _sources(catalogue: PromptCatalogue) -> Mapping[str, tuple[str, _Load]]:
    found: dict[str, tuple[str, _Load]] = {name: (music.VERSION, make) for name, make in music.SOUNDS.items()}
    for prompt in catalogue:
        if (path := catalogue.audio(prompt)) is not None:
            found[place(prompt.id, prompt.language)] = (_digest(path), _loader(path))
    return found


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _stamp(suffixes: list[str], mark: str) -> str:
    return f"{_VERSION} {'+'.join(suffixes)} {mark}"


def _mark(source: Path, suffixes: list[str]) -> str:
    return _stamp(suffixes, _digest(source))


def _loader(path: Path) -> _Load:
    def load() -> tuple[npt.NDArray[np.float32], int]:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        return np.asarray(samples.mean(axis=1), dtype=np.float32), int(rate)

    return load


def _encoded(load: _Load, suffix: str) -> bytes:
    return _encode(*load(), suffix)


def _encode(samples: npt.NDArray[np.float32], rate: int, suffix: str) -> bytes:
    target = 16000 if suffix == "sln16" else 8000
    whole = np.clip(np.rint(resample(samples, rate, target) * 32767), -32768, 32767).astype("<i2")
    if suffix == "alaw":
        return g711.encode(whole)
    if suffix == "sln16":
        return whole.tobytes()
    return wave_file(whole.tobytes(), target)


def _read_index(directory: Path) -> dict[str, str]:
    try:
        index = json.loads((directory / _INDEX).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return {str(name): str(mark) for name, mark in index.items()} if isinstance(index, dict) else {}


def _write_index(directory: Path, index: Mapping[str, str]) -> None:
    _replace(directory / _INDEX, json.dumps(index, indent=0, ensure_ascii=False).encode())


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.part")
    draft.write_bytes(content)
    draft.replace(path)
