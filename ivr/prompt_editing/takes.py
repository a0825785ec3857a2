"""Takes: sound that may become a prompt, from a file, a telephone or the voice; listened to first, then kept or not.

They live an hour, in memory and in a folder that is emptied at start: nothing plays them to callers.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import structlog

from cti.base.clock import Clock
from cti.base.ids import new_id
from ivr.prompts.aloud import aloud, sentences
from ivr.prompts.resample import resample
from ivr.prompts.synthesis import SynthesisUnavailable
from ivr.prompts.voice import ADMIN, Voice

log = structlog.get_logger(__name__)

LIVE_SECONDS = 3600.0
INTAKE_SECONDS = 120.0
MOST = 12
"""Takes that one person may have."""
_ROOT = Path(__file__).resolve().parents[2]
_BREATH = 0.22
"""Seconds of quiet between two parts of a synthesised text."""

Work = Callable[["Take"], Awaitable[Path]]
"""Makes the raw sound of a take, telling its progress; raises TakeFailed."""


class TakeFailed(Exception):
    """Nothing came of it: `code` is stable, for words on screens; the message is for the log."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class TooManyTakes(Exception):
    """The person must keep or discard some first."""


@dataclass(slots=True)
class Take:
    """One take. `state` is working, ready or failed; `step` says what is being done, `progress` goes from 0 to 1.

    `source` is upload, phone or synthesis; `name` is the uploaded file's; `text`, `voice` and `speed` are those of
    a synthesis.
    """

    id: str
    owner: str
    source: str
    path: Path
    name: str = ""
    state: str = "working"
    step: str = ""
    progress: float = 0.0
    problem: str = ""
    seconds: float = 0.0
    format: str = ""
    rate: int = 0
    loudness: float = 0.0
    levelled: float = 0.0
    raw_seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    text: str = ""
    voice: str = ""
    speed: float = 1.0
    task: asyncio.Task[None] | None = field(default=None, repr=False)


class Takes:
    """All takes; `start` runs work in the background of the room."""

    def __init__(
        self, folder: Path, clock: Clock, start: Callable[[Coroutine[Any, Any, None], str], asyncio.Task[None]]
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._start = start
        self._takes: dict[str, Take] = {}

    def clear(self) -> None:
        """Empty the folder: whatever lies there is of another engine."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)

    def find(self, take: str, owner: str) -> Take | None:
        """A take of this person."""
        found = self._takes.get(take)
        return found if found is not None and found.owner == owner else None

    def begin(self, owner: str, source: str, work: Work, **facts: Any) -> Take:
        """Make one by `work`, in the background; raises TooManyTakes."""
        if sum(one.owner == owner for one in self._takes.values()) >= MOST:
            raise TooManyTakes(owner)
        identifier = new_id()
        take = Take(identifier, owner, source, self._folder / f"{identifier}.flac", **facts)
        self._takes[identifier] = take
        self._clock.call_later(LIVE_SECONDS, lambda: self.discard(take))
        take.task = self._start(self._make(take, work), f"take {source}")
        return take

    def discard(self, take: Take) -> None:
        """Forget it, also while it is being made."""
        if self._takes.pop(take.id, None) is None:
            return
        if take.task is not None:
            take.task.cancel()
        take.path.unlink(missing_ok=True)

    def fresh_raw(self, suffix: str = ".sound") -> Path:
        """A file for sound that is to be taken in; the take that it becomes removes it."""
        return self._folder / f"{new_id()}{suffix}"

    async def _make(self, take: Take, work: Work) -> None:
        raw: Path | None = None
        try:
            raw = await work(take)
            take.step = "processing"
            report = await take_in(raw, take.path)
        except TakeFailed as error:
            take.state, take.problem = "failed", error.code
            log.info("no take", source=take.source, file=take.name, code=error.code, reason=str(error))
        except SynthesisUnavailable as error:
            take.state, take.problem = "failed", "no_voice"
            log.error("nothing was synthesised", reason=str(error))
        except OSError as error:
            take.state, take.problem = "failed", "full"
            log.error("no take", source=take.source, reason=str(error))
        except Exception:
            take.state, take.problem = "failed", "broken"
            log.exception("no take", source=take.source)
        else:
            take.seconds, take.format, take.rate = report["seconds"], report["format"], report["rate"]
            take.loudness, take.warnings = report["loudness"], tuple(report["warnings"])
            take.levelled, take.raw_seconds = report["levelled"], report["raw_seconds"]
            take.state, take.progress = "ready", 1.0
        finally:
            if raw is not None:
                raw.unlink(missing_ok=True)


async def take_in(source: Path, target: Path) -> dict[str, Any]:
    """Run `ivr.prompts.intake` in a process of its own; raises TakeFailed with its code."""
    path = os.pathsep.join(one for one in (str(_ROOT), os.environ.get("PYTHONPATH", "")) if one)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ivr.prompts.intake", str(source), str(target),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        # Nothing of the engine's own: what reads files from outside needs no passwords.
        env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": path},
    )  # fmt: skip
    try:
        async with asyncio.timeout(INTAKE_SECONDS):
            said, complaint = await process.communicate()
    except TimeoutError:
        raise TakeFailed("too_heavy", "taking it in lasted too long") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    try:
        report: dict[str, Any] = json.loads(said)
    except ValueError:
        # Killed for its processor time, or crashed by what it read.
        code = "too_heavy" if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL) else "broken"
        raise TakeFailed(code, complaint.decode(errors="replace")[-500:] or f"exit {process.returncode}") from None
    if "error" in report:
        raise TakeFailed(report["error"], report["message"])
    return report


def synthesis(takes: Takes, voice: Voice) -> Work:
    """The work of speaking a take's text with its voice and speed, part by part."""

    async def speak(take: Take) -> Path:
        parts = sentences(aloud(take.text))
        if not parts:
            raise TakeFailed("nothing_to_say", take.text)
        take.step = "speaking"
        pieces: list[Any] = []
        rate = 24000
        for number, part in enumerate(parts):
            speech = await voice.speak(part, voice=take.voice, speed=take.speed, rank=ADMIN)
            rate = rate if pieces else speech.rate
            if pieces:
                pieces.append(np.zeros(round(_BREATH / take.speed * rate), np.float32))
            pieces.append(resample(speech.samples, speech.rate, rate))
            take.progress = 0.95 * (number + 1) / len(parts)
        raw = takes.fresh_raw(".wav")
        await asyncio.to_thread(soundfile.write, raw, np.concatenate(pieces), rate, "FLOAT")
        return raw

    return speak
